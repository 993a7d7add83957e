"""The fast path: a known query goes from its text to bytes without Strawberry in between.

An optimisation in front of schema/execution.py that must give the same answers: it takes only documents
that were parsed, limited and validated there before, and leaves all else (first requests, introspection,
refusals) to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLSchema,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
)
from graphql.language import NamedTypeNode
from strawberry.types.execution import ExecutionResult

from resolvers.cache import Cache
from resolvers.errors import TripleHelixError
from resolvers.reads import Operation, Reads
from schema.context import Context
from schema.execution import Documents, operation_of, whole

Coerce = Callable[[Mapping[str, Any]], dict[str, Any] | None]
_SCALARS: dict[str, type] = {"Int": int, "String": str, "ID": str, "Boolean": bool}


def _is_int32(value: int) -> bool:
    return -(2**31) <= value < 2**31


@dataclass(frozen=True, slots=True)
class Known:
    """A query that may take the fast path, and how its variables are coerced (None: not by us)."""

    operation: Operation
    coerce: Coerce


class FastPath:
    """Answers known queries."""

    def __init__(self, reads: Reads, documents: Documents, schema: GraphQLSchema, size: int = 1000) -> None:
        self.reads = reads
        self.documents = documents
        self.schema = schema
        self.known: Cache[tuple[str, str | None], Known] = Cache(size)

    def knows(self, text: str, name: str | None) -> bool:
        """Whether the query was answered before."""
        return (text, name) in self.known or self._learn(text, name) is not None

    async def answer(
        self, text: str, name: str | None, variables: Mapping[str, Any] | None, context: Context
    ) -> ExecutionResult | None:
        """The result that Strawberry would give, or None where the complete path must run."""
        known = self.known.get((text, name)) or self._learn(text, name)
        if known is None:
            return None
        coerced = known.coerce(variables or {})
        if coerced is None:
            return None
        try:
            prepared = self.reads.prepare(known.operation, coerced, context.viewer)
        except TripleHelixError:
            return None
        if prepared.statement is None or prepared.residual or prepared.failed:
            return None
        answer = await self.reads.run(prepared, coerced, context.viewer, context.database)
        data, errors = whole(prepared, answer, known.operation)
        cost = {"nodes": prepared.nodes, "limit": self.reads.limits.cost}
        return ExecutionResult(data=data, errors=errors, extensions={"cost": cost})

    def _learn(self, text: str, name: str | None) -> Known | None:
        """Takes up a document that the complete path has found valid."""
        document = self.documents.kept.get(text)
        if document is None or document.errors != []:
            return None
        operations = [d for d in document.node.definitions if isinstance(d, OperationDefinitionNode)]
        named = [o for o in operations if name is None or (o.name is not None and o.name.value == name)]
        if len(named) != 1 or named[0].operation is not OperationType.QUERY:
            return None
        operation = operation_of(document, text, name)
        known = Known(operation, self._coercer(operation.node))
        self.known.put((text, name), known)
        return known

    def _coercer(self, node: OperationDefinitionNode) -> Coerce:
        """Coerces built-in scalars by their exact Python type; everything else is graphql-core's work."""
        definitions = node.variable_definitions or ()
        plain: list[tuple[str, type, bool]] = []
        for definition in definitions:
            is_required = isinstance(definition.type, NonNullTypeNode)
            inner = definition.type.type if isinstance(definition.type, NonNullTypeNode) else definition.type
            if not isinstance(inner, NamedTypeNode) or definition.default_value is not None:
                break
            scalar = _SCALARS.get(inner.name.value)
            if scalar is None:
                break
            plain.append((definition.variable.name.value, scalar, is_required))

        def complete(given: Mapping[str, Any]) -> dict[str, Any] | None:
            found = get_variable_values(self.schema, definitions, dict(given))
            return None if isinstance(found, list) else found.coerced

        if len(plain) < len(definitions):
            return complete

        def coerce(given: Mapping[str, Any]) -> dict[str, Any] | None:
            found: dict[str, Any] = {}
            for name, scalar, is_required in plain:
                if name not in given:
                    if is_required:
                        return None
                    continue
                value = given[name]
                if value is None:
                    if is_required:
                        return None
                elif type(value) is not scalar or (type(value) is int and not _is_int32(value)):
                    return complete(given)
                found[name] = value
            return found

        return coerce
