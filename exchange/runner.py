"""Runs the jobs that wait, one at a time in this process: claims one, imports its file, keeps what failed.

A claim is a lease that the running job renews (exchange/job.py). A job whose lease is past is run again from
the start: what is there already is found unchanged. Any number of servers share one queue. Not its business:
receiving files (web/bulk.py).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import asyncpg
from structlog import get_logger

from exchange import repeats, uploads
from exchange.formats import FORMATS, Format
from exchange.importer import Importer
from exchange.job import LEASE_SECONDS, MOST_PROBLEMS, Cancelled, Job, LeaseLost, Revoked, connect, ended_as
from exchange.record import UnreadableFile
from exchange.spool import Spooled, check_unpacked, spool
from exchange.writer import Item
from models.database import Database, DatabaseBusy, DatabaseUnavailable
from models.fact_vocabulary import ImportStatus
from resolvers.errors import Code, TripleHelixError
from resolvers.viewer import Viewer

CHANNEL = "triplehelix_import"
POLL_SECONDS = 5.0
"""A quiet runner looks so often for a job whose lease is past."""
SWEEP_SECONDS = 600.0
MOST_ATTEMPTS = 4
"""A job that was begun so often, and whose server ended each time, is not taken up again."""
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
        asyncpg.InternalClientError, DatabaseBusy, DatabaseUnavailable)  # fmt: skip
"""What is raised where the database does not answer."""

REVOKED = f"{Code.KEY_REVOKED}: The key that sent this file was revoked. What was imported before stays."
WAITING = """
    SELECT id FROM import_job WHERE status IN ('QUEUED', 'RUNNING')
        AND (status = 'QUEUED' OR lease_until < clock_timestamp())
"""

log = get_logger("triplehelix.import")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is ours."""

    id: UUID
    format: str | None
    file_name: str
    is_dry_run: bool
    is_upload: bool
    runs_as: str | None
    owner_id: UUID | None
    partner: str | None
    attempts: int


