"""Writes one batch of records: stages it, matches it with what is there, creates, changes, reports.

Runs inside the caller's transaction, so that a batch is whole or absent. Not its business: batches and
what happens when one fails (exchange/importer.py), relations (exchange/relation_rows.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from exchange import entity_sql as sql
from exchange import part_sql, patch_sql, relation_sql, verdict
from exchange.author import Author
from exchange.checks import Known
from exchange.copying import copy, encoded
from exchange.record import Problem, ProblemCode, Record, SourceRecord
from exchange.report import Candidate, Outcome, Report
from exchange.staging import Staged, implied_assertions, stage
from models.vocabulary import ORGANIZATIONS

TABLES = ("staged", *sql.PARTS, "touched", "alias", "open_relation")
"""The staging tables."""


@dataclass(slots=True)
class Batch:
    """The records of a batch that are not refused, their rows for COPY, and a report of those that are.

    `copies` are table, columns and encoded rows; `columns` those of `entity` that occur, `groups` the
    columns of each field that occurs.
    """

    records: Sequence[Record] = ()
    refused: Report = field(default_factory=Report)
    copies: Sequence[tuple[str, Sequence[str], bytes]] = ()
    columns: Sequence[str] = ()
    groups: frozenset[tuple[str, ...]] = frozenset()
    has_domains: bool = False
    has_gone: bool = False
    is_word: bool = False


@dataclass(slots=True)
class Written:
    """What a batch did; `postponed` are records that another one of the batch turned out to be. Of a
    maintainer's word `rows` gives the record and the outcome of each row."""

    report: Report = field(default_factory=Report)
    postponed: list[Record] = field(default_factory=list)
    rows: dict[int, tuple[UUID, Outcome]] = field(default_factory=dict)


async def make_tables(connection: asyncpg.Connection) -> None:
    """Makes the staging tables, which live as long as the connection."""
    for tables in (sql.TABLES, patch_sql.TABLES, relation_sql.TABLES):
        await connection.execute(tables)


async def write_source(
    connection: asyncpg.Connection, source: SourceRecord, author: Author
) -> tuple[UUID, Outcome]:
    """Creates a source or brings it up to date; returns its id. What is here just so may be anybody's; to
    change another's raises asyncpg.InsufficientPrivilegeError."""
    published = source.published_on
    values = (
        str(source.kind),
        source.title,
        source.url,
        source.publisher,
        published.date if published else None,
        str(published.precision) if published else None,
        source.licence,
    )
    if author.partner_id is not None:
        here = await connection.fetchval(
            "SELECT id FROM source WHERE slug = $1 AND (kind, title, url, publisher, published_on, "
            "published_on_precision, licence) IS NOT DISTINCT FROM ($2, $3, $4, $5, $6::date, $7, $8)",
            *(source.slug, *values),
        )
        if here is not None:
            return here, Outcome.UNCHANGED
    row = await connection.fetchrow(
        """
        INSERT INTO source AS x (slug, kind, title, url, publisher, published_on, published_on_precision,
                                 licence, owner_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (slug) DO UPDATE SET kind = excluded.kind, title = excluded.title, url = excluded.url,
            publisher = excluded.publisher, published_on = excluded.published_on,
            published_on_precision = excluded.published_on_precision, licence = excluded.licence
        WHERE (x.kind, x.title, x.url, x.publisher, x.published_on, x.published_on_precision, x.licence)
            IS DISTINCT FROM (excluded.kind, excluded.title, excluded.url, excluded.publisher,
                              excluded.published_on, excluded.published_on_precision, excluded.licence)
        RETURNING id, xmax = 0 AS is_new
        """,
        source.slug,
        *values,
        author.owner_id,
    )
    if row is not None:
        return row["id"], Outcome.CREATED if row["is_new"] else Outcome.UPDATED
    found: UUID = await connection.fetchval("SELECT id FROM source WHERE slug = $1", source.slug)
    return found, Outcome.UNCHANGED


def prepare(records: Sequence[Record], known: Known, author: Author) -> Batch:
    """Makes the rows of a batch in which no two records share a key; touches no database."""
    staged, refused, kept = Staged(), Report(), list[Record]()
    for record in records:
        if problems := stage(record, len(kept), known, author, staged):
            refused.problems += problems
            refused.counts[record.kind][Outcome.REJECTED] += 1
        else:
            kept.append(record)
    columns = sorted({name for values in staged.values for name in values})
    rows = (
        (*record, *(values.get(name) for name in columns))
        for record, values in zip(staged.records, staged.values, strict=True)
    )
    copies = (
        ("staged", (*sql.STAGED_COLUMNS, *columns), encoded(rows)),
        ("staged_name", part_sql.NAME_COLUMNS, encoded(staged.names)),
        ("staged_identifier", part_sql.IDENTIFIER_COLUMNS, encoded(staged.identifiers)),
        ("staged_domain", ("n", "domain"), encoded(staged.domains)),
        ("staged_status", part_sql.STATUS_COLUMNS, encoded(staged.statuses)),
        ("staged_assertion", part_sql.ASSERTION_COLUMNS, encoded(staged.assertions)),
        ("staged_relation", relation_sql.RELATION_COLUMNS, encoded(staged.relations)),
        ("gone_name", patch_sql.GONE_NAME_COLUMNS, encoded(staged.gone_names)),
        ("gone_identifier", patch_sql.GONE_IDENTIFIER_COLUMNS, encoded(staged.gone_identifiers)),
    )
    groups, has_domains = frozenset(staged.groups), bool(staged.domains)
    has_gone = bool(staged.gone_names or staged.gone_identifiers)
    return Batch(kept, refused, copies, columns, groups, has_domains, has_gone, author.is_word)


