"""Files over HTTP: POST /import/{format} takes one in, GET /import/{id}/failed gives back what failed of it.

A body is stored piece by piece as it comes; the job's id is answered only when the last byte is durable. Not
its business: the body's limits (web/intake.py), and what becomes of the job (exchange/runner.py).
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from exchange import uploads
from exchange.csv_columns import KINDS
from exchange.csv_template import template
from exchange.formats import FORMATS, Format
from exchange.runner import Runner
from models.database import Database
from models.fact_vocabulary import ImportStatus
from resolvers.errors import BadUserInput, Code, Conflict, LimitExceeded, TripleHelixError
from resolvers.scopes import Scope, require
from resolvers.viewer import Viewer
from web.admission import Admission
from web.answers import as_expected, encode, failure_response
from web.intake import GZIP, Expansion, IntakeLimits, received, too_large
from web.negotiation import JSON
from web.operation import invalid

FILE_NAME = 200
"""Longest fileName, in characters."""
RAW = ("application/octet-stream", "application/gzip")
"""Content types of a body that says nothing of its format."""


class Imports:
    """The routes of imports, and the runner of their jobs.

    `most_waiting` files of a partner may wait or run; the one that runs is read in `folder`.
    """

    def __init__(
        self,
        live: Database,
        sandbox: Database,
        admission: Admission,
        limits: IntakeLimits,
        most_waiting: int = 10,
        folder: Path | None = None,
    ) -> None:
        self._live, self._sandbox = live, sandbox
        self._admission = admission
        self._limits = limits
        self._most_waiting = most_waiting
        self._coming: Counter[UUID | None] = Counter()
        self._runner = Runner((live, sandbox), unpacked_bytes=limits.unpacked_bytes, folder=folder)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Runs the jobs as long as the context lasts."""
        return self._runner.running()

    def routes(self) -> list[BaseRoute]:
        """What is answered under /import."""
        return [
            Route("/import/template/{file}", self._answered(_template, None), methods=["GET"]),
            Route("/import/{format}", self._answered(self._post), methods=["POST"]),
            Route("/import/{id}", self._answered(self._get), methods=["GET"]),
            Route("/import/{id}/failed", self._answered(self._failed), methods=["GET"]),
        ]

    def _answered(
        self, answer: Callable[[Request, Viewer], Awaitable[Response]], scope: Scope | None = Scope.BULK
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            try:
                caller = await self._admission.admit(request)
                if scope is not None:
                    require(caller.viewer, scope)
                return await answer(request, caller.viewer)
            except ClientDisconnect:
                # Nobody reads it; Starlette wants a response.
                return Response(status_code=400)
            except Exception as error:
                expected = as_expected(error)
                if not isinstance(expected, TripleHelixError):
                    raise
                return failure_response(expected, request.state.request_id)

        return answered

    def _database(self, viewer: Viewer) -> Database:
        return self._sandbox if viewer.sandbox else self._live

    async def _post(self, request: Request, viewer: Viewer) -> Response:
        name = request.path_params["format"]
        form = FORMATS.get(name)
        if form is None or not form.content_types:
            known = ", ".join(known for known, one in FORMATS.items() if one.content_types)
            raise BadUserInput(
                f"Files of the format {name[:50]!r} are not taken.",
                code=Code.NOT_FOUND,
                hint=f"Send them to /import/ and one of {known}.",
                http_status=404,
            )
        is_packed = self._check_head(request, form)
        is_dry_run, file_name = _parameters(request, name)
        database = self._database(viewer)
        partner = viewer.partner_id
        async with database.write(uploads.EDITOR) as connection:
            upload_id, waiting = await uploads.begin(connection, partner)
        if waiting + self._coming[partner] >= self._most_waiting:
            raise LimitExceeded(
                f"{self._most_waiting} of your files wait or run.",
                code=Code.IMPORT_LIMIT,
                hint="Send this one when another has ended.",
                http_status=429,
                retryAfter=60,
            )
        upload = uploads.Upload(
            upload_id, name, file_name, is_dry_run, partner, viewer.role, viewer.key_prefix
        )
        self._coming[partner] += 1
        try:
            await self._store(request, database, upload, is_packed)
        finally:
            self._coming[partner] -= 1
        found = {"id": str(upload_id), "status": str(ImportStatus.QUEUED), "url": f"/import/{upload_id}"}
        return Response(encode(found), 202, {"Location": found["url"]}, JSON)

    def _check_head(self, request: Request, form: Format) -> bool:
        """Refuses what can be refused before a byte is read; whether the body is gzip by its head."""
        kind = request.headers.get("content-type", RAW[0]).partition(";")[0].strip().lower()
        coding = request.headers.get("content-encoding", "identity").strip().lower()
        if kind not in (*form.content_types, *RAW) or coding not in ("identity", "gzip"):
            said = f"Content-Encoding {coding[:50]}" if kind in (*form.content_types, *RAW) else kind[:100]
            raise BadUserInput(
                f"{said} is not taken here.",
                code=Code.UNSUPPORTED_MEDIA_TYPE,
                hint=f"Say Content-Type: {form.content_types[0]}; Content-Encoding may be gzip.",
                http_status=415,
            )
        declared = request.headers.get("content-length")
        if declared is not None and (not declared.isascii() or not declared.isdigit()):
            raise invalid("Content-Length is no number.")
        if declared is not None and (len(declared) > 18 or int(declared) > self._limits.sent_bytes):
            raise too_large(self._limits)
        return coding == "gzip"

    async def _store(
        self, request: Request, database: Database, upload: uploads.Upload, is_packed: bool
    ) -> None:
        """Stores the body and makes its job; of a body that breaks off nothing stays."""
        limits, expansion = self._limits, None
        waiting, size, number = bytearray(), 0, 0
        try:
            async for chunk in received(request.receive, limits):
                waiting += chunk
                size += len(chunk)
                if len(waiting) < uploads.CHUNK:
                    continue
                if number == 0:
                    expansion = _expansion(waiting, is_packed, limits)
                await self._piece(database, upload, number, bytes(waiting), expansion)
                number += 1
                waiting.clear()
            if size == 0:
                raise invalid("The body is empty.", "Send the file as the body.")
            if number == 0:
                expansion = _expansion(waiting, is_packed, limits)
            if expansion is not None:
                await asyncio.to_thread(expansion.feed, bytes(waiting))
                expansion.finish()
            async with database.write(uploads.EDITOR) as connection:
                if waiting:
                    await uploads.store(connection, upload.id, uploads.FILE, number, bytes(waiting))
                await uploads.accept(connection, upload, size)
        except BaseException:
            if number:
                async with database.write(uploads.EDITOR) as connection:
                    await uploads.forget(connection, upload.id, uploads.FILE)
            raise

    async def _piece(
        self,
        database: Database,
        upload: uploads.Upload,
        number: int,
        data: bytes,
        expansion: Expansion | None,
    ) -> None:
        if expansion is not None:
            await asyncio.to_thread(expansion.feed, data)
        async with database.write(uploads.EDITOR) as connection:
            await uploads.store(connection, upload.id, uploads.FILE, number, data)

    async def _get(self, request: Request, viewer: Viewer) -> Response:
        found = await self._job(request, viewer)
        shown = {name: found[name] for name in ("rows", "created", "updated", "unchanged", "rejected")}
        shown = {"id": str(found["id"]), "status": found["status"].decode()} | shown
        shown["failure"] = found["failure"].decode() if found["failure"] else None
        shown["failedRows"] = found["failed_rows"]
        shown["failed"] = f"/import/{found['id']}/failed" if found["is_kept"] else None
        return Response(encode(shown), media_type=JSON)

    async def _failed(self, request: Request, viewer: Viewer) -> Response:
        found = await self._job(request, viewer)
        if found["status"] in (b"QUEUED", b"RUNNING"):
            raise Conflict("The import has not ended.", hint="Ask again when its status is a final one.")
        if not found["failed_rows"]:
            return Response(status_code=204)
        name = found["format"].decode()
        if not found["is_kept"]:
            raise BadUserInput(
                "The failed rows of this import are not kept.",
                code=Code.NOT_FOUND,
                hint=f"They are for {uploads.KEEP_DAYS} days, and not for every format; "
                "importJob(id) names them in problems.",
                http_status=404,
            )
        pieces = uploads.pieces(self._database(viewer), viewer, found["id"], uploads.FAILED)
        headers = {"Content-Disposition": f'attachment; filename="failed-{found["id"]}.{name}"'}
        return StreamingResponse(pieces, headers=headers, media_type=FORMATS[name].content_types[0])

    async def _job(self, request: Request, viewer: Viewer) -> Any:
        """What became of an upload; to others than its partner and editors it does not exist."""
        found = None
        try:
            wanted = UUID(request.path_params["id"])
        except ValueError:
            wanted = None
        if wanted is not None:
            async with self._database(viewer).read(viewer) as connection:
                found = await uploads.job(connection, viewer, wanted)
        if found is None:
            raise BadUserInput(
                "There is no such import.",
                code=Code.NOT_FOUND,
                hint="Its id is in the answer to the upload, and in importJobs.",
                http_status=404,
            )
        return found


async def _template(request: Request, _: Viewer) -> Response:
    name, dot, suffix = request.path_params["file"].rpartition(".")
    kind = name.upper().replace("-", "_")
    if not dot or suffix != "csv" or kind not in KINDS:
        raise BadUserInput(
            "There is no such template.",
            code=Code.NOT_FOUND,
            hint=f"Ask for one of {', '.join(one.lower() for one in KINDS)}, with .csv.",
            http_status=404,
        )
    headers = {"Content-Disposition": f'attachment; filename="{kind.lower()}.csv"'}
    return Response(template(kind), headers=headers, media_type="text/csv")


def _expansion(start: bytearray, is_packed: bool, limits: IntakeLimits) -> Expansion | None:
    """What counts a body of gzip; also of one that does not say so. Raises BadUserInput BODY_INVALID."""
    if start.startswith(GZIP):
        return Expansion(limits)
    if is_packed:
        raise invalid("Content-Encoding says gzip, and the body is something else.")
    return None


def _parameters(request: Request, form: str) -> tuple[bool, str]:
    """Whether it is a dry run, and what the file is called. Raises BadUserInput."""
    given = request.query_params
    unknown = next((name for name in given if name not in ("dryRun", "fileName")), None)
    dry_run, name = given.get("dryRun", "0"), given.get("fileName", f"upload.{form}")
    if unknown is not None or len(given.multi_items()) != len(given):
        raise BadUserInput(
            "Only dryRun and fileName may be given, each once.", hint="Write ?dryRun=1&fileName=staff.csv."
        )
    if dry_run not in ("0", "1", "false", "true"):
        raise BadUserInput(f"{dry_run[:50]!r} is neither 1 nor 0.", hint="Write ?dryRun=1.")
    if not name.strip() or len(name) > FILE_NAME or not name.isprintable():
        raise BadUserInput(
            "The fileName is empty, too long or has characters that cannot be shown.",
            hint=f"Give 1 to {FILE_NAME} characters.",
        )
    return dry_run in ("1", "true"), name
