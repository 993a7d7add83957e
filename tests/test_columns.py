"""Columnar pages give what the row-wise form gives, whatever the texts hold."""

from typing import Any

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.database import Database
from resolvers import pages
from resolvers.columns import SEPARATOR, Slot, Template, stitch
from resolvers.viewer import Viewer
from schema import schema
from tests.conftest import VIEWERS, run

PIECES = [
    '"',
    "\\",
    ", ",
    '", ',
    '", "',
    '\\", "',
    "null",
    "[",
    "\n",
    "\x01",
    "\x1e",
    "ی",
    "جامعہ",
    "🚀",
    "a",
    " ",
    "{",
    "}",
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
COLUMNS = (
    "SELECT string_agg(CASE length(t) % 2 WHEN 1 THEN 't' WHEN 0 THEN 'f' ELSE 'n' END, ''), "
    "json_agg(t)::text, string_agg(coalesce(to_json(t)::text, 'null'), E'\\x1e'), "
    "json_agg(length(t))::text, json_agg(coalesce(t, ''))::text, "
    "string_agg(CASE WHEN t IS NULL THEN 't' ELSE 'f' END, '') FROM unnest($1::text[]) AS t"
)
TEMPLATE = Template(
    (b'{"odd":', b',"some":', b',"raw":', b',"length":', b',"all":', b',"none":', b"}"),
    (Slot.FLAGS, Slot.SOME_TEXTS, Slot.JSONS, Slot.NUMBERS, Slot.TEXTS, Slot.FLAGS),
    1000,
)


@pytest.fixture(scope="session")
async def connection(graph_dsn: str):  # type: ignore[no-untyped-def]
    opened = await asyncpg.connect(graph_dsn)
    yield opened
    await opened.close()


async def stitched(connection: asyncpg.Connection, texts: list[str | None], size: int = 1000) -> list[Any]:
    """The rows after their way through PostgreSQL's aggregates."""
    row = await connection.fetchrow(COLUMNS, texts)
    columns = [None if value is None else value.encode() for value in row]
    template = Template(TEMPLATE.fragments, TEMPLATE.slots, size)
    whole: list[Any] = orjson.loads(stitch(template, columns, b"[", b"]"))
    # Alone and in other orders each column must do without what the others say.
    for index, slot in enumerate(TEMPLATE.slots):
        for others in ((), (2,), (4,)):
            chosen = (*others, index)
            fragments = (b"[", *(b"," for _ in chosen[1:]), b"]")
            some = Template(fragments, tuple(TEMPLATE.slots[one] for one in chosen), size)
            pairs = orjson.loads(stitch(some, [columns[one] for one in chosen], b"[", b"]"))
            assert pairs == [[list(one.values())[at] for at in chosen] for one in whole], slot
    return whole


def rows(texts: list[str | None]) -> list[dict[str, Any]]:
    """What the rows must be."""
    return [
        {
            "odd": None if text is None else len(text) % 2 == 1,
            "some": text,
            "raw": text,
            "length": None if text is None else len(text),
            "all": text or "",
            "none": text is None,
        }
        for text in texts
    ]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(texts=['", ', "next"])
@example(texts=["ends with a backslash\\", "next", None])
@example(texts=[None])
@example(texts=[None, '", ', "next", "last"])
@given(texts=st.lists(st.none() | HOSTILE | st.text(st.characters(exclude_characters="\x00", codec="utf-8"))))
async def test_hostile_texts_come_through_whole(
    connection: asyncpg.Connection, texts: list[str | None]
) -> None:
    assert await stitched(connection, texts) == rows(texts)


async def test_a_megabyte_of_quotes_comes_through_whole(connection: asyncpg.Connection) -> None:
    texts: list[str | None] = ['", "' * 250_000, "short", None, "\\" * 1_000_000]
    assert await stitched(connection, texts) == rows(texts)


async def test_the_row_beyond_the_page_is_left_out(connection: asyncpg.Connection) -> None:
    assert await stitched(connection, ["one", "two", "three"], size=2) == rows(["one", "two"])
    assert await stitched(connection, [], size=2) == []


def test_the_separator_cannot_occur_in_json() -> None:
    assert SEPARATOR not in orjson.dumps("".join(map(chr, range(0x20))))


FLAT = """
query Flat($n: Int!, $after: String) {
  experts(first: $n, after: $after, orderBy: [{field: HEADLINE}]) {
    totalCount
    nodes { name headline email availability country isFreelancer languages updatedAt source { title } }
    pageInfo { hasNextPage startCursor endCursor }
  }
  zones(first: $n) { edges { cursor node { name area { value unit squareMetres } status region { name } } } }
  none: companies(first: $n, where: {name: {eq: "nobody"}}) { nodes { name } }
}
"""


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
@pytest.mark.parametrize("size", [1, 3, 50])
async def test_both_forms_give_the_same_bytes(
    graph_database: Database, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, size: int
) -> None:
    answers = []
    for least in (10**9, 1):
        monkeypatch.setattr(pages, "COLUMNAR_FROM", least)
        monkeypatch.setattr(schema.reads, "plans", type(schema.reads.plans)(10))
        first = await run(graph_database, FLAT, {"n": size}, viewer)
        assert "errors" not in first, first
        cursor = first["data"]["experts"]["pageInfo"]["endCursor"]
        answers.append((first, await run(graph_database, FLAT, {"n": size, "after": cursor}, viewer)))
        layouts = {
            t is None
            for plan in schema.reads.plans._entries.values()
            if plan.statement
            for t in plan.statement.layout
        }
        assert layouts == {least > 1}
    assert orjson.dumps(answers[0]) == orjson.dumps(answers[1])


def test_an_empty_page_has_no_rows() -> None:
    assert stitch(TEMPLATE, [None] * len(TEMPLATE.slots)) == b""
    assert stitch(TEMPLATE, [None] * len(TEMPLATE.slots), b"[", b"]") == b"[]"
