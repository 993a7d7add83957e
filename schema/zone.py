"""Zones."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.readiness
import resolvers.zone
from models import Zone as ZoneModel
from models.vocabulary import Role, ZoneModality, ZoneRegime, ZoneStatus
from resolvers.mapping import Direction
from schema.connection import AS_OF
from schema.declare import entity
from schema.derived import derived
from schema.entity import Entity
from schema.fields import Connection, children, column, composite, computed, relation
from schema.organization import Organization
from schema.readiness import READINESS, ZoneReadiness
from schema.values import PARTIAL_DATE, Area, PartialDate

if TYPE_CHECKING:
    from schema.cluster import Cluster
    from schema.company import Company
    from schema.directive import Commitment
    from schema.export_statistic import ExportStatistic
    from schema.government_body import GovernmentBody
    from schema.incentive import Incentive
    from schema.licence import Licence
    from schema.university import University


@entity(ZoneModel)
class Zone(Entity):
    """A technology or economic zone, or a science park."""

    regime: ZoneRegime = column("Its legal regime.")
    modality: ZoneModality = column("Whether it is a place.")
    status: ZoneStatus | None = computed(
        resolvers.zone.status, "Its status on the day (`asOf`); null: no source says."
    )
    readiness_score: int = computed(
        resolvers.readiness.score,
        "How ready it is on the day, 0 to 100: to order and filter by.",
        price=resolvers.readiness.PRICE,
    )
    readiness: ZoneReadiness | None = derived(
        READINESS, "How ready it is on the day (`asOf`; of all times: today), part by part.", [AS_OF]
    )
    area: Area | None = composite(
        "Its area; other sources may state another.",
        {"value": "area_value", "unit": "area_unit", "square_metres": "area_m2"},
        test="value",
        sort="squareMetres",
    )
    notified_on: PartialDate | None = composite(
        "When it was notified in the gazette.", PARTIAL_DATE, test="date", sort="date"
    )
    companies: Connection[Annotated["Company", strawberry.lazy(".company")]] = relation(
        Role.TENANT_OF, description="Companies that work there."
    )
    universities: Connection[Annotated["University", strawberry.lazy(".university")]] = relation(
        Role.HOSTS, Role.DEVELOPS, description="Universities that host or develop it."
    )
    developers: Connection[Organization] = relation(
        Role.DEVELOPS, description="Who develops it.", direction=Direction.IN
    )
    hosts: Connection[Organization] = relation(
        Role.HOSTS, description="Who gives it its place.", direction=Direction.IN
    )
    supervisors: Connection[Annotated["GovernmentBody", strawberry.lazy(".government_body")]] = relation(
        Role.SUPERVISES, description="Government bodies that supervise it."
    )
    clusters: Connection[Annotated["Cluster", strawberry.lazy(".cluster")]] = relation(
        Role.PART_OF, description="Clusters it belongs to."
    )
    licences: Connection[Annotated["Licence", strawberry.lazy(".licence")]] = children(
        "Licences for it that are held on the day.", "zone_id"
    )
    incentives: Connection[Annotated["Incentive", strawberry.lazy(".incentive")]] = children(
        "Incentives it offers on the day.", "offered_by_id"
    )
    exports: Connection[Annotated["ExportStatistic", strawberry.lazy(".export_statistic")]] = children(
        "What was sold abroad from it.", "zone_id"
    )
    commitments: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised about it.", "zone_id"
    )
