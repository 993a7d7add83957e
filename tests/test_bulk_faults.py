"""Jobs that outlive servers: kill -9 and a start, leases, files that are gone; and who follows a job."""

import asyncio
import json
import signal
import threading
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import orjson
import pytest

import server
from exchange import uploads
from exchange.importer import Importer
from exchange.job import MOST_PROBLEMS
from exchange.problem import Problem, ProblemCode, Problems
from exchange.runner import MOST_ATTEMPTS, Runner
from models.database import Database
from models.embedded import EmbeddedPostgres
from settings import Settings
from tests.conftest import PATIENT, clone
from tests.processes import CHECKOUT, python
from tests.stub_app import serving
from tests.test_bulk import company
from tests.test_feed import ADD
from tests.test_feed_streams import stream
from tests.test_sockets import peer
from tests.uploads import Sender, Stack, eventually, stack

STATUS = "SELECT status FROM import_job ORDER BY id DESC LIMIT 1"
PAST = "UPDATE import_job SET lease_until = now() WHERE lease_until IS NOT NULL RETURNING 1"


class Served:
    """A server process of its own over a database; killed at the end."""

    def __init__(self, dsn: str) -> None:
        env = {"DATABASE_URL": dsn, "TRIPLEHELIX_METRICS_PORT": "0", "TRIPLEHELIX_LOG_LEVEL": "error"}
        self._python = python(str(CHECKOUT / "cli.py"), "serve", "--port", "0", "--no-sample", env=env)

    def __enter__(self) -> "Served":
        self.process = self._python.__enter__()
        assert self.process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            printed += line
        self.address = next(w for w in printed.split() if w.startswith("http")).removesuffix("/graphql")
        return self

    def __exit__(self, *error: Any) -> None:
        self._python.__exit__(*error)

    def send(self, key: str, body: bytes) -> str:
        """The id of the job."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
        request = urllib.request.Request(f"{self.address}/import/ndjson", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 202
            return str(json.load(answer)["id"])


@asynccontextmanager
async def held_back(dsn: str, slug: str) -> AsyncIterator[None]:
    """No import comes past the row of this slug meanwhile: another transaction is about to write it."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("BEGIN")
        await connection.execute(ADD, slug, "PUBLIC")
        yield
    finally:
        await connection.close()


async def test_a_job_of_a_killed_server_is_run_again_to_its_end(fresh_dsn: str) -> None:
    place = Stack(fresh_dsn, None)
    key = (await place.sender()).key
    body = b"".join(company(f"firm-{number}") for number in range(12_000)) + b"{\n"
    async with held_back(fresh_dsn, "firm-11999"):
        with Served(fresh_dsn) as first:
            job = await asyncio.to_thread(first.send, key or "", body)
            await eventually(place, "SELECT rows FROM import_job", lambda rows: rows > 0)
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            assert await place.value(STATUS) == "RUNNING"
    # A server that starts at once finds the lease still valid; its fifteen seconds need not be waited for.
    await place.value(PAST)
    async with stack(fresh_dsn) as again:
        await eventually(again, STATUS, lambda status: status == "SUCCEEDED_IN_PART", 120)
    counts = "SELECT created + unchanged FROM import_job WHERE id = $1"
    assert await place.value(counts, job) == 12_000
    assert await place.value("SELECT count(*) FROM entity WHERE slug LIKE 'firm-%'") == 12_000
    assert await place.value("SELECT count(*) FROM entity_history") == 0
    assert await place.value("SELECT count(*) FROM import_problem") == 1
    assert await place.value("SELECT attempts FROM import_job") == 2
    assert await place.value("SELECT string_agg(part, ',') FROM import_chunk") == "FAILED"


@pytest.fixture
async def database(fresh_dsn: str) -> Any:
    found = Database(fresh_dsn, **PATIENT)
    await found.open()
    yield found
    await found.close()


async def insert(place: Stack, columns: str, values: str) -> str:
    query = f"INSERT INTO import_job (file_name, {columns}) VALUES ('a.ndjson', {values}) RETURNING id"
    return str(await place.value(query))


@pytest.mark.parametrize(
    ("columns", "values", "says"),
    [
        ("status, is_upload, format, size_bytes", "'QUEUED', true, 'ndjson', 7", "The file is gone"),
        ("status, is_upload, format, size_bytes", "'QUEUED', true, 'xlsx', 7", "does not know the format"),
        ("status, lease_until", "'RUNNING', now() - interval '1 s'", "The command that ran it has ended"),
        (
            "status, is_upload, format, attempts, lease_until",
            f"'RUNNING', true, 'ndjson', {MOST_ATTEMPTS}, now() - interval '1 s'",
            "never came to its end",
        ),
    ],
)
async def test_a_job_that_cannot_be_run_fails_and_says_why(
    database: Database, columns: str, values: str, says: str
) -> None:
    place = Stack(database.dsn, None)
    job = await insert(place, columns, values)
    runner = Runner((database,), unpacked_bytes=10**9)
    assert await runner.run_next(database)
    assert not await runner.run_next(database)
    assert await place.value("SELECT status FROM import_job WHERE id = $1", job) == "FAILED"
    assert says in await place.value("SELECT failure FROM import_job WHERE id = $1", job)


async def test_a_running_job_is_not_taken_up_while_its_lease_holds(database: Database) -> None:
    place = Stack(database.dsn, None)
    await insert(place, "status, lease_until", "'RUNNING', now() + interval '1 hour'")
    assert not await Runner((database,), unpacked_bytes=10**9).run_next(database)


