"""Disputes of what others state: who may, who sees them, and what follows."""

from typing import Any
from uuid import uuid4

import pytest

from models.database import Database
from models.erasure import erase
from models.migrations.ddl import PARTNER, READER
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import DENIED, SOUTH, acting
from tests.test_relating import RELATE, UNRELATE, company, sent, tenant
from tests.writing import ASSERT, area, change, make, make_zone, owner_of, refused

WEST = Viewer("partner", graph.uuid_of(0xA3), "west", NORTH.scopes)
DISPUTE = """
mutation($what: DisputeTarget!, $reason: String! = "It is not so.", $key: String) {
  dispute(input: {what: $what, reason: $reason}, idempotencyKey: $key) { dispute { ...D } } }
fragment D on Dispute { id reason status resolution resolvedAt by { slug } statedBy { slug }
  resolvedBy { slug } field relation { id isDisputed } assertion { id isDisputed }
  subject { slug } object { slug } }"""
RESOLVE = """
mutation($id: ID!, $uphold: Boolean!, $reason: String! = "We asked.") {
  resolveDispute(input: {dispute: $id, uphold: $uphold, reason: $reason}) { dispute {
    id status resolution relation { id } assertion { id } resolvedBy { slug } } } }"""
WITHDRAW = """
mutation($id: ID!) { withdrawDispute(input: {dispute: $id}) { dispute { id status } } }"""
SEEN = "{ disputes { nodes { id status reason } } }"


@pytest.fixture
async def place(graph_copy: Database) -> Database:
    """North's company, South's zone and hidden zone, and a third partner, who owns nothing."""
    await company(graph_copy, "firm", owner_id=NORTH.partner_id)
    await make_zone(graph_copy, "park", owner_id=SOUTH.partner_id)
    await make_zone(graph_copy, "secret", owner_id=SOUTH.partner_id, audience="OWNER")
    await make_zone(graph_copy, "stands")
    async with owner_of(graph_copy) as connection:
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, 'west', 'West')", WEST.partner_id
        )
    return graph_copy


async def related(database: Database, viewer: Viewer = NORTH, **more: Any) -> str:
    """The id of a relation that the viewer states."""
    (result,) = await sent(database, RELATE, tenant(**more), viewer=viewer)
    assert result["status"] == "CREATED", result
    return str(result["relation"]["id"])


async def disputed(database: Database, viewer: Viewer, **what: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await change(database, DISPUTE, viewer, what=what))["dispute"]
    return found


async def seen(database: Database, viewer: Viewer) -> list[str]:
    """The disputes that a viewer sees, by the list and by their ids alike."""
    nodes = (await run(database, SEEN, viewer=viewer))["data"]["disputes"]["nodes"]
    return [one["id"] for one in nodes]


async def test_the_other_side_of_a_relation_disputes_it_and_both_sides_see_that(place: Database) -> None:
    relation = await related(place)
    found = await disputed(place, SOUTH, relation=relation)
    assert found == {
        "id": found["id"], "reason": "It is not so.", "status": "OPEN", "resolution": None,
        "resolvedAt": None, "by": {"slug": "south"}, "statedBy": {"slug": "north"}, "resolvedBy": None,
        "field": None,
        "relation": {"id": relation, "isDisputed": True}, "assertion": None, "subject": {"slug": "firm"},
        "object": {"slug": "park"},
    }  # fmt: skip
    query = """query($r: ID!, $d: ID!) {
      node(id: $d) { id }
      relation: node(id: $r) { ... on Relation {
        isDisputed disputes { totalCount nodes { id by { slug } } } } }
      zone(by: {slug: "park"}) { companies { edges { isDisputed } } } }"""
    for viewer, sees in ((ANONYMOUS, False), (WEST, False), (NORTH, True), (SOUTH, True), (EDITOR, True)):
        data = (await run(place, query, {"r": relation, "d": found["id"]}, viewer))["data"]
        # That it is disputed everybody knows who sees it; by whom and why only those concerned.
        assert data["relation"]["isDisputed"] is True
        assert data["zone"]["companies"]["edges"] == [{"isDisputed": True}]
        assert data["relation"]["disputes"]["totalCount"] == int(sees), viewer
        assert data["node"] == ({"id": found["id"]} if sees else None)
        assert await seen(place, viewer) == ([found["id"]] if sees else [])


