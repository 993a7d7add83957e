"""Pages filtered through two relations (experts at companies in zones of a province), in two ways.

The planner takes every entity for equally connected, so it cannot tell a filter that leaves three rows from
one that leaves most. What the filter reaches is therefore collected first, up to a bound: where it is
little, the page comes from it; else the rows are walked in the page's order until it is full. Part of the
printer (resolvers/sql.py); a filter through one relation is left to the planner.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import CTE, Boolean, ColumnElement, Select, and_, case, func, select, union_all

from resolvers import mapping, plan
from resolvers.conditions import Conditions
from resolvers.json_text import quoted, raw
from resolvers.mapping import Direction
from resolvers.periods import on_day

FEWEST_COLLECTED = 1_000
COLLECTED_PER_ROW = 50
"""The page comes from what was collected, where that is at most so many rows for each of the page's rows."""
FEW_FAR_ENDS = 200
"""What is reached is only collected from so few far ends; more of them lead to enough rows on a walk."""
FAR_ENDS = 5_000
"""More far ends than these are not kept in a hash: the walk then tests each row's own."""


def split(node: plan.Connection) -> tuple[plan.HasRelated | None, plan.Condition]:
    """The condition through two relations that a root list has, and what else it demands."""
    if isinstance(node.field, mapping.Many):
        for part in plan.demanded(node.condition):
            if isinstance(part, plan.HasRelated) and _is_deep(part):
                return part, plan.without(node.condition, part)
    return None, node.condition


def _is_deep(condition: plan.HasRelated) -> bool:
    return _is_directed_some(condition) and _inner(condition) is not None


def _is_directed_some(condition: plan.Condition) -> bool:
    if not isinstance(condition, plan.HasRelated):
        return False
    return condition.is_some and condition.field.direction is not Direction.BOTH


def _inner(condition: plan.HasRelated) -> plan.HasRelated | None:
    """The relation that the far ends must have in turn."""
    for part in plan.demanded(condition.condition):
        if isinstance(part, plan.HasRelated) and _is_directed_some(part):
            return part
    return None


def _ends(condition: plan.HasRelated) -> tuple[str, str]:
    """The columns of the near and the far end."""
    is_out = condition.field.direction is Direction.OUT
    return ("subject_id", "object_id") if is_out else ("object_id", "subject_id")


class Reach:
    """The two ways to the rows that meet one condition through two relations."""

    def __init__(
        self, conditions: Conditions, condition: plan.HasRelated, row: mapping.Row, size: int
    ) -> None:
        self._conditions = conditions
        self._condition = condition
        self._row = row
        self._near, self._far = _ends(condition)
        inner = _inner(condition)
        assert inner is not None
        self._rest = plan.without(condition.condition, inner)
        self._far_ends = self._collected_far_ends(inner)
        self._most = max(FEWEST_COLLECTED, COLLECTED_PER_ROW * size)
        self._reached = self._collected()
        self._bounds = self._compared()

    def _collected_far_ends(self, inner: plan.HasRelated) -> CTE:
        """What has the inner relation, from its far side, without a look at the records in between."""
        near, far = _ends(inner)
        other = self._conditions.table(inner.target)
        relation, query = self._relations(inner, near)
        query = query.select_from(other.source).where(
            other["id"] == relation[far],
            *self._conditions.visible(other, inner.target),
            self._conditions.condition(inner.condition, other, inner.as_of),
        )
        query = query.limit(raw(str(FAR_ENDS + 1)))
        return query.cte(self._conditions.name()).prefix_with("MATERIALIZED")

    def _relations(self, condition: plan.HasRelated, end: str) -> tuple[mapping.Row, Select[Any]]:
        """The ends of the relations of a condition that hold, seen by the viewer."""
        conditions = self._conditions
        relation = conditions.part("relation")
        query = select(relation[end].label("id")).select_from(relation.source)
        if condition.roles:
            query = query.where(relation["role"].in_([quoted(role) for role in condition.roles]))
        day = conditions.day(condition.as_of)
        return relation, query.where(on_day(relation, condition.roles, day), conditions.audience(relation))

    def _meets(self, relation: mapping.Row, condition: plan.Condition) -> ColumnElement[bool]:
        """Whether the record at the relation's far end may be seen and meets a condition."""
        other = self._conditions.table(self._condition.target)
        query = select(raw("1")).select_from(other.source)
        return query.where(
            other["id"] == relation[self._far],
            *self._conditions.visible(other, self._condition.target),
            self._conditions.condition(condition, other, self._condition.as_of),
        ).exists()

    def _collected(self) -> CTE:
        relation, query = self._relations(self._condition, self._near)
        query = query.where(
            self._are_at_most(FEW_FAR_ENDS),
            relation[self._far].in_(select(raw("id")).select_from(self._far_ends)),
            self._meets(relation, self._rest),
        )
        query = query.limit(raw(str(self._most + 1)))
        return query.cte(self._conditions.name()).prefix_with("MATERIALIZED")

    def _are_at_most(self, count: int) -> ColumnElement[bool]:
        # Of the rows of a table under LIMIT no more are counted than decide it.
        some = select(raw("1").label("one")).select_from(self._far_ends).limit(raw(str(count + 1)))
        counted = some.subquery(self._conditions.name())
        return select(func.count() <= raw(str(count))).select_from(counted).scalar_subquery()

    def _compared(self) -> CTE:
        """One row: whether all far ends are kept, and whether all that is reached was collected."""
        ends = self._are_at_most(FAR_ENDS)
        rows = select(func.count() <= raw(str(self._most))).select_from(self._reached).scalar_subquery()
        query = select(ends.label("kept"), and_(self._are_at_most(FEW_FAR_ENDS), rows).label("little"))
        return query.cte(self._conditions.name()).prefix_with("MATERIALIZED")

    def _is(self, bound: str) -> ColumnElement[bool]:
        return select(raw(bound, Boolean())).select_from(self._bounds).scalar_subquery()

    def ways(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Two conditions on the row, of which one finds all rows and the other none."""
        collected = self._row["id"].in_(select(raw("id")).select_from(self._reached))
        relation, query = self._relations(self._condition, self._near)
        kept = relation[self._far].in_(select(raw("id")).select_from(self._far_ends))
        # Within CASE neither becomes a join: a look-up in a hash and a probe for what it finds, or a longer
        # probe for this row.
        is_met = case(
            (self._is("kept"), and_(kept, self._meets(relation, self._rest))),
            else_=self._meets(relation, self._condition.condition),
        )
        # With LIMIT it stays a probe, too: of EXISTS the planner would rather collect every row there is.
        found = query.where(relation[self._near] == self._row["id"], is_met).limit(raw("1"))
        walked = found.scalar_subquery().is_not(None)
        return and_(self._is("little"), collected), and_(~self._is("little"), walked)


def joined(
    ways: tuple[ColumnElement[bool], ...],
    select_way: Callable[[ColumnElement[bool]], Select[Any]],
    columns: list[str],
    order: list[Any],
    size: int,
    name: str,
) -> Select[Any]:
    """The first rows of all ways together; each way gives its own first ones, in order."""
    both = union_all(*(select_way(way) for way in ways)).subquery(name)
    rows = select(*(raw(f"{name}.{column}").label(column) for column in columns)).select_from(both)
    return rows.order_by(*order).limit(raw(str(size)))
