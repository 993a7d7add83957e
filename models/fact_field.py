"""Which fields further sources may speak of, and the columns in which the preferred value of each stands.

They follow from the declarations of the kinds: every own column but generated and personal ones, and some
that all kinds share. A column that qualifies another one (unit, currency, precision) is the unit of that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.checks import kind_models
from models.entity import Entity
from models.personal import covering, personal_fields
from models.vocabulary import Kind, Vocabulary

SHARED = ("city", "country", "description", "sphere", "subdivision", "website")
"""Of the columns that all kinds have; names and identifiers are kept side by side in tables of their own."""
VALUES, UNITS = ("_value", "_amount"), ("_unit", "_currency", "_precision")


@dataclass(frozen=True, slots=True)
class FactColumns:
    """Where a field's preferred value and its unit stand in table `entity`, and which kinds have it."""

    code: str
    value: str
    unit: str | None
    kinds: tuple[Kind, ...]


def _is_open(name: str, info: Mapping[str, Any]) -> bool:
    column = Entity.__table__.c[name]
    return column.computed is None and not info.get("personal") and not name.endswith("_audience")


def _shared_kinds(name: str) -> tuple[Kind, ...]:
    """The kinds of which others may state a shared field: what is personal of a person is not theirs."""
    is_personal = name in covering(personal_fields())
    return tuple(kind for kind in kind_models() if kind is not Kind.EXPERT or not is_personal)


def _stem(name: str) -> str:
    return next((name.removesuffix(ending) for ending in VALUES if name.endswith(ending)), name)


def fact_columns() -> dict[str, FactColumns]:
    """By code, such as AREA: `area_value` in `area_unit`. Called once, when all kinds are declared."""
    kinds = {name: _shared_kinds(name) for name in SHARED}
    for kind, model in kind_models().items():
        for name, info in model.declared.items():
            if _is_open(name, info):
                kinds[name] = (*kinds.get(name, ()), kind)
    found = {}
    for name, having in sorted(kinds.items()):
        stem = _stem(name)
        if name.endswith(UNITS):
            continue
        unit = next((stem + ending for ending in UNITS if stem + ending in Entity.__table__.c), None)
        found[stem.upper()] = FactColumns(stem.upper(), name, unit, having)
    return found


def _described(columns: FactColumns) -> str:
    unit = f", in {columns.unit}" if columns.unit else ""
    persons = "" if Kind.EXPERT in columns.kinds else " but a person"
    of = f"any record{persons}" if columns.value in SHARED else ", ".join(columns.kinds)
    return f"The column {columns.value}{unit}; of {of}."


def fact_field_vocabulary(columns: Mapping[str, FactColumns]) -> type[Vocabulary]:
    """The enum of these fields."""
    functional: Any = Vocabulary
    made: type[Vocabulary] = functional(
        "FactField", {code: (code, _described(found)) for code, found in columns.items()}
    )
    made.__doc__ = "A field of which several sources may speak."
    return made


def fact_columns_of(all_: Mapping[str, FactColumns], kinds: tuple[str, ...]) -> tuple[FactColumns, ...]:
    """The fields that at least one of these kinds has."""
    return tuple(found for found in all_.values() if set(found.kinds) & set(kinds))
