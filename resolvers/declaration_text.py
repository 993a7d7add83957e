"""Prints all that followed from a type's declaration: columns, fields, relations, inputs, indexes, CHECK.

Everything is read from the tables' metadata, the catalog and the built schema, so that it cannot differ
from what runs. Not its business: operations (resolvers/explain.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from sqlalchemy import Index, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from models import Base, Entity, kind_models
from models.checks import kind_rule
from models.vocabulary import ROLE_RULES, Kind, Role
from resolvers import mapping
from resolvers.errors import BadUserInput
from resolvers.mapping import Catalog, TypeMap

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def find(catalog: Catalog, name: str) -> TypeMap:
    """The type that a name stands for: `company`, `companies`, `COMPANY`, `government-body`.

    Raises:
        BadUserInput: where no type has the name.
    """
    wanted = _plain(name)
    for api, root in catalog.query.items():
        if isinstance(root, (mapping.One, mapping.Many)) and _plain(api) == wanted:
            return catalog.types[root.target]
    for type_ in catalog.types.values():
        if wanted in (_plain(type_.name), *(_plain(kind) for kind in type_.kinds if len(type_.kinds) == 1)):
            return type_
    names = ", ".join(sorted(catalog.types))
    raise BadUserInput(f'Nothing is declared under the name "{name[:60]}".', hint=f"Choose one of: {names}.")


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


def sample_query(catalog: Catalog, type_: TypeMap) -> str | None:
    """A list of a few records, or None where no root field gives a list of the type."""
    plural = next((a for a, r in catalog.query.items() if r == mapping.Many(type_.name)), None)
    if plural is None:
        return None
    first = [a for a, f in type_.fields.items() if isinstance(f, mapping.Column) and f.is_not_null]
    wanted = [name for name in ("id", "code", "name") if name in first] or first[:2]
    return f"{{ {plural}(first: 3) {{ totalCount nodes {{ {' '.join(wanted)} }} }} }}"


def describe(catalog: Catalog, schema: GraphQLSchema, type_: TypeMap) -> str:
    """The declaration of a type and what followed from it, in sections."""
    built = schema.type_map[type_.name]
    assert isinstance(built, (GraphQLObjectType, GraphQLInterfaceType))
    interfaces = " & ".join(sorted(one.name for one in built.interfaces))
    place = f"table {type_.table}" if type_.table else "computed"
    head = f"{type_.name}{f' implements {interfaces}' if interfaces else ''}, {place}"
    sections = {
        "COLUMNS": _columns(type_) if type_.table else (),
        "FIELDS": _fields(type_, built),
        "RELATIONS": _relations(type_),
        "LISTS": _lists(type_, schema),
        "ROOT FIELDS": _roots(catalog, schema, type_),
        "INDEXES": _indexes(type_) if type_.table else (),
        "CHECK": _checks(type_),
    }
    lines = [head, f"  {built.description}"]
    for title, found in sections.items():
        body = list(found)
        if body:
            lines += ["", title, *(f"  {line}" for line in body)]
    return "\n".join(lines)


def _table(type_: TypeMap) -> Table:
    return Base.metadata.tables[type_.table]


def _declared(type_: TypeMap) -> Mapping[str, Mapping[str, Any]]:
    """The columns that the type has beside those of every row of its table, with what it asks of them."""
    models = [kind_models()[Kind(kind)] for kind in type_.kinds]
    if not models:
        return {}
    shared = set.intersection(*(set(model.declared) for model in models))
    return {name: info for name, info in models[0].declared.items() if name in shared}


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _columns(type_: TypeMap) -> Iterator[str]:
    table, own = _table(type_), _declared(type_)
    shared = Entity.__mapper__.columns if type_.kinds else table.c
    readers = _readers(type_)
    rows = []
    for column in table.c:
        info = own.get(column.name, column.info if column.name in shared else None)
        if info is None:
            continue
        notes = [info["enum"].__name__] if "enum" in info else []
        notes += ["required"] if info.get("required") or not column.nullable else []
        notes += ["indexed"] if info.get("indexed") else []
        notes += ["personal"] if info.get("personal") else []
        notes += ["generated"] if column.computed is not None else []
        place = "own" if column.name in own else "shared" if type_.kinds else ""
        api = ", ".join(readers.get(column.name, [])) or "private"
        rows.append((column.name, str(column.type.compile(_DIALECT)), place, ", ".join(notes), f"-> {api}"))
    return _aligned(rows)


def _readers(type_: TypeMap) -> dict[str, list[str]]:
    """Column -> the fields that read it."""
    found: dict[str, list[str]] = {}
    for api, field in type_.fields.items():
        match field:
            case mapping.Column(expression=None, name=name, personal=personal):
                found.setdefault(name, []).append(api)
                if personal:
                    found.setdefault(personal, []).append(f"who may read {api}")
            case mapping.Composite(parts=parts):
                for part, column in parts.items():
                    found.setdefault(column.name, []).append(f"{api}.{part}")
            case mapping.ToOne(local=local):
                found.setdefault(local, []).append(api)
    return found


def _fields(type_: TypeMap, built: Any) -> Iterator[str]:
    rows = []
    for api, field in type_.fields.items():
        match field:
            case mapping.Column(expression=expression) if expression is not None:
                what = f"computed by {expression.__module__}.{expression.__name__}"
            case mapping.Column(personal=str(personal), default_audience=audience):
                what = f"column {field.name}, within {personal} ({audience} unless set)"
            case mapping.Column(name=name):
                what = f"column {name}" if type_.table else "computed"
            case mapping.Composite(parts=parts):
                what = f"columns {', '.join(column.name for column in parts.values())}"
            case mapping.ToOne(target=target, local=local, remote=remote):
                what = f"the {target} whose {remote} is {local}"
            case mapping.Parts(target=target, local=local, remote=remote, in_array=in_array):
                what = f"every {target} whose {remote} is {'one of ' if in_array else ''}{local}"
            case mapping.Children(target=target, local=local, remote=remote, in_array=in_array):
                what = f"list of {target} whose {remote} is {'one of ' if in_array else ''}{local}"
            case mapping.Derived(target=target, rows=computing):
                what = f"{target} computed by {computing.__module__}.{computing.__name__}"
            case _:
                continue
        rows.append((f"{api}: {built.fields[api].type}", what))
    return _aligned(rows)


def _relations(type_: TypeMap) -> Iterator[str]:
    rows = []
    for api, field in type_.fields.items():
        if isinstance(field, mapping.Related):
            roles = ", ".join(_role(role, field.direction) for role in field.roles) or "any role"
            rows.append((api, field.target, str(field.direction), roles))
    return _aligned(rows)


def _role(role: Role, direction: mapping.Direction) -> str:
    rule = ROLE_RULES[role]
    label = rule.inverse_label if direction is mapping.Direction.IN else rule.label
    return f'{role} ("{label}"{", event" if rule.is_event else ""})'


def _lists(type_: TypeMap, schema: GraphQLSchema) -> Iterator[str]:
    parts = {
        "where": (f"{type_.name}Where", "fields"),
        "orderBy": (f"{type_.name}OrderField", "values"),
        "groupBy": (f"{type_.name}GroupKey", "values"),
    }
    for argument, (name, attribute) in parts.items():
        found: Any = schema.type_map.get(name)
        if found is not None:
            yield f"{argument}: {', '.join(getattr(found, attribute))}"
    for part in ("Sums", "Extremes"):
        group: Any = schema.type_map.get(f"{type_.name}{part}")
        if group is not None:
            yield f"groupBy {'sum' if part == 'Sums' else 'min, max'}: {', '.join(group.fields)}"


def _roots(catalog: Catalog, schema: GraphQLSchema, type_: TypeMap) -> Iterator[str]:
    query = schema.query_type
    assert query is not None
    for api, root in catalog.query.items():
        if isinstance(root, mapping.AnyNode):
            is_found = type_.name in root.targets
        else:
            is_found = getattr(root, "target", None) == type_.name
        if is_found:
            arguments = ", ".join(f"{name}: {one.type}" for name, one in query.fields[api].args.items())
            yield f"{api}({arguments}): {query.fields[api].type}"


def _indexes(type_: TypeMap) -> Iterator[str]:
    table = _table(type_)
    usable = set(_declared(type_)) | {c.name for c in table.c if not type_.kinds or c.name in _shared()}
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        where = index.dialect_options["postgresql"]["where"]
        is_own = where is None or not type_.kinds or any(f"'{kind}'" in str(where) for kind in type_.kinds)
        if is_own and {column.name for column in index.columns} <= usable:
            yield _index(index)


def _shared() -> set[str]:
    return {column.name for column in Entity.__mapper__.columns}


def _index(index: Index) -> str:
    return " ".join(str(CreateIndex(index).compile(dialect=_DIALECT)).split()).removeprefix("CREATE ")


def _checks(type_: TypeMap) -> Iterator[str]:
    if len(type_.kinds) == 1:
        kind = Kind(type_.kinds[0])
        yield f"ck_entity_kind_{kind.lower()}: {kind_rule(kind)}"
