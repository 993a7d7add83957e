"""The oracle: graphql-core's own executor over Python rows.

It resolves every field from the catalog (the statement of what stands on what) and shares nothing with
the compiler. Cursors come out as places in brackets; compare.py pairs them with the real ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from graphql import DocumentNode, ExecutionResult, GraphQLResolveInfo, GraphQLSchema, execute

from resolvers import mapping
from resolvers.mapping import Catalog, TypeMap
from resolvers.viewer import Viewer
from tests.oracle import pages, sight, truth, where
from tests.oracle.pages import Group, Page, Place
from tests.oracle.tables import Tables
from tests.oracle.world import Edge, Record, World, json_value

ROOT_SIZE, NESTED_SIZE = 25, 10
FEED = "Change"


@dataclass(frozen=True)
class Composite:
    """An object made of columns of a record's row."""

    record: Record
    field: mapping.Composite


@dataclass(frozen=True)
class PageInfo:
    """The pageInfo of a page."""

    page: Page


@dataclass(frozen=True)
class PageEdge:
    """An edge of a page."""

    page: Page
    edge: Edge


@dataclass(frozen=True)
class Values:
    """The keys, sums or extremes of a group."""

    group: Group
    what: str


@dataclass
class Oracle:
    """Answers operations; remembers which place every cursor that it was told of stands for."""

    schema: GraphQLSchema
    tables: Tables
    catalog: Catalog
    places: list[Place] = field(default_factory=list)
    known: dict[str, Place] = field(default_factory=dict)
    """Cursors of the compiled answers, learned by comparison."""
    _numbers: dict[Place, int] = field(default_factory=dict)

    def answer(
        self, document: DocumentNode, variables: Mapping[str, Any], viewer: Viewer
    ) -> dict[str, Any] | None:
        """The data that the operation should give; raises where the oracle itself fails."""
        world = World(self.tables, self.catalog, viewer, datetime.now(UTC).date())
        result = execute(
            self.schema,
            document,
            root_value=None,
            variable_values=dict(variables),
            field_resolver=_Resolvers(self, world).resolve,
            type_resolver=lambda value, *_: value.type.name,
        )
        assert isinstance(result, ExecutionResult)
        if result.errors:
            raise result.errors[0].original_error or result.errors[0]
        return result.data

    def mark(self, at: Place) -> str:
        """What stands for a cursor in the oracle's answer."""
        number = self._numbers.setdefault(at, len(self.places))
        if number == len(self.places):
            self.places.append(at)
        return f"<place {number}>"

    def marked(self, text: str) -> Place:
        """The place that `mark` wrote."""
        return self.places[int(text.removeprefix("<place ").removesuffix(">"))]