class Runner:
    """Runs the jobs of some databases. `unpacked_bytes` is the most that an archive may hold; `folder` is for
    the file of the running job."""

    def __init__(
        self, databases: Sequence[Database], *, unpacked_bytes: int, folder: Path | None = None
    ) -> None:
        self._databases = databases
        self._unpacked = unpacked_bytes
        self._folder = folder
        self._one = asyncio.Lock()
        self._is_stopping = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs jobs as long as the context lasts; one that is running then goes back into the queue."""
        tasks = [asyncio.create_task(self._serve(database)) for database in self._databases]
        try:
            yield
        finally:
            self._is_stopping = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, database: Database) -> None:
        swept, is_away = float("-inf"), False
        clock = asyncio.get_running_loop().time
        async with database.notified(CHANNEL) as woken:
            while not self._is_stopping:
                woken.clear()
                try:
                    if clock() - swept > SWEEP_SECONDS:
                        async with database.write(uploads.EDITOR) as connection:
                            await uploads.sweep(connection)
                        swept = clock()
                    async with self._one:
                        while await _is_waiting(database) and await self.run_next(database):
                            if self._is_stopping:
                                return
                    is_away = False
                except AWAY as error:
                    if not is_away:
                        log.warning("imports wait for the database", error=type(error).__name__)
                    is_away = True
                except asyncio.CancelledError:
                    if self._is_stopping:
                        raise
                except Exception:
                    # The next round tries again; a runner that ended would leave every job waiting.
                    log.exception("imports")
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await woken.wait()

    async def run_next(self, database: Database) -> bool:
        """Runs the job that has waited longest; False where none waits."""
        worker = uuid4()
        connection = await connect(database.dsn, database.schema)
        try:
            claimed = await _claim(connection, worker)
            if claimed is None:
                return False
            await self._run(database, connection, claimed, worker)
        finally:
            await connection.close()
        return True

    async def _run(
        self, database: Database, connection: asyncpg.Connection, claimed: Claimed, worker: UUID
    ) -> None:
        # A partner's file is written in its name and within its rights, whoever carries the job out.
        is_partner = claimed.runs_as == "partner"
        viewer = Viewer("partner", claimed.owner_id, claimed.partner) if is_partner else None
        work = Importer(database.dsn, database.schema, viewer=viewer, most_problems=MOST_PROBLEMS)
        told = log.bind(job=str(claimed.id), format=claimed.format)
        with spool(claimed.file_name, self._folder) as (file, path):
            job = Job(connection, claimed.id, worker, lambda: work.report, lambda: path.position)
            try:
                await job.tell()
                async with job.ticking():
                    form = self._format(claimed)
                    await _fetch(database, claimed.id, file)
                    await asyncio.to_thread(check_unpacked, path, self._unpacked)
                    await work.run(_items(form.read(path, claimed.partner)), dry_run=claimed.is_dry_run)
                    await _keep_failed(database, claimed, path, work)
                await job.finish(ended_as(work.report))
            except LeaseLost:
                told.warning("import was taken up by another server")
                return
            except (Cancelled, Revoked) as stopped:
                # What was refused before the end can be fetched.
                await _keep_failed(database, claimed, path, work)
                if isinstance(stopped, Cancelled):
                    await job.finish(ImportStatus.CANCELLED)
                else:
                    await job.finish(ImportStatus.FAILED, REVOKED)
            except (UnreadableFile, _Gone) as error:
                await job.finish(ImportStatus.FAILED, str(error))
            except TripleHelixError as error:
                await job.finish(ImportStatus.FAILED, f"{error.message} {error.hint or ''}".strip())
            except (asyncio.CancelledError, *AWAY) as error:
                with suppress(*AWAY):
                    is_fault = not isinstance(error, asyncio.CancelledError)
                    await _give_back(connection, claimed.id, worker, is_fault=is_fault)
                raise
            except Exception:
                # The job ends with a reason that its sender sees; the log has the rest.
                told.exception("import failed")
                failure = f"Something went wrong on our side: tell us the id {claimed.id}."
                await job.finish(ImportStatus.FAILED, failure)
            async with database.write(uploads.EDITOR) as writing:
                await uploads.forget(writing, claimed.id, uploads.FILE)
            told.info("import ended", rows=work.report.rows, seconds=round(work.report.seconds, 2))

    def _format(self, claimed: Claimed) -> Format:
        if not claimed.is_upload:
            raise _Gone("The command that ran it has ended.")
        if claimed.attempts > MOST_ATTEMPTS:
            raise _Gone(f"It was begun {MOST_ATTEMPTS} times and never came to its end.")
        form = FORMATS.get(claimed.format or "")
        if form is None:
            raise _Gone(f"This server does not know the format {claimed.format}.")
        return form


class _Gone(Exception):
    """The job cannot be run any more, and why."""


def _items(items: Iterator[Item]) -> Iterator[Item]:
    """The items, told apart from a failing database where the file itself cannot be read."""
    try:
        yield from repeats.reported(items)
    except OSError as error:
        raise UnreadableFile("The file cannot be read to its end.", "Send it again.") from error


async def _is_waiting(database: Database) -> bool:
    async with database.write(uploads.EDITOR) as connection:
        found: bool = await connection.fetchval(f"SELECT EXISTS ({WAITING})")
    return found


async def _claim(connection: asyncpg.Connection, worker: UUID) -> Claimed | None:
    row = await connection.fetchrow(
        f"""
        UPDATE import_job SET status = 'RUNNING', worker = $1, attempts = attempts + 1,
            started_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $2)
        WHERE id = (
            {WAITING} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING id, format, file_name, is_dry_run, is_upload, runs_as, owner_id, attempts,
            (SELECT slug FROM common.partner p WHERE p.id = owner_id) AS partner
        """,
        *(worker, LEASE_SECONDS),
    )
    if row is None:
        return None
    # What an attempt before this one has told is told anew.
    await connection.execute("DELETE FROM import_problem WHERE job_id = $1", row["id"])
    await connection.execute(
        "DELETE FROM import_chunk WHERE upload_id = $1 AND part = $2", row["id"], uploads.FAILED
    )
    return Claimed(**row)


async def _give_back(connection: asyncpg.Connection, job_id: UUID, worker: UUID, *, is_fault: bool) -> None:
    await connection.execute(
        "UPDATE import_job SET status = 'QUEUED', worker = NULL, lease_until = NULL, "
        "attempts = attempts - $3 WHERE id = $1 AND worker = $2",
        *(job_id, worker, 0 if is_fault else 1),
    )


async def _fetch(database: Database, job_id: UUID, file: BinaryIO) -> None:
    """Writes the pieces of a file to where it is read."""
    size = 0
    async for piece in uploads.pieces(database, uploads.EDITOR, job_id, uploads.FILE):
        size += await asyncio.to_thread(file.write, piece)
    await asyncio.to_thread(file.flush)
    async with database.write(uploads.EDITOR) as connection:
        wanted = await connection.fetchval("SELECT size_bytes FROM import_job WHERE id = $1", job_id)
    if size != wanted:
        raise _Gone("The file is gone: send it again.")


async def _keep_failed(database: Database, claimed: Claimed, path: Spooled, work: Importer) -> None:
    """Stores the rows that failed, where there are any, as a file of the same format."""
    form = FORMATS.get(claimed.format or "")
    if form is None or form.pick is None or not work.report.problems.lost:
        return
    made = form.pick(path, work.report.problems.lost)
    number = 0
    while piece := await asyncio.to_thread(_piece, made):
        async with database.write(uploads.EDITOR) as connection:
            await uploads.store(connection, claimed.id, uploads.FAILED, number, piece)
        number += 1


def _piece(made: Iterator[bytes]) -> bytes:
    found = bytearray()
    for part in made:
        found += part
        if len(found) >= uploads.CHUNK:
            break
    return bytes(found)
