"""Connections that are lost: whoever is called off while it connects leaves none open (at a server's end its
parts are), and who uses one that PostgreSQL ends is told to try again."""

import asyncio
import itertools
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import asyncpg
import pytest

from exchange import job
from models.database import Database
from tests.conftest import EDITOR
from tests.uploads import stack

Work = Coroutine[Any, Any, None]


async def opened(dsn: str) -> None:
    """As a server does that ends while it starts."""
    database = Database(dsn)
    await database.open()
    await database.close()


async def joined(dsn: str) -> None:
    """As the runner of imports does."""
    connection = await job.connect(dsn, "live")
    await connection.close()


@types.coroutine
def called_off(work: Work, turn: int) -> Generator[Any, Any, bool]:
    """Does the work, called off at its so-many-th wait; says whether it waited that often."""
    error: BaseException | None = None
    for turns in itertools.count():
        try:
            waits = work.send(None) if error is None else work.throw(error)
        except StopIteration:
            return turns > turn
        except asyncio.CancelledError:
            return True
        task = asyncio.current_task()
        if turns == turn and task is not None:
            task.cancel()
        try:
            yield waits
            error = None
        except BaseException as raised:
            error = raised
    raise AssertionError


@pytest.mark.parametrize("work", [opened, joined])
async def test_what_is_called_off_at_any_wait_leaves_no_connection(
    fresh_dsn: str, work: Callable[[str], Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[asyncpg.Connection] = []
    connected = asyncpg.Connection.__init__

    def counted(connection: asyncpg.Connection, *arguments: Any) -> None:
        connected(connection, *arguments)
        made.append(connection)

    monkeypatch.setattr(asyncpg.Connection, "__init__", counted)
    for turn in itertools.count():
        was_called_off = await asyncio.create_task(called_off(work(fresh_dsn), turn))
        left = [connection for connection in made if not connection.is_closed()]
        for connection in left:
            connection.terminate()
        assert left == [], turn
        if not was_called_off:
            break
    assert turn >= 3
    assert len(made) >= turn // 2


READ = "{ programs { totalCount } }"
WRITE = 'mutation { savePrograms(input: [{slug: "x", name: "X", programKind: TRAINING}]) { created } }'
WAITING = """FROM pg_stat_activity WHERE application_name = 'triplehelix' AND wait_event_type = 'Lock'
    AND datname = current_database()"""


@pytest.mark.parametrize(("document", "field"), [(READ, "programs"), (WRITE, "savePrograms")])
async def test_who_uses_a_connection_that_is_ended_is_told_to_try_again(
    fresh_dsn: str, document: str, field: str
) -> None:
    async with stack(fresh_dsn) as place:
        north = await place.sender()
        headers = {"Authorization": f"Bearer {north.key}"}

        async def sent() -> tuple[int, dict[str, Any]]:
            answer = await place.http.post("/graphql", json={"query": document}, headers=headers)
            return answer.status_code, answer.json()

        owner = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live"})
        watcher = await asyncpg.connect(fresh_dsn)
        try:
            async with owner.transaction():
                await owner.execute("LOCK TABLE entity IN ACCESS EXCLUSIVE MODE")
                asking = asyncio.create_task(sent())
                # Again and again: what else the server does may wait for the table too, and be ended first.
                while not asking.done():
                    await watcher.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")
                    await asyncio.sleep(0.01)
                _, answer = await asking
        finally:
            await owner.close()
            await watcher.close()
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "DATABASE_UNAVAILABLE"
        assert error["extensions"]["hint"]
        status, answer = await sent()
        assert (status, list(answer["data"]), "errors" in answer) == (200, [field], False)


async def test_work_that_is_called_off_on_a_lost_connection_ends(fresh_dsn: str) -> None:
    database = Database(fresh_dsn)
    await database.open()
    begun: asyncio.Future[asyncpg.Connection] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        async with database.write(EDITOR) as connection:
            begun.set_result(connection)
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    connection, lost = await begun, asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    async with database.admin() as owner:
        await owner.fetchval("SELECT pg_terminate_backend($1)", connection.get_server_pid())
    await asyncio.wait_for(lost.wait(), 60)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    assert task.cancelled()
    await database.close()
