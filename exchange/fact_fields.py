"""The lines of facts in files: what each has, derived from the tables, and how one is read and written.

A line names its table in `kind` (LICENCE, NEED_SKILL), its fields as the API does, and what it refers to by
`{"slug": ...}`, `{"id": ...}` or an identifier. Not its business: whether these
exist (exchange/fact_rows.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from exchange.fields import camel, scalar_type
from exchange.parts import Object, Wrong, checked, id_of, reference_of, slug_of
from exchange.record import EntityKey, Money, PartialDate, Problem, ProblemCode
from exchange.values import FieldSpec, FieldType, closest, parse, plain, shown
from models import Base
from models.history import FACT_TABLES, PART_TABLES
from models.vocabulary import Kind

ORDER = ("skill", *(table for table in FACT_TABLES if table != "skill"), *PART_TABLES)
"""Tables in the order of writing: what others refer to comes first."""
_OWN = {"id", "slug", "source_id", "owner_id", "created_at", "version", "recorded_from"}
_SPECIAL = {"market": FieldType.COUNTRY, "country": FieldType.COUNTRY, "subdivision": FieldType.SUBDIVISION}


@dataclass(frozen=True, slots=True)
class Shape:
    """What lines of a table have: fields with their columns, references to entities and to other facts."""

    table: str
    fields: Mapping[str, tuple[FieldSpec, tuple[str, ...]]]
    entities: Mapping[str, tuple[Kind, ...]]
    facts: Mapping[str, str]
    """Reference -> the table that it points into."""
    required: tuple[str, ...]
    key: tuple[str, ...]
    """What finds the row again, beside its id: a slug, a scheme's code, or the two that it joins."""


@dataclass(frozen=True, slots=True)
class FactRecord:
    """One line: values by field in snake_case, references by name; `source` is a slug. The last two are what
    only mutations say, as in exchange/patch.py."""

    row: int
    table: str
    id: UUID | None = None
    slug: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    references: Mapping[str, EntityKey | None] = field(default_factory=dict)
    source: str | None = None
    expected_version: int | None = None
    clears_source: bool = False

    @property
    def kind(self) -> str:
        """As files and reports name it."""
        return self.table.upper()

    @property
    def label(self) -> str | None:
        """How reports name the record."""
        return str(self.id or self.slug or " ".join(map(str, self.references.values()))) or None


def _shape(table: Table) -> Shape:
    fields: dict[str, tuple[FieldSpec, tuple[str, ...]]] = {}
    entities: dict[str, tuple[Kind, ...]] = {}
    facts: dict[str, str] = {}
    required: list[str] = []
    is_part = table.name in PART_TABLES
    for column in table.columns:
        name = str(column.name)
        stem = name.removesuffix("_id").removesuffix("_kind")
        is_needed = not column.nullable and column.server_default is None
        if name in _OWN or column.computed is not None or (is_part and name == "audience"):
            continue
        if f"{stem}_id" in table.c and f"{stem}_kind" in table.c:
            entities[stem] = table.c[f"{stem}_kind"].info["kinds"]
            is_needed = is_needed and name.endswith("_id")
            name = stem
        elif name.endswith("_id"):
            (pointer,) = column.foreign_keys
            facts[stem] = pointer.column.table.name
            name = stem
        elif name in ("currency", "announced_on_precision"):
            continue
        elif name == "amount":
            fields[name] = FieldSpec(name, FieldType.MONEY), ("amount", "currency")
        elif name == "announced_on":
            fields[name] = FieldSpec(name, FieldType.PARTIAL_DATE), (name, "announced_on_precision")
        else:
            type_, is_list = scalar_type(column, column.info)
            # The word `kind` is the line's own.
            said = f"{table.name}_kind" if name == "kind" else name
            spec = FieldSpec(said, _SPECIAL.get(name, type_), column.info.get("enum"), is_list)
            fields[said] = spec, (name,)
            name = said
        if is_needed:
            required.append(name)
    key = tuple([*entities, *facts][:2]) if is_part else ("slug",)
    if table.name in ("funding_round_investor", "need_skill"):
        key = ("round", "investor") if table.name == "funding_round_investor" else ("need", "skill")
    return Shape(table.name, fields, entities, facts, tuple(dict.fromkeys(required)), key)


