"""Orders and pages of every declared kind: each column, both ways, from either end, also while rows come.

The expected order is computed here in Python; filters, groups and search are in tests/test_kinds.py.
"""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from models.database import Database
from resolvers import mapping
from resolvers.viewer import Viewer
from schema.derive import snake_upper
from tests import graph
from tests.conftest import EDITOR, NORTH, Ask, run
from tests.kinds import (
    DAY,
    FACTS,
    KINDS,
    Row,
    columns,
    comparable,
    every_fact,
    every_kind,
    is_money,
    records,
    turns,
    visible_rows,
)


def in_order(
    rows: list[Row], column: mapping.Column, field: str, *, is_down: bool, nulls_last: bool
) -> list[str]:
    """Ids in the order of one key; ties follow the id in the key's direction."""
    by_id = sorted(rows, key=lambda row: row["id"], reverse=is_down)
    present = sorted(
        (row for row in by_id if row[field] is not None),
        key=lambda row: comparable(column, row[field]),
        reverse=is_down,
    )
    missing = [row for row in by_id if row[field] is None]
    return [row["id"] for row in (present + missing if nulls_last else missing + present)]


async def walk(
    ask: Ask,
    plural: str,
    name: str,
    order: list[Row],
    viewer: Viewer,
    size: int,
    *,
    is_backward: bool,
    as_of: str | None = DAY,
) -> list[str]:
    """All ids of a list, page by page from either end."""
    arguments = "last: $size, before: $place" if is_backward else "first: $size, after: $place"
    more = "hasPreviousPage" if is_backward else "hasNextPage"
    query = (
        f"query ($size: Int, $place: String, $order: [{name}Order!], $day: Date) {{ "
        f"{plural}({arguments}, orderBy: $order, asOf: $day) {{ nodes {{ id }} pageInfo {{ more: {more} "
        f"place: {'startCursor' if is_backward else 'endCursor'} }} }} }}"
    )
    found: list[str] = []
    place = None
    for _ in range(100):
        answer = await ask(query, {"size": size, "place": place, "order": order, "day": as_of}, viewer=viewer)
        assert "errors" not in answer, answer
        page = answer["data"][plural]
        ids = [row["id"] for row in page["nodes"]]
        found = ids + found if is_backward else found + ids
        place = page["pageInfo"]["place"]
        if not page["pageInfo"]["more"]:
            return found
    raise AssertionError("The list does not end.")


@every_kind
async def test_every_column_orders_both_ways_and_pages_without_loss_or_repeat(
    ask: Ask, singular: str, plural: str, name: str
) -> None:
    rows = await records(ask, plural, name, NORTH)
    for field, column in columns(name, lambda column: column.is_sortable).items():
        if is_money(name, field):
            continue
        for is_down in (False, True):
            for nulls_last in turns([False, True], name, field):
                order = [
                    {
                        "field": snake_upper(field),
                        "direction": "DESC" if is_down else "ASC",
                        "nulls": "LAST" if nulls_last else "FIRST",
                    }
                ]
                expected = in_order(rows, column, field, is_down=is_down, nulls_last=nulls_last)
                for is_backward in (False, True):
                    found = await walk(ask, plural, name, order, NORTH, 3, is_backward=is_backward)
                    assert found == expected, (order, is_backward)


