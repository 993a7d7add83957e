"""Mutations of webhooks, all under the scope `webhooks`. What each does: exchange/webhook_endpoints.py."""

from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

from exchange import webhook_endpoints as endpoints
from models import ChangeKind
from resolvers.scopes import require_webhooks
from schema.context import Context
from schema.webhook import Webhook, WebhookDelivery
from schema.writing import KEY, written

Key = Annotated[str | None, KEY]
MAY = require_webhooks
WHICH: Any = strawberry.argument(description="Which webhook, and what to do.")
OF = "The webhook's id."
KINDS = "Only changes of records of these kinds; empty: all."
AFTER = "A cursor of `changes` or of `changeLog { endCursor }`"


@strawberry.input(description="A webhook to make.")
class CreateWebhookInput:
    """Where to deliver what."""

    url: str = strawberry.field(description="An https:// address on the public internet.")
    description: str | None = strawberry.field(default=None, description="What it is for.")
    kinds: list[ChangeKind] = strawberry.field(default_factory=list, description=KINDS)  # type: ignore[valid-type]
    after: str | None = strawberry.field(
        default=None, description=f"{AFTER}: deliver what came after it. Without it: from now on."
    )


@strawberry.input(description="What to change of a webhook; what is left out stays.")
class UpdateWebhookInput:
    """Enabling resets what has failed."""

    webhook: strawberry.ID = strawberry.field(description=OF)
    url: str | None = strawberry.field(default=None, description="Another address.")
    description: str | None = strawberry.field(default=None, description="What it is for; empty: nothing.")
    kinds: list[ChangeKind] | None = strawberry.field(default=None, description=KINDS)  # type: ignore[valid-type]
    enabled: bool | None = strawberry.field(
        default=None, description="False stops deliveries; true lets them go on where they stopped."
    )
    after: str | None = strawberry.field(default=None, description=f"{AFTER}: go on after it instead.")


@strawberry.input(description="Which webhook gets another secret.")
class RotateWebhookSecretInput:
    """The secret before stays live for a while."""

    webhook: strawberry.ID = strawberry.field(description=OF)
    overlap_hours: int = strawberry.field(
        default=24, description="How long messages are signed with the secret before, too; 0 to 168."
    )


@strawberry.input(description="Which webhook to remove.")
class RemoveWebhookInput:
    """Its log goes too."""

    webhook: strawberry.ID = strawberry.field(description=OF)


@strawberry.input(description="Which webhook to ping.")
class PingWebhookInput:
    """One message of no change, tried once."""

    webhook: strawberry.ID = strawberry.field(description=OF)


@strawberry.input(description="What to deliver again: either `delivery` or `after`.")
class ReplayWebhookInput:
    """Messages keep their ids."""

    webhook: strawberry.ID = strawberry.field(description=OF)
    delivery: strawberry.ID | None = strawberry.field(default=None, description="One delivery, by its id.")
    after: str | None = strawberry.field(default=None, description=f"{AFTER}: everything that came after it.")


@strawberry.type(description="The webhook with its new secret.")
class WebhookSecretPayload:
    """Answer of createWebhook and rotateWebhookSecret."""

    webhook: Webhook | None = strawberry.field(description="The webhook.")
    secret: str | None = strawberry.field(
        description="The secret, `whsec_...`, shown only here; null where the same write was sent before."
    )


@strawberry.type(description="The webhook as it now stands.")
class WebhookPayload:
    """Answer of updateWebhook."""

    webhook: Webhook | None = strawberry.field(description="The webhook.")


@strawberry.type(description="The webhook that is gone.")
class RemoveWebhookPayload:
    """Answer of removeWebhook."""

    removed: strawberry.ID | None = strawberry.field(description="Its id.")


@strawberry.type(description="What is on its way.")
class WebhookDeliveryPayload:
    """Answer of pingWebhook and replayWebhook."""

    webhook: Webhook | None = strawberry.field(description="The webhook.")
    delivery: WebhookDelivery | None = strawberry.field(
        description="The delivery, whose status tells what came of it; null for a replay of many."
    )


