"""What can be exported, and the fields of each kind, derived from the shapes of files and from the catalog.

A field of a file is read through the catalog's column of the same table, so that whatever hides a field in a
GraphQL answer hides it here. Not its business: SQL (exchange/export_sql.py) and formats.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exchange.fact_fields import SHAPES
from exchange.fields import COLUMNS_OF, FIELDS_OF, camel
from exchange.values import FieldType
from models import PERSONAL_FIELDS
from models.personal import SUFFIX
from models.vocabulary import Audience, Kind
from resolvers import mapping
from resolvers.consent import audience_of
from resolvers.mapping import Catalog, TypeMap, Value


@dataclass(frozen=True, slots=True)
class Scalars:
    """A field on columns of the row: one, or those of a value of several parts."""

    type: FieldType
    columns: tuple[mapping.Column, ...]
    is_list: bool = False
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another record; `is_slug`: written as its slug alone, as a source is."""

    to: mapping.ToOne
    is_slug: bool = False


class Part(StrEnum):
    """What an entity consists of beside its row."""

    IDENTIFIERS = "identifiers"
    NAMES = "names"
    STATUSES = "statuses"
    RELATIONS = "relations"
    ASSERTIONS = "assertions"
    CONNECTIONS = "connections"
    """Relations in both directions with what foreign formats say of the other end; no field of files."""


Field = Scalars | Link | Part


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind: its name in addresses (`companies`), the `kind` of its lines, its type, its fields.

    `further` are fields that are given only where they are asked for by name.
    """

    name: str
    kind: str
    target: TypeMap
    fields: Mapping[str, Field]
    further: Mapping[str, Field] = field(default_factory=dict)

    @property
    def head(self) -> tuple[str, ...]:
        """What every record begins with, asked for or not."""
        return ("id", "slug") if "slug" in self.target.fields else ("id",)

    def may_hide(self, name: str) -> bool:
        """Whether none may mean hidden: then it is left out of a line, and reading it back clears nothing."""
        one = self.all[name]
        if one is Part.IDENTIFIERS:
            held = self.target.fields["identifiers"]
            return isinstance(held, mapping.Parts) and held.personal is not None
        return isinstance(one, Scalars) and one.is_personal

    @property
    def all(self) -> Mapping[str, Field]:
        """Every field that can be asked for."""
        return {**self.fields, **self.further}


_TYPES = {
    Value.TEXT: FieldType.TEXT,
    Value.ENUM: FieldType.ENUM,
    Value.ID: FieldType.TEXT,
    Value.INT: FieldType.INTEGER,
    Value.BIGINT: FieldType.INTEGER,
    Value.FLOAT: FieldType.FLOAT,
    Value.DECIMAL: FieldType.DECIMAL,
    Value.BOOLEAN: FieldType.BOOLEAN,
    Value.DATE: FieldType.DATE,
    Value.DATETIME: FieldType.TIMESTAMP,
    Value.TEXTS: FieldType.TEXT,
}
_SOURCE = ("title", "kind", "url", "publisher", "publishedOn", "licence")


def export_kinds(catalog: Catalog) -> Mapping[str, ExportKind]:
    """All kinds by the name they have in addresses: that of their root list."""
    roots = {one.target: name for name, one in catalog.query.items() if isinstance(one, mapping.Many)}
    found: dict[str, ExportKind] = {}
    for kind in FIELDS_OF:
        target = catalog.kind_type(kind)
        found[roots[target.name]] = _entity(roots[target.name], kind, target)
    for line, shape in SHAPES.items():
        target = _type_of(catalog, shape.table)
        name = roots.get(target.name) or f"{camel(shape.table)}s"
        found[name] = _fact(name, line, target)
    source = catalog.types["Source"]
    found["sources"] = ExportKind("sources", "SOURCE", source, dict(_of_source(source)))
    return found


def _type_of(catalog: Catalog, table: str) -> TypeMap:
    return next(one for one in catalog.types.values() if one.table == table)


def _columns(target: TypeMap) -> dict[str, mapping.Column]:
    """The readable columns of a type by their names in the table."""
    found: dict[str, mapping.Column] = {}
    for one in target.fields.values():
        parts = one.parts.values() if isinstance(one, mapping.Composite) else [one]
        found |= {c.name: c for c in parts if isinstance(c, mapping.Column) and c.expression is None}
    return found


def _entity(name: str, kind: Kind, target: TypeMap) -> ExportKind:
    readable = _columns(target)
    if kind is Kind.EXPERT:
        readable |= {
            one.audience: mapping.Column(
                one.audience, Value.ENUM, expression=audience_of(one, is_set=True), vocabulary=Audience
            )
            for one in PERSONAL_FIELDS.values()
        }
    fields: dict[str, Field] = {"identifiers": Part.IDENTIFIERS}
    for api, spec in FIELDS_OF[kind].items():
        columns = tuple(readable[column] for column in COLUMNS_OF[kind][spec.name])
        is_personal = spec.name.endswith(SUFFIX) or any(column.personal for column in columns)
        fields[api] = Scalars(spec.type, columns, spec.is_list, is_personal)
    fields["names"] = Part.NAMES
    if kind is Kind.ZONE:
        fields["statuses"] = Part.STATUSES
    fields["source"] = _link(target, "source", is_slug=True)
    further = {"relations": Part.RELATIONS, "assertions": Part.ASSERTIONS}
    return ExportKind(name, str(kind), target, fields, further | dict(_further(target, fields)))


def _fact(name: str, line: str, target: TypeMap) -> ExportKind:
    shape, readable = SHAPES[line], _columns(target)
    fields: dict[str, Field] = {}
    for one in (*shape.entities, *shape.facts):
        links = (made for made in target.fields.values() if isinstance(made, mapping.ToOne))
        fields[camel(one)] = Link(next(made for made in links if made.local == f"{one}_id"))
    for one, (spec, columns) in shape.fields.items():
        fields[camel(one)] = Scalars(spec.type, tuple(readable[c] for c in columns), spec.is_list)
    if "source" in target.fields:
        fields["source"] = _link(target, "source", is_slug=True)
    return ExportKind(name, line, target, fields, dict(_further(target, fields)))


def _of_source(target: TypeMap) -> Iterator[tuple[str, Field]]:
    for api in _SOURCE:
        one = target.fields[api]
        name = "sourceKind" if api == "kind" else api
        if isinstance(one, mapping.Composite):
            yield name, Scalars(FieldType.PARTIAL_DATE, tuple(one.parts.values()))
        elif isinstance(one, mapping.Column):
            yield name, Scalars(_TYPES[one.value], (one,))


def _link(target: TypeMap, api: str, *, is_slug: bool) -> Link:
    found = target.fields[api]
    assert isinstance(found, mapping.ToOne)
    return Link(found, is_slug)


def _further(target: TypeMap, fields: Mapping[str, Field]) -> Iterator[tuple[str, Field]]:
    """What lines of files do not have: who owns the record, when it was made, what is computed of it."""
    held = {
        column.name
        for one in fields.values()
        if isinstance(one, Scalars)
        for column in one.columns
        if column.expression is None
    }
    if "owner" in target.fields:
        yield "owner", _link(target, "owner", is_slug=True)
    for api, one in target.fields.items():
        if api in fields or api in ("id", "slug", "kind") or not isinstance(one, mapping.Column) or one.price:
            continue
        if one.expression is not None or one.name not in held:
            yield api, Scalars(_TYPES[one.value], (one,), one.value is Value.TEXTS, bool(one.personal))
