"""Scopes: what a credential may do beyond reading, and the one function that asks for it.

A scope bounds the credential, never widens its role: which rows a partner may write is row security's
business, which keys have which scopes that of resolvers/keys.py. docs/access.md explains each scope (a test
compares).
"""

from enum import StrEnum

from resolvers.errors import Code, Forbidden, Unauthenticated
from resolvers.viewer import Viewer


class Scope(StrEnum):
    """What a key or token may be allowed; reading public data needs none."""

    ENTITIES_WRITE = "entities:write"
    BULK = "bulk"
    WEBHOOKS = "webhooks"
    PERSONS_READ = "persons:read"
    ADMIN = "admin"


ALLOWS = {
    Scope.ENTITIES_WRITE: "to save, relate, withdraw and dispute records, and to state facts",
    Scope.BULK: "to import and export whole files",
    Scope.WEBHOOKS: "to have changes delivered by webhooks",
    Scope.PERSONS_READ: "to read personal fields that are open to partners",
    Scope.ADMIN: "to administer keys, and what only editors may do",
}
"""Scope -> what it allows, to be put after "This key is not allowed "."""


ALL_SCOPES = frozenset(str(scope) for scope in Scope)


def require_key(viewer: Viewer) -> None:
    """Raises UNAUTHENTICATED for a viewer without a key."""
    if viewer.role == "reader":
        raise Unauthenticated(
            "Only partners may do this, and this request has no key.",
            code=Code.UNAUTHENTICATED,
            hint="Send your key as Authorization: Bearer th_live_...",
        )


def require(viewer: Viewer, scope: str) -> None:
    """Raises UNAUTHENTICATED without a key, SCOPE_MISSING (403) for one that lacks the scope."""
    require_key(viewer)
    if scope not in viewer.scopes:
        wanted = Scope(scope)
        raise Forbidden(
            f"This key is not allowed {ALLOWS[wanted]}.",
            code=Code.SCOPE_MISSING,
            hint=f"Ask for a key with the scope {wanted}.",
            scope=str(wanted),
        )


def require_editor(viewer: Viewer) -> None:
    """Raises UNAUTHENTICATED without a key, FORBIDDEN for a partner's, SCOPE_MISSING without `admin`."""
    require_key(viewer)
    if viewer.role != "editor":
        raise Forbidden("Only editors may do this.", hint="Ask an editor of the platform.")
    require(viewer, Scope.ADMIN)


def require_admin(viewer: Viewer) -> None:
    """As `require`, for `admin` of a live credential: keys and issuers are those of live data and sandbox."""
    require(viewer, Scope.ADMIN)
    if viewer.sandbox:
        raise Forbidden("A test key administers nothing.", hint="Use a live key with the scope admin.")


def require_administrator(viewer: Viewer) -> None:
    """As `require_admin`, of an editor."""
    require_editor(viewer)
    require_admin(viewer)


def require_write(viewer: Viewer) -> None:
    """As `require`, for `entities:write`."""
    require(viewer, Scope.ENTITIES_WRITE)


def require_webhooks(viewer: Viewer) -> None:
    """As `require`, for `webhooks`."""
    require(viewer, Scope.WEBHOOKS)


def require_bulk(viewer: Viewer) -> None:
    """As `require`, for `bulk`."""
    require(viewer, Scope.BULK)
