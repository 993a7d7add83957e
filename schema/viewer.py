"""The field `viewer`: who is asking, as the API understands it."""

import datetime

import strawberry
from strawberry.types import Info

from schema.context import Context


@strawberry.type(description="How much a credential may ask, in all processes of the platform together.")
class KeyLimits:
    """By the settings of the platform (docs/settings.md)."""

    requests_per_second: int = strawberry.field(description="Requests a second, on average.")
    requests_at_once: int = strawberry.field(description="Requests at once, after a pause.")
    writes_per_second: int = strawberry.field(description="Mutations a second.")
    nodes_per_minute: int = strawberry.field(description="Nodes a minute, by the price of the operations.")
    nodes_per_operation: int = strawberry.field(description="The highest price of one operation.")
    body_bytes: int = strawberry.field(description="The largest body of a request, in bytes.")


@strawberry.type(description="The partner whose credential was sent, and what the credential may do.")
class ViewerPartner:
    """A key, or a token of the partner's identity provider."""

    name: str = strawberry.field(description="The partner's name.")
    slug: str = strawberry.field(description="The partner's slug.")
    scopes: list[str] = strawberry.field(description="What the credential may do beyond reading.")
    key_prefix: str | None = strawberry.field(
        description="The key's readable prefix; of a token: `token:` and the name of its issuer."
    )
    expires_at: datetime.datetime | None = strawberry.field(description="When the credential ends by itself.")
    limits: KeyLimits = strawberry.field(description="How much it may ask.")


@strawberry.type(description="Who is asking.")
class Viewer:
    """What the credential of the request stands for."""

    role: str = strawberry.field(description="reader (no credential), partner or editor.")
    is_sandbox: bool = strawberry.field(description="Whether the sandbox is read and written: by a test key.")
    partner: ViewerPartner | None = strawberry.field(description="Null without a credential.")


def viewer(info: Info[Context, None]) -> Viewer:
    """Reads the context; no data statement."""
    who = info.context.viewer
    partner = None
    if who.partner is not None:
        assert info.context.compiled is not None
        limits = info.context.compiled.reads.limits
        key = limits.key
        partner = ViewerPartner(
            name=who.partner_name or who.partner,
            slug=who.partner,
            scopes=sorted(who.scopes),
            key_prefix=who.key_prefix,
            expires_at=who.expires_at,
            limits=KeyLimits(
                requests_per_second=key.requests_per_second,
                requests_at_once=key.requests_at_once,
                writes_per_second=key.writes_per_second,
                nodes_per_minute=key.nodes_per_minute,
                nodes_per_operation=limits.cost,
                body_bytes=key.body_bytes,
            ),
        )
    return Viewer(role=who.role, is_sandbox=who.sandbox, partner=partner)