async def test_whoever_sees_a_statement_may_dispute_it_and_nobody_its_own(place: Database) -> None:
    relation = await related(place)
    west = await disputed(place, WEST, relation=relation)
    said = (await change(place, ASSERT, NORTH, input=area("park", "140")))["assertion"]["id"]
    ours = await disputed(place, SOUTH, assertion=said)
    assert (ours["field"], ours["assertion"]) == ("AREA", {"id": said, "isDisputed": True})
    field = {"entity": {"slug": "park"}, "field": "REGIME"}
    own = await disputed(place, WEST, field=field)
    assert (own["field"], own["statedBy"], own["subject"]) == ("REGIME", {"slug": "south"}, {"slug": "park"})
    for viewer, ids in (
        (NORTH, [west["id"], ours["id"]]),
        (SOUTH, [west["id"], ours["id"], own["id"]]),
        (WEST, [west["id"], own["id"]]),
        (ANONYMOUS, []),
    ):
        assert await seen(place, viewer) == ids
    for viewer, what, code in (
        (NORTH, {"relation": relation}, "BAD_USER_INPUT"),
        (NORTH, {"assertion": said}, "BAD_USER_INPUT"),
        (SOUTH, {"field": field}, "BAD_USER_INPUT"),
        (WEST, {"field": field | {"field": "EMPLOYEE_COUNT"}}, "BAD_USER_INPUT"),
        (WEST, {"relation": "zone"}, "BAD_USER_INPUT"),
        (ANONYMOUS, {"relation": relation}, "UNAUTHENTICATED"),
    ):
        assert await refused(place, DISPUTE, viewer, what=what) == code
    reason = {"what": {"relation": relation}, "reason": "x" * 1001}
    assert await refused(place, DISPUTE, SOUTH, **reason) == "BAD_USER_INPUT"
    assert await change(place, DISPUTE, SOUTH, **reason | {"reason": "x" * 1000})


async def test_what_is_hidden_looks_like_what_is_missing(place: Database) -> None:
    given = {"subject": {"slug": "park"}, "role": "RELATED_TO", "object": {"slug": "secret"}}
    (result,) = await sent(place, RELATE, given, viewer=SOUTH)
    secret = area("secret", "1")
    said = (await change(place, ASSERT, SOUTH, input=secret | {"audience": "OWNER"}))["assertion"]["id"]
    shown = area("stands", "1", audience="OWNER", since="2020-01-01")
    hidden = (await change(place, ASSERT, SOUTH, input=shown))["assertion"]["id"]
    for what, nothing in (
        ({"relation": result["relation"]["id"]}, {"relation": str(uuid4())}),
        ({"assertion": said}, {"assertion": str(uuid4())}),
        ({"assertion": hidden}, {"assertion": str(uuid4())}),
        (
            {"field": {"entity": {"slug": "secret"}, "field": "AREA"}},
            {"field": {"entity": {"slug": "nothing"}, "field": "AREA"}},
        ),
    ):
        answers = [(await run(place, DISPUTE, {"what": one}, NORTH)) for one in (what, nothing)]
        assert answers[0]["errors"] == answers[1]["errors"]
        assert answers[0]["errors"][0]["code"] == "NOT_FOUND"
    relation = await related(place)
    found = await disputed(place, SOUTH, relation=relation)
    answers = [await run(place, WITHDRAW, {"id": id_}, WEST) for id_ in (found["id"], str(uuid4()))]
    assert answers[0]["errors"] == answers[1]["errors"]
    assert answers[0]["errors"][0]["code"] == "NOT_FOUND"


async def test_disputed_again_for_the_same_reason_nothing_is_written(place: Database) -> None:
    relation = await related(place)
    first = await disputed(place, SOUTH, relation=relation)
    assert await disputed(place, SOUTH, relation=relation) == first
    other = {"what": {"relation": relation}, "reason": "Another one."}
    assert await refused(place, DISPUTE, SOUTH, **other) == "CONFLICT"
    await change(place, WITHDRAW, SOUTH, id=first["id"])
    assert (await change(place, DISPUTE, SOUTH, **other))["dispute"]["id"] != first["id"]
    assert len(await seen(place, SOUTH)) == 2


