"""One write: a transaction as the viewer, under its PostgreSQL role.

What the database refuses becomes an error that a client can act on. Who may write at all is the business of
resolvers/scopes.py; what is written, of resolvers/truth.py and resolvers/merging.py; how the payload is read,
of resolvers/payloads.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from models.database import Database
from models.vocabulary import IdentifierScheme
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Code, Conflict, Forbidden, Unavailable
from resolvers.identifiers import InvalidIdentifier, normalise
from resolvers.rules import broken
from resolvers.scopes import require_write
from resolvers.viewer import Viewer

Result = TypeVar("Result")
ATTEMPTS = 3
"""A transaction that PostgreSQL ended to resolve a deadlock is begun again, at most this often in all."""
PAUSE_SECONDS = 0.05
TOO_LARGE_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Reference:
    """An EntityRef: exactly one of id, slug, and an identifier (for PARTNER with the partner's slug)."""

    id: str | None = None
    slug: str | None = None
    scheme: str | None = None
    value: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entity that the viewer may see."""

    id: UUID
    kind: str
    slug: str
    record_status: str
    successor_id: UUID | None


async def write(
    database: Database,
    viewer: Viewer,
    work: Callable[[asyncpg.Connection], Awaitable[Result]],
    allowed: Callable[[Viewer], None] = require_write,
) -> Result:
    """Does the work in one transaction as the viewer, whom `allowed` (of resolvers/scopes.py) lets pass.

    Raises UNAUTHENTICATED without a key, SCOPE_MISSING without the scope, FORBIDDEN or BAD_USER_INPUT for
    what the database refuses, CONFLICT where something else stands in its place, DATABASE_BUSY where another
    write holds the record.
    """
    allowed(viewer)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with database.write(viewer) as connection:
                return await work(connection)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            if attempt == ATTEMPTS:
                raise _busy() from error
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        except asyncpg.LockNotAvailableError as error:
            raise _busy() from error
        except ITEM_ERRORS as error:
            raise refusal(error) from error
    raise AssertionError


ITEM_ERRORS = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
)
"""What PostgreSQL raises for values that it does not take, of whoever writes them."""


def refusal(error: asyncpg.PostgresError) -> BadUserInput | Forbidden | Conflict:
    """The error for one of ITEM_ERRORS that a client can act on."""
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Forbidden("This is not yours to change.", hint="Ask who maintains the record.")
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict("There is already such a record.", hint="Read it and change that one.")
    if (rule := broken(error)) is not None:
        found = BadUserInput(rule.message, code=rule.code, hint=rule.hint)
        found.details |= {} if rule.field is None else {"field": rule.field}
        return found
    return BadUserInput(
        "The values do not fit the record.", hint="Compare them with the fields' descriptions."
    )


def _busy() -> Unavailable:
    return Unavailable(
        "Another write holds this record.", code=Code.DATABASE_BUSY, hint="Try again in a second."
    )


async def find(connection: asyncpg.Connection, reference: Reference) -> Found:
    """The entity that is referred to; NOT_FOUND where the viewer can see none, IDENTIFIER_INVALID or
    BAD_USER_INPUT where the reference itself cannot be."""
    columns = "SELECT e.id, e.kind, e.slug, e.record_status, e.successor_id FROM entity e "
    if reference.id is not None:
        row = await connection.fetchrow(columns + "WHERE e.id = $1", parse_uuid(reference.id))
    elif reference.slug is not None:
        row = await connection.fetchrow(
            columns + "WHERE e.slug = $1", checked_text(reference.slug, "slug", 256)
        )
    else:
        row = await _identified(connection, columns, reference)
    if row is None:
        raise not_found("record")
    return Found(**dict(row))


async def _identified(connection: asyncpg.Connection, columns: str, reference: Reference) -> Any:
    scheme = IdentifierScheme(str(reference.scheme))
    if (scheme is IdentifierScheme.PARTNER) != (reference.partner is not None):
        raise BadUserInput(
            "A PARTNER identifier names its partner, others do not.",
            hint='Write {scheme: PARTNER, partner: "slug", value: "key"}.',
        )
    try:
        value = normalise(scheme, str(reference.value))
    except InvalidIdentifier as error:
        hint = getattr(error, "hint", None)
        raise BadUserInput(str(error), code=Code.IDENTIFIER_INVALID, hint=hint) from error
    # A merged record keeps its identifiers as inactive rows; who carries one now is found first.
    return await connection.fetchrow(
        columns + "JOIN identifier i ON i.entity_id = e.id LEFT JOIN common.partner p ON p.id = i.partner_id "
        "WHERE i.scheme = $1 AND i.value = $2 AND p.slug IS NOT DISTINCT FROM $3 "
        "ORDER BY i.is_active DESC, i.entity_id LIMIT 1",
        str(scheme),
        value,
        reference.partner,
    )


def not_found(what: str) -> BadUserInput:
    """The error of a reference to nothing, or to what the viewer may not see: it does not tell which."""
    return BadUserInput(
        f"There is no such {what}.",
        code=Code.NOT_FOUND,
        hint=f"Read the {what} first, with the same key: what cannot be read cannot be referred to.",
        http_status=404,
    )


def checked_text(text: str, what: str, most: int = TOO_LARGE_TEXT) -> str:
    """The text without blanks around it; BAD_USER_INPUT where it is empty, too long or holds U+0000."""
    found = text.strip()
    if not found or len(found) > most or "\x00" in found:
        raise BadUserInput(
            f"{what} has 1 to {most:,} characters, none of them U+0000.", hint=f"Give {what} within that."
        )
    return found
