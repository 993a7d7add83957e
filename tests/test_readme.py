"""The README is true: its query has its answer, its shell commands work, its links lead somewhere."""

import json
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from exchange import importer, sample
from models.database import Database
from tests.conftest import clone, run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS_TESTED_ELSEWHERE = {"scripts/serve": "tests/test_scripts.py starts it on a machine with only Python"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
async def sample_database(postgres, migrated: str) -> AsyncIterator[Database]:  # type: ignore[no-untyped-def]
    dsn = await clone(postgres.dsn, migrated)
    await sample.load_if_empty(dsn, importer.load)
    database = Database(dsn)
    await database.open()
    yield database
    await database.close()


async def test_the_query_has_the_answer_that_is_printed(sample_database: Database) -> None:
    (query,), (answer,) = blocks("graphql"), blocks("json")
    found = await run(sample_database, query)
    assert {"data": found["data"]} == json.loads(answer)


async def test_every_shell_command_is_run_by_a_test(sample_database: Database) -> None:
    for command in (block.strip() for block in blocks("sh")):
        if command in COMMANDS_TESTED_ELSEWHERE:
            assert (ROOT / command).exists()
            continue
        # What the command sends is its last word, once the shell's own rules are applied.
        words = shlex.split(command.replace("\\\n", " "))
        assert words[0] == "curl"
        found = await run(sample_database, json.loads(words[-1])["query"])
        assert found["data"]["search"]["nodes"] == [{"name": "University of Karachi", "kind": "UNIVERSITY"}]


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
