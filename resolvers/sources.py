"""The rows of a connection before paging: FROM, conditions and ties, for lists by role, by column, at the
root, of a search and of the change log. Part of the printer (resolvers/sql.py).
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, func, select, true, union_all

from models.vocabulary import ROLE_RULES
from resolvers import lookups, mapping, match_sql, plan, reach
from resolvers.conditions import Table
from resolvers.json_text import quoted, raw
from resolvers.mapping import Direction
from resolvers.periods import in_period, on_day
from resolvers.quantifiers import of_parent

if TYPE_CHECKING:
    from resolvers.sql import Printer

SEARCH_DEPTH = 1_000
"""The search ranks and counts this many best matches."""
CUT_BY_ROLE = 50
"""Pages up to this size take as many rows of each of several roles, however many there are, and cut them;
a larger one would look up too many records for nothing, and reads the keys of all roles instead."""
SYMMETRIC = tuple(str(role) for role, rule in ROLE_RULES.items() if rule.is_symmetric)


class PagedRow:
    """A row of a page: remembers which columns of the inner table are used, so that only those are read."""

    def __init__(self, table: Table, page: str, prefix: str) -> None:
        self.table, self.page, self.prefix = table, page, prefix
        self.needed: dict[str, ColumnElement[Any]] = {}

    def __getitem__(self, column: str, /) -> ColumnElement[Any]:
        inner = self.table[column]
        name = f"{self.prefix}_{column}"
        self.needed[name] = inner
        return raw(f"{self.page}.{name}", inner.type)


class Source:
    """The rows of a connection before paging: FROM, conditions, and the aliases of node and relation."""

    def __init__(self, printer: "Printer", node: plan.Connection, outer: mapping.Row | None) -> None:
        conditions = printer.conditions
        named = lookups.named(conditions, node)
        if named is None:
            self.target = conditions.table(node.target)
        else:
            name = conditions.name()
            self.target = Table(named[1].alias(name), name)
        self.relation: Table | None = None
        self.where: list[ColumnElement[bool]] = [*conditions.visible(self.target, node.target)]
        self.froms: list[FromClause] = [self.target.source]
        self.ties: list[ColumnElement[Any]] = [self.target[column] for column in node.target.key]
        self.score: ColumnElement[Any] | None = None
        self.matched: ColumnElement[Any] | None = None
        self.search = ""
        self.role: ColumnElement[Any] | None = None
        """The role of a relation, where the page is cut from a page of each of the list's roles."""
        self._of_roles: ColumnElement[bool] = true()
        match node.field:
            case mapping.Related():
                assert outer is not None
                self._relate(printer, node, outer)
            case mapping.Children():
                assert outer is not None
                self.where += of_parent(conditions, node.field, self.target, outer)
            case mapping.Search():
                self._search(printer, node)
            case mapping.Match():
                self.search = conditions.name()
                self.froms.append(match_sql.hits(conditions, node, self.search))
                self.score = raw(f"{self.search}.score")
                self.where.append(self.target["id"] == raw(f"{self.search}.id"))
            case mapping.Feed():
                # Rows of transactions that are older than every open one: none can still appear before
                # them, so a reader that goes on from a cursor misses nothing (models/change.py).
                horizon = raw("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
                self.where.append(self.target["xid"] < horizon)
                if node.page.cursor is not None:
                    # Refuses a cursor behind which changes are no longer kept (models/retention.py).
                    self.where.append(func.is_kept_after(*map(conditions.param, node.page.cursor)))
        if node.target.has_period:
            self.where.append(in_period(self.target, conditions.day(node.as_of)))
        self.deep, rest = reach.split(node)
        if named is not None:
            rest = plan.without(rest, named[0])
        self.where.append(conditions.condition(rest, self.target, node.as_of))
        self._as_of = node.as_of
        self._conditions = conditions
        if node.kinds is not None and not isinstance(node.field, mapping.Search):
            self.where.append(self.target["kind"] == func.any(conditions.param(node.kinds)))

    def _relate(self, printer: "Printer", node: plan.Connection, outer: mapping.Row) -> None:
        conditions = printer.conditions
        roles = node.roles
        relation = conditions.part("relation")
        is_plain = _is_plain(node)
        held: list[ColumnElement[bool]] = []
        if node.direction is Direction.BOTH or not roles or any(role in SYMMETRIC for role in roles):
            relation = self._both_ends(printer, node, outer, relation)
            far, is_sorted = "far_id", is_plain
        else:
            is_out = node.direction is Direction.OUT
            near, far = ("subject_id", "object_id") if is_out else ("object_id", "subject_id")
            held.append(relation[near] == outer["id"])
            of_roles = relation["role"].in_([quoted(role) for role in roles])
            # The index gives (near, role, far, id): ordering by the far id costs no sort within one role.
            is_cut = is_plain and len(roles) > 1 and node.page.size <= CUT_BY_ROLE
            if is_cut and conditions.known_at is None:
                self.role, self._of_roles, is_sorted = relation["role"], of_roles, False
            else:
                held.append(of_roles)
                is_sorted = is_plain and len(roles) > 1
        held += [on_day(relation, roles, conditions.day(node.as_of)), conditions.audience(relation)]
        if is_sorted:
            # The keys are put in order before the join, so that only the page's records are looked up.
            relation = _in_order(relation, held, far, conditions.name(), node.page.is_backward)
            held = []
        self.relation = relation
        self.froms.append(relation.source)
        self.where += [*held, self.target["id"] == relation[far]]
        self.ties = [relation[far], relation["id"]]

    def _both_ends(
        self, printer: "Printer", node: plan.Connection, outer: mapping.Row, relation: Table
    ) -> Table:
        arms = []
        for direction, near, far in (
            (Direction.OUT, "subject_id", "object_id"),
            (Direction.IN, "object_id", "subject_id"),
        ):
            is_whole = node.direction in (direction, Direction.BOTH)
            arm_roles = (
                node.roles if is_whole else tuple(r for r in (node.roles or SYMMETRIC) if r in SYMMETRIC)
            )
            if not is_whole and not arm_roles:
                continue
            arm = printer.conditions.part("relation")
            shown = case(
                (arm["role"].in_([quoted(r) for r in SYMMETRIC]), quoted("BOTH")), else_=quoted(direction)
            )
            columns = [arm[c.name].label(c.name) for c in relation.source.c]
            query = select(*columns, arm[far].label("far_id"), shown.label("direction")).select_from(
                arm.source
            )
            query = query.where(arm[near] == outer["id"])
            if arm_roles:
                query = query.where(arm["role"].in_([quoted(role) for role in arm_roles]))
            arms.append(query)
        name = printer.conditions.name()
        both = arms[0] if len(arms) == 1 else union_all(*arms)
        return Table(both.subquery(name), name)

    def _search(self, printer: "Printer", node: plan.Connection) -> None:
        assert node.term is not None
        conditions = printer.conditions
        kinds = raw("NULL::text[]") if node.kinds is None else conditions.param(node.kinds)
        name = conditions.name()
        hits = (
            func.search_names(conditions.param(node.term), kinds, raw(str(SEARCH_DEPTH)))
            .table_valued("entity_id", "score", "matched")
            .render_derived(name=name)
        )
        self.froms.append(hits)
        self.score = raw(f"{name}.score")
        self.matched = raw(f"{name}.matched", Text())
        self.where.append(self.target["id"] == raw(f"{name}.entity_id"))

    def select(self, *columns: Any) -> Select[Any]:
        """A select over the rows."""
        query = self.select_but_one(*columns)
        if self.role is not None:
            return query.where(self._of_roles)
        if self.deep is None:
            return query
        return query.where(self._conditions.condition(self.deep, self.target, self._as_of))

    def select_but_one(self, *columns: Any) -> Select[Any]:
        """A select over the rows without the one condition that a page's rows are found by: the roles where
        `role` is set, the condition through two relations where `deep` is (resolvers/reach.py)."""
        return select(*columns).select_from(*self.froms).where(*self.where)


def _is_plain(node: plan.Connection) -> bool:
    """Whether the list has neither an order nor a condition of its own."""
    return not node.order and node.condition == plan.All((plan.IsCurrent(),)) and node.kinds is None


def _in_order(
    relation: Table, held: list[ColumnElement[bool]], far: str, name: str, is_backward: bool
) -> Table:
    """The relations that meet the conditions, in the order of their far ends."""
    columns = [relation[c.name].label(c.name) for c in relation.source.c]
    keys = [
        relation[far].desc() if is_backward else relation[far],
        relation["id"].desc() if is_backward else relation["id"],
    ]
    query = select(*columns).select_from(relation.source).where(*held).order_by(*keys)
    return Table(query.subquery(name), name)
