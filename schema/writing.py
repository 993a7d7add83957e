"""How a mutation's field writes and answers: one transaction, its payload read in it by the compiled reader.

graphql-core runs the fields one after the other without their selections; what was read takes the place of
each field's value afterwards. What is written is the business of resolvers/.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    InlineFragmentNode,
    NameNode,
    SelectionSetNode,
    Undefined,
    value_from_ast,
)
from strawberry.types import Info

from resolvers.idempotency import Work, idempotent
from resolvers.reads import Operation
from resolvers.scopes import require_write
from resolvers.viewer import Viewer
from resolvers.writes import Reference, write
from schema.context import Context, Writing
from schema.inputs import EntityRef

T = TypeVar("T")
TYPENAME_ONLY = SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))


def reference(given: EntityRef) -> Reference:
    """What an EntityRef says, as resolvers know it."""
    if given.id is not None:
        return Reference(id=str(given.id.value))
    if given.slug is not None:
        return Reference(slug=given.slug.value)
    assert given.identifier is not None
    found = given.identifier.value
    partner = found.partner or None
    return Reference(scheme=str(found.scheme), value=found.value, partner=partner)


KEY: Any = strawberry.argument(
    description="A text of your own, 1 to 200 characters, new for each write. Sent again with the same "
    "parameters it gives the same answer and writes nothing; it is kept for 24 hours at least."
)
"""What every mutation says of its argument idempotencyKey."""


async def written(
    info: Info[Context, None],
    payload: type[T],
    work: Work,
    idempotency_key: str | None = None,
    *,
    allowed: Callable[[Viewer], None] = require_write,
    once: dict[str, Any] | None = None,
) -> T:
    """Does the work as the viewer, reads what the client selected of the payload, and commits.

    With a key the work is done once for this field with these arguments (resolvers/idempotency.py).
    `allowed`, of resolvers/scopes.py, raises where the viewer may not do it at all. `once` are fields of the
    payload that the work fills when it is done and that are kept nowhere: sent again they are null.
    """
    context = info.context
    writing = context.writing
    assert writing is not None
    key = str(info.path.key)

    async def transaction(connection: asyncpg.Connection) -> bytes:
        viewer = context.viewer
        if once is not None:
            # What a transaction that was begun again had told is void.
            once.update(dict.fromkeys(once))
        if idempotency_key is None:
            found = await work(connection)
        else:
            parameters = sent(info)
            found = await idempotent(connection, viewer, idempotency_key, info.field_name, parameters, work)
        found = {**found, **(once or {})}
        return await writing.payloads[key].read(writing.reads, connection, viewer, writing.variables, found)

    writing.written[key] = await write(context.database, context.viewer, transaction, allowed)
    # graphql-core only asks for the object's type; its fields stand in the bytes.
    return object.__new__(payload)


def sent(info: Info[Context, None]) -> dict[str, Any]:
    """What the client sent, whether as literals or as variables, but for the key itself."""
    raw: Any = info._raw_info
    arguments = raw.parent_type.fields[raw.field_name].args
    found = {name: one.default_value for name, one in arguments.items()}
    for given in raw.field_nodes[0].arguments or ():
        name = given.name.value
        value = value_from_ast(given.value, arguments[name].type, raw.variable_values)
        found[name] = found[name] if value is Undefined else value
    return {n: one for n, one in found.items() if one is not Undefined and n != "idempotencyKey"}


def splice(result: Any, writing: Writing) -> None:
    """Puts what was read in the place of each mutation's value."""
    if result is not None and result.data is not None:
        result.data = {
            key: orjson.Fragment(writing.written[key]) if key in writing.written else value
            for key, value in result.data.items()
        }


def bare_document(operation: Operation) -> DocumentNode:
    """The document with only `__typename` of each root field's object."""

    def bare(selection_set: SelectionSetNode) -> SelectionSetNode:
        left: list[Any] = []
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                inner = TYPENAME_ONLY if node.selection_set else None
                left.append(dataclasses.replace(node, selection_set=inner))
            elif isinstance(node, InlineFragmentNode):
                left.append(dataclasses.replace(node, selection_set=bare(node.selection_set)))
            else:
                left.append(node)
        return SelectionSetNode(selections=tuple(left))

    own = dataclasses.replace(operation.node, selection_set=bare(operation.node.selection_set))
    fragments = [
        dataclasses.replace(one, selection_set=bare(one.selection_set))
        for one in operation.fragments.values()
    ]
    return DocumentNode(definitions=(own, *fragments))
