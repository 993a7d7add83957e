"""What universities, institutions, companies, government bodies and investors share."""

from datetime import date

from sqlalchemy import Boolean
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column, precision_column


class Organization:
    """Mixin of the five kinds of organizations: columns that a registry gives for each of them."""

    is_funder: Mapped[bool | None] = kind_column(Boolean, required=True)
    domains: Mapped[list[str] | None] = kind_column(ARRAY(Text))
    source_types: Mapped[list[str] | None] = kind_column(ARRAY(Text))
    established_on: Mapped[date | None] = kind_column(indexed=True)
    established_on_precision: Mapped[str | None] = precision_column()
