"""From a credential in a header to a viewer: the keys that were looked up just now, and what is wrong with
those that are not valid. How keys are made, listed and revoked is resolvers/keys.py.
"""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

from asyncpg import PostgresError
from structlog import get_logger

from models.database import UNREACHABLE
from resolvers.errors import Code, Unauthenticated, Unavailable
from resolvers.keys import SECRET, SELECT, KeyRecord, digest, record_of
from resolvers.viewer import ANONYMOUS, Viewer
from web.tokens import Tokens, is_token

log = get_logger("triplehelix.keys")

FRESH_SECONDS = 1.0
"""How long a look-up is believed: a revocation takes effect in every process within this time."""
USED_SECONDS = 60.0
"""How exact last_used_at is."""


LOOK_UP = SELECT.replace("k.last_used_at", "k.last_used_at, k.digest") + "WHERE k.digest = $1"


class AdminDatabase(Protocol):
    """What this module needs of models.database.Database."""

    def admin(self) -> AbstractAsyncContextManager[Any]:
        """A connection that may read and write the tables of keys."""


class KeyRing:
    """Turns the credential of a request into a Viewer, with a bounded cache of look-ups.

    The cache also holds keys that do not exist, so that a wrong key is not looked up at every request.
    """

    def __init__(
        self,
        database: AdminDatabase,
        tokens: Tokens | None = None,
        *,
        max_cached: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._max_cached = max_cached
        self._clock = clock
        self._cache: OrderedDict[bytes, tuple[float, KeyRecord | None]] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[KeyRecord | None]] = {}

    async def viewer(self, authorization: str | None, api_key: str | None = None) -> Viewer:
        """The viewer of `Authorization: Bearer th_...` or `X-API-Key: th_...`, or of a token sent as the
        former; ANONYMOUS without either.

        Raises:
            Unauthenticated: KEY_MALFORMED, KEY_UNKNOWN, KEY_REVOKED or KEY_EXPIRED (401), or what
                web/tokens.py says of a token.
            Unavailable: where the keys cannot be read now (503).
        """
        secret = credential(authorization, api_key)
        if secret is None:
            return ANONYMOUS
        if self._tokens is not None and is_token(secret):
            return await self._tokens.viewer(secret)
        return _viewer_of(await self._find(digest(secret)), secret)

    def known(self, authorization: str | None) -> Viewer | None:
        """The viewer without a look-up: nobody's, or a sound key's whose last look-up is still fresh."""
        try:
            secret = credential(authorization)
            if secret is None:
                return ANONYMOUS
            if self._tokens is not None and is_token(secret):
                return self._tokens.known(secret)
            found = self._cache.get(digest(secret))
            if found is None or self._clock() - found[0] >= FRESH_SECONDS:
                return None
            return _viewer_of(found[1], secret)
        except Unauthenticated:
            return None

    async def _find(self, wanted: bytes) -> KeyRecord | None:
        known = self._cache.get(wanted)
        if known is not None and self._clock() - known[0] < FRESH_SECONDS:
            return known[1]
        task = self._running.get(wanted)
        if task is None:
            # One look-up serves all requests that wait for it, and outlives the one that started it.
            task = asyncio.create_task(self._look_up(wanted))
            self._running[wanted] = task
            task.add_done_callback(lambda _: self._running.pop(wanted, None))
        return await asyncio.shield(task)

    async def _look_up(self, wanted: bytes) -> KeyRecord | None:
        asked = self._clock()
        try:
            async with self._database.admin() as connection:
                row = await connection.fetchrow(LOOK_UP, wanted)
                record = None
                if row is not None and hmac.compare_digest(row["digest"], wanted):
                    record = record_of(row)
                    await self._note_use(connection, record)
        except UNREACHABLE as error:
            log.warning("keys cannot be read", error=type(error).__name__)
            raise Unavailable("Keys cannot be checked now.", hint="Try again in a few seconds.") from error
        self._cache[wanted] = (asked, record)
        self._cache.move_to_end(wanted)
        if len(self._cache) > self._max_cached:
            self._cache.popitem(last=False)
        return record

    async def _note_use(self, connection: Any, record: KeyRecord) -> None:
        last = record.last_used_at
        if last is not None and (datetime.now(UTC) - last).total_seconds() < USED_SECONDS:
            return
        try:
            await connection.execute(
                "UPDATE common.api_key SET last_used_at = now() WHERE id = $1", record.id
            )
        except PostgresError as error:
            # A server that only reads (a standby, a full disk) must still let a key in.
            log.warning("use of a key not noted", error=type(error).__name__)


def _viewer_of(record: KeyRecord | None, secret: str) -> Viewer:
    if record is None:
        raise Unauthenticated("This key does not exist.", hint="Check that it was copied whole.")
    if record.revoked_at is not None:
        raise Unauthenticated(
            "This key was revoked.",
            code=Code.KEY_REVOKED,
            hint="Ask for a new one, or ask without a key.",
        )
    if record.expires_at is not None and record.expires_at <= datetime.now(UTC):
        raise Unauthenticated(
            f"This key expired on {record.expires_at:%Y-%m-%d}.",
            code=Code.KEY_EXPIRED,
            hint="Ask for a new one, or ask without a key.",
        )
    return Viewer(
        role=record.role,
        partner_id=record.partner_id,
        partner=record.partner,
        partner_name=record.partner_name,
        scopes=record.scopes,
        key_prefix=record.prefix,
        expires_at=record.expires_at,
        sandbox=secret.startswith("th_test_"),
    )


def credential(authorization: str | None, api_key: str | None = None) -> str | None:
    """The secret in the two header forms, or a token in the first; None where neither is sent.

    Raises:
        Unauthenticated: KEY_MALFORMED for any other scheme or shape, and for two different keys.
    """
    found = set()
    if authorization is not None:
        scheme, _, token = authorization.strip().partition(" ")
        found.add(token.strip() if scheme.lower() == "bearer" else "")
    if api_key is not None:
        found.add(api_key.strip())
    if not found:
        return None
    secret = found.pop()
    is_credential = SECRET.fullmatch(secret) or (api_key is None and is_token(secret))
    if found or not is_credential:
        raise Unauthenticated(
            "The key is malformed.",
            code=Code.KEY_MALFORMED,
            hint="Send one key, as Authorization: Bearer th_live_... or X-API-Key: th_live_..., or a token.",
        )
    return secret
