"""Withdrawing and restoring records through GraphQL on the real database."""

from typing import Any
from uuid import uuid4

import pytest

from models.database import Database
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH, acting
from tests.test_relating import company
from tests.writing import make_zone, owner_of, refused

WITHDRAW = """
mutation($input: [WithdrawEntityInput!]!, $policy: ErrorPolicy! = REJECT_ALL, $key: String) {
  withdrawEntities(input: $input, errorPolicy: $policy, idempotencyKey: $key) {
    created updated unchanged rejected
    results { index status problems { field code message hint } entity {
      slug recordStatus version successor { slug } identifiers { value isActive }
      withdrawals { reason by { slug } restoredAt } } } } }"""
RESTORE = """
mutation($input: [RestoreEntityInput!]!, $policy: ErrorPolicy! = REJECT_ALL) {
  restoreEntities(input: $input, errorPolicy: $policy) {
    created updated unchanged rejected
    results { index status problems { field code message hint } entity {
      slug recordStatus version successor { slug } identifiers { value isActive }
      withdrawals { reason by { slug } restoredBy { slug } } } } } }"""


@pytest.fixture
async def place(graph_copy: Database) -> Database:
    """North's zones, one of them with an identifier and one INACTIVE, and South's, also a hidden one."""
    zone = await make_zone(graph_copy, "park", owner_id=NORTH.partner_id)
    await make_zone(graph_copy, "quiet", owner_id=NORTH.partner_id, record_status="INACTIVE")
    await make_zone(graph_copy, "next")
    await make_zone(graph_copy, "souths", owner_id=SOUTH.partner_id)
    await make_zone(graph_copy, "secret", owner_id=SOUTH.partner_id, audience="OWNER")
    await make_zone(graph_copy, "merged", owner_id=NORTH.partner_id, record_status="MERGED")
    await company(graph_copy, "firm")
    async with owner_of(graph_copy) as connection:
        row = "INSERT INTO identifier (entity_id, scheme, value) VALUES ($1, 'WIKIDATA', 'Q42')"
        await connection.execute(row, zone)
    return graph_copy


def withdrawn(slug: str = "park", **more: Any) -> dict[str, Any]:
    return {"entity": {"slug": slug}, "reason": "It was never notified."} | more


async def sent(
    database: Database, mutation: str, *items: dict[str, Any], viewer: Viewer = NORTH, **more: Any
) -> list[dict[str, Any]]:
    answer = await run(database, mutation, {"input": list(items), **more}, viewer)
    assert "errors" not in answer, answer["errors"]
    (payload,) = answer["data"].values()
    found: list[dict[str, Any]] = payload["results"]
    return found


async def code(database: Database, mutation: str, item: dict[str, Any], viewer: Viewer = NORTH) -> str:
    """The code and field of the problem of a single item, of which nothing is written."""
    before = await versions(database)
    (result,) = await sent(database, mutation, item, viewer=viewer)
    assert (result["status"], result["entity"]) == ("REJECTED", None)
    (problem,) = result["problems"]
    assert problem["hint"]
    assert await versions(database) == before
    return f"{problem['code']} {problem['field']}"


async def versions(database: Database) -> tuple[int, ...]:
    async with owner_of(database) as connection:
        return (
            await connection.fetchval("SELECT sum(version) FROM entity"),
            await connection.fetchval("SELECT count(*) FROM withdrawal"),
            await connection.fetchval("SELECT count(*) FROM change"),
        )


