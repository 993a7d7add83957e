"""Who may see what, and what holds on a day: audiences, personal fields, record status, periods.

Written from the rules of the documentation, never from the compiler.
"""

from datetime import date
from typing import Any

from models.vocabulary import ROLE_RULES, Role
from resolvers.mapping import Column
from resolvers.viewer import Viewer
from tests.oracle.tables import Row

CURRENT = ("ACTIVE", "INACTIVE")


def admits(viewer: Viewer, audience: str, owner_id: Any) -> bool:
    """Whether a viewer belongs to an audience: everybody, those with a key, or the owner."""
    if viewer.role == "editor" or audience == "PUBLIC":
        return True
    if viewer.role != "partner":
        return False
    return audience == "PARTNERS" or (owner_id is not None and owner_id == viewer.partner_id)


def may_see(viewer: Viewer, row: Row) -> bool:
    """Whether the viewer may see a row; rows of tables without an audience are everybody's."""
    rights = rights_of(row)
    return "audience" not in row or admits(viewer, rights["audience"], rights["owner_id"])


def rights_of(row: Row) -> Row:
    """Audiences and owner as they are today: of a row of the past, those that its record has now."""
    rights: Row = row.get("rights", row)
    return rights


def may_know(viewer: Viewer, row: Row, personal: str | None, default: str = "PUBLIC") -> bool:
    """Whether the viewer is within the audience of a personal field of a row."""
    rights = rights_of(row)
    return personal is None or admits(viewer, rights[personal] or default, rights["owner_id"])


def stored(viewer: Viewer, row: Row, column: Column) -> Any:
    """The value of a stored column as the viewer may know it: a personal field beyond its audience is
    missing, everywhere."""
    is_known = may_know(viewer, row, column.personal, column.default_audience)
    return row[column.name] if is_known else None


def is_current(row: Row) -> bool:
    """Whether lists give the record unasked."""
    return "record_status" not in row or row["record_status"] in CURRENT


def mentions_status(where: Any) -> bool:
    """Whether a condition speaks of recordStatus at its own level, also inside and, or, not."""
    if isinstance(where, list):
        return any(mentions_status(item) for item in where)
    if not where:
        return False
    return "recordStatus" in where or any(mentions_status(where.get(key)) for key in ("and", "or", "not"))


def has_begun(row: Row, day: date) -> bool:
    """Whether the period's first day is not after the day; an open start has always begun."""
    begin = row["valid"].lower
    return begin is None or begin <= day


def contains(row: Row, day: date) -> bool:
    """Whether the period contains the day: from its start on, until before its end."""
    end = row["valid"].upper
    return has_begun(row, day) and (end is None or day < end)


def lasts(table: str, row: Row, day: date | None) -> bool:
    """Whether a row of a table with a period holds on the day: a licence from its issue until it expires or
    is taken back, an incentive from its first to its last day; rows of other tables always do."""
    if day is None or table not in ("licence", "incentive"):
        return True
    first, last = ("issued_on", "expires_on") if table == "licence" else ("valid_from", "valid_until")
    if row[first] is not None and day < row[first]:
        return False
    if row.get("revoked_on") is not None and day >= row["revoked_on"]:
        return False
    return row[last] is None or day <= row[last]


def holds(relation: Row, day: date | None) -> bool:
    """Whether a relation holds on a day (None: all times): a state while its period lasts, an event from
    its start on."""
    if day is None:
        return True
    if ROLE_RULES[Role(relation["role"])].is_event:
        return has_begun(relation, day)
    return contains(relation, day)
