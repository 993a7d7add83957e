"""From a plan to one SQL statement that yields the finished JSON text, and the order of its binds.

Reads only plans and the catalog; knows nothing of GraphQL documents or requests. Objects are written
with `concat`, lists with `string_agg`; a text goes through `to_json`. Rows of enclosing levels are
referred to by name (`Row`), so a nested select needs no correlation rules. Conditions and orders are
printed by resolvers/conditions.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from resolvers import derived_sql, mapping, path_sql, plan
from resolvers.assertion import statements
from resolvers.columns import Template, stitch
from resolvers.conditions import Conditions, Table
from resolvers.json_text import Part, concat, keyed, or_null, quoted, raw
from resolvers.mapping import Value
from resolvers.pages import Pages
from resolvers.references import is_named
from resolvers.viewer import ViewerLevel

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with `$1`... and the binds in their order. It yields one row.

    `layout` has an item for each root field: None where one text is its JSON, else how its rows are
    stitched from the text before them, the text after them, and one column a slot.
    """

    sql: str
    binds: tuple[plan.Bind, ...]
    layout: tuple[Template | None, ...]

    def values(self, row: Sequence[bytes | None]) -> tuple[bytes, ...]:
        """The JSON of each root field from the statement's row."""
        found: list[bytes] = []
        at = 0
        for template in self.layout:
            first = row[at] or b"null"
            if template is None:
                found.append(first)
                at += 1
                continue
            end = at + 2 + len(template.slots)
            found.append(stitch(template, row[at + 2 : end], first, row[at + 1] or b""))
            at = end
        return tuple(found)


def printed(conditions: Conditions, query: Select[Any]) -> tuple[str, tuple[plan.Bind, ...]]:
    """The text of a query, and its binds in their order."""
    compiled: Any = query.compile(dialect=_DIALECT)
    return str(compiled), tuple(conditions.bind_of(name) for name in compiled.positiontup or [])


