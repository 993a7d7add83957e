"""Corrections of others' records: proposed, decided by who maintains the record or an editor, and applied."""

from typing import Any
from uuid import uuid4

import pytest

from models.database import Database
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import DENIED, SOUTH, acting
from tests.writing import ASSERT, PIN, area, change, make_source, make_zone, owner_of, refused

WEST = Viewer("partner", graph.uuid_of(0xA3), "west", NORTH.scopes)
PROPOSE = """
mutation($input: ProposeCorrectionInput!, $key: String) {
  proposeCorrection(input: $input, idempotencyKey: $key) { correction {
    id field value unit reason status resolution resolvedAt
    by { slug } source { slug } entity { slug } } } }"""
RESOLVE = """
mutation($id: ID!, $accept: Boolean!, $reason: String! = "We looked.") {
  resolveCorrection(input: {correction: $id, accept: $accept, reason: $reason}) { correction {
    id status resolution resolvedBy { slug } assertion { id value isPinned owner { slug } source { slug } }
    entity { ... on Zone { area { value unit } facts(field: AREA) { value isPreferred isOwn } } } } } }"""
WITHDRAW = "mutation($id: ID!) { withdrawCorrection(input: {correction: $id}) { correction { status } } }"
SEEN = "{ corrections { nodes { id status } } }"
AREA = '{ zone(by: {slug: "park"}) { area { value unit } version } }'


@pytest.fixture
async def place(graph_copy: Database) -> Database:
    """South's zone of 150 acres, a hidden one, a zone that nobody maintains, and a third partner."""
    await make_zone(graph_copy, "park", owner_id=SOUTH.partner_id)
    await make_zone(graph_copy, "secret", owner_id=SOUTH.partner_id, audience="OWNER")
    await make_zone(graph_copy, "stands")
    await make_zone(graph_copy, "merged", record_status="MERGED")
    async with owner_of(graph_copy) as connection:
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, 'west', 'West')", WEST.partner_id
        )
    return graph_copy


def proposal(slug: str, value: str | None = "140", **more: Any) -> dict[str, Any]:
    return area(slug, value) | {"reason": "The gazette says so."} | more


async def proposed(database: Database, viewer: Viewer = NORTH, slug: str = "park", **more: Any) -> str:
    payload = await change(database, PROPOSE, viewer, input=proposal(slug, **more))
    return str(payload["correction"]["id"])


async def seen(database: Database, viewer: Viewer) -> list[str]:
    nodes = (await run(database, SEEN, viewer=viewer))["data"]["corrections"]["nodes"]
    return [one["id"] for one in nodes]


async def shown(database: Database) -> dict[str, str]:
    found: dict[str, str] = (await run(database, AREA))["data"]["zone"]["area"]
    return found


async def test_a_proposal_changes_nothing_and_both_sides_see_it(place: Database) -> None:
    source = str(await make_source(place, "gazette", "OFFICIAL"))
    payload = await change(place, PROPOSE, NORTH, input=proposal("park", source=source))
    found = payload["correction"]
    assert found == {
        "id": found["id"], "field": "AREA", "value": "140", "unit": "ACRE", "status": "OPEN",
        "reason": "The gazette says so.", "resolution": None, "resolvedAt": None, "by": {"slug": "north"},
        "source": {"slug": "gazette"}, "entity": {"slug": "park"},
    }  # fmt: skip
    assert await shown(place) == {"value": "150", "unit": "ACRE"}
    node = "query($id: ID!) { node(id: $id) { id } }"
    for viewer, sees in ((ANONYMOUS, False), (WEST, False), (NORTH, True), (SOUTH, True), (EDITOR, True)):
        assert await seen(place, viewer) == ([found["id"]] if sees else [])
        answer = (await run(place, node, {"id": found["id"]}, viewer))["data"]["node"]
        assert answer == ({"id": found["id"]} if sees else None)


async def test_who_maintains_the_record_accepts_and_it_is_the_records_own_word(place: Database) -> None:
    id_ = await proposed(place)
    async with owner_of(place) as connection:
        then = await connection.fetchval("SELECT now()")
    answer = (await change(place, RESOLVE, SOUTH, id=id_, accept=True))["correction"]
    assert answer == {
        "id": id_, "status": "ACCEPTED", "resolution": "We looked.", "resolvedBy": {"slug": "south"},
        "assertion": None,
        "entity": {
            "area": {"value": "140", "unit": "ACRE"},
            "facts": [{"value": "140", "isPreferred": True, "isOwn": True}],
        },
    }  # fmt: skip
    query = 'query($at: DateTime) { zone(by: {slug: "park"}, knownAt: $at) { area { value } } }'
    before = (await run(place, query, {"at": then.isoformat()}))["data"]["zone"]
    assert before == {"area": {"value": "150"}}
    assert await refused(place, RESOLVE, SOUTH, id=id_, accept=False) == "CONFLICT"


