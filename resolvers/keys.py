"""API keys: how they are made, rotated, listed and revoked, by commands and by mutations.

A key is th_live_ or th_test_ and 51 base62 characters: eight that may be shown (the prefix) and 43 that
hold 256 random bits. Only the SHA-256 digest is stored; a random key needs no slow hash. How a credential
becomes a viewer is the business of web/keyring.py; who may administer keys, of resolvers/scopes.py.
"""

import hashlib
import re
import secrets
import string
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import asyncpg

from resolvers.audit import note
from resolvers.errors import BadUserInput, Code, Conflict
from resolvers.scopes import Scope
from resolvers.viewer import Viewer

ALPHABET = string.ascii_letters + string.digits
SHOWN = 8
HIDDEN = 43  # 62 ** 43 is just above 2 ** 256.
SECRET = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN + HIDDEN}}}")
PREFIX = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN}}}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

GRACE = timedelta(days=7)
"""How long the old key stays valid beside the new one, unless another time is given."""
MOST_GRACE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as it may be shown; times are UTC."""

    id: UUID
    partner_id: UUID
    partner: str
    partner_name: str
    label: str
    prefix: str
    role: Literal["partner", "editor"]
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def is_valid(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its secret, which exists only here and is shown once."""

    secret: str
    record: KeyRecord

    @property
    def prefix(self) -> str:
        """The part of the secret that may be shown, and by which the key is revoked."""
        return self.record.prefix


SELECT = """
    SELECT k.id, k.partner_id, p.slug AS partner, p.name AS partner_name, k.label, k.prefix, k.role,
           k.scopes, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
    FROM common.api_key k JOIN common.partner p ON p.id = k.partner_id
"""


@dataclass(frozen=True, slots=True)
class By:
    """Who administers, for the log: a viewer and its request, or an operator by a command."""

    viewer: Viewer | None = None
    request_id: str | None = None


OPERATOR = By()


async def create_key(
    connection: asyncpg.Connection,
    partner_slug: str,
    *,
    partner_name: str | None = None,
    label: str,
    role: Literal["partner", "editor"] = "partner",
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    test: bool = False,
    by: By = OPERATOR,
) -> IssuedKey:
    """Issue a key for a partner, which is created too where `partner_name` is given and it does not exist.

    Raises:
        BadUserInput: for a partner that does not exist, or a slug, role, scope or time that cannot be.
        Conflict: KEY_LIMIT where the partner has two valid keys of the kind (live or test).
    """
    scopes = sorted(set(scopes))
    _check(partner_slug, label, role, scopes, expires_at)
    async with connection.transaction():
        if partner_name is not None:
            insert = "INSERT INTO common.partner (slug, name) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING"
            await connection.execute(insert, partner_slug, partner_name)
        partner_id = await connection.fetchval("SELECT id FROM common.partner WHERE slug = $1", partner_slug)
        if partner_id is None:
            raise BadUserInput(
                f"There is no partner {partner_slug!r}.", hint="Give its name too, and it will be created."
            )
        issued = await _insert(connection, partner_id, label, role, scopes, expires_at, is_test=test)
        said = {"partner": partner_slug, "role": role, "scopes": scopes, "expiresAt": expires_at}
        await note(connection, by.viewer, "key.create", issued.prefix, said, request_id=by.request_id)
    return issued


async def rotate_key(
    connection: asyncpg.Connection,
    prefix: str,
    *,
    grace: timedelta = GRACE,
    expires_at: datetime | None = None,
    by: By = OPERATOR,
) -> tuple[IssuedKey, KeyRecord]:
    """A new key with the rights of an old one, which ends after the grace; gives both.

    Without `expires_at` the new key lives as long as the old one was to live from its making. With no grace
    at all the old key ends at once, and may be one of two.

    Raises:
        BadUserInput: where no key has the prefix, or the grace or time cannot be.
        Conflict: CONFLICT for a key that is not valid any more, KEY_LIMIT where the partner has another
            valid key beside it.
    """
    if not timedelta(0) <= grace <= MOST_GRACE:
        raise BadUserInput(f"The grace is 0 to {MOST_GRACE.days} days.", hint="Seven days are usual.")
    async with connection.transaction():
        old = await _locked(connection, prefix)
        if not old.is_valid:
            raise Conflict(f"{old.prefix} is not valid any more.", hint="Create a new key instead.")
        if expires_at is None and old.expires_at is not None:
            expires_at = datetime.now(UTC) + (old.expires_at - old.created_at)
        _check(old.partner, old.label, old.role, [], expires_at)
        if not grace:
            await connection.execute("UPDATE common.api_key SET revoked_at = now() WHERE id = $1", old.id)
        scopes = sorted(old.scopes)
        is_test = old.prefix.startswith("th_test_")
        issued = await _insert(
            connection, old.partner_id, old.label, old.role, scopes, expires_at, is_test=is_test
        )
        await connection.execute(
            "UPDATE common.api_key SET expires_at = least(expires_at, now() + $2::interval) WHERE id = $1",
            *(old.id, grace),
        )
        old = record_of(await connection.fetchrow(SELECT + "WHERE k.id = $1", old.id))
        said = {"partner": old.partner, "new": issued.prefix, "oldExpiresAt": old.expires_at}
        await note(connection, by.viewer, "key.rotate", old.prefix, said, request_id=by.request_id)
    return issued, old