async def test_an_editor_decides_and_what_was_wrong_is_taken_back(place: Database) -> None:
    relation = await related(place, since="2020-01-01")
    said = (await change(place, ASSERT, NORTH, input=area("park", "140")))["assertion"]["id"]
    for what in ({"relation": relation}, {"assertion": said}):
        (name,) = what
        rejected = await disputed(place, SOUTH, **what)
        for viewer in (SOUTH, NORTH, ANONYMOUS):
            code = "UNAUTHENTICATED" if viewer is ANONYMOUS else "FORBIDDEN"
            assert await refused(place, RESOLVE, viewer, id=rejected["id"], uphold=True) == code
        answer = (await change(place, RESOLVE, id=rejected["id"], uphold=False))["dispute"]
        assert (answer["status"], answer["resolution"]) == ("REJECTED", "We asked.")
        assert answer[name] == {"id": what[name]}
        upheld = await disputed(place, SOUTH, **what)
        others = await disputed(place, WEST, **what)
        answer = (await change(place, RESOLVE, id=upheld["id"], uphold=True))["dispute"]
        assert (answer["status"], answer[name]) == ("UPHELD", None)
        nodes = (await run(place, SEEN, viewer=WEST))["data"]["disputes"]["nodes"]
        assert {"id": others["id"], "status": "UPHELD", "reason": "It is not so."} in nodes
        for id_ in (rejected["id"], upheld["id"], others["id"]):
            assert await refused(place, RESOLVE, id=id_, uphold=True) == "CONFLICT"
    async with owner_of(place) as connection:
        for table, id_ in (("relation", relation), ("assertion", said)):
            assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE id = $1", id_) == 0
            past = f"SELECT count(*) FROM {table}_history WHERE id = $1"
            assert await connection.fetchval(past, id_) == 1
    own = await disputed(place, NORTH, field={"entity": {"slug": "park"}, "field": "REGIME"})
    answer = (await change(place, RESOLVE, id=own["id"], uphold=True))["dispute"]
    assert answer["status"] == "UPHELD"
    zone = (await run(place, '{ zone(by: {slug: "park"}) { regime } }'))["data"]["zone"]
    assert zone == {"regime": "STZ"}


async def test_who_stated_it_may_take_it_back_instead(place: Database) -> None:
    relation = await related(place)
    found = await disputed(place, SOUTH, relation=relation)
    await sent(place, UNRELATE, {"relation": relation, "statedInError": True})
    query = """query($d: ID!) { node(id: $d) { ... on Dispute {
      status resolution resolvedBy { slug } relation { id } subject { slug } } } }"""
    answer = (await run(place, query, {"d": found["id"]}, SOUTH))["data"]["node"]
    assert answer == {
        "status": "UPHELD", "resolution": "What it disputes was taken back.", "resolvedBy": {"slug": "north"},
        "relation": None, "subject": {"slug": "firm"},
    }  # fmt: skip


async def test_who_disputes_may_take_that_back_and_nobody_else(place: Database) -> None:
    relation = await related(place)
    found = await disputed(place, SOUTH, relation=relation)
    assert await refused(place, WITHDRAW, NORTH, id=found["id"]) == "FORBIDDEN"
    assert await refused(place, WITHDRAW, ANONYMOUS, id=found["id"]) == "UNAUTHENTICATED"
    assert await change(place, WITHDRAW, SOUTH, id=found["id"]) == {
        "dispute": {"id": found["id"], "status": "WITHDRAWN"}
    }
    assert await refused(place, WITHDRAW, SOUTH, id=found["id"]) == "CONFLICT"
    query = "query($r: ID!) { node(id: $r) { ... on Relation { isDisputed } } }"
    assert (await run(place, query, {"r": relation}))["data"]["node"] == {"isDisputed": False}


async def test_a_dispute_is_sent_again_safely(place: Database) -> None:
    relation = await related(place)
    what = {"what": {"relation": relation}, "key": "once"}
    first = await change(place, DISPUTE, SOUTH, **what)
    await change(place, WITHDRAW, SOUTH, id=first["dispute"]["id"])
    again = await change(place, DISPUTE, SOUTH, **what)
    assert again["dispute"]["id"] == first["dispute"]["id"]
    assert await seen(place, SOUTH) == [first["dispute"]["id"]]


