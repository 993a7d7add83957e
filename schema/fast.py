"""The fast path: a known query goes from its text to bytes without Strawberry in between.

An optimisation in front of schema/execution.py that must give the same answers: it takes only documents
that were parsed, limited and validated there before, and leaves all else (first requests, introspection,
refusals) to it.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, OperationType
from strawberry.types.execution import ExecutionResult

from resolvers.cache import Cache
from resolvers.errors import TripleHelixError
from resolvers.reads import Reads
from schema.context import Context
from schema.execution import Document, Documents, operation_of, whole
from schema.known import Known, coercer
from schema.limits import parse_document
from schema.literals import Literals


class FastPath:
    """Answers known queries."""

    def __init__(self, reads: Reads, documents: Documents, schema: GraphQLSchema, size: int = 1000) -> None:
        self.reads = reads
        self.documents = documents
        self.schema = schema
        self.known: Cache[tuple[str, str | None], Known] = Cache(size)
        self.literals = Literals(documents, schema)

    def knows(self, text: str, name: str | None) -> bool:
        """Whether the query was answered before, be it with other literals."""
        return (
            (text, name) in self.known
            or self._learn(text, name) is not None
            or self.literals.find(text, name) is not None
        )

    async def answer(
        self, text: str, name: str | None, variables: Mapping[str, Any] | None, context: Context
    ) -> ExecutionResult | None:
        """The result that Strawberry would give, or None where the complete path must run."""
        known = self.known.get((text, name)) or self._learn(text, name)
        literals: Mapping[str, Any] = {}
        if known is None:
            found = self.literals.find(text, name)
            if found is None:
                return None
            known, literals = found
        coerced = known.coerce(variables or {})
        if coerced is None:
            return None
        if literals:
            coerced |= literals
        try:
            prepared = self.reads.prepare(known.operation, coerced, context.viewer)
        except TripleHelixError:
            return None
        if prepared.statement is None or prepared.residual or prepared.failed:
            return None
        answer = await self.reads.run(prepared, coerced, context.viewer, context.database)
        operation = known.operation
        if answer.errors and literals:
            # An error names its place in the text, which moves with the length of the literals before it.
            document = Document(parse_document(text, self.documents.limits), operation.shaping)
            operation = operation_of(document, text, name)
        data, errors = whole(prepared, answer, operation)
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
        known = Known(operation, coercer(self.schema, operation.node))
        self.known.put((text, name), known)
        return known
