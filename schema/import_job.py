"""Imports as clients read them: what became of a file, and which of its rows were refused and why; and the
mutation that calls one off. Who may is decided in resolvers/cancelling.py."""

import datetime
from decimal import Decimal
from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

from models.fact_vocabulary import ImportStatus
from models.vocabulary import Audience
from resolvers.cancelling import cancel_import
from resolvers.scopes import require_bulk
from schema.build import argument
from schema.context import Context
from schema.declare import record
from schema.entity import Partner
from schema.fields import Connection, children, column, link
from schema.node import Node
from schema.writing import KEY, written

ID = argument("id", strawberry.ID, "The id of the import, as the upload was answered.")


@record("import_job", has_audience=True)
class ImportJob(Node):
    """One import of a file: read by its partner, and by all where it says so."""

    id: strawberry.ID = column("Its id.")
    file_name: str = column("The name of the file.")
    status: ImportStatus = column("How it stands.", is_groupable=True)
    failure: str | None = column("What ended it before the end of the file.")
    format: str | None = column("The format of a file that was sent, as /import/ names it.")
    is_dry_run: bool = column("Whether all is only tried, and nothing kept.")
    size_bytes: Decimal | None = column("The size of a file that was sent, as it was sent.")
    read_bytes: Decimal | None = column("How many of these bytes were read so far.")
    rows: int = column("How many rows were read; this and the other counts grow while it runs.")
    created: int = column("How many records, facts and relations were new.")
    updated: int = column("How many were changed.")
    unchanged: int = column("How many were here already, just so.")
    rejected: int = column("How many were refused.")
    failed_rows: int = column("How many rows of the file were left out: GET /import/{id}/failed gives them.")
    started_at: datetime.datetime = column("When it began; of one that waits, when it was sent.")
    finished_at: datetime.datetime | None = column("When it ended.")
    owner: Partner | None = link("The partner whose file it is.", "owner_id")
    audience: Audience = column("Who may see it.")
    problems: Connection[Annotated["ImportProblem", strawberry.lazy(".import_job")]] = children(
        "What was wrong, by row; of one import 10,000 are kept.", "job_id"
    )


@record("import_problem", has_audience=True)
class ImportProblem:
    """Something wrong in one row of a file; it costs no other row."""

    id: strawberry.ID = column("Its id.")
    row: int = column("The row of the file, counted from 1.")
    label: str | None = column("The row's own key, where it could be read.")
    code: str = column("What is wrong; docs/importing.md explains each code.", is_groupable=True)
    field: str | None = column("Where in the row.")
    message: str = column("What is wrong, in a sentence.")
    hint: str = column("What to do.")
    is_row_lost: bool = column("Whether the row was left out; else only the part in question.")


@strawberry.input(description="Which import to call off.")
class CancelImportJobInput:
    """For whose it is, and for editors."""

    import_job: strawberry.ID = strawberry.field(description="The id of the import.")


@strawberry.type(description="The import as it now stands.")
class CancelImportJobPayload:
    """Answer of cancelImportJob."""

    import_job: ImportJob | None = strawberry.field(
        description="The import: CANCELLED where it waited; one that runs is so within a second."
    )


async def cancel_import_job(
    info: Info[Context, None],
    input: Annotated[CancelImportJobInput, strawberry.argument(description="Which import to call off.")],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> CancelImportJobPayload | None:
    """See resolvers/cancelling.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"importJob": await cancel_import(connection, info.context.viewer, input.import_job)}

    return await written(info, CancelImportJobPayload, work, idempotency_key, allowed=require_bulk)
