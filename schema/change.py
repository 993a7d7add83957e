"""The change log as clients read it."""

import datetime

import strawberry

import resolvers.change
import resolvers.contested
from models import ChangeKind
from models.vocabulary import ChangeVerb
from resolvers import mapping
from schema.build import argument
from schema.declare import computed_record, later, list_of, record
from schema.derive import where
from schema.derived import scalar
from schema.entity import Entity
from schema.fields import column, computed, link
from schema.relation import Relation


@record("change", key=("xid", "seq"), has_audience=True, shown=resolvers.contested.sees_change)
class Change:
    """A logged fact: a record was made, changed, removed or merged. Of entities and relations the record as
    it is now is given, unless the viewer may no longer see it."""

    cursor: str = computed(
        resolvers.change.cursor, "Go on after it: `changes(after:)`.", is_filterable=False, is_sortable=False
    )
    verb: ChangeVerb = column("What happened.")
    kind: ChangeKind = column("The kind of the record.")  # type: ignore[valid-type]
    record_id: strawberry.ID = column("The id of the record.")
    changed_at: datetime.datetime = column("When the transaction that changed it began.")
    entity: Entity | None = link("The entity as it is now.", "record_id")
    relation: Relation | None = link("The relation as it is now.", "record_id")


@computed_record
class ChangeLog:
    """Where the log of changes stands."""

    end_cursor: str = scalar(
        "Behind every change until now. Take it, export everything, then go on with `changes(after:)`."
    )
    start_cursor: str | None = scalar("The oldest cursor that can be used; null: every change is kept.")


CHANGE_LOG = mapping.Derived("ChangeLog", resolvers.change.log_state, 1)
WHICH = [
    argument("kinds", list_of(ChangeKind) | None, "Only changes of records of these kinds."),
    argument("where", later("ChangeWhere", lambda: where(Change)) | None, "Only changes that meet this."),
]
"""Which changes are asked for, in the query and in the subscription."""
