"""Imports that are called off, or whose key is revoked: what was committed stays and is counted."""

from typing import Any

import asyncpg
import pytest

from exchange.runner import Runner
from models.database import Database
from resolvers.issuers import add_issuer, revoke_issuer
from resolvers.keys import revoke_key
from resolvers.viewer import Viewer
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import DENIED, SOUTH, acting
from tests.test_bulk import company
from tests.uploads import Sender, Stack, eventually, stack
from tests.writing import change, make, owner_of, refused

CANCEL = (
    "mutation($id: ID!) { cancelImportJob(input: {importJob: $id}) { importJob { id status finishedAt } } }"
)
BAD = company("bad", sizeClass="ENORMOUS")
ROWS = 30_000
BODY = BAD + b"".join(company(f"firm-{number}") for number in range(ROWS))
STANDS = "SELECT count(*) FROM entity WHERE slug LIKE 'firm-%'"


async def under_way(place: Stack, north: Sender) -> Any:
    """An upload of which some batches are committed."""
    sent = await north.send(BODY)
    await eventually(place, "SELECT coalesce(max(created), 0) FROM import_job", lambda created: created > 0)
    return sent


async def stopped(place: Stack, north: Sender, sent: Any) -> dict[str, Any]:
    """The job as it ended; what it counts is what stands, and the row that was refused can be fetched."""
    job = await north.ended(sent)
    assert 0 < job["created"] < ROWS
    assert await place.value(STANDS) == job["created"]
    failed = await north.failed(job)
    assert (failed.status_code, failed.content) == (200, BAD)
    assert await place.value("SELECT count(*) FROM import_chunk WHERE part = 'FILE'") == 0
    return job


async def test_a_running_import_that_is_called_off_stops_and_keeps_what_is_committed(fresh_dsn: str) -> None:
    async with stack(fresh_dsn) as place:
        north = await place.sender()
        sent = await under_way(place, north)
        answer = await north.ask(CANCEL, id=sent.json()["id"])
        assert answer["data"]["cancelImportJob"]["importJob"]["status"] == "RUNNING", answer
        job = await stopped(place, north, sent)
        assert (job["status"], job["failure"]) == ("CANCELLED", None)
        # What is sent again goes on: nothing is doubled.
        assert (await north.ask(CANCEL, id=job["id"]))["errors"][0]["extensions"]["code"] == "CONFLICT"
        again = await north.run(BODY[: BODY.index(b'"firm-20"')].rpartition(b"\n")[0])
        assert (again["created"], again["unchanged"]) == (0, 20)


async def test_an_import_whose_key_is_revoked_fails_and_says_so(fresh_dsn: str) -> None:
    async with stack(fresh_dsn) as place:
        north, watching = await place.sender(), await place.sender()
        sent = await under_way(place, north)
        connection = await asyncpg.connect(fresh_dsn)
        await revoke_key(connection, str(north.key))
        await connection.close()
        job = await stopped(place, watching, sent)
        assert job["status"] == "FAILED"
        assert job["failure"].startswith("KEY_REVOKED: ")


@pytest.fixture
async def waiting(graph_copy: Database) -> tuple[Database, str]:
    """A job of North's that waits, which anybody may read."""
    row = {"file_name": "a", "status": "QUEUED", "is_upload": True, "owner_id": NORTH.partner_id}
    return graph_copy, str(await make(graph_copy, "import_job", row | {"audience": "PUBLIC"}))


@pytest.mark.parametrize("viewer", [NORTH, EDITOR])
async def test_an_import_that_waits_ends_at_once(waiting: tuple[Database, str], viewer: Viewer) -> None:
    database, job = waiting
    payload = (await change(database, CANCEL, viewer, id=job))["importJob"]
    assert payload["status"] == "CANCELLED"
    assert payload["finishedAt"] is not None
    assert await refused(database, CANCEL, viewer, id=job) == "CONFLICT"


async def test_nobody_calls_off_what_is_anothers(waiting: tuple[Database, str]) -> None:
    database, job = waiting
    weak = Viewer("partner", NORTH.partner_id, "north", NORTH.scopes - {"bulk"}, "th_live_n")
    assert await refused(database, CANCEL, SOUTH, id=job) == "FORBIDDEN"
    assert await refused(database, CANCEL, weak, id=job) == "SCOPE_MISSING"
    assert await refused(database, CANCEL, Viewer(), id=job) == "UNAUTHENTICATED"
    async with owner_of(database) as connection:
        await connection.execute("UPDATE import_job SET audience = 'OWNER'")
        assert await refused(database, CANCEL, SOUTH, id=job) == "NOT_FOUND"
        # Of its own job a partner changes that it is called off, and nothing else.
        for change_, viewer, done in (
            ("is_cancelled = true", SOUTH, 0),
            ("is_cancelled = true, status = 'CANCELLED'", NORTH, 1),
            ("status = 'RUNNING'", NORTH, None),
            ("status = 'SUCCEEDED', is_cancelled = true", NORTH, None),
            ("rows = 7", NORTH, None),
        ):
            async with acting(connection, viewer):
                update = f"UPDATE import_job SET {change_}"
                if done is None:
                    with pytest.raises(DENIED):
                        await connection.execute(update)
                else:
                    assert await connection.execute(update) == f"UPDATE {done}"
    answer = await run(database, "query($id: ID!) { importJob(id: $id) { status } }", {"id": job}, NORTH)
    assert answer["data"]["importJob"] == {"status": "QUEUED"}


@pytest.mark.parametrize(
    ("revoked", "ends"), [(True, ("FAILED", True)), (False, ("FAILED", False))], ids=["revoked", "standing"]
)
async def test_a_file_of_a_revoked_identity_provider_is_not_begun(
    waiting: tuple[Database, str], revoked: bool, ends: tuple[str, bool]
) -> None:
    database, _ = waiting
    async with owner_of(database) as connection:
        await add_issuer(connection, "idp", "north", url="https://idp.example.edu", audience="us")
        if revoked:
            await revoke_issuer(connection, "idp")
        await connection.execute("UPDATE import_job SET key_prefix = 'token:idp', format = 'ndjson'")
        assert await Runner([database], unpacked_bytes=1).run_next(database)
        status, failure = await connection.fetchrow("SELECT status, failure FROM import_job")
    # Where the provider stands it is read, and found to be gone.
    assert (status, failure.startswith("KEY_REVOKED: ")) == ends
