"""Paths between two entities as clients read them: the answer, a path, a hop with its relation.

What is searched and how a path is ranked is resolvers/paths.py's business.
"""

from functools import cache
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.vocabulary import Kind, Role
from resolvers.paths import MOST_HOPS, MOST_PATHS
from schema.build import Fields, argument, build
from schema.connection import AS_OF
from schema.declare import later, list_of
from schema.entity import Entity
from schema.enums import RelationDirection
from schema.inputs import EntityRef
from schema.relation import Relation


@cache
def hop() -> Any:
    """`PathHop`: one step of a path; it has the fields of its relation."""
    fields: Fields = {
        "from": (Entity, "Where the step begins.", []),
        "to": (Entity, "Where the step ends.", []),
        "direction": (
            RelationDirection,
            "OUT: `from` is the relation's subject; BOTH: the role is symmetric.",
            [],
        ),
        "relation": (
            Relation,
            "The relation that leads from one to the other: the strongest of several.",
            [],
        ),
    }
    for made in Relation.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        api = made.graphql_name or to_camel_case(made.python_name)
        if api not in ("subject", "object"):
            fields[api] = (Relation.__annotations__[made.python_name], made.description or "", [])
    return build(
        "PathHop", "One step of a path: a relation, read in the path's direction.", fields, is_input=False
    )


@strawberry.type(description="A connection of two entities over others; none is passed twice.")
class Path:
    """One path."""

    length: int = strawberry.field(description="How many relations it has.")
    strength: float = strawberry.field(
        description="How much it explains, up to 1: recent, telling relations that pass no hubs."
    )
    nodes: list[Entity] = strawberry.field(description="The entities on it, both ends included.")
    hops: list[later("PathHop", hop)] = strawberry.field(description="Its steps, in order.")  # type: ignore[valid-type]


@strawberry.type(description="How two entities are connected.")
class PathResult:
    """The answer of `paths`."""

    paths: list[Path] = strawberry.field(
        description="The shortest paths first; of the same length, the strongest."
    )
    truncated: bool = strawberry.field(
        description="The search stopped early at a limit: there may be other paths, also stronger ones."
    )
    visited: int = strawberry.field(description="How many beginnings of paths the search looked at.")


ARGUMENTS = [
    argument("from", EntityRef, "Where the paths begin."),
    argument("to", EntityRef, "Where they end."),
    argument("maxHops", int, f"The most relations of a path, 1 to {MOST_HOPS}.", 4),
    argument("first", int, f"How many paths, 1 to {MOST_PATHS}.", 5),
    argument("roles", list_of(Role) | None, "Only relations of these roles."),
    argument("kinds", list_of(Kind) | None, "Pass only entities of these kinds; the two ends may be of any."),
    AS_OF,
]