async def test_postgresql_itself_keeps_disputes_to_their_sides(place: Database) -> None:
    relation = await related(place)
    await disputed(place, SOUTH, relation=relation)
    insert = (
        "INSERT INTO dispute (relation_id, subject_id, object_id, stated_by, owner_id, reason) "
        "SELECT r.id, r.subject_id, r.object_id, r.owner_id, $1, 'x' FROM relation r WHERE r.id = $2"
    )
    async with owner_of(place) as connection:
        for viewer, number in ((ANONYMOUS, 0), (WEST, 0), (NORTH, 1), (SOUTH, 1), (EDITOR, 1)):
            async with acting(connection, viewer):
                assert await connection.fetchval("SELECT count(*) FROM dispute") == number
        for viewer, statement in (
            (NORTH, "UPDATE dispute SET reason = ''"),
            (NORTH, "DELETE FROM dispute"),
            (ANONYMOUS, "UPDATE dispute SET status = 'WITHDRAWN', resolved_at = now()"),
            (SOUTH, "UPDATE dispute SET status = 'REJECTED', resolved_at = now()"),
            (SOUTH, "UPDATE dispute SET owner_id = NULL"),
        ):
            async with acting(connection, viewer):
                with pytest.raises(DENIED):
                    await connection.execute(statement)
        async with acting(connection, NORTH):
            changed = "UPDATE dispute SET status = 'WITHDRAWN', resolved_at = now()"
            assert await connection.execute(changed) == "UPDATE 0"
        async with acting(connection, WEST):
            assert await connection.execute(insert, WEST.partner_id, relation) == "INSERT 0 1"
        async with acting(connection, WEST):
            with pytest.raises(DENIED):
                await connection.execute(insert, NORTH.partner_id, relation)
        hidden = await make(
            place,
            "relation",
            {
                "subject_id": await connection.fetchval("SELECT id FROM entity WHERE slug = 'firm'"),
                "subject_kind": "COMPANY",
                "role": "TENANT_OF",
                "object_id": await connection.fetchval("SELECT id FROM entity WHERE slug = 'stands'"),
                "object_kind": "ZONE",
                "audience": "OWNER",
                "owner_id": NORTH.partner_id,
            },
        )
        row = await connection.fetchrow("SELECT * FROM relation WHERE id = $1", hidden)
        values = (hidden, row["subject_id"], row["object_id"], row["owner_id"], WEST.partner_id)
        async with acting(connection, WEST):
            with pytest.raises(DENIED):
                await connection.execute(
                    "INSERT INTO dispute (relation_id, subject_id, object_id, stated_by, owner_id, reason) "
                    "VALUES ($1, $2, $3, $4, $5, 'x')",
                    *values,
                )
        for table in ("dispute", "correction", "withdrawal"):
            found = await connection.fetchrow(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1::regclass", table
            )
            assert tuple(found) == (True, True)
            for role in (READER, PARTNER):
                may = "SELECT has_table_privilege($1, $2, 'DELETE')"
                assert await connection.fetchval(may, role, table) is False


async def test_a_merge_moves_disputes_with_what_they_dispute(place: Database) -> None:
    twin = await make_zone(place, "twin")
    relation = await related(place, zone="twin")
    found = await disputed(place, WEST, relation=relation)
    merge = """mutation { mergeEntities(input: {survivor: {slug: "stands"}, duplicate: {slug: "twin"},
      reason: "one"}) { survivor { slug } } }"""
    await change(place, merge)
    async with owner_of(place) as connection:
        row = await connection.fetchrow("SELECT status, object_id FROM dispute WHERE id = $1", found["id"])
        assert row["status"] == "OPEN"
        assert row["object_id"] != twin
    undo = 'mutation { undoMerge(input: {duplicate: {slug: "twin"}}) { survivor { slug } } }'
    await change(place, undo)
    async with owner_of(place) as connection:
        assert await connection.fetchval("SELECT object_id FROM dispute WHERE id = $1", found["id"]) == twin


async def test_a_person_who_is_erased_takes_disputes_and_corrections_along(place: Database) -> None:
    person = await make(
        place, "entity",
        {"kind": "EXPERT", "slug": "ayesha", "name": "Ayesha Sample", "owner_id": NORTH.partner_id},
    )  # fmt: skip
    given = {"subject": {"slug": "ayesha"}, "role": "FOUNDED", "object": {"slug": "firm"}}
    (result,) = await sent(place, RELATE, given)
    await disputed(place, SOUTH, relation=result["relation"]["id"])
    async with owner_of(place) as connection:
        await connection.execute(
            "INSERT INTO correction (entity_id, field, value, reason) VALUES ($1, 'SPHERE', 'null', 'x')",
            person,
        )
        await erase(connection, place.schema, "ayesha", "a request")
        for table in ("dispute", "correction"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
