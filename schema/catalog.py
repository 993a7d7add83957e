"""Builds the catalog: the frozen descriptions that the compiler reads, from the declared types."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models import FACT_COLUMNS, PERSONAL_COLUMNS, PERSONAL_FIELDS
from models.fact_field import fact_columns_of
from models.vocabulary import ROLE_RULES, Kind
from resolvers import mapping
from resolvers.mapping import Catalog, Direction, TypeMap
from schema.declare import DeclarationError, declared

IDENTIFIERS = PERSONAL_FIELDS["IDENTIFIERS"].audience


def build_catalog(types: Sequence[type], query: Mapping[str, mapping.Field]) -> Catalog:
    """The catalog of these declared types and root fields."""
    names = {declared(cls).kinds[0]: cls.__name__ for cls in types if len(declared(cls).kinds) == 1}
    kinds = {cls.__name__: declared(cls).kinds for cls in types}
    made = {}
    for cls in types:
        found = declared(cls)
        fields = {
            api: _personal(
                _directed(cls.__name__, api, one, found.kinds, kinds, is_inferred=_is_inferred(cls, api)),
                found.kinds,
                kinds,
            )
            for api, one in found.fields.items()
        }
        concrete = {kind: names[kind] for kind in found.kinds} if len(found.kinds) > 1 else {}
        made[cls.__name__] = TypeMap(
            name=cls.__name__,
            table=found.table,
            fields=fields,
            kinds=found.kinds,
            key=found.key,
            has_audience=found.has_audience,
            has_period=found.has_period,
            shown=found.shown,
            concrete=concrete,
            found_by=IDENTIFIERS if Kind.EXPERT in found.kinds else None,
        )
    return Catalog(made, query)


def _personal(
    field: mapping.Field, own: tuple[str, ...], kinds: Mapping[str, tuple[str, ...]]
) -> mapping.Field:
    """The field within the audience of what is personal of an expert, wherever an expert can be its row:
    also of Entity, never of kinds that have no person."""
    if isinstance(field, mapping.Children):
        is_personal = Kind.EXPERT in kinds[field.target] and field.remote in PERSONAL_COLUMNS
        return replace(field, personal=PERSONAL_COLUMNS[field.remote].audience) if is_personal else field
    if Kind.EXPERT not in own:
        return field
    match field:
        case mapping.Column():
            return _within(field)
        case mapping.Composite(parts=parts):
            return replace(field, parts={name: _within(part) for name, part in parts.items()})
        case mapping.ToOne(local=local) if local in PERSONAL_COLUMNS:
            return replace(field, personal=PERSONAL_COLUMNS[local].audience)
        case mapping.Parts(target="Identifier"):
            return replace(field, personal=IDENTIFIERS)
    return field


def _within(column: mapping.Column) -> mapping.Column:
    found = None if column.expression else PERSONAL_COLUMNS.get(column.name)
    if found is None:
        return column
    return replace(column, personal=found.audience, default_audience=str(found.default))


def _is_inferred(cls: type, api: str) -> bool:
    target = declared(cls).targets.get(api)
    return target is not None and target.is_inferred


def _directed(
    type_name: str,
    api: str,
    field: mapping.Field,
    own: tuple[str, ...],
    kinds: Mapping[str, tuple[str, ...]],
    *,
    is_inferred: bool,
) -> mapping.Field:
    """Finds from which end a relation is read: by the kinds that its roles allow on either side."""
    if isinstance(field, mapping.Parts) and field.own:
        return replace(field, own=fact_columns_of(FACT_COLUMNS, own))
    if not isinstance(field, mapping.Related) or not is_inferred:
        return field
    others = kinds[field.target]
    directions = set()
    for role in field.roles:
        pairs = ROLE_RULES[role].pairs
        if any((Kind(mine), Kind(other)) in pairs for mine in own for other in others):
            directions.add(Direction.OUT)
        if any((Kind(other), Kind(mine)) in pairs for mine in own for other in others):
            directions.add(Direction.IN)
    if len(directions) != 1:
        roles = ", ".join(field.roles)
        raise DeclarationError(
            f"{type_name}.{api}: {roles} between {type_name} and {field.target} has no single direction: "
            "give direction=."
        )
    return replace(field, direction=directions.pop())
