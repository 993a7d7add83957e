"""Experts: every person the platform knows, office-holders too.

Each personal field has an audience of its own beside it; NULL reads as the stated default. Which columns an
audience covers is models/personal.py; who may set it, docs/consent.md.
"""

from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column, personal_audience
from models.entity import Entity
from models.vocabulary import Audience, Availability, Kind


class Expert(Entity):
    """A person in a professional or public role."""

    __mapper_args__ = {"polymorphic_identity": Kind.EXPERT}

    given_name: Mapped[str | None] = kind_column(personal=True)
    given_name_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    family_name: Mapped[str | None] = kind_column(personal=True)
    family_name_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    headline: Mapped[str | None] = kind_column(personal=True)
    headline_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    email: Mapped[str | None] = kind_column(personal=True)
    email_audience: Mapped[str | None] = personal_audience(Audience.OWNER)
    residence_country: Mapped[str | None] = kind_column(ForeignKey("region.code"), personal=True)
    residence_country_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    availability: Mapped[str | None] = kind_column(enum=Availability, personal=True)
    availability_audience: Mapped[str | None] = personal_audience(Audience.PARTNERS)
    languages: Mapped[list[str] | None] = kind_column(ARRAY(Text), personal=True)
    languages_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    skills_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    is_freelancer: Mapped[bool | None] = kind_column(Boolean, personal=True)
    is_freelancer_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    description_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    website_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    location_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
    identifiers_audience: Mapped[str | None] = personal_audience(Audience.PUBLIC)