async def test_two_runners_never_run_one_job(database: Database) -> None:
    place = Stack(database.dsn, None)
    for _ in range(6):
        await insert(place, "status, is_upload, format, size_bytes", "'QUEUED', true, 'ndjson', 0")
    runners = [Runner((database,), unpacked_bytes=10**9) for _ in range(3)]

    async def drain(runner: Runner) -> int:
        count = 0
        while await runner.run_next(database):
            count += 1
        return count

    assert sum(await asyncio.gather(*(drain(runner) for runner in runners))) == 6
    assert await place.value("SELECT max(attempts) FROM import_job") == 1


async def test_a_server_that_stops_gives_its_job_back(fresh_dsn: str) -> None:
    async with AsyncExitStack() as stopped:
        place = await stopped.enter_async_context(stack(fresh_dsn))
        north = await place.sender()
        async with held_back(fresh_dsn, "firm-19999"):
            await north.send(b"".join(company(f"firm-{number}") for number in range(20_000)))
            await eventually(place, "SELECT rows FROM import_job", lambda rows: rows > 0)
            await stopped.aclose()
    place = Stack(fresh_dsn, None)
    assert await place.value(STATUS) == "QUEUED"
    assert await place.value("SELECT attempts FROM import_job") == 0
    assert await place.value(
        "SELECT size_bytes = sum(length(data)) FROM import_job, import_chunk GROUP BY size_bytes"
    )


async def test_what_is_left_of_uploads_is_swept_away(database: Database) -> None:
    place = Stack(database.dsn, None)
    done = await insert(place, "status, finished_at", "'SUCCEEDED_IN_PART', now() - interval '31 days'")
    kept = await insert(place, "status, finished_at", "'SUCCEEDED_IN_PART', now() - interval '29 days'")
    for upload, minutes in ((done, 0), (kept, 0), (uuid(1), 16), (uuid(2), 14)):
        await place.value(
            "INSERT INTO import_chunk VALUES ($1, 'FAILED', 0, 'x', now() - make_interval(mins => $2)) "
            "RETURNING 1",
            *(upload, minutes),
        )
    async with database.write(uploads.EDITOR) as connection:
        await uploads.sweep(connection)
    left = await place.value("SELECT array_agg(upload_id::text) FROM import_chunk")
    assert set(left) == {kept, uuid(2)}


def uuid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012}"


async def test_a_command_that_imports_shows_how_far_it_is(database: Database) -> None:
    place = Stack(database.dsn, None)

    seen = threading.Event()

    def slowly() -> Any:
        # A batch is read while the one before it is written.
        for row in (1, 2, 3):
            assert row < 3 or seen.wait(200)
            yield Problem(row, None, ProblemCode.SHAPE_INVALID, "a", "b")

    work = asyncio.create_task(Importer(database.dsn, file_name="slow", batch_rows=1).run(slowly()))
    await eventually(place, "SELECT count(*) FROM import_problem", lambda count: count in (1, 2))
    assert await place.value("SELECT lease_until > now() FROM import_job")
    seen.set()
    await work
    assert await place.value(STATUS) == "SUCCEEDED_IN_PART"
    assert await place.value("SELECT lease_until IS NULL AND failed_rows = 3 FROM import_job")


def test_problems_are_bounded_and_lost_rows_all_known() -> None:
    found = Problems(most=10)
    found += [Problem(row, None, ProblemCode.SHAPE_INVALID, "a", "b") for row in range(1, 100_001, 2)]
    found.append(Problem(2, None, ProblemCode.KEY_REPEATED, "a", "b", is_row_lost=False))
    assert len(found) == 10
    assert len(found.lost) == 50_000
    assert (99_999 in found.lost, 2 in found.lost, 10**9 in found.lost) == (True, False, False)
    assert MOST_PROBLEMS == 10_000


FOLLOW = "subscription { importJob(id: %s) { id status rows created problems { totalCount } } }"


async def test_an_import_is_followed_over_a_websocket_and_an_event_stream(
    postgres: EmbeddedPostgres, migrated: str
) -> None:
    dsn = await clone(postgres.dsn, migrated)
    given: dict[str, Any] = {"database_url": dsn, "metrics_port": 0, "log_level": "error"}
    async with serving(server.create_app(Settings(**given))) as address:
        http = httpx2.AsyncClient(base_url=f"http://{address[0]}:{address[1]}", timeout=60)
        place = Stack(dsn, http)
        north, south = await place.sender("north"), await place.sender("south")
        sent = (await north.send(b"".join(company(f"firm-{number}") for number in range(4_000)))).json()
        query = FOLLOW % orjson.dumps(sent["id"]).decode()
        async with (
            stream(address, f"Authorization: Bearer {north.key}", query=query) as events,
            peer(address) as socket,
        ):
            await socket.begin({"Authorization": f"Bearer {north.key}"})
            await socket.subscribe(query)
            seen = []
            while (heard := await socket.hear())["type"] == "next":
                seen.append(heard["payload"]["data"]["importJob"])
            assert heard == {"id": "1", "type": "complete"}
            streamed = []
            while (event := await events.event())[0] == "next":
                streamed.append(event[1]["data"]["importJob"])
        for states in (seen, streamed):
            assert states[-1] == {
                "id": sent["id"], "status": "SUCCEEDED", "rows": 4_000, "created": 4_000,
                "problems": {"totalCount": 0},
            }  # fmt: skip
            assert [one["rows"] for one in states] == sorted(one["rows"] for one in states)
            assert len({orjson.dumps(one) for one in states}) == len(states)
        for stranger in (south, Sender(place.http, None)):
            headers = [f"Authorization: Bearer {stranger.key}"] if stranger.key else []
            async with stream(address, *headers, query=query) as refused:
                _, data = await refused.event()
                assert data["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        await http.aclose()
