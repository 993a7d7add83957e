"""The save mutations: one for each kind, with its input and its answer, derived from the declarations.

A kind that is declared has its mutation. What is written is the business of exchange/items.py.
"""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from exchange import items
from exchange.checks import defaults_of
from exchange.fact_fields import SHAPES, Shape
from exchange.fields import FIELDS_OF, REQUIRED_OF, camel
from exchange.part_lists import LISTS_OF, ends_of
from exchange.values import FieldSpec, FieldType
from models.vocabulary import Kind
from resolvers.items import MOST_ITEMS
from schema.build import Fields, build
from schema.context import Context
from schema.declare import declared, list_of
from schema.funding_round import Investment
from schema.inputs import EntityRef, FactRef, IdentifierInput
from schema.need import NeedSkill
from schema.saving_inputs import (
    PARTIAL,
    AreaInput,
    GeoPointInput,
    IdentifiersInput,
    MoneyInput,
    NamesInput,
    RelationsInput,
    ZoneStatusesInput,
)
from schema.skill import ExpertSkill, ProgramSkill
from schema.writing import KEY, sent, written
from schema.writing_types import POLICY, ErrorPolicy, ItemCounts, ItemResult

Kinds = Sequence[tuple[str, str, type]]
_TYPES: Mapping[FieldType, Any] = {
    FieldType.TEXT: str,
    FieldType.INTEGER: int,
    FieldType.BOOLEAN: bool,
    FieldType.DECIMAL: Decimal,
    FieldType.FLOAT: float,
    FieldType.DATE: datetime.date,
    FieldType.PARTIAL_DATE: str,
    FieldType.TIMESTAMP: datetime.datetime,
    FieldType.COUNTRY: str,
    FieldType.SUBDIVISION: str,
    FieldType.LOCATION: GeoPointInput,
    FieldType.MONEY: MoneyInput,
    FieldType.AREA: AreaInput,
}
_NOTES = {
    FieldType.PARTIAL_DATE: f" Write {PARTIAL}.",
    FieldType.COUNTRY: " Two capitals, such as PK.",
    FieldType.SUBDIVISION: " Such as PK-SD.",
}
_VERSION = "Only if the record still has this version: else the item is a CONFLICT."
_SOURCE = "The slug of the source that vouches for the record."
_NOT_SAVED = ("skill",)
"""Facts that are vocabularies, which editors import."""
_PARTS: Mapping[str, type] = {
    "expert_skill": ExpertSkill,
    "program_skill": ProgramSkill,
    "need_skill": NeedSkill,
    "funding_round_investor": Investment,
}
_LISTED = {
    "expert_skill": "What the person can do.",
    "program_skill": "The skills that it seeks.",
    "need_skill": "The skills that it asks for.",
    "funding_round_investor": "Who put money in.",
}


def save_fields(kinds: Kinds, facts: Kinds) -> dict[str, tuple[Any, StrawberryField]]:
    """The fields of the root of mutations by name, each with its type, and how it is answered."""
    found: dict[str, tuple[Any, StrawberryField]] = {}
    for _, plural, cls in kinds:
        (kind,) = declared(cls).kinds
        fields = _entity_fields(Kind(kind), cls)
        found[f"save_{_snake(plural)}"] = _mutation(cls, plural, kind, fields, "entity")
    for _, plural, cls in facts:
        table = declared(cls).table
        if table not in _NOT_SAVED:
            fields = _fact_fields(SHAPES[table.upper()], cls)
            found[f"save_{_snake(plural)}"] = _mutation(cls, plural, table.upper(), fields, "fact")
    return found


def with_saving(root: type, kinds: Kinds, facts: Kinds) -> Any:
    """The root of mutations with one that saves for each kind."""
    found = save_fields(kinds, facts)
    body: dict[str, Any] = {"__annotations__": {name: type_ for name, (type_, _) in found.items()}}
    body |= {name: made for name, (_, made) in found.items()}
    about = root.__dict__["__strawberry_definition__"].description
    return strawberry.type(type(root.__name__, (root,), body), description=about)


def _snake(api: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in api)


def _texts(cls: Any) -> dict[str, str]:
    """The descriptions of a type's fields by API name."""
    made = cls.__strawberry_definition__.fields
    return {one.graphql_name or to_camel_case(one.python_name): one.description or "" for one in made}


def _type_of(spec: FieldSpec) -> Any:
    single = spec.vocabulary or _TYPES[spec.type]
    return (list_of(single) if spec.is_list else single) | None


