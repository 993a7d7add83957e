"""What a mutation answers: the selection of its payload, planned before anything is written and read by the
compiled reader in the writing transaction.

A payload's field is a record, which is read by its id, a plain value that the write itself gives, or an
object or list of objects of such fields: the results of the items of an input.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type

from resolvers import cost, plan
from resolvers.arguments import arguments_of
from resolvers.planner import Planner
from resolvers.reads import Operation, Reads
from resolvers.viewer import Viewer

SEPARATOR = "\x1e"
"""Between the records of a root; no JSON text holds a control character."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object by response key: each name with the shape of an object, the place of a
    record's root, or None for a plain value."""

    type_name: str
    fields: Mapping[str, "tuple[str, Shape | int | None]"]


@dataclass(frozen=True, slots=True)
class Payload:
    """The plan of one mutation's payload: its shape, and a root for each field that is a record."""

    shape: Shape
    roots: tuple[plan.Root, ...]

    async def read(
        self,
        reads: Reads,
        connection: asyncpg.Connection,
        viewer: Viewer,
        variables: Mapping[str, Any],
        found: Mapping[str, Any],
    ) -> bytes:
        """The payload's JSON. `found` gives each field's id (or None), plain value, or objects of these, by
        its name."""
        records: list[Iterator[bytes]] = []
        if self.roots:
            ids: list[list[Any]] = [[] for _ in self.roots]
            _gather(self.shape, found, ids)
            named = {f"@{place}": one for place, one in enumerate(ids)}
            statement = reads.print(self.roots, viewer)
            texts = await reads.fetch_on(connection, statement, {**variables, **named}, viewer)
            records = [iter(text[1:-1].split(SEPARATOR.encode())) for text in texts]
        return _written(self.shape, found, records)


def _gather(shape: Shape, found: Mapping[str, Any], ids: list[list[Any]]) -> None:
    """The ids of the records of each root, in the order in which `_written` asks for them."""
    for name, inner in shape.fields.values():
        if isinstance(inner, int):
            ids[inner].append(found[name])
        elif isinstance(inner, Shape):
            for one in _objects(found[name]):
                _gather(inner, one, ids)


def _written(shape: Shape, found: Mapping[str, Any], records: list[Iterator[bytes]]) -> bytes:
    fields = []
    for key, (name, inner) in shape.fields.items():
        if isinstance(inner, int):
            value = next(records[inner])
        elif inner is None:
            value = orjson.dumps(shape.type_name if name == "__typename" else found[name])
        elif isinstance(found[name], Mapping):
            value = _written(inner, found[name], records)
        elif found[name] is None:
            value = b"null"
        else:
            value = b"[" + b",".join(_written(inner, one, records) for one in found[name]) + b"]"
        fields.append(b'"%s":%s' % (key.encode(), value))
    return b"{" + b",".join(fields) + b"}"


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    if value is None:
        return ()
    return (value,) if isinstance(value, Mapping) else value


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
            # What is answered of each item of a list is priced for each.
            given = arguments_of(mutation.fields[name], nodes[0], variables).get("input")
            each = price.child(key, name).times(len(given) if isinstance(given, list) else 1)
            roots: list[plan.Root] = []
            shape = _shape(planner, type_, nodes, each, roots)
            found[key] = Payload(shape, tuple(roots))
    cost.check(price, reads.limits.cost)
    return found, price.total


def _shape(
    planner: Planner,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    price: cost.Price,
    roots: list[plan.Root],
) -> Shape:
    today = plan.Bind(plan.TODAY, "date", "date", "asOf")
    fields: dict[str, tuple[str, Shape | int | None]] = {}
    for key, inner in planner.collect(type_.name, [node.selection_set for node in nodes]).items():
        name = inner[0].name.value
        target = None if name == "__typename" else get_named_type(type_.fields[name].type)
        if str(target) in planner.catalog.types:
            price.add(1)
            sets = [node.selection_set for node in inner]
            selection = planner.selection(planner.catalog.types[str(target)], sets, today, price)
            ids = plan.Bind(plan.Variable((f"@{len(roots)}",)), "records", "uuid[]", name)
            fields[key] = (name, len(roots))
            node = plan.FoundAny((selection,), ids, SEPARATOR)
            roots.append(plan.Root(key, name, node, is_nullable=False))
        elif isinstance(target, GraphQLObjectType):
            fields[key] = (name, _shape(planner, target, inner, price, roots))
        else:
            fields[key] = (name, None)
    return Shape(type_.name, fields)
