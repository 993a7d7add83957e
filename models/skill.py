"""Skills and fields of knowledge in their schemes, who has them and what asks for them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base, enum_column
from models.fact import Fact, Part, entity_reference, kind_of
from models.fact_vocabulary import SkillLevel, SkillScheme, SkillType
from models.vocabulary import Kind


class Skill(Fact, Base):
    """A term of a scheme. `labels` are its label and its other labels, one a line, to be searched in."""

    __tablename__ = "skill"

    scheme: Mapped[str] = enum_column(SkillScheme, nullable=False)
    code: Mapped[str]
    label: Mapped[str]
    alt_labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    labels: Mapped[str] = mapped_column(Computed("common.skill_labels(label, alt_labels)", persisted=True))
    labels_folded: Mapped[str] = mapped_column(
        Computed("common.fold(common.skill_labels(label, alt_labels))", persisted=True)
    )
    type: Mapped[str | None] = enum_column(SkillType)
    description: Mapped[str | None]
    uri: Mapped[str | None]
    broader_id: Mapped[UUID | None] = mapped_column(ForeignKey("skill.id"))

    __table_args__ = (
        UniqueConstraint("scheme", "code"),
        CheckConstraint("broader_id <> id", name="broader"),
        Index(None, "broader_id", "id"),
        Index(None, "label", "id"),
        Index(
            "ix_skill_labels_folded",
            "labels_folded",
            postgresql_using="gin",
            postgresql_ops={"labels_folded": "gin_trgm_ops"},
        ),
    )


class ExpertSkill(Part, Base):
    """That a person has a skill; seen as the person's `skills_audience` allows."""

    __tablename__ = "expert_skill"

    expert_id: Mapped[UUID]
    expert_kind: Mapped[str] = kind_of(Kind.EXPERT)
    skill_id: Mapped[UUID] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[str | None] = enum_column(SkillLevel)
    since: Mapped[date | None]

    __table_args__ = (
        *entity_reference("expert", (Kind.EXPERT,), is_part=True),
        UniqueConstraint("expert_id", "skill_id"),
        Index(
            "ix_expert_skill_skill_id",
            "skill_id",
            "expert_id",
            postgresql_include=["level", "audience", "owner_id"],
        ),
    )


class ProgramSkill(Part, Base):
    """That a program seeks a skill."""

    __tablename__ = "program_skill"

    program_id: Mapped[UUID]
    program_kind: Mapped[str] = kind_of(Kind.PROGRAM)
    skill_id: Mapped[UUID] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[str | None] = enum_column(SkillLevel)
    is_required: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))

    __table_args__ = (
        *entity_reference("program", (Kind.PROGRAM,), is_part=True),
        UniqueConstraint("program_id", "skill_id"),
        Index("ix_program_skill_skill_id", "skill_id", "program_id"),
    )
