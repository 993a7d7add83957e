"""API keys: how they are issued, listed, revoked, and how a credential becomes a Viewer.

A key is th_live_ or th_test_ and 51 base62 characters: eight that may be shown (the prefix) and 43 that
hold 256 random bits. Only the SHA-256 digest is stored; a random key needs no slow hash. A credential that is
not valid is an error with its own code, never an anonymous viewer. What a viewer may do is not its business.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
import string
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from asyncpg import InterfaceError, PostgresError
from structlog import get_logger

from models.database import DatabaseBusy, DatabaseUnavailable
from resolvers.errors import BadUserInput, Code, Unauthenticated, Unavailable
from resolvers.viewer import ANONYMOUS, Viewer

ALPHABET = string.ascii_letters + string.digits
SHOWN = 8
HIDDEN = 43  # 62 ** 43 is just above 2 ** 256.
SECRET = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN + HIDDEN}}}")
PREFIX = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN}}}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SCOPE = re.compile(r"[a-z][a-z_]*(:[a-z_]+)?")
FRESH_SECONDS = 1.0
"""How long a look-up is believed: a revocation takes effect in every process within this time."""
USED_SECONDS = 60.0
"""How exact last_used_at is."""

log = get_logger("triplehelix.keys")


class AdminDatabase(Protocol):
    """What this module needs of models.database.Database."""

    def admin(self) -> AbstractAsyncContextManager[Any]:
        """A connection that may read and write the tables of keys."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as it may be shown; times are UTC."""

    id: UUID
    partner_id: UUID
    partner: str
    label: str
    prefix: str
    role: Literal["partner", "editor"]
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its secret, which exists only here and is shown once."""

    secret: str
    record: KeyRecord

    @property
    def prefix(self) -> str:
        """The part of the secret that may be shown, and by which the key is revoked."""
        return self.record.prefix


_SELECT = """
    SELECT k.id, k.partner_id, p.slug AS partner, k.label, k.prefix, k.role, k.scopes, k.created_at,
           k.expires_at, k.revoked_at, k.last_used_at, k.digest
    FROM common.api_key k JOIN common.partner p ON p.id = k.partner_id
"""


async def create_key(
    connection: Any,
    partner_slug: str,
    *,
    partner_name: str | None = None,
    label: str,
    role: Literal["partner", "editor"] = "partner",
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    test: bool = False,
) -> IssuedKey:
    """Issue a key for a partner, which is created too where `partner_name` is given and it does not exist.

    Raises:
        BadUserInput: for a partner that does not exist, or a slug, role, scope or time that cannot be.
    """
    scopes = sorted(set(scopes))
    _check(partner_slug, label, role, scopes, expires_at)
    random = "".join(secrets.choice(ALPHABET) for _ in range(SHOWN + HIDDEN))
    secret = f"th_{'test' if test else 'live'}_{random}"
    async with connection.transaction():
        if partner_name is not None:
            insert = "INSERT INTO common.partner (slug, name) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING"
            await connection.execute(insert, partner_slug, partner_name)
        partner_id = await connection.fetchval("SELECT id FROM common.partner WHERE slug = $1", partner_slug)
        if partner_id is None:
            raise BadUserInput(
                f"There is no partner {partner_slug!r}.", hint="Give its name too, and it will be created."
            )
        await connection.execute(
            """INSERT INTO common.api_key (partner_id, label, prefix, digest, role, scopes, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            partner_id,
            label,
            secret[:-HIDDEN],
            digest(secret),
            role,
            scopes,
            expires_at,
        )
        row = await connection.fetchrow(_SELECT + "WHERE k.digest = $1", digest(secret))
    return IssuedKey(secret, _record(row))


async def list_keys(connection: Any) -> list[KeyRecord]:
    """All keys, revoked and expired ones too, by partner and age."""
    rows = await connection.fetch(_SELECT + "ORDER BY p.slug, k.created_at, k.id")
    return [_record(row) for row in rows]


