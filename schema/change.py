"""The change log as clients read it."""

import datetime

import strawberry

import resolvers.change
from models.vocabulary import ChangeVerb
from schema.declare import record
from schema.entity import Entity
from schema.fields import column, computed, link
from schema.relation import Relation


@record("change", key=("xid", "seq"), has_audience=True)
class Change:
    """A logged fact: a record was made, changed or removed. Exactly one of entity and relation is given,
    unless the viewer may no longer see the record."""

    cursor: str = computed(
        resolvers.change.cursor, "Go on after it: `changes(after:)`.", is_filterable=False, is_sortable=False
    )
    verb: ChangeVerb = column("What happened.")
    kind: str = column("The kind of the record: a Kind, or RELATION.")
    record_id: strawberry.ID = column("The id of the record.")
    changed_at: datetime.datetime = column("When the transaction that changed it began.")
    entity: Entity | None = link("The entity as it is now.", "record_id")
    relation: Relation | None = link("The relation as it is now.", "record_id")