async def create_webhook(
    info: Info[Context, None],
    input: Annotated[CreateWebhookInput, strawberry.argument(description="The webhook.")],
    idempotency_key: Key = None,
) -> WebhookSecretPayload | None:
    """Makes a webhook."""
    shown: dict[str, str | None] = {"secret": None}

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        kinds = [str(kind) for kind in input.kinds]
        context = info.context
        given = (input.url, input.description, kinds, input.after)
        made, shown["secret"] = await endpoints.create(connection, context.viewer, context.webhooks, *given)
        return {"webhook": made}

    return await written(info, WebhookSecretPayload, work, idempotency_key, allowed=MAY, once=shown)


async def update_webhook(
    info: Info[Context, None], input: Annotated[UpdateWebhookInput, WHICH], idempotency_key: Key = None
) -> WebhookPayload | None:
    """Changes a webhook."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        kinds = None if input.kinds is None else [str(kind) for kind in input.kinds]
        to = endpoints.Change(input.url, input.description, kinds, input.enabled, input.after)
        return {"webhook": await endpoints.update(connection, info.context.webhooks, input.webhook, to)}

    return await written(info, WebhookPayload, work, idempotency_key, allowed=MAY)


async def rotate_webhook_secret(
    info: Info[Context, None], input: Annotated[RotateWebhookSecretInput, WHICH], idempotency_key: Key = None
) -> WebhookSecretPayload | None:
    """Makes another secret."""
    shown: dict[str, str | None] = {"secret": None}

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        policy = info.context.webhooks
        of, shown["secret"] = await endpoints.rotate(connection, policy, input.webhook, input.overlap_hours)
        return {"webhook": of}

    return await written(info, WebhookSecretPayload, work, idempotency_key, allowed=MAY, once=shown)


async def remove_webhook(
    info: Info[Context, None], input: Annotated[RemoveWebhookInput, WHICH], idempotency_key: Key = None
) -> RemoveWebhookPayload | None:
    """Removes a webhook."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"removed": str(await endpoints.remove(connection, input.webhook))}

    return await written(info, RemoveWebhookPayload, work, idempotency_key, allowed=MAY)


async def ping_webhook(
    info: Info[Context, None], input: Annotated[PingWebhookInput, WHICH], idempotency_key: Key = None
) -> WebhookDeliveryPayload | None:
    """Sends a message of no change."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        of, delivery = await endpoints.ping(connection, input.webhook)
        return {"webhook": of, "delivery": delivery}

    return await written(info, WebhookDeliveryPayload, work, idempotency_key, allowed=MAY)


async def replay_webhook(
    info: Info[Context, None], input: Annotated[ReplayWebhookInput, WHICH], idempotency_key: Key = None
) -> WebhookDeliveryPayload | None:
    """Delivers again."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        of, delivery = await endpoints.replay(connection, input.webhook, input.delivery, input.after)
        return {"webhook": of, "delivery": delivery}

    return await written(info, WebhookDeliveryPayload, work, idempotency_key, allowed=MAY)


@strawberry.type
class WebhookMutations:
    """The part of the root of mutations that is about webhooks."""

    create_webhook: WebhookSecretPayload | None = strawberry.mutation(
        resolver=create_webhook, description="Have changes delivered to an address of yours."
    )
    update_webhook: WebhookPayload | None = strawberry.mutation(
        resolver=update_webhook, description="Change a webhook, switch it off or on again."
    )
    rotate_webhook_secret: WebhookSecretPayload | None = strawberry.mutation(
        resolver=rotate_webhook_secret,
        description="Give a webhook another secret; for a while messages carry the signatures of both.",
    )
    remove_webhook: RemoveWebhookPayload | None = strawberry.mutation(
        resolver=remove_webhook, description="Remove a webhook with its secrets and its log."
    )
    ping_webhook: WebhookDeliveryPayload | None = strawberry.mutation(
        resolver=ping_webhook, description="Send a webhook a message of no change, to see that it arrives."
    )
    replay_webhook: WebhookDeliveryPayload | None = strawberry.mutation(
        resolver=replay_webhook, description="Deliver again: one delivery, or all changes after a cursor."
    )
