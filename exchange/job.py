"""The record of an import while it runs: its counts and problems as they come, its lease, its end.

Whoever runs a job renews its lease at every tick; a job whose lease is past may be taken up by another server
(exchange/runner.py), or ended where only a command ran it. What an import does is importer.py's business.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg

from exchange.record import Problem
from exchange.report import Outcome, Report
from models.base import COMMON
from models.connection import POSTGRES_ROLE
from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience

MOST_PROBLEMS = 10_000
"""So many are kept of one run; the report has all."""
TICK_SECONDS = 0.5
"""How often what a run has done is written down."""
LEASE_SECONDS = 15.0
"""For so long nobody else takes a job up whose runner is silent."""
MOST_TEXT = 1000
"""Characters that are kept of each text of a problem; a file may quote itself at any length."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# One statement: asyncpg's executemany never comes back where it is cancelled while it sends.
TELL = """
INSERT INTO import_problem (job_id, row, label, code, field, message, hint, is_row_lost, owner_id, audience)
SELECT j.id, p.*, j.owner_id, j.audience
FROM import_job j CROSS JOIN unnest(
    $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[]) p
WHERE j.id = $1
"""


STOPPED = """
CASE WHEN is_cancelled THEN 'CANCELLED'
     WHEN EXISTS (SELECT FROM common.api_key k WHERE k.prefix = key_prefix AND k.revoked_at IS NOT NULL)
       OR EXISTS (SELECT FROM common.issuer i
                  WHERE 'token:' || i.name = key_prefix AND i.revoked_at IS NOT NULL) THEN 'REVOKED'
     ELSE '' END
"""
"""Why a running job must end: it was called off, or the key or identity provider that sent it was revoked."""


class LeaseLost(Exception):
    """Another runner has the job, or it is gone."""


class Cancelled(Exception):
    """The job was called off."""


class Revoked(Exception):
    """Who sent the file may do nothing any more."""


async def connect(dsn: str, schema: str) -> asyncpg.Connection:
    """A connection that may write jobs; `dsn` is that of the tables' owner."""
    # The role comes with the connection: a statement of its own, called off, would leave the connection open.
    settings = {"search_path": f'"{schema}", {COMMON}', "role": POSTGRES_ROLE["editor"]}
    return await asyncpg.connect(dsn, server_settings=settings | {"timezone": "UTC", "jit": "off"})


@dataclass(slots=True)
class Job:
    """A job that this process runs, over a connection of its own.

    `look` gives the report as it stands; `position` how many bytes of the file were read, where one knows.
    """

    connection: asyncpg.Connection
    id: UUID
    worker: UUID
    look: Callable[[], Report]
    position: Callable[[], int | None] = lambda: None
    _told: int = field(default=0)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tell(self) -> None:
        """Writes down what was done so far and renews the lease. Raises LeaseLost, Cancelled and Revoked."""
        stopped = await self._write(STOPPED)
        if stopped is None:
            raise LeaseLost
        if stopped:
            raise Cancelled if stopped == "CANCELLED" else Revoked

    async def finish(self, status: ImportStatus, failure: str | None = None) -> None:
        """Writes down how it ended; nothing where another has the job."""
        await self._write("true", status, failure)

    async def _write(
        self, answer: str, status: ImportStatus = ImportStatus.RUNNING, failure: str | None = None
    ) -> object:
        report, is_over = self.look(), status is not ImportStatus.RUNNING
        async with self._lock, self.connection.transaction():
            new = report.problems[self._told : MOST_PROBLEMS]
            found: object = await self.connection.fetchval(
                f"""
                UPDATE import_job SET status = $3, failure = $4, rows = $5, created = $6, updated = $7,
                    unchanged = $8, rejected = $9, read_bytes = coalesce($10::bigint, read_bytes),
                    failed_rows = $11, finished_at = CASE WHEN $12 THEN clock_timestamp() END,
                    lease_until = CASE WHEN NOT $12 THEN clock_timestamp() + make_interval(secs => $13) END,
                    worker = CASE WHEN NOT $12 THEN worker END
                WHERE id = $1 AND worker = $2 RETURNING {answer}
                """,
                *(self.id, self.worker, status, _storable(failure), report.rows),
                *(report.total(outcome) for outcome in Outcome),
                *(self.position(), len(report.problems.lost), is_over, LEASE_SECONDS),
            )
            if found is not None and new:
                await self.connection.execute(TELL, self.id, *_by_column(new))
        self._told += len(new)
        return found

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Tells at every tick what the enclosed work has done; ends the work where the job is not ours any
        more (LeaseLost), was called off (Cancelled) or its key revoked (Revoked)."""
        work = asyncio.current_task()
        assert work is not None
        before = work.cancelling()
        reasons: list[Exception] = []
        over = asyncio.Event()

        async def tick() -> None:
            try:
                while True:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(over.wait(), TICK_SECONDS)
                    if over.is_set():
                        return
                    await self.tell()
            except Exception as reason:
                reasons.append(reason)
                # Where the work has ended meanwhile there is nothing to end: `finish` meets the same.
                if not over.is_set():
                    work.cancel()

        ticks = asyncio.create_task(tick())
        try:
            yield
        except asyncio.CancelledError:
            # A server that stops may call the work off while it ends by our own reason: that one counts.
            if not reasons or work.uncancel() > before:
                raise
            raise reasons[0] from None
        finally:
            # Never cut: what PostgreSQL has committed of a tick would be told again.
            over.set()
            await ticks


def _by_column(problems: Sequence[Problem]) -> Iterator[list[object]]:
    ordered = sorted(problems, key=lambda one: one.row)
    for name in ("row", "id", "code", "field", "message", "hint", "is_row_lost"):
        yield [_storable(getattr(one, name)) for one in ordered]


def _storable(value: object) -> object:
    """A text as PostgreSQL takes it: what a file says of itself may hold U+0000 and halves of surrogates."""
    return _UNSTORABLE.sub("\ufffd", value[:MOST_TEXT]) if isinstance(value, str) else value


@asynccontextmanager
async def recorded(
    dsn: str,
    schema: str,
    file_name: str,
    look: Callable[[], Report],
    owner_id: UUID | None,
    audience: Audience,
) -> AsyncIterator[None]:
    """Keeps what the enclosed import of a command does, also where it raises."""
    connection = await connect(dsn, schema)
    try:
        worker = uuid4()
        job_id = await connection.fetchval(
            """
            INSERT INTO import_job (file_name, status, owner_id, audience, worker, lease_until)
            VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6)) RETURNING id
            """,
            *(file_name, ImportStatus.RUNNING, owner_id, audience, worker, LEASE_SECONDS),
        )
        job = Job(connection, job_id, worker, look)
        try:
            async with job.ticking():
                yield
        except Cancelled:
            await job.finish(ImportStatus.CANCELLED)
            raise
        except Exception as error:
            if not connection.is_closed():
                await job.finish(ImportStatus.FAILED, str(error) or type(error).__name__)
            raise
        await job.finish(ended_as(look()))
    finally:
        await connection.close()


def ended_as(report: Report) -> ImportStatus:
    """How an import ended that read its file to the end."""
    return ImportStatus.SUCCEEDED_IN_PART if report.problems.lost else ImportStatus.SUCCEEDED
