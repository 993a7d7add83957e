"""The fixed set: operations in `known/` that must answer as the oracle does; each planted fault shows in
one of them (tests/test_faults.py). Every bug found by comparison has its operation there.

A file's first lines say who asks (tests/conftest.py: VIEWERS), and where needed with which variables and
which of them take a cursor of the answer: `{"after": ["page", "endCursor"]}`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.operation_scopes import Operation

FOLDER = Path(__file__).parent / "known"


@dataclass(frozen=True)
class Case:
    """A known operation, and who asks."""

    name: str
    viewer: str
    operation: Operation


def cases() -> list[Case]:
    """All known operations, by name."""
    return [_case(path) for path in sorted(FOLDER.glob("*.graphql"))]


def _case(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    said = dict(line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# "))
    variables: dict[str, Any] = json.loads(said.get("variables", "{}"))
    cursors = {name: (key, which) for name, (key, which) in json.loads(said.get("cursors", "{}")).items()}
    return Case(path.stem, said["viewer"], Operation(text, variables, cursors))
