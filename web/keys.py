"""API keys: how they are issued, listed, revoked, and how a credential becomes a Viewer.

A key is th_live_ or th_test_ and 51 base62 characters: eight that may be shown (the prefix) and 43 that
hold 256 random bits. Only the SHA-256 digest is stored; a random key needs no slow hash. A credential that is
not valid is an error with its own code, never an anonymous viewer. What a viewer may do is not its business.
"""

import hashlib
import re
import secrets
import string
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from structlog import get_logger

from resolvers.errors import BadUserInput
from resolvers.scopes import Scope

ALPHABET = string.ascii_letters + string.digits
SHOWN = 8
HIDDEN = 43  # 62 ** 43 is just above 2 ** 256.
SECRET = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN + HIDDEN}}}")
PREFIX = re.compile(rf"th_(live|test)_[A-Za-z0-9]{{{SHOWN}}}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

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


SELECT = """
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
        row = await connection.fetchrow(SELECT + "WHERE k.digest = $1", digest(secret))
    return IssuedKey(secret, record_of(row))


async def list_keys(connection: Any) -> list[KeyRecord]:
    """All keys, revoked and expired ones too, by partner and age."""
    rows = await connection.fetch(SELECT + "ORDER BY p.slug, k.created_at, k.id")
    return [record_of(row) for row in rows]


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
        row = await connection.fetchrow(SELECT + "WHERE k.prefix = $1", shown)
    if row is None:
        hint = "List the keys to see their prefixes, such as th_live_Ab12Cd34."
        raise BadUserInput("No key has this prefix.", hint=hint)
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
    fields = {name: row[name] for name in KeyRecord.__slots__}
    return KeyRecord(**(fields | {"scopes": frozenset(fields["scopes"])}))
