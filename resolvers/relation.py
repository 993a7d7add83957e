"""Computed fields of relations: the period's days as people write them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, literal_column

from resolvers.mapping import Row, Scope

_BEGIN: ColumnElement[date] = literal_column("'-infinity'::date", Date())
_END: ColumnElement[date] = literal_column("'infinity'::date", Date())


def since(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The first day, or NULL where the period is open."""
    return case((row["starts_on"] > _BEGIN, row["starts_on"]))


def until(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The last day (the column holds the day after it), or NULL where the period is open."""
    last = cast(row["ends_before"] - literal_column("1"), Date)
    return case((row["ends_before"] < _END, last))
