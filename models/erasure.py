"""Tombstones of erased persons, and the call that erases one (a data-protection request; docs/consent.md).

What is removed and how is the SQL function `erase_person` (models/migrations), which reads the foreign keys
of the tables, so that a new table follows by itself. Only editors see tombstones.
"""

import json
from collections.abc import Mapping
from uuid import UUID

import asyncpg
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, Instant
from models.connection import POSTGRES_ROLE
from models.history import RECORDED_TABLES


class Erasure(Base):
    """That a person was erased, when, by whom and why; neither the id nor the slug is given again."""

    __tablename__ = "erasure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    reason: Mapped[str]
    erased_at: Mapped[Instant]
    erased_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))


class NotErasable(Exception):
    """Why somebody cannot be erased, and what to do."""


async def erase(connection: asyncpg.Connection, schema: str, whom: str, reason: str) -> Mapping[str, int]:
    """Erases the person with this id or slug in a data schema; gives how many rows of each table went.

    The connection is the tables' owner's: nobody else may let history go, and only for this transaction.
    Raises NotErasable; then nothing was changed.
    """
    editor = POSTGRES_ROLE["editor"]
    histories = ", ".join(f"{table}_history" for table in RECORDED_TABLES)
    async with connection.transaction():
        await connection.execute("SELECT set_config('search_path', $1, true)", f"{schema}, {COMMON}")
        await connection.execute(f"GRANT DELETE ON {histories} TO {editor}")
        await connection.execute(f"SET LOCAL ROLE {editor}")
        try:
            found = await connection.fetchval(
                "SELECT erase_person((SELECT id FROM entity WHERE slug = $1 OR id::text = $1), $2)",
                *(whom, reason),
            )
        except asyncpg.PostgresError as error:
            if error.sqlstate not in ("TH400", "TH404"):
                raise
            raise NotErasable(f"{error.args[0]} {getattr(error, 'hint', '')}") from error
        await connection.execute("RESET ROLE")
        await connection.execute(f"REVOKE DELETE ON {histories} FROM {editor}")
    went: Mapping[str, int] = json.loads(found)
    return went
