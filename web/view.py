"""GraphQL over HTTP at one path: POST and GET become an operation, its outcome becomes a response.

Follows the draft "GraphQL over HTTP" (media types, statuses, no mutation by GET) and is stricter where it
leaves room: no batches, no forms, strict JSON. Rights and rates are decided in web/admission.py, running is
web/execution.py; websockets are web/sockets.py.
"""

import asyncio
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.errors import BadUserInput, Code, LimitExceeded, TripleHelixError, Unavailable
from web.admission import Admission
from web.answers import content_type, encode, failure_response
from web.caching import entity_tag, freshness, is_held, is_public
from web.caller import Caller
from web.compression import Compression, compressed
from web.execution import Outcome, Runner, SubscriptionRequested
from web.explorer import Explorer
from web.negotiation import JSON, Acceptance, negotiate, require_json
from web.operation import Operation, from_body, from_query_string, invalid, parse_parameters
from web.streams import EventStreams

METHODS = "GET, HEAD, POST, OPTIONS"
NAMES_A_DOCUMENT = {"query", "documentId", "extensions"}
"""Parameters by which a GET asks the API and not for the explorer."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much body is read, in bytes, and for how long, in seconds."""

    bytes_anonymous: int
    bytes_key: int
    seconds: float


class GraphQLView:
    """The endpoint /graphql for HTTP, an ASGI application of its own so that it sees every method."""

    def __init__(
        self,
        runner: Runner,
        admission: Admission,
        streams: EventStreams,
        limits: BodyLimits,
        compression: Compression,
        cache_seconds: int,
        explorer: Explorer | None = None,
    ) -> None:
        self._runner = runner
        self._admission = admission
        self._streams = streams
        self._limits = limits
        self._compression = compression
        self._cache_seconds = cache_seconds
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        accepted = negotiate(request.headers.get("accept"))
        try:
            response = await self._answer(request, accepted)
        except TripleHelixError as error:
            response = failure_response(error, request.state.request_id, accepted.result)
            if error.http_status == 405:
                response.headers["Allow"] = "POST" if request.method == "GET" else METHODS
        except ClientDisconnect:
            return
        response.headers.add_vary_header("Accept, Authorization, X-API-Key")
        await response(scope, receive, send)

    async def _answer(self, request: Request, accepted: Acceptance) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODS})
        if request.method not in {"GET", "HEAD", "POST"}:
            raise BadUserInput(
                "This method is not answered here.",
                code=Code.OPERATION_NOT_ALLOWED,
                hint="Send the operation by POST.",
                http_status=405,
            )
        if self._explorer is not None and request.method != "POST" and accepted.prefers_html:
            parameters = parse_parameters(request.scope["query_string"])
            if not NAMES_A_DOCUMENT & parameters.keys():
                return await self._explorer.page(request)
        if accepted.result is None and not accepted.events:
            raise BadUserInput(
                "None of the types in Accept can be produced.",
                code=Code.NOT_ACCEPTABLE,
                hint="Accept application/graphql-response+json, application/json or text/event-stream.",
                http_status=406,
            )
        caller = await self._admission.admit(request)
        if request.method == "POST":
            operation = from_body(await self._body(request, caller))
        else:
            operation = from_query_string(request.scope["query_string"])
        return await self.respond(request, operation, caller, accepted)

    async def respond(
        self, request: Request, operation: Operation, caller: Caller, accepted: Acceptance
    ) -> Response:
        """The response to an operation that was read and whose caller was admitted."""
        may_write = request.method == "POST"
        if accepted.prefers_events:
            return self._streams.response(request, operation, caller, may_write=may_write)
        try:
            outcome = await self._runner.run(operation, caller, may_write=may_write)
        except SubscriptionRequested:
            if accepted.events:
                return self._streams.response(request, operation, caller, may_write=may_write)
            raise BadUserInput(
                "A subscription cannot be answered by one response.",
                code=Code.OPERATION_NOT_ALLOWED,
                hint="Accept text/event-stream, or use a websocket with graphql-transport-ws.",
                http_status=400,
            ) from None
        return await self._response(request, outcome, caller, accepted.result)

    async def _response(
        self, request: Request, outcome: Outcome, caller: Caller, media: str | None
    ) -> Response:
        """One outcome as JSON; 304 without a body where the client has it already."""
        status, kind, body = rendered(outcome, media)
        coding = None
        if "errors" not in outcome.payload:
            coding = self._compression.coding(body, request.headers.get("accept-encoding"))
        headers = {} if coding is None else {"Vary": "Accept-Encoding"}
        if is_public(request.method, outcome, caller):
            tag = entity_tag(kind, body, coding)
            headers |= freshness(tag, self._cache_seconds)
            if is_held(tag, ",".join(request.headers.getlist("if-none-match")) or None):
                return Response(status_code=304, headers=headers)
        if coding == "gzip":
            body = await compressed(body)
            headers["Content-Encoding"] = "gzip"
        return Response(body, status_code=status, headers=headers, media_type=kind)

    async def _body(self, request: Request, caller: Caller) -> bytes:
        require_json(request.headers.get("content-type"))
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise BadUserInput(
                "A compressed body is not taken here.",
                code=Code.UNSUPPORTED_MEDIA_TYPE,
                hint="Send it without Content-Encoding.",
                http_status=415,
            )
        anonymous = caller.viewer.key_prefix is None
        most = self._limits.bytes_anonymous if anonymous else self._limits.bytes_key
        declared = request.headers.get("content-length")
        if declared is not None and (not declared.isascii() or not declared.isdigit()):
            raise invalid("Content-Length is no number.")
        if declared is not None and (len(declared) > 18 or int(declared) > most):
            raise _too_large(most, anonymous)
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.seconds):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > most:
                        raise _too_large(most, anonymous)
        except TimeoutError:
            raise late_body(self._limits.seconds) from None
        return bytes(body)


def late_body(seconds: float) -> Unavailable:
    """The error of a body that takes too long."""
    return Unavailable(
        f"The body did not arrive within {seconds:g} s.",
        code=Code.REQUEST_TIMEOUT,
        hint="Send it faster, or a smaller one.",
        http_status=408,
    )


def rendered(outcome: Outcome, media: str | None) -> tuple[int, str, bytes]:
    """Status, Content-Type and body of an outcome.

    A client of application/json gets 200 for a well-formed request with a bad document (the draft's section
    "application/json"); failures of the server keep their 5xx, refusals of rights and rates their 4xx.
    """
    kind = content_type(media)
    status = 200 if outcome.status == 400 and kind.startswith(JSON) else outcome.status
    return status, kind, encode(outcome.payload)


def _too_large(most: int, anonymous: bool) -> LimitExceeded:
    return LimitExceeded(
        f"The body is larger than {most} bytes.",
        code=Code.BODY_TOO_LARGE,
        hint="Send less, or use a key: its limit is higher." if anonymous else "Send it in several requests.",
        http_status=413,
    )