class _Resolvers:
    def __init__(self, oracle: Oracle, world: World) -> None:
        self.oracle, self.world = oracle, world

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """The value of any field of any type."""
        name = info.field_name
        if source is None:
            return self.root(self.world.catalog.query[name], arguments)
        if isinstance(source, Record):
            return self.record(source, name, arguments)
        if isinstance(source, Composite):
            return json_value(self.world.value(source.record, source.field.parts[name]))
        if isinstance(source, Page):
            return self.page(source, name, arguments)
        if isinstance(source, PageEdge):
            return self.edge(source, name)
        if isinstance(source, PageInfo):
            return self.page_info(source.page, name)
        if isinstance(source, Group):
            return len(source.edges) if name == "count" else Values(source, name)
        assert isinstance(source, Values)
        return self.of_group(source, name)

    def root(self, mapped: mapping.Field, arguments: Mapping[str, Any]) -> Any:
        world, types = self.world, self.world.catalog.types
        day = arguments.get("asOf", world.today)
        day = date.fromisoformat(day) if isinstance(day, str) else day
        if isinstance(mapped, mapping.AnyNode):
            ids = arguments.get("ids", [arguments.get("id")])
            found = [self.node(mapped, UUID(id_), day) for id_ in ids]
            return found if mapped.is_list else found[0]
        if isinstance(mapped, mapping.One):
            target = types[mapped.target]
            if mapped.by == "key":
                return world.find(target, target.key[0], arguments[target.key[0]], day)
            return self.referred(target, arguments["by"], day)
        if isinstance(mapped, mapping.Feed):
            target, kinds = types[mapped.target], arguments.get("kinds")
            records = (one for one in world.all(target, day) if kinds is None or one.row["kind"] in kinds)
            return self.cut(target, target.name, [Edge(one) for one in records], arguments, ROOT_SIZE)
        assert isinstance(mapped, mapping.Many)
        target = types[mapped.target]
        edges = [Edge(record) for record in world.all(target, day)]
        return self.cut(target, target.name, edges, arguments, ROOT_SIZE)

    def node(self, mapped: mapping.AnyNode, id_: UUID, day: date | None) -> Record | None:
        types = self.world.catalog.types
        found = (self.world.find(types[name], "id", id_, day) for name in mapped.targets)
        return next((record for record in found if record is not None), None)

    def referred(self, target: TypeMap, by: Mapping[str, Any], day: date | None) -> Record | None:
        if "id" in by:
            return self.world.find(target, "id", UUID(by["id"]), day)
        if "slug" in by:
            return self.world.find(target, "slug", by["slug"], day)
        wanted, tables = by["identifier"], self.world.tables
        for row in tables.where("identifier", "value", where.SPELLINGS[wanted["value"]]):
            partners = tables.where("common.partner", "id", row["partner_id"])
            slugs = [partner["slug"] for partner in partners] or [None]
            if row["scheme"] == wanted["scheme"] and wanted.get("partner") in slugs:
                found = self.world.find(target, "id", row["entity_id"], day)
                is_known = found and sight.may_know(self.world.viewer, found.row, target.found_by)
                return found if is_known else None
        return None

    def record(self, record: Record, name: str, arguments: Mapping[str, Any]) -> Any:
        world, mapped = self.world, record.type.fields[name]
        day = arguments.get("asOf", record.day)
        day = date.fromisoformat(day) if isinstance(day, str) else day
        if isinstance(mapped, mapping.Column) and record.type.name == FEED and name == "cursor":
            return self.oracle.mark(pages.place(world, Edge(record), FEED, ()))
        if isinstance(mapped, mapping.Column):
            value = world.value(record, mapped)
            return [] if value is None and mapped.value is mapping.Value.TEXTS else json_value(value)
        if isinstance(mapped, mapping.Composite):
            return Composite(record, mapped) if world.composite(record, mapped) else None
        if isinstance(mapped, mapping.ToOne):
            return world.link(record, mapped)
        if isinstance(mapped, mapping.Parts):
            return self.parts(record, mapped, arguments)
        if isinstance(mapped, mapping.Children):
            target = world.catalog.types[mapped.target]
            edges = world.children(record, mapped, day)
            return self.cut(target, target.name, edges, arguments, NESTED_SIZE)
        assert isinstance(mapped, mapping.Related)
        target = world.catalog.types[mapped.target]
        named = (arguments.get(key) for key in ("role", "kind", "direction"))
        edges = world.related(record, mapped, day, *named)
        return self.cut(target, f"Related{target.name}", edges, arguments, NESTED_SIZE)

    def parts(self, record: Record, mapped: mapping.Parts, arguments: Mapping[str, Any]) -> list[Record]:
        world, target = self.world, self.world.catalog.types[mapped.target]
        if not sight.may_know(world.viewer, record.row, mapped.personal):
            return []
        local = record.row[mapped.local]
        wanted = (local or []) if mapped.in_array else [local]
        rows = {
            id(row): row for value in wanted for row in world.tables.where(target.table, mapped.remote, value)
        }
        if mapped.own:
            told = truth.statements(world.tables, world.viewer, record.row, mapped)
            rows = {id(row): row for row in list(told)}
        for argument, column in mapped.filters.items():
            given = arguments.get(argument)
            if given is not None:
                rows = {key: row for key, row in rows.items() if row[column] in given}
        found = [Record(target, row, record.day) for row in rows.values()]
        return sorted(found, key=lambda one: [(one.row[c] is None, one.row[c] or "") for c in mapped.order])

    def cut(
        self, target: TypeMap, list_type: str, edges: list[Edge], arguments: Mapping[str, Any], size: int
    ) -> Page:
        """The page that the arguments ask for, of those records that meet `where`."""
        condition = arguments.get("where")
        if not sight.mentions_status(condition):
            edges = [edge for edge in edges if sight.is_current(edge.node.row)]
        edges = [edge for edge in edges if where.meets(self.world, edge.node, condition)]
        is_backward = arguments.get("last") is not None or arguments.get("before") is not None
        wanted = arguments.get("last" if is_backward else "first")
        cursor = arguments.get("before" if is_backward else "after")
        return pages.page(
            self.world,
            target,
            list_type,
            edges,
            pages.order_of(target, arguments.get("orderBy")),
            size if wanted is None else wanted,
            is_backward=is_backward,
            cursor=None if cursor is None else self.oracle.known[cursor],
        )

    def page(self, page: Page, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "edges":
            return [PageEdge(page, self.world.made_concrete(edge)) for edge in page.edges]
        if name == "nodes":
            return [self.world.made_concrete(edge).node for edge in page.edges]
        if name == "pageInfo":
            return PageInfo(page)
        if name == "totalCount":
            return min(len(page.everything), pages.COUNTED)
        if name == "totalCountCapped":
            return len(page.everything) > pages.COUNTED
        if name == "nodeCount":
            return len({edge.node.identity for edge in page.everything})
        assert name == "groupBy"
        found = pages.groups(
            self.world, page.target, page.everything, arguments["by"], arguments.get("orderBy")
        )
        return found[: arguments["first"]]

    def edge(self, source: PageEdge, name: str) -> Any:
        edge = source.edge
        if name == "node":
            return edge.node
        if name == "cursor":
            return self.cursor(source.page, edge)
        if name == "direction":
            return edge.direction
        assert edge.relation is not None
        return self.record(edge.relation, name, {})

    def cursor(self, page: Page, edge: Edge) -> str:
        plain = replace(edge, node=replace(edge.node, type=page.target))
        return self.oracle.mark(pages.place(self.world, plain, page.list_type, page.order))

    def page_info(self, page: Page, name: str) -> Any:
        if name == "hasNextPage":
            return page.has_next
        if name == "hasPreviousPage":
            return page.has_previous
        if not page.edges:
            return None
        return self.cursor(page, page.edges[0] if name == "startCursor" else page.edges[-1])

    def of_group(self, values: Values, name: str) -> Any:
        group = values.group
        if values.what == "keys":
            return json_value(dict(zip(group.by, group.values, strict=True)).get(name))
        return json_value(pages.aggregate(self.world, group, values.what, name))
