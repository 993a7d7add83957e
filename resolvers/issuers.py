"""Identity providers of partners: registered, listed and revoked; whose access tokens are taken, and as what.

How a token is checked is the business of web/tokens.py, how the provider's keys are fetched of web/jwks.py.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from resolvers.audit import note
from resolvers.errors import BadUserInput, Code, Conflict
from resolvers.keys import OPERATOR, SLUG, By
from resolvers.scopes import Scope

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Signatures with a private key. What is signed with a shared secret, or not at all, is never taken."""
USUAL = ("RS256", "ES256")
CLAIM = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A provider, and what a token of it must have to stand for the partner; times are UTC."""

    id: UUID
    name: str
    partner_id: UUID
    partner: str
    partner_name: str
    url: str
    audience: str
    jwks_uri: str | None
    algorithms: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]
    scopes: frozenset[str]
    is_test: bool
    created_at: datetime
    revoked_at: datetime | None


SELECT = """
    SELECT i.id, i.name, i.partner_id, p.slug AS partner, p.name AS partner_name, i.url, i.audience,
           i.jwks_uri, i.algorithms, i.claims, i.scopes, i.is_test, i.created_at, i.revoked_at
    FROM common.issuer i JOIN common.partner p ON p.id = i.partner_id
"""


async def add_issuer(
    connection: asyncpg.Connection,
    name: str,
    partner_slug: str,
    *,
    url: str,
    audience: str,
    jwks_uri: str | None = None,
    algorithms: Iterable[str] = USUAL,
    claims: Mapping[str, str] | None = None,
    scopes: Iterable[str] = (),
    test: bool = False,
    by: By = OPERATOR,
) -> Issuer:
    """Registers a provider; the caller has checked that its addresses may be called.

    `claims` are further claims that a token must have, so that one provider may serve several partners.

    Raises:
        BadUserInput: for a name, partner, algorithm, claim or scope that cannot be.
        Conflict: where the name is taken, or a provider is registered just so.
    """
    algorithms, scopes, claims = sorted(set(algorithms)), sorted(set(scopes)), dict(claims or {})
    _check(name, url, audience, algorithms, claims, scopes)
    async with connection.transaction():
        partner_id = await connection.fetchval("SELECT id FROM common.partner WHERE slug = $1", partner_slug)
        if partner_id is None:
            raise BadUserInput(f"There is no partner {partner_slug!r}.", hint="Make a key for it first.")
        try:
            async with connection.transaction():
                await connection.execute(
                    """INSERT INTO common.issuer
                       (name, partner_id, url, audience, jwks_uri, algorithms, claims, scopes, is_test)
                       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)""",
                    *(
                        name,
                        partner_id,
                        url,
                        audience,
                        jwks_uri,
                        algorithms,
                        json.dumps(claims),
                        scopes,
                        test,
                    ),
                )
        except asyncpg.UniqueViolationError as error:
            raise Conflict(
                "There is such an issuer already.", hint="List the issuers; a name is given only once."
            ) from error
        said = {"partner": partner_slug, "url": url, "audience": audience, "scopes": scopes, "claims": claims}
        await note(connection, by.viewer, "issuer.add", name, said, request_id=by.request_id)
        return issuer_of(await connection.fetchrow(SELECT + "WHERE i.name = $1", name))


async def list_issuers(connection: asyncpg.Connection) -> list[Issuer]:
    """All providers, revoked ones too, by name."""
    return [issuer_of(row) for row in await connection.fetch(SELECT + "ORDER BY i.name")]


async def revoke_issuer(connection: asyncpg.Connection, name: str, *, by: By = OPERATOR) -> Issuer:
    """Takes tokens of the provider no longer. Raises NOT_FOUND for an unknown name."""
    async with connection.transaction():
        row = await connection.fetchrow(SELECT + "WHERE i.name = $1 FOR UPDATE OF i", name)
        if row is None:
            raise BadUserInput(
                f"There is no issuer {name!r}.", code=Code.NOT_FOUND, hint="List them to see their names."
            )
        if row["revoked_at"] is None:
            await connection.execute("UPDATE common.issuer SET revoked_at = now() WHERE id = $1", row["id"])
            said = {"partner": row["partner"]}
            await note(connection, by.viewer, "issuer.revoke", name, said, request_id=by.request_id)
        return issuer_of(await connection.fetchrow(SELECT + "WHERE i.name = $1", name))


def issuer_of(row: Any) -> Issuer:
    """The provider in a row of SELECT."""
    fields = {name: row[name] for name in Issuer.__slots__}
    claims = tuple(sorted(json.loads(fields["claims"]).items()))
    sets = {
        "algorithms": tuple(fields["algorithms"]),
        "scopes": frozenset(fields["scopes"]),
        "claims": claims,
    }
    return Issuer(**(fields | sets))


def _check(
    name: str, url: str, audience: str, algorithms: list[str], claims: Mapping[str, str], scopes: list[str]
) -> None:
    if not SLUG.fullmatch(name) or len(name) > 50:
        raise BadUserInput(f"{name!r} is no name.", hint="Use lowercase letters, digits and single hyphens.")
    if not url.isprintable() or not 1 <= len(audience) <= 500 or not audience.isprintable():
        raise BadUserInput(
            "An issuer has a URL and an audience.", hint="Give what tokens carry as iss and aud."
        )
    wrong = [one for one in algorithms if one not in ALGORITHMS]
    if wrong or not algorithms:
        hint = f"Those that can be are {', '.join(ALGORITHMS)}."
        raise BadUserInput(f"{', '.join(wrong) or 'Nothing'} is no algorithm that is taken.", hint=hint)
    if not all(CLAIM.fullmatch(one) and 1 <= len(value) <= 500 for one, value in claims.items()):
        raise BadUserInput("A claim has a name and a value.", hint="Write it as azp=sync-client.")
    unknown = next((scope for scope in scopes if scope not in set(Scope)), None)
    if unknown is not None:
        raise BadUserInput(f"{unknown!r} is no scope.", hint=f"The scopes are {', '.join(Scope)}.")
