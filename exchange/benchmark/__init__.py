"""The benchmark data set: masses of invented, connected rows of any size, always the same.

`scale` writes it into an empty schema, by COPY into a staging table and from there under the editor role,
so that row security, checks and the change log hold as for any write. Not its business: what the rows are
(the other files here), the small sample (exchange/sample.py), how long queries take (benchmarks/).
"""

from collections.abc import Callable, Iterator
from itertools import islice

import asyncpg

from exchange.benchmark.entities import Entities
from exchange.benchmark.facts import Facts
from exchange.benchmark.numbers import Batch, Ground, Sizes, uuid_at
from exchange.benchmark.relations import Relations
from models.base import COMMON
from resolvers.errors import BadUserInput

CHUNK = 20_000
"""Rows that are staged and written at a time; bounds the memory on both sides."""

EDITOR = "triplehelix_editor"
_TABLES = (
    *("entity", "entity_name", "relation", "change"),
    *("skill", "need", "expert_skill", "need_skill", "program_skill"),
)
_SOURCE = """
    INSERT INTO source (id, slug, kind, title, publisher)
    VALUES ($1, 'benchmark', 'SYNTHETIC', 'Fictitious benchmark data', 'Triple Helix')
"""
_RELATIONS = """
    INSERT INTO relation (id, subject_id, subject_kind, object_id, object_kind, role, title, valid, source_id)
    SELECT id, subject_id, subject_kind, object_id, object_kind, role, title, daterange(since, until), $1
    FROM incoming
"""
_INCOMING_RELATIONS = """
    CREATE TEMP TABLE incoming (id uuid, subject_id uuid, subject_kind text, object_id uuid, object_kind text,
        role text, since date, until date, title text) ON COMMIT DROP
"""
_NAMES = """
    INSERT INTO entity_name (id, entity_id, value, lang, script, type)
    SELECT id, id, name, 'en', 'Latn', 'LABEL' FROM incoming
"""
_SECONDARY = """
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY ($1)
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    ORDER BY 1
"""

OnProgress = Callable[[str, int, int], object]
"""Called with a word for what is being done, how much of it is done, and how much there is."""


class NotEmpty(BadUserInput):
    """The schema has data already; the benchmark data set is made only in an empty one."""


async def scale(dsn: str, n: float, schema: str = "live", on_progress: OnProgress | None = None) -> Sizes:
    """Makes the benchmark data set in a migrated, empty schema; `n` is its size (0.001 to 10).

    One transaction: it is there whole or not at all, and readers of the tables wait for its end. The user
    of the DSN must own the tables, because their secondary indexes are dropped and built anew. Raises
    NotEmpty, and BadUserInput for another size.
    """
    sizes = Sizes.of(n)
    tell = on_progress or _in_silence
    connection = await asyncpg.connect(
        dsn, server_settings={"search_path": f'"{schema}", {COMMON}', "statement_timeout": "0"}
    )
    try:
        async with connection.transaction():
            await _write(connection, sizes, schema, tell)
        # Index-only scans need the visibility map, which VACUUM makes, and VACUUM needs no transaction.
        tell("statistics", 0, 1)
        await connection.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
        tell("statistics", 1, 1)
    finally:
        await connection.close()
    return sizes


def _in_silence(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


async def _write(connection: asyncpg.Connection, sizes: Sizes, schema: str, tell: OnProgress) -> None:
    await connection.execute(f"LOCK TABLE {', '.join(_TABLES)} IN ACCESS EXCLUSIVE MODE")
    if await connection.fetchval("SELECT EXISTS (SELECT FROM entity) OR EXISTS (SELECT FROM change)"):
        raise NotEmpty(
            f"The schema {schema} has data already.",
            hint="Give the address of a database without data; the benchmark data set is never added to any.",
        )
    indexes = await connection.fetch(_SECONDARY, _TABLES)
    for index in indexes:
        await connection.execute(f'DROP INDEX "{index["name"]}"')
    await connection.execute(f"SET LOCAL ROLE {EDITOR}")
    source, ground = uuid_at(0), Ground(sizes)
    await connection.execute(_SOURCE, source)
    for batch in _batches(ground):
        await _write_batch(connection, batch, source, tell)
    await connection.execute("RESET ROLE")
    for done, index in enumerate(indexes):
        tell("indexes", done, len(indexes))
        await connection.execute(index["definition"])
    tell("indexes", len(indexes), len(indexes))


def _batches(ground: Ground) -> Iterator[Batch]:
    """Everything, in the order of the ids."""
    yield from Entities(ground).batches()
    relations = Relations(ground)
    yield from relations.batches()
    yield from Facts(ground, relations.end).batches()


async def _write_batch(
    connection: asyncpg.Connection, batch: Batch, source: object, tell: OnProgress
) -> None:
    columns = ", ".join(batch.columns)
    if batch.table == "relation":
        await connection.execute(_INCOMING_RELATIONS)
        insert, names = _RELATIONS, None
    else:
        await connection.execute(
            f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM {batch.table} WITH NO DATA"
        )
        insert = f"INSERT INTO {batch.table} ({columns}, source_id) SELECT {columns}, $1 FROM incoming"
        names = _NAMES if batch.table == "entity" else None
    done = 0
    tell(batch.label, done, batch.size)
    while chunk := list(islice(batch.rows, CHUNK)):
        await connection.copy_records_to_table("incoming", records=chunk, columns=batch.columns)
        await connection.execute(insert, source)
        if names:
            await connection.execute(names)
        await connection.execute("TRUNCATE incoming")
        done += len(chunk)
        tell(batch.label, done, batch.size)
    await connection.execute("DROP TABLE incoming")
