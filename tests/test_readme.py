"""The README is true: its query has its answer, its shell commands work, its links lead somewhere."""

import json
import re
import shlex
from pathlib import Path

from models.database import Database
from tests.conftest import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS_TESTED_ELSEWHERE = {"scripts/serve": "tests/test_scripts.py starts it on a machine with only Python"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


async def test_the_query_has_the_answer_that_is_printed(sample: Database) -> None:
    (query,), (answer,) = blocks("graphql"), blocks("json")
    found = await run(sample, query)
    assert {"data": found["data"]} == json.loads(answer)


async def test_every_shell_command_is_run_by_a_test(sample: Database) -> None:
    for command in (block.strip() for block in blocks("sh")):
        if command in COMMANDS_TESTED_ELSEWHERE:
            assert (ROOT / command).exists()
            continue
        # What the command sends is its last word, once the shell's own rules are applied.
        words = shlex.split(command.replace("\\\n", " "))
        assert words[0] == "curl"
        found = await run(sample, json.loads(words[-1])["query"])
        assert found["data"]["search"]["nodes"] == [{"name": "University of Karachi", "kind": "UNIVERSITY"}]


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
