"""How an operation runs: documents are checked and kept, the compiled part goes to SQL, the rest to
graphql-core, and both come back as one answer.

Strawberry's hooks are the complete path for every transport; what the SQL looks like is the business of
resolvers/.
"""

import dataclasses
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    get_variable_values,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from resolvers.arguments import Shaping, shaping_variables
from resolvers.cache import Cache
from resolvers.errors import BadUserInput, Code, TripleHelixError
from resolvers.feed import Feed
from resolvers.import_feed import ImportFeed, is_asked
from resolvers.payloads import plan_payloads
from resolvers.reads import Answer, Operation, Prepared, Reads
from schema.context import Context, Writing
from schema.limits import DocumentLimits, check_document, parse_document
from schema.writing import TYPENAME_ONLY, bare_document, splice

MAX_KEPT_TEXT = 50_000
"""Documents longer than this many characters are not kept."""


@dataclass(slots=True)
class Document:
    """A parsed document that is within the limits, and whether it is valid."""

    node: DocumentNode
    shaping: Shaping
    errors: list[GraphQLError] | None = None
    """None until it was validated."""


class Documents:
    """Parsed and validated documents by their text, bounded."""

    def __init__(self, limits: DocumentLimits, size: int = 1000) -> None:
        self.limits = limits
        self.kept: Cache[str, Document] = Cache(size)

    def parse(self, text: str) -> Document:
        """The document; raises GraphQLError where it cannot be parsed or exceeds a limit."""
        found = self.kept.get(text)
        if found is None:
            try:
                node = parse_document(text, self.limits)
                check_document(node, self.limits)
            except TripleHelixError as error:
                raise refusal(error) from error
            found = Document(node, shaping_variables(node))
            if len(text) <= MAX_KEPT_TEXT:
                self.kept.put(text, found)
        return found


def refusal(error: TripleHelixError, **place: Any) -> GraphQLError:
    """A GraphQL error for one of ours."""
    return GraphQLError(error.message, original_error=error, extensions=error.extensions, **place)


def operation_of(document: Document, text: str, name: str | None) -> Operation:
    """The operation to run; the caller has made sure that there is one."""
    operations = [d for d in document.node.definitions if isinstance(d, OperationDefinitionNode)]
    node = next(o for o in operations if name is None or (o.name is not None and o.name.value == name))
    fragments = {d.name.value: d for d in document.node.definitions if isinstance(d, FragmentDefinitionNode)}
    return Operation((text, name), node, fragments, document.shaping)


def _require_name(document: Document, name: str | None) -> None:
    # Strawberry runs the first of several operations; the specification demands a name.
    if name is None and sum(isinstance(d, OperationDefinitionNode) for d in document.node.definitions) > 1:
        raise refusal(
            BadUserInput(
                "The document holds several operations and no operationName.",
                code=Code.DOCUMENT_INVALID,
                hint="Name the one to run in operationName.",
            )
        )


