"""Webhooks as clients read them: where a partner has changes delivered, and what became of each delivery."""

import datetime
from typing import Annotated

import strawberry

from models import ChangeKind
from models.vocabulary import ChangeVerb
from models.webhook_vocabulary import DeliveryStatus, WebhookStatus
from resolvers.change import cursor
from schema.declare import record
from schema.entity import Partner
from schema.fields import Connection, children, column, computed, link


@record("webhook", has_audience=True)
class Webhook:
    """An address to which changes are delivered; only its partner sees it."""

    id: strawberry.ID = column("Its id.")
    url: str = column("The address.")
    description: str | None = column("What it is for.")
    kinds: list[str] = column("The kinds of the changes that it gets; empty: all.")
    status: WebhookStatus = column("Whether changes are delivered.")
    disabled_reason: str | None = column("Why it is disabled.")
    disabled_at: datetime.datetime | None = column("Since when it is disabled.")
    failing_since: datetime.datetime | None = column("The first attempt that failed since one succeeded.")
    cursor: str = computed(
        cursor, "Up to where changes were taken for delivery.", is_filterable=False, is_sortable=False
    )
    created_at: datetime.datetime = column("When it was made.")
    updated_at: datetime.datetime = column("When its partner changed it last, or it was disabled.")
    owner: Partner | None = link("Whose it is.", "owner_id")
    deliveries: Connection[Annotated["WebhookDelivery", strawberry.lazy(".webhook")]] = children(
        "The log of deliveries, the oldest first; `last: 10` gives the latest. Kept for 30 days.",
        "webhook_id",
    )


@record("webhook_delivery", has_audience=True)
class WebhookDelivery:
    """A change on its way to a webhook, or a ping."""

    id: strawberry.ID = column("Its id.")
    message_id: str = column("The header webhook-id: the same for every attempt and replay of a change.")
    status: DeliveryStatus = column("How it stands.")
    verb: ChangeVerb | None = column("What happened; null for a ping.")
    kind: ChangeKind | None = column("The kind of the record.")  # type: ignore[valid-type]
    record_id: strawberry.ID | None = column("The id of the record.")
    changed_at: datetime.datetime | None = column("When the transaction that changed it began.")
    attempts: int = column("How often it was tried.")
    due_at: datetime.datetime = column("When it is tried next, where it is pending.")
    response_status: int | None = column("The status of the last answer.")
    response: str | None = column("The beginning of the last answer, at most 1,000 bytes.")
    error: str | None = column("What was wrong with the last attempt.")
    created_at: datetime.datetime = column("When it was made.")
    finished_at: datetime.datetime | None = column("When it was delivered or given up.")
