"""Files that were sent, in pieces in the database: stored, made a job of, read again, swept away.

A piece is committed as it comes, so that a slow upload holds no transaction open; a job is made in one
transaction with the last piece. In the database, and not on a disk, a file is as durable as the data, and
any server can run it. All of it runs under the editor role. What becomes of a job is exchange/runner.py.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from models.connection import Asker
from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience
from resolvers.viewer import Viewer

CHUNK = 1_000_000
"""Bytes in a piece."""
FILE, FAILED = "FILE", "FAILED"
KEEP_DAYS = 30
"""So long the failed rows of a job can be fetched."""
ABANDONED_MINUTES = 15
"""An upload without a job that got no piece for so long is given up: a piece takes 62 s at the least rate."""
EDITOR = Viewer("editor")


class Connections(Protocol):
    """What this module needs of models.database.Database."""

    def write(self, viewer: Asker) -> AbstractAsyncContextManager[Any]: ...
    def read(self, viewer: Asker) -> AbstractAsyncContextManager[Any]: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way: what it is called, in which format it is, and whose it is."""

    id: UUID
    format: str
    file_name: str
    is_dry_run: bool
    partner_id: UUID | None
    role: str
    key_prefix: str | None = None


async def store(connection: asyncpg.Connection, upload_id: UUID, part: str, number: int, data: bytes) -> None:
    """Stores a piece."""
    await connection.execute(
        "INSERT INTO import_chunk (upload_id, part, number, data) VALUES ($1, $2, $3, $4)",
        *(upload_id, part, number, data),
    )


async def accept(connection: asyncpg.Connection, upload: Upload, size: int) -> None:
    """Makes the job of a file whose pieces are all stored; `size` is in bytes."""
    await connection.execute(
        """
        INSERT INTO import_job (id, file_name, status, owner_id, audience, format, is_dry_run, is_upload,
            size_bytes, runs_as, key_prefix)
        VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8::bigint, $9, $10)
        """,
        *(upload.id, upload.file_name, ImportStatus.QUEUED, upload.partner_id, Audience.OWNER),
        *(upload.format, upload.is_dry_run, size, upload.role, upload.key_prefix),
    )


async def begin(connection: asyncpg.Connection, partner_id: UUID | None) -> tuple[UUID, int]:
    """An id for a new upload, and how many jobs of the partner wait or run."""
    row = await connection.fetchrow(
        "SELECT uuidv7(), count(*) FROM import_job WHERE status IN ('QUEUED', 'RUNNING') "
        "AND owner_id IS NOT DISTINCT FROM $1 AND is_upload",
        partner_id,
    )
    return row[0], row[1]


async def job(connection: asyncpg.Connection, viewer: Viewer, job_id: UUID) -> asyncpg.Record | None:
    """What became of an upload; None also for who is neither its partner nor an editor."""
    return await connection.fetchrow(
        """
        SELECT id, status, format, failure, rows, created, updated, unchanged, rejected, failed_rows,
            EXISTS (SELECT 1 FROM import_chunk c WHERE c.upload_id = id AND part = 'FAILED') AS is_kept
        FROM import_job WHERE id = $1 AND is_upload AND ($2 OR owner_id = $3)
        """,
        *(job_id, viewer.role == "editor", viewer.partner_id),
    )


async def forget(connection: asyncpg.Connection, upload_id: UUID, part: str) -> None:
    """Removes the pieces of a part."""
    await connection.execute("DELETE FROM import_chunk WHERE upload_id = $1 AND part = $2", upload_id, part)


async def pieces(database: Connections, viewer: Asker, upload_id: UUID, part: str) -> AsyncIterator[bytes]:
    """The pieces in order; no connection is held while one is used."""
    number = 0
    while True:
        async with database.read(viewer) as connection:
            data: bytes | None = await connection.fetchval(
                "SELECT data FROM import_chunk WHERE upload_id = $1 AND part = $2 AND number = $3",
                *(upload_id, part, number),
            )
        if data is None:
            return
        yield data
        number += 1


async def sweep(connection: asyncpg.Connection) -> None:
    """Removes what is left of uploads that broke off, files of jobs that have ended, and failed rows after
    their time."""
    await connection.execute(
        """
        DELETE FROM import_chunk WHERE upload_id IN (
            SELECT c.upload_id FROM import_chunk c
            WHERE NOT EXISTS (SELECT 1 FROM import_job j WHERE j.id = c.upload_id)
            GROUP BY c.upload_id HAVING max(c.stored_at) < now() - make_interval(mins => $1)
        ) OR upload_id IN (
            SELECT id FROM import_job WHERE finished_at < now() - make_interval(days => $2)
        ) OR part = 'FILE' AND upload_id IN (SELECT id FROM import_job WHERE finished_at IS NOT NULL)
        """,
        *(ABANDONED_MINUTES, KEEP_DAYS),
    )
