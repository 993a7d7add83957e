"""Generates valid operations by walking the schema: fields, aliases, fragments, directives, arguments.

`generate` needs only a source of random numbers; the Hypothesis strategy gives it one that shrinks.
Sizes are bounded, so that each operation is within the limits of documents and cost.
"""

import re
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)
from hypothesis import strategies as st

from resolvers.mapping import Catalog, Composite, Related
from tests.operation_scopes import Fragment, Operation, Placed, Scope, absorb
from tests.operation_values import MISSING, Name, Values, render

UNGENERATED = (
    *("matchExperts", "matchNeeds", "matchPrograms", "paths", "search"),
    *("viewer", "cost", "conflicts", "skillGap", "eligibility", "dataQuality", "changeLog"),
    *("keys", "partners", "issuers", "auditLog", "webhooks"),
)
"""Root fields that the oracle does not answer: rankings, what is not compiled, pairs of statements,
analyses and what needs a scope, which have tests of their own."""
ANALYSES = (("Zone", "readiness"),)
"""Fields of types, likewise."""
ROOT_SIZE = 25
ROOM, DEPTH, ALIASES, ITEMS, NODES = 60, 12, 22, (4, 12, 45), 1500


class Draft:
    """One operation in the making."""

    def __init__(self, schema: GraphQLSchema, catalog: Catalog, rng: Random) -> None:
        self.schema, self.rng = schema, rng
        self.catalog = catalog
        self.values = Values(rng, roles_of(catalog), unordered=money_of(catalog))
        self.fragments: list[Fragment] = []
        self.texts: dict[str, str] = {}
        self.cursors: dict[str, tuple[str, str]] = {}
        self.aliases = self.items = self.nodes = self.names = 0
        self.most = rng.choice(ITEMS)

    def operation(self) -> Operation:
        """The whole operation."""
        query = self.schema.query_type
        assert query is not None
        body = self.selection(query, {}, 0, ROOM)
        used = self._used_texts(body)
        text = " ".join([body, *used])
        names = [name for name in self.values.variables if re.search(rf"\${name}\b", text)]
        declared = []
        given: dict[str, Any] = {}
        again: dict[str, Any] = {}
        for name in names:
            variable = self.values.variables[name]
            default = "" if variable.default is None else f" = {variable.default}"
            declared.append(f"${name}: {variable.type}{default}")
            for request, value in ((given, variable.value), (again, variable.other)):
                if value is not MISSING:
                    request[name] = value
        head = f"query Q({', '.join(declared)}) " if declared else self.rng.choice(["", "query ", "query Q "])
        cursors = {name: found for name, found in self.cursors.items() if name in names}
        return Operation("\n".join([head + body, *used]), given, cursors, again)

    def _used_texts(self, body: str) -> list[str]:
        used: dict[str, str] = {}
        todo = [body]
        while todo:
            for name in re.findall(r"\.\.\.(F\d+)\b", todo.pop()):
                if name not in used:
                    used[name] = self.texts[name]
                    todo.append(self.texts[name])
        return list(used.values())

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def selection(self, type_: GraphQLNamedType, scope: Scope, depth: int, room: int) -> str:
        """A selection set on a type."""
        count = self.rng.choice([1, 2, 2, 3, 3, 4] if self.items < self.most else [1])
        return "{ " + " ".join(self.item(type_, scope, depth, room) for _ in range(count)) + " }"

    def item(self, type_: GraphQLNamedType, scope: Scope, depth: int, room: int) -> str:
        self.items += 1
        if self.items < self.most and self.chance(12):
            return self.inline(type_, scope, depth, room)
        if self.items < self.most and self.chance(10):
            return self.named(type_, scope, depth, room)
        return self.field(type_, scope, depth, room)

    def directives(self) -> str:
        """Mostly none; skip and include, also both."""
        found = []
        for name, usual in (("skip", False), ("include", True)):
            if self.chance(6):
                value: Any = usual if self.chance(65) else not usual
                if self.chance(40):
                    value = (
                        self.values.declare("Boolean!", None, value, not value)
                        if self.chance(50)
                        else self.values.declare("Boolean", render(value), MISSING, not value)
                    )
                found.append(f" @{name}(if: {render(value)})")
        return "".join(found)

    def inline(self, type_: GraphQLNamedType, scope: Scope, depth: int, room: int) -> str:
        if self.chance(15):
            return f"...{self.directives()} {self.selection(type_, scope, depth, room)}"
        other = self.rng.choice(self.overlapping(type_))
        return f"... on {other.name}{self.directives()} {self.selection(other, scope, depth, room)}"

    def named(self, type_: GraphQLNamedType, scope: Scope, depth: int, room: int) -> str:
        overlapping = self.overlapping(type_)
        fitting = [f for f in self.fragments if f.type in overlapping and f.depth >= depth and f.room <= room]
        if fitting and self.chance(60):
            found = self.rng.choice(fitting)
            is_cheap = self.aliases + found.aliases < ALIASES and self.nodes + found.nodes < NODES
            if is_cheap and absorb(scope, found.scope):
                self.aliases += found.aliases
                self.nodes += found.nodes
                return f"...{found.name}{self.directives()}"
        before = (self.aliases, self.items, self.nodes)
        other = self.rng.choice(overlapping)
        own: Scope = {}
        body = self.selection(other, own, depth, room)
        spent = [now - then for now, then in zip((self.aliases, self.items, self.nodes), before, strict=True)]
        name = f"F{len(self.texts)}"
        if not absorb(scope, own):
            return "__typename"
        self.texts[name] = f"fragment {name} on {other.name} {body}"
        self.fragments.append(Fragment(name, other, own, depth, room, *spent))
        return f"...{name}{self.directives()}"

    def overlapping(self, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
        """Types that a fragment inside a type may be on: itself, its interfaces, its possible types."""
        mine = self.possible(type_)
        if isinstance(type_, GraphQLObjectType) and not type_.interfaces:
            return [type_]
        return [
            other
            for other in self.schema.type_map.values()
            if isinstance(other, GraphQLObjectType | GraphQLInterfaceType) and mine & self.possible(other)
        ]

    def possible(self, type_: GraphQLNamedType) -> set[str]:
        if isinstance(type_, GraphQLInterfaceType):
            return {found.name for found in self.schema.get_possible_types(type_)}
        return {type_.name}

    def field(self, type_: GraphQLNamedType, scope: Scope, depth: int, room: int) -> str:
        """A field with its arguments and what lies below; a response key that is taken means the same."""
        assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        if self.chance(4):
            return "__typename" if self.chance(50) else self.alias_of("__typename", "String!", scope)
        name, definition = self.choose(type_, depth, room)
        if name is None or definition is None:
            return "__typename"
        key = name if self.chance(85) or self.aliases >= ALIASES else ""
        taken = scope.get(key)
        if taken is not None and (taken.name != name or taken.type != str(definition.type)):
            key = ""
        if not key and self.aliases >= ALIASES:
            return "__typename"
        key = key or self.new_key()
        if key not in scope:
            arguments, size, cursor = self.arguments(type_.name, name, definition, room)
            scope[key] = Placed(name, arguments, str(definition.type), max(room // size, 1))
            self.nodes += ROOM // room * size if size > 1 else 0
            if cursor:
                scope[key].below[cursor] = Placed("pageInfo", "", "PageInfo!", room)
        placed = scope[key]
        text = (f"{key}: {name}" if key != name else name) + placed.arguments + self.directives()
        named = get_named_type(definition.type)
        if not is_composite_type(named):
            return text
        body = self.selection(named, placed.below, depth + 1, min(placed.room, room))
        for own, inner in placed.below.items():
            if inner.name == "pageInfo" and own.startswith("p_") and own not in body:
                body = body[:-1] + f"{own}: pageInfo {{ startCursor endCursor }} }}"
        return f"{text} {body}"

    def new_key(self) -> str:
        self.aliases += 1
        self.names += 1
        return self.rng.choice(["a", "id", "name", "node", "nodes", "count"]) + f"_{self.names}"

    def alias_of(self, name: str, type_: str, scope: Scope) -> str:
        if self.aliases >= ALIASES:
            return name
        key = self.new_key()
        scope[key] = Placed(name, "", type_, 1)
        return f"{key}: {name}"

    def choose(
        self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int, room: int
    ) -> tuple[str | None, GraphQLField | None]:
        """A field: lists and objects while there is room for them."""
        is_full = depth >= DEPTH or self.items >= self.most or self.nodes >= NODES
        pools: tuple[list[str], list[str], list[str]] = ([], [], [])
        for name, definition in type_.fields.items():
            if type_ is self.schema.query_type and name in UNGENERATED:
                continue
            if (type_.name, name) in ANALYSES:
                continue
            if type_.name.endswith(("Sums", "Extremes")) and self.is_money(type_.name, name):
                continue
            is_page = "first" in definition.args
            if is_page and (is_full or depth + 3 > DEPTH):
                continue
            if is_composite_type(get_named_type(definition.type)):
                pools[0 if is_page else 1].append(name)
            else:
                pools[2].append(name)
        weights = [40 if room > 3 else 8, 30, 45]
        if is_full and pools[2]:
            weights = [0, 5, 95]
        open_pools = [(pool, weight) for pool, weight in zip(pools, weights, strict=True) if pool]
        if not open_pools:
            return None, None
        chosen = self.rng.choices([p for p, _ in open_pools], [w for _, w in open_pools])[0]
        name = self.rng.choice(chosen)
        return name, type_.fields[name]

    def is_money(self, type_name: str, name: str) -> bool:
        """Whether an aggregate is refused where currencies might be mixed."""
        target = self.catalog.types[type_name.removesuffix("Sums").removesuffix("Extremes")]
        return has_unit(target.fields.get(name))

    def arguments(
        self, owner: str, name: str, definition: GraphQLField, room: int
    ) -> tuple[str, int, str | None]:
        """The arguments as text, the size of the page (1 where it is none), and the key of the pageInfo
        that a cursor is taken from."""
        given: dict[str, Any] = {}
        size, cursor = 1, None
        if "after" in definition.args:
            size, cursor = self.page(definition, given, room)
        odds = {"where": 40, "orderBy": 45, "asOf": 30, "role": 15, "kind": 30, "direction": 35, "lang": 40}
        for argument, made in definition.args.items():
            # knownAt needs a graph with a past; tests/test_known_at.py adds it.
            if argument in ("first", "last", "after", "before", "knownAt"):
                continue
            is_required = isinstance(made.type, GraphQLNonNull)
            if not is_required and not self.chance(odds.get(argument, 40)):
                continue
            if not is_required and self.chance(20 if argument == "asOf" else 5):
                given[argument] = Name("null")
                if self.chance(40):
                    given[argument] = self.values.declare(str(made.type), None, None, MISSING)
                continue
            self.values.conditions = 0
            place = f"{owner}.{name}" if argument == "role" else name
            given[argument] = self.values.argument(made, argument, place)
        if name == "groupBy":
            given["first"] = size = self.rng.randrange(1, 9)
        items = list(given.items())
        self.rng.shuffle(items)
        text = ", ".join(f"{argument}: {render(value)}" for argument, value in items)
        return (f"({text})" if text else ""), size, cursor

    def page(self, definition: GraphQLField, given: dict[str, Any], room: int) -> tuple[int, str | None]:
        """Arguments of a page: forward or backward, with or without a cursor."""
        if room >= ROOT_SIZE and self.chance(15):
            return ROOT_SIZE, None
        size = self.rng.randrange(1, min(room, 5) + 1)
        is_backward = "last" in definition.args and self.chance(35)
        given["last" if is_backward else "first"] = (
            self.values.declare("Int", None, size, self.rng.randrange(1, size + 1))
            if self.chance(15)
            else size
        )
        if not self.chance(35) or self.aliases >= ALIASES:
            return size, None
        variable = self.values.declare("String", None, MISSING, MISSING)
        given["before" if is_backward else "after"] = variable
        self.aliases += 1
        cursor = f"p_{variable.text[1:]}"
        self.cursors[variable.text[1:]] = (cursor, "startCursor" if is_backward else "endCursor")
        return size, cursor


def roles_of(catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    """(type, field) -> the roles that a list of relations may be narrowed to."""
    return {
        (type_map.name, name): tuple(str(role) for role in mapped.roles)
        for type_map in catalog.types.values()
        for name, mapped in type_map.fields.items()
        if isinstance(mapped, Related)
    }


def has_unit(field: object) -> bool:
    """Whether a field is an amount of money."""
    return isinstance(field, Composite) and field.unit is not None


def money_of(catalog: Catalog) -> frozenset[str]:
    """The names of amounts in enums of fields: their order is refused where currencies might be mixed."""
    found = {
        api for type_map in catalog.types.values() for api, made in type_map.fields.items() if has_unit(made)
    }
    return frozenset("".join(f"_{c}" if c.isupper() else c for c in api).upper() for api in found)


def generate(schema: GraphQLSchema, catalog: Catalog, rng: Random) -> Operation:
    """A valid operation."""
    return Draft(schema, catalog, rng).operation()


def operations(schema: GraphQLSchema, catalog: Catalog) -> st.SearchStrategy[Operation]:
    """Operations as a Hypothesis strategy."""

    def make(rng: Random) -> Operation:
        return generate(schema, catalog, rng)

    return st.randoms(use_true_random=False).map(make)
