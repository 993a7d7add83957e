"""Exports: records of one kind, streamed from PostgreSQL in the order of their ids.

One statement in one snapshot, read in pages through a cursor, so that memory does not grow with the number
of records and a slow reader makes PostgreSQL wait. Which rows and columns is resolvers/rows.py and
exchange/export_sql.py; how a page becomes bytes, exchange/export_formats.py. Connections and their limits are
the caller's business.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

import asyncpg

from exchange.export_formats import FORMATS, Format
from exchange.export_kinds import ExportKind, export_kinds
from exchange.values import closest
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Code, raised
from resolvers.reads import Reads
from resolvers.rows import Reading, Rows, reading, rows_of
from resolvers.viewer import Viewer

PAGE_ROWS = 1000
"""How many records are fetched at once."""
EXTRAS = ("relations", "assertions")
"""Parts that are asked for by a word of their own."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of an export, as text; None where nothing is said.

    `where` is JSON of the kind's input, `fields` names with commas between, `as_of` a day, `after` the id of
    a record, `first` a number of records; `extras` are some of EXTRAS.
    """

    where: str | None = None
    fields: str | None = None
    as_of: str | None = None
    after: str | None = None
    first: str | None = None
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """An export that can be run: every argument is checked."""

    kind: ExportKind
    form: Format
    names: tuple[str, ...]
    rows: Rows
    statement: Reading

    @property
    def price(self) -> int:
        """How many nodes a record counts: itself, and one for what is looked up in lists."""
        return 1 + sum(name in EXTRAS for name in self.names)

    @property
    def file_name(self) -> str:
        """What the file is called: `companies.csv`."""
        return f"{self.kind.name}.{self.form.name}"


@dataclass(slots=True)
class Progress:
    """How far an export is: records, and the id of the last one; `next` is where to go on, if anywhere."""

    rows: int = 0
    last: UUID | None = None
    next: UUID | None = None


class Exporter:
    """Exports of one schema."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self.kinds: Mapping[str, ExportKind] = export_kinds(reads.catalog)

    def prepare(self, name: str, form: str, wishes: Wishes, viewer: Viewer) -> Export:
        """Checks everything that is asked.

        Raises:
            BadUserInput: NOT_FOUND (404) for a kind or format that there is not, INVALID_CURSOR for an
                `after` that is no id, BAD_USER_INPUT, and what the same `where` in an operation raises.
            Unavailable: FORMAT_UNAVAILABLE (501) for a format whose library is not installed.
        """
        kind, written = self.kinds.get(name), FORMATS.get(form)
        if kind is None:
            hint = closest(name, self.kinds, f"The kinds are {', '.join(self.kinds)}.")
            raise BadUserInput(f"There is no export of {name[:60]!r}.", code=Code.NOT_FOUND, hint=hint,
                               http_status=404)  # fmt: skip
        if written is None:
            hint = f"The formats are {', '.join(FORMATS)}."
            raise BadUserInput(f"There is no format {form[:60]!r}.", code=Code.NOT_FOUND, hint=hint,
                               http_status=404)  # fmt: skip
        written.check()
        if written.kinds is not None and kind.kind not in written.kinds:
            able = ", ".join(one.name for one in self.kinds.values() if one.kind in written.kinds)
            raise BadUserInput(f"{form} has no shape for {name}.", code=Code.NOT_FOUND,
                               hint=f"It has for {able}.", http_status=404)  # fmt: skip
        names = _names(kind, written, wishes)
        rows = rows_of(
            self._reads,
            kind.target,
            wishes.where,
            day=_day(wishes.as_of),
            after=_after(wishes.after),
            first=_first(wishes.first),
        )
        statement = reading(self._reads.catalog, viewer.level, rows, written.columns(kind, names))
        export = Export(kind, written, names, rows, statement)
        # Values are checked here too, before anything is sent.
        self._binds(statement, viewer)
        return export

    def _binds(self, statement: Reading, viewer: Viewer) -> list[Any]:
        values = {"@today": dt.datetime.now(UTC).date(), "@partner": viewer.partner_id}
        return self._reads.binder.all(statement.binds, values)

    async def run(
        self,
        connection: asyncpg.Connection,
        export: Export,
        viewer: Viewer,
        progress: Progress,
        *,
        has_trailer: bool = False,
    ) -> AsyncGenerator[tuple[int, bytes], None]:
        """Pieces of the file, each with the number of records in it, from a connection that reads as the
        viewer. `progress` is kept up to date; `has_trailer`: NDJSON ends with a line that says so."""
        writer = export.form.writer(export.kind, export.names)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if writer.survey is not None:
                await self._survey(connection, export, viewer, writer)
            try:
                cursor = await connection.cursor(export.statement.sql, *self._binds(export.statement, viewer))
                yield 0, writer.begin()
                while rows := await cursor.fetch(PAGE_ROWS):
                    progress.rows += len(rows)
                    progress.last = rows[-1][0]
                    work = asyncio.to_thread if export.form.is_work else _at_once
                    yield len(rows), await work(writer.page, rows)
            except asyncpg.PostgresError as error:
                raise (raised(error) or error) from error
        if export.rows.first is not None and progress.rows == export.rows.first:
            progress.next = progress.last
        yield 0, writer.end(progress.rows, progress.next, has_trailer=has_trailer)

    async def _survey(
        self, connection: asyncpg.Connection, export: Export, viewer: Viewer, writer: Any
    ) -> None:
        asked = reading(self._reads.catalog, viewer.level, export.rows, writer.survey, is_summary=True)
        writer.learn(await connection.fetchrow(asked.sql, *self._binds(asked, viewer)))


