"""Connections in SQL: one page of rows by keyset, counts, and groups.

Part of the printer (resolvers/sql.py). A page is selected first (its keys and the columns that are
needed), then written as JSON; what is not asked for is not computed: no count without totalCount, no
extra row without hasNextPage.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from resolvers import cursors, mapping, match_sql, plan, reach
from resolvers.columnar import ColumnarRows, is_flat
from resolvers.columns import Template
from resolvers.groups import Groups
from resolvers.json_text import Part, concat, cursor_text, keyed, quoted, raw
from resolvers.lookups import TEXT_OPERATORS
from resolvers.rights import texts
from resolvers.sources import PagedRow, Source

if TYPE_CHECKING:
    from resolvers.sql import Printer

COLUMNAR_FROM = 50
"""Pages of this size and more travel by column, where their rows are flat."""

Key = tuple[ColumnElement[Any], bool, bool, bool]
"""One key of an order: expression, descending, nulls last, never null."""


def _is_collected(node: plan.Connection) -> bool:
    """Whether a page is cut from all rows, collected once: where they are searched for, and counted.

    A text finds its rows in no order, so that all are needed for the page, and the count has them at hand.
    """
    counts = any(output in ("totalCount", "totalCountCapped") for _, output in node.outputs)
    is_searched = isinstance(node.field, mapping.Many) and _looks_up(node.condition)
    return counts and (is_searched or isinstance(node.field, mapping.Match))


def _looks_up(condition: plan.Condition) -> bool:
    """Whether rows must be among those that a look-up by text or by a list's elements finds."""
    return any(
        isinstance(part, plan.Compare)
        and part.column.lookup is not None
        and part.operator in (*TEXT_OPERATORS, "has", "hasSome")
        for part in plan.demanded(condition)
    )


