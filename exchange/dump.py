"""Whole-platform dumps: every table of the data with its history and change log, as it is, in one file.

A zip of one member a table, in PostgreSQL's text form of COPY, and `manifest.json`, which is written last.
All is read in one snapshot beside a running server. Loading it again is exchange/restore.py.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import asyncpg

from models.base import COMMON

FORMAT = 1
MANIFEST = "manifest.json"
LEVEL = 6
OnTable = Callable[[str, int], None]
"""Called with the name of a table and how many rows it has, when it is done."""


class DumpCode(StrEnum):
    """Why a dump cannot be made or loaded; docs/exporting.md explains each."""

    FILE_EXISTS = "FILE_EXISTS"
    NOT_A_DUMP = "NOT_A_DUMP"
    TARGET_NOT_EMPTY = "TARGET_NOT_EMPTY"
    REVISION_DIFFERS = "REVISION_DIFFERS"
    ROW_SECURITY = "ROW_SECURITY"


class DumpRefused(Exception):
    """The dump is not made or not loaded; nothing is changed."""

    def __init__(self, code: DumpCode, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class DumpTable:
    """A table with the columns that are stored as they come: generated ones follow from them."""

    schema: str
    name: str
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        """As files and people name it: the data schema may have another name where it is loaded."""
        return f"{COMMON}/{self.name}" if self.schema == COMMON else f"data/{self.name}"

    @property
    def sql(self) -> str:
        """The name in SQL."""
        return f'"{self.schema}"."{self.name}"'


TABLES = """
    SELECT c.oid, n.nspname, c.relname,
           array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns,
           bool_or(a.attname LIKE '%secret%') AS has_secrets
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> 'migration'
    GROUP BY c.oid, n.nspname, c.relname ORDER BY n.nspname, c.relname
"""
REFERENCES = "SELECT conrelid AS of, confrelid AS into FROM pg_constraint WHERE contype = 'f'"


async def tables(connection: asyncpg.Connection, schema: str, *, with_keys: bool) -> list[DumpTable]:
    """The tables that a dump has. Without keys: none that hold secrets, nor what refers to such; of those
    that live data and sandbox share only the partners."""
    found = await connection.fetch(TABLES, [schema, COMMON])
    if not with_keys:
        kept_back = {
            row["oid"]
            for row in found
            if row["has_secrets"] or (row["nspname"] == COMMON and row["relname"] != "partner")
        }
        references = await connection.fetch(REFERENCES)
        while more := {one["of"] for one in references if one["into"] in kept_back} - kept_back:
            kept_back |= more
        found = [row for row in found if row["oid"] not in kept_back]
    return [DumpTable(row["nspname"], row["relname"], tuple(row["columns"])) for row in found]


async def require_sight(connection: asyncpg.Connection, schema: str) -> None:
    """Raises DumpRefused where row security would hide rows from the login."""
    if await connection.fetchval("SELECT row_security_active($1)", f'"{schema}".entity'):
        message = "Row security applies to this login: connect as a superuser or one with BYPASSRLS."
        raise DumpRefused(DumpCode.ROW_SECURITY, message)


async def dump(
    dsn: str, schema: str, file: Path, *, with_keys: bool = False, on_table: OnTable = lambda *_: None
) -> dict[str, int]:
    """Writes the dump; gives the rows of each table. The file appears only when it is whole.

    Raises DumpRefused, OSError.
    """
    with _archive(file) as archive:
        connection = await asyncpg.connect(dsn, server_settings={"timezone": "UTC", "statement_timeout": "0"})
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _write(connection, schema, archive, with_keys, on_table)
        finally:
            await connection.close()


@contextmanager
def _archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive that gets its name when it is whole."""
    if file.exists():
        raise DumpRefused(DumpCode.FILE_EXISTS, f"{file} is there already: give another name.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        # People's data: for nobody else than who makes it.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive,
        ):
            yield archive
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


async def _write(
    connection: asyncpg.Connection,
    schema: str,
    archive: zipfile.ZipFile,
    with_keys: bool,
    on_table: OnTable,
) -> dict[str, int]:
    await require_sight(connection, schema)
    listed = await tables(connection, schema, with_keys=with_keys)
    counts: dict[str, int] = {}
    for table in listed:
        columns = ", ".join(f'"{column}"' for column in table.columns)
        with archive.open(table.label, "w", force_zip64=True) as member:
            query = f"SELECT {columns} FROM {table.sql}"
            done = await connection.copy_from_query(query, output=member)
        counts[table.label] = int(done.split()[-1])
        on_table(table.label, counts[table.label])
    manifest = {
        "format": FORMAT,
        "takenAt": datetime.now(UTC).isoformat(),
        "revisions": await revisions(connection, schema),
        "withKeys": with_keys,
        "tables": {table.label: {"rows": counts[table.label], "columns": table.columns} for table in listed},
        "sequences": await sequences(connection, listed),
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


async def revisions(connection: asyncpg.Connection, schema: str) -> dict[str, str]:
    """Where the migrations of the data and of what is shared stand."""
    return {
        "data": await connection.fetchval(f'SELECT version_num FROM "{schema}".migration'),
        COMMON: await connection.fetchval(f"SELECT version_num FROM {COMMON}.migration"),
    }


async def sequences(connection: asyncpg.Connection, listed: Sequence[DumpTable]) -> dict[str, Sequence[Any]]:
    """Of each column of these tables that numbers its rows, the last value, and whether it was given out."""
    found: dict[str, Sequence[Any]] = {}
    for table in listed:
        for column in table.columns:
            name = await connection.fetchval("SELECT pg_get_serial_sequence($1, $2)", table.sql, column)
            if name is not None:
                row = await connection.fetchrow(f"SELECT last_value, is_called FROM {name}")
                found[f"{table.label}/{column}"] = (row["last_value"], row["is_called"])
    return found
