"""Keys and the log of administration in SQL: which rows a viewer may see, and what is computed of them.

Part of the printer. Row security says the same a second time (models/migrations/common).
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, true

from resolvers.mapping import Row, Scope

if TYPE_CHECKING:
    from resolvers.conditions import Conditions


def own_keys(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """An editor sees every key, a partner its own, a reader none."""
    if conditions.role == "editor":
        return true()
    return false() if conditions.role == "reader" else row["partner_id"] == conditions.partner()


def for_editors(conditions: "Conditions", row: Row) -> ColumnElement[bool]:  # noqa: ARG001 - the shape of `shown`
    """Editors see the row, nobody else."""
    return true() if conditions.role == "editor" else false()


def is_valid(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """Neither revoked nor expired."""
    is_in_time = or_(row["expires_at"].is_(None), row["expires_at"] > func.clock_timestamp())
    return and_(row["revoked_at"].is_(None), is_in_time)


def detail(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """What else was noted, as JSON."""
    return cast(row["detail"], Text)


def claims(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The claims that a token of a provider must carry, as JSON."""
    return cast(row["claims"], Text)
