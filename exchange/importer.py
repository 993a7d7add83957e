"""Rows of a reader into PostgreSQL: batch by batch, each whole or absent, then what relates them.

A row that breaks a rule of the tables is found by halving its batch, reported, and costs no other row. An
import that was killed is run again: what is there already is found unchanged. Not its business: the SQL
(exchange/entity_rows.py, exchange/relation_rows.py), and which files there are (cli.py).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from exchange import entity_rows, fact_rows, relation_rows
from exchange.checks import Known, label_of
from exchange.fact_fields import FactRecord
from exchange.halving import ROW_ERRORS, by_halves
from exchange.job import recorded
from exchange.problem import Problems
from exchange.record import Problem, Record, SourceRecord
from exchange.refusal import refusal
from exchange.report import RELATION, SOURCE, UNREADABLE, Outcome, Report
from exchange.staging import shared_keys
from models.base import COMMON
from models.connection import POSTGRES_ROLE
from models.vocabulary import Audience
from resolvers.errors import BadUserInput

Item = Record | SourceRecord | FactRecord | Problem
OnProgress = Callable[[int], object]
"""Called after each batch with the number of rows that are done."""

ROLE = POSTGRES_ROLE["editor"]
"""The PostgreSQL role under which all rows are written."""
_TABLES = "entity, entity_name, identifier, relation, source, zone_status, assertion, pending_relation"
_ANALYZE_FROM = 1000
"""From so many written rows on, the planner's statistics are renewed at the end."""


async def load(dsn: str, items: Iterable[Item], schema: str = "live", file_name: str | None = None) -> Report:
    """Imports everything as an editor without an owner; see Importer. What came of it may be read by all."""
    return await Importer(dsn, schema, file_name=file_name, audience=Audience.PUBLIC).run(items)


