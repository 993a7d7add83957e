"""Computed fields of zones: the status on a day."""

from typing import Any

from sqlalchemy import ColumnElement, Text, literal_column, select

from resolvers.mapping import Row, Scope


def status(row: Row, scope: Scope) -> ColumnElement[Any]:
    """The status that holds on the day: the one that began last, of equal ones the one recorded last.

    Sources overlap (zone_status keeps each one's word); with asOf null it is the latest known status.
    """
    period = scope.rows("zone_status", "zs")
    zs = {name: literal_column(f"zs.{name}", column.type) for name, column in period.c.items()}
    query = select(literal_column("zs.status", Text())).select_from(period)
    query = query.where(zs["zone_id"] == row["id"], scope.audience(zs))
    if scope.day is not None:
        query = query.where(zs["starts_on"] <= scope.day, zs["ends_before"] > scope.day)
    query = query.order_by(zs["starts_on"].desc(), zs["recorded_from"].desc(), zs["id"].desc())
    return query.limit(literal_column("1")).scalar_subquery()
