"""Parquet: columns with the types of the fields, written page by page as row groups.

Amounts are decimals as wide as the values need, so that no digit is lost; what has parts is a struct, what is
a list is a list. pyarrow is an extra of the installation and takes a second to load: it is imported
when it is first used.
"""

import importlib
import importlib.util
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Text, cast, func

from exchange.export_kinds import ExportKind, Field, Link, Part, Scalars
from exchange.values import FieldType
from resolvers import mapping, plan
from resolvers.conditions import Conditions
from resolvers.errors import Code, Unavailable
from resolvers.json_text import raw
from resolvers.rows import Columns

GROUP_ROWS = 10_000
"""Records of a row group, which is held in memory until it is written."""
MOST_DIGITS = 76
"""The widest decimal there is; an amount beyond it is written as text."""
_AMOUNTS = (FieldType.DECIMAL, FieldType.MONEY, FieldType.AREA)
_ITEMS = {
    Part.NAMES: ("value", "lang", "type", "script"),
    Part.IDENTIFIERS: ("scheme", "value", "partner"),
    Part.STATUSES: ("status", "since", "until", "source"),
    Part.RELATIONS: ("role", "to", "since", "until", "title", "isExclusive", "confidence", "source"),
    Part.ASSERTIONS: ("field", "value", "since", "until", "source"),
}
"""What the objects in a list have, each as text."""


def check() -> None:
    """Raises Unavailable FORMAT_UNAVAILABLE where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise Unavailable(
            "Parquet cannot be written here: pyarrow is not installed.",
            code=Code.FORMAT_UNAVAILABLE,
            hint="Ask for ndjson or csv, or install the extra: pip install 'triple-helix[parquet]'.",
            http_status=501,
        )


class _Outbox(io.RawIOBase):
    """A file that gives away what was written to it and only remembers how much that was."""

    def __init__(self) -> None:
        super().__init__()
        self._written, self._place = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = memoryview(data).nbytes
        self._written += data
        self._place += taken
        return taken

    def tell(self) -> int:
        return self._place

    def take(self) -> bytes:
        """What was written since the last time."""
        found, self._written = bytes(self._written), bytearray()
        return found


def _amount(field: Field) -> mapping.Column | None:
    """The column of a field's amount, where it has one."""
    return field.columns[0] if isinstance(field, Scalars) and field.type in _AMOUNTS else None


