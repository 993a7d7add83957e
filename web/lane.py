"""The short way for plain requests: a POST of a known query by a known caller, straight to its bytes.

In front of all middleware, and an optimisation only: it takes a request when its head says that nothing
but the fast path can be meant (JSON in one piece, no CORS, no proxy, no odd header) and hands every other
one, unread or replayed, to the application. Limits, rights, rates, errors and headers are those of the
complete way; a test compares the two.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger

from resolvers.errors import TripleHelixError
from web.admission import Admission
from web.answers import failure_response
from web.caller import Caller, request_id
from web.compression import Compression, compressed
from web.execution import Outcome, Runner
from web.metrics import Metrics
from web.negotiation import negotiate
from web.operation import Operation, from_body
from web.requests import HeadLimits, line
from web.view import BodyLimits, late_body, rendered

log = get_logger("triplehelix.http")

PATH = "/graphql"
_JSON_TYPES = frozenset({b"application/json", b"application/json; charset=utf-8"})
_READ = frozenset(
    {b"content-type", b"content-length", b"accept", b"accept-encoding", b"authorization", b"x-request-id"}
)
_ELSEWHERE = frozenset(
    {b"content-encoding", b"transfer-encoding", b"origin", b"x-forwarded-for", b"x-api-key", b"expect"}
)
"""Headers whose request goes the complete way."""
MAX_ACCEPTS = 100
VARY = (b"vary", b"Accept, Authorization, X-API-Key, Origin")
VARY_CODED = (b"vary", b"Accept-Encoding, Accept, Authorization, X-API-Key, Origin")
Rendered = tuple[int, str, bytes, Sequence[tuple[bytes, bytes]]]
"""Status, Content-Type, body, and further headers of an answer with its Vary."""
COUNTED = "triplehelix.counted"
"""Set in the scope of a request whose rate was counted here before the complete way took it over."""


class Lane:
    """Answers what it can, passes on what it cannot."""

    def __init__(
        self,
        app: ASGIApp,
        runner: Runner,
        admission: Admission,
        metrics: Metrics,
        heads: HeadLimits,
        bodies: BodyLimits,
        compression: Compression,
    ) -> None:
        self.app = app
        self._runner = runner
        self._admission = admission
        self._metrics = metrics
        self._heads = heads
        self._bodies = bodies
        self._compression = compression
        self._accepts: dict[bytes, str | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        head = self._head(scope)
        media = None if head is None else self._media(head.get(b"accept", b""))
        caller = None if head is None or media is None else self._caller(scope, head)
        if head is None or media is None or caller is None or not self._is_short(head, caller):
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._bodies.seconds):
                message = await receive()
        except TimeoutError:
            await self._complete(
                scope, send, failed(late_body(self._bodies.seconds), caller, media), caller, started
            )
            return
        operation = self._operation(message, head)
        if operation is None or not self._is_admitted(scope, caller):
            await self.app(scope, _replayed(message, receive), send)
            return
        try:
            outcome = await self._runner.known(operation, caller)
            if outcome is None:
                await self.app(scope, _replayed(message, receive), send)
                return
            answer = await self._rendered(outcome, media, head)
        except TripleHelixError as error:
            answer = failed(error, caller, media)
        await self._complete(scope, send, answer, caller, started)

    async def _rendered(self, outcome: Outcome, media: str, head: Mapping[bytes, bytes]) -> Rendered:
        """As the view's, for a POST."""
        status, kind, body = rendered(outcome, media)
        if "errors" in outcome.payload:
            return status, kind, body, (VARY,)
        accepted = head.get(b"accept-encoding")
        coding = self._compression.coding(body, None if accepted is None else accepted.decode("latin-1"))
        if coding == "gzip":
            return status, kind, await compressed(body), (VARY_CODED, (b"content-encoding", b"gzip"))
        return status, kind, body, (VARY if coding is None else VARY_CODED,)

    async def _complete(
        self, scope: Scope, send: Send, answer: Rendered, caller: Caller, started: float
    ) -> None:
        """Sends the answer with the headers of every answer, then counts and logs it."""
        status, kind, body, more = answer
        headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", kind.encode()),
            (b"x-request-id", caller.request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
            *more,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        seconds = time.perf_counter() - started
        self._metrics.request("POST", status, seconds)
        log.info("request", **line(scope, status, seconds), request_id=caller.request_id)

    def _is_short(self, head: Mapping[bytes, bytes], caller: Caller) -> bool:
        """Whether the declared body is within its limit."""
        most = self._bodies.bytes_anonymous if caller.viewer.key_prefix is None else self._bodies.bytes_key
        declared = head.get(b"content-length", b"")
        return declared.isdigit() and len(declared) < 10 and int(declared) <= most

    def _head(self, scope: Scope) -> Mapping[bytes, bytes] | None:
        """The headers that matter by name, or None where the complete way must look."""
        headers = scope["headers"]
        limits = self._heads
        if len(headers) > limits.header_count or scope["query_string"]:
            return None
        found: dict[bytes, bytes] = {}
        size = 0
        for name, value in headers:
            size += len(name) + len(value) + 4
            if name in _READ:
                if name in found:
                    return None
                found[name] = value
            elif name in _ELSEWHERE:
                return None
        is_plain = size <= limits.header_bytes and found.get(b"content-type") in _JSON_TYPES
        return found if is_plain else None

    def _media(self, accept: bytes) -> str | None:
        """The JSON type that the client takes; None where it prefers anything else."""
        if accept not in self._accepts:
            if len(self._accepts) >= MAX_ACCEPTS:
                self._accepts.clear()
            taken = negotiate(accept.decode("latin-1") or None)
            is_other = taken.prefers_html or taken.prefers_events
            self._accepts[accept] = None if is_other else taken.result
        return self._accepts[accept]

    def _caller(self, scope: Scope, head: Mapping[bytes, bytes]) -> Caller | None:
        """The caller, where it needs no look-up."""
        credential = head.get(b"authorization")
        viewer = self._admission.known(None if credential is None else credential.decode("latin-1"))
        if viewer is None:
            return None
        client = scope.get("client")
        given = head.get(b"x-request-id")
        name = request_id(None if given is None else given.decode("latin-1"))
        return Caller(viewer, self._admission.of(client[0] if client else None), name)

    def _operation(self, message: Message, head: Mapping[bytes, bytes]) -> Operation | None:
        """The operation, where the body came whole and the query is known."""
        if message["type"] != "http.request" or message.get("more_body"):
            return None
        body = message.get("body", b"")
        if int(head[b"content-length"]) != len(body):
            return None
        try:
            operation = from_body(body)
            return operation if self._runner.knows(operation) else None
        except TripleHelixError:
            return None

    def _is_admitted(self, scope: Scope, caller: Caller) -> bool:
        """Counts the request; one that is refused goes the complete way to its refusal."""
        try:
            self._admission.count(caller)
        except TripleHelixError:
            return False
        scope[COUNTED] = True
        return True


def failed(error: TripleHelixError, caller: Caller, media: str) -> Rendered:
    """A refusal as the complete way gives it."""
    response = failure_response(error, caller.request_id, media)
    known = (b"content-length", b"content-type")
    more = [VARY, *((name, value) for name, value in response.raw_headers if name not in known)]
    return response.status_code, response.headers["content-type"], bytes(response.body), more


def _replayed(message: Message, receive: Receive) -> Receive:
    """Gives the message that was read once more, then goes on."""
    messages: list[Any] = [message]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again