async def test_a_withdrawn_record_leaves_the_lists_and_stays_readable_with_its_successor(
    place: Database,
) -> None:
    (result,) = await sent(place, WITHDRAW, withdrawn(successor={"slug": "next"}))
    assert result["status"] == "UPDATED"
    assert result["entity"] == {
        "slug": "park", "recordStatus": "WITHDRAWN", "version": 2, "successor": {"slug": "next"},
        "identifiers": [{"value": "Q42", "isActive": False}],
        "withdrawals": [
            {"reason": "It was never notified.", "by": {"slug": "north"}, "restoredAt": None}
        ],
    }  # fmt: skip
    query = """{ zones(where: {slug: {eq: "park"}}) { totalCount }
      zone(by: {slug: "park"}) { recordStatus }
      known: zone(by: {identifier: {scheme: WIKIDATA, value: "Q42"}}) { successor { slug } }
      changes(first: 1000) { nodes { verb entity { slug } } } }"""
    data = (await run(place, query))["data"]
    assert data["zones"] == {"totalCount": 0}
    assert data["zone"] == {"recordStatus": "WITHDRAWN"}
    assert data["known"] == {"successor": {"slug": "next"}}
    assert data["changes"]["nodes"][-1] == {"verb": "REMOVED", "entity": {"slug": "park"}}


async def test_withdrawn_again_it_changes_nothing_or_its_reason_and_successor(place: Database) -> None:
    await sent(place, WITHDRAW, withdrawn())
    before = await versions(place)
    (again,) = await sent(place, WITHDRAW, withdrawn())
    assert again["status"] == "UNCHANGED"
    assert await versions(place) == before
    (other,) = await sent(place, WITHDRAW, withdrawn(successor={"slug": "next"}, reason="Renamed."))
    assert (other["status"], other["entity"]["successor"]) == ("UPDATED", {"slug": "next"})
    assert [one["reason"] for one in other["entity"]["withdrawals"]] == ["Renamed."]


async def test_a_restored_record_is_what_it_was(place: Database) -> None:
    for slug, status in (("park", "ACTIVE"), ("quiet", "INACTIVE")):
        await sent(place, WITHDRAW, withdrawn(slug, successor={"slug": "next"}))
        (result,) = await sent(place, RESTORE, {"entity": {"slug": slug}})
        entity = result["entity"]
        assert (result["status"], entity["recordStatus"], entity["successor"]) == ("UPDATED", status, None)
        assert entity["withdrawals"] == [
            {"reason": "It was never notified.", "by": {"slug": "north"}, "restoredBy": {"slug": "north"}}
        ]
        assert all(one["isActive"] for one in entity["identifiers"])
        (again,) = await sent(place, RESTORE, {"entity": {"slug": slug}})
        assert again["status"] == "UNCHANGED"
        (twice,) = await sent(place, WITHDRAW, withdrawn(slug))
        assert len(twice["entity"]["withdrawals"]) == 2


async def test_a_record_whose_identifier_another_carries_by_now_is_not_restored(place: Database) -> None:
    await sent(place, WITHDRAW, withdrawn())
    async with owner_of(place) as connection:
        await connection.execute(
            "INSERT INTO identifier (entity_id, scheme, value) "
            "SELECT id, 'WIKIDATA', 'Q42' FROM entity WHERE slug = 'secret'"
        )
    assert await code(place, RESTORE, {"entity": {"slug": "park"}}) == "IDENTIFIER_TAKEN None"


BAD: list[tuple[dict[str, Any], str]] = [
    (withdrawn("souths"), "FORBIDDEN entity"),
    (withdrawn("next"), "FORBIDDEN entity"),
    (withdrawn("secret"), "NOT_FOUND entity"),
    (withdrawn("nothing"), "NOT_FOUND entity"),
    (withdrawn("merged"), "CONFLICT entity"),
    (withdrawn(reason=" "), "BAD_USER_INPUT reason"),
    (withdrawn(reason="x" * 1001), "BAD_USER_INPUT reason"),
    (withdrawn(expectedVersion=2), "CONFLICT expectedVersion"),
    (withdrawn(successor={"slug": "park"}), "RELATION_INVALID successor"),
    (withdrawn(successor={"slug": "firm"}), "RELATION_KINDS successor"),
    (withdrawn(successor={"slug": "secret"}), "NOT_FOUND successor"),
    (withdrawn(successor={"slug": "merged"}), "CONFLICT successor"),
]


