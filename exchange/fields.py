"""The fields that each kind has in files, and the columns behind them, both derived from the tables.

A field is named as in the API: a column in camelCase, or one name for columns that belong together
(a date and its precision, an amount and its currency). Not its business: how a value is written
(exchange/values.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, Numeric
from sqlalchemy.dialects.postgresql import ARRAY

from exchange.values import FieldSpec, FieldType
from models import PERSONAL_COLUMNS, Base, kind_models
from models.vocabulary import Kind

_ENTITY = Base.metadata.tables["entity"]
_SHARED = ("name", "sphere", "record_status", "description", "website", "country", "subdivision", "city")
_SPECIAL = {"country": FieldType.COUNTRY, "residence_country": FieldType.COUNTRY,
            "subdivision": FieldType.SUBDIVISION}  # fmt: skip
_RENAMED = {"agreement_status": "status"}
"""Columns whose field has another name, because table `entity` has one column of a name for all kinds."""
_COMPOSITES = {
    ("_amount", "_currency"): FieldType.MONEY,
    ("_value", "_unit"): FieldType.AREA,
    ("", "_precision"): FieldType.PARTIAL_DATE,
}


def camel(name: str) -> str:
    """A name in snake_case as the API writes it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def scalar_type(column: Column[Any], info: Mapping[str, Any]) -> tuple[FieldType, bool]:
    """The type of a column of its own, and whether it is a list."""
    if column.name in _SPECIAL:
        return _SPECIAL[column.name], False
    if "enum" in info:
        return FieldType.ENUM, False
    # Float is a kind of Numeric, so it is asked for first.
    for type_, found in (
        (Boolean, FieldType.BOOLEAN),
        (Integer, FieldType.INTEGER),
        (Float, FieldType.FLOAT),
        (Numeric, FieldType.DECIMAL),
        (Date, FieldType.DATE),
    ):
        if isinstance(column.type, type_):
            return found, False
    return FieldType.TEXT, isinstance(column.type, ARRAY)


def _specs(infos: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[FieldSpec, tuple[str, ...]]]:
    """The fields made of these columns, each with its columns."""
    taken: set[str] = set()
    for name, info in infos.items():
        if name in taken or _ENTITY.c[name].computed is not None:
            continue
        for (first, second), type_ in _COMPOSITES.items():
            stem = name.removesuffix(first)
            if name.endswith(first) and f"{stem}{second}" in infos:
                columns = (name, f"{stem}{second}")
                taken |= set(columns)
                yield FieldSpec(stem, type_), columns
                break
        else:
            type_, is_list = scalar_type(_ENTITY.c[name], info)
            yield FieldSpec(_RENAMED.get(name, name), type_, info.get("enum"), is_list), (name,)


def _fields() -> dict[Kind, list[tuple[FieldSpec, tuple[str, ...]]]]:
    shared = list(_specs({name: dict(_ENTITY.c[name].info) for name in _SHARED}))
    shared.append((FieldSpec("location", FieldType.LOCATION), ("latitude", "longitude")))
    shared += _specs({"audience": dict(_ENTITY.c.audience.info)})
    found = {kind: [*shared, *_specs(model.declared)] for kind, model in kind_models().items()}
    found[Kind.EXPERT] = [(_of_person(spec, columns), columns) for spec, columns in found[Kind.EXPERT]]
    return found


def _of_person(spec: FieldSpec, columns: tuple[str, ...]) -> FieldSpec:
    is_personal = columns[0] in PERSONAL_COLUMNS or spec.name.endswith("_audience")
    return replace(spec, is_personal=is_personal)


_FIELDS = _fields()

FIELDS_OF: Mapping[Kind, Mapping[str, FieldSpec]] = {
    kind: {camel(spec.name): spec for spec, _ in fields} for kind, fields in _FIELDS.items()
}
"""The fields of each kind by the name they have in the API."""

COLUMNS_OF: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    kind: {spec.name: columns for spec, columns in fields} for kind, fields in _FIELDS.items()
}
"""The columns of table `entity` that a field fills, by the field's name in snake_case."""

REQUIRED_OF: Mapping[Kind, tuple[str, ...]] = {
    kind: ("name", *(name for name, info in model.declared.items() if info.get("required")))
    for kind, model in kind_models().items()
}
"""The columns without which a record of the kind cannot exist."""