class Pages:
    """Prints connections."""

    def __init__(self, printer: "Printer") -> None:
        self.printer = printer
        self.groups = Groups(printer)

    def connection(self, node: plan.Connection, outer: mapping.Row | None) -> ColumnElement[Any]:
        """The JSON object of a connection, as one text expression."""
        from_page = [item for item in node.outputs if self._reads_page(item[1])]
        if not from_page:
            return concat(keyed([(key, self.groups.apart(node, out, outer)) for key, out in node.outputs]))
        return self._paged(node, outer).scalar_subquery()

    @staticmethod
    def _reads_page(output: plan.Output) -> bool:
        return isinstance(output, (plan.Edge, plan.Selection, tuple))

    # -- the page ----------------------------------------------------------------------------------

    def columnar(self, node: plan.Connection) -> "tuple[Select[Any], Template] | None":
        """The page of a root list as columns, where its rows are flat and many (resolvers/columns.py).

        Columns: the JSON before the rows, the JSON after them, then one aggregate a slot.
        """
        if node.page.is_backward or node.page.size < COLUMNAR_FROM or not is_flat(node):
            return None
        listed = ColumnarRows()
        written = self._paged(node, None, listed)
        return (written, listed.template(node.page.size)) if listed.aggregates() else None

    def _columns(self, parts: list[Part], listed: ColumnarRows) -> list[ColumnElement[Any]]:
        at = next(index for index, part in enumerate(parts) if part is listed.mark)
        before, after = concat(parts[:at]), concat(parts[at + 1 :])
        return [before, after, *listed.aggregates()]

    def _paged(
        self, node: plan.Connection, outer: mapping.Row | None, listed: ColumnarRows | None = None
    ) -> Select[Any]:
        conditions = self.printer.conditions
        source = Source(self.printer, node, outer)
        page_name = conditions.name()
        row = PagedRow(source.target, page_name, "n")
        relation = None if source.relation is None else PagedRow(source.relation, page_name, "r")
        info = [name for _, output in node.outputs if isinstance(output, tuple) for _, name in output]
        page = node.page
        wants_more = ("hasPreviousPage" if page.is_backward else "hasNextPage") in info
        reads_rows = any(isinstance(output, (plan.Edge, plan.Selection)) for _, output in node.outputs)
        # By column, the row beyond the page is dropped when the columns are stitched.
        is_numbered = reads_rows and listed is None and (page.is_backward or wants_more)
        keys = self._keys(node, source)
        extra: dict[str, ColumnElement[Any]] = {}
        cursor = self._cursor(node, page_name, keys, extra)
        number = raw(f"{page_name}.rn") if is_numbered else None
        matched = conditions.name() if _is_collected(node) else None

        entries: list[tuple[str, list[Part]]] = []
        for key, output in node.outputs:
            if isinstance(output, tuple):
                entries.append((key, self._page_info(node, output, cursor)))
            elif isinstance(output, (plan.Edge, plan.Selection)):
                item = self._item(node, output, source, row, relation, cursor, extra, page_name, listed)
                rows = self._rows(concat(item), number, page) if listed is None else listed.take(item)
                entries.append((key, ["[", *rows, "]"]))
            elif matched is not None and output in ("totalCount", "totalCountCapped"):
                entries.append((key, self.groups.counted(output, text(matched))))
            else:
                entries.append((key, self.groups.apart(node, output, outer)))
        parts = keyed(entries)
        is_aggregate = reads_rows or wants_more or "startCursor" in info or "endCursor" in info
        written: Select[Any] = (
            select(concat(parts)) if listed is None else select(*self._columns(parts, listed))
        )

        columns = [expression.label(name) for name, expression in row.needed.items()]
        columns += [e.label(n) for n, e in (relation.needed if relation else {}).items()]
        columns += [expression.label(name) for name, expression in extra.items()]
        columns = columns or [raw("1").label("one")]
        size = page.size + (1 if wants_more else 0)
        if matched is None:
            query = self._limited(node, source, keys, columns, size)
        else:
            query = self._first_of(matched, node, source, keys, columns, size)
        if is_numbered:
            limited = query.subquery(conditions.name())
            number_column = func.row_number().over().label("rn")
            query = select(raw(f"{limited.name}.*"), number_column).select_from(limited)
        written = written.select_from(query.subquery(page_name))
        # Where nothing aggregates, HAVING makes it one row all the same.
        return written if is_aggregate else written.having(true())

    def _limited(
        self, node: plan.Connection, source: Source, keys: list[Key], columns: list[Any], size: int
    ) -> Select[Any]:
        """The page's rows in their order."""

        def ordered(query: Select[Any]) -> Select[Any]:
            if node.page.cursor is not None:
                query = query.where(self._after(node, keys))
            return query.order_by(*(self._ordered(node, key) for key in keys)).limit(raw(str(size)))

        if source.deep is None and source.role is None:
            return ordered(source.select(*columns))
        conditions, name = self.printer.conditions, self.printer.conditions.name()
        by = [expression.label(f"k_{index}") for index, (expression, *_) in enumerate(keys)]
        again = [
            self._ordered(node, (raw(f"{name}.k_{index}"), *directed))
            for index, directed in enumerate(key[1:] for key in keys)
        ]
        if source.role is not None:
            roles = conditions.name()
            each = func.unnest(texts(node.roles)).table_valued("role").render_derived(name=roles)
            of_role = source.select_but_one(*columns, *by).where(source.role == raw(f"{roles}.role"))
            cut = select(*(raw(f"{name}.{column.name}").label(column.name) for column in columns))
            cut = cut.select_from(each, ordered(of_role).lateral(name))
            return cut.order_by(*again).limit(raw(str(size)))
        assert source.deep is not None
        ways = reach.Reach(conditions, source.deep, source.target, size).ways()
        return reach.joined(
            ways,
            lambda way: ordered(source.select_but_one(*columns, *by).where(way)),
            [column.name for column in columns],
            again,
            size,
            name,
        )

    def _first_of(
        self, name: str, node: plan.Connection, source: Source, keys: list[Key], columns: list[Any], size: int
    ) -> Select[Any]:
        """The page's rows out of all rows, which are collected under a name and counted there, too."""
        by = [expression.label(f"k_{index}") for index, (expression, *_) in enumerate(keys)]
        again: list[Key] = [(raw(f"{name}.k_{index}"), *key[1:]) for index, key in enumerate(keys)]
        matched = source.select(*columns, *by).cte(name).prefix_with("MATERIALIZED")
        query = select(*(raw(f"{name}.{column.name}").label(column.name) for column in columns))
        query = query.select_from(matched)
        if node.page.cursor is not None:
            query = query.where(self._after(node, again))
        return query.order_by(*(self._ordered(node, key) for key in again)).limit(raw(str(size)))

    def _rows(
        self, item: ColumnElement[Any], number: ColumnElement[Any] | None, page: plan.Page
    ) -> list[Part]:
        # Without ORDER BY inside the aggregate the order of the page's own subquery holds; asking for it
        # again would sort the finished texts.
        separator: Any = quoted(",")
        if page.is_backward:
            assert number is not None
            separator = aggregate_order_by(quoted(","), number.desc())
        joined: Any = func.string_agg(item, separator)
        if number is not None:
            joined = joined.filter(number <= raw(str(page.size)))
        return [joined]

    def _item(
        self,
        node: plan.Connection,
        output: plan.Edge | plan.Selection,
        source: Source,
        row: PagedRow,
        relation: PagedRow | None,
        cursor: Callable[..., ColumnElement[Any]],
        extra: dict[str, ColumnElement[Any]],
        page_name: str,
        listed: ColumnarRows | None,
    ) -> list[Part]:
        if isinstance(output, plan.Selection):
            return self._object(output, row, listed)
        entries: list[tuple[str, list[Part]]] = []
        for key, item in output.entries:
            value: list[Part]
            if item == "cursor":
                value = ['"', cursor(), '"']
            elif item == "direction":
                value = ['"', self._direction(node, source, extra, page_name), '"']
            elif item == "score":
                assert source.score is not None
                extra["x_score"] = source.score
                value = [cast(raw(f"{page_name}.x_score"), Text)]
            elif item == "matched":
                assert source.matched is not None
                extra["x_matched"] = source.matched
                value = [func.to_json(raw(f"{page_name}.x_matched", Text()))]
            elif isinstance(item, plan.PathPart):
                evidence = match_sql.Evidence(self.printer, node, source.search, page_name)
                value = evidence.printed(item)
                extra.update(evidence.needed)
            elif isinstance(item, plan.Selection):
                value = self._object(item, row, listed)
            elif isinstance(item, plan.TypeName):
                value = [f'"{item.name}"']
            else:
                assert not isinstance(item, str)
                assert relation is not None
                value = self.printer.node(item, relation)
            entries.append((key, value))
        return keyed(entries)

    def _object(self, selection: plan.Selection, row: PagedRow, listed: ColumnarRows | None) -> list[Part]:
        """The parts of a row's object; of a columnar page, scalars stay columns."""
        if listed is None:
            return self.printer.object(selection, row)
        entries: list[tuple[str, list[Part]]] = []
        for entry in selection.entries:
            node, written = entry.node, None
            if isinstance(node, plan.Scalar):
                value = self.printer.conditions.value(node.column, row, node.as_of)
                written = listed.scalar(node.column, value)
            entries.append((entry.key, written or self.printer.node(node, row)))
        return keyed(entries)

    def _direction(
        self, node: plan.Connection, source: Source, extra: dict[str, ColumnElement[Any]], page_name: str
    ) -> ColumnElement[Any]:
        assert source.relation is not None
        if "direction" not in source.relation.source.c:
            return quoted(node.direction)
        extra["x_direction"] = source.relation["direction"]
        return raw(f"{page_name}.x_direction", Text())

    # -- order and cursors -------------------------------------------------------------------------

    def _keys(self, node: plan.Connection, source: Source) -> list[Key]:
        """(expression, descending, nulls last, never null) of each key, ties last."""
        keys = [
            (
                self.printer.conditions.value(key.column, source.target, node.as_of),
                key.is_descending,
                key.nulls_last,
                key.column.is_not_null,
            )
            for key in node.order
        ]
        if source.score is not None:
            keys.append((source.score, True, True, True))
            return [*keys, *((tie, False, True, True) for tie in source.ties)]
        # Ties follow the last key's direction, so that an index on (key, id) serves both directions.
        is_descending = bool(node.order) and node.order[-1].is_descending
        return [*keys, *((tie, is_descending, True, True) for tie in source.ties)]

    def _ordered(self, node: plan.Connection, key: Key) -> Any:
        expression, is_descending, nulls_last, never_null = key
        is_descending ^= node.page.is_backward
        ordered: Any = expression.desc() if is_descending else expression.asc()
        if never_null:
            return ordered
        is_last = nulls_last ^ node.page.is_backward
        if is_last != is_descending:
            # NULLS LAST with ASC and NULLS FIRST with DESC are the defaults that an index has.
            return ordered
        return ordered.nulls_last() if is_last else ordered.nulls_first()

    def _cursor(
        self, node: plan.Connection, page_name: str, keys: list[Key], extra: dict[str, ColumnElement[Any]]
    ) -> Callable[..., ColumnElement[Any]]:
        """Writes a row's cursor (resolvers/cursors.py), or that of the row at a place, counted from 1.

        Only then the page reads the keys. Those of a place are picked out of arrays: a window function that
        counts the rows would put them all aside, and a cursor for each would make a text of every key.
        """

        def write(place: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
            values: list[ColumnElement[Any]] = []
            for index, (expression, *_) in enumerate(keys):
                extra[f"c_{index}"] = expression
                value: Any = raw(f"{page_name}.c_{index}", expression.type)
                if place is not None:
                    value = func.array_agg(value, type_=ARRAY(expression.type))[place]
                values.append(cast(value, Text))
            return cursor_text(cursors.VERSION, node.tag, values)

        return write

    def _after(self, node: plan.Connection, keys: list[Key]) -> ColumnElement[bool]:
        """The rows beyond the cursor, in the direction of paging."""
        page = node.page
        assert page.cursor is not None
        values = [self.printer.conditions.param(bind) for bind in page.cursor]
        if all(never for *_, never in keys) and len({descending for _, descending, _, _ in keys}) == 1:
            one = tuple_(*(expression for expression, *_ in keys))
            other = tuple_(*values)
            return one < other if keys[0][1] ^ page.is_backward else one > other
        arms: list[ColumnElement[bool]] = []
        equal: list[ColumnElement[bool]] = []
        for (expression, descending, nulls_last, _), value, is_null in zip(
            keys, values, page.nulls, strict=True
        ):
            goes_down = descending ^ page.is_backward
            is_last = nulls_last ^ page.is_backward
            beyond: ColumnElement[bool] | None
            if is_null:
                beyond = None if is_last else expression.is_not(None)
                same: ColumnElement[bool] = expression.is_(None)
            else:
                beyond = expression < value if goes_down else expression > value
                if is_last:
                    beyond = or_(beyond, expression.is_(None))
                same = expression == value
            if beyond is not None:
                arms.append(and_(*equal, beyond))
            equal.append(same)
        return or_(*arms)

    def _page_info(
        self,
        node: plan.Connection,
        wanted: tuple[tuple[str, str], ...],
        cursor: Callable[..., ColumnElement[Any]],
    ) -> list[Part]:
        page = node.page
        size = raw(str(page.size))
        has_more = case((func.count() > size, quoted("true")), else_=quoted("false"))
        came_from = "true" if page.cursor is not None else "false"
        entries: list[tuple[str, list[Part]]] = []
        for key, name in wanted:
            if name == "__typename":
                entries.append((key, ['"PageInfo"']))
            elif name in ("hasNextPage", "hasPreviousPage"):
                is_ahead = (name == "hasNextPage") != page.is_backward
                entries.append((key, [has_more if is_ahead else came_from]))
            else:
                is_first_row = (name == "startCursor") != page.is_backward
                place = raw("1") if is_first_row else func.least(size, func.count())
                found = concat(['"', cursor(place), '"'])
                entries.append((key, [case((func.count() > raw("0"), found), else_=quoted("null"))]))
        return keyed(entries)