async def test_an_editor_accepts_as_the_platform_and_it_is_shown_whatever_others_say(place: Database) -> None:
    source = str(await make_source(place, "news", "NEWS"))
    id_ = await proposed(place, source=source)
    answer = (await change(place, RESOLVE, EDITOR, id=id_, accept=True))["correction"]
    assert (answer["status"], answer["entity"]["area"]["value"]) == ("ACCEPTED", "140")
    said = answer["assertion"]
    assert (said["value"], said["isPinned"], said["owner"], said["source"]) == (
        "140",
        True,
        None,
        {"slug": "news"},
    )
    values = [(one["value"], one["isPreferred"]) for one in answer["entity"]["facts"]]
    assert values == [("150", False), ("140", True)]
    nobodys = await proposed(place, slug="stands")
    answer = (await change(place, RESOLVE, EDITOR, id=nobodys, accept=True))["correction"]
    assert (answer["entity"]["area"]["value"], answer["assertion"]["isPinned"]) == ("140", False)


async def test_a_pin_stands_above_the_maintainers_word(place: Database) -> None:
    said = (await change(place, ASSERT, NORTH, input=area("park", "145")))["assertion"]["id"]
    await change(place, PIN, id=said, reason="checked")
    id_ = await proposed(place)
    assert await refused(place, RESOLVE, SOUTH, id=id_, accept=True) == "CONFLICT"
    assert await shown(place) == {"value": "145", "unit": "ACRE"}
    answer = (await change(place, RESOLVE, EDITOR, id=id_, accept=True))["correction"]
    assert answer["entity"]["area"]["value"] == "140"


async def test_rejected_nothing_changes_and_the_reason_is_told(place: Database) -> None:
    before = (await run(place, AREA))["data"]
    id_ = await proposed(place)
    answer = (await change(place, RESOLVE, SOUTH, id=id_, accept=False))["correction"]
    assert (answer["status"], answer["resolution"]) == ("REJECTED", "We looked.")
    assert (await run(place, AREA))["data"] == before


@pytest.mark.parametrize(
    ("field", "value", "unit", "query", "answer"),
    [
        ("NOTIFIED_ON", "2020-02-01", "MONTH", "notifiedOn { date precision }",
         {"date": "2020-02-01", "precision": "MONTH"}),
        ("REGIME", "SEZ", None, "regime", "SEZ"),
        ("CITY", "Lahore", None, "city", "Lahore"),
        ("SUBDIVISION", "PK-PB", None, "subdivision", "PK-PB"),
        ("AREA", None, None, "area { value }", None),
        ("AREA", "123456789012345678901234567890.12345", "ACRE", "area { value }",
         {"value": "123456789012345678901234567890.12345"}),
    ],
    ids=["date", "term", "text", "region", "none", "digits"],
)  # fmt: skip
async def test_values_of_every_sort_are_applied_by_maintainer_and_editor(
    field: str, value: str | None, unit: str | None, query: str, answer: Any, place: Database
) -> None:
    for slug, viewer in (("park", SOUTH), ("stands", EDITOR)):
        given = {"entity": {"slug": slug}, "field": field, "value": value, "unit": unit, "reason": "so"}
        made = await change(place, PROPOSE, NORTH, input=given)
        await change(place, RESOLVE, viewer, id=made["correction"]["id"], accept=True)
        found = await run(place, f'{{ zone(by: {{slug: "{slug}"}}) {{ found: {query} }} }}')
        assert found["data"]["zone"]["found"] == answer


async def test_a_later_proposal_takes_the_place_of_the_open_one(place: Database) -> None:
    first = await proposed(place)
    assert await proposed(place) == first
    second = await proposed(place, value="141")
    west = await proposed(place, WEST)
    nodes = (await run(place, SEEN, viewer=SOUTH))["data"]["corrections"]["nodes"]
    assert nodes == [
        {"id": first, "status": "WITHDRAWN"},
        {"id": second, "status": "OPEN"},
        {"id": west, "status": "OPEN"},
    ]


async def test_what_cannot_be_proposed_is_refused(place: Database) -> None:
    for viewer, given, code in (
        (ANONYMOUS, proposal("park"), "UNAUTHENTICATED"),
        (SOUTH, proposal("park"), "BAD_USER_INPUT"),
        (NORTH, proposal("park", "150"), "BAD_USER_INPUT"),
        (NORTH, proposal("park", "150.0"), "BAD_USER_INPUT"),
        (NORTH, proposal("park", "much"), "BAD_USER_INPUT"),
        (NORTH, proposal("park", field="EMPLOYEE_COUNT", unit=None), "BAD_USER_INPUT"),
        (NORTH, proposal("park", "PK-XX", field="SUBDIVISION", unit=None), "BAD_USER_INPUT"),
        (NORTH, proposal("park", source=str(uuid4())), "NOT_FOUND"),
        (NORTH, proposal("park", reason=" "), "BAD_USER_INPUT"),
        (NORTH, proposal("park", reason="x" * 1001), "BAD_USER_INPUT"),
        (NORTH, proposal("merged"), "CONFLICT"),
    ):
        assert await refused(place, PROPOSE, viewer, input=given) == code, given
    assert await proposed(place, reason="x" * 1000)
    assert await seen(place, EDITOR) == await seen(place, NORTH)


