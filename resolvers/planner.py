"""From a GraphQL selection to a plan: fields to columns, arguments to binds, pages and prices.

Works on graphql-core's schema and AST with a Catalog; the SQL is resolvers/sql.py's business. What
`where`, `orderBy` and `groupBy` mean is in resolvers/filters.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    SelectionSetNode,
)

from resolvers import derived, mapping, matching, paths, plan
from resolvers.arguments import Argument, Given, arguments_of
from resolvers.cost import Price, judging
from resolvers.cursors import tag
from resolvers.errors import BadUserInput, Code
from resolvers.filters import Filters, sql_type
from resolvers.limits import ReadLimits
from resolvers.mapping import Catalog, Direction, TypeMap, Value, bare
from resolvers.paging import page_of, roles_of, tie_types
from resolvers.selections import Selections, merge

KNOWN_AT_FACTOR = 2
"""With knownAt a node costs as much as two: each table is read with its history."""


class Planner:
    """Plans the root fields of one operation for one shape of variables."""

    def __init__(
        self,
        catalog: Catalog,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        limits: ReadLimits,
    ) -> None:
        self.catalog = catalog
        self.schema = schema
        self.variables = variables
        self.limits = limits
        self.filters = Filters(catalog, limits)
        self.collect = Selections(schema, fragments, variables).collect

    # -- objects ---------------------------------------------------------------------------------

    def selection(
        self, target: TypeMap, sets: list[SelectionSetNode | None], as_of: plan.Bind | None, price: Price
    ) -> plan.Selection:
        """The entries of an object of `target`; for an interface, each with the kinds that have it."""
        if not target.concrete:
            entries = [
                plan.Entry(key, self.field(target, nodes, as_of, price))
                for key, nodes in self.collect(target.name, sets).items()
            ]
            return plan.Selection(target, tuple(entries))
        merged = merge({kind: self.collect(name, sets) for kind, name in target.concrete.items()})
        entries = []
        for key, nodes, kinds in merged:
            if nodes[0].name.value == "__typename":
                is_everywhere = len(kinds) == len(target.concrete)
                named = plan.TypeName(None, dict(target.concrete))
                entries.append(plan.Entry(key, named, () if is_everywhere else tuple(kinds)))
                continue
            for owner, some in self._owners(target, nodes[0].name.value, kinds):
                node = self.field(owner, nodes, as_of, price)
                is_everywhere = len(some) == len(target.concrete)
                entries.append(plan.Entry(key, node, () if is_everywhere else tuple(some)))
        return plan.Selection(target, tuple(entries))

    def _owners(self, target: TypeMap, name: str, kinds: list[str]) -> list[tuple[TypeMap, list[str]]]:
        """The types whose field it is: the interface, where its kinds all mean the same by it; a kind's
        own type, where that declares the field anew (`experts` of a company)."""
        whole = target.fields.get(name) if len(kinds) == len(target.concrete) else None
        types = [self.catalog.types[target.concrete[kind]] for kind in kinds]
        if whole is not None and all(bare(own.fields[name]) == bare(whole) for own in types):
            # The interface's own field also hides what is personal of the kind that is a person.
            return [(target, kinds)]
        found: list[tuple[TypeMap, list[str]]] = []
        for kind, own in zip(kinds, types, strict=True):
            shared = next((some for owner, some in found if owner.fields[name] == own.fields[name]), None)
            if shared is None:
                found.append((own, [kind]))
            else:
                shared.append(kind)
        return found

    # -- fields ------------------------------------------------------------------------------------

    def field(
        self, owner: TypeMap, nodes: list[FieldNode], as_of: plan.Bind | None, price: Price
    ) -> plan.Node:
        """The node of one field of an object."""
        name = nodes[0].name.value
        if name == "__typename":
            return plan.TypeName(owner.name)
        field = owner.fields[name]
        sets = [node.selection_set for node in nodes]
        arguments = self._arguments(owner.name, name, nodes[0])
        as_of = self._as_of(arguments, as_of)
        match field:
            case mapping.Column():
                if field.price:
                    price.child(name, name).add(field.price)
                return plan.Scalar(field, as_of)
            case mapping.Composite():
                return self._composite(field, sets, as_of)
            case mapping.ToOne():
                target = self.catalog.types[field.target]
                return plan.Linked(field, self.selection(target, sets, as_of, price))
            case mapping.Parts():
                target = self.catalog.types[field.target]
                equal = tuple(
                    (column, self.filters.equal_any(argument, name, arguments[argument]))
                    for argument, column in field.filters.items()
                    if argument in arguments and not _is_null(arguments[argument])
                )
                return plan.Listed(field, self.selection(target, sets, as_of, price), equal)
            case mapping.Related() | mapping.Children():
                return self.connection(field, name, nodes, arguments, as_of, price)
            case mapping.Derived():
                return derived.planned(self, field, nodes, arguments, as_of, price)
            case _:
                raise LookupError(f"{owner.name}.{name} is not a field of an object")

    def _arguments(self, type_name: str, name: str, node: FieldNode) -> dict[str, Argument]:
        type_: Any = self.schema.type_map[type_name]
        definition = type_.fields[name]
        return arguments_of(definition, node, self.variables) if definition.args else {}

    def _as_of(self, arguments: Mapping[str, Argument], outer: plan.Bind | None) -> plan.Bind | None:
        given = arguments.get("asOf")
        if not isinstance(given, Given):
            return outer
        return None if given.value is None else plan.Bind(given.source, "date", "date", "asOf")

    def _composite(
        self, field: mapping.Composite, sets: list[SelectionSetNode | None], as_of: plan.Bind | None
    ) -> plan.Object:
        entries: list[tuple[str, plan.Scalar | plan.TypeName]] = []
        for key, nodes in self.collect(field.type_name, sets).items():
            name = nodes[0].name.value
            if name == "__typename":
                entries.append((key, plan.TypeName(field.type_name)))
            else:
                entries.append((key, plan.Scalar(field.parts[name], as_of)))
        test = None if field.test is None else field.parts[field.test]
        return plan.Object(test, tuple(entries), as_of)

    # -- root fields -------------------------------------------------------------------------------

    def root(self, key: str, nodes: list[FieldNode], as_of: plan.Bind, price: Price) -> plan.Root:
        """The plan of one root field; raises BadUserInput or LimitExceeded."""
        name = nodes[0].name.value
        field = self.catalog.query[name]
        query = self.schema.query_type
        assert query is not None
        arguments = arguments_of(query.fields[name], nodes[0], self.variables)
        day = self._as_of(arguments, as_of)
        known_at = _known_at(arguments)
        if known_at is not None:
            price = price.times(KNOWN_AT_FACTOR)
        self.filters = Filters(self.catalog, self.limits, is_past=known_at is not None)
        node: plan.Node
        match field:
            case mapping.One():
                node = self._one(field, nodes, arguments, day, price.child(key, name))
            case mapping.AnyNode():
                node = self._any(field, nodes, arguments, day, price.child(key, name))
            case mapping.Paths():
                node = paths.planned(self, field, nodes, arguments, day, price)
            case mapping.Derived():
                node = derived.planned(self, field, nodes, arguments, day, price)
            case mapping.Match():
                node = matching.planned(self, field, nodes, arguments, day, price)
            case mapping.Many() | mapping.Search() | mapping.Feed():
                node = self.connection(field, name, nodes, arguments, day, price)
            case _:
                raise LookupError(f"{name} is not a root field")
        type_: Any = query.fields[name].type
        is_nullable = not hasattr(type_, "of_type") or str(type_)[-1] != "!"
        return plan.Root(key, name, node, is_nullable, known_at)

    def _one(
        self,
        field: mapping.One,
        nodes: list[FieldNode],
        arguments: Mapping[str, Argument],
        as_of: plan.Bind | None,
        price: Price,
    ) -> plan.Found:
        target = self.catalog.types[field.target]
        price.add(1)
        selection = self.selection(target, [node.selection_set for node in nodes], as_of, price)
        if field.by == "key":
            name, given = next(iter(arguments.items()))
            column = target.fields[name]
            assert isinstance(column, mapping.Column)
            return plan.Found(
                selection, ((column.name, self.filters.equal(column, name, given)),), None, as_of
            )
        equal, identifier = self.filters.reference(arguments["by"], "by")
        return plan.Found(selection, equal, identifier, as_of)

    def _any(
        self,
        field: mapping.AnyNode,
        nodes: list[FieldNode],
        arguments: Mapping[str, Argument],
        as_of: plan.Bind | None,
        price: Price,
    ) -> plan.FoundAny:
        given = arguments["ids" if field.is_list else "id"]
        assert isinstance(given, Given)
        if field.is_list and len(given.value) > 100:
            raise BadUserInput(
                "nodes takes at most 100 ids.", code=Code.PAGE_SIZE, hint="Ask in several operations."
            )
        price.add(len(given.value) if field.is_list else 1)
        bind = (
            plan.Bind(given.source, "id[]", "uuid[]", "ids")
            if field.is_list
            else plan.Bind(given.source, "id", "uuid", "id")
        )
        sets = [node.selection_set for node in nodes]
        selections = (self.selection(self.catalog.types[name], sets, as_of, price) for name in field.targets)
        return plan.FoundAny(tuple(selections), bind, "," if field.is_list else None)

    # -- connections -------------------------------------------------------------------------------

    def connection(
        self,
        field: mapping.Related
        | mapping.Children
        | mapping.Many
        | mapping.Search
        | mapping.Feed
        | mapping.Match,
        name: str,
        nodes: list[FieldNode],
        arguments: Mapping[str, Argument],
        as_of: plan.Bind | None,
        price: Price,
    ) -> plan.Connection:
        """A page of a list, its counts and groups."""
        target = self.catalog.types[field.target]
        is_nested = isinstance(field, (mapping.Related, mapping.Children))
        condition = self.filters.condition(target, arguments.get("where"), as_of)
        if isinstance(field, mapping.Many):
            condition = self.filters.narrowed(field, target, arguments, condition)
        order = self.filters.order_keys(target, arguments.get("orderBy"), condition)
        kinds_of_ties = tie_types(field, target)
        cursor_tag = tag(target.name, [(k.column.name, k.is_descending, k.nulls_last) for k in order], name)
        types = tuple(sql_type(key.column) for key in order) + kinds_of_ties
        page = page_of(self.limits, arguments, types, cursor_tag, is_nested)
        roles = roles_of(field, arguments)
        direction = field.direction if isinstance(field, mapping.Related) else Direction.OUT
        asked = arguments.get("direction")
        if isinstance(asked, Given) and asked.value is not None:
            direction = Direction(str(asked.value))
        kinds = self.filters.list_of(
            arguments.get("kinds") or arguments.get("kind"), "enum[]", "text[]", "kinds"
        )
        term = arguments.get("text")
        made = plan.Connection(
            field=field,
            target=target,
            roles=roles,
            direction=direction,
            condition=condition,
            order=order,
            page=page,
            outputs=(),
            as_of=as_of,
            tag=cursor_tag,
            kinds=kinds,
            term=plan.Bind(term.source, "term", "text", "text") if isinstance(term, Given) else None,
        )
        type_name = _connection_type(field, target)
        outputs = []
        sets = [node.selection_set for node in nodes]
        collected = self.collect(type_name, sets)
        reads_rows = any(ns[0].name.value in ("edges", "nodes") for ns in collected.values())
        below = price.child(
            nodes[0].alias.value if nodes[0].alias else name, name, page.size if reads_rows else 0
        )
        below.add(page.size if reads_rows else 0)
        price.child(name, name).add(judging(condition, order))
        for key, inner in collected.items():
            outputs.append((key, self._output(made, type_name, inner, below, as_of)))
        return replace(made, outputs=tuple(outputs))

    def _output(
        self,
        connection: plan.Connection,
        type_name: str,
        nodes: list[FieldNode],
        price: Price,
        as_of: plan.Bind | None,
    ) -> plan.Output:
        name = nodes[0].name.value
        sets = [node.selection_set for node in nodes]
        type_: Any = self.schema.type_map[type_name]
        match name:
            case "__typename":
                return plan.TypeName(type_name)
            case "totalCount" | "totalCountCapped" | "nodeCount":
                return name
            case "pageInfo":
                return tuple(
                    (key, inner[0].name.value) for key, inner in self.collect("PageInfo", sets).items()
                )
            case "nodes":
                return self.selection(connection.target, sets, as_of, price)
            case "edges":
                edge_type = _named(type_.fields["edges"].type)
                return self._edge(connection, edge_type, sets, as_of, price)
            case "kinds":
                entries = self.collect(_named(type_.fields["kinds"].type), sets)
                return plan.Group(
                    (mapping.Column("kind", Value.ENUM, is_not_null=True),),
                    20,
                    (("COUNT", True),),
                    tuple(
                        (
                            key,
                            plan.GroupOutput("count")
                            if n[0].name.value == "count"
                            else plan.GroupOutput("kind"),
                        )
                        for key, n in entries.items()
                    ),
                )
            case _:
                arguments = arguments_of(type_.fields[name], nodes[0], self.variables)
                group = self.filters.group(self, connection.target, arguments, sets, connection.condition)
                price.add(group.size)
                return group

    def _edge(
        self,
        connection: plan.Connection,
        edge_type: str,
        sets: list[SelectionSetNode | None],
        as_of: plan.Bind | None,
        price: Price,
    ) -> plan.Edge:
        relation = self.catalog.types.get("Relation")
        entries: list[tuple[str, Any]] = []
        for key, nodes in self.collect(edge_type, sets).items():
            name = nodes[0].name.value
            inner = [node.selection_set for node in nodes]
            if name == "__typename":
                entries.append((key, plan.TypeName(edge_type)))
            elif name in ("cursor", "direction", "score", "matched"):
                entries.append((key, name))
            elif name == "parts":
                entries.append((key, matching.parts(self, "MatchParts", nodes, as_of, price)))
            elif name == "node":
                entries.append((key, self.selection(connection.target, inner, as_of, price)))
            else:
                assert relation is not None
                entries.append((key, self.field(relation, nodes, as_of, price)))
        return plan.Edge(tuple(entries))


def _known_at(arguments: Mapping[str, Argument]) -> plan.Bind | None:
    given = arguments.get("knownAt")
    if not isinstance(given, Given) or given.value is None:
        return None
    return plan.Bind(given.source, "instant", "timestamptz", "knownAt")


def _is_null(argument: Argument) -> bool:
    return isinstance(argument, Given) and argument.value is None


def _named(type_: Any) -> str:
    while hasattr(type_, "of_type"):
        type_ = type_.of_type
    return str(type_.name)


def _connection_type(field: mapping.Field, target: TypeMap) -> str:
    if isinstance(field, mapping.Related):
        return f"Related{target.name}Connection"
    if isinstance(field, mapping.Search):
        return "SearchConnection"
    if isinstance(field, mapping.Match):
        return f"{target.name}MatchConnection"
    return f"{target.name}Connection"
