"""Computed fields of agreements: whether one is in force on a day."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, case, func, literal_column, or_

from resolvers.mapping import Row, Scope

_TRUE: ColumnElement[bool] = literal_column("true", Boolean())


def is_in_force(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether the validity contains the day, both of its ends included; NULL where neither end is known."""
    day = scope.day_or_today()
    first, last = row["valid_from"], row["valid_until"]
    within = and_(func.coalesce(first <= day, _TRUE), func.coalesce(last >= day, _TRUE))
    return case((or_(first.is_not(None), last.is_not(None)), within))