SHAPES: Mapping[str, Shape] = {name.upper(): _shape(Base.metadata.tables[name]) for name in ORDER}
"""By the `kind` of a line."""


def read_fact(row: int, found: Object) -> Iterator[FactRecord | Problem]:
    """The record of a line whose `kind` is in SHAPES, or every problem of it."""
    shape = SHAPES[found["kind"]]
    known = [*map(camel, (*shape.fields, *shape.entities, *shape.facts)), "kind", "id", "slug", "source"]
    problems: list[Problem] = []
    label = found.get("slug") if isinstance(found.get("slug"), str) else None

    def read(key: str, parser: Any) -> Any:
        try:
            return None if found.get(key) is None else checked(parser, found[key])
        except Wrong as wrong:
            field_ = key + wrong.field
            problems.append(Problem(row, label, wrong.code, wrong.message, wrong.hint, field_))
            return None

    for key in found:
        if key not in known:
            hint = closest(key, known, f"A {found['kind']} line has {', '.join(sorted(known))}.")
            message = f"{found['kind']} has no field {shown(key)}."
            problems.append(Problem(row, label, ProblemCode.FIELD_UNKNOWN, message, hint, key))
    fields = {
        name: read(camel(name), partial(parse, spec))
        for name, (spec, _) in shape.fields.items()
        if camel(name) in found
    }
    references = {
        name: read(camel(name), reference_of)
        for name in (*shape.entities, *shape.facts)
        if camel(name) in found
    }
    record = FactRecord(
        row,
        shape.table,
        read("id", id_of),
        read("slug", slug_of),
        fields,
        references,
        read("source", slug_of),
    )
    if not problems and record.id is None and not _has_key(record, shape):
        hint = f"Give {' and '.join(map(camel, shape.key))}, so that a second import finds the same record."
        message = "The record has nothing to find it by."
        problems.append(Problem(row, None, ProblemCode.KEY_MISSING, message, hint, camel(shape.key[0])))
    if problems:
        yield from problems
    else:
        yield record


def _has_key(record: FactRecord, shape: Shape) -> bool:
    if shape.key == ("slug",):
        return record.slug is not None
    return all(record.references.get(name) is not None for name in shape.key)


def fact_line(record: FactRecord) -> dict[str, object]:
    """The line of a record, the inverse of `read_fact`."""
    line: dict[str, object] = {"kind": record.kind}
    for key, value in (("id", record.id), ("slug", record.slug)):
        if value is not None:
            line[key] = str(value)
    for name, key_ in record.references.items():
        line[camel(name)] = None if key_ is None else _reference(key_)
    line |= {camel(name): plain(value) for name, value in record.fields.items()}
    return line | ({"source": record.source} if record.source else {})


def _reference(key: EntityKey) -> dict[str, object]:
    if key.identifier is None:
        return {"id": str(key.id)} if key.id is not None else {"slug": key.slug}
    one = {"scheme": str(key.identifier.scheme), "value": key.identifier.value}
    return {"identifier": one | ({"partner": key.identifier.partner} if key.identifier.partner else {})}


def columns_of(record: FactRecord) -> dict[str, object]:
    """The record's own fields as columns; a null empties every column of its field."""
    shape, found = SHAPES[record.kind], dict[str, object]()
    for name, value in record.fields.items():
        columns = shape.fields[name][1]
        match value:
            case Money():
                found |= {"amount": value.amount, "currency": value.currency}
            case PartialDate():
                found |= dict(zip(columns, (value.date, str(value.precision)), strict=True))
            case _:
                found |= dict.fromkeys(columns, list(value) if isinstance(value, tuple) else value)
    return found
