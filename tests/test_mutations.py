"""Mutations through the whole stack: who may, what is refused, and that nothing is written when it is."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from models.database import Database
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH
from tests.writing import (
    ASSERT,
    MERGE,
    PIN,
    UNDO,
    UNPIN,
    WITHDRAW,
    area,
    change,
    key_of,
    make_source,
    make_zone,
    owner_of,
    refused,
    stack,
)

VIEWERS: dict[str, Viewer] = {"anonymous": ANONYMOUS, "north": NORTH, "south": SOUTH, "editor": EDITOR}


async def rows(database: Database) -> tuple[int, ...]:
    """How many statements, histories and changes there are: what any write would add to."""
    async with owner_of(database) as connection:
        return tuple(
            [
                await connection.fetchval(f"SELECT count(*) FROM {table}")
                for table in ("assertion", "assertion_history", "entity_history", "change", "entity_merge")
            ]
        )


MATRIX = {
    "assert of another's": {"anonymous": "UNAUTHENTICATED", "north": None, "south": None, "editor": None},
    "assert of a hidden one": {
        "anonymous": "UNAUTHENTICATED", "north": None, "south": "NOT_FOUND", "editor": None,
    },
    "rank": {"anonymous": "UNAUTHENTICATED", "north": "FORBIDDEN", "south": "FORBIDDEN", "editor": None},
    "withdraw north's": {"anonymous": "UNAUTHENTICATED", "north": None, "south": "FORBIDDEN", "editor": None},
    "withdraw a hidden one": {
        "anonymous": "UNAUTHENTICATED", "north": None, "south": "NOT_FOUND", "editor": None,
    },
    "pin": {"anonymous": "UNAUTHENTICATED", "north": "FORBIDDEN", "south": "FORBIDDEN", "editor": None},
    "unpin": {"anonymous": "UNAUTHENTICATED", "north": "FORBIDDEN", "south": "FORBIDDEN", "editor": None},
    "merge": {"anonymous": "UNAUTHENTICATED", "north": "FORBIDDEN", "south": "FORBIDDEN", "editor": None},
    "undo": {"anonymous": "UNAUTHENTICATED", "north": "FORBIDDEN", "south": "FORBIDDEN", "editor": None},
}  # fmt: skip
"""Mutation -> viewer -> the code that it is refused with."""


@pytest.mark.parametrize("what", MATRIX)
async def test_who_may_do_what(what: str, graph_copy: Database) -> None:
    for name, code in MATRIX[what].items():
        slug = f"{name}-zone"
        await make_zone(graph_copy, slug, owner_id=SOUTH.partner_id)
        await make_zone(graph_copy, f"{slug}-hidden", owner_id=NORTH.partner_id, audience="OWNER")
        await make_zone(graph_copy, f"{slug}-twin")
        said = await change(graph_copy, ASSERT, NORTH, input=area(slug, "140"))
        id_ = said["assertion"]["id"]
        secret = area(slug, "141", audience="OWNER", since="2020-01-01")
        hidden = await change(graph_copy, ASSERT, NORTH, input=secret)
        if what == "unpin":
            await change(graph_copy, PIN, id=id_, reason="seen")
        both: dict[str, Any] = {"survivor": {"slug": slug}, "duplicate": {"slug": f"{slug}-twin"}}
        if what == "undo":
            await change(graph_copy, MERGE, **both)
        mutation, variables = {
            "assert of another's": (ASSERT, {"input": area(slug, "150")}),
            "assert of a hidden one": (ASSERT, {"input": area(f"{slug}-hidden", "150")}),
            "rank": (ASSERT, {"input": area(slug, "150", rank=2)}),
            "withdraw north's": (WITHDRAW, {"id": id_}),
            "withdraw a hidden one": (WITHDRAW, {"id": hidden["assertion"]["id"]}),
            "pin": (PIN, {"id": id_, "reason": "seen"}),
            "unpin": (UNPIN, {"id": id_}),
            "merge": (MERGE, both),
            "undo": (UNDO, {"duplicate": {"slug": f"{slug}-twin"}}),
        }[what]
        before = await rows(graph_copy)
        if code is None:
            await change(graph_copy, mutation, VIEWERS[name], **variables)
            assert await rows(graph_copy) != before
        else:
            assert await refused(graph_copy, mutation, VIEWERS[name], **variables) == code
            assert await rows(graph_copy) == before


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("no number", {"value": "much"}, "BAD_USER_INPUT"),
    ("negative", {"value": "-1"}, "BAD_USER_INPUT"),
    ("not finite", {"value": "NaN"}, "BAD_USER_INPUT"),
    ("too many digits", {"value": "1" * 41}, "BAD_USER_INPUT"),
    ("too large", {"value": "1e41"}, "BAD_USER_INPUT"),
    ("empty", {"value": " "}, "BAD_USER_INPUT"),
    ("no unit", {"unit": None}, "BAD_USER_INPUT"),
    ("unknown unit", {"unit": "MILE"}, "BAD_USER_INPUT"),
    ("unit without value", {"value": None, "unit": "ACRE"}, "BAD_USER_INPUT"),
    ("another kind's field", {"field": "EMPLOYEE_COUNT", "unit": None}, "BAD_USER_INPUT"),
    ("needed", {"field": "REGIME", "value": None, "unit": None}, "BAD_USER_INPUT"),
    ("no term", {"field": "REGIME", "value": "SEZZ", "unit": None}, "BAD_USER_INPUT"),
    ("no date", {"field": "NOTIFIED_ON", "value": "2020-02-30", "unit": "DAY"}, "BAD_USER_INPUT"),
    ("no precision", {"field": "NOTIFIED_ON", "value": "2020-02-20", "unit": "WEEK"}, "BAD_USER_INPUT"),
    ("no region", {"field": "SUBDIVISION", "value": "PK-XX", "unit": None}, "BAD_USER_INPUT"),
    ("unit of none", {"field": "CITY", "value": "Lahore", "unit": "ACRE"}, "BAD_USER_INPUT"),
    ("too long", {"field": "CITY", "value": "x" * 10_001, "unit": None}, "BAD_USER_INPUT"),
    ("confidence", {"confidence": 1.01}, "BAD_USER_INPUT"),
    ("period", {"since": "2020-01-02", "until": "2020-01-01"}, "BAD_USER_INPUT"),
    ("source is no id", {"source": "dawn"}, "BAD_USER_INPUT"),
    ("unknown source", {"source": str(uuid4())}, "NOT_FOUND"),
    ("unknown entity", {"entity": {"id": str(uuid4())}}, "NOT_FOUND"),
    ("no id", {"entity": {"id": "zone"}}, "BAD_USER_INPUT"),
    ("identifier", {"entity": {"identifier": {"scheme": "ROR", "value": "05bbbc792"}}}, "IDENTIFIER_INVALID"),
    ("merged", {"entity": {"slug": "merged"}}, "CONFLICT"),
]
GOOD: list[tuple[dict[str, Any], str]] = [
    ({"value": "0"}, "0"),
    ({"value": "9" * 40}, "9" * 40),
    ({"value": "1.50"}, "1.50"),
    ({"field": "CITY", "value": "x" * 10_000, "unit": None}, "x" * 10_000),
    ({"field": "NOTIFIED_ON", "value": "2020-02-29", "unit": None}, "2020-02-29"),
    ({"field": "SUBDIVISION", "value": "PK-PB", "unit": None}, "PK-PB"),
    ({"confidence": 1.0}, "140"),
    ({"since": "2020-01-01", "until": "2020-01-01"}, "140"),
]


@pytest.mark.parametrize(("given", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_what_a_field_cannot_hold_is_refused(
    given: dict[str, Any], code: str, graph_copy: Database
) -> None:
    await make_zone(graph_copy, "z")
    await make_zone(graph_copy, "merged", record_status="MERGED")
    before = await rows(graph_copy)
    assert await refused(graph_copy, ASSERT, NORTH, input=area("z", "140") | given) == code
    assert await rows(graph_copy) == before


@pytest.mark.parametrize(("given", "value"), GOOD, ids=range(len(GOOD)))
async def test_what_is_just_within_the_limits_is_taken(
    given: dict[str, Any], value: str, graph_copy: Database
) -> None:
    await make_zone(graph_copy, "z")
    said = await change(graph_copy, ASSERT, NORTH, input=area("z", "140") | given)
    assert said["assertion"]["value"] == value


async def test_lists_and_numbers_are_given_as_the_field_writes_them(graph_copy: Database) -> None:
    for field, value, code in (
        ("VERTICALS", '["AI", "FINTECH"]', None), ("VERTICALS", "AI", "BAD_USER_INPUT"),
        ("VERTICALS", "[1]", "BAD_USER_INPUT"), ("EMPLOYEE_COUNT", "2147483647", None),
        ("EMPLOYEE_COUNT", "2147483648", "BAD_USER_INPUT"), ("EMPLOYEE_COUNT", "1.5", "BAD_USER_INPUT"),
        ("IS_FREELANCER", "true", None), ("IS_FREELANCER", "yes", "BAD_USER_INPUT"),
        ("SIZE_CLASS", "STARTUP", None), ("SIZE_CLASS", "startup", "BAD_USER_INPUT"),
    ):  # fmt: skip
        given = {"entity": {"slug": "company-0"}, "field": field, "value": value}
        if code is None:
            said = await change(graph_copy, ASSERT, NORTH, input=given)
            assert said["assertion"]["value"] == value
        else:
            assert await refused(graph_copy, ASSERT, NORTH, input=given) == code


async def test_saying_the_same_again_writes_nothing(graph_copy: Database) -> None:
    source = str(await make_source(graph_copy, "news", "NEWS", "2020-01-01"))
    await make_zone(graph_copy, "z")
    first = await change(graph_copy, ASSERT, NORTH, input=area("z", "140", source=source))
    before = await rows(graph_copy)
    assert await change(graph_copy, ASSERT, NORTH, input=area("z", "140", source=source)) == first
    assert await rows(graph_copy) == before
    other = await change(graph_copy, ASSERT, NORTH, input=area("z", "141", source=source))
    assert (other["assertion"]["id"], other["assertion"]["value"]) == (first["assertion"]["id"], "141")


async def test_an_operation_that_costs_too_much_writes_nothing(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z")
    before = await rows(graph_copy)
    mutation = """mutation($input: AssertFactInput!) { assertFact(input: $input) { entity {
      relations(first: 1000) { nodes { relations(first: 1000) { nodes { id } } } } } } }"""
    assert await refused(graph_copy, mutation, NORTH, input=area("z", "140")) == "COST_LIMIT"
    assert await rows(graph_copy) == before


async def test_mutations_run_in_order_and_fail_alone(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    mutation = """
    mutation($one: AssertFactInput!, $bad: AssertFactInput!, $two: AssertFactInput!) {
      __typename
      first: assertFact(input: $one) { ...Shown }
      ... on Mutation { assertFact(input: $bad) { ...Shown } }
      ...Last
    }
    fragment Last on Mutation { last: assertFact(input: $two) { ...Shown } }
    fragment Shown on AssertionPayload {
      __typename said: assertion { value } entity { ... on Zone { area { value } } }
    }
    """
    variables = {"one": area("z", "140"), "bad": area("z", "no"), "two": area("z", "150")}
    answer = await run(graph_copy, mutation, variables, NORTH)
    assert answer["data"]["__typename"] == "Mutation"
    for key, value in (("first", "140"), ("last", "150")):
        shown = {"value": value}
        assert answer["data"][key] == {
            "__typename": "AssertionPayload", "said": shown, "entity": {"area": shown},
        }  # fmt: skip
    assert answer["data"]["assertFact"] is None
    assert [(error["path"], error["code"]) for error in answer["errors"]] == [
        (["assertFact"], "BAD_USER_INPUT")
    ]
    assert list(answer["data"]) == ["__typename", "first", "assertFact", "last"]
    assert answer["extensions"]["cost"]["nodes"] == 6


async def test_a_payload_shows_only_what_its_reader_may_see(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", owner_id=SOUTH.partner_id)
    await change(graph_copy, ASSERT, SOUTH, input=area("z", "141", audience="OWNER"))
    mutation = """mutation($input: AssertFactInput!) { assertFact(input: $input) {
      entity { facts(field: AREA) { value } } } }"""
    said = await change(graph_copy, mutation, NORTH, input=area("z", "140"))
    assert [one["value"] for one in said["entity"]["facts"]] == ["150", "140"]


async def test_over_http_a_key_writes_and_a_get_never_does(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z")
    keys = {
        "north": await key_of(graph_copy, "north", "partner"),
        "editor": await key_of(graph_copy, "ministry", "editor"),
    }
    async with stack(graph_copy) as http:

        async def post(query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
            body = {"query": query, "variables": variables}
            return (await http.post("/graphql", json=body, headers=headers or {})).json()

        before = await rows(graph_copy)
        (error,) = (await post(ASSERT, input=area("z", "140")))["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert "key" in error["extensions"]["hint"]
        literal = (
            'mutation { assertFact(input: {entity: {slug: "z"}, field: AREA, value: "140", unit: "ACRE"}) '
            "{ assertion { id value } } }"
        )
        for _ in range(2):
            response = await http.get(f"/graphql?query={quote(literal)}", headers=keys["north"])
            assert response.status_code == 405
            assert response.json()["errors"][0]["extensions"]["code"] == "OPERATION_NOT_ALLOWED"
        assert await rows(graph_copy) == before
        # Written twice in a row: no short way answers a mutation from what it answered before.
        for value in ("140", "145"):
            answer = await post(literal.replace("140", value), keys["north"])
            assert answer["data"]["assertFact"]["assertion"]["value"] == value
            assert answer["extensions"]["cost"]["nodes"] == 1
        id_ = answer["data"]["assertFact"]["assertion"]["id"]
        (error,) = (await post(PIN, keys["north"], id=id_, reason="mine"))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        pinned = await post(PIN, keys["editor"], id=id_, reason="checked")
        assert pinned["data"]["pinFact"]["assertion"]["pin"] == {
            "reason": "checked",
            "by": {"slug": "ministry"},
        }
        read = await post('{ zone(by: {slug: "z"}) { area { value } } }')
        assert read["data"]["zone"]["area"] == {"value": "145"}