async def list_keys(connection: asyncpg.Connection) -> list[KeyRecord]:
    """All keys, revoked and expired ones too, by partner and age."""
    rows = await connection.fetch(SELECT + "ORDER BY p.slug, k.created_at, k.id")
    return [record_of(row) for row in rows]


async def revoke_key(connection: asyncpg.Connection, prefix: str, *, by: By = OPERATOR) -> KeyRecord:
    """Revoke the key with this prefix; a whole secret is taken too. Revoking twice keeps the first time.

    Raises:
        BadUserInput: NOT_FOUND where no key has the prefix, or it is another partner's.
    """
    async with connection.transaction():
        key = await _locked(connection, prefix)
        if key.revoked_at is None:
            await connection.execute("UPDATE common.api_key SET revoked_at = now() WHERE id = $1", key.id)
            said = {"partner": key.partner}
            await note(connection, by.viewer, "key.revoke", key.prefix, said, request_id=by.request_id)
            key = record_of(await connection.fetchrow(SELECT + "WHERE k.id = $1", key.id))
    return key


async def _insert(
    connection: asyncpg.Connection,
    partner_id: UUID,
    label: str,
    role: str,
    scopes: list[str],
    expires_at: datetime | None,
    *,
    is_test: bool,
) -> IssuedKey:
    random = "".join(secrets.choice(ALPHABET) for _ in range(SHOWN + HIDDEN))
    secret = f"th_{'test' if is_test else 'live'}_{random}"
    async with _limited():
        key_id = await connection.fetchval(
            """INSERT INTO common.api_key (partner_id, label, prefix, digest, role, scopes, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id""",
            *(partner_id, label, secret[:-HIDDEN], digest(secret), role, scopes, expires_at),
        )
    row = await connection.fetchrow(SELECT + "WHERE k.id = $1", key_id)
    return IssuedKey(secret, record_of(row))


@asynccontextmanager
async def _limited() -> AsyncIterator[None]:
    """The table holds that a partner has two valid keys at most; also of those that are made at once."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if error.sqlstate != "TH409":
            raise
        raise Conflict(
            "The partner has two valid keys already.",
            code=Code.KEY_LIMIT,
            hint="Two are for changing from one to the next: revoke one first, or wait until one expires.",
        ) from error


def shown(text: str) -> str:
    """The prefix in a prefix or a whole secret, for the log; of anything else nothing."""
    prefix = text[:-HIDDEN] if SECRET.fullmatch(text) else text
    return prefix if PREFIX.fullmatch(prefix) else "?"


async def _locked(connection: asyncpg.Connection, prefix: str) -> KeyRecord:
    wanted = shown(prefix)
    row = await connection.fetchrow(SELECT + "WHERE k.prefix = $1 FOR UPDATE OF k", wanted)
    if row is None:
        hint = "List the keys to see their prefixes, such as th_live_Ab12Cd34."
        raise BadUserInput("No key has this prefix.", code=Code.NOT_FOUND, hint=hint, http_status=404)
    return record_of(row)


def digest(secret: str) -> bytes:
    """What is stored of a secret: its SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def listed(found: Iterable[KeyRecord]) -> list[str]:
    """A table of keys as lines of text, its head first."""
    rows = [("PREFIX", "PARTNER", "ROLE", "STATE", "LAST USED", "SCOPES", "LABEL")]
    for key in found:
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        scopes = ",".join(sorted(key.scopes)) or "none"
        rows.append((key.prefix, key.partner, key.role, _state(key), used, scopes, key.label))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _state(key: KeyRecord) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "valid"
    word = "valid until" if key.expires_at > datetime.now(UTC) else "expired"
    return f"{word} {key.expires_at:%Y-%m-%d}"


def _check(slug: str, label: str, role: str, scopes: list[str], expires_at: datetime | None) -> None:
    if not SLUG.fullmatch(slug) or len(slug) > 100:
        raise BadUserInput(
            f"{slug!r} is no slug.", hint="Use lowercase letters, digits and single hyphens, 100 at most."
        )
    if not label.strip() or len(label) > 200:
        raise BadUserInput("A key needs a label of at most 200 characters.", hint="Say what it is used for.")
    if role not in {"partner", "editor"}:
        raise BadUserInput(f"{role!r} is no role of a key.", hint="Use partner or editor.")
    wrong = next((scope for scope in scopes if scope not in set(Scope)), None)
    if wrong is not None:
        raise BadUserInput(f"{wrong!r} is no scope.", hint=f"The scopes are {', '.join(Scope)}.")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= datetime.now(UTC)):
        raise BadUserInput(
            "A key must expire in the future, at a time with its zone.", hint="Say 2030-01-01T00:00Z."
        )


def record_of(row: Any) -> KeyRecord:
    """The key in a row of SELECT."""
    fields = {name: row[name] for name in KeyRecord.__slots__}
    return KeyRecord(**(fields | {"scopes": frozenset(fields["scopes"])}))
