"""Runs one operation for one caller, the same way for every transport: deadline, rights, charge, errors.

What comes out is a payload ready to be encoded and the HTTP status of a modern client. How a payload
travels (HTTP, server-sent events, websocket) is not its business, nor is what the schema does inside.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from strawberry.exceptions import MissingQueryError
from strawberry.schema import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers.errors import BadUserInput, Code, Unavailable
from resolvers.viewer import Viewer
from schema.fast import FastPath
from web.answers import formatted, request_error_status
from web.caller import Caller
from web.deadlines import Deadlines
from web.metrics import Metrics
from web.operation import Operation, invalid
from web.persisted import Persisted
from web.rate import Rate

ContextFactory = Callable[[Viewer, str], Any]
"""Makes the context of one operation from its viewer and request id."""


class SubscriptionRequested(Exception):
    """The operation is a subscription, which only a stream can answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished operation: the response's JSON object, and the status for graphql-response+json.

    `is_request_error` says that no data could be produced (there is no `data` entry); `cursor` is the place
    of a subscription's event, after which it can be resumed.
    """

    payload: dict[str, Any]
    status: int
    is_request_error: bool
    cursor: str | None = None


class Runner:
    """Runs operations on a schema.

    `seconds` is the deadline of a query or mutation; a subscription has none, its statements have.
    """

    def __init__(
        self,
        schema: BaseSchema,
        context: ContextFactory,
        rate: Rate,
        metrics: Metrics,
        persisted: Persisted,
        *,
        seconds: float,
    ) -> None:
        self._schema = schema
        self._fast: FastPath | None = getattr(schema, "fast", None)
        self._context = context
        self._rate = rate
        self._metrics = metrics
        self._persisted = persisted
        self._seconds = seconds
        self._deadlines = Deadlines(seconds)

    async def run(self, operation: Operation, caller: Caller, *, may_write: bool = True) -> Outcome:
        """Run a query or mutation.

        Raises:
            SubscriptionRequested: for a subscription.
            BadUserInput: OPERATION_NOT_ALLOWED (405) for a mutation where `may_write` is False;
                DOCUMENT_INVALID for an operation name that the document does not have; what
                web/persisted.py says of a document that is only named.
            LimitExceeded: RATE_LIMITED (429) for too many mutations.
            Unavailable: TIMEOUT (504).
        """
        started = time.perf_counter()
        operation = self._persisted.resolve(operation)
        try:
            async with asyncio.timeout(self._seconds):
                result = await self._execute(operation, caller, may_write)
        except TimeoutError:
            raise self._too_slow(started) from None
        return self._finished(result, operation, caller, started)

    def _too_slow(self, started: float) -> Unavailable:
        self._metrics.operation("timeout", time.perf_counter() - started)
        return Unavailable(
            f"The operation took longer than {self._seconds:g} s.",
            code=Code.TIMEOUT,
            hint="Ask for fewer nodes or levels, or in several pages.",
            http_status=504,
        )

    def _finished(
        self, result: ExecutionResult, operation: Operation, caller: Caller, started: float
    ) -> Outcome:
        outcome = self._outcome(result, operation, caller)
        kind = "refused" if outcome.is_request_error else "errors" if result.errors else "ok"
        self._metrics.operation(kind, time.perf_counter() - started)
        return outcome

    def knows(self, operation: Operation) -> bool:
        """Whether the fast path may answer the operation; raises as `run` for a document only named."""
        if self._fast is None:
            return False
        operation = self._persisted.resolve(operation)
        return self._fast.knows(operation.query, operation.name)

    async def known(self, operation: Operation, caller: Caller) -> Outcome | None:
        """As `run`, for an operation that the fast path knows; None where the complete path must run."""
        if self._fast is None:
            return None
        started = time.perf_counter()
        operation = self._persisted.resolve(operation)
        context = self._context(caller.viewer, caller.request_id)
        task = self._deadlines.start()
        try:
            result = await self._fast.answer(operation.query, operation.name, operation.variables, context)
        except asyncio.CancelledError:
            if self._deadlines.is_late(task):
                raise self._too_slow(started) from None
            raise
        finally:
            self._deadlines.end(task)
        return None if result is None else self._finished(result, operation, caller, started)

    async def subscribe(
        self, operation: Operation, caller: Caller, resume_after: str | None = None
    ) -> AsyncGenerator[Outcome, None]:
        """The outcomes of a subscription; the first is a request error where it cannot start.

        `resume_after` is the cursor that the transport knows of, if any.
        """
        operation = self._persisted.resolve(operation)
        context = self._context(caller.viewer, caller.request_id)
        if resume_after is not None:
            context.resume_after = resume_after
        stream = await self._schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.name,
            allowed_operation_types=(OperationType.SUBSCRIPTION,),
        )
        async with aclosing(stream):
            async for result in stream:
                if isinstance(result, ExecutionResult):
                    outcome = self._outcome(result, operation, caller)
                    yield replace(outcome, cursor=getattr(context, "cursor", None))

    async def _execute(self, operation: Operation, caller: Caller, may_write: bool) -> ExecutionResult:
        # Queries that were answered before need nothing of what follows.
        if self._fast is not None:
            known = await self._fast.answer(
                operation.query,
                operation.name,
                operation.variables,
                self._context(caller.viewer, caller.request_id),
            )
            if known is not None:
                return known
        # The kind of an operation is known only once it is parsed, which the schema does. So it is first
        # offered as a query; the schema refuses anything else after parsing, before validation.
        try:
            return await self._attempt(operation, caller, (OperationType.QUERY,))
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise SubscriptionRequested from None
        if not may_write:
            raise BadUserInput(
                "A mutation cannot be sent by GET.",
                code=Code.OPERATION_NOT_ALLOWED,
                hint="Send it by POST.",
                http_status=405,
            )
        self._rate.take_write(caller)
        return await self._attempt(operation, caller, (OperationType.MUTATION,))

    async def _attempt(
        self, operation: Operation, caller: Caller, allowed: Iterable[OperationType]
    ) -> ExecutionResult:
        try:
            return await self._schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=self._context(caller.viewer, caller.request_id),
                operation_name=operation.name,
                allowed_operation_types=allowed,
            )
        except CannotGetOperationTypeError:
            raise unknown_operation(operation.name) from None
        except MissingQueryError:
            raise invalid("The parameter query is missing.") from None

    def _outcome(self, result: ExecutionResult, operation: Operation, caller: Caller) -> Outcome:
        before = isinstance(result, PreExecutionError)
        if not before and operation.extensions is not None:
            self._persisted.keep(operation)
        errors = [formatted(error, caller.request_id, executed=not before) for error in result.errors or ()]
        failed = result.data is None and bool(errors) and not any("path" in error for error in errors)
        payload: dict[str, Any] = {} if failed else {"data": result.data}
        if errors:
            payload["errors"] = errors
        if result.extensions:
            payload["extensions"] = result.extensions
            self._charge(result.extensions, caller)
        return Outcome(payload, request_error_status(errors) if failed else 200, failed)

    def _charge(self, extensions: dict[str, Any], caller: Caller) -> None:
        cost = extensions.get("cost")
        nodes = cost.get("nodes") if isinstance(cost, dict) else None
        if isinstance(nodes, int):
            self._rate.spend_nodes(caller, nodes)


def unknown_operation(name: str | None) -> BadUserInput:
    """The error of a document in which the operation to run cannot be found."""
    if name is None:
        return BadUserInput(
            "The document holds no operation, or several and no operationName.",
            code=Code.DOCUMENT_INVALID,
            hint="Send one operation, or name the one to run in operationName.",
        )
    return BadUserInput(
        "The document has no operation of the name in operationName.",
        code=Code.DOCUMENT_INVALID,
        hint="Check operationName.",
    )