class Printer:
    """Prints one plan for one level of viewer."""

    def __init__(self, catalog: mapping.Catalog, level: ViewerLevel) -> None:
        self.catalog = catalog
        self.conditions = Conditions(catalog, level)
        self.pages = Pages(self)

    def statement(self, roots: tuple[plan.Root, ...]) -> Statement:
        """The statement of these root fields."""
        columns: list[ColumnElement[Any]] = []
        pages: list[FromClause] = []
        layout: list[Template | None] = []
        for index, root in enumerate(roots):
            self.conditions.known_at = root.known_at
            paged = self.pages.columnar(root.node) if isinstance(root.node, plan.Connection) else None
            if paged is None:
                columns.append(concat(self.node(root.node, None)).label(f"r{index}"))
                layout.append(None)
                continue
            written, template = paged
            name = self.conditions.name()
            names = [f"r{index}_{number}" for number in range(len(written.selected_columns))]
            labelled = [column.label(n) for column, n in zip(written.selected_columns, names, strict=True)]
            pages.append(written.with_only_columns(*labelled).subquery(name))
            columns += [raw(f"{name}.{n}") for n in names]
            layout.append(template)
        return Statement(*printed(self.conditions, select(*columns).select_from(*pages)), tuple(layout))

    # -- nodes -------------------------------------------------------------------------------------

    def node(self, node: plan.Node, row: mapping.Row | None) -> list[Part]:
        """The JSON value of a node, as parts."""
        match node:
            case plan.Found():
                return [or_null(self._found(node))]
            case plan.FoundAny():
                return self._found_any(node)
            case plan.Paths():
                return [path_sql.printed(self, node)]
            case plan.Derived():
                return derived_sql.printed(self, node, row)
            case plan.TypeName(name=str(name)):
                return [f'"{name}"']
        if isinstance(node, plan.Connection):
            return [self.pages.connection(node, row)]
        assert row is not None
        match node:
            case plan.TypeName(by_kind=by_kind):
                assert by_kind is not None
                whens = [(row["kind"] == quoted(kind), quoted(f'"{name}"')) for kind, name in by_kind.items()]
                return [case(*whens)]
            case plan.Scalar(column=column, as_of=as_of):
                return self.scalar(column, self.conditions.value(column, row, as_of))
            case plan.Object():
                return self._object(node, row)
            case plan.Linked():
                return [or_null(self._linked(node, row))]
            case plan.Listed():
                return self._listed(node, row)
        raise AssertionError(node)

    def object(self, selection: plan.Selection, row: mapping.Row) -> list[Part]:
        """A JSON object of a row's entries; an entry of some kinds only appears on rows of those."""
        if not any(entry.kinds for entry in selection.entries):
            return keyed([(entry.key, self.node(entry.node, row)) for entry in selection.entries])
        # Each entry brings its comma in front; the object begins after the first one.
        inner: list[Part] = []
        for entry in selection.entries:
            one: list[Part] = [f',"{entry.key}":', *self.node(entry.node, row)]
            if entry.kinds:
                kinds = [quoted(kind) for kind in entry.kinds]
                inner.append(case((row["kind"].in_(kinds), concat(one)), else_=quoted("")))
            else:
                inner += one
        return ["{", func.substr(concat(inner), raw("2")), "}"]

    def scalar(self, column: mapping.Column, value: ColumnElement[Any]) -> list[Part]:
        """A JSON scalar. Values that cannot need escaping are quoted as they are."""
        is_safe = column.is_not_null
        match column.value:
            case Value.INT | Value.BOOLEAN | Value.FLOAT:
                return [cast(value, Text)] if is_safe else [or_null(cast(value, Text))]
            case Value.ID | Value.ENUM | Value.DATE | Value.BIGINT | Value.DECIMAL:
                text: ColumnElement[Any] = cast(value, Text)
            case Value.DATETIME:
                # The session's time zone is UTC (models/database.py).
                text = func.to_char(value, quoted('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            case Value.TEXTS:
                return [func.coalesce(cast(func.array_to_json(value), Text), quoted("[]"))]
            case _:
                return [func.to_json(value)] if is_safe else [or_null(cast(func.to_json(value), Text))]
        return ['"', text, '"'] if is_safe else [or_null(quoted('"').concat(text).concat(quoted('"')))]

    def _object(self, node: plan.Object, row: mapping.Row) -> list[Part]:
        parts = keyed([(key, self.node(item, row)) for key, item in node.entries])
        if node.test is None:
            return parts
        test = self.conditions.value(node.test, row, node.as_of)
        return [case((test.is_(None), quoted("null")), else_=concat(parts))]

    def _linked(self, node: plan.Linked, row: mapping.Row) -> ColumnElement[Any]:
        table = self.conditions.table(node.selection.type)
        query = select(concat(self.object(node.selection, table))).select_from(table.source)
        query = query.where(table[node.field.remote] == row[node.field.local])
        query = self._known(query, node.field.personal, row)
        return self._visible(query, table, node.selection.type).scalar_subquery()

    def _listed(self, node: plan.Listed, row: mapping.Row) -> list[Part]:
        field, target = node.field, node.selection.type
        table = statements(self.conditions, node, row) if field.own else self.conditions.table(target)
        query = select(concat(self.object(node.selection, table)).label("item")).select_from(table.source)
        if field.in_array:
            query = query.where(table[field.remote] == func.any(row[field.local]))
        else:
            query = query.where(table[field.remote] == row[field.local])
        for column in field.also:
            query = query.where(table[column] == row[column])
        for column, bind in node.equal:
            query = query.where(table[column] == func.any(self.conditions.param(bind)))
        query = self._known(self._visible(query, table, target), field.personal, row)
        rows = query.order_by(*(table[column] for column in field.order)).subquery(self.conditions.name())
        listed = select(func.string_agg(rows.c.item, quoted(","))).scalar_subquery()
        return ["[", listed, "]"]

    def _visible(self, query: Select[Any], table: Table, target: mapping.TypeMap) -> Select[Any]:
        for condition in self.conditions.visible(table, target):
            query = query.where(condition)
        return query

    def _known(self, query: Select[Any], personal: str | None, row: mapping.Row) -> Select[Any]:
        """The rows of a personal field of a row: none beyond its audience."""
        may_know = self.conditions.may_know(personal, row)
        return query if may_know is None else query.where(may_know)

    # -- root objects ------------------------------------------------------------------------------

    def _found(self, node: plan.Found) -> ColumnElement[Any]:
        target = node.selection.type
        table = self.conditions.table(target)
        query = select(concat(self.object(node.selection, table))).select_from(table.source)
        query = query.where(*is_named(self.conditions, table, (node.equal, node.identifier), target))
        return self._visible(query, table, target).scalar_subquery()

    def _found_any(self, node: plan.FoundAny) -> list[Part]:
        if node.separator is None:
            found = [self.by_id(one, self.conditions.param(node.id)) for one in node.selections]
            return [func.coalesce(*found, quoted("null"))]
        name = self.conditions.name()
        asked = func.unnest(self.conditions.param(node.id)).table_valued("id", with_ordinality="place")
        key = raw(f"{name}.id")
        found = [self.by_id(one, key) for one in node.selections]
        item = func.coalesce(*found, quoted("null"))
        rows = select(item.label("item")).select_from(asked.render_derived(name=name)).order_by(raw("place"))
        inner = rows.subquery(self.conditions.name())
        listed = select(func.string_agg(inner.c.item, quoted(node.separator))).scalar_subquery()
        return ["[", listed, "]"]

    def by_id(
        self, selection: plan.Selection, key: ColumnElement[Any], column: str = "id"
    ) -> ColumnElement[Any]:
        """The JSON object of the row with an id (or other key), null where there is none to see."""
        table = self.conditions.table(selection.type)
        query = select(concat(self.object(selection, table))).select_from(table.source)
        query = query.where(table[column] == key)
        return self._visible(query, table, selection.type).scalar_subquery()
