"""A record's fields in SQL: as one line of JSON in the shape of files, or as a text for each field.

Who may know a value, and what a reference may lead to, is asked of the compiler's conditions at every place
(resolvers/conditions.py). Not its business: which rows are read (resolvers/rows.py).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select

from exchange.export_kinds import ExportKind, Field, Link, Scalars
from exchange.export_kinds import Part as PartOf
from exchange.export_parts import listed, partial_date
from exchange.values import FieldType
from resolvers import mapping, plan
from resolvers.conditions import Conditions
from resolvers.json_text import Part, concat, or_null, quoted
from resolvers.rows import Columns

_NUMBERS = (FieldType.BOOLEAN, FieldType.INTEGER, FieldType.FLOAT)


def line(
    kind: ExportKind, names: Sequence[str], instead: Mapping[str, PartOf] = MappingProxyType({})
) -> Columns:
    """One column: the record as a line of NDJSON, without the newline; some fields with other contents."""

    def columns(
        conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None
    ) -> list[ColumnElement[Any]]:
        parts: list[Part] = [f'{{"kind":"{kind.kind}","id":"', cast(row["id"], Text), '"']
        if "slug" in kind.head:
            # A fact may have none; to_json escapes what a slug must not have anyway.
            slug = func.to_json(row["slug"])
            parts.append(func.coalesce(quoted(',"slug":').concat(cast(slug, Text)), quoted("")))
        for name in names:
            field = instead.get(name, kind.all[name])
            value = as_json(conditions, kind, field, row, as_of)
            if kind.may_hide(name):
                value = func.nullif(value, quoted("[]")) if field is PartOf.IDENTIFIERS else value
                parts.append(func.coalesce(quoted(f',"{name}":').concat(value), quoted("")))
            else:
                parts += [f',"{name}":', or_null(value)]
        return [concat([*parts, "}"])]

    return columns


def cells(kind: ExportKind, names: Sequence[str]) -> Columns:
    """The id, the slug where there is one, and a text for each field; a list of texts where it is a list.

    Values of several parts, and lists of such, are JSON.
    """

    def columns(
        conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None
    ) -> list[ColumnElement[Any]]:
        head = [cast(row[name], Text) for name in kind.head]
        return [*head, *(as_text(conditions, kind, kind.all[name], row, as_of) for name in names)]

    return columns


def as_json(
    conditions: Conditions, kind: ExportKind, field: Field, row: mapping.Row, as_of: plan.Bind | None
) -> ColumnElement[Any]:
    """The JSON of a field's value; NULL where there is none to see."""
    match field:
        case Scalars():
            return _scalar(conditions, field, row, as_of)
        case Link(is_slug=True):
            return cast(func.to_json(_linked(conditions, field, row)), Text)
        case Link():
            return _linked(conditions, field, row)
    return listed(conditions, kind, field, row, as_of)


def as_text(
    conditions: Conditions, kind: ExportKind, field: Field, row: mapping.Row, as_of: plan.Bind | None
) -> ColumnElement[Any]:
    """The text of a field's value; NULL where there is none to see."""
    if isinstance(field, Scalars) and len(field.columns) == 1:
        value = conditions.value(field.columns[0], row, as_of)
        if field.is_list:
            return value
        return _instant(value) if field.type is FieldType.TIMESTAMP else cast(value, Text)
    if isinstance(field, Scalars) and field.type is FieldType.PARTIAL_DATE:
        return partial_date(*(conditions.value(column, row, as_of) for column in field.columns))
    if isinstance(field, Link) and field.is_slug:
        return _linked(conditions, field, row)
    return as_json(conditions, kind, field, row, as_of)


def _scalar(
    conditions: Conditions, field: Scalars, row: mapping.Row, as_of: plan.Bind | None
) -> ColumnElement[Any]:
    values = [conditions.value(column, row, as_of) for column in field.columns]
    if field.is_list:
        return cast(func.array_to_json(values[0]), Text)
    match field.type:
        case FieldType.PARTIAL_DATE:
            return _in_quotes(partial_date(*values))
        case FieldType.LOCATION:
            return _object(latitude=cast(values[0], Text), longitude=cast(values[1], Text))
        case FieldType.MONEY:
            amount, currency = (_in_quotes(cast(value, Text)) for value in values)
            return _object(amount=amount, currency=currency)
        case FieldType.AREA:
            value, unit = (_in_quotes(cast(value, Text)) for value in values)
            return _object(value=value, unit=unit)
        case FieldType.TIMESTAMP:
            return _in_quotes(_instant(values[0]))
        case FieldType.TEXT:
            return cast(func.to_json(values[0]), Text)
    return cast(values[0], Text) if field.type in _NUMBERS else _in_quotes(cast(values[0], Text))


def _in_quotes(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text that needs no escaping: a number, a date, a code."""
    return quoted('"').concat(text).concat(quoted('"'))


def _object(**parts: ColumnElement[Any]) -> ColumnElement[Any]:
    """NULL where a part is missing: only together they are a value."""
    joined: ColumnElement[Any] | None = None
    for name, value in parts.items():
        key = quoted(f'{{"{name}":') if joined is None else joined.concat(quoted(f',"{name}":'))
        joined = key.concat(value)
    assert joined is not None
    return joined.concat(quoted("}"))


def _instant(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.to_char(value, quoted('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))


def _linked(conditions: Conditions, link: Link, row: mapping.Row) -> ColumnElement[Any]:
    """How the other record is referred to, NULL where there is none to see."""
    target = conditions.catalog.types[link.to.target]
    other = conditions.table(target)
    slug = cast(func.to_json(other["slug"]), Text)
    if link.is_slug:
        found: ColumnElement[Any] = other["slug"]
    else:
        by_id = quoted('{"id":"').concat(cast(other["id"], Text)).concat(quoted('"}'))
        found = func.coalesce(quoted('{"slug":').concat(slug).concat(quoted("}")), by_id)
    query = select(found).select_from(other.source).where(other[link.to.remote] == row[link.to.local])
    query = query.where(*conditions.visible(other, target))
    may_know = conditions.may_know(link.to.personal, row)
    return (query if may_know is None else query.where(may_know)).scalar_subquery()