async def write(connection: asyncpg.Connection, batch: Batch) -> Written:
    """Writes a batch that has records; its relations go to `open_relation`.

    Raises asyncpg.PostgresError where a row breaks a rule of the tables.
    """
    # What needs no answer goes together: each trip to the server and back waits for the thread that reads.
    written = Written()
    report = written.report
    await connection.execute(sql.EMPTY)
    for table, columns, rows in batch.copies:
        await copy(connection, table, columns, rows)
    judge = (sql.JUDGE, sql.JUDGE_WORDS) if batch.is_word else (sql.JUDGE,)
    # Also for one record: where the planner must guess, it reads all entities to find it.
    await connection.execute(
        _all(sql.ANALYZE, sql.MATCH_SURELY, sql.match_otherwise(batch.has_domains), *judge)
    )
    await _drop_refused(connection, batch.records, written)
    numbers = await connection.fetchrow(sql.NUMBERS)
    # Where all is new there is nothing to correct, and looking for it would cost as much as finding it.
    has_old = numbers["all"] > numbers["new"]
    if numbers["new"]:
        await _create(connection, batch.columns)
    correct = part_sql.CORRECT_NAMES if has_old else ()
    if batch.has_gone:
        correct = (*correct, patch_sql.TAKE_NAMES, patch_sql.TAKE_IDENTIFIERS)
    await connection.execute(_all(*correct, part_sql.ADD_NAMES, part_sql.CLAIMS))
    if await _report_contested(connection, report):
        await connection.execute(_all(part_sql.TAKE_OVER_IDENTIFIERS, part_sql.UPDATE_HOLDERS))
    await _stage_implied(connection, batch.records)
    statements = [part_sql.ADD_IDENTIFIERS, part_sql.ADD_STATUSES, part_sql.ADD_ASSERTIONS]
    if has_old:
        correct = (part_sql.CORRECT_STATUSES, part_sql.CORRECT_ASSERTIONS)
        statements = [
            *part_sql.CORRECT_IDENTIFIERS,
            *correct,
            *statements,
            part_sql.SAID_BEFORE,
            sql.update_entities(batch.groups),
        ]
    await connection.execute(_all(*statements, sql.ALIASES, relation_sql.KEEP))
    for row in await connection.fetch(sql.OUTCOMES):
        report.counts[row["kind"]][Outcome(row["outcome"])] += row["number"]
    if batch.is_word:
        for row in await connection.fetch(sql.EACH):
            written.rows[row["file_row"]] = (row["entity_id"], Outcome(row["outcome"]))
    if batch.has_domains:
        kinds = [str(kind) for kind in ORGANIZATIONS]
        report.candidates += [Candidate(*row) for row in await connection.fetch(sql.CANDIDATES, kinds)]
    return written


def _all(*statements: str) -> str:
    return ";\n".join(statements)


async def _drop_refused(connection: asyncpg.Connection, records: Sequence[Record], written: Written) -> None:
    verdicts = await connection.fetch(sql.VERDICTS)
    if not verdicts:
        return
    for row in verdicts:
        record = records[row["n"]]
        if row["verdict"] == "REPEATED":
            written.postponed.append(record)
            continue
        written.report.counts[record.kind][Outcome.REJECTED] += 1
        written.report.problems.append(verdict.problem_of(record, row))
        if row["version"] is not None or row["verdict"] == "NOT_YOURS":
            written.rows[record.row] = (row["entity_id"], Outcome.REJECTED)
    gone = [row["n"] for row in verdicts]
    for table in ("staged", *sql.PARTS):
        await connection.execute(f"DELETE FROM {table} WHERE n = ANY ($1::int[])", gone)


async def _create(connection: asyncpg.Connection, columns: Sequence[str]) -> None:
    """Creates the new entities of the batch, each with a slug of its own."""
    await connection.execute(sql.USE_NAME)
    if await connection.fetchval("SELECT EXISTS (SELECT FROM staged WHERE is_new AND slug IS NULL)"):
        await connection.execute(sql.USE_NAME_AND_MORE)
    await connection.execute(sql.insert_entities(columns))


async def _report_contested(connection: asyncpg.Connection, report: Report) -> bool:
    """Reports the identifiers that another record keeps; returns whether any is contested."""
    contested = await connection.fetch(part_sql.CONTESTED)
    for row in contested:
        if row["is_taken"]:
            message = f"{row['scheme']} {row['value']} belongs to {row['holder']} already."
            hint = "The record is imported without it; find out which of the two is meant."
            code, label = ProblemCode.IDENTIFIER_TAKEN, row["label"]
            report.problems.append(
                Problem(row["file_row"], label, code, message, hint, "identifiers", is_row_lost=False)
            )
    return bool(contested)


async def _stage_implied(connection: asyncpg.Connection, records: Sequence[Record]) -> None:
    """What a record says of an entity that another source vouches for becomes assertions."""
    foreign = await connection.fetch("SELECT n, source_id FROM staged WHERE NOT is_own")
    implied = [
        row for one in foreign for row in implied_assertions(one["n"], records[one["n"]], one["source_id"])
    ]
    await copy(connection, "staged_assertion", part_sql.ASSERTION_COLUMNS, encoded(implied))
