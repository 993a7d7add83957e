"""How errors and results become bytes: the last wall before a client.

An error leaves as {message, path?, locations?, extensions: {code, hint?, ...}}. This is an allow-list: what
is neither ours (resolvers/errors.py) nor a statement of graphql-core about the request itself leaves as
INTERNAL with the request's id, and is logged. Which HTTP status a failed request has is said here too.
"""

from collections.abc import Sequence
from typing import Any

import orjson
import structlog
from asyncpg import QueryCanceledError
from graphql import GraphQLError, GraphQLSyntaxError
from starlette.responses import Response

from models.database import DatabaseBusy, DatabaseUnavailable
from models.pool import is_lost
from resolvers.errors import Code, TripleHelixError, Unavailable
from web.negotiation import GRAPHQL, JSON

log = structlog.get_logger("triplehelix.web")

STATUS = {
    Code.INTERNAL: 500,
    Code.TIMEOUT: 504,
    Code.DATABASE_BUSY: 503,
    Code.DATABASE_UNAVAILABLE: 503,
    Code.RATE_LIMITED: 429,
    Code.QUOTA_EXHAUSTED: 429,
    Code.IMPORT_LIMIT: 429,
    Code.FORBIDDEN: 403,
}
"""Statuses of request errors by code; every other code is 400."""


def encode(payload: object) -> bytes:
    """JSON bytes; `orjson.Fragment` values are spliced in as they are."""
    return orjson.dumps(payload)


def formatted(error: GraphQLError, request_id: str, *, executed: bool = True) -> dict[str, Any]:
    """One GraphQL error as it leaves; `executed` is False for errors found before execution began."""
    shown: dict[str, Any] = {"message": error.message}
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    cause = as_expected(cause)
    if isinstance(cause, TripleHelixError):
        shown["message"] = cause.message
        extensions = cause.extensions
    elif error.extensions and "code" in error.extensions:
        extensions = dict(error.extensions)
    elif isinstance(cause, RecursionError):
        shown["message"] = "The document or its variables are nested too deeply."
        extensions = {"code": Code.DOCUMENT_INVALID, "hint": "Ask with fewer levels."}
    elif isinstance(error, GraphQLSyntaxError) or (cause is None and not executed):
        extensions = {"code": Code.DOCUMENT_INVALID}
    elif not error.path and error.nodes and executed:
        extensions = {"code": Code.VARIABLES_INVALID}
    elif cause is None:
        extensions = {"code": Code.BAD_USER_INPUT}
    else:
        shown["message"] = "Something went wrong on our side."
        extensions = {"code": Code.INTERNAL, "hint": f"Tell us the request id {request_id}."}
        log.error("operation failed", request_id=request_id, path=error.path, exc_info=cause)
    if extensions["code"] == Code.INTERNAL:
        extensions.setdefault("requestId", request_id)
    return shown | {"extensions": extensions}


def as_expected(cause: Exception | None) -> Exception | None:
    """The client-visible error for a database that is busy, away or out of time; anything else as it is."""
    if isinstance(cause, DatabaseBusy):
        return Unavailable(
            "All database connections are in use.", code=Code.DATABASE_BUSY, hint="Try again in a second."
        )
    if isinstance(cause, DatabaseUnavailable) or is_lost(cause):
        return Unavailable("The database does not answer.", hint="Try again in a few seconds.")
    if isinstance(cause, QueryCanceledError):
        return Unavailable(
            "The database took too long.", code=Code.TIMEOUT, hint="Ask for fewer nodes or levels."
        )
    return cause


def request_error_status(errors: Sequence[dict[str, Any]]) -> int:
    """The status of a request that produced no data: the gravest of its errors' codes."""
    return max(STATUS.get(error["extensions"]["code"], 400) for error in errors)


def failure(error: TripleHelixError, request_id: str) -> dict[str, Any]:
    """The response to a request that failed as a whole, without a `data` entry."""
    extensions = error.extensions
    if error.code == Code.INTERNAL:
        extensions["requestId"] = request_id
    return {"errors": [{"message": error.message, "extensions": extensions}]}


def failure_headers(error: TripleHelixError) -> dict[str, str]:
    """Headers that a status demands: Retry-After, WWW-Authenticate, Connection."""
    headers = {}
    if error.http_status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="triple-helix"'
    if error.http_status in {429, 503}:
        headers["Retry-After"] = str(error.details.get("retryAfter", 1))
    if error.http_status == 408:
        # The rest of the body may never come. After a 413 it does, and is thrown away (web/protocol.py):
        # to close then would reset the connection before the client has read its answer.
        headers["Connection"] = "close"
    return headers


def failure_response(error: TripleHelixError, request_id: str, media: str | None = JSON) -> Response:
    """The HTTP response to a request that failed as a whole, in the type that the client takes."""
    return Response(
        encode(failure(error, request_id)),
        status_code=error.http_status,
        headers=failure_headers(error),
        media_type=content_type(media),
    )


def content_type(media: str | None) -> str:
    """The Content-Type of a JSON response; JSON where the client takes neither type."""
    return f"{GRAPHQL if media == GRAPHQL else JSON}; charset=utf-8"
