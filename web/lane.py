"""The short way for plain requests: a POST of a known query by a known caller, straight to its bytes.

An optimisation only, for the bytes of a connection (web/direct.py) or in front of the middleware
(web/shortway.py): it takes a request when its head says that nothing but the fast path can be meant (JSON
in one piece, no CORS, no proxy, no odd header) and leaves every other one to the application. Limits,
rights, rates, errors and headers are those of the complete way; a test compares the two.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from logging import INFO
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from structlog import get_logger

from resolvers.cache import Cache
from resolvers.errors import TripleHelixError
from web.admission import Admission
from web.answers import failure_response
from web.caller import Caller, request_id
from web.compression import Compression, compressed
from web.deadlines import Deadlines
from web.execution import Outcome, Runner
from web.metrics import Metrics
from web.negotiation import negotiate
from web.operation import Operation, from_body
from web.requests import HeadLimits, line
from web.view import BodyLimits, rendered

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
MAX_HEADS = 1000
MAX_HEAD = 2048
"""Most heads that are remembered, and the longest one, in bytes; one with a request id never comes again."""
VARY = (b"vary", b"Accept, Authorization, X-API-Key, Origin")
VARY_CODED = (b"vary", b"Accept-Encoding, Accept, Authorization, X-API-Key, Origin")
Rendered = tuple[int, str, bytes, Sequence[tuple[bytes, bytes]]]
"""Status, Content-Type, body, and further headers of an answer with its Vary."""
COUNTED = "triplehelix.counted"
"""Set in the scope of a request whose rate was counted here before the complete way took it over."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a plain request's head says."""

    length: int
    media: str
    credential: str | None
    encodings: str | None
    request_id: str | None


class _Parsed:
    """Takes what the parser finds in a head."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_complete = True


class Lane:
    """Reads plain requests and answers them; None wherever the complete way must."""

    def __init__(
        self,
        runner: Runner,
        admission: Admission,
        metrics: Metrics,
        heads: HeadLimits,
        bodies: BodyLimits,
        compression: Compression,
    ) -> None:
        self.body_deadlines = Deadlines(bodies.seconds)
        self._runner = runner
        self._admission = admission
        self._metrics = metrics
        self._limits = heads
        self._bodies = bodies
        self._compression = compression
        self._accepts: dict[bytes, str | None] = {}
        self._heads: Cache[bytes, Head] = Cache(MAX_HEADS)
        self._log: Any = None

    def head(self, raw: bytes) -> Head | None:
        """What a head in bytes says: a POST to PATH that leaves the connection open, with its end."""
        known = self._heads.get(raw)
        if known is not None:
            return known
        parsed = _Parsed()
        parser = HttpRequestParser(parsed)
        try:
            parser.feed_data(raw)
        except (HttpParserError, HttpParserUpgrade):
            return None
        is_plain = parsed.is_complete and parsed.url == PATH.encode() and parser.get_method() == b"POST"
        is_kept = parser.get_http_version() == "1.1" and parser.should_keep_alive()
        if not is_plain or not is_kept or parser.should_upgrade():
            return None
        found = self.read(parsed.headers)
        if found is not None and found.request_id is None and len(raw) <= MAX_HEAD:
            self._heads.put(raw, found)
        return found

    def read(self, headers: Sequence[tuple[bytes, bytes]]) -> Head | None:
        """What the headers of a POST say."""
        if len(headers) > self._limits.header_count:
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
        media = self._media(found.get(b"accept", b""))
        length = found.get(b"content-length", b"")
        if size > self._limits.header_bytes or found.get(b"content-type") not in _JSON_TYPES:
            return None
        if media is None or not length.isdigit() or len(length) > 9:
            return None
        texts = (found.get(name) for name in (b"authorization", b"accept-encoding", b"x-request-id"))
        return Head(int(length), media, *(None if text is None else text.decode("latin-1") for text in texts))

    def caller(self, head: Head, client: str | None) -> Caller | None:
        """The caller, where it needs no look-up and may send so long a body."""
        viewer = self._admission.known(head.credential)
        if viewer is None:
            return None
        most = self._bodies.bytes_anonymous if viewer.key_prefix is None else self._bodies.bytes_key
        if head.length > most:
            return None
        return Caller(viewer, self._admission.of(client), request_id(head.request_id))

    def operation(self, body: bytes) -> Operation | None:
        """The operation, where its query is known."""
        try:
            operation = from_body(body)
            return operation if self._runner.knows(operation) else None
        except TripleHelixError:
            return None

    def is_admitted(self, caller: Caller) -> bool:
        """Counts the request; one that is refused goes the complete way to its refusal."""
        try:
            self._admission.count(caller)
        except TripleHelixError:
            return False
        return True

    async def answer(self, operation: Operation, caller: Caller, head: Head) -> Rendered | None:
        """The answer to a known operation of an admitted caller."""
        try:
            outcome = await self._runner.known(operation, caller)
            return None if outcome is None else await self._rendered(outcome, head)
        except TripleHelixError as error:
            return failed(error, caller, head.media)

    async def _rendered(self, outcome: Outcome, head: Head) -> Rendered:
        """As the view's, for a POST."""
        status, kind, body = rendered(outcome, head.media)
        if "errors" in outcome.payload:
            return status, kind, body, (VARY,)
        coding = self._compression.coding(body, head.encodings)
        if coding == "gzip":
            return status, kind, await compressed(body), (VARY_CODED, (b"content-encoding", b"gzip"))
        return status, kind, body, (VARY if coding is None else VARY_CODED,)

    def count(self, method: str, status: int, started: float, caller: Caller) -> None:
        """Counts and logs a request that was answered."""
        seconds = time.perf_counter() - started
        self._metrics.request(method, status, seconds)
        if self._log is None:
            # Once, when the logs are set up: an unbound logger looks for its configuration at every line.
            self._log = log.bind()
        if self._log.is_enabled_for(INFO):
            self._log.info("request", **line(method, PATH, status, seconds), request_id=caller.request_id)

    def _media(self, accept: bytes) -> str | None:
        """The JSON type that the client takes; None where it prefers anything else."""
        if accept not in self._accepts:
            if len(self._accepts) >= MAX_ACCEPTS:
                self._accepts.clear()
            taken = negotiate(accept.decode("latin-1") or None)
            is_other = taken.prefers_html or taken.prefers_events
            self._accepts[accept] = None if is_other else taken.result
        return self._accepts[accept]


def headers_of(answer: Rendered, caller: Caller) -> list[tuple[bytes, bytes]]:
    """The headers of every answer, and those of this one."""
    _, kind, body, more = answer
    return [
        (b"content-length", b"%d" % len(body)),
        (b"content-type", kind.encode()),
        (b"x-request-id", caller.request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        *more,
    ]


def failed(error: TripleHelixError, caller: Caller, media: str) -> Rendered:
    """A refusal as the complete way gives it."""
    response = failure_response(error, caller.request_id, media)
    known = (b"content-length", b"content-type")
    more = [VARY, *((name, value) for name, value in response.raw_headers if name not in known)]
    return response.status_code, response.headers["content-type"], bytes(response.body), more
