"""The formats of exports: NDJSON, CSV, Parquet. What each reads of a record, and how a page becomes bytes.

Not its business: which records and fields there are (exchange/export_kinds.py), and Parquet's types
(exchange/parquet.py).
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson

from exchange import csv_cells, export_foreign, export_sql, parquet
from exchange.export_kinds import ExportKind, Field, Link, Part, Scalars
from exchange.line import END
from exchange.values import FieldType
from models.vocabulary import NameType
from resolvers.rows import Columns

Row = Sequence[Any]
"""The record's id, then what the format's columns gave: texts as bytes, or lists of texts."""


class Writer(Protocol):
    """Makes a file of pages."""

    survey: Columns | None
    """What has to be known of all values before the first is written, if anything."""

    def learn(self, found: Row) -> None:
        """Takes what the survey found."""

    def begin(self) -> bytes:
        """What stands before the first record."""

    def page(self, rows: Sequence[Row]) -> bytes:
        """Some records."""

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:
        """What stands behind the last of `count` records; `after`: there may be more behind this one."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its ending: its media type, what it reads, what it can hold, what writes it."""

    name: str
    media_type: str
    columns: Callable[[ExportKind, Sequence[str]], Columns]
    writer: Callable[[ExportKind, Sequence[str]], Writer]
    takes: Callable[[Field], bool] = lambda _: True
    check: Callable[[], None] = lambda: None
    """Raises Unavailable where something is not installed."""
    is_work: bool = True
    """Whether a page costs Python so much that another thread does it."""
    is_packed: bool = False
    kinds: frozenset[str] | None = None
    """The kinds (of lines) that it has a shape for; None: all."""
    fields: Callable[[ExportKind], tuple[str, ...]] | None = None
    """What it reads of every record, where that is not asked for by name."""


class NdjsonWriter:
    """One object a line, as docs/importing.md describes it."""

    survey: Columns | None = None

    def __init__(self, kind: ExportKind, names: Sequence[str]) -> None:
        pass

    def learn(self, found: Row) -> None: ...

    def begin(self) -> bytes:
        return b""

    def page(self, rows: Sequence[Row]) -> bytes:
        # PostgreSQL wrote the lines.
        return b"\n".join([row[1] for row in rows]) + b"\n"

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:
        if not has_trailer:
            return b""
        following = None if after is None else str(after)
        return orjson.dumps({"kind": END, "rows": count, "next": following}) + b"\n"


class CsvWriter:
    """RFC 4180 in UTF-8: a head of field names, lists with semicolons, no cell that is a formula."""

    survey: Columns | None = None

    def __init__(self, kind: ExportKind, names: Sequence[str]) -> None:
        self._kind = kind.kind
        self._head = ["kind", *kind.head]
        self._cells: list[Callable[[Any], list[str]]] = [_text] * len(kind.head)
        for name in names:
            field = kind.all[name]
            self._head += _columns(name, field)
            self._cells.append(_cell(field, parts_of(field)))

    def learn(self, found: Row) -> None: ...

    def begin(self) -> bytes:
        return _csv([self._head])

    def page(self, rows: Sequence[Row]) -> bytes:
        cells = self._cells
        return _csv(
            [
                [
                    self._kind,
                    *(cell for write, value in zip(cells, row[1:], strict=True) for cell in write(value)),
                ]
                for row in map(tuple, rows)
            ]
        )

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:  # noqa: ARG002 - the signature of all formats
        return b""


def _columns(name: str, field: Field) -> list[str]:
    """The names of a field's columns."""
    if field is Part.NAMES:
        return [name, *(f"{name}.{one}" for one in _NAME_TYPES[1:])]
    return [f"{name}.{part}" for part in parts_of(field)] or [name]


def parts_of(field: Field) -> tuple[str, ...]:
    """The parts of a value for each of which a table has a column: `budget.amount`, `budget.currency`."""
    if not isinstance(field, Scalars):
        return ()
    return {
        FieldType.MONEY: ("amount", "currency"),
        FieldType.AREA: ("value", "unit"),
        FieldType.LOCATION: ("latitude", "longitude"),
    }.get(field.type, ())


_NAME_TYPES = (NameType.LABEL, NameType.OFFICIAL, NameType.ALIAS, NameType.ACRONYM)
_PLAIN = frozenset(set(FieldType) - {FieldType.TEXT})
"""Types whose texts are no formula: numbers (with their sign), dates, codes."""


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(field: Field, parts: tuple[str, ...]) -> Callable[[Any], list[str]]:
    if parts:
        return lambda value: _split(value, parts)
    if field is Part.IDENTIFIERS:
        return _identifiers
    if field is Part.NAMES:
        return _names
    if isinstance(field, Link) and not field.is_slug:
        return _reference
    if isinstance(field, Scalars) and field.is_list:
        return _list
    return _plain if isinstance(field, Scalars) and field.type in _PLAIN else _text


def _plain(value: bytes | None) -> list[str]:
    return [value.decode() if value else ""]


def _text(value: bytes | None) -> list[str]:
    return [csv_cells.escaped(value.decode()) if value else ""]


def _list(values: list[str] | None) -> list[str]:
    return [csv_cells.escaped(csv_cells.joined(values or []))]


def _split(value: bytes | None, parts: tuple[str, ...]) -> list[str]:
    found = orjson.loads(value) if value else {}
    return [str(found.get(part, "")) for part in parts]


def _reference(value: bytes | None) -> list[str]:
    return [csv_cells.escaped(next(iter(orjson.loads(value).values()))) if value else ""]


def _identifiers(value: bytes | None) -> list[str]:
    """`ROR:02rg1r889;ISNI:...`; a partner's own key names the partner: `PARTNER:slug:key`."""
    shown = (":".join(filter(None, (one["scheme"], one.get("partner"), one["value"])))
             for one in orjson.loads(value or b"[]"))  # fmt: skip
    return [csv_cells.escaped(csv_cells.joined(shown))]


def _names(value: bytes | None) -> list[str]:
    """A cell for each type of names: `University of Karachi@en;جامعہ کراچی@ur`."""
    found: dict[str, list[str]] = {str(one): [] for one in _NAME_TYPES}
    for one in orjson.loads(value or b"[]"):
        found[one["type"]].append(f"{one['value']}@{one['lang']}" if one["lang"] else one["value"])
    return [csv_cells.escaped(csv_cells.joined(names)) for names in found.values()]


def _fits_csv(field: Field) -> bool:
    """Of lists of objects only those whose items are one text."""
    return not isinstance(field, Part) or field in (Part.IDENTIFIERS, Part.NAMES)


FORMATS: Mapping[str, Format] = {
    "ndjson": Format("ndjson", "application/x-ndjson", export_sql.line, NdjsonWriter, is_work=False),
    "csv": Format("csv", "text/csv; charset=utf-8; header=present", export_sql.cells, CsvWriter, _fits_csv),
    "parquet": Format(
        "parquet", "application/vnd.apache.parquet", export_sql.cells, parquet.ParquetWriter,
        check=parquet.check, is_packed=True,
    ),
    "ror.json": Format(
        "ror.json", "application/json", export_foreign.lines, export_foreign.RorWriter,
        kinds=export_foreign.ROR_KINDS, fields=export_foreign.everything,
    ),
    "cerif.xml": Format(
        "cerif.xml", "application/xml", export_foreign.lines, export_foreign.CerifWriter,
        kinds=export_foreign.CERIF_KINDS, fields=export_foreign.everything,
    ),
}  # fmt: skip
