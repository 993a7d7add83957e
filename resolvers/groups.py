"""Counts and groups of a connection in SQL. Part of the printer (resolvers/sql.py)."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, Text, TextClause, case, cast, func, select

from resolvers import mapping, plan
from resolvers.json_text import Part, concat, keyed, quoted, raw
from resolvers.mapping import Value
from resolvers.sources import Source

if TYPE_CHECKING:
    from resolvers.sql import Printer

COUNT_LIMIT = 10_000
"""totalCount is exact up to here, then capped."""


class Groups:
    """Prints what is read apart from a page."""

    def __init__(self, printer: "Printer") -> None:
        self.printer = printer

    def apart(self, node: plan.Connection, output: plan.Output, outer: mapping.Row | None) -> list[Part]:
        """What is read apart from the page: constants, counts, groups."""
        if isinstance(output, plan.TypeName):
            return [f'"{output.name}"']
        if isinstance(output, plan.Group):
            return self._groups(node, output, outer)
        source = Source(self.printer, node, outer)
        limit = raw(str(COUNT_LIMIT + 1))
        if output == "nodeCount":
            rows = source.select(source.target["id"].label("id")).distinct().limit(limit)
        else:
            rows = source.select(raw("1").label("one")).limit(limit)
        return self.counted(output, rows.subquery(self.printer.conditions.name()))

    @staticmethod
    def counted(output: plan.Output, rows: FromClause | TextClause) -> list[Part]:
        """How many rows there are, or whether they are more than are counted."""
        if output == "totalCountCapped":
            value: ColumnElement[Any] = case(
                (func.count() > raw(str(COUNT_LIMIT)), quoted("true")), else_=quoted("false")
            )
        else:
            value = cast(func.least(func.count(), raw(str(COUNT_LIMIT))), Text)
        return [select(value).select_from(rows).scalar_subquery()]

    def _groups(self, node: plan.Connection, group: plan.Group, outer: mapping.Row | None) -> list[Part]:
        conditions = self.printer.conditions
        source = Source(self.printer, node, outer)
        name = conditions.name()
        columns: list[Any] = []
        for index, column in enumerate(group.keys):
            columns.append(conditions.value(column, source.target, node.as_of).label(f"k{index}"))
        columns.append(func.count().label("cnt"))
        parts = keyed(
            [(key, self._group_output(node, group, out, source, name, columns)) for key, out in group.entries]
        )
        query = source.select(*columns)
        if group.keys:
            query = query.group_by(*(raw(str(i + 1)) for i in range(len(group.keys))))
        orders: list[Any] = []
        for what, is_descending in group.order:
            by: ColumnElement[Any] = raw("cnt")
            if what == "KEYS":
                orders += [_directed(raw(f"k{i}"), is_descending) for i in range(len(group.keys))]
            else:
                orders.append(_directed(by, is_descending))
        orders += [raw(f"k{i}").asc().nulls_last() for i in range(len(group.keys))]
        query = query.order_by(*orders).limit(raw(str(group.size)))
        joined = func.string_agg(concat(parts), quoted(","))
        return ["[", select(joined).select_from(query.subquery(name)).scalar_subquery(), "]"]

    def _group_output(
        self,
        node: plan.Connection,
        group: plan.Group,
        output: plan.GroupOutput,
        source: Source,
        name: str,
        columns: list[Any],
    ) -> list[Part]:
        if output.what == "count":
            return [cast(raw(f"{name}.cnt"), Text)]
        if output.what == "typename":
            return [f'"{output.name}"']
        if output.what == "kind":
            return ['"', raw(f"{name}.k0", Text()), '"']
        entries: list[tuple[str, list[Part]]] = []
        for key, column in output.entries:
            if column is None:
                entries.append((key, ["null"]))
            elif isinstance(column, plan.TypeName):
                entries.append((key, [f'"{column.name}"']))
            elif output.what == "keys":
                at = group.keys.index(column)
                shown = raw(f"{name}.k{at}")
                entries.append((key, self.printer.scalar(_nullable(column), shown)))
            else:
                value = self.printer.conditions.value(column, source.target, node.as_of)
                aggregate = getattr(func, output.what)(value).label(f"a{len(columns)}")
                columns.append(aggregate)
                result = raw(f"{name}.{aggregate.name}")
                is_sum = output.what == "sum" and column.value in (Value.INT, Value.BIGINT)
                described = mapping.Column(column.name, Value.DECIMAL) if is_sum else _nullable(column)
                entries.append((key, self.printer.scalar(described, result)))
        return keyed(entries)


def _directed(expression: ColumnElement[Any], is_descending: bool) -> Any:
    return expression.desc().nulls_last() if is_descending else expression.asc().nulls_last()


def _nullable(column: mapping.Column) -> mapping.Column:
    return mapping.Column(column.name, column.value, vocabulary=column.vocabulary)
