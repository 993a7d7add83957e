"""Objects that stand on no table: how such a field is planned, and what its SQL may refer to.

A field of this kind (a readiness, a gap, an eligibility) is one SQL text over `given`, a single row of the
arguments, the day and the viewer's partner. How it is printed is resolvers/derived_sql.py's business; what it
computes is in a file of its own.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import FieldNode
from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from models import PERSONAL_COLUMNS, Base
from models.history import RECORDED_TABLES, current
from resolvers import mapping, plan
from resolvers.arguments import Argument, Given
from resolvers.cost import Price
from resolvers.errors import Code
from resolvers.json_text import Named, raw
from resolvers.known import known_rows
from resolvers.mapping import Scope
from resolvers.paging import within
from resolvers.rights import may_know, may_see

if TYPE_CHECKING:
    from resolvers.planner import Planner

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


def planned(
    planner: "Planner",
    field: mapping.Derived,
    nodes: list[FieldNode],
    arguments: Mapping[str, Argument],
    as_of: plan.Bind | None,
    price: Price,
) -> plan.Derived:
    """The plan of the field; raises BadUserInput where an argument is out of range."""
    name = nodes[0].name.value
    size = None if field.most is None else within(arguments["first"], "first", field.most, Code.PAGE_SIZE)
    key = nodes[0].alias.value if nodes[0].alias else name
    price.child(key, name).add(field.price)
    length = size or field.length
    below = price.child(key, name, length or 0)
    below.add(length or 1)
    codes = []
    for argument, table in field.codes.items():
        given = arguments.get(argument)
        if isinstance(given, Given) and given.value is not None:
            codes.append((argument, table, plan.Bind(given.source, "text", "text", argument)))
    types = planner.catalog.types
    return plan.Derived(
        field=field,
        selection=planner.selection(
            types[field.target], [node.selection_set for node in nodes], as_of, below
        ),
        references=tuple(
            (argument, types[target], planner.filters.reference(arguments[argument], argument))
            for argument, target in field.references.items()
        ),
        codes=tuple(codes),
        size=size,
        as_of=as_of,
    )


def table(scope: Scope, name: str, alias: str) -> str:
    """The SQL text of a table in FROM: as it is, or as it was believed at the operation's knownAt."""
    if scope.known_at is None or name not in RECORDED_TABLES:
        return f"{name} {alias}"
    rows = known_rows(Base.metadata.tables[name], alias, raw("given.known_at"))
    query = select(raw("1")).select_from(rows).compile(dialect=_DIALECT)
    return str(query).partition("FROM ")[2]


def sees(scope: Scope, alias: str) -> str:
    """The SQL text of the condition that the viewer may see the row of an alias, inside `rows_of`."""
    right = str if scope.known_at is None else current
    condition = may_see(scope.role, Named(alias), lambda: raw("given.partner"), right)
    return f"({condition.compile(dialect=_DIALECT)})"


def knows(scope: Scope, alias: str, column: str) -> str:
    """The SQL text of the condition that the viewer may know a personal column of the row of an alias."""
    right = str if scope.known_at is None else current
    field = PERSONAL_COLUMNS[column]
    personal = (field.audience, str(field.default))
    condition = may_know(
        scope.role, Named(alias), lambda: raw("given.partner"), right, personal, scope.knows_persons
    )
    return "true" if condition is None else f"({condition.compile(dialect=_DIALECT)})"


def is_current(alias: str) -> str:
    """The SQL text of the condition that an entity is of those that lists give."""
    return f"{alias}.record_status IN ('ACTIVE', 'INACTIVE')"


def holds(alias: str) -> str:
    """The SQL text of the condition that the row's period contains the day."""
    return f"({alias}.starts_on <= given.day AND {alias}.ends_before > given.day)"


def rows_of(sql: str, scope: Scope, given: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """The rows of an SQL text of ours, which reads `given.day`, `given.partner` and the given columns.

    The text holds no value of a request: those are columns of `given`, and bound.
    """
    columns = {"day": scope.day_or_today(), **given}
    if scope.role == "partner":
        columns["partner"] = scope.partner()
    if scope.known_at is not None:
        columns["known_at"] = scope.known_at
    # OFFSET keeps it a row of its own: what it computes is computed once and not at each mention.
    one = select(*(value.label(name) for name, value in columns.items())).offset(raw("0")).subquery("given")
    return select(raw("found.*")).select_from(one, text(sql).columns().lateral("found"))
