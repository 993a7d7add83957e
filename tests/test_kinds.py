"""Every declared kind, whatever it is: what follows from a declaration is tested by being declared.

Expected answers are computed here from the rows of table `entity` and from what the API itself shows of
a record, never by the compiler. Orders and pages are in tests/test_kind_pages.py; what is special to one
kind is tested elsewhere.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

import schema as api
from models.vocabulary import Kind
from resolvers import mapping
from resolvers.mapping import Value
from resolvers.viewer import Viewer
from schema.derive import snake_upper
from tests import graph
from tests.conftest import EDITOR, NORTH, VIEWERS, Ask
from tests.kinds import (
    DAY,
    KINDS,
    columns,
    comparable,
    every_kind,
    is_money,
    records,
    turns,
    type_map,
    visible_rows,
)

# -- lists and single records ------------------------------------------------------------------------


def test_every_kind_of_the_vocabulary_is_declared_and_has_its_root_fields() -> None:
    assert {type_map(name).kinds[0] for *_, name in KINDS} == {str(kind) for kind in Kind}
    for singular, plural, _ in KINDS:
        assert {singular, plural} <= api.CATALOG.query.keys()


@every_kind
@pytest.mark.parametrize("viewer", list(VIEWERS))
async def test_a_list_gives_the_current_records_that_the_viewer_may_see(
    ask: Ask, singular: str, plural: str, name: str, viewer: str
) -> None:
    who = VIEWERS[viewer]
    expected = [
        row["slug"] for row in visible_rows(name, who) if row["record_status"] in ("ACTIVE", "INACTIVE")
    ]
    answer = await ask(f"{{ {plural}(first: 100) {{ totalCount nodes {{ slug }} }} }}", viewer=who)
    assert [row["slug"] for row in answer["data"][plural]["nodes"]] == expected
    assert answer["data"][plural]["totalCount"] == len(expected)


@every_kind
@pytest.mark.parametrize("viewer", list(VIEWERS))
async def test_a_record_is_found_by_id_and_slug_exactly_where_it_may_be_seen(
    ask: Ask, singular: str, plural: str, name: str, viewer: str
) -> None:
    who = VIEWERS[viewer]
    seen = {row["id"] for row in visible_rows(name, who)}
    for row in visible_rows(name, EDITOR):
        found = {"id": str(row["id"])} if row["id"] in seen else None
        answer = await ask(
            f"""query ($id: ID!, $slug: String!) {{
                byId: {singular}(by: {{id: $id}}) {{ id }} bySlug: {singular}(by: {{slug: $slug}}) {{ id }}
                entity(by: {{id: $id}}) {{ id }} node(id: $id) {{ id }} nodes(ids: [$id]) {{ id }} }}""",
            {"id": str(row["id"]), "slug": row["slug"]},
            viewer=who,
        )
        assert answer["data"] == dict.fromkeys(("byId", "bySlug", "entity", "node"), found) | {
            "nodes": [found]
        }


@every_kind
async def test_a_record_of_another_kind_is_null(ask: Ask, singular: str, plural: str, name: str) -> None:
    other = next(row for row in graph.entity_rows() if row["kind"] != type_map(name).kinds[0])
    answer = await ask(f'{{ {singular}(by: {{id: "{other["id"]}"}}) {{ id }} }}', viewer=EDITOR)
    assert answer["data"] == {singular: None}


# -- filters -----------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("viewer", [NORTH, EDITOR], ids=lambda viewer: viewer.role)
async def test_every_column_filters_by_a_value_of_the_data(
    ask: Ask, singular: str, plural: str, name: str, viewer: Viewer
) -> None:
    current = await records(ask, plural, name, viewer)
    everything = await records(ask, plural, name, viewer, is_current=False)
    for field, column in columns(name, lambda column: column.is_filterable).items():
        # Who filters by the status asks for records of every status.
        rows = everything if field == "recordStatus" else current
        values = [row[field] for row in rows if row[field] not in (None, [])]
        for operator, value, holds in turns(conditions(column, values), name, field):
            answer = await ask(
                f'query ($where: {name}Where) {{ {plural}(first: 100, where: $where, asOf: "{DAY}") '
                f"{{ totalCount nodes {{ id }} }} }}",
                {"where": {field: {operator: value}}},
                viewer=viewer,
            )
            assert "errors" not in answer, (field, operator, value)
            expected = [row["id"] for row in rows if holds(row[field])]
            found = [row["id"] for row in answer["data"][plural]["nodes"]]
            assert found == expected, (field, operator, value)
            assert answer["data"][plural]["totalCount"] == len(expected), (field, operator, value)


def conditions(column: mapping.Column, values: list[Any]) -> Iterator[tuple[str, Any, Callable[[Any], bool]]]:
    """Operators of a column with a value each and what they mean; missing values meet only `ne`, `notIn`."""
    if column.value is Value.TEXTS:
        yield "isEmpty", True, lambda found: not found
        yield "isEmpty", False, bool
        if values:
            one, other = values[0][0], values[-1][-1]
            yield "has", one, lambda found: one in found
            yield "hasSome", [one, other], lambda found: bool({one, other} & set(found))
            yield "hasEvery", [one, other], lambda found: {one, other} <= set(found)
        return
    yield "isNull", True, lambda found: found is None
    yield "isNull", False, lambda found: found is not None
    if not values:
        return
    value = sorted(values, key=lambda found: comparable(column, found))[len(values) // 2]
    pivot = comparable(column, value)
    yield "eq", value, lambda found: found == value
    yield "ne", value, lambda found: found != value
    if column.value is Value.BOOLEAN:
        return
    yield "in", [value], lambda found: found == value
    yield "notIn", [value], lambda found: found != value
    if column.value in (Value.ENUM, Value.ID):
        return
    yield "lt", value, lambda found: found is not None and comparable(column, found) < pivot
    yield "lte", value, lambda found: found is not None and comparable(column, found) <= pivot
    yield "gt", value, lambda found: found is not None and comparable(column, found) > pivot
    yield "gte", value, lambda found: found is not None and comparable(column, found) >= pivot


@every_kind
async def test_a_name_is_found_by_a_piece_of_it(ask: Ask, singular: str, plural: str, name: str) -> None:
    for row in await records(ask, plural, name):
        query = f"query ($where: {name}Where) {{ {plural}(where: $where) {{ nodes {{ id }} }} }}"
        for operator, text in (
            ("contains", row["name"].upper()[1:]),
            ("startsWith", row["name"].lower()[:-1]),
            ("matches", " ".join(reversed(row["name"].split()))),
        ):
            answer = await ask(query, {"where": {"name": {operator: text}}}, viewer=EDITOR)
            assert {"id": row["id"]} in answer["data"][plural]["nodes"], (operator, text)


# -- groups ------------------------------------------------------------------------------------------


@every_kind
async def test_every_groupable_column_groups_all_records(
    ask: Ask, singular: str, plural: str, name: str
) -> None:
    rows = await records(ask, plural, name, NORTH)
    groupable = columns(name, lambda column: column.is_groupable)
    numbers = columns(name, lambda column: column.value in (Value.INT, Value.DECIMAL))
    ordered = columns(
        name, lambda c: c.value in (Value.INT, Value.DECIMAL, Value.DATE, Value.DATETIME) and c.name != "id"
    )
    numbers = {field: column for field, column in numbers.items() if not is_money(name, field)}
    ordered = {field: column for field, column in ordered.items() if not is_money(name, field)}
    for field in groupable:
        answer = await ask(
            f'{{ {plural}(asOf: "{DAY}") {{ totalCount groupBy(by: [{snake_upper(field)}]) {{ count '
            f"keys {{ value: {field} }} sum {{ {' '.join(numbers)} }} "
            f"min {{ {' '.join(ordered)} }} max {{ {' '.join(ordered)} }} }} }} }}",
            viewer=NORTH,
        )
        assert "errors" not in answer, field
        groups = answer["data"][plural]["groupBy"]
        counts = {group["keys"]["value"]: group["count"] for group in groups}
        assert counts == Counter(row[field] for row in rows), field
        assert len(groups) == len(counts)
        assert sum(counts.values()) == answer["data"][plural]["totalCount"] == len(rows)
        for group in groups:
            members = [row for row in rows if row[field] == group["keys"]["value"]]
            for number in numbers:
                values = [Fraction(row[number]) for row in members if row[number] is not None]
                found = group["sum"][number]
                assert (None if found is None else Fraction(found)) == (sum(values) if values else None)
            for column_field, column in ordered.items():
                values = [row[column_field] for row in members if row[column_field] is not None]
                for what, pick in (("min", min), ("max", max)):
                    expected = pick(values, key=partial(comparable, column)) if values else None
                    assert group[what][column_field] == expected, (what, column_field)


# -- search ------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("viewer", list(VIEWERS))
async def test_search_finds_a_record_by_its_name_exactly_where_it_may_be_seen(
    ask: Ask, singular: str, plural: str, name: str, viewer: str
) -> None:
    who = VIEWERS[viewer]
    (kind,) = type_map(name).kinds
    seen = {
        str(row["id"]) for row in visible_rows(name, who) if row["record_status"] in ("ACTIVE", "INACTIVE")
    }
    found_at_all = set()
    for row in visible_rows(name, EDITOR):
        answer = await ask(
            "query ($text: String!, $kinds: [Kind!]) { search(text: $text, kinds: $kinds, first: 100) {"
            " totalCount kinds { kind count } edges { score node { id kind } } } }",
            {"text": row["name"], "kinds": [kind]},
            viewer=who,
        )
        assert "errors" not in answer
        found = answer["data"]["search"]
        ids = [edge["node"]["id"] for edge in found["edges"]]
        assert set(ids) <= seen
        assert (str(row["id"]) in ids) == (str(row["id"]) in seen), row["name"]
        assert found["kinds"] == ([{"kind": kind, "count": len(ids)}] if ids else [])
        assert found["totalCount"] == len(ids)
        if str(row["id"]) in seen:
            best = found["edges"][0]
            assert best["node"]["id"] == str(row["id"]), row["name"]
            assert best["score"] >= 1
        found_at_all |= set(ids)
    assert found_at_all == seen
