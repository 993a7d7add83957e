"""With knownAt nothing is read but rows of then: the printed SQL names no live table that has a history, save
as a member of its rows of then, and calls no function that reads such tables.
"""

import re
from typing import Any

import asyncpg
import pytest
from sqlalchemy import and_, select, true
from sqlalchemy.dialects import postgresql

import schema as api
from models.history import RECORDED_TABLES
from resolvers import plan
from resolvers.conditions import Conditions, Table
from resolvers.explain import operation as explained
from resolvers.mapping import Column, Composite, TypeMap
from resolvers.viewer import ANONYMOUS

AT = plan.Bind(plan.Constant("2024-01-01T00:00:00Z"), "instant", "timestamptz", "knownAt")
DAYS = {"today": plan.Bind(plan.TODAY, "date", "date", "asOf"), "of all times": None}
LIVE = re.compile(
    rf"(?:\bFROM|\bJOIN|,)\s+(?P<table>{'|'.join(RECORDED_TABLES)})\b(?!\.)(?:\s+AS\s+(?P<alias>\w+))?"
)
DEFINED = [one for one in api.CATALOG.types.values() if one.table in RECORDED_TABLES]
"""The types whose rows have a history."""


def computed() -> list[tuple[TypeMap, Column]]:
    """Every computed field of every type, parts of composite ones too."""
    found = []
    for target in api.CATALOG.types.values():
        for field in target.fields.values():
            parts = field.parts.values() if isinstance(field, Composite) else [field]
            found += [(target, part) for part in parts if isinstance(part, Column) and part.expression]
    return found


def live_tables(sql: str) -> set[str]:
    """The recorded tables that a text reads as they are now, not as a member of rows of then (`..._l`)."""
    # A part of the statement may have a table's name: WITH source AS (...).
    own = set(re.findall(r"\b(\w+) AS (?:MATERIALIZED )?\(", sql))
    found = {one["table"] for one in LIVE.finditer(sql) if not (one["alias"] or "").endswith("_l")}
    return found - own


def printed(conditions: Conditions, table: Table, value: Any) -> str:
    """The text of a select of one value of a table's rows."""
    return str(select(value).select_from(table.source).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def test_the_test_sees_a_live_table() -> None:
    for sql in (
        "SELECT 1 FROM relation", "SELECT 1 FROM relation AS t1", "SELECT 1 FROM a, relation AS t1",
        "SELECT 1 FROM a JOIN relation AS t1 ON true", "SELECT (SELECT 1 FROM entity AS x_l, relation r)",
    ):  # fmt: skip
        assert live_tables(sql) == {"relation"}, sql
    assert live_tables("SELECT 1 FROM relation AS t1_l JOIN relation_history AS t1_p ON true") == set()


@pytest.mark.parametrize("role", ["reader", "partner", "editor"])
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("known", [True, False], ids=["then", "now"])
def test_a_computed_field_reads_rows_of_then(role: Any, day: str, known: bool) -> None:
    reading: set[str] = set()
    for target, column in computed():
        conditions = Conditions(api.CATALOG, role)
        conditions.known_at = AT if known else None
        table = conditions.table(target)
        sql = printed(conditions, table, conditions.value(column, table, DAYS[day]))
        name = f"{target.name}.{column.name}"
        own = set() if known else {target.table}
        if live_tables(sql) - own:
            reading.add(name)
    # Of now the same search finds the fields that look into tables: it is able to fail.
    looking = {"Zone.status", "Assertion.is_preferred", "Assertion.is_pinned"}
    assert reading >= looking if not known else not reading


@pytest.mark.parametrize("role", ["reader", "partner", "editor"])
def test_who_may_see_a_row_is_judged_by_rows_of_then(role: Any) -> None:
    for target in DEFINED:
        conditions = Conditions(api.CATALOG, role)
        conditions.known_at = AT
        table = conditions.table(target)
        sql = printed(conditions, table, and_(true(), *conditions.visible(table, target)))
        assert live_tables(sql) == set(), target.name


async def functions_that_read(dsn: str) -> set[str]:
    """The functions of a data schema, no triggers, whose text names a recorded table."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'live'::regnamespace "
            "AND prorettype <> 'trigger'::regtype"
        )
    finally:
        await connection.close()
    named = re.compile(rf"\b(?:{'|'.join(RECORDED_TABLES)})\b")
    return {row["proname"] for row in rows if named.search(row["prosrc"])}


@pytest.mark.parametrize(
    ("list_", "where"),
    [
        ("zones", '{name: {contains: "a"}, city: {startsWith: "b"}}'),
        ("companies", '{verticals: {hasSome: ["FINTECH"]}, name: {matches: "a b"}}'),
        ("companies", '{zones: {some: {companies: {some: {verticals: {has: "FINTECH"}}}}}}'),
        ("experts", '{identifiers: {scheme: ORCID}, name: {contains: "a"}}'),
    ],
)
async def test_no_filter_asks_an_index_of_now(fresh_dsn: str, list_: str, where: str) -> None:
    reading = await functions_that_read(fresh_dsn)
    assert {"entity_ids_named", "entity_ids_near", "entity_ids_in_verticals"} <= reading
    called = re.compile(rf"\b({'|'.join(reading)})\(")

    def statement(arguments: str) -> str:
        text = f"{{ {list_}({arguments}) {{ totalCount nodes {{ name source {{ title }} }} }} }}"
        found = explained(api.schema.reads, text, {}, ANONYMOUS).prepared.statement
        assert found is not None
        return found.sql

    now, then = statement(f"where: {where}"), statement(f'where: {where}, knownAt: "2024-01-01T00:00:00Z"')
    assert not called.search(then)
    assert live_tables(then) == set()
    assert live_tables(now)
    if "identifiers" not in where:
        assert called.search(now)


@pytest.mark.parametrize(
    "asked",
    [
        'zone(by: {slug: "z"}%s) { readiness { score missing parts { points value } } }',
        'skillGap(region: "PK-SD"%s) { needs places skills { skill { label } } }',
        'eligibility(company: {slug: "c"}, zone: {slug: "z"}%s) { incentives { rules { rule reason } } }',
    ],
)
async def test_a_computed_object_reads_rows_of_then(fresh_dsn: str, asked: str) -> None:
    called = re.compile(rf"\b({'|'.join(await functions_that_read(fresh_dsn))})\(")

    def statement(arguments: str) -> str:
        text = f"{{ {asked % arguments} }}"
        found = explained(api.schema.reads, text, {}, ANONYMOUS).prepared.statement
        assert found is not None
        return found.sql

    assert live_tables(statement(""))
    then = statement(', knownAt: "2024-01-01T00:00:00Z"')
    assert live_tables(then) == set()
    assert not called.search(then)
