"""Innovation clusters."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Cluster as ClusterModel
from models.vocabulary import Role
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, relation

if TYPE_CHECKING:
    from schema.incentive import Incentive
    from schema.zone import Zone


@entity(ClusterModel)
class Cluster(Entity):
    """A cluster of zones around some fields of business."""

    verticals: list[str] = column("Codes of its fields of business.", lookup="entity_ids_in_verticals")
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = relation(
        Role.PART_OF, description="Zones that belong to it."
    )
    incentives: Connection[Annotated["Incentive", strawberry.lazy(".incentive")]] = children(
        "Incentives it offers on the day.", "offered_by_id"
    )
