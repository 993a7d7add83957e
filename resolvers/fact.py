"""Computed fields of facts: where a licence stands, what is overdue, what is open, on the day asked for.

Of all times (asOf null) the day is today. None of these is stored, because each changes by waiting.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, and_, case, func, literal_column, or_, select

from models import MarketGroup
from models.fact_vocabulary import FollowUpStatus, LicenceStatus
from resolvers.json_text import quoted
from resolvers.mapping import Row, Scope

_FALSE: ColumnElement[bool] = literal_column("false", Boolean())
_TRUE: ColumnElement[bool] = literal_column("true", Boolean())


def licence_status(row: Row, scope: Scope) -> ColumnElement[Any]:
    """A term of LicenceStatus: a licence that was taken back stays so after its last day."""
    day = scope.day_or_today()
    return case(
        (row["revoked_on"] <= day, quoted(LicenceStatus.REVOKED)),
        (row["expires_on"] < day, quoted(LicenceStatus.EXPIRED)),
        (row["issued_on"] > day, quoted(LicenceStatus.PENDING)),
        else_=quoted(LicenceStatus.VALID),
    )


def is_expired(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether the last day lies before the day."""
    return func.coalesce(row["expires_on"] < scope.day_or_today(), _FALSE)


def is_in_force(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether the period contains the day."""
    day = scope.day_or_today()
    return and_(row["starts_on"] <= day, row["ends_before"] > day)


def is_overdue(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Due before the day, and then neither done nor dropped; what was done later was overdue until then."""
    day = scope.day_or_today()
    undone = or_(row["status"] == quoted(FollowUpStatus.OPEN), row["fulfilled_on"] > day)
    return func.coalesce(and_(row["due_on"] < day, undone), _FALSE)


def days_overdue(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Days since the last day to do it, where it is overdue."""
    return case((is_overdue(row, scope), scope.day_or_today() - row["due_on"]))


def is_open(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether the day lies in the period; an open end does not limit it."""
    day = scope.day_or_today()
    return and_(func.coalesce(row["opens_on"] <= day, _TRUE), func.coalesce(row["closes_on"] >= day, _TRUE))


def market_groups(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The codes of the groups that hold the market, in order."""
    group = MarketGroup.__table__.alias("mg")
    code = literal_column("mg.code", Text())
    found = select(code).select_from(group).where(row["market"] == func.any(literal_column("mg.countries")))
    return func.array(found.order_by(code).scalar_subquery())
