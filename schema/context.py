"""What an operation's resolvers and extensions may know of the request."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exchange.webhook_endpoints import Policy, default_policy
from models.database import Database
from resolvers.payloads import Payload
from resolvers.reads import Reads
from resolvers.viewer import Viewer

if TYPE_CHECKING:
    from schema.execution import Compiled


@dataclass(slots=True)
class Writing:
    """A mutation in progress: the payloads to read, and what was read, by response key."""

    reads: Reads
    payloads: dict[str, Payload]
    variables: dict[str, Any]
    written: dict[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """Who asks, which database answers, and the request's id for logs and errors.

    `nodes` is the price of the operation, set before it runs. Of a subscription, `following` gives its
    events after a cursor with their cursors, `event` is the JSON of the one on its way and `cursor` its
    place; `resume_after`, where the transport knows of one, wins over the argument `after`. Of a mutation,
    `writing` holds what its payloads are made of. `compiled` is what runs the operation: `cost` prices others
    with it. `webhooks` says which addresses webhooks may have and how their secrets are sealed.
    """

    viewer: Viewer
    database: Database
    request_id: str
    nodes: int | None = None
    following: Callable[[str | None], AsyncIterator[tuple[str | None, bytes]]] | None = None
    event: bytes | None = None
    cursor: str | None = None
    resume_after: str | None = None
    writing: Writing | None = None
    compiled: "Compiled | None" = None
    webhooks: Policy = field(default_factory=default_policy)


def make_context(
    viewer: Viewer, database: Database, request_id: str, webhooks: Policy | None = None
) -> Context:
    """The context of one operation; `webhooks` is what the settings say of them."""
    return Context(viewer, database, request_id, webhooks=webhooks or default_policy())
