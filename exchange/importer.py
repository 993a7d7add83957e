"""One import: a connection of its own, its author, its job, its statistics; with `dry_run` nothing is kept.

An import that was killed is run again: what is there already is found unchanged. Not its business: how items
become rows (exchange/writer.py), and which files there are (cli.py).
"""

import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace

import asyncpg

from exchange import entity_rows
from exchange.author import Author
from exchange.checks import Known
from exchange.job import recorded
from exchange.known import known_codes
from exchange.problem import Problems
from exchange.report import Outcome, Report
from exchange.writer import Item, OnProgress, Writer
from models.base import COMMON
from models.vocabulary import Audience
from resolvers.errors import BadUserInput
from resolvers.viewer import Viewer

_TABLES = "entity, entity_name, identifier, relation, source, zone_status, assertion, pending_relation"
_ANALYZE_FROM = 1000
"""From so many written rows on, the planner's statistics are renewed at the end."""
_TURN_SECONDS = 0.0005
"""How long the thread that reads and stages may keep the interpreter from the one that talks to PostgreSQL:
at Python's own 5 ms each of the thousand statements waits, and so does whoever else the process serves."""


async def load(dsn: str, items: Iterable[Item], schema: str = "live", file_name: str | None = None) -> Report:
    """Imports everything as an editor without an owner; see Importer. What came of it may be read by all."""
    return await Importer(dsn, schema, file_name=file_name, audience=Audience.PUBLIC).run(items)


class Importer:
    """Imports into one data schema, over one connection of its own.

    `dsn` is that of the tables' owner. `owner` is the slug of the partner who owns what is created; None
    means that nobody does. With `viewer` rows are written in its name instead: what is given is the
    maintainer's word, and of a partner all is written under row security and only what is its own
    (exchange/author.py). `batch_rows` records are written in one transaction. With `file_name` the run is
    kept as an import job, which `audience` may read. With `most_problems` the report has no more.
    """

    def __init__(
        self,
        dsn: str,
        schema: str = "live",
        *,
        owner: str | None = None,
        viewer: Viewer | None = None,
        batch_rows: int = 2000,
        on_progress: OnProgress = lambda _: None,
        file_name: str | None = None,
        audience: Audience = Audience.OWNER,
        most_problems: int | None = None,
    ) -> None:
        self._dsn = dsn
        self._schema = schema
        self._owner = owner
        self._author = Author() if viewer is None else Author.of(viewer)
        self._batch_rows = batch_rows
        self._on_progress = on_progress
        self._file_name = file_name
        self._audience = audience
        self._most_problems = most_problems
        self._report = Report()

    async def run(self, items: Iterable[Item], *, dry_run: bool = False) -> Report:
        """Imports all items in order and says what became of them.

        With `dry_run` the same is done and nothing kept. Raises what the reader raises (OSError,
        UnreadableFile), BadUserInput where owner or schema are unknown, and asyncpg's errors where the
        database fails; the batches before stay.
        """
        started = time.monotonic()
        self._report = report = Report(is_dry_run=dry_run, problems=Problems(most=self._most_problems))
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
            await self._author.become(connection)
            known = await known_codes(connection)
            author = self._owning(known)
            await entity_rows.make_tables(connection)
            async with self._kept(author, dry_run), _undone(connection, dry_run), _short_turns():
                writer = Writer(
                    connection,
                    author,
                    known,
                    report,
                    batch_rows=self._batch_rows,
                    on_progress=self._on_progress,
                )
                await writer.write(items)
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

    def _kept(self, author: Author, dry_run: bool) -> AbstractAsyncContextManager[None]:
        if self._file_name is None or dry_run:
            return nullcontext()
        place = (self._dsn, self._schema, self._file_name)
        return recorded(*place, lambda: self._report, author.owner_id, self._audience)

    def _owning(self, known: Known) -> Author:
        """The author with the owner of what it creates."""
        if self._owner is None:
            return self._author
        if self._owner not in known.partners:
            hint = "Make it first: triplehelix key create."
            raise BadUserInput(f"There is no partner {self._owner!r}.", hint=hint)
        return replace(self._author, owner_id=known.partners[self._owner])


@asynccontextmanager
async def _short_turns() -> AsyncIterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        # Where another import runs, the last one gives back what was before the first.
        if before > _TURN_SECONDS:
            sys.setswitchinterval(before)


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