async def test_what_is_hidden_looks_like_what_is_missing(place: Database) -> None:
    for reference, nothing in (
        ({"slug": "secret"}, {"slug": "nothing"}),
        ({"id": str(await _id(place, "secret"))}, {"id": str(uuid4())}),
    ):
        answers = [
            await run(place, PROPOSE, {"input": proposal("park") | {"entity": one}}, NORTH)
            for one in (reference, nothing)
        ]
        assert answers[0]["errors"] == answers[1]["errors"]
        assert answers[0]["errors"][0]["code"] == "NOT_FOUND"
    id_ = await proposed(place)
    for mutation, more in ((WITHDRAW, {}), (RESOLVE, {"accept": True})):
        answers = [await run(place, mutation, {"id": one, **more}, WEST) for one in (id_, str(uuid4()))]
        assert answers[0]["errors"] == answers[1]["errors"]
        assert answers[0]["errors"][0]["code"] == "NOT_FOUND"


async def test_only_the_proposer_withdraws_and_only_maintainer_and_editors_decide(place: Database) -> None:
    id_ = await proposed(place)
    assert await refused(place, RESOLVE, NORTH, id=id_, accept=True) == "FORBIDDEN"
    assert await refused(place, RESOLVE, ANONYMOUS, id=id_, accept=True) == "UNAUTHENTICATED"
    assert await refused(place, WITHDRAW, SOUTH, id=id_) == "FORBIDDEN"
    assert await shown(place) == {"value": "150", "unit": "ACRE"}
    assert await change(place, WITHDRAW, NORTH, id=id_) == {"correction": {"status": "WITHDRAWN"}}
    assert await refused(place, RESOLVE, SOUTH, id=id_, accept=True) == "CONFLICT"


async def test_a_proposal_is_sent_again_safely(place: Database) -> None:
    variables = {"input": proposal("park"), "key": "once"}
    first = await change(place, PROPOSE, NORTH, **variables)
    await change(place, RESOLVE, SOUTH, id=first["correction"]["id"], accept=True)
    again = await change(place, PROPOSE, NORTH, **variables)
    assert again["correction"]["id"] == first["correction"]["id"]
    assert len(await seen(place, NORTH)) == 1


async def test_postgresql_itself_keeps_corrections_to_their_sides(place: Database) -> None:
    await proposed(place)
    decide = "UPDATE correction SET status = $1, resolved_at = now(), resolved_by = $2"
    async with owner_of(place) as connection:
        for viewer, number in ((ANONYMOUS, 0), (WEST, 0), (NORTH, 1), (SOUTH, 1), (EDITOR, 1)):
            async with acting(connection, viewer):
                assert await connection.fetchval("SELECT count(*) FROM correction") == number
        for viewer, status, done in (
            (NORTH, "ACCEPTED", None),
            (NORTH, "WITHDRAWN", 1),
            (SOUTH, "WITHDRAWN", None),
            (SOUTH, "ACCEPTED", 1),
            (WEST, "ACCEPTED", 0),
        ):
            async with acting(connection, viewer):
                if done is None:
                    with pytest.raises(DENIED):
                        await connection.execute(decide, status, viewer.partner_id)
                else:
                    assert await connection.execute(decide, status, viewer.partner_id) == f"UPDATE {done}"
        for statement in ("UPDATE correction SET value = '1'", "DELETE FROM correction"):
            async with acting(connection, SOUTH):
                with pytest.raises(DENIED):
                    await connection.execute(statement)
        insert = (
            "INSERT INTO correction (entity_id, field, value, reason, owner_id) "
            "VALUES ($1, 'AREA', '1', 'x', $2)"
        )
        park, secret = await _id(place, "park"), await _id(place, "secret")
        for entity, owner, is_allowed in (
            (park, WEST.partner_id, True),
            (park, NORTH.partner_id, False),
            (secret, WEST.partner_id, False),
        ):
            async with acting(connection, WEST):
                if is_allowed:
                    assert await connection.execute(insert, entity, owner) == "INSERT 0 1"
                else:
                    with pytest.raises(DENIED):
                        await connection.execute(insert, entity, owner)


async def _id(database: Database, slug: str) -> Any:
    async with owner_of(database) as connection:
        return await connection.fetchval("SELECT id FROM entity WHERE slug = $1", slug)
