"""Disputes and corrections in the log of changes: who hears of them, in lists, live and by webhook."""

import asyncio
from typing import Any

import pytest

from models.database import Database
from resolvers.viewer import ANONYMOUS
from tests import test_corrections, test_disputes
from tests.conftest import EDITOR, NORTH
from tests.following import watched
from tests.hooked import hooked
from tests.receiver import receiving
from tests.row_security import SOUTH, acting
from tests.test_corrections import WEST
from tests.test_feed import end_cursor, follow, listed
from tests.writing import change, make_zone, owner_of

SIDES = {"anonymous": (ANONYMOUS, False), "west": (WEST, False), "north": (NORTH, True),
         "south": (SOUTH, True), "editor": (EDITOR, True)}  # fmt: skip
AREA = {"field": {"entity": {"slug": "park"}, "field": "AREA"}}
KINDS = ["DISPUTE", "CORRECTION"]


@pytest.fixture
async def place(graph_copy: Database) -> Database:
    """South's zone, and a third partner, whom it does not concern."""
    await make_zone(graph_copy, "park", owner_id=SOUTH.partner_id)
    async with owner_of(graph_copy) as connection:
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, 'west', 'West')", WEST.partner_id
        )
    return graph_copy


async def disputed(database: Database) -> str:
    return str((await test_disputes.disputed(database, NORTH, **AREA))["id"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["resolved", "withdrawn"])
async def test_both_sides_and_editors_hear_of_it_and_nobody_else(
    place: Database, kind: str, end: str
) -> None:
    tests: Any = test_disputes if kind == "DISPUTE" else test_corrections
    start = await end_cursor(place)
    contested = await (disputed(place) if kind == "DISPUTE" else test_corrections.proposed(place))
    told = [("CREATED", kind, contested)]
    for verb in ("CREATED", "UPDATED"):
        for name, (viewer, hears) in SIDES.items():
            nodes = await listed(place, start, viewer, kinds=KINDS)
            found = [(node["verb"], node["kind"], node["recordId"]) for node in nodes]
            assert found == (told if hears else []), name
            async with owner_of(place) as connection, acting(connection, viewer):
                seen = await connection.fetch("SELECT verb FROM change WHERE kind = $1 ORDER BY seq", kind)
            assert [row["verb"] for row in seen] == [one[0] for one in found], name
        if verb == "CREATED":
            decision = {"uphold": False} if kind == "DISPUTE" else {"accept": False}
            text, given = (tests.RESOLVE, decision) if end == "resolved" else (tests.WITHDRAW, {})
            await change(place, text, EDITOR if given else NORTH, id=contested, **given)
            told.append(("UPDATED", kind, contested))


async def test_who_maintains_the_record_now_is_who_hears(place: Database) -> None:
    start = await end_cursor(place)
    await disputed(place)
    async with owner_of(place) as connection:
        await connection.execute("UPDATE entity SET owner_id = $1 WHERE slug = 'park'", WEST.partner_id)
    assert len(await listed(place, start, WEST, kinds=["DISPUTE"])) == 1


async def test_an_erased_persons_dispute_is_told_as_removed_to_editors_only(place: Database) -> None:
    start = await end_cursor(place)
    contested = await disputed(place)
    async with owner_of(place) as connection:
        await connection.execute("DELETE FROM dispute")
    for viewer, verbs in ((NORTH, []), (SOUTH, []), (EDITOR, ["CREATED", "REMOVED"])):
        nodes = await listed(place, start, viewer, kinds=["DISPUTE"])
        assert [(node["verb"], node["recordId"]) for node in nodes] == [(verb, contested) for verb in verbs]


async def test_a_subscriber_hears_that_its_record_is_disputed(place: Database) -> None:
    with watched() as readers:
        following = asyncio.create_task(follow(place, 1, viewer=SOUTH, kinds=["DISPUTE"]))
        await readers.reach(1)
    await disputed(place)
    (event,) = await asyncio.wait_for(following, 60)
    assert (event["verb"], event["kind"], event["entity"]) == ("CREATED", "DISPUTE", None)


async def test_a_webhook_says_what_is_disputed_and_proposed(fresh_dsn: str) -> None:
    async with hooked(fresh_dsn) as hooks, receiving() as receiver:
        await make_zone(hooks.database, "park", owner_id=SOUTH.partner_id)
        await hooks.create(receiver.url, SOUTH, kinds=KINDS)
        await hooks.create(receiver.url, NORTH, kinds=["ZONE"])
        contested = await disputed(hooks.database)
        proposed = await test_corrections.proposed(hooks.database)
        async with hooks.delivering():
            messages = await receiver.reaches(2)
        said = {message.payload["type"]: message.payload["data"]["record"] for message in messages}
        zone = (await hooks.ask('{ zone(by: {slug: "park"}) { id } }'))["data"]["zone"]
    assert said == {
        "dispute.created": {
            "id": contested, "__typename": "Dispute", "status": "OPEN", "reason": "It is not so.",
            "resolution": None, "field": "AREA", "relation": None, "subject": zone, "object": zone,
        },
        "correction.created": {
            "id": proposed, "__typename": "Correction", "status": "OPEN", "field": "AREA",
            "reason": "The gazette says so.", "resolution": None, "value": "140", "unit": "ACRE",
            "entity": zone,
        },
    }  # fmt: skip
