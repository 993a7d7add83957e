"""docs/errors.md explains every code that a client can see, and no other."""

import re
from pathlib import Path

from resolvers.errors import Code

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE
)


def test_every_code_is_explained_once_and_nothing_else() -> None:
    assert sorted(code for code, _, _ in ROWS) == sorted(Code)


def test_every_explanation_says_what_it_means_and_what_to_do() -> None:
    for code, meaning, action in ROWS:
        assert meaning.endswith("."), code
        assert action.endswith("."), code


def test_every_code_is_given_by_some_part_of_the_program() -> None:
    rooms = [
        path for room in ("resolvers", "exchange", "schema", "web") for path in (ROOT / room).glob("*.py")
    ]
    text = "\n".join(path.read_text() for path in rooms if path.name != "explain.py")
    for code in Code:
        assert re.search(rf"\bCode\.{code}\b", text), f"nothing gives {code}: remove it or use it"
