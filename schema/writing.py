"""How a mutation's field writes and answers: one transaction, its payload read in it by the compiled reader.

graphql-core runs the fields one after the other without their selections; what was read takes the place of
each field's value afterwards. What is written is the business of resolvers/.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import asyncpg
import orjson
from graphql import DocumentNode, FieldNode, InlineFragmentNode, NameNode, SelectionSetNode
from strawberry.types import Info

from resolvers.reads import Operation
from resolvers.writes import Reference, write
from schema.context import Context, Writing
from schema.inputs import EntityRef

T = TypeVar("T")
Work = Callable[[asyncpg.Connection], Awaitable[Mapping[str, Any]]]
"""Writes, and gives each field of the payload: a record's id (or None), or a plain value."""
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


async def written(info: Info[Context, None], payload: type[T], work: Work) -> T:
    """Does the work as the viewer, reads what the client selected of the payload, and commits."""
    context = info.context
    writing = context.writing
    assert writing is not None
    key = str(info.path.key)

    async def transaction(connection: asyncpg.Connection) -> bytes:
        found = await work(connection)
        return await writing.payloads[key].read(
            writing.reads, connection, context.viewer, writing.variables, found
        )

    writing.written[key] = await write(context.database, context.viewer, transaction)
    # graphql-core only asks for the object's type; its fields stand in the bytes.
    return object.__new__(payload)


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
