"""Server-sent events: the "distinct connections mode" of the GraphQL over SSE protocol.

One request, one stream: `event: next` for each result, then `event: complete`. An event of a subscription has
its cursor as `id`, and a client that comes again with it as Last-Event-ID goes on from there. A comment goes
out when nothing else did for a while, so that proxies keep the connection. The stream ends when its client
leaves, its rights change or the server drains. Running operations is web/execution.py.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress

from starlette.requests import Request
from starlette.responses import StreamingResponse

from resolvers.errors import TripleHelixError, Unavailable
from web.admission import Admission, header_credentials, still_the_same
from web.answers import encode, failure
from web.caller import Caller
from web.execution import Runner, SubscriptionRequested
from web.metrics import Metrics
from web.negotiation import EVENTS
from web.operation import Operation

HEADERS = {
    "Cache-Control": "no-cache, no-store, no-transform",
    # Reverse proxies that buffer would keep events back.
    "X-Accel-Buffering": "no",
}
HEARTBEAT_SECONDS = 12.0
"""The longest silence of a stream."""
HEARTBEAT = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


class EventStreams:
    """Answers operations as event streams."""

    def __init__(self, runner: Runner, admission: Admission, metrics: Metrics) -> None:
        self._runner = runner
        self._admission = admission
        self._metrics = metrics

    def response(
        self, request: Request, operation: Operation, caller: Caller, *, may_write: bool
    ) -> StreamingResponse:
        """The stream of one operation, of any kind; Starlette cancels it when the client leaves."""
        return StreamingResponse(
            self._events(request, operation, caller, may_write), media_type=EVENTS, headers=HEADERS
        )

    async def _events(
        self, request: Request, operation: Operation, caller: Caller, may_write: bool
    ) -> AsyncIterator[bytes]:
        async def recheck(cursor: str | None) -> None:
            authorization, api_key = header_credentials(request)
            viewer = await self._admission.identify(authorization, api_key, caller.address)
            still_the_same(caller.viewer, viewer, cursor)

        self._metrics.streams.inc()
        last_id = request.headers.get("last-event-id") or None
        events = self._results(operation, caller, may_write, recheck, last_id)
        draining: asyncio.Event = getattr(request.state, "draining", None) or asyncio.Event()
        drained = asyncio.create_task(draining.wait())
        step: asyncio.Task[bytes] | None = None
        try:
            while True:
                step = step or asyncio.ensure_future(anext(events))
                await asyncio.wait(
                    {step, drained}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if step.done():
                    yield step.result()
                    step = None
                elif drained.done():
                    break
                else:
                    # A database that is away for a moment is no reason to end what is quiet.
                    with suppress(Unavailable):
                        await recheck(None)
                    yield HEARTBEAT
        except StopAsyncIteration:
            pass
        except TripleHelixError as error:
            yield _next(failure(error, caller.request_id))
        finally:
            left = [task for task in (step, drained) if task is not None]
            for task in left:
                task.cancel()
            try:
                # What a step raised that nobody waits for any more is told to nobody.
                await asyncio.gather(*left, return_exceptions=True)
                await events.aclose()
            finally:
                self._metrics.streams.dec()
        yield COMPLETE

    async def _results(
        self,
        operation: Operation,
        caller: Caller,
        may_write: bool,
        recheck: Callable[[str | None], Awaitable[None]],
        last_id: str | None,
    ) -> AsyncGenerator[bytes, None]:
        try:
            try:
                outcome = await self._runner.run(operation, caller, may_write=may_write)
            except SubscriptionRequested:
                async with aclosing(self._runner.subscribe(operation, caller, last_id)) as outcomes:
                    cursor = last_id
                    async for outcome in outcomes:
                        await recheck(cursor)
                        cursor = outcome.cursor
                        yield _next(outcome.payload, cursor)
            else:
                yield _next(outcome.payload)
        except TripleHelixError as error:
            yield _next(failure(error, caller.request_id))


def _next(payload: object, cursor: str | None = None) -> bytes:
    place = b"" if cursor is None else b"id: " + cursor.encode() + b"\n"
    return b"event: next\n" + place + b"data: " + encode(payload) + b"\n\n"
