"""The vocabularies as GraphQL enums: names and descriptions come from models/."""

import inspect
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import strawberry

from models import (
    ChangeKind,
    FactField,
    PersonalFieldCode,
    analysis_vocabulary,
    fact_vocabulary,
    vocabulary,
    webhook_vocabulary,
    writing_vocabulary,
)
from models.vocabulary import Vocabulary


def described(cls: type[StrEnum], description: str, descriptions: Mapping[str, str]) -> type[StrEnum]:
    """Makes a GraphQL enum of a Python one; `descriptions` are by member name."""
    made: Any = strawberry.enum(cls, description=description)
    for value in made.__strawberry_definition__.values:
        value.description = descriptions[value.name]
    return cls


_MODULES = (vocabulary, fact_vocabulary, analysis_vocabulary, writing_vocabulary, webhook_vocabulary)
for _cls in {name: found for module in _MODULES for name, found in vars(module).items()}.values():
    if isinstance(_cls, type) and issubclass(_cls, Vocabulary) and _cls is not Vocabulary:
        described(_cls, inspect.cleandoc(_cls.__doc__ or ""), {term.name: term.description for term in _cls})


for _cls in (FactField, PersonalFieldCode, ChangeKind):
    described(_cls, _cls.__doc__ or "", {term.name: term.description for term in _cls})


def members(name: str, description: str, values: Mapping[str, tuple[str, str]]) -> type[StrEnum]:
    """A new enum: GraphQL name -> (value, description)."""
    functional: Any = StrEnum
    cls: type[StrEnum] = functional(name, [(key, value) for key, (value, _) in values.items()])
    return described(cls, description, {key: text for key, (_, text) in values.items()})


Direction: Any = members(
    "Direction",
    "The direction of an order.",
    {"ASC": ("ASC", "Smallest first."), "DESC": ("DESC", "Largest first.")},
)
Nulls: Any = members(
    "Nulls",
    "Where missing values stand in an order.",
    {"FIRST": ("FIRST", "Before all others."), "LAST": ("LAST", "After all others.")},
)
RelationDirection: Any = members(
    "RelationDirection",
    "From which end a relation is read.",
    {
        "OUT": ("OUT", "The record is the relation's subject."),
        "IN": ("IN", "The record is the relation's object."),
        "BOTH": ("BOTH", "Either end; on an edge: the role is symmetric."),
    },
)
GroupOrderField: Any = members(
    "GroupOrderField",
    "What groups are ordered by.",
    {"COUNT": ("COUNT", "The number of records."), "KEYS": ("KEYS", "The keys, in the order of `by`.")},
)
