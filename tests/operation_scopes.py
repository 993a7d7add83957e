"""What a generated operation is, and what its selections already hold.

A response key may stand for one thing only wherever fragments meet (tests/operations.py asks here).
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLNamedType


@dataclass(frozen=True)
class Operation:
    """An operation, its variables, and the variables that take a cursor of an earlier answer.

    `cursors`: variable -> (response key of a pageInfo, which of its cursors). `again`: the variables of a
    second request with the same document, which meets the plans that the first one left.
    """

    text: str
    variables: dict[str, Any]
    cursors: dict[str, tuple[str, str]]
    again: dict[str, Any] | None = None


@dataclass
class Placed:
    """A response key in a selection: what it stands for, and what is selected below."""

    name: str
    arguments: str
    type: str
    room: int
    below: "Scope" = field(default_factory=dict)


Scope = dict[str, Placed]


@dataclass(frozen=True)
class Fragment:
    """A named fragment that may be spread again where there is as much room."""

    name: str
    type: GraphQLNamedType
    scope: Scope
    depth: int
    room: int
    aliases: int
    items: int
    nodes: int


def absorb(into: Scope, other: Scope) -> bool:
    """Merges a selection into another, unless a response key would mean two things."""
    if not _agree(into, other):
        return False
    for key, placed in other.items():
        mine = into.setdefault(key, Placed(placed.name, placed.arguments, placed.type, placed.room))
        mine.room = min(mine.room, placed.room)
        absorb(mine.below, placed.below)
    return True


def _agree(one: Scope, other: Scope) -> bool:
    return all(
        (placed.name, placed.arguments, placed.type) == (one[key].name, one[key].arguments, one[key].type)
        and _agree(one[key].below, placed.below)
        for key, placed in other.items()
        if key in one
    )
