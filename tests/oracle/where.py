"""Whether a record meets a `where`, in Python.

Two-valued: a comparison with a missing value does not hold, and `ne`, `notIn` and `not` say the
opposite of what they negate. Values come as GraphQL input gives them: plain JSON values.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from resolvers.mapping import Children, Column, Composite, Related, ToOne, Value
from tests.oracle import sight
from tests.oracle.globe import kilometres
from tests.oracle.world import Record, World, plain_column

SPELLINGS = {
    "https://ror.org/05bbbc791": "05bbbc791",
    "ROR.org/05BBBC791": "05bbbc791",
    "05bbbc791": "05bbbc791",
    "03yrm5c26": "03yrm5c26",
    "https://www.wikidata.org/wiki/Q1135027": "Q1135027",
    "q1135027": "Q1135027",
    "Q1135027": "Q1135027",
    "KU-1": "KU-1",
}
"""Spellings of identifiers that operations may use, with the canonical ones."""

Compare = Callable[[Any, Any], bool]
COMPARISONS: Mapping[str, Compare] = {
    "eq": lambda value, other: value == other,
    "lt": lambda value, other: value < other,
    "lte": lambda value, other: value <= other,
    "gt": lambda value, other: value > other,
    "gte": lambda value, other: value >= other,
    "in": lambda value, others: value in others,
}
NEGATIONS = {"ne": "eq", "notIn": "in"}


def meets(world: World, record: Record, where: Mapping[str, Any] | None) -> bool:
    """Whether the record meets every condition; the record's day is the condition's."""
    return all(_meets(world, record, key, value) for key, value in (where or {}).items())


def _meets(world: World, record: Record, key: str, value: Any) -> bool:
    if key == "and":
        return all(meets(world, record, inner) for inner in value)
    if key == "or":
        return any(meets(world, record, inner) for inner in value)
    if key == "not":
        return not meets(world, record, value)
    if key == "near":
        return _is_near(world, record, value)
    field = record.type.fields[key]
    if key == "identifiers":
        personal = getattr(field, "personal", None)
        return sight.may_know(world.viewer, record.row, personal) and _identified(world, record, value)
    if isinstance(field, Related):
        return _relates(world, record, field, value)
    if isinstance(field, Children):
        return _has(value, [edge.node for edge in world.children(record, field, record.day)], world)
    if isinstance(field, ToOne):
        linked = world.link(record, field)
        return linked is not None and meets(world, _as(world, linked, field.target), value)
    column = plain_column(record.type, key)
    found = world.plain(record, key)
    return all(_holds(world, column, operator, found, other) for operator, other in value.items())


def _as(world: World, record: Record, target: str) -> Record:
    """The record under the type that the condition is written for."""
    return Record(world.catalog.types[target], record.row, record.day)


def _identified(world: World, record: Record, wanted: Mapping[str, Any]) -> bool:
    return any(
        row["scheme"] == wanted["scheme"]
        and (wanted.get("value") is None or row["value"] == SPELLINGS[wanted["value"]])
        for row in world.tables.where("identifier", "entity_id", record.row["id"])
    )


def _is_near(world: World, record: Record, wanted: Mapping[str, Any]) -> bool:
    """By the angle between two vectors from the middle of the earth, whose mean radius is 6,371.0088 km."""
    ((column, value),) = wanted["entity"].items()
    key = UUID(value) if column == "id" else value
    centre = world.find(world.catalog.types["Entity"], column, key, record.day)
    assert centre is not None
    location = record.type.fields["location"]
    assert isinstance(location, Composite)
    personal = location.parts["latitude"].personal
    is_known = sight.may_know(world.viewer, record.row, personal)
    if not is_known or record.row["latitude"] is None or record.row["longitude"] is None:
        return False
    return kilometres(centre.row, record.row) <= float(wanted["km"])


def _relates(world: World, record: Record, field: Related, wanted: Mapping[str, Any]) -> bool:
    edges = world.related(record, field, record.day, wanted.get("role"))
    return _has(wanted, [edge.node for edge in edges], world)


def _has(wanted: Mapping[str, Any], found: list[Record], world: World) -> bool:
    def is_some(where: Mapping[str, Any]) -> bool:
        return any(
            (sight.mentions_status(where) or sight.is_current(one.row)) and meets(world, one, where)
            for one in found
        )

    if wanted.get("some") is not None and not is_some(wanted["some"]):
        return False
    return not (wanted.get("none") is not None and is_some(wanted["none"]))


def _holds(world: World, column: Column, operator: str, value: Any, other: Any) -> bool:
    if operator in NEGATIONS:
        return not _holds(world, column, NEGATIONS[operator], value, other)
    if operator == "isNull":
        return (value is None) is bool(other)
    if operator == "isEmpty":
        return (not value) is bool(other)
    if operator in ("has", "hasSome", "hasEvery"):
        wanted = [other] if operator == "has" else other
        found = [item in (value or []) for item in wanted]
        return any(found) if operator == "hasSome" else all(found)
    if value is None:
        return False
    if operator in ("contains", "startsWith", "matches"):
        return _reads(world, operator, value, other)
    given = [typed(column, item) for item in other] if operator == "in" else typed(column, other)
    return COMPARISONS[operator](value, given)


def _reads(world: World, operator: str, text: str, term: str) -> bool:
    folded, wanted = world.tables.fold(text), world.tables.fold(term)
    if operator == "contains":
        return wanted in folded
    if operator == "startsWith":
        return folded.startswith(wanted)
    return all(word in folded for word in wanted.split())


def typed(column: Column, value: Any) -> Any:
    """The Python value of an input value, to compare with the column's."""
    if column.value is Value.DATE:
        return date.fromisoformat(value)
    if column.value is Value.DATETIME:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC)
    if column.value is Value.DECIMAL:
        return Decimal(str(value))
    if column.value is Value.ID:
        return UUID(value)
    return value
