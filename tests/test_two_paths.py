"""The short way and the complete way give the same status, headers and bytes for every query.

A document takes the complete way when it comes for the first time, and the short one (web/lane.py,
schema/fast.py) from then on. Here its body comes behind its head; tests/test_direct.py has both in one piece.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest

import server
from resolvers.keys import create_key
from settings import Settings
from tests import graph
from tests.conftest import clone
from tests.corpus import Case, cases
from tests.stub_app import serving
from web.execution import Outcome, Runner

KEYS: dict[str, str] = {}
SAME = ("content-type", "content-length", "vary", "x-content-type-options", "cache-control", "x-request-id")


@pytest.fixture(scope="module")
async def api(postgres: Any, migrated: str) -> AsyncIterator[httpx2.AsyncClient]:
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    for role in ("partner", "editor"):
        issued = await create_key(connection, "north", label=role, role=role, scopes=["persons:read"])
        KEYS[role] = issued.secret
    await connection.close()
    plenty: dict[str, Any] = {"rate_anonymous": 100_000, "rate_anonymous_burst": 100_000}
    plenty |= {"rate_key": 100_000, "rate_key_burst": 100_000, "nodes_anonymous": 10**9, "nodes_key": 10**9}
    settings = Settings(database_url=dsn, metrics_port=0, log_level="error", **plenty)
    # Over a real socket, by a client that sends head and body apart.
    async with (
        serving(server.create_app(settings)) as (host, port),
        httpx2.AsyncClient(timeout=60, base_url=f"http://{host}:{port}") as found,
    ):
        yield found


@pytest.fixture
def shortcuts(monkeypatch: pytest.MonkeyPatch) -> list[Outcome | None]:
    """What the short way answered, None where it passed on."""
    found: list[Outcome | None] = []
    known = Runner.known

    async def watched(self: Runner, *given: Any) -> Outcome | None:
        found.append(await known(self, *given))
        return found[-1]

    monkeypatch.setattr(Runner, "known", watched)
    return found


def shown(response: httpx2.Response) -> tuple[Any, ...]:
    """What must be equal."""
    return (response.status_code, response.content, *(response.headers.get(name) for name in SAME))


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_a_query_is_answered_alike_on_both_ways(
    api: httpx2.AsyncClient, shortcuts: list[Outcome | None], case: Case, accept: str
) -> None:
    headers = {"accept": accept, "x-request-id": "the-same-request-id"}
    role = case.viewer
    if role in KEYS:
        headers["authorization"] = f"Bearer {KEYS[role]}"
    query = case.read(".graphql")
    # A comment makes the document new, so that the first request takes the complete way.
    body = {"query": f"{query}\n# {case.name} {accept}", "variables": case.variables}
    first = await api.post("/graphql", json=body, headers=headers)
    assert shortcuts == []
    is_compiled = first.status_code == 200 and "__schema" not in query and "viewer" not in query
    is_short = is_compiled and b'"errors"' not in first.content
    # A key is looked up again once a second, which is soon over where the machine stands still. A request
    # that needs a look-up takes the complete way.
    for _ in range(30 if is_short else 3):
        again = await api.post("/graphql", json=body, headers=headers)
        assert shown(again) == shown(first)
        if shortcuts:
            break
    got = await api.post("/graphql", json=body, headers={**headers, "origin": "https://elsewhere.example"})
    assert got.content == first.content
    if is_short:
        assert shortcuts, "every request took the complete way"
        assert shortcuts[-1] is not None, "the short way passed the request on"
