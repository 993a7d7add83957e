"""Disputes and corrections in SQL: who sees them, and whether a statement is disputed. Part of the printer.

Both sides see them: who contests, who stated it, who maintains the records that it touches; editors see all.
What may be contested, and what follows, is resolvers/disputes.py and resolvers/corrections.py.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from models import Base
from resolvers.json_text import quoted, raw
from resolvers.mapping import Row, Scope

if TYPE_CHECKING:
    from resolvers.conditions import Conditions


def is_disputed(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """Whether an open dispute says that a relation or assertion is wrong: told to all who see that."""
    return func.is_disputed(row["id"])


def sees_dispute(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """Whether the viewer is a side of a dispute."""
    return _is_side(conditions, [row["owner_id"], row["stated_by"]], [row["subject_id"], row["object_id"]])


def sees_correction(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """Whether the viewer proposed a correction, or maintains the record."""
    return _is_side(conditions, [row["owner_id"]], [row["entity_id"]])


def sees_change(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """Whether a change is of no dispute and no correction, or of one that the viewer may see."""
    if conditions.role != "partner":
        # Editors see all, readers none, by the audience of the change already.
        return true()
    found = []
    for table, sees in (("dispute", sees_dispute), ("correction", sees_correction)):
        one = conditions.part(table)
        seen = select(raw("1")).select_from(one.source)
        seen = seen.where(one["id"] == row["record_id"], sees(conditions, one))
        found.append(or_(row["kind"] != quoted(table.upper()), seen.exists()))
    return and_(*found)


def _is_side(
    conditions: "Conditions", partners: list[ColumnElement[Any]], entities: list[ColumnElement[Any]]
) -> ColumnElement[bool]:
    if conditions.role == "editor":
        return true()
    if conditions.role == "reader":
        return false()
    partner, name = conditions.scope(None).partner(), conditions.name()
    # Who maintains the records today, with knownAt too.
    touched = select(raw("1")).select_from(Base.metadata.tables["entity"].alias(name))
    touched = touched.where(raw(f"{name}.id").in_(entities), raw(f"{name}.owner_id") == partner)
    return or_(*(one == partner for one in partners), touched.exists())
