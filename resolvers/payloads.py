"""What a mutation answers: the selection of its payload, planned before anything is written and read by the
compiled reader in the writing transaction.

A payload's field is a record, which is read by its id, or a plain value that the write itself gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type

from resolvers import cost, plan
from resolvers.planner import Planner
from resolvers.reads import Operation, Reads
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Payload:
    """The plan of one mutation's payload: its records, and its plain values by response key."""

    type_name: str
    roots: tuple[plan.Root, ...]
    plain: Mapping[str, str]
    order: tuple[str, ...]

    async def read(
        self,
        reads: Reads,
        connection: asyncpg.Connection,
        viewer: Viewer,
        variables: Mapping[str, Any],
        found: Mapping[str, Any],
    ) -> bytes:
        """The payload's JSON. `found` gives each field's id (or None) or plain value, by its name."""
        values = {key: self._plain(name, found) for key, name in self.plain.items()}
        if self.roots:
            ids = {f"@{root.name}": found[root.name] for root in self.roots}
            statement = reads.print(self.roots, viewer)
            texts = await reads.fetch_on(connection, statement, {**variables, **ids}, viewer)
            values |= {root.key: text for root, text in zip(self.roots, texts, strict=True)}
        return b"{" + b",".join(b'"%s":%s' % (key.encode(), values[key]) for key in self.order) + b"}"

    def _plain(self, name: str, found: Mapping[str, Any]) -> bytes:
        return orjson.dumps(self.type_name if name == "__typename" else found[name])


def plan_payloads(
    reads: Reads, operation: Operation, variables: Mapping[str, Any]
) -> tuple[dict[str, Payload], int]:
    """The payloads of a mutation by response key, and their price; raises LimitExceeded COST_LIMIT."""
    mutation = reads.schema.mutation_type
    assert mutation is not None
    planner = Planner(reads.catalog, reads.schema, operation.fragments, variables, reads.limits)
    price = cost.Price()
    found = {}
    for key, nodes in planner.collect(mutation.name, [operation.node.selection_set]).items():
        name = nodes[0].name.value
        if name in mutation.fields:
            type_ = get_named_type(mutation.fields[name].type)
            assert isinstance(type_, GraphQLObjectType)
            found[key] = _payload(planner, type_, nodes, price.child(key, name))
    cost.check(price, reads.limits.cost)
    return found, price.total


def _payload(
    planner: Planner, type_: GraphQLObjectType, nodes: list[FieldNode], price: cost.Price
) -> Payload:
    today = plan.Bind(plan.TODAY, "date", "date", "asOf")
    roots: list[plan.Root] = []
    plain: dict[str, str] = {}
    collected = planner.collect(type_.name, [node.selection_set for node in nodes])
    for key, inner in collected.items():
        name = inner[0].name.value
        target = "" if name == "__typename" else str(get_named_type(type_.fields[name].type))
        if target not in planner.catalog.types:
            plain[key] = name
            continue
        price.add(1)
        sets = [node.selection_set for node in inner]
        selection = planner.selection(planner.catalog.types[target], sets, today, price)
        by_id = (("id", plan.Bind(plan.Variable((f"@{name}",)), "id", "uuid", name)),)
        roots.append(plan.Root(key, name, plan.Found(selection, by_id, None, today), is_nullable=True))
    return Payload(type_.name, tuple(roots), plain, tuple(collected))
