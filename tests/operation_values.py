"""Input values for generated operations: arguments, conditions, orders, as literals and as variables.

Values come from the test graph (tests/graph.py), days on which its periods begin and end included, so
that conditions find something. Which fields are selected is tests/operations.py's business.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
)

from models.vocabulary import Kind
from tests import graph, graph_facts
from tests.oracle.where import SPELLINGS

TERMS = (
    "karachi", "KARACHI works", "works karachi", "zurich strasse", "ZURICH strasse", "STRASSE", "جامعه",
    "جامعہ کراچی", "%", "_", "\\", "zero", "🚀", "'", '"', "percent_", "line break", "o'brien", "1", "a",
    "söhne obrien", "upper lower 1", "", " ",
)  # fmt: skip
"""What contains, startsWith and matches ask for."""
_PERIODS = [row["valid"] for row in graph.relation_rows()[::9]]
DAYS = sorted(
    {bound for period in _PERIODS for bound in (period.lower, period.upper) if bound}
    | {graph.EPOCH + timedelta(days=97 * step) for step in range(0, 42, 4)}
    | {graph.EPOCH, date(2023, 9, 11)}
)
NAMES = sorted({row["name"] for row in graph.entity_rows()})
TEXTS: Mapping[str, tuple[str, ...]] = {
    "country": ("PK", "DE"), "residenceCountry": ("PK", "DE", "AE"), "subdivision": ("PK-SD", "PK-PB"),
    "city": ("Karachi", "Lahore"), "code": ("PK", "PK-SD", "PK-PB", "FINTECH", "ZZ", "TENANT_OF"),
    "lang": ("ur", "en", "de"), "slug": ("company-1", "zone-3", "north", "source-1", "licence-0", "need-0"),
    "type": ("Province", "Country"), "partner": ("north", "south"), "market": ("AE", "SA", "DE"),
    "currency": ("PKR", "USD", "AED"), "vertical": ("AI", "FINTECH"), "title": (*graph_facts.LABELS,),
    "label": (*graph_facts.LABELS,), "origin": ("PK",),
}  # fmt: skip
LISTED = ("AI", "FINTECH", "ED_TECH", "alpha", 'be"ta', "گاما", "nothing")
INSTANTS = ("2020-01-01T00:00:00Z", "2100-01-01T05:00:00+05:00", "2020-01-01T00:00:00.123456-03:30")
MISSING = object()
LOCATED = [
    str(row["id"])
    for row in graph.entity_rows()
    if row.get("latitude") is not None and row["audience"] == "PUBLIC"
]
"""What has a location that everybody sees."""


@dataclass(frozen=True)
class Name:
    """An enum value or a variable: rendered as it is."""

    text: str


@dataclass
class Variable:
    """A declared variable: its type, its default as a literal, and what two requests give (or MISSING)."""

    type: str
    default: str | None
    value: Any
    other: Any


@dataclass
class Values:
    """Draws input values of the schema's types."""

    rng: Random
    roles: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(type, field) -> the roles of a list; another role is refused there."""
    unordered: frozenset[str] = frozenset()
    """Fields, as enums name them, that lists are not ordered by."""
    variables: dict[str, Variable] = field(default_factory=dict)
    conditions: int = 0

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def argument(self, made: GraphQLArgument | GraphQLInputField, name: str, owner: str) -> Any:
        """A value of an argument: a literal tree, or a variable."""
        has_default = made.default_value is not Undefined
        return self.place(made.type, has_default, name, owner, 0, has_variables=True)

    def place(
        self,
        type_: GraphQLInputType,
        has_default: bool,
        name: str,
        owner: str,
        depth: int,
        *,
        has_variables: bool,
    ) -> Any:
        """A value in a place; with `has_variables` it may be, or hold, variables."""
        if not has_variables or not self.chance(15):
            return self.value(type_, name, owner, depth, has_variables=has_variables)
        is_required = isinstance(type_, GraphQLNonNull)
        bare = str(type_).removesuffix("!")

        def draw() -> Any:
            return self.value(type_, name, owner, depth, has_variables=False)

        if is_required and not has_default and self.chance(60):
            return self.declare(f"{bare}!", None, draw(), draw())
        has_own = self.chance(40) or (is_required and not has_default)
        values = [draw() if self.chance(60) else MISSING for _ in range(2)]
        return self.declare(bare, render(draw()) if has_own else None, *values)

    def declare(self, type_: str, default: str | None, value: Any, other: Any) -> Name:
        """A new variable, with what the first and the second request give."""
        name = f"v{len(self.variables)}"
        given = [one if one is MISSING else plain(one) for one in (value, other)]
        self.variables[name] = Variable(type_, default, *given)
        return Name(f"${name}")

    def value(
        self, type_: GraphQLInputType, name: str, owner: str, depth: int, *, has_variables: bool
    ) -> Any:
        """A value of a type; `name` and `owner` (field and type or filter) choose the pool."""
        if isinstance(type_, GraphQLNonNull):
            return self.value(type_.of_type, name, owner, depth, has_variables=has_variables)
        if isinstance(type_, GraphQLList):
            return self.listed(type_, name, owner, depth, has_variables=has_variables)
        if isinstance(type_, GraphQLEnumType):
            own = self.roles.get(tuple(owner.split("."))) if name == "role" else None  # type: ignore[arg-type]
            terms = set(type_.values) - (self.unordered if type_.name.endswith("OrderField") else set())
            return Name(self.rng.choice(own or sorted(terms)))
        if isinstance(type_, GraphQLInputObjectType):
            return self.object(type_, name, owner, depth, has_variables=has_variables)
        return self.scalar(type_.name, name, owner)

    def listed(
        self, type_: GraphQLList[Any], name: str, owner: str, depth: int, *, has_variables: bool
    ) -> Any:
        least = 1 if name in ("by", "role") else 0
        count = self.rng.choice([least, 1, 1, 2, 2, 3] if depth < 2 else [least, 1, 1])
        may_vary = has_variables and name != "ids"
        items = [
            self.place(type_.of_type, False, name, owner, depth + 1, has_variables=may_vary)
            for _ in range(count)
        ]
        is_bare = count == 1 and self.chance(15) and not isinstance(items[0], Name | list)
        return items[0] if is_bare else items

    def scalar(self, type_: str, name: str, owner: str) -> Any:
        rng = self.rng
        if type_ == "Boolean":
            return self.chance(50)
        if type_ == "Int":
            return rng.choice([0, 1, 5, 20, 2_000_000_000])
        if type_ == "Decimal":
            return rng.choice(["1.5", "2", "0.01", "4046.9", "-1"])
        if type_ == "Date":
            return rng.choice(DAYS).isoformat()
        if type_ == "DateTime":
            return rng.choice(INSTANTS)
        if type_ == "ID":
            return str(self.id_of(owner))
        if name in ("contains", "startsWith", "matches"):
            return rng.choice(TERMS)
        if name.startswith("has"):
            return rng.choice(LISTED)
        pool = TEXTS.get(name) or TEXTS.get(owner) or (*NAMES, *graph.TEXTS)
        return rng.choice(pool)

    def id_of(self, owner: str) -> Any:
        """An id; of the kind that a root field is named after, mostly."""
        kinds = [str(kind) for kind in Kind]
        name = "".join(f"_{c}" if c.isupper() else c for c in owner).upper()
        position = kinds.index(name) if name in kinds and self.chance(85) else self.rng.randrange(len(kinds))
        number = 1000 * (position + 1) + self.rng.randrange(graph.PER_KIND)
        facts = graph_facts.NUMBERS
        if name.lower() in facts or (name not in kinds and self.chance(20)):
            table = name.lower() if name.lower() in facts else self.rng.choice(sorted(facts))
            return graph.uuid_of(facts[table] + self.rng.randrange(graph_facts.COUNT))
        if name not in kinds and self.chance(25):
            number = self.rng.choice([1, 2, 900_001, 900_050, 800_000, 77])
        return graph.uuid_of(number)

    def object(
        self, type_: GraphQLInputObjectType, name: str, owner: str, depth: int, *, has_variables: bool
    ) -> Any:
        made = type_.name
        if made in ("EntityRef", "FactRef"):
            return self.reference(owner, has_identifier=made == "EntityRef")
        if made == "NearFilter":
            return {
                "entity": {"id": self.rng.choice(LOCATED)},
                "km": self.rng.choice([0.5, 90, 400.5, 20040]),
            }
        if made == "IdentifierFilter":
            return self.identifier(has_partner=False)
        names = list(type_.fields)
        if made.endswith("Order"):
            chosen = ["field", *(key for key in names if key != "field" and self.chance(40))]
        elif made.endswith("Where"):
            chosen = self.some_conditions(names, depth)
        elif "some" in names:
            # Without some or none such a filter is refused; a variable for it might be left out.
            chosen = [self.rng.choice(["some", "none"]), *(key for key in names if self.chance(30))]
        else:
            chosen = self.rng.sample(names, 1 if self.chance(85) else 2)
        found = {}
        for key in chosen:
            inner = type_.fields[key]
            is_list = "some" in names
            place = owner if is_list else name if made.endswith("Filter") else key
            if get_named_type(inner.type).name.endswith("RelationFilter"):
                place = f"{made.removesuffix('Where')}.{key}"
            self.conditions += 1
            found[key] = self.place(
                GraphQLNonNull(inner.type) if is_list else inner.type,
                inner.default_value is not Undefined,
                key if key not in ("eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte") else place,
                place,
                depth + 1,
                has_variables=has_variables,
            )
        return found

    def some_conditions(self, names: list[str], depth: int) -> list[str]:
        """Fields of a `where`: fewer and simpler the deeper it lies."""
        if self.conditions > 25 or depth > 5:
            return [key for key in names if key in ("name", "recordStatus", "code")][:1]
        count = self.rng.choice([0, 1, 1, 1, 2, 2, 3]) if depth < 3 else 1
        logic = [key for key in names if key in ("and", "or", "not")]
        favoured = [key for key in names if key in ("recordStatus", "country", "status", "availability")]
        pools: list[list[str]] = [names, names, names, logic, favoured or names]
        return list(dict.fromkeys(self.rng.choice(self.rng.choice(pools)) for _ in range(count)))

    def reference(self, owner: str, *, has_identifier: bool) -> dict[str, Any]:
        """An EntityRef or a FactRef."""
        way = self.rng.randrange(4)
        if way == 0:
            snake = "".join(f"-{c}" if c.isupper() else c for c in owner).lower()
            kind = snake if snake != "entity" else "university"
            return {"slug": f"{kind}-{self.rng.randrange(graph.PER_KIND)}"}
        if way == 1 and has_identifier:
            return {"identifier": self.identifier(has_partner=True)}
        return {"id": str(self.id_of(owner))}

    def identifier(self, *, has_partner: bool) -> dict[str, Any]:
        """An identifier; a partner's key names its partner."""
        value = self.rng.choice(sorted(SPELLINGS))
        scheme = "WIKIDATA" if "1135027" in value else "PARTNER" if value == "KU-1" else "ROR"
        found: dict[str, Any] = {"scheme": Name(scheme), "value": value}
        if not has_partner and self.chance(30):
            del found["value"]
        if has_partner and scheme == "PARTNER":
            found["partner"] = self.rng.choice(TEXTS["partner"])
        return found


def plain(value: Any) -> Any:
    """The value as JSON."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def render(value: Any) -> str:
    """The value as a GraphQL literal."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(render(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {render(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
