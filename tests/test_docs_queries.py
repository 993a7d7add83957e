"""The examples of all pages of docs/ and of examples/queries run on the sample data as shown.

The mutations of a page run one after the other on a copy of it, as an editor or, where the page is for
partners, as one. An answer that is shown is compared.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.vocabulary import EVENT_ROLES
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, PATIENT, SCOPES, clone, drop
from web.explorer import read_queries

ROOT = Path(__file__).parents[1]
EXAMPLE = Viewer("partner", UUID(int=1), "example", frozenset(SCOPES), "th_live_x")
AUTHORS = {"writing": EXAMPLE}
"""Page -> whose key its mutations are sent with."""
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))}
PAGE, TIME = PAGES["queries"], PAGES["time"]
FENCE = re.compile(r"^```graphql\n(.*?)^```\n(?:\n```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BLOCKS = {name: FENCE.findall(page) for name, page in PAGES.items()}
EXAMPLES = [
    pytest.param(query, answer, id=f"{name}-{n}")
    for name, blocks in BLOCKS.items()
    for n, (query, answer) in enumerate(blocks, start=1)
    if not query.startswith("mutation")
]
MUTATIONS = {
    name: found
    for name, blocks in BLOCKS.items()
    if (found := [block for block in blocks if block[0].startswith("mutation")])
}
"""Page -> its mutations, each of which may build on those before it."""
READY = read_queries(ROOT / "examples" / "queries")


@pytest.fixture
async def own_sample(postgres: EmbeddedPostgres, sample_template: str) -> AsyncIterator[Database]:
    """Pools over sample data that mutations may change."""
    dsn = await clone(postgres.dsn, sample_template)
    connection = await asyncpg.connect(dsn)
    insert = "INSERT INTO common.partner (id, slug, name) VALUES ($1, $2, 'An example')"
    await connection.execute(insert, EXAMPLE.partner_id, EXAMPLE.partner)
    await connection.close()
    database = Database(dsn, **PATIENT)
    await database.open()
    yield database
    await database.close()
    await drop(postgres.dsn, dsn)


async def answer_of(
    database: Database, query: str, variables: dict[str, Any] | None = None, viewer: Viewer = ANONYMOUS
) -> dict[str, Any]:
    """The answer as a client gets it, without places in the document and prices."""
    context = api.make_context(viewer, database, "test")
    result = await api.schema.execute(query, variable_values=variables, context_value=context)
    answer: dict[str, Any] = {"data": orjson.loads(orjson.dumps(result.data))}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
        for error in answer["errors"]:
            error.pop("locations", None)
    return answer


async def first_event_of(database: Database, dsn: str, query: str) -> dict[str, Any]:
    """The first answer of a subscription, after something was written."""
    context = api.make_context(ANONYMOUS, database, "test")
    stream: Any = await api.schema.stream(query, context_value=context)
    writer = await asyncpg.connect(dsn)
    event = asyncio.ensure_future(anext(aiter(stream)))
    try:
        while not event.done():
            # A subscriber is told what happens from when it listens, so something happens until it does.
            await writer.execute(
                "UPDATE live.entity SET city = 'Karachi' WHERE slug = 'mehran-bay-technology-park'"
            )
            await asyncio.wait([event], timeout=0.2)
    finally:
        await writer.close()
    result = event.result()
    await stream.aclose()
    assert not result.errors
    found: dict[str, Any] = orjson.loads(orjson.dumps(result.data))
    return found


@pytest.mark.parametrize(("query", "shown"), EXAMPLES)
async def test_an_example_of_the_page_gives_what_the_page_shows(
    query: str, shown: str, sample: Database, sample_dsn: str
) -> None:
    if query.startswith("subscription"):
        assert await asyncio.wait_for(first_event_of(sample, sample_dsn, query), 60)
        return
    compare(await answer_of(sample, query), shown)


@pytest.mark.parametrize("page", MUTATIONS)
async def test_the_mutations_of_a_page_give_what_it_shows(page: str, own_sample: Database) -> None:
    for mutation, shown in MUTATIONS[page]:
        compare(await answer_of(own_sample, mutation, viewer=AUTHORS.get(page, EDITOR)), shown)


def compare(answer: dict[str, Any], shown: str) -> None:
    """Fails where the answer is not the one that is shown or, where none is, has errors or nothing in it."""
    if not shown:
        assert "errors" not in answer
        assert all(answer["data"].values())
        return
    expected = json.loads(shown)
    if "errors" not in expected:
        expected = {"data": expected}
    assert answer == {"data": None} | expected


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready["id"])
async def test_a_ready_query_returns_something_worth_seeing(
    ready: dict[str, Any], sample: Database, sample_dsn: str
) -> None:
    assert ready["description"], "the comment at its head is shown in the explorer"
    if "\nsubscription " in ready["query"]:
        assert await asyncio.wait_for(first_event_of(sample, sample_dsn, ready["query"]), 60)
        return
    answer = await answer_of(sample, ready["query"], ready["variables"])
    assert "errors" not in answer
    for root in answer["data"].values():
        assert root
        for name, field in root.items():
            assert field, f"{name} is empty in the sample"
            assert not isinstance(field, dict) or any(field.values()), f"{name} is empty in the sample"


async def test_the_first_ready_query_crosses_the_three_spheres(sample: Database) -> None:
    answer = await answer_of(sample, READY[0]["query"], READY[0]["variables"])
    companies = [c for zone in answer["data"]["zones"]["nodes"] for c in zone["companies"]["nodes"]]
    experts = [edge["node"] for company in companies for edge in company["experts"]["edges"]]
    assert any(expert["universities"]["edges"] for expert in experts)
    assert any(expert["programs"]["nodes"] for expert in experts)


def test_the_page_shows_enough() -> None:
    assert len(BLOCKS["queries"]) >= 12
    assert sum(bool(answer) for _, answer in BLOCKS["queries"]) >= 6
    assert 8 <= len(READY) <= 15


def test_no_example_escapes() -> None:
    for name, page in PAGES.items():
        assert page.count("```graphql") == len(BLOCKS[name]), name


def test_the_page_on_time_names_what_has_no_instant_and_what_is_an_event() -> None:
    assert len(BLOCKS["time"]) == 3
    query = api.schema._schema.query_type
    assert query is not None
    line = next(line for line in TIME.splitlines() if "have no `knownAt`" in line)
    without = {
        name for name, field in query.fields.items() if "asOf" in field.args and "knownAt" not in field.args
    }
    assert without <= set(re.findall(r"`(\w+)`", line)) - {"knownAt"}
    events = next(line for line in TIME.splitlines() if "is an **event**" in line)
    assert set(re.findall(r"`([A-Z_]+)`", events)) == {str(role) for role in EVENT_ROLES}


def test_the_limits_that_the_page_states_are_those_that_hold() -> None:
    reads, document = api.schema.reads.limits, api.schema.documents.limits
    for said in (
        f"gives {reads.page_default} records unless told, a nested\n  one {reads.page_nested}, "
        f"at most {reads.page_most:,}",
        f"{reads.cost:,} are allowed",
        f"up to {reads.order_keys} keys",
        f"in `where` {reads.where_conditions}\nconditions and {reads.list_values} values a list",
        f"{document.depth} levels of fields, {document.aliases} aliases, {document.root_fields} root fields, "
        f"{document.tokens:,} tokens",
    ):
        assert said in PAGE, said
