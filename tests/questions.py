"""The twenty questions: their files in examples/questions, and how an answer is made comparable.

Each has a query, its variables and its answer on the sample data. Not its business: what the page says of
them (tests/test_questions.py reads docs/questions.md).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

import schema as api
from models.database import Database
from resolvers.viewer import ANONYMOUS
from web.explorer import read_queries

FOLDER = Path(__file__).parents[1] / "examples" / "questions"
DIFFERS = "(each installation has its own)"
OWN = frozenset(("id", "changedAt", "endCursor", "startedAt", "finishedAt"))
"""Fields whose values depend on when and where the sample was loaded."""

UNORDERED = frozenset(("facts", "statements", "matches"))
"""What one import says, and skills of one worth, stand in no order."""


@dataclass(frozen=True)
class Question:
    """One of the twenty: `name` is the file's, `number` its first two digits."""

    name: str
    query: str
    variables: dict[str, Any] | None

    @property
    def number(self) -> int:
        return int(self.name[:2])

    @property
    def path(self) -> Path:
        """Where its answer stands."""
        return FOLDER / f"{self.name}.answer.json"


def questions() -> list[Question]:
    """All of them, by number."""
    return [Question(ready["id"], ready["query"], ready["variables"]) for ready in read_queries(FOLDER)]


def comparable(value: Any, name: str = "") -> Any:
    """The answer without what is each installation's own."""
    if isinstance(value, dict):
        return {key: comparable(item, key) for key, item in value.items()}
    if isinstance(value, list):
        found = [comparable(item, name) for item in value]
        return sorted(found, key=str) if name in UNORDERED else found
    return DIFFERS if name in OWN and value is not None else value


async def answer(question: Question, database: Database) -> dict[str, Any]:
    """What the API answers to anybody, with its price, in comparable form."""
    context = api.make_context(ANONYMOUS, database, "test")
    result = await api.schema.execute(
        question.query, variable_values=question.variables, context_value=context
    )
    found: dict[str, Any] = {"data": comparable(orjson.loads(orjson.dumps(result.data)))}
    if result.errors:
        found["errors"] = [error.formatted for error in result.errors]
    return found | {"extensions": result.extensions}


def printed(found: dict[str, Any]) -> str:
    """An answer as its file has it."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
