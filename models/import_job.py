"""Imports and what they refused: what each run was given, what became of its rows, and each problem by row.

Written by the importer (exchange/job.py) beside the data, so that whoever sent a file can ask what came of
it. Not a fact: no history and no change log.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, OwnerId, PrimaryKey, audience_column, enum_column
from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience


class ImportJob(Base):
    """One run. `rows` are the rows read; the other counts are records, sources, facts and relations. While it
    runs the counts are 0."""

    __tablename__ = "import_job"

    id: Mapped[PrimaryKey]
    file_name: Mapped[str]
    status: Mapped[str] = enum_column(ImportStatus, nullable=False)
    failure: Mapped[str | None]
    rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    updated: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rejected: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    started_at: Mapped[Instant]
    finished_at: Mapped[datetime | None]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column(Audience.OWNER)

    __table_args__ = (Index(None, "started_at", "id"),)


class ImportProblem(Base):
    """Something wrong in a row; `label` is the row's own key. Audience and owner are those of its run."""

    __tablename__ = "import_problem"

    id: Mapped[PrimaryKey]
    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_job.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(Integer)
    label: Mapped[str | None]
    code: Mapped[str]
    field: Mapped[str | None]
    message: Mapped[str]
    hint: Mapped[str]
    is_row_lost: Mapped[bool] = mapped_column(Boolean)
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column(Audience.OWNER)

    __table_args__ = (Index(None, "job_id", "row", "id"),)
