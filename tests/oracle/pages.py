"""Lists in Python: orders, pages by a place in the order, counts, groups.

A place is what a cursor stands for: the values of the order's keys and what breaks ties. Cursors
themselves are opaque; the comparison learns them from the compiled answers (compare.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import cmp_to_key
from typing import Any

from resolvers.mapping import Column, TypeMap, Value
from tests.oracle.world import Edge, World, plain_column

COUNTED = 10_000


@dataclass(frozen=True)
class Key:
    """One key of an order."""

    field: str
    is_descending: bool
    is_nulls_first: bool


@dataclass(frozen=True)
class Place:
    """Where a record stands in an order of a list of a type."""

    list_type: str
    order: tuple[Key, ...]
    values: tuple[Any, ...]
    identity: tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    """What a connection shows: the page, and all records it was cut from."""

    list_type: str
    target: TypeMap
    edges: Sequence[Edge]
    everything: Sequence[Edge]
    order: tuple[Key, ...]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True)
class Group:
    """Records with equal values in the keys."""

    target: TypeMap
    by: tuple[str, ...]
    values: tuple[Any, ...]
    edges: Sequence[Edge]


def upper_snake(api: str) -> str:
    """The name of a field in an enum of fields: `foundedOn` is FOUNDED_ON."""
    return "".join(f"_{c}" if c.isupper() else c for c in api).upper()


def field_named(target: TypeMap, name: str) -> str:
    """The field that an enum of fields means."""
    return next(api for api in target.fields if upper_snake(api) == name)


def order_of(target: TypeMap, order_by: Sequence[Mapping[str, str]] | None) -> tuple[Key, ...]:
    """The keys of an `orderBy`."""
    return tuple(
        Key(field_named(target, key["field"]), key["direction"] == "DESC", key["nulls"] == "FIRST")
        for key in order_by or ()
    )


def place(world: World, edge: Edge, list_type: str, order: tuple[Key, ...]) -> Place:
    """Where an edge stands."""
    values = tuple(world.plain(edge.node, key.field) for key in order)
    return Place(list_type, order, values, edge.identity)


def compare(one: Place, other: Place) -> int:
    """Negative where one stands before the other: by the keys, then by identity in the direction of the
    last key."""
    for key, mine, theirs in zip(one.order, one.values, other.values, strict=True):
        found = _compare(mine, theirs, key)
        if found:
            return found
    sign = -1 if one.order and one.order[-1].is_descending else 1
    return sign * (int(one.identity > other.identity) - int(one.identity < other.identity))


def _compare(mine: Any, theirs: Any, key: Key) -> int:
    if mine is None or theirs is None:
        first = -1 if key.is_nulls_first else 1
        return first * ((mine is None) - (theirs is None))
    sign = -1 if key.is_descending else 1
    return sign * (int(mine > theirs) - int(mine < theirs))


def page(
    world: World,
    target: TypeMap,
    list_type: str,
    edges: Iterable[Edge],
    order: tuple[Key, ...],
    size: int,
    *,
    is_backward: bool = False,
    cursor: Place | None = None,
) -> Page:
    """The page of this size: forward from the start or after the cursor, backward from the end or before
    it."""
    by_place = cmp_to_key(compare)
    placed = [(place(world, edge, list_type, order), edge) for edge in edges]
    placed.sort(key=lambda item: by_place(item[0]))
    everything = [edge for _, edge in placed]
    side = -1 if is_backward else 1
    rest = [edge for at, edge in placed if cursor is None or side * compare(at, cursor) > 0]
    has_more = len(rest) > size
    shown = rest[-size:] if is_backward else rest[:size]
    has_next, has_previous = (cursor is not None, has_more) if is_backward else (has_more, cursor is not None)
    return Page(list_type, target, shown, everything, order, has_next, has_previous)


def groups(
    world: World,
    target: TypeMap,
    edges: Sequence[Edge],
    by: Sequence[str],
    order_by: Sequence[Mapping[str, str]] | None,
) -> list[Group]:
    """All groups: the largest first unless ordered; then by their keys, missing ones last."""
    fields = tuple(field_named(target, name) for name in by)
    found: dict[tuple[Any, ...], list[Edge]] = {}
    for edge in edges:
        found.setdefault(tuple(world.plain(edge.node, field) for field in fields), []).append(edge)
    made = [Group(target, fields, values, members) for values, members in found.items()]
    order = [(key["field"], key["direction"] == "DESC") for key in order_by or ()] or [("COUNT", True)]

    def before(one: Group, other: Group) -> int:
        for field, is_descending in [*order, ("KEYS", False)]:
            if field == "COUNT":
                sign = -1 if is_descending else 1
                difference = sign * (len(one.edges) - len(other.edges))
            else:
                key = Key("", is_descending, is_nulls_first=False)
                pairs = zip(one.values, other.values, strict=True)
                difference = next((c for a, b in pairs if (c := _compare(a, b, key))), 0)
            if difference:
                return difference
        return 0

    return sorted(made, key=cmp_to_key(before))


def aggregate(world: World, group: Group, what: str, field: str) -> Any:
    """A group's sum, min or max of a field; None where no record has a value."""
    column: Column = plain_column(group.target, field)
    values = [value for edge in group.edges if (value := world.value(edge.node, column)) is not None]
    if not values:
        return None
    if what != "sum":
        extreme: date | datetime | Decimal | float = (min if what == "min" else max)(values)
        return extreme
    if column.value is Value.FLOAT:
        return sum(values)
    with localcontext() as context:
        context.prec = 200
        return sum((Decimal(value) for value in values), Decimal(0))
