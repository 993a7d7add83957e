"""Runs an operation both ways and says where the answers differ; goes on with the cursors that it got.

The only module of the oracle that knows the product's entry. `python -m tests.oracle.hunt` uses it too.
"""

from typing import Any

from graphql import parse

import schema as api
from models.database import Database
from resolvers.viewer import Viewer
from tests.conftest import run
from tests.operation_scopes import Operation
from tests.oracle.answers import Oracle
from tests.oracle.compare import differences

PAGES = 3
"""How often an operation with cursors is asked: the first pages, and what comes after."""


async def disagreements(
    database: Database, oracle: Oracle, operation: Operation, viewer: Viewer
) -> list[str]:
    """Where the compiled answer differs from the oracle's, or was not one statement; empty: nowhere."""
    oracle.known.clear()
    requests = [operation.variables]
    if operation.again not in (None, operation.variables):
        requests += [operation.again or {}, operation.variables]
    for number, variables in enumerate(requests):
        pages = PAGES if number == 0 else 1
        found = await _pages(database, oracle, operation, variables, viewer, pages)
        if found:
            return [f"request {number}, {difference}" for difference in found]
    return []


async def _pages(
    database: Database,
    oracle: Oracle,
    operation: Operation,
    given: dict[str, Any],
    viewer: Viewer,
    count: int,
) -> list[str]:
    document = parse(operation.text)
    reads = api.schema.reads
    cursors: dict[str, str] = {}
    for page in range(count):
        variables = {**given, **cursors}
        before = reads.statements
        answer = await run(database, operation.text, variables, viewer)
        if "errors" in answer:
            return [f"page {page}: {error}" for error in answer["errors"]]
        expected = oracle.answer(document, variables, viewer)
        assert expected is not None
        found = differences(oracle, answer["data"], expected)
        # A __typename at the root is the only text there, and needs no statement.
        needed = int(any(not isinstance(value, str) for value in expected.values()))
        if reads.statements - before != needed:
            found.append(f"{reads.statements - before} statements, should be {needed}")
        if found:
            return [f"page {page}: {difference}" for difference in found]
        next_cursors = _cursors(operation, answer["data"])
        if not next_cursors or next_cursors == cursors:
            break
        cursors = next_cursors
    return []


def _cursors(operation: Operation, data: Any) -> dict[str, str]:
    found = {name: _find(data, key, which) for name, (key, which) in operation.cursors.items()}
    return {name: cursor for name, cursor in found.items() if cursor is not None}


def _find(data: Any, key: str, which: str) -> str | None:
    """The first cursor under a response key, wherever it stands."""
    if isinstance(data, dict):
        here = data.get(key)
        if isinstance(here, dict) and here.get(which):
            return str(here[which])
        below = list(data.values())
    else:
        below = data if isinstance(data, list) else []
    return next((cursor for item in below if (cursor := _find(item, key, which)) is not None), None)
