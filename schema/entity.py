"""Entity: what everything that can stand in a relation has, and its names and identifiers."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models import FACT_COLUMNS, FactField
from models.vocabulary import Audience, IdentifierScheme, Kind, NameType, RecordStatus, Role, Sphere
from resolvers.mapping import Direction
from schema.assertion import Statement
from schema.declare import entity, record
from schema.fields import Connection, children, column, composite, link, parts, relation
from schema.node import Node
from schema.source import Region, Source
from schema.values import GeoPoint

if TYPE_CHECKING:
    from schema.need import Need
    from schema.program import Program


@record("entity_name")
class Name:
    """A name of an entity in a language."""

    value: str = column("The name.")
    lang: str | None = column("BCP 47 language tag; null where the source does not say.")
    script: str | None = column("ISO 15924 code of the script, such as Arab or Latn.")
    type: NameType = column("What kind of name it is.")


@record("identifier")
class Identifier:
    """An identifier of an entity in a register, in its canonical spelling."""

    scheme: IdentifierScheme = column("The register.")
    value: str = column("The identifier.")
    is_active: bool = column("False on records that are withdrawn or merged.")


@record("common.partner")
class Partner:
    """Who maintains records: a university, a ministry, a registry."""

    slug: str = column("A readable key, unique.")
    name: str = column("The partner's name.")


@record("withdrawal")
class Withdrawal:
    """That a record was withdrawn, and why."""

    reason: str = column("Why.")
    at: datetime.datetime = column("When.", name="withdrawn_at")
    by: Partner | None = link("The partner who withdrew it; null: the platform.", "withdrawn_by")
    restored_at: datetime.datetime | None = column("When it was restored; null: it was not.")
    restored_by: Partner | None = link("The partner who restored it.", "restored_by")


@entity(is_interface=True)
class Entity(Node):
    """Anything that can stand in a relation: an organization, person, zone, program, agreement, meeting."""

    id: strawberry.ID = column("A lowercase UUID, the same in URLs, imports and webhooks.", is_writable=False)
    kind: Kind = column("What it is.", is_writable=False)
    slug: str = column("A readable key, unique; never changed, never reused.")
    name: str = column("The name to show.", lookup="entity_ids_named", folded="name_folded")
    names: list[Name] = parts(
        "Its names in all languages.",
        "entity_id",
        ("type", "lang", "value"),
        filters={"lang": ("lang", str, "Only names in these languages (BCP 47 tags).")},
    )
    sphere: Sphere | None = column("The sphere it belongs to; null for persons and what spans spheres.")
    record_status: RecordStatus = column("Whether the record is current.")
    description: str | None = column("What it is, in a few sentences.")
    website: str | None = column("Its website.")
    country: str | None = column("ISO 3166-1 code of its country.", is_groupable=True)
    subdivision: str | None = column("ISO 3166-2 code of its province or state.", is_groupable=True)
    region: Region | None = link("Its province or state.", "subdivision", "code")
    city: str | None = column("Its city.", is_groupable=True)
    location: GeoPoint | None = composite(
        "Where it is.", {"latitude": "latitude", "longitude": "longitude"}, test="latitude"
    )
    identifiers: list[Identifier] = parts(
        "Its identifiers in registers.",
        "entity_id",
        ("scheme", "value"),
        filters={"scheme": ("scheme", IdentifierScheme, "Only identifiers of these registers.")},
    )
    source: Source | None = link("Who vouches for it.", "source_id")
    facts: list[Statement] = parts(
        "What sources say of its fields: each value with its source, the preferred one marked.",
        "entity_id",
        ("field", "recorded_from", "id"),
        filters={"field": ("field", FactField, "Only these fields.")},
        own=tuple(FACT_COLUMNS.values()),
    )
    successor: Annotated["Entity", strawberry.lazy(".entity")] | None = link(
        "The record that takes its place, where it is merged or withdrawn.", "successor_id"
    )
    withdrawals: list[Withdrawal] = parts(
        "When and why it was withdrawn, the first time first.", "entity_id", ("withdrawn_at", "id")
    )
    owner: Partner | None = link("The partner who maintains it.", "owner_id")
    audience: Audience = column("Who may see it.", is_filterable=False, is_groupable=False)
    created_at: datetime.datetime = column("When the record was made.", is_writable=False)
    updated_at: datetime.datetime = column("When the record last changed.", is_writable=False)
    version: int = column("Counts the record's changes.", is_writable=False)
    relations: Connection[Annotated["Entity", strawberry.lazy(".entity")]] = relation(
        description="Everything it is related to, whatever the role.", direction=Direction.BOTH
    )
    successors: Connection[Annotated["Entity", strawberry.lazy(".entity")]] = relation(
        Role.SUCCEEDS, description="What took its place.", direction=Direction.IN
    )
    programs: Connection[Annotated["Program", strawberry.lazy(".program")]] = relation(
        Role.PARTICIPATES_IN, description="Programs it takes part in.", direction=Direction.OUT
    )
    needs: Connection[Annotated["Need", strawberry.lazy(".need")]] = children(
        "What it looks for.", "posted_by_id"
    )
