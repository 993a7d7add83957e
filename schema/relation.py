"""Relations as records of their own; every edge of a relation carries the same fields."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.contested
import resolvers.relation
from models.vocabulary import Audience, DatePrecision, Role
from schema import connection
from schema.declare import record
from schema.fields import Connection, children, column, computed, link
from schema.node import Node
from schema.source import Source

if TYPE_CHECKING:
    from schema.dispute import Dispute
    from schema.entity import Entity, Partner


@record("relation", has_audience=True)
class Relation(Node):
    """A fact between two entities: subject, role, object, in a period of world time, by a source."""

    id: strawberry.ID = column("The relation's id.")
    role: Role = column("What relates the two, read from subject to object.")
    title: str | None = column("The title in the source's words, such as a post's.")
    is_exclusive: bool = column("Whether the title names a post that one person at a time holds.")
    since: datetime.date | None = computed(
        resolvers.relation.since, "The first day of the period; null: not known or always."
    )
    until: datetime.date | None = computed(
        resolvers.relation.until, "The last day of the period; null: not known or still."
    )
    precision: DatePrecision = column("How precisely the period's dates are known.")
    confidence: float | None = column("How sure the source is, 0 to 1; null: not stated.")
    source: Source | None = link("Who says so.", "source_id")
    owner: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who states it; null: the platform.", "owner_id"
    )
    audience: Audience = column("Who may see it.", is_filterable=False, is_groupable=False)
    is_disputed: bool = computed(
        resolvers.contested.is_disputed,
        "Whether somebody disputes it, and nobody has decided that yet.",
        is_filterable=False,
        is_sortable=False,
        is_groupable=False,
    )
    disputes: Connection[Annotated["Dispute", strawberry.lazy(".dispute")]] = children(
        "Who disputes it and why; seen by the sides and editors.", "relation_id"
    )
    subject: Annotated["Entity", strawberry.lazy(".entity")] | None = link("The subject.", "subject_id")
    object: Annotated["Entity", strawberry.lazy(".entity")] | None = link("The object.", "object_id")


connection.RELATION["type"] = Relation
