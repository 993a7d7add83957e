"""Innovation clusters."""

from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column
from models.entity import Entity
from models.vocabulary import Kind


class Cluster(Entity):
    """A cluster of zones around some verticals."""

    __mapper_args__ = {"polymorphic_identity": Kind.CLUSTER}

    verticals: Mapped[list[str] | None] = kind_column(ARRAY(Text))
