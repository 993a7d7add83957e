"""The rows that an export reads: a `where` given as JSON, rights and order as a GraphQL list has them.

The input is coerced by the schema and becomes the conditions of a read (resolvers/filters.py); which columns
are read, and in what shape, the caller says. Running the statement is not its business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLError, GraphQLInputObjectType
from graphql.pyutils import print_path_list
from graphql.utilities import coerce_input_value, validate_input_value
from sqlalchemy import ColumnElement, select

from resolvers import mapping, plan
from resolvers.arguments import Argument, argument_of
from resolvers.conditions import Conditions
from resolvers.errors import BadUserInput, Code
from resolvers.filters import Filters
from resolvers.json_text import raw
from resolvers.mapping import Catalog, Direction, TypeMap
from resolvers.reads import Reads
from resolvers.sources import PagedRow, Source
from resolvers.sql import Printer, printed
from resolvers.viewer import ViewerLevel

Columns = Callable[[Conditions, mapping.Row, plan.Bind | None], Sequence[ColumnElement[Any]]]
"""What is read of a row, by the conditions of who may know it and the day."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a type in the order of their ids: `after` an id, at most `first`, on a day or of all times."""

    target: TypeMap
    condition: plan.Condition
    as_of: plan.Bind | None = None
    after: UUID | None = None
    first: int | None = None


def rows_of(
    reads: Reads, target: TypeMap, where: str | None, *, day: date | None = None, after: UUID | None = None,
    first: int | None = None,
) -> Rows:  # fmt: skip
    """The rows that meet a `where` (JSON of the type's input); `day` None: of all times.

    Raises BadUserInput or LimitExceeded, as the same `where` in an operation does.
    """
    as_of = None if day is None else plan.Bind(plan.Constant(day), "date", "date", "asOf")
    given = None if where is None else _coerced(reads, target, where)
    condition = Filters(reads.catalog, reads.limits).condition(target, given, as_of)
    return Rows(target, condition, as_of, after, first)


def _coerced(reads: Reads, target: TypeMap, where: str) -> Argument:
    hint = 'Write it as in GraphQL, in JSON: {"name": {"contains": "lahore"}}.'
    try:
        value = orjson.loads(where)
    except orjson.JSONDecodeError as error:
        raise BadUserInput(f"where is not JSON: {error}.", argument="where", hint=hint) from None
    if not isinstance(value, dict):
        raise BadUserInput("where is not an object.", argument="where", hint=hint)
    type_ = reads.schema.type_map[f"{target.name}Where"]
    assert isinstance(type_, GraphQLInputObjectType)

    def refuse(error: GraphQLError, path: list[str | int]) -> None:
        place = f"where{print_path_list(path)}"
        hint = f"The fields of {target.name}Where are in the schema."
        raise BadUserInput(f"{place}: {error.message}", argument="where", hint=hint)

    try:
        validate_input_value(value, type_, refuse)
        return argument_of(coerce_input_value(value, type_), type_)
    except RecursionError:
        hint = "Flatten it: conditions side by side already mean and."
        raise BadUserInput("where is nested too deeply.", code=Code.FILTER_LIMIT, hint=hint) from None


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement over rows, and its binds in their order."""

    sql: str
    binds: tuple[plan.Bind, ...]


def reading(
    catalog: Catalog, level: ViewerLevel, rows: Rows, columns: Columns, *, is_summary: bool = False
) -> Reading:
    """The statement that gives the id and these columns of the rows, in the order of their ids; a summary has
    one row, of columns that aggregate.

    What is read of a row stands outside of the query that finds and orders it: it is computed when the row is
    sent, so that the first does not wait for the last.
    """
    printer = Printer(catalog, level)
    conditions = printer.conditions
    source = Source(printer, _connection(rows), None)
    page = conditions.name()
    row = PagedRow(source.target, page, "n")
    shown = [one.label(f"c{place}") for place, one in enumerate(columns(conditions, row, rows.as_of))]
    key = source.target["id"]
    inner = source.select(*(one.label(name) for name, one in row.needed.items()), key.label("k"))
    if rows.after is not None:
        after = plan.Bind(plan.Constant(str(rows.after)), "id", "uuid", "after")
        inner = inner.where(key > conditions.param(after))
    inner = inner.order_by(key)
    if rows.first is not None:
        inner = inner.limit(raw(str(rows.first)))
    keys = [] if is_summary else [raw(f"{page}.k")]
    query = select(*keys, *shown).select_from(inner.subquery(page))
    return Reading(*printed(conditions, query))


def _connection(rows: Rows) -> plan.Connection:
    return plan.Connection(
        field=mapping.Many(rows.target.name),
        target=rows.target,
        roles=(),
        direction=Direction.OUT,
        condition=rows.condition,
        order=(),
        page=plan.Page(rows.first or 0, is_backward=False, cursor=None, nulls=()),
        outputs=(),
        as_of=rows.as_of,
        tag="",
    )