async def _at_once(write: Callable[..., bytes], rows: Any) -> bytes:
    return write(rows)


def _names(kind: ExportKind, form: Format, wishes: Wishes) -> tuple[str, ...]:
    """The fields beside id and slug, in the order of a line."""
    if form.fields is not None:
        if wishes.fields is not None or wishes.extras:
            hint = "Leave fields, relations and assertions out, or ask for ndjson."
            raise BadUserInput(f"{form.name} has fields of its own.", argument="fields", hint=hint)
        return form.fields(kind)
    if wishes.fields is None:
        asked = [name for name in kind.fields if form.takes(kind.fields[name])]
    else:
        asked = [name.strip() for name in wishes.fields.split(",") if name.strip()]
    asked += wishes.extras
    known = [*kind.head, *kind.all]
    for name in asked:
        if name not in known:
            hint = closest(name, known, f"The fields are {', '.join(known)}.")
            message = f"{kind.name} have no field {name[:60]!r}."
            raise BadUserInput(message, argument="fields", hint=hint)
        if name in kind.all and not form.takes(kind.all[name]):
            hint = "Ask for it as ndjson or parquet."
            raise BadUserInput(f"{name} does not fit into {form.name}.", argument="fields", hint=hint)
    if not asked:
        raise BadUserInput("fields names none.", argument="fields", hint="Leave it out to get all.")
    return tuple(name for name in kind.all if name in asked)


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        hint = "Write 2026-01-31, or leave it out for all times."
        raise BadUserInput(f"{text!r:.60} is not a day.", argument="asOf", hint=hint) from None


def _after(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(str(parse_uuid(text)))
    except BadUserInput:
        hint = "Give the id of the last record that you have."
        raise BadUserInput(f"{text!r:.60} is not an id.", code=Code.INVALID_CURSOR, argument="after",
                           hint=hint) from None  # fmt: skip


def _first(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:19]) < 2**31 or len(text) > 10:
        hint = "Give a whole number from 1, or leave it out to get all."
        raise BadUserInput(f"first is {text!r:.60}.", code=Code.PAGE_SIZE, argument="first", hint=hint)
    return int(text)
