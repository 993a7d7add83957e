"""Identity providers of partners as editors see them, and the mutations that register and revoke them.

What is done is the business of resolvers/issuers.py; how a token is checked, of web/tokens.py.
"""

import datetime
from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

import resolvers.access
from exchange.outbound import Refused
from resolvers import issuers
from resolvers.errors import BadUserInput
from resolvers.scopes import require_administrator
from schema.access import administered, by_whom
from schema.context import Context
from schema.declare import record
from schema.entity import Partner
from schema.fields import column, computed, link
from schema.node import Node
from schema.writing import KEY


@record("common.issuer", shown=resolvers.access.for_editors)
class Issuer(Node):
    """An identity provider whose access tokens stand for a partner."""

    id: strawberry.ID = column("Its id.")
    name: str = column("Its name here.")
    url: str = column("Its URL, as tokens carry it in iss.")
    audience: str = column("What tokens for this platform carry in aud.")
    jwks_uri: str | None = column("Where its keys are; null: found by OpenID discovery.")
    algorithms: list[str] = column("The signatures that are taken.")
    scopes: list[str] = column("What its tokens may be allowed at most.")
    claims: str = computed(
        resolvers.access.claims, "Claims that a token must carry too, as JSON.", is_filterable=False
    )
    is_test: bool = column("Whether its tokens are for the sandbox.")
    created_at: datetime.datetime = column("When it was registered.")
    revoked_at: datetime.datetime | None = column("Since when its tokens are taken no longer.")
    partner: Partner | None = link("For whom its tokens stand.", "partner_id")


@strawberry.input(description="A claim that a token must carry.")
class ClaimInput:
    """Its name and its value."""

    name: str = strawberry.field(description="The claim's name, such as azp.")
    value: str = strawberry.field(description="Its value.")


@strawberry.input(description="An identity provider to be registered.")
class RegisterIssuerInput:
    """For editors."""

    name: str = strawberry.field(description="A name for it, such as karachi-university-idp.")
    partner: str = strawberry.field(description="The slug of the partner for whom its tokens stand.")
    url: str = strawberry.field(description="Its URL, as tokens carry it in iss.")
    audience: str = strawberry.field(description="What tokens for this platform carry in aud.")
    jwks_uri: str | None = strawberry.field(
        default=None, description="Where its keys are; found by OpenID discovery if not given."
    )
    algorithms: list[str] = strawberry.field(
        default_factory=lambda: list(issuers.USUAL), description="The signatures that are taken."
    )
    claims: list[ClaimInput] = strawberry.field(
        default_factory=list,
        description="Claims that a token must carry too, so that one provider may serve several partners.",
    )
    scopes: list[str] = strawberry.field(
        default_factory=list, description="What its tokens may be allowed at most, such as entities:write."
    )
    is_test: bool = strawberry.field(default=False, description="Whether its tokens are for the sandbox.")


@strawberry.input(description="An identity provider whose tokens are to be taken no longer.")
class RevokeIssuerInput:
    """For editors."""

    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="The provider as it now stands.")
class IssuerPayload:
    """Answer of registerIssuer and revokeIssuer."""

    issuer: Issuer | None = strawberry.field(description="The provider.")


WHAT: Any = strawberry.argument(description="What to do, and to which provider.")
SentAs = Annotated[str | None, KEY]
MAY = require_administrator


async def register_issuer(
    info: Info[Context, None], input: Annotated[RegisterIssuerInput, WHAT], idempotency_key: SentAs = None
) -> IssuerPayload | None:
    """See resolvers/issuers.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        for address in (input.url, *([] if input.jwks_uri is None else [input.jwks_uri])):
            _check(info.context, address)
        added = await issuers.add_issuer(
            connection,
            input.name,
            input.partner,
            url=input.url,
            audience=input.audience,
            jwks_uri=input.jwks_uri,
            algorithms=input.algorithms,
            claims={one.name: one.value for one in input.claims},
            scopes=input.scopes,
            test=input.is_test,
            by=by_whom(info),
        )
        return {"issuer": added.id}

    act = ("issuer.add", input.name)
    return await administered(info, IssuerPayload, work, idempotency_key, act=act, allowed=MAY)


async def revoke_issuer(
    info: Info[Context, None], input: Annotated[RevokeIssuerInput, WHAT], idempotency_key: SentAs = None
) -> IssuerPayload | None:
    """See resolvers/issuers.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"issuer": (await issuers.revoke_issuer(connection, input.name, by=by_whom(info))).id}

    act = ("issuer.revoke", input.name)
    return await administered(info, IssuerPayload, work, idempotency_key, act=act, allowed=MAY)


def _check(context: Context, address: str) -> None:
    try:
        context.webhooks.outbound.check(address)
    except Refused as error:
        raise BadUserInput(
            f"The provider's address may not be called: {error}",
            hint="Give the https:// address of a server on the public internet.",
        ) from error
