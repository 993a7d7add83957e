"""Items into rows on one connection: entities batch by batch, each whole or absent, then what relates them,
then facts.

A row that breaks a rule of the tables is found by halving its batch, reported, and costs no other row. Not
its business: the SQL (exchange/entity_rows.py, exchange/relation_rows.py, exchange/fact_rows.py), and whose
connection and transaction it is (exchange/importer.py, exchange/items.py).
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from exchange import entity_rows, fact_rows, relation_rows
from exchange.author import Author
from exchange.checks import Known, label_of
from exchange.fact_fields import FactRecord
from exchange.halving import ROW_ERRORS, by_halves
from exchange.record import Problem, Record, SourceRecord
from exchange.refusal import refusal
from exchange.report import RELATION, SOURCE, UNREADABLE, Outcome, Report
from exchange.staging import shared_keys
from exchange.waiting import Waiting

Item = Record | SourceRecord | FactRecord | Problem
OnProgress = Callable[[int], object]
"""Called after each batch with the number of rows that are done."""


class Writer:
    """Writes items in an author's name; `report` says what became of them.

    The connection is the author's (`Author.become`, or a transaction of models/database.py) and has the
    staging tables. Without a transaction around it each batch is one of its own. `rows` has the record and
    the outcome of each row, where `keeps_rows`: for a mutation's few. `waits`: a relation whose other end is
    not here waits for it, instead of only being reported.
    """

    def __init__(
        self,
        connection: asyncpg.Connection,
        author: Author,
        known: Known,
        report: Report,
        *,
        batch_rows: int = 2000,
        on_progress: OnProgress = lambda _: None,
        keeps_rows: bool = False,
        waits: bool = True,
    ) -> None:
        self._connection = connection
        self._author = author
        self._known = known
        self._report = report
        self._batch_rows = batch_rows
        self._on_progress = on_progress
        self._keeps_rows = keeps_rows
        self._waits = waits
        self.rows: dict[int, tuple[UUID, Outcome]] = {}
        # Facts refer to entities anywhere in the file, so they are written after all of these.
        self._waiting = Waiting()

    async def write(self, items: Iterable[Item]) -> None:
        """Writes all items in order. Raises what the reader raises, and asyncpg's errors where the database
        fails; the batches before stay."""
        with self._waiting:
            await self._entities(iter(items))
            await self._relations()
            await self._facts()

    async def _entities(self, items: Iterator[Item]) -> None:
        """While PostgreSQL works on a batch, a thread stages the next one and reads the one after it."""
        read = await asyncio.to_thread(_read, items, self._batch_rows)
        ready, later = entity_rows.Batch(), list[Record]()
        while read.items or later or ready.records:
            await self._sources(read.items)
            self._unreadable(read.items)
            staging = asyncio.create_task(asyncio.to_thread(self._stage, later, read, items))
            try:
                repeated = await self._write(ready)
            finally:
                await asyncio.wait([staging])
            self._on_progress(self._report.rows)
            ready, later, upcoming = staging.result()
            later += repeated
            self._report.add(ready.refused)
            self._report.rows += sum(not isinstance(item, FactRecord) for item in read.items)
            read = upcoming
        if read.error is not None:
            raise read.error
        self._on_progress(self._report.rows)

    def _stage(
        self, waiting: Sequence[Record], read: "_Read", items: Iterator[Item]
    ) -> tuple[entity_rows.Batch, list[Record], "_Read"]:
        self._waiting.add([item for item in read.items if isinstance(item, FactRecord)])
        records = [*waiting, *(item for item in read.items if isinstance(item, Record))]
        now, later = _apart(records)
        batch = entity_rows.prepare(now, self._known, self._author)
        if read.is_last:
            return batch, later, _Read((), is_last=True, error=read.error)
        # A file that says the same thing over and over is not read faster than it is written.
        if len(later) >= self._batch_rows:
            return batch, later, _Read((), is_last=False)
        return batch, later, _read(items, self._batch_rows)

    async def _write(self, batch: entity_rows.Batch) -> list[Record]:
        """Writes a batch; returns the records that must be tried again after it."""
        repeated: list[Record] = []

        async def work(records: Sequence[Record]) -> entity_rows.Written:
            # Only where the batch as a whole has failed are there fewer records than it has.
            part = (
                batch
                if len(records) == len(batch.records)
                else entity_rows.prepare(records, self._known, self._author)
            )
            return await entity_rows.write(self._connection, part)

        def take(written: entity_rows.Written) -> None:
            self._report.add(written.report)
            repeated.extend(written.postponed)
            if self._keeps_rows:
                self.rows |= written.rows

        async def refuse(record: Record, error: asyncpg.PostgresError) -> None:
            self._report.counts[record.kind][Outcome.REJECTED] += 1
            self._report.problems.append(self._refusal(record.row, label_of(record), error))

        await by_halves(self._connection, batch.records, work, take, refuse)
        return repeated

    def _refusal(self, row: int, label: str | None, error: asyncpg.PostgresError) -> Problem:
        if isinstance(error, asyncpg.InsufficientPrivilegeError) and self._author.partner_id is None:
            # Row security binds partners; what an editor may not do is no fault of the row.
            raise error
        return refusal(row, label, error)

    def _unreadable(self, batch: Sequence[Item]) -> None:
        problems = [item for item in batch if isinstance(item, Problem)]
        self._report.problems += problems
        if lost := {problem.row for problem in problems if problem.is_row_lost}:
            self._report.counts[UNREADABLE][Outcome.REJECTED] += len(lost)

    async def _sources(self, batch: Sequence[Item]) -> None:
        for item in batch:
            if isinstance(item, SourceRecord):
                try:
                    async with self._connection.transaction():
                        found, outcome = await entity_rows.write_source(self._connection, item, self._author)
                except ROW_ERRORS as error:
                    outcome = Outcome.REJECTED
                    self._report.problems.append(self._refusal(item.row, item.slug, error))
                else:
                    self._known.sources[item.slug] = found
                self._report.counts[SOURCE][outcome] += 1

    async def _facts(self) -> None:
        rows = self.rows if self._keeps_rows else None

        async def work(records: Sequence[FactRecord]) -> Report:
            return await fact_rows.write(self._connection, records, self._known, self._author, rows)

        async def refuse(record: FactRecord, error: asyncpg.PostgresError) -> None:
            self._report.counts[record.kind][Outcome.REJECTED] += 1
            self._report.problems.append(self._refusal(record.row, record.label, error))

        batches = self._waiting.batches(self._batch_rows)
        while (records := await asyncio.to_thread(next, batches, None)) is not None:
            await by_halves(self._connection, records, work, self._report.add, refuse)
            self._report.rows += len(records)
            self._on_progress(self._report.rows)

    async def _relations(self) -> None:
        connection = self._connection
        async with connection.transaction():
            numbers, report = await relation_rows.resolve(connection, takes_pending=self._waits)
        self._report.add(report)

        async def work(chunk: Sequence[int]) -> None:
            await relation_rows.write(connection, chunk)

        async def refuse(number: int, error: asyncpg.PostgresError) -> None:
            row, label, expected = await relation_rows.describe(connection, number)
            self._report.counts[RELATION].update({expected: -1, Outcome.REJECTED: 1})
            self._report.problems.append(self._refusal(row, label, error))

        size = 5 * self._batch_rows
        for start in range(0, len(numbers), size):
            await by_halves(connection, numbers[start : start + size], work, lambda _: None, refuse)
        if self._waits:
            async with connection.transaction():
                await relation_rows.keep_pending(connection)
        if self._keeps_rows:
            for row in await relation_rows.related(connection):
                id_, outcome = self.rows[row]
                if outcome is Outcome.UNCHANGED:
                    self.rows[row] = (id_, Outcome.UPDATED)


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
