"""What sources say of fields of records: statements, assertions as records of their own, and conflicts.

How the preferred one is chosen is written in docs/truth.md; how statements are made is schema/mutation.py.
"""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.assertion
import resolvers.contested
from models import FactField
from models.vocabulary import Kind
from schema.declare import record
from schema.fields import Connection, children, column, computed, link, parts
from schema.node import Node
from schema.source import Source

if TYPE_CHECKING:
    from schema.dispute import Dispute
    from schema.entity import Entity, Partner


@record("preference")
class Pin:
    """An editor's word that one statement is the one to show, whatever the rule of preference says."""

    reason: str | None = column("Why it was pinned.", name="pin_reason")
    at: datetime.datetime | None = column("When it was pinned.", name="pinned_at")
    by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner whose editor pinned it.", "pinned_by"
    )


@record("assertion")
class Statement:
    """What a source says of a field of a record. The preferred one is what the record itself shows."""

    id: strawberry.ID | None = column(
        "The id of the assertion; null: the record's own value, and nobody else speaks of the field."
    )
    field: FactField = column("Of which field.")  # type: ignore[valid-type]
    value: str | None = computed(
        resolvers.assertion.value,
        "The value as text: numbers with all their digits, lists as JSON. Null: there is none (any more).",
    )
    unit: str | None = column("The unit of an area, the currency of money, the precision of a date.")
    since: datetime.date | None = computed(
        resolvers.assertion.since, "The first day on which it is said to hold; null: not limited."
    )
    until: datetime.date | None = computed(
        resolvers.assertion.until, "The last day on which it is said to hold; null: not limited."
    )
    source: Source | None = link("Who says so; null: its owner, in the owner's own name.", "source_id")
    owner: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who recorded it; null: the platform.", "owner_id"
    )
    confidence: float | None = column("How sure the source is, 0 to 1; null: not stated.")
    rank: int = column("Set by editors: of equal statements the higher rank is preferred.")
    is_own: bool = column("Whether it is what the record itself said before others spoke of the field.")
    recorded_at: datetime.datetime = column("When it was recorded.", name="recorded_from")
    is_preferred: bool = computed(
        resolvers.assertion.is_preferred, "Whether the record shows this value.", is_sortable=False
    )
    is_pinned: bool = computed(
        resolvers.assertion.is_pinned, "Whether an editor pinned it.", is_sortable=False
    )
    is_disputed: bool = computed(
        resolvers.contested.is_disputed,
        "Whether somebody disputes it, and nobody has decided that yet.",
        is_filterable=False,
        is_sortable=False,
        is_groupable=False,
    )
    pin: Pin | None = link("Who pinned it, when and why.", "id", "pinned_id")


@record("assertion", has_audience=True, shown=resolvers.assertion.is_shown)
class Assertion(Statement, Node):
    """A statement as a record of its own: what a source says of a field of an entity."""

    id: strawberry.ID = column("Its id.")
    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = link(
        "The record that it is about.", "entity_id"
    )
    disputes: Connection[Annotated["Dispute", strawberry.lazy(".dispute")]] = children(
        "Who disputes it and why; seen by the sides and editors.", "assertion_id"
    )


@record("conflict", key=("entity_id", "field"), shown=resolvers.assertion.is_disagreed)
class Conflict:
    """A field of a record of which two sources do not agree for the same time."""

    kind: Kind = column("The kind of the record.")
    field: FactField = column("The field.")  # type: ignore[valid-type]
    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = link("The record.", "entity_id")
    statements: list[Assertion] = parts(
        "What each source says.",
        "entity_id",
        ("recorded_from", "id"),
        local="entity_id",
        also=("field",),
    )
