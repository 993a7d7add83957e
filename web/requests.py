"""What holds for every request before any route sees it: its id, its head's size, its log line, its headers.

Pure ASGI. Also the outermost wall: whatever an endpoint lets out becomes INTERNAL with the request's id.
Bodies, rights and what an operation may cost are not its business.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger
from structlog.contextvars import bound_contextvars

from resolvers.errors import BadUserInput, Code, LimitExceeded, TripleHelixError
from web.answers import failure_response
from web.caller import request_id
from web.metrics import Metrics

log = get_logger("triplehelix.http")

CLIENT_LEFT = 499
"""The status that is counted where the client left before it was answered (nginx's number)."""


class Requests:
    """Gives every request an id, a log line and safe headers, and turns a crash into INTERNAL."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or a websocket, which only gets its id."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        given = request_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = given
        with bound_contextvars(request_id=given):
            if scope["type"] == "websocket":
                await self.app(scope, receive, send)
            else:
                await self._serve(scope, receive, send, given)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, given: str) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = given
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("request failed")
            if status == 0:
                await internal_error(given)(scope, receive, send_with_headers)
            else:
                raise
        finally:
            seconds = time.perf_counter() - started
            status = status or CLIENT_LEFT
            self._metrics.request(scope["method"], status, seconds)
            log.info("request", **line(scope["method"], scope["path"], status, seconds))


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """Bytes and number of all headers together, bytes of the query string."""

    header_bytes: int
    header_count: int
    query_string_bytes: int

    @property
    def unfinished_bytes(self) -> int:
        """What may come of a head before its end is seen: more than is allowed, so that it can be named."""
        return 65_536 + self.header_bytes + self.query_string_bytes


class Heads:
    """Refuses heads that are too large: 431 for headers, 414 for the query string."""

    def __init__(self, app: ASGIApp, limits: HeadLimits) -> None:
        self.app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        error = self._problem(scope) if scope["type"] in {"http", "websocket"} else None
        if error is None:
            await self.app(scope, receive, send)
            return
        response = failure_response(error, scope["state"]["request_id"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        await response(scope, receive, send)

    def _problem(self, scope: Scope) -> TripleHelixError | None:
        headers = scope["headers"]
        if len(headers) > self._limits.header_count:
            return LimitExceeded(
                f"The request has more than {self._limits.header_count} headers.",
                code=Code.HEADERS_TOO_LARGE,
                hint="Send fewer headers.",
                http_status=431,
            )
        # A line costs its name and value and the four characters ": " and CR LF.
        if sum(len(name) + len(value) + 4 for name, value in headers) > self._limits.header_bytes:
            return LimitExceeded(
                f"The headers are larger than {self._limits.header_bytes} bytes.",
                code=Code.HEADERS_TOO_LARGE,
                hint="Send smaller headers; operations belong into the body.",
                http_status=431,
            )
        if len(scope["query_string"]) > self._limits.query_string_bytes:
            return LimitExceeded(
                f"The query string is longer than {self._limits.query_string_bytes} bytes.",
                code=Code.URI_TOO_LONG,
                hint="Send the operation by POST.",
                http_status=414,
            )
        return None


def cross_origin(origins: Sequence[str]) -> Middleware:
    """Lets pages of the listed origins ask and read, never with a browser's own credentials."""
    return Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type", "X-API-Key", "X-Request-Id"),
        expose_headers=("Retry-After", "X-Request-Id"),
    )


async def to_the_api(_: Request) -> Response:
    """The root's answer: the API, or the explorer for a browser, is at /graphql."""
    return Response(status_code=307, headers={"Location": "/graphql"})


async def refuse_route(request: Request, error: Exception) -> Response:
    """The answer where no route fits: 404 and 405 in the shape of every other error."""
    if not isinstance(error, HTTPException):
        raise error
    refusal = BadUserInput(
        "There is nothing at this address."
        if error.status_code == 404
        else "This method is not answered here.",
        code=Code.NOT_FOUND if error.status_code == 404 else None,
        hint="The API is at /graphql.",
        http_status=error.status_code,
    )
    response = failure_response(refusal, request.state.request_id)
    response.headers.update(error.headers or {})
    return response


def internal_error(given: str) -> Response:
    """The response to a request that crashed."""
    error = TripleHelixError("Something went wrong on our side.", hint=f"Tell us the request id {given}.")
    return failure_response(error, given)


def line(method: str, path: str, status: int, seconds: float) -> dict[str, Any]:
    """What is logged of a request: the path and not the query string, which holds a GET's variables."""
    return {
        "method": method,
        "path": path[:200],
        "status": status,
        "milliseconds": round(seconds * 1000, 2),
    }