async def test_what_is_wrong_is_told_by_code_and_field(place: Database) -> None:
    for given, expected in BAD:
        assert (given, await code(place, WITHDRAW, given)) == (given, expected)
    for slug, expected in (("souths", "FORBIDDEN entity"), ("secret", "NOT_FOUND entity")):
        assert await code(place, RESTORE, {"entity": {"slug": slug}}) == expected
    assert await code(place, RESTORE, {"entity": {"slug": "merged"}}) == "CONFLICT entity"
    assert await refused(place, WITHDRAW, ANONYMOUS, input=[withdrawn()]) == "UNAUTHENTICATED"
    assert await refused(place, RESTORE, ANONYMOUS, input=[{"entity": {"slug": "park"}}]) == "UNAUTHENTICATED"
    (result,) = await sent(place, WITHDRAW, withdrawn(reason="x" * 1000, expectedVersion=1))
    assert result["status"] == "UPDATED"


async def test_a_hidden_record_looks_like_a_missing_one(place: Database) -> None:
    async with owner_of(place) as connection:
        hidden = await connection.fetchval("SELECT id FROM entity WHERE slug = 'secret'")
        await connection.execute(
            "INSERT INTO identifier (entity_id, scheme, value) VALUES ($1, 'WIKIDATA', 'Q43')", hidden
        )
    wikidata = [{"identifier": {"scheme": "WIKIDATA", "value": value}} for value in ("Q43", "Q44")]
    for one, other in (
        ({"id": str(hidden)}, {"id": str(uuid4())}),
        ({"slug": "secret"}, {"slug": "nothing"}),
        (wikidata[0], wikidata[1]),
    ):
        for mutation, more in ((WITHDRAW, {"reason": "x"}), (RESTORE, {})):
            results = [await sent(place, mutation, {"entity": ref, **more}) for ref in (one, other)]
            assert results[0] == results[1]
        results = [await sent(place, WITHDRAW, withdrawn(successor=ref)) for ref in (one, other)]
        assert results[0] == results[1]


async def test_editors_withdraw_any_record(place: Database) -> None:
    (result,) = await sent(place, WITHDRAW, withdrawn("secret"), viewer=EDITOR)
    assert (result["status"], result["entity"]["withdrawals"][0]["by"]) == ("UPDATED", None)
    (result,) = await sent(place, RESTORE, {"entity": {"slug": "secret"}}, viewer=SOUTH)
    assert result["entity"]["recordStatus"] == "ACTIVE"


async def test_all_or_what_can_be(place: Database) -> None:
    items = [withdrawn(), withdrawn("souths"), withdrawn("quiet")]
    before = await versions(place)
    results = await sent(place, WITHDRAW, *items)
    assert [one["problems"][0]["code"] for one in results] == [
        "BATCH_REJECTED",
        "FORBIDDEN",
        "BATCH_REJECTED",
    ]
    assert await versions(place) == before
    results = await sent(place, WITHDRAW, *items, policy="REJECT_FAILED")
    assert [one["entity"] and one["entity"]["slug"] for one in results] == ["park", None, "quiet"]


async def test_withdrawals_are_seen_and_written_with_the_record_by_postgresql_too(place: Database) -> None:
    await sent(place, WITHDRAW, withdrawn("secret"), viewer=SOUTH)
    await sent(place, WITHDRAW, withdrawn())
    async with owner_of(place) as connection:
        for viewer, number in ((ANONYMOUS, 1), (NORTH, 1), (SOUTH, 2), (EDITOR, 2)):
            async with acting(connection, viewer):
                assert await connection.fetchval("SELECT count(*) FROM withdrawal") == number
        for viewer, number in ((NORTH, 1), (SOUTH, 1)):
            async with acting(connection, viewer):
                assert await connection.execute("UPDATE withdrawal SET reason = 'x'") == f"UPDATE {number}"


async def test_withdrawing_is_sent_again_safely(place: Database) -> None:
    first = await sent(place, WITHDRAW, withdrawn(), key="once")
    await sent(place, RESTORE, {"entity": {"slug": "park"}})
    before = await versions(place)
    (again,) = await sent(place, WITHDRAW, withdrawn(), key="once")
    assert (again["status"], again["entity"]["recordStatus"]) == (first[0]["status"], "ACTIVE")
    assert await versions(place) == before
