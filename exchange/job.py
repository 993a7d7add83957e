"""The record of an import: made when it begins, completed when it ends, with its problems by row.

A run that was killed stays RUNNING; a later one does not touch it. What an import does is importer.py's
business, how its report looks report.py's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from exchange.report import Outcome, Report
from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience

MOST_PROBLEMS = 10_000
"""So many are kept of one run; the report has all."""


@asynccontextmanager
async def recorded(
    connection: asyncpg.Connection, file_name: str, report: Report, owner_id: UUID | None, audience: Audience
) -> AsyncIterator[None]:
    """Keeps what the enclosed import did; `report` is read when it ends, also where it raises."""
    job_id = await connection.fetchval(
        "INSERT INTO import_job (file_name, status, owner_id, audience) VALUES ($1, $2, $3, $4) RETURNING id",
        *(file_name, ImportStatus.RUNNING, owner_id, audience),
    )
    try:
        yield
    except Exception as error:
        if not connection.is_closed():
            await _finish(connection, job_id, report, ImportStatus.FAILED, str(error) or type(error).__name__)
        raise
    is_whole = not any(problem.is_row_lost for problem in report.problems)
    status = ImportStatus.SUCCEEDED if is_whole else ImportStatus.SUCCEEDED_IN_PART
    await _finish(connection, job_id, report, status, None)


async def _finish(
    connection: asyncpg.Connection, job_id: UUID, report: Report, status: ImportStatus, failure: str | None
) -> None:
    async with connection.transaction():
        await connection.execute(
            """
            UPDATE import_job SET status = $2, failure = $3, rows = $4, created = $5, updated = $6,
                unchanged = $7, rejected = $8, finished_at = clock_timestamp()
            WHERE id = $1
            """,
            *(job_id, status, failure, report.rows, *(report.total(outcome) for outcome in Outcome)),
        )
        await connection.executemany(
            """
            INSERT INTO import_problem
                (job_id, row, label, code, field, message, hint, is_row_lost, owner_id, audience)
            SELECT id, $2, $3, $4, $5, $6, $7, $8, owner_id, audience FROM import_job WHERE id = $1
            """,
            [
                (job_id, one.row, one.id, one.code, one.field, one.message, one.hint, one.is_row_lost)
                for one in sorted(report.problems, key=lambda one: one.row)[:MOST_PROBLEMS]
            ],
        )