class Importer:
    """Imports into one data schema, over one connection of its own.

    `dsn` is that of the tables' owner. `owner` is the slug of the partner who owns what is created; None
    means that nobody does. `batch_rows` records are written in one transaction. With `file_name` the run is
    kept as an import job, which `audience` may read. With `most_problems` the report has no more.
    """

    def __init__(
        self,
        dsn: str,
        schema: str = "live",
        *,
        owner: str | None = None,
        batch_rows: int = 2000,
        on_progress: OnProgress | None = None,
        file_name: str | None = None,
        audience: Audience = Audience.OWNER,
        most_problems: int | None = None,
    ) -> None:
        self._dsn = dsn
        self._schema = schema
        self._owner = owner
        self._batch_rows = batch_rows
        self._on_progress = on_progress or (lambda _: None)
        self._file_name = file_name
        self._audience = audience
        self._most_problems = most_problems
        self._report = Report()
        self._waiting: list[FactRecord] = []
        """Facts refer to entities anywhere in the file, so they are written after all of these."""

    async def run(self, items: Iterable[Item], *, dry_run: bool = False) -> Report:
        """Imports all items in order and says what became of them.

        With `dry_run` the same is done and nothing kept. Raises what the reader raises (OSError,
        UnreadableFile), BadUserInput where owner or schema are unknown, and asyncpg's errors where the
        database fails; the batches before stay.
        """
        started = time.monotonic()
        self._report = report = Report(is_dry_run=dry_run, problems=Problems(most=self._most_problems))
        self._waiting = []
        settings = {
            "search_path": f'"{self._schema}", {COMMON}',
            "timezone": "UTC",
            "jit": "off",
            "work_mem": "65536",
        }
        connection = await asyncpg.connect(self._dsn, server_settings=settings)
        try:
            if await connection.fetchval("SELECT to_regclass('entity')") is None:
                raise BadUserInput(f"There is no schema {self._schema!r}.", hint="Give live or sandbox.")
            await connection.execute(f"SET ROLE {ROLE}")
            known = await entity_rows.known_codes(connection)
            owner_id = self._owner_id(known)
            await entity_rows.make_tables(connection, owner_id)
            async with self._kept(owner_id, dry_run), _undone(connection, dry_run):
                await self._entities(connection, iter(items), known, owner_id)
                await self._relations(connection)
                await self._facts(connection, known, owner_id)
            written = report.total(Outcome.CREATED) + report.total(Outcome.UPDATED)
            if written >= _ANALYZE_FROM and not dry_run:
                # Only the owner of a table may do this.
                await connection.execute("RESET ROLE")
                await connection.execute(f"ANALYZE {_TABLES}")
        finally:
            await connection.close()
        report.seconds = time.monotonic() - started
        return report

    @property
    def report(self) -> Report:
        """What the run has done so far."""
        return self._report

    def _kept(self, owner_id: UUID | None, dry_run: bool) -> AbstractAsyncContextManager[None]:
        if self._file_name is None or dry_run:
            return nullcontext()
        place = (self._dsn, self._schema, self._file_name)
        return recorded(*place, lambda: self._report, owner_id, self._audience)

    def _owner_id(self, known: Known) -> UUID | None:
        if self._owner is None:
            return None
        if self._owner not in known.partners:
            hint = "Make it first: triplehelix key create."
            raise BadUserInput(f"There is no partner {self._owner!r}.", hint=hint)
        return known.partners[self._owner]

    async def _entities(
        self, connection: asyncpg.Connection, items: Iterator[Item], known: Known, owner_id: UUID | None
    ) -> None:
        """While PostgreSQL works on a batch, a thread stages the next one and reads the one after it."""
        read = await asyncio.to_thread(_read, items, self._batch_rows)
        ready, later = entity_rows.Batch(), list[Record]()
        while read.items or later or ready.records:
            await self._sources(connection, read.items, owner_id, known)
            self._unreadable(read.items)
            self._waiting += [item for item in read.items if isinstance(item, FactRecord)]
            staging = asyncio.create_task(asyncio.to_thread(self._stage, later, read, items, known))
            try:
                repeated = await self._write(connection, ready, known)
            finally:
                await asyncio.wait([staging])
            self._on_progress(self._report.rows)
            ready, later, upcoming = staging.result()
            later += repeated
            self._report.add(ready.refused)
            self._report.rows += len(read.items)
            read = upcoming
        if read.error is not None:
            raise read.error
        self._on_progress(self._report.rows)

    def _stage(
        self, waiting: Sequence[Record], read: "_Read", items: Iterator[Item], known: Known
    ) -> tuple[entity_rows.Batch, list[Record], "_Read"]:
        records = [*waiting, *(item for item in read.items if isinstance(item, Record))]
        now, later = _apart(records)
        batch = entity_rows.prepare(now, known)
        if read.is_last:
            return batch, later, _Read((), is_last=True, error=read.error)
        # A file that says the same thing over and over is not read faster than it is written.
        if len(later) >= self._batch_rows:
            return batch, later, _Read((), is_last=False)
        return batch, later, _read(items, self._batch_rows)

    async def _write(
        self, connection: asyncpg.Connection, batch: entity_rows.Batch, known: Known
    ) -> list[Record]:
        """Writes a batch; returns the records that must be tried again after it."""
        repeated: list[Record] = []

        async def work(records: Sequence[Record]) -> entity_rows.Written:
            # Only where the batch as a whole has failed are there fewer records than it has.
            part = batch if len(records) == len(batch.records) else entity_rows.prepare(records, known)
            return await entity_rows.write(connection, part)

        def take(written: entity_rows.Written) -> None:
            self._report.add(written.report)
            repeated.extend(written.postponed)

        async def refuse(record: Record, error: asyncpg.PostgresError) -> None:
            self._report.counts[record.kind][Outcome.REJECTED] += 1
            self._report.problems.append(refusal(record.row, label_of(record), error))

        await by_halves(connection, batch.records, work, take, refuse)
        return repeated

    def _unreadable(self, batch: Sequence[Item]) -> None:
        problems = [item for item in batch if isinstance(item, Problem)]
        self._report.problems += problems
        if lost := {problem.row for problem in problems if problem.is_row_lost}:
            self._report.counts[UNREADABLE][Outcome.REJECTED] += len(lost)

    async def _sources(
        self, connection: asyncpg.Connection, batch: Sequence[Item], owner_id: UUID | None, known: Known
    ) -> None:
        for item in batch:
            if isinstance(item, SourceRecord):
                try:
                    async with connection.transaction():
                        found, outcome = await entity_rows.write_source(connection, item, owner_id)
                except ROW_ERRORS as error:
                    outcome = Outcome.REJECTED
                    self._report.problems.append(refusal(item.row, item.slug, error))
                else:
                    known.sources[item.slug] = found
                self._report.counts[SOURCE][outcome] += 1

    async def _facts(self, connection: asyncpg.Connection, known: Known, owner_id: UUID | None) -> None:
        async def work(records: Sequence[FactRecord]) -> Report:
            return await fact_rows.write(connection, records, known, owner_id)

        async def refuse(record: FactRecord, error: asyncpg.PostgresError) -> None:
            self._report.counts[record.kind][Outcome.REJECTED] += 1
            self._report.problems.append(refusal(record.row, record.label, error))

        for records in fact_rows.in_order(self._waiting):
            for start in range(0, len(records), self._batch_rows):
                await by_halves(
                    connection, records[start : start + self._batch_rows], work, self._report.add, refuse
                )

    async def _relations(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            numbers, report = await relation_rows.resolve(connection)
        self._report.add(report)

        async def work(chunk: Sequence[int]) -> None:
            await relation_rows.write(connection, chunk)

        async def refuse(number: int, error: asyncpg.PostgresError) -> None:
            row, label, expected = await relation_rows.describe(connection, number)
            self._report.counts[RELATION].update({expected: -1, Outcome.REJECTED: 1})
            self._report.problems.append(refusal(row, label, error))

        size = 5 * self._batch_rows
        for start in range(0, len(numbers), size):
            await by_halves(connection, numbers[start : start + size], work, lambda _: None, refuse)
        async with connection.transaction():
            await relation_rows.keep_pending(connection)


@dataclass(frozen=True, slots=True)
class _Read:
    """Some items in order; `error` is what ended the reading before its time."""

    items: Sequence[Item]
    is_last: bool
    error: Exception | None = None


def _read(items: Iterator[Item], most: int) -> _Read:
    found: list[Item] = []
    try:
        for item in items:
            found.append(item)
            if len(found) == most:
                return _Read(found, is_last=False)
    except Exception as error:
        return _Read(found, is_last=True, error=error)
    return _Read(found, is_last=True)


@asynccontextmanager
async def _undone(connection: asyncpg.Connection, dry_run: bool) -> AsyncIterator[None]:
    """With `dry_run` one transaction around everything, which is rolled back; else nothing."""
    if not dry_run:
        yield
        return
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


def _apart(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """Those of which no two share a key, and the later ones, which must wait until these are written."""
    seen: set[object] = set()
    first: list[Record] = []
    later: list[Record] = []
    for record in records:
        keys = set(shared_keys(record))
        (later if keys & seen else first).append(record)
        seen |= keys
    return first, later