class ParquetWriter:
    """Row groups of GROUP_ROWS records, compressed with zstd."""

    survey: Columns | None

    def __init__(self, kind: ExportKind, names: Sequence[str]) -> None:
        self._arrow: Any = importlib.import_module("pyarrow")
        self._parquet: Any = importlib.import_module("pyarrow.parquet")
        self._kind, self._names = kind, names
        self._amounts = [name for name in names if _amount(kind.all[name]) is not None]
        self._decimals: dict[str, Any] = {}
        self.survey = self._widths if self._amounts else None
        self._rows: list[Sequence[Any]] = []
        self._file = _Outbox()
        self._writer: Any = None

    # -- decimals ----------------------------------------------------------------------------------

    def _widths(
        self, conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None
    ) -> list[ColumnElement[Any]]:
        """For each amount: the most digits before the point, and the most behind it."""
        found: list[ColumnElement[Any]] = []
        for name in self._amounts:
            column = _amount(self._kind.all[name])
            assert column is not None
            value = conditions.value(column, row, as_of)
            whole = func.length(cast(func.trunc(func.abs(value)), Text))
            found += [func.coalesce(func.max(one), raw("0")) for one in (whole, func.scale(value))]
        return found

    def learn(self, found: Sequence[Any]) -> None:
        for place, name in enumerate(self._amounts):
            whole, behind = found[2 * place], max(2, found[2 * place + 1])
            if whole + behind <= 38:
                self._decimals[name] = self._arrow.decimal128(38, behind)
            elif whole + behind <= MOST_DIGITS:
                self._decimals[name] = self._arrow.decimal256(MOST_DIGITS, behind)

    # -- writing -----------------------------------------------------------------------------------

    def begin(self) -> bytes:
        fields = [(name, self._arrow.string()) for name in self._kind.head]
        fields += [(name, self._type(name)) for name in self._names]
        self._schema = self._arrow.schema(fields, metadata={"triplehelix.kind": self._kind.kind})
        self._writer = self._parquet.ParquetWriter(self._file, self._schema, compression="zstd")
        return self._file.take()

    def page(self, rows: Sequence[Sequence[Any]]) -> bytes:
        self._rows += rows
        if len(self._rows) >= GROUP_ROWS:
            self._write_group()
        return self._file.take()

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:  # noqa: ARG002 - the signature of all formats
        self._write_group()
        following = "" if after is None else str(after)
        told = {"triplehelix.rows": str(count), "triplehelix.next": following}
        self._writer.add_key_value_metadata(told)
        self._writer.close()
        return self._file.take()

    def _write_group(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        names = (*self._kind.head, *self._names)
        columns = [
            self._array(name, [row[place] for row in rows]) for place, name in enumerate(names, start=1)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema), len(rows))

    # -- types and values --------------------------------------------------------------------------

    def _type(self, name: str) -> Any:
        arrow, field = self._arrow, self._kind.all[name]
        text = arrow.string()
        if isinstance(field, Part):
            return arrow.list_(arrow.struct([(key, text) for key in _ITEMS[field]]))
        if isinstance(field, Link):
            return text
        if field.is_list:
            return arrow.list_(text)
        amount = self._decimals.get(name, text)
        match field.type:
            case FieldType.PARTIAL_DATE:
                return arrow.struct([("date", arrow.date32()), ("precision", text)])
            case FieldType.LOCATION:
                return arrow.struct([("latitude", arrow.float64()), ("longitude", arrow.float64())])
            case FieldType.MONEY:
                return arrow.struct([("amount", amount), ("currency", text)])
            case FieldType.AREA:
                return arrow.struct([("value", amount), ("unit", text)])
        plain = {
            FieldType.INTEGER: arrow.int64(),
            FieldType.FLOAT: arrow.float64(),
            FieldType.BOOLEAN: arrow.bool_(),
            FieldType.DATE: arrow.date32(),
            FieldType.TIMESTAMP: arrow.timestamp("us", "UTC"),
            FieldType.DECIMAL: amount,
        }
        return plain.get(field.type, text)

    def _array(self, name: str, values: list[Any]) -> Any:
        """A column of texts, lists of texts, or JSON, as an array of the column's type."""
        type_ = self._schema.field(name).type
        field = self._kind.all.get(name)
        if isinstance(field, Part):
            return self._arrow.array([_items(field, value) for value in values], type_)
        if isinstance(field, Link) and not field.is_slug:
            values = [None if value is None else next(iter(orjson.loads(value).values())) for value in values]
        elif isinstance(field, Scalars) and field.type is FieldType.PARTIAL_DATE:
            return self._struct(type_, [_dated(value) for value in values])
        elif isinstance(field, Scalars) and len(field.columns) > 1:
            return self._struct(type_, [None if value is None else orjson.loads(value) for value in values])
        elif isinstance(field, Scalars) and field.is_list:
            return self._arrow.array(values, type_)
        return self._arrow.array(values, self._arrow.string()).cast(type_)

    def _struct(self, type_: Any, values: list[dict[str, Any] | None]) -> Any:
        parts = []
        for part in type_:
            texts = [None if value is None else value[part.name] for value in values]
            has_numbers = part.type == self._arrow.float64()
            made = self._arrow.array(texts, part.type if has_numbers else self._arrow.string())
            parts.append(made.cast(part.type))
        is_missing = self._arrow.array([value is None for value in values])
        return self._arrow.StructArray.from_arrays(parts, fields=list(type_), mask=is_missing)


_DAYS = {4: "-01-01", 7: "-01", 10: ""}
_PRECISIONS = {4: "YEAR", 7: "MONTH", 10: "DAY"}


def _dated(value: bytes | None) -> dict[str, str] | None:
    """A date as far as it is known: the first day of that, and the precision."""
    if value is None:
        return None
    text = value.decode()
    return {"date": text + _DAYS[len(text)], "precision": _PRECISIONS[len(text)]}


def _items(part: Part, value: bytes | None) -> list[dict[str, str | None]]:
    found = []
    for one in orjson.loads(value or b"[]"):
        if part is Part.RELATIONS:
            one["to"] = one["to"]["slug"]
            one["isExclusive"] = "true" if one.get("isExclusive") else None
            one["confidence"] = None if one.get("confidence") is None else repr(one["confidence"])
        if part is Part.ASSERTIONS and not isinstance(one["value"], str):
            one["value"] = orjson.dumps(one["value"]).decode()
        found.append({key: one.get(key) for key in _ITEMS[part]})
    return found
