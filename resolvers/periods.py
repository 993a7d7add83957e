"""What holds on a day, in SQL: relations by their roles, and records that have a period of their own.

`starts_on` and `ends_before` are plain dates, infinite where the period is open.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from models.vocabulary import EVENT_ROLES
from resolvers.json_text import quoted
from resolvers.mapping import Row


def in_period(row: Row, day: ColumnElement[Any] | None) -> ColumnElement[bool]:
    """Whether the row's period contains the day; of all times (None) it always does."""
    if day is None:
        return true()
    return and_(row["starts_on"] <= day, row["ends_before"] > day)


def on_day(row: Row, roles: tuple[str, ...], day: ColumnElement[Any] | None) -> ColumnElement[bool]:
    """Whether a relation holds on a day: a STATE while its period contains it, an EVENT from its start on."""
    if day is None:
        return true()
    events = [role for role in roles if role in EVENT_ROLES]
    if roles and not events:
        return in_period(row, day)
    started = row["starts_on"] <= day
    if roles and len(events) == len(roles):
        return started
    of_event = [quoted(f"{role}") for role in sorted(events or EVENT_ROLES)]
    return and_(started, or_(row["ends_before"] > day, row["role"].in_(of_event)))
