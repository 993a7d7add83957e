"""Incentives in their versions: what is offered, to whom, by which law, and when that law was in force."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Integer, Numeric, func, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base, enum_column
from models.fact import Fact, entity_reference, kind_of
from models.fact_vocabulary import ORIGINS_OF_INCENTIVES, IncentiveKind, LicenceType
from models.vocabulary import SizeClass, Vocabulary


def _within(column: str, vocabulary: type[Vocabulary]) -> CheckConstraint:
    terms = ", ".join(f"'{term}'" for term in vocabulary)
    return CheckConstraint(f"{column} <@ ARRAY[{terms}]::text[]", name=column)


class Incentive(Fact, Base):
    """One version of an incentive. `code` names it through all versions, whose periods never overlap.

    Licence types, size classes and verticals say who qualifies; an empty list restricts nobody.
    """

    __tablename__ = "incentive"

    code: Mapped[str]
    kind: Mapped[str] = enum_column(IncentiveKind, nullable=False)
    name: Mapped[str]
    description: Mapped[str | None]
    offered_by_id: Mapped[UUID]
    offered_by_kind: Mapped[str] = kind_of(*ORIGINS_OF_INCENTIVES)
    licence_types: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    size_classes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    verticals: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    conditions: Mapped[str | None]
    relief_percent: Mapped[Decimal | None] = mapped_column(Numeric)
    duration_months: Mapped[int | None] = mapped_column(Integer)
    legal_reference: Mapped[str]
    legal_url: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(valid_from, '-infinity'::date)", persisted=True)
    )
    ends_before: Mapped[date] = mapped_column(
        Computed("coalesce(valid_until + 1, 'infinity'::date)", persisted=True)
    )

    __table_args__ = (
        *entity_reference("offered_by", ORIGINS_OF_INCENTIVES),
        _within("licence_types", LicenceType),
        _within("size_classes", SizeClass),
        CheckConstraint("relief_percent > 0 AND relief_percent <= 100", name="relief_percent"),
        CheckConstraint("duration_months > 0", name="duration_months"),
        CheckConstraint("valid_from <= valid_until", name="period"),
        # A small table that is seldom written: the constraint costs its plans nothing.
        ExcludeConstraint(
            (literal_column("code"), "="),
            (func.daterange(literal_column("starts_on"), literal_column("ends_before")), "&&"),
            name="ex_incentive_versions",
        ),
        Index(None, "valid_until", "id"),
    )
