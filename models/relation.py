"""Table `relation`: each fact between two entities stored once, and the vocabulary of roles.

Foreign keys demand the kinds: `(subject_id, subject_kind)` and `(object_id, object_kind)` point at
`entity(id, kind)`, and `(role, subject_kind, object_kind)` at a pair that the vocabulary allows.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Float, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, OwnerId, PrimaryKey, SourceId, audience_column, enum_column
from models.exclusion import one_at_a_time, speaker
from models.vocabulary import ROLE_RULES, DatePrecision, Kind, Role

_SYMMETRIC = ", ".join(f"'{role}'" for role, rule in ROLE_RULES.items() if rule.is_symmetric)


class RoleType(Base):
    """A role with its labels; the rows come from models/vocabulary.py."""

    __tablename__ = "role_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    inverse_label: Mapped[str]
    description: Mapped[str]
    is_event: Mapped[bool]
    is_symmetric: Mapped[bool]


class RolePair(Base):
    """Kinds that may stand on the two sides of a role."""

    __tablename__ = "role_pair"

    role: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    object_kind: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (ForeignKeyConstraint(["role"], ["role_type.code"]),)


class Relation(Base):
    """Subject - role - object, in a period of world time, by a source.

    `valid` is the truth; `starts_on` and `ends_before` repeat it as plain dates because their
    comparison operators are leakproof (usable under row security) and fit a covering B-tree.
    `is_exclusive` says of a post, named by its title, that one person at a time holds it.
    """

    __tablename__ = "relation"

    id: Mapped[PrimaryKey]
    subject_id: Mapped[UUID]
    subject_kind: Mapped[str] = enum_column(Kind, nullable=False)
    object_id: Mapped[UUID]
    object_kind: Mapped[str] = enum_column(Kind, nullable=False)
    role: Mapped[str] = enum_column(Role, nullable=False)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=text("'(,)'"))
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(lower(valid), '-infinity'::date)", persisted=True)
    )
    ends_before: Mapped[date] = mapped_column(
        Computed("coalesce(upper(valid), 'infinity'::date)", persisted=True)
    )
    precision: Mapped[str] = enum_column(DatePrecision, nullable=False, server_default=text("'DAY'"))
    title: Mapped[str | None]
    is_exclusive: Mapped[bool] = mapped_column(server_default=text("false"))
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    confidence: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        ForeignKeyConstraint(["subject_id", "subject_kind"], ["entity.id", "entity.kind"]),
        ForeignKeyConstraint(["object_id", "object_kind"], ["entity.id", "entity.kind"]),
        ForeignKeyConstraint(
            ["role", "subject_kind", "object_kind"],
            ["role_pair.role", "role_pair.subject_kind", "role_pair.object_kind"],
        ),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        CheckConstraint("subject_id <> object_id", name="two_ends"),
        # A symmetric fact is stored once: the smaller id is its subject.
        CheckConstraint(f"role NOT IN ({_SYMMETRIC}) OR subject_id < object_id", name="symmetric_once"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint(
            "NOT is_exclusive OR (role = 'HOLDS_POST_AT' AND title IS NOT NULL)", name="is_exclusive"
        ),
        # Its index holds exclusive rows only, so that no plan of a plain look-up can take it.
        one_at_a_time(
            "ex_relation_holder",
            "{row}object_id",
            "common.fold({row}title)",
            speaker("owner_id"),
            where="{row}is_exclusive",
        ),
        Index(
            "uq_relation_fact",
            "subject_id",
            "role",
            "object_id",
            "starts_on",
            "title",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("audience <> 'OWNER'"),
        ),
        # What a partner keeps to itself stands in nobody's way, so that a refusal never tells of it.
        Index(
            "uq_relation_own",
            "owner_id",
            "subject_id",
            "role",
            "object_id",
            "starts_on",
            "title",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("audience = 'OWNER'"),
        ),
        Index(
            "ix_relation_out",
            "subject_id",
            "role",
            "object_id",
            "id",
            postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
        ),
        Index(
            "ix_relation_in",
            "object_id",
            "role",
            "subject_id",
            "id",
            postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
        ),
    )
