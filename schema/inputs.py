"""Filters of scalars, and how an entity is referred to.

The filters of enums and the `where` of each type are derived (schema/derive.py). An operator that is
given must not be null: a missing value is asked for by `isNull`.
"""

import datetime
from decimal import Decimal
from typing import Any

import strawberry

from models.vocabulary import IdentifierScheme
from schema import enums  # noqa: F401 - the enums must be described before a field uses one
from schema.build import Fields, build

_DOCS = {
    "eq": "Equal to.",
    "ne": "Different from; missing values count as different.",
    "in": "One of these (at most 250).",
    "notIn": "None of these (at most 250); missing values count.",
    "lt": "Less than; of dates: before.",
    "lte": "At most.",
    "gt": "Greater than; of dates: after.",
    "gte": "At least.",
    "isNull": "True: the value is missing. False: it is present.",
    "contains": "Contains this text; case, accents and script variants do not matter.",
    "startsWith": "Starts with this text; case, accents and script variants do not matter.",
    "matches": "Contains all of these words, in any order; case and accents do not matter.",
    "has": "Contains this value.",
    "hasSome": "Contains at least one of these.",
    "hasEvery": "Contains all of these.",
    "isEmpty": "True: the list has no values.",
}
_LISTS = {"in", "notIn", "hasSome", "hasEvery"}
_FLAGS = {"isNull", "isEmpty"}
_TEXTS = {"contains", "startsWith", "matches"}


def scalar_filter(name: str, type_: Any, operators: str, description: str) -> Any:
    """A filter input with the named operators on values of a type."""
    fields: Fields = {}
    for operator in operators.split():
        value: Any = type_
        if operator in _FLAGS:
            value = bool
        elif operator in _TEXTS:
            value = str
        elif operator in _LISTS:
            value = list[type_]
        fields[operator] = (value | None, _DOCS[operator], [])
    return build(name, description, fields, is_input=True)


EQUALITY = "eq ne in notIn isNull"
RANGE = "eq ne in notIn lt lte gt gte isNull"
StringFilter = scalar_filter(
    "StringFilter", str, f"{RANGE} contains startsWith matches", "Conditions on a text."
)
IDFilter = scalar_filter("IDFilter", strawberry.ID, EQUALITY, "Conditions on an id.")
IntFilter = scalar_filter("IntFilter", int, RANGE, "Conditions on a whole number.")
FloatFilter = scalar_filter("FloatFilter", float, RANGE, "Conditions on a number.")
DecimalFilter = scalar_filter("DecimalFilter", Decimal, RANGE, "Conditions on a decimal number.")
BooleanFilter = scalar_filter("BooleanFilter", bool, "eq ne isNull", "Conditions on a truth value.")
DateFilter = scalar_filter(
    "DateFilter",
    datetime.date,
    RANGE,
    "Conditions on a date. A date known to its year counts as its January 1st.",
)
DateTimeFilter = scalar_filter("DateTimeFilter", datetime.datetime, RANGE, "Conditions on an instant.")
StringListFilter = scalar_filter(
    "StringListFilter", str, "has hasSome hasEvery isEmpty", "Conditions on a list of texts."
)


@strawberry.input(
    description="An identifier in a register. Any usual spelling is taken: a URL, with spaces or hyphens."
)
class IdentifierInput:
    """Input of `EntityRef.identifier`."""

    scheme: IdentifierScheme = strawberry.field(description="The register.")
    value: str = strawberry.field(description="The identifier; its check digits are checked.")
    partner: str | None = strawberry.field(
        default=strawberry.UNSET, description="For scheme PARTNER: the slug of the partner whose key it is."
    )


@strawberry.input(description="Records that carry an identifier: of a register, or a certain one.")
class IdentifierFilter:
    """Condition on identifiers."""

    scheme: IdentifierScheme = strawberry.field(description="The register.")
    value: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The identifier, in any usual spelling; left out: any value of the register.",
    )


@strawberry.input(one_of=True, description="Refers to one fact, in exactly one way.")
class FactRef:
    """How a fact is looked up."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its id.")
    slug: strawberry.Maybe[str] = strawberry.field(description="Its slug.")


@strawberry.input(
    one_of=True,
    description="Refers to one entity, in exactly one way.",
)
class EntityRef:
    """How anything that takes an entity takes it."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its id.")
    slug: strawberry.Maybe[str] = strawberry.field(description="Its slug.")
    identifier: strawberry.Maybe[IdentifierInput] = strawberry.field(
        description="An identifier that it carries in a register."
    )


@strawberry.input(description="Records that lie around an entity, itself included.")
class NearFilter:
    """Condition on `location`."""

    entity: EntityRef = strawberry.field(description="The entity in the middle; it must have a location.")
    km: float = strawberry.field(
        description="How far at most, in kilometres on the sphere: more than 0, at most 20,040."
    )