def _entity_fields(kind: Kind, cls: type) -> Fields:
    texts = _texts(cls)
    fields: Fields = {
        "id": (strawberry.ID | None, "Finds the record by its id.", []),
        "slug": (str | None, "Finds the record by its slug; a new record gets it.", []),
        "key": (
            IdentifierInput | None,
            "Finds the record by an identifier; a new record gets it. For keys of your own: scheme PARTNER.",
            [],
        ),
        "expectedVersion": (int | None, _VERSION, []),
    }
    required = {camel(name) for name in REQUIRED_OF[kind] if name not in defaults_of(kind)}
    for api, spec in FIELDS_OF[kind].items():
        if api in declared(cls).fields:
            needed = " A new record needs it." if api in required else ""
            fields[api] = (_type_of(spec), texts[api] + _NOTES.get(spec.type, "") + needed, [])
    fields["names"] = (NamesInput | None, "Its names in all languages.", [])
    fields["identifiers"] = (IdentifiersInput | None, "Its identifiers in registers.", [])
    fields["relations"] = (RelationsInput | None, "What relates it to others, as you state it.", [])
    if kind is Kind.ZONE:
        fields["statuses"] = (ZoneStatusesInput | None, "Its statuses over time.", [])
    fields |= _part_list(str(kind))
    fields["source"] = (str | None, _SOURCE, [])
    return fields


def _fact_fields(shape: Shape, cls: type) -> Fields:
    texts = _texts(cls)
    fields: Fields = {
        "id": (strawberry.ID | None, "Finds the record by its id.", []),
        "slug": (str | None, "Finds the record by its slug; a new record gets it.", []),
        "expectedVersion": (int | None, _VERSION, []),
    }
    for name in (*shape.entities, *shape.facts, *shape.fields):
        api = "kind" if name == f"{shape.table}_kind" else camel(name)
        needed = " A new record needs it." if name in shape.required else ""
        if name in shape.fields:
            spec = shape.fields[name][0]
            fields[api] = (_type_of(spec), texts[api] + _NOTES.get(spec.type, "") + needed, [])
        else:
            reference = EntityRef if name in shape.entities else FactRef
            fields[api] = (reference | None, texts[api] + needed, [])
    fields |= _part_list(shape.table.upper())
    fields["source"] = (str | None, _SOURCE, [])
    return fields


def _part_list(kind: str) -> Fields:
    """The list of what a record of this kind consists of, if it has one."""
    if kind not in LISTS_OF:
        return {}
    name, table = LISTS_OF[kind]
    shape, cls = SHAPES[table.upper()], _PARTS[table]
    texts, (_, other) = _texts(cls), ends_of(shape)
    reference = EntityRef if other in shape.entities else FactRef
    of: Fields = {camel(other): (reference, texts[camel(other)], [])}
    for field, (spec, _) in shape.fields.items():
        of[camel(field)] = (_type_of(spec), texts[camel(field)] + _NOTES.get(spec.type, ""), [])
    of["source"] = (str | None, "The slug of who says so.", [])
    one = build(f"{cls.__name__}Input", f"Item of `{name}`.", of, is_input=True)
    verbs: Fields = {
        "set": (
            list_of(one) | None,
            "All of them, in place of those before; what an item leaves out is empty.",
            [],
        ),
        "add": (
            list_of(one) | None,
            "These too; of one that is here only what is given changes, and null empties it.",
            [],
        ),
        "remove": (list_of(reference) | None, "Take these away; those that are not here do no harm.", []),
    }
    about = "Either `set`, the whole list, or `add` and `remove`."
    return {name: (build(f"{cls.__name__}sInput", about, verbs, is_input=True) | None, _LISTED[table], [])}


def _mutation(cls: type, plural: str, kind: str, fields: Fields, shown: str) -> tuple[Any, StrawberryField]:
    name, many = cls.__name__, plural[0].upper() + plural[1:]
    about = f"A {name} to make or to change: what is left out stays as it is, null empties it."
    given = build(f"{name}Input", about, fields, is_input=True)
    became: Fields = {
        shown: (cls | None, "The record as it now stands; of a rejected item, as it stands unchanged.", [])
    }
    result = build(
        f"Save{name}Result", f"What became of one {name}.", became, is_input=False, interface=ItemResult
    )
    results: Fields = {"results": (list_of(result), "One for each item, in the order of the input.", [])}
    payload = build(
        f"Save{many}Payload", f"What became of each {name}.", results, is_input=False, interface=ItemCounts
    )

    async def save(info: Any, input: Any, error_policy: Any = ErrorPolicy.REJECT_ALL, idempotency_key: Any = None) -> Any:  # fmt: skip  # noqa: ARG001, E501
        items_given, policy = sent(info)["input"], str(error_policy)

        async def work(connection: asyncpg.Connection) -> dict[str, Any]:
            viewer = info.context.viewer
            return (await items.save(connection, viewer, kind, items_given, policy)).payload(shown)

        return await written(info, payload, work, idempotency_key)

    save.__annotations__ = {
        "info": Info[Context, None],
        "input": Annotated[
            list_of(given), strawberry.argument(description=f"At most {MOST_ITEMS} items, in any order.")
        ],
        "error_policy": Annotated[ErrorPolicy, POLICY],
        "idempotency_key": Annotated[str | None, KEY],
        "return": payload | None,
    }
    made = strawberry.mutation(
        resolver=save,
        description=f"Make {name} records or change your own: each is found by its id, slug or key, or made.",
    )
    return payload | None, made
