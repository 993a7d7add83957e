"""Paths between two entities: how `paths` is planned, how far its search may go, what a role weighs.

How it is printed is resolvers/path_sql.py's business; what a path's strength means is in docs/paths.md.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from models.vocabulary import Role
from resolvers import mapping, plan
from resolvers.arguments import Argument, Given
from resolvers.cost import Price
from resolvers.errors import BadUserInput, Code
from resolvers.paging import within

if TYPE_CHECKING:
    from resolvers.planner import Planner

MOST_HOPS = 6
MOST_PATHS = 50
FAN_OUT = 5_000
"""Relations that are followed from one entity, from either side of them."""
BUDGET = 20_000
"""Beginnings of paths that are kept, from both ends together."""
PATIENCE_SECONDS = 1.5
"""After this long no further step is taken; the statement timeout is several times as long."""
SEARCH_PRICE = {1: 10, 2: 50, 3: 150, 4: 500, 5: 1_500, 6: 4_000}
"""What the search counts as in the price of an operation, by `maxHops`: about the entities that it passes."""
ROLE_WEIGHTS = {
    Role.FOUNDED: 1.0,
    Role.SPIN_OFF_OF: 1.0,
    Role.SUCCEEDS: 1.0,
    Role.INVESTED_IN: 0.9,
    Role.PARTY_TO: 0.9,
    Role.DEVELOPS: 0.9,
    Role.BOARD_MEMBER_OF: 0.8,
    Role.HOLDS_POST_AT: 0.8,
    Role.RUNS: 0.8,
    Role.CONVENED: 0.8,
    Role.HOSTS: 0.8,
    Role.SUPERVISES: 0.7,
    Role.FUNDS: 0.7,
    Role.PART_OF: 0.7,
    Role.COLLABORATES_WITH: 0.6,
    Role.EMPLOYED_BY: 0.6,
    Role.ATTENDED: 0.5,
    Role.TENANT_OF: 0.5,
    Role.PARTICIPATES_IN: 0.4,
    Role.STUDIED_AT: 0.4,
    Role.RELATED_TO: 0.2,
}
"""How much a role says about two entities: the rarer it is for one of them to have many, the more.

Stated and not counted, so that hidden relations have no part in it and an answer stays the same."""


def planned(
    planner: "Planner",
    field: mapping.Paths,
    nodes: list[FieldNode],
    arguments: Mapping[str, Argument],
    as_of: plan.Bind | None,
    price: Price,
) -> plan.Paths:
    """The plan of `paths`; raises BadUserInput where an argument is out of range."""
    hops = within(arguments["maxHops"], "maxHops", MOST_HOPS, Code.BAD_USER_INPUT)
    size = within(arguments["first"], "first", MOST_PATHS, Code.PAGE_SIZE)
    for name in ("roles", "kinds"):
        given = arguments.get(name)
        if isinstance(given, Given) and given.value == []:
            raise BadUserInput(
                f"{name} is empty, so that no path could be found.",
                hint=f"Leave {name} out for any, or name those that may be passed.",
            )
    key = nodes[0].alias.value if nodes[0].alias else nodes[0].name.value
    price.add(SEARCH_PRICE[hops])
    target, relation = planner.catalog.types[field.target], planner.catalog.types[field.relation]
    filters = planner.filters
    return plan.Paths(
        target=target,
        relation=relation,
        start=filters.reference(arguments["from"], "from"),
        goal=filters.reference(arguments["to"], "to"),
        hops=hops,
        size=size,
        roles=filters.list_of(arguments.get("roles"), "enum[]", "text[]", "roles"),
        kinds=filters.list_of(arguments.get("kinds"), "enum[]", "text[]", "kinds"),
        as_of=as_of,
        outputs=_Parts(planner, target, relation, hops, size, as_of).result(nodes, price, key),
    )


class _Parts:
    """Plans the objects of the answer."""

    def __init__(
        self,
        planner: "Planner",
        target: mapping.TypeMap,
        relation: mapping.TypeMap,
        hops: int,
        size: int,
        as_of: plan.Bind | None,
    ) -> None:
        self.planner, self.target, self.relation = planner, target, relation
        self.hops, self.size, self.as_of = hops, size, as_of

    def _collected(self, type_name: str, nodes: list[FieldNode]) -> list[tuple[str, str, list[FieldNode]]]:
        found = self.planner.collect(type_name, [node.selection_set for node in nodes])
        return [(key, inner[0].name.value, inner) for key, inner in found.items()]

    def result(self, nodes: list[FieldNode], price: Price, key: str) -> plan.PathPart:
        entries: list[tuple[str, str, Any]] = []
        for own, name, inner in self._collected("PathResult", nodes):
            made: Any = None
            if name == "paths":
                below = price.child(key, "paths", self.size)
                below.add(self.size)
                made = self._path(inner, below)
            entries.append((own, name, plan.TypeName("PathResult") if name == "__typename" else made))
        return plan.PathPart(tuple(entries))

    def _path(self, nodes: list[FieldNode], price: Price) -> plan.PathPart:
        entries: list[tuple[str, str, Any]] = []
        for own, name, inner in self._collected("Path", nodes):
            made: Any = plan.TypeName("Path") if name == "__typename" else None
            if name == "hops":
                below = price.child(own, name, self.hops)
                below.add(self.hops)
                made = self._hop(inner, below)
            elif name == "nodes":
                below = price.child(own, name, self.hops + 1)
                below.add(self.hops + 1)
                made = self._object(self.target, inner, below)
            entries.append((own, name, made))
        return plan.PathPart(tuple(entries))

    def _hop(self, nodes: list[FieldNode], price: Price) -> plan.PathPart:
        entries: list[tuple[str, str, Any]] = []
        for own, name, inner in self._collected("PathHop", nodes):
            made: Any = None
            if name == "__typename":
                made = plan.TypeName("PathHop")
            elif name in ("from", "to"):
                made = self._object(self.target, inner, price)
            elif name == "relation":
                made = self._object(self.relation, inner, price)
            elif name != "direction":
                made = self.planner.field(self.relation, inner, self.as_of, price)
            entries.append((own, name, made))
        return plan.PathPart(tuple(entries))

    def _object(self, type_: mapping.TypeMap, nodes: list[FieldNode], price: Price) -> plan.Selection:
        return self.planner.selection(type_, [node.selection_set for node in nodes], self.as_of, price)
