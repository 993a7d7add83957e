"""GET /export/{kind}.{format}: files of records, streamed as fast as the client takes them.

Who asks is admitted as everywhere; an export has a connection of a pool of its own, pays its records' nodes
as it goes, and waits where they are used up. One that cannot be finished is cut: the connection is closed
without the proper end, and `after` goes on from the last record that arrived. What is exported is
exchange/exporter.py.
"""

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from structlog import get_logger

from exchange.exporter import EXTRAS, Export, Exporter, Progress, Wishes
from models.database import UNREACHABLE, Database
from resolvers import scopes
from resolvers.errors import BadUserInput, Code, LimitExceeded, TripleHelixError
from resolvers.reads import Reads
from web.admission import Admission, header_credentials
from web.answers import as_expected, failure_response
from web.caller import Caller
from web.compression import LEVEL, takes_gzip
from web.operation import parse_parameters
from web.rate import Rate

log = get_logger("triplehelix.export")

METHODS = "GET, HEAD"
PIECE = 256 * 1024
"""The most bytes that are given to the connection at once."""
RETRY_SECONDS = 5
PARAMETERS = ("where", "fields", "asOf", "after", "first", *EXTRAS, "trailer")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
# Clients that resume by bytes would get another snapshot.
HEADERS = {"Accept-Ranges": "none", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """How many run at once in this process and for one caller, and for how long, in seconds: in all, and
    until a client takes a piece."""

    most: int = 4
    most_of_one: int = 2
    seconds: float = 3600
    stall_seconds: float = 30


class Exports:
    """The endpoint, an ASGI application of its own, so that it sees when its client leaves."""

    def __init__(
        self,
        exporter: Exporter,
        admission: Admission,
        rate: Rate,
        databases: tuple[Database, Database],
        limits: ExportLimits,
    ) -> None:
        self._exporter = exporter
        self._admission = admission
        self._rate = rate
        self._live, self._sandbox = databases
        self._limits = limits
        self._running: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            caller, export, has_trailer = await self._asked(request)
            response = self._head(request, export)
            if request.method != "HEAD":
                with self._place(caller):
                    await self._stream(request, response, caller, export, has_trailer, send)
                return
        except TripleHelixError as error:
            response = failure_response(error, request.state.request_id)
            if error.http_status == 405:
                response.headers["Allow"] = METHODS
        response.headers.add_vary_header("Accept-Encoding, Authorization, X-API-Key")
        await response(scope, receive, send)

    async def _asked(self, request: Request) -> tuple[Caller, Export, bool]:
        if request.method not in ("GET", "HEAD"):
            hint = "Ask for an export by GET."
            raise BadUserInput("This method is not answered here.", code=Code.OPERATION_NOT_ALLOWED,
                               hint=hint, http_status=405)  # fmt: skip
        caller = await self._admission.admit(request)
        if caller.viewer.role != "reader":
            scopes.require(caller.viewer, scopes.Scope.BULK)
        given = parse_parameters(request.scope["query_string"])
        for name in given:
            if name not in PARAMETERS:
                hint = f"An export takes {', '.join(PARAMETERS)}."
                raise BadUserInput(f"There is no parameter {name[:60]!r}.", hint=hint)
        name, _, form = request.path_params["file"].partition(".")
        wishes = Wishes(
            where=given.get("where"),
            fields=given.get("fields"),
            as_of=given.get("asOf"),
            after=given.get("after"),
            first=given.get("first"),
            extras=tuple(one for one in EXTRAS if _flag(given, one, default=False)),
        )
        export = self._exporter.prepare(name, form, wishes, caller.viewer)
        return caller, export, _flag(given, "trailer", default=True)

    @contextmanager
    def _place(self, caller: Caller) -> Iterator[None]:
        """A place among the exports that run; raises LimitExceeded EXPORT_LIMIT (429, 503)."""
        account, limits = caller.account, self._limits
        is_full = self._running.total() >= limits.most
        if is_full or self._running[account] >= limits.most_of_one:
            message = "Too many exports run." if is_full else f"{limits.most_of_one} exports of yours run."
            raise LimitExceeded(message, code=Code.EXPORT_LIMIT, hint="Try again when one is done.",
                                http_status=503 if is_full else 429, retryAfter=RETRY_SECONDS)  # fmt: skip
        self._running[account] += 1
        try:
            yield
        finally:
            self._running[account] -= 1
            self._running += Counter()

    def _head(self, request: Request, export: Export) -> Response:
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{export.file_name}"'}
        if not export.form.is_packed and takes_gzip(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
        response = Response(headers=headers, media_type=export.form.media_type)
        del response.headers["content-length"]
        return response

    # -- streaming -----------------------------------------------------------------------------------

    async def _stream(
        self,
        request: Request,
        head: Response,
        caller: Caller,
        export: Export,
        has_trailer: bool,
        send: Send,
    ) -> None:
        """Sends the file while the client is there. Raises what is found before its first byte is sent."""
        head.headers.add_vary_header("Accept-Encoding, Authorization, X-API-Key")
        progress = Progress()
        pieces = self._pieces(request, caller, export, progress, has_trailer)
        if head.headers.get("content-encoding") == "gzip":
            pieces = _gzipped(pieces)
        work = asyncio.create_task(self._send(head, pieces, send))
        left = asyncio.create_task(_client_left(request))
        try:
            await asyncio.wait({work, left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            if not work.done():
                work.cancel()
            await asyncio.wait({work, left})
        is_whole = not work.cancelled() and work.exception() is None
        log.info("export", file=export.file_name, rows=progress.rows, is_whole=is_whole)
        if not work.cancelled() and (error := work.exception()) is not None:
            raise error

    async def _send(self, head: Response, pieces: AsyncGenerator[bytes, None], send: Send) -> None:
        async with aclosing(pieces):
            try:
                # What fails at its first page fails with its own status.
                first = await anext(pieces, b"")
            except UNREACHABLE as error:
                raise as_expected(error) or error from error
            await send({"type": "http.response.start", "status": 200, "headers": head.raw_headers})
            try:
                async with asyncio.timeout(self._limits.seconds):
                    await self._put(first, send)
                    async for piece in pieces:
                        await self._put(piece, send)
            except (*UNREACHABLE, TripleHelixError) as error:
                # The status is sent. Without the end of the body, the server closes the connection.
                log.warning("export cut", error=type(error).__name__)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _put(self, piece: bytes, send: Send) -> None:
        for start in range(0, len(piece), PIECE):
            part = piece[start : start + PIECE]
            async with asyncio.timeout(self._limits.stall_seconds):
                await send({"type": "http.response.body", "body": part, "more_body": True})

    async def _pieces(
        self, request: Request, caller: Caller, export: Export, progress: Progress, has_trailer: bool
    ) -> AsyncGenerator[bytes, None]:
        """The file, its records paid for as they come; the first piece has the first records in it.

        A key that is revoked ends it: raises Unauthenticated.
        """
        viewer, credentials = caller.viewer, header_credentials(request)
        database = self._sandbox if viewer.sandbox else self._live
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(database.export(viewer))
            run = self._exporter.run(connection, export, viewer, progress, has_trailer=has_trailer)
            held = b""
            async for count, piece in await stack.enter_async_context(aclosing(run)):
                if count:
                    await self._admission.identify(*credentials, caller.address)
                    self._rate.spend_nodes(caller, count * export.price)
                    await asyncio.sleep(self._rate.node_wait(caller))
                held += piece
                if count and held:
                    yield held
                    held = b""
            yield held


def export_routes(
    reads: Reads | None, admission: Admission, rate: Rate, databases: tuple[Database, Database],
    limits: ExportLimits,
) -> list[BaseRoute]:  # fmt: skip
    """The route of exports of a schema, for live data and the sandbox; none where nothing is compiled."""
    if reads is None:
        return []
    return [Route("/export/{file}", Exports(Exporter(reads), admission, rate, databases, limits))]


def _flag(given: dict[str, str], name: str, *, default: bool) -> bool:
    if (text := given.get(name)) is None:
        return default
    if text not in _FLAGS:
        raise BadUserInput(f"{name} is {text[:20]!r}.", argument=name, hint="Write 1 or 0.")
    return _FLAGS[text]


async def _client_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _gzipped(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    stream = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    async with aclosing(pieces):
        async for piece in pieces:
            if packed := await asyncio.to_thread(stream.compress, piece):
                yield packed
    yield stream.flush()
