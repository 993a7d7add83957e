"""The field `viewer`: who is asking, as the API understands it."""

import strawberry
from strawberry.types import Info

from schema.context import Context


@strawberry.type(description="Who is asking.")
class Viewer:
    """What the credential of the request stands for."""

    role: str = strawberry.field(description="reader (no key), partner or editor.")
    partner: str | None = strawberry.field(description="The slug of the key's partner.")
    scopes: list[str] = strawberry.field(description="What the key may do.")
    key_prefix: str | None = strawberry.field(description="The key's readable prefix.")


def viewer(info: Info[Context, None]) -> Viewer:
    """Reads the context; no data statement."""
    who = info.context.viewer
    return Viewer(role=who.role, partner=who.partner, scopes=sorted(who.scopes), key_prefix=who.key_prefix)