class Compiled(SchemaExtension):
    """Runs queries by SQL. Made per operation by a factory that holds the compiler and the documents."""

    def __init__(self, reads: Reads, documents: Documents) -> None:
        self.reads = reads
        self.documents = documents
        self._document: Document | None = None
        self._key = ""

    def on_parse(self) -> Iterator[None]:
        """Takes a kept document, or parses within the limits."""
        text = self.execution_context.query
        if text and self.execution_context.graphql_document is None:
            self._document = self.documents.parse(text)
            self.execution_context.graphql_document = self._document.node
            # The public property gives the first operation's name where the client gave none.
            _require_name(self._document, self.execution_context._provided_operation_name)
        yield

    def on_validate(self) -> Iterator[None]:
        """Validates a document once."""
        document, context = self._document, self.execution_context
        if document is not None:
            if document.errors is None:
                document.errors = validate_document(
                    context.schema._schema, document.node, context.validation_rules
                )
            context.pre_execution_errors = list(document.errors)
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Runs the compiled part; leaves the rest, if any, to graphql-core."""
        context = self.execution_context
        if self._document is None:
            yield
            return
        operation = operation_of(self._document, context.query or "", context.operation_name)
        request: Context = context.context
        coerced = get_variable_values(
            context.schema._schema, operation.node.variable_definitions or (), context.variables or {}
        )
        if isinstance(coerced, list):
            context.result = ExecutionResult(data=None, errors=coerced)
            yield
            return
        variables = coerced.coerced
        if context.operation_type.name == "SUBSCRIPTION":
            with self._subscribed(operation, variables):
                yield
            return
        if context.operation_type.name == "MUTATION":
            with self._written(operation, variables):
                yield
            return
        try:
            prepared = self.reads.prepare(operation, variables, request.viewer)
        except TripleHelixError as error:
            context.result = ExecutionResult(data=None, errors=[refusal(error)])
            yield
            return
        request.nodes, request.compiled = prepared.nodes, self
        if not prepared.roots and not prepared.failed:
            yield
            return
        answer = await self.reads.run(prepared, variables, request.viewer, request.database)
        if not prepared.residual:
            context.result = ExecutionResult(*whole(prepared, answer, operation))
            yield
            return
        original = context.graphql_document
        context.graphql_document = residual_document(self._document.node, operation, prepared)
        try:
            yield
        finally:
            context.graphql_document = original
        merge(context.result, prepared, answer, operation)

    @contextmanager
    def _written(self, operation: Operation, variables: dict[str, Any]) -> Iterator[None]:
        """Plans the payloads before anything is written; graphql-core then runs the mutations one by one
        without their selections, which each reads in its own transaction (schema/writing.py)."""
        context = self.execution_context
        request: Context = context.context
        try:
            payloads, request.nodes = plan_payloads(self.reads, operation, variables)
        except TripleHelixError as error:
            context.result = ExecutionResult(data=None, errors=[refusal(error)])
            yield
            return
        request.writing = Writing(self.reads, payloads, variables)
        original = context.graphql_document
        context.graphql_document = bare_document(operation)
        try:
            yield
        finally:
            context.graphql_document = original
        splice(context.result, request.writing)

    @contextmanager
    def _subscribed(self, operation: Operation, variables: dict[str, Any]) -> Iterator[None]:
        """Compiles the selection of the events; graphql-core then drives the stream without it."""
        context = self.execution_context
        request: Context = context.context
        what = (self.reads, operation, variables)
        feed: Feed | ImportFeed
        if is_asked(*what):
            feed = job = ImportFeed(*what, request.viewer)
            request.following = lambda _: job.follow(request.database)
        else:
            feed = log = Feed(*what, request.viewer)
            request.following = lambda after: log.follow(request.database, after)
        self._key = feed.key
        root = dataclasses.replace(feed.node, selection_set=TYPENAME_ONLY)
        left = dataclasses.replace(operation.node, selection_set=SelectionSetNode(selections=(root,)))
        context.graphql_document = DocumentNode(definitions=(left,))
        yield

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Puts the compiled event into its result."""
        event = getattr(self.execution_context.context, "event", None)
        if event is not None and getattr(result, "data", None):
            result.data = {self._key: orjson.Fragment(event)}
            self.execution_context.context.event = None
        yield

    def get_results(self) -> dict[str, Any]:
        """`extensions.cost`: the operation's price and the limit."""
        nodes = getattr(self.execution_context.context, "nodes", None)
        return {} if nodes is None else {"cost": {"nodes": nodes, "limit": self.reads.limits.cost}}


def _errors(answer: Answer, operation: Operation) -> list[GraphQLError]:
    found = []
    for key, error in answer.errors.items():
        nodes = [n for n in operation.node.selection_set.selections if _key(n) == key]
        if isinstance(error, TripleHelixError):
            found.append(refusal(error, nodes=nodes or None, path=[key]))
        else:
            found.append(GraphQLError(str(error), nodes=nodes or None, path=[key], original_error=error))
    return found


def _key(node: Any) -> str | None:
    alias = getattr(node, "alias", None)
    name = alias or getattr(node, "name", None)
    return name.value if name is not None else None


def _is_lost(prepared: Prepared, answer: Answer) -> bool:
    """Whether a field failed that may not be null, so that the whole data is null."""
    nullable = {root.key: root.is_nullable for root in prepared.roots}
    nullable |= {key: is_nullable for key, is_nullable, _ in prepared.failed}
    return any(not nullable[key] for key in answer.errors)


def whole(prepared: Prepared, answer: Answer, operation: Operation) -> tuple[Any, list[GraphQLError] | None]:
    """Data and errors of an operation that was compiled entirely."""
    errors = _errors(answer, operation) or None
    if _is_lost(prepared, answer):
        return None, errors
    body = b",".join(b'"%s":%s' % (key.encode(), answer.values.get(key, b"null")) for key in prepared.order)
    return orjson.Fragment(b"{" + body + b"}"), errors


def merge(result: Any, prepared: Prepared, answer: Answer, operation: Operation) -> None:
    """Adds the compiled part to what graphql-core answered, in the order of the document."""
    errors = _errors(answer, operation)
    if errors:
        result.errors = [*(result.errors or []), *errors]
    if result.data is None or _is_lost(prepared, answer):
        result.data = None
        return
    rest: dict[str, Any] = dict(result.data)
    result.data = {
        key: rest[key] if key in rest else orjson.Fragment(answer.values.get(key, b"null"))
        for key in prepared.order
    }


def residual_document(document: DocumentNode, operation: Operation, prepared: Prepared) -> DocumentNode:
    """The document with only the selections that are not compiled."""
    left = dataclasses.replace(
        operation.node, selection_set=SelectionSetNode(selections=tuple(prepared.residual))
    )
    kept = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    return DocumentNode(definitions=(left, *kept))
