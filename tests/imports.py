"""Imports of a few lines for tests, and looks into what they wrote."""

import io
import json
from collections.abc import Iterable
from typing import Any

import asyncpg

from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from exchange.ndjson import read_lines
from exchange.report import Outcome, Report

SOURCES = (
    {"kind": "SOURCE", "slug": "gazette", "title": "Gazette", "sourceKind": "OFFICIAL"},
    {"kind": "SOURCE", "slug": "news", "title": "News", "sourceKind": "NEWS"},
)

WRITTEN = ("entity", "entity_name", "identifier", "relation", "source", "zone_status", "assertion")
WATCHED = (*WRITTEN, *(f"{table}_history" for table in WRITTEN), "change", "pending_relation")


def lines_of(*lines: object) -> Iterable[Any]:
    """The items that the reader gives for lines (objects, or bytes as they are)."""
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return read_lines(io.BytesIO(b"\n".join(raw)), FIELDS_OF)


async def imported(
    dsn: str, *lines: object, schema: str = "live", dry_run: bool = False, **options: Any
) -> Report:
    """Imports NDJSON lines."""
    return await Importer(dsn, schema, **options).run(lines_of(*lines), dry_run=dry_run)


def counts(report: Report, kind: str) -> dict[str, int]:
    """The outcomes of a kind that occur."""
    return {str(outcome): report.counts[kind][outcome] for outcome in Outcome if report.counts[kind][outcome]}


def codes(report: Report) -> list[str]:
    """The codes of all problems in order."""
    return [str(problem.code) for problem in report.problems]


async def rows(dsn: str, query: str, *values: object, schema: str = "live") -> list[dict[str, Any]]:
    """What a query gives to the tables' owner."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": f"{schema}, common"})
    try:
        return [dict(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


async def value(dsn: str, query: str, *values: object, schema: str = "live") -> Any:
    """The only value of the only row."""
    (row,) = await rows(dsn, query, *values, schema=schema)
    (found,) = row.values()
    return found


async def entity(dsn: str, slug: str) -> dict[str, Any]:
    """The row of an entity."""
    (row,) = await rows(dsn, "SELECT * FROM entity WHERE slug = $1", slug)
    return row


async def contents(dsn: str, schema: str = "live") -> dict[str, list[str]]:
    """Every row of every table that an import may write, with its place: equal if nothing was written."""
    found = {}
    for table in WATCHED:
        query = f"SELECT t.ctid::text || t::text AS row FROM {table} t ORDER BY 1"
        found[table] = [row["row"] for row in await rows(dsn, query, schema=schema)]
    return found