@every_fact
async def test_every_column_orders_a_fact_and_pages_end_where_its_list_does(
    ask: Ask, singular: str, plural: str, name: str
) -> None:
    # Of every time: on a single day there are hardly licences enough for two pages.
    rows = await records(ask, plural, name, NORTH, as_of=None)
    assert [row["id"] for row in rows] == [str(row["id"]) for row in visible_rows(name, NORTH)]
    sizes = itertools.cycle((len(rows), len(rows) - 1, len(rows) // 2 + 1))
    # One order and one end for each column: the eight kinds of fact try all of them on every type of value.
    first = [fact for *_, fact in FACTS].index(name)
    for turn, (field, column) in enumerate(columns(name, is_listed).items(), first):
        if is_money(name, field):
            continue
        is_down, nulls_last, is_backward = (bool(turn & bit) for bit in (1, 2, 4))
        order = [
            {
                "field": snake_upper(field),
                "direction": "DESC" if is_down else "ASC",
                "nulls": "LAST" if nulls_last else "FIRST",
            }
        ]
        expected = in_order(rows, column, field, is_down=is_down, nulls_last=nulls_last)
        found = await walk(ask, plural, name, order, NORTH, next(sizes), is_backward=is_backward, as_of=None)
        assert found == expected, (order, is_backward)


def is_listed(column: mapping.Column) -> bool:
    return column.is_sortable and column.value is not mapping.Value.TEXTS


@every_fact
async def test_beyond_the_last_page_of_a_fact_there_is_nothing(
    ask: Ask, singular: str, plural: str, name: str
) -> None:
    page = "{ nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }"
    whole = (await ask(f"{{ {plural}(first: 1000, asOf: null) {page} }}", viewer=NORTH))["data"][plural]
    info, number = whole["pageInfo"], len(whole["nodes"])
    assert (info["hasNextPage"], info["hasPreviousPage"], whole["totalCount"]) == (False, False, number)
    parts = {
        "after": "first: 1, after: $last",
        "before": "last: 1, before: $first",
        "all": f"first: {number}",
        "most": f"first: {number - 1}",
    }
    fields = " ".join(f"{key}: {plural}({part}, asOf: null) {page}" for key, part in parts.items())
    query = f"query ($first: String, $last: String) {{ {fields} }}"
    ends = {"first": info["startCursor"], "last": info["endCursor"]}
    found = (await ask(query, ends, viewer=NORTH))["data"]
    assert found["after"]["nodes"] == found["before"]["nodes"] == []
    assert not found["after"]["pageInfo"]["hasNextPage"]
    assert not found["before"]["pageInfo"]["hasPreviousPage"]
    assert [found[name]["pageInfo"]["hasNextPage"] for name in ("all", "most")] == [False, True]


@pytest.fixture
async def moving(fresh_dsn: str) -> AsyncIterator[tuple[Ask, asyncpg.Connection]]:
    """A graph of its own that a test may write to between two pages."""
    connection = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live, common"})
    await graph.load(connection)
    database = Database(fresh_dsn)
    await database.open()

    async def ask(query: str, variables: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return await run(database, query, variables, **options)

    yield ask, connection
    await database.close()
    await connection.close()


async def test_pages_stay_whole_while_records_come_and_go_between_them(
    moving: tuple[Ask, asyncpg.Connection],
) -> None:
    ask, connection = moving
    numbers = itertools.count()
    for _, plural, name in KINDS:
        before = [row["id"] for row in await records(ask, plural, name)]
        for is_backward in (False, True):
            for order in ([], [{"field": "CITY", "nulls": "FIRST"}, {"field": "NAME", "direction": "DESC"}]):
                found: list[Any] = []
                place = None
                arguments = "last: 2, before: $place" if is_backward else "first: 2, after: $place"
                edge = "startCursor" if is_backward else "endCursor"
                while place is not None or not found:
                    answer = await ask(
                        f"query ($place: String, $order: [{name}Order!]) {{ "
                        f"{plural}({arguments}, orderBy: $order) "
                        f"{{ nodes {{ id }} pageInfo {{ place: {edge} }} }} }}",
                        {"place": place, "order": order},
                        viewer=EDITOR,
                    )
                    found += [row["id"] for row in answer["data"][plural]["nodes"]]
                    place = answer["data"][plural]["pageInfo"]["place"]
                    if len(found) < 6:
                        await copy_of_one(connection, before[0], f" {next(numbers)}")
                assert len(found) == len(set(found))
                assert set(before) <= set(found)


async def copy_of_one(connection: asyncpg.Connection, id_: str, slug: str) -> None:
    """Inserts two records like another one: one before all others in every order, one after them."""
    names = await connection.fetchval(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute "
        "WHERE attrelid = 'entity'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
    )
    for first_digits, city in (("00000000-0000-6", "Attock"), ("ffffffff-ffff-7", "Zhob")):
        await connection.execute(
            f"""
            INSERT INTO entity ({names}) SELECT {names} FROM (
                SELECT (jsonb_populate_record(e, jsonb_build_object(
                    'id', overlay(gen_random_uuid()::text placing $2 from 1), 'slug', $3::text || $4::text,
                    'city', $4::text, 'name', $4::text || $3::text))).*
                FROM entity e WHERE id = $1) AS made
            """,
            id_, first_digits, slug, city,
        )  # fmt: skip