async def revoke_key(connection: Any, prefix: str) -> KeyRecord:
    """Revoke the key with this prefix; a whole secret is taken too. Revoking twice keeps the first time.

    Raises:
        BadUserInput: where no key has the prefix.
    """
    shown = prefix[:-HIDDEN] if SECRET.fullmatch(prefix) else prefix
    row = None
    if PREFIX.fullmatch(shown):
        await connection.execute(
            "UPDATE common.api_key SET revoked_at = coalesce(revoked_at, now()) WHERE prefix = $1", shown
        )
        row = await connection.fetchrow(_SELECT + "WHERE k.prefix = $1", shown)
    if row is None:
        hint = "List the keys to see their prefixes, such as th_live_Ab12Cd34."
        raise BadUserInput("No key has this prefix.", hint=hint)
    return _record(row)


def digest(secret: str) -> bytes:
    """What is stored of a secret: its SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


class KeyRing:
    """Turns the credential of a request into a Viewer, with a bounded cache of look-ups.

    The cache also holds keys that do not exist, so that a wrong key is not looked up at every request.
    """

    def __init__(
        self, database: AdminDatabase, *, max_cached: int = 1000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._max_cached = max_cached
        self._clock = clock
        self._cache: OrderedDict[bytes, tuple[float, KeyRecord | None]] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[KeyRecord | None]] = {}

    async def viewer(self, authorization: str | None, api_key: str | None = None) -> Viewer:
        """The viewer of `Authorization: Bearer th_...` or `X-API-Key: th_...`; ANONYMOUS without either.

        Raises:
            Unauthenticated: KEY_MALFORMED, KEY_UNKNOWN, KEY_REVOKED or KEY_EXPIRED (401).
            Unavailable: where the keys cannot be read now (503).
        """
        secret = credential(authorization, api_key)
        if secret is None:
            return ANONYMOUS
        return _viewer_of(await self._find(digest(secret)), secret)

    def known(self, authorization: str | None) -> Viewer | None:
        """The viewer without a look-up: nobody's, or a sound key's whose last look-up is still fresh."""
        try:
            secret = credential(authorization)
            if secret is None:
                return ANONYMOUS
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
                row = await connection.fetchrow(_SELECT + "WHERE k.digest = $1", wanted)
                record = None
                if row is not None and hmac.compare_digest(row["digest"], wanted):
                    record = _record(row)
                    await self._note_use(connection, record)
        except (OSError, PostgresError, InterfaceError, DatabaseBusy, DatabaseUnavailable) as error:
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
        scopes=record.scopes,
        key_prefix=record.prefix,
        sandbox=secret.startswith("th_test_"),
    )


def credential(authorization: str | None, api_key: str | None = None) -> str | None:
    """The secret in the two header forms, None where neither is sent.

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
    if found or not SECRET.fullmatch(secret):
        raise Unauthenticated(
            "The key is malformed.",
            code=Code.KEY_MALFORMED,
            hint="Send one key, as Authorization: Bearer th_live_... or X-API-Key: th_live_...",
        )
    return secret


def _check(slug: str, label: str, role: str, scopes: list[str], expires_at: datetime | None) -> None:
    if not SLUG.fullmatch(slug) or len(slug) > 100:
        raise BadUserInput(
            f"{slug!r} is no slug.", hint="Use lowercase letters, digits and single hyphens, 100 at most."
        )
    if not label.strip() or len(label) > 200:
        raise BadUserInput("A key needs a label of at most 200 characters.", hint="Say what it is used for.")
    if role not in {"partner", "editor"}:
        raise BadUserInput(f"{role!r} is no role of a key.", hint="Use partner or editor.")
    wrong = next((scope for scope in scopes if not SCOPE.fullmatch(scope)), None)
    if wrong is not None:
        raise BadUserInput(f"{wrong!r} is no scope.", hint="A scope looks like write or write:companies.")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= datetime.now(UTC)):
        raise BadUserInput(
            "A key must expire in the future, at a time with its zone.", hint="Say 2030-01-01T00:00Z."
        )


def _record(row: Any) -> KeyRecord:
    fields = {name: row[name] for name in KeyRecord.__slots__}
    return KeyRecord(**(fields | {"scopes": frozenset(fields["scopes"])}))
