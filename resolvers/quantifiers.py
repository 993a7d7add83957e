"""Conditions through a list: some or none of the rows that a row is related to, or that belong to it.

Part of the printer (resolvers/conditions.py), which owns names, binds and rights.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from resolvers import mapping, plan
from resolvers.json_text import quoted, raw
from resolvers.mapping import Direction
from resolvers.periods import in_period, on_day

if TYPE_CHECKING:
    from resolvers.conditions import Conditions


def has_related(
    conditions: "Conditions", condition: plan.HasRelated, row: mapping.Row
) -> ColumnElement[bool]:
    """Whether a related entity meets the condition, by a relation that holds on the day."""
    relation, other = conditions.part("relation"), conditions.table(condition.target)
    is_out = condition.field.direction is Direction.OUT
    near, far = ("subject_id", "object_id") if is_out else ("object_id", "subject_id")
    ends: ColumnElement[bool] = and_(relation[near] == row["id"], other["id"] == relation[far])
    if condition.field.direction is Direction.BOTH:
        ends = or_(ends, and_(relation["subject_id"] == row["id"], other["id"] == relation["object_id"]))
    query: Select[Any] = select(raw("1")).select_from(relation.source, other.source).where(ends)
    if condition.roles:
        query = query.where(relation["role"].in_([quoted(f"{role}") for role in condition.roles]))
    query = query.where(
        on_day(relation, condition.roles, conditions.day(condition.as_of)),
        conditions.audience(relation),
        *conditions.visible(other, condition.target),
        conditions.condition(condition.condition, other, condition.as_of),
    )
    return query.exists()


def has_child(conditions: "Conditions", condition: plan.HasChild, row: mapping.Row) -> ColumnElement[bool]:
    """Whether a row that belongs to this one meets the condition, where it has a period: on the day."""
    field, other = condition.field, conditions.table(condition.target)
    belongs = of_parent(conditions, field, other, row)
    query: Select[Any] = select(raw("1")).select_from(other.source).where(*belongs)
    if condition.target.has_period:
        query = query.where(in_period(other, conditions.day(condition.as_of)))
    query = query.where(
        *conditions.visible(other, condition.target),
        conditions.condition(condition.condition, other, condition.as_of),
    )
    return query.exists()


def of_parent(
    conditions: "Conditions", field: mapping.Children, child: mapping.Row, row: mapping.Row
) -> list[ColumnElement[bool]]:
    """Whether a row is in the list of another, as far as the viewer may know."""
    local = func.any(row[field.local]) if field.in_array else row[field.local]
    may_know = conditions.may_know(field.personal, child)
    return [child[field.remote] == local, *([] if may_know is None else [may_know])]
