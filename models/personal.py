"""The personal fields of an expert: which audience covers which columns, and what it is unless set.

They follow from the columns `<field>_audience` that models/expert.py declares; here is only what an audience
covers beside the column of its own name. How a value is hidden is resolvers/conditions.py, who may set an
audience resolvers/consent.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.expert import Expert
from models.vocabulary import Audience, Vocabulary

SUFFIX = "_audience"
COVERED: Mapping[str, tuple[str, ...]] = {
    "location": ("country", "subdivision", "city", "latitude", "longitude"),
    "skills": (),
    "identifiers": (),
}
"""What an audience covers where that is not the column of its name: rows of other tables are no columns."""
DESCRIBED = {
    "location": "country, subdivision, region, city and location.",
    "skills": "skills, and that the person is among the people who have a skill.",
    "identifiers": "identifiers, and that the person is found by one.",
}


@dataclass(frozen=True, slots=True)
class PersonalField:
    """A field with an audience of its own: the audience's column, what NULL in it means, what it covers."""

    code: str
    audience: str
    default: Audience
    columns: tuple[str, ...]


def personal_fields() -> dict[str, PersonalField]:
    """All of them by code, such as HEADLINE. Called once, by models/__init__.py."""
    found = {}
    for name, info in Expert.declared.items():
        if name.endswith(SUFFIX):
            stem = name.removesuffix(SUFFIX)
            columns = COVERED.get(stem, (stem,))
            found[stem.upper()] = PersonalField(stem.upper(), name, info["default"], columns)
    return found


def covering(fields: Mapping[str, PersonalField]) -> dict[str, PersonalField]:
    """By column of table `entity`: the personal field that it belongs to on an expert's record."""
    return {column: field for field in fields.values() for column in field.columns}


def personal_field_vocabulary(fields: Mapping[str, PersonalField]) -> type[Vocabulary]:
    """The enum of the personal fields."""
    functional: Any = Vocabulary
    terms = {}
    for code, field in fields.items():
        covered = DESCRIBED.get(code.lower(), f"{code.lower()}.".replace("_", " "))
        terms[code] = (code, f"Who may see {covered} Unless set: {field.default}.")
    made: type[Vocabulary] = functional("PersonalField", terms)
    made.__doc__ = "A field of a person with an audience of its own."
    return made
