"""Keys and the log of administration, as those who administer see them, and the mutations that do it.

What is done is the business of resolvers/keys.py. A secret is told by the mutation that made it, once: it is
in no payload that is sent again, in no log and no row.
"""

import datetime
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import asyncpg
import strawberry
from strawberry.types import Info

import resolvers.access
from models.writing_vocabulary import AuditOutcome
from resolvers import keys
from resolvers.audit import note
from resolvers.errors import TripleHelixError
from resolvers.idempotency import Work
from resolvers.scopes import require_admin, require_administrator
from resolvers.viewer import Viewer
from schema.context import Context
from schema.declare import record
from schema.entity import Partner
from schema.fields import column, computed, link
from schema.node import Node
from schema.writing import KEY, written

T = TypeVar("T")


@record("common.api_key", shown=resolvers.access.own_keys)
class ApiKey(Node):
    """A key by what may be shown of it."""

    id: strawberry.ID = column("Its id.")
    prefix: str = column("Its readable beginning, such as th_live_Ab12Cd34.")
    label: str = column("What it is for.")
    role: str = column("As whom it acts: partner or editor.")
    scopes: list[str] = column("What it may do beyond reading.")
    created_at: datetime.datetime = column("When it was made.")
    expires_at: datetime.datetime | None = column("When it ends by itself.")
    revoked_at: datetime.datetime | None = column("When it was revoked.")
    last_used_at: datetime.datetime | None = column("When it was last used, to the minute.")
    is_valid: bool = computed(resolvers.access.is_valid, "Neither revoked nor expired.")
    partner: Partner | None = link("Whose it is.", "partner_id")


@record("common.audit", shown=resolvers.access.for_editors)
class AuditEntry(Node):
    """An administrative act. Entries are only ever added."""

    id: strawberry.ID = column("Its id.")
    at: datetime.datetime = column("When.")
    who: str = column("The slug of the partner whose key it was; operator: by a command on the machine.")
    key_prefix: str | None = column("The key.")
    action: str = column("What was done, such as key.create.")
    target: str = column("To what: a key by its prefix, a record by its id.")
    outcome: AuditOutcome = column("What became of it.")
    request_id: str | None = column("The request that did it.")
    detail: str = computed(
        resolvers.access.detail, "What else there is to know, as JSON.", is_filterable=False
    )


@strawberry.input(description="A key to be made.")
class CreateKeyInput:
    """For editors."""

    partner: str = strawberry.field(description="The slug of the partner whose it shall be.")
    partner_name: str | None = strawberry.field(
        default=None, description="The partner's name: a partner that does not exist yet is created."
    )
    label: str = strawberry.field(description="What it is for.")
    scopes: list[str] = strawberry.field(
        default_factory=list, description="What it may do beyond reading, such as entities:write."
    )
    expires_at: datetime.datetime | None = strawberry.field(
        default=None, description="When it ends by itself; left out: never."
    )
    is_test: bool = strawberry.field(default=False, description="Whether it is a key for the sandbox.")
    is_editor: bool = strawberry.field(default=False, description="Whether it acts as an editor.")


@strawberry.input(description="A key to be replaced by a new one.")
class RotateKeyInput:
    """For editors, and for partners with the scope admin of their own keys."""

    prefix: str = strawberry.field(description="The key's prefix.")
    grace_hours: int = strawberry.field(
        default=168, description="How long the old key stays valid beside the new one: 0 to 720 hours."
    )
    expires_at: datetime.datetime | None = strawberry.field(
        default=None,
        description="When the new key ends; left out: after as long as the old one was made for.",
    )


@strawberry.input(description="A key to be ended.")
class RevokeKeyInput:
    """For editors, and for partners with the scope admin of their own keys."""

    prefix: str = strawberry.field(description="The key's prefix.")


@strawberry.type(description="The new key.")
class CreateKeyPayload:
    """Answer of createKey."""

    secret: str | None = strawberry.field(
        description="The key itself, told this once: null where the mutation is sent again."
    )
    key: ApiKey | None = strawberry.field(description="What may be shown of it.")


@strawberry.type(description="The new key and the old one.")
class RotateKeyPayload:
    """Answer of rotateKey."""

    secret: str | None = strawberry.field(
        description="The key itself, told this once: null where the mutation is sent again."
    )
    key: ApiKey | None = strawberry.field(description="What may be shown of the new key.")
    previous: ApiKey | None = strawberry.field(description="The old key, with the time at which it ends.")


@strawberry.type(description="The key that was ended.")
class RevokeKeyPayload:
    """Answer of revokeKey."""

    key: ApiKey | None = strawberry.field(description="The key; it is refused everywhere within a second.")


WHAT: Any = strawberry.argument(description="What to do, and to which key.")


async def administered(
    info: Info[Context, None],
    payload: type[T],
    work: Work,
    idempotency_key: str | None,
    *,
    act: tuple[str, str],
    allowed: Callable[[Viewer], None] = require_admin,
    once: dict[str, Any] | None = None,
) -> T:
    """As `written`, for an administrative act (action, target): what is refused is noted too."""
    context = info.context
    try:
        return await written(info, payload, work, idempotency_key, allowed=allowed, once=once)
    except TripleHelixError as error:
        if context.viewer.role != "reader":
            said, request_id = {"code": str(error.code)}, context.request_id
            async with context.database.write(context.viewer) as connection:
                await note(
                    connection,
                    context.viewer,
                    *act,
                    said,
                    request_id=request_id,
                    outcome=AuditOutcome.REFUSED,
                )
        raise


async def create_key(
    info: Info[Context, None],
    input: Annotated[CreateKeyInput, WHAT],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> CreateKeyPayload | None:
    """See resolvers/keys.py."""
    once: dict[str, Any] = {"secret": None}

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        issued = await keys.create_key(
            connection,
            input.partner,
            partner_name=input.partner_name,
            label=input.label,
            role="editor" if input.is_editor else "partner",
            scopes=input.scopes,
            expires_at=input.expires_at,
            test=input.is_test,
            by=by_whom(info),
        )
        once["secret"] = issued.secret
        return {"key": issued.record.id}

    act = ("key.create", input.partner)
    allowed = require_administrator
    return await administered(
        info, CreateKeyPayload, work, idempotency_key, act=act, allowed=allowed, once=once
    )


async def rotate_key(
    info: Info[Context, None],
    input: Annotated[RotateKeyInput, WHAT],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> RotateKeyPayload | None:
    """See resolvers/keys.py."""
    once: dict[str, Any] = {"secret": None}

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        grace = datetime.timedelta(hours=input.grace_hours)
        issued, old = await keys.rotate_key(
            connection, input.prefix, grace=grace, expires_at=input.expires_at, by=by_whom(info)
        )
        once["secret"] = issued.secret
        return {"key": issued.record.id, "previous": old.id}

    act = ("key.rotate", keys.shown(input.prefix))
    return await administered(info, RotateKeyPayload, work, idempotency_key, act=act, once=once)


async def revoke_key(
    info: Info[Context, None],
    input: Annotated[RevokeKeyInput, WHAT],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> RevokeKeyPayload | None:
    """See resolvers/keys.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"key": (await keys.revoke_key(connection, input.prefix, by=by_whom(info))).id}

    act = ("key.revoke", keys.shown(input.prefix))
    return await administered(info, RevokeKeyPayload, work, idempotency_key, act=act)


def by_whom(info: Info[Context, None]) -> keys.By:
    """Who administers, for the log."""
    return keys.By(info.context.viewer, info.context.request_id)
