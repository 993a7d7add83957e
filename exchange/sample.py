"""The sample data set: the files under examples/sample, loaded into an empty schema by the importer.

What is real in it, what is invented and where it comes from: docs/sample.md. Not its business: how records
are stored (the importer's), how the invented part is made (exchange/fiction), and masses of rows
(exchange/benchmark).
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import asyncpg

from exchange import ndjson
from exchange.fact_fields import FactRecord
from exchange.fields import FIELDS_OF
from exchange.record import Problem, Record, SourceRecord
from models.base import COMMON
from resolvers.errors import TripleHelixError

FOLDER = Path(__file__).parents[1] / "examples" / "sample"
FILES = ("registry.ndjson", "system.ndjson", "fiction.ndjson", "facts.ndjson", "fiction_facts.ndjson")
"""In the order of loading: what a file refers to is mostly in itself and in those before it."""
UPLOAD = "upload.ndjson"
"""A partner's file as files are: some of its rows are wrong. What came of it is kept as an import job."""

Item = Record | SourceRecord | FactRecord | Problem
OnProgress = Callable[[int], object]
"""Called with the number of lines read so far."""


class Load(Protocol):
    """Stores records in a schema as one import; the importer's own function."""

    async def __call__(
        self, dsn: str, items: Iterator[Item], schema: str, file_name: str | None = None
    ) -> object: ...


class SampleBroken(TripleHelixError):
    """A line of the sample cannot be read: the installed files are damaged."""


def items(on_progress: OnProgress | None = None) -> Iterator[Item]:
    """Every source and record of the sample. Raises SampleBroken and OSError."""
    numbers = count(1)
    for name in FILES:
        for item in ndjson.read(FOLDER / name, FIELDS_OF):
            if isinstance(item, Problem):
                raise SampleBroken(
                    f"The sample cannot be read, {name}, line {item.row}: {item.message}",
                    hint="Install the program anew; its files are damaged.",
                )
            number = next(numbers)
            if on_progress:
                on_progress(number)
            yield item


async def load_if_empty(
    dsn: str,
    load: Load,
    schema: str = "live",
    on_progress: OnProgress | None = None,
) -> bool:
    """Loads the sample where the schema has no entity and never had one; returns whether it did."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": f'"{schema}", {COMMON}'})
    try:
        # The change log remembers entities that are gone, so that a sample that was removed stays away.
        is_used = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM entity) OR EXISTS (SELECT FROM change)"
        )
    finally:
        await connection.close()
    if is_used:
        return False
    await load(dsn, items(on_progress), schema)
    await load(dsn, ndjson.read(FOLDER / UPLOAD, FIELDS_OF), schema, UPLOAD)
    return True
