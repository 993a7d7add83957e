"""What the facts that are not entities share: id, slug, source, owner, audience, version."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.vocabulary import Audience
from schema.fields import column, link
from schema.node import Node
from schema.source import Source

if TYPE_CHECKING:
    from schema.entity import Partner


@strawberry.interface(
    description="What is stated of entities beside relations: a licence, a commitment, a need..."
)
class Fact(Node):
    """The fields of every fact, each on the columns of its own table (models/fact.py)."""

    id: strawberry.ID = column("A lowercase UUID, the same in URLs, imports and webhooks.", is_writable=False)
    slug: str | None = column("A readable key, unique, where its source gave one.")
    source: Source | None = link("Who says so.", "source_id")
    owner: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who maintains it.", "owner_id"
    )
    audience: Audience = column("Who may see it.", is_filterable=False, is_groupable=False)
    created_at: datetime.datetime = column("When the record was made.", is_writable=False)
    recorded_from: datetime.datetime = column("When it was last changed.", is_writable=False)
    version: int = column("Counts the record's changes.", is_writable=False)
