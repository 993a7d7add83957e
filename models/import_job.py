"""Imports: the files that were sent, what each run was given, what became of its rows, each problem by row.

Written by the importer (exchange/job.py) beside the data, so that whoever sent a file can ask what came of
it. Not a fact: no history and no change log.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, OwnerId, PrimaryKey, audience_column, enum_column
from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience

PENDING = "status IN ('QUEUED', 'RUNNING')"


class ImportJob(Base):
    """One run. `rows` are the rows read; the other counts are records, sources, facts and relations, and
    `failed_rows` the rows of the file that were left out.

    Of a file that was sent (`is_upload`), `runs_as` is the role that its key had, `key_prefix` the key.
    Whoever runs the job is its `worker` and renews `lease_until`; when that is past, another may take it up.
    """

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
    format: Mapped[str | None]
    is_dry_run: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_upload: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_cancelled: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    size_bytes: Mapped[Decimal | None] = mapped_column(Numeric)
    read_bytes: Mapped[Decimal | None] = mapped_column(Numeric)
    failed_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    runs_as: Mapped[str | None]
    key_prefix: Mapped[str | None]
    worker: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "started_at", "id"),
        Index("ix_import_job_pending", "id", postgresql_where=text(PENDING)),
    )


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


class ImportChunk(Base):
    """A piece of a file that was sent (`part` FILE) or of its failed rows (FAILED), in order of `number`.

    `upload_id` is the id of the job, which is made only when the last piece is stored. Pieces of an upload
    that has no job and gets no more of them are swept away (exchange/uploads.py).
    """

    __tablename__ = "import_chunk"

    upload_id: Mapped[UUID]
    part: Mapped[str]
    number: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[Instant]

    __table_args__ = (
        PrimaryKeyConstraint("upload_id", "part", "number"),
        CheckConstraint("part IN ('FILE', 'FAILED')", name="part"),
    )
