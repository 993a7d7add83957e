"""Reads a dump of the Research Organization Registry, schema version 2: .json, .json.gz or a release's .zip.

What one record means is told in exchange/ror_entry.py. Not its business: whether another record claims an
identifier, and relations whose other end is not there yet (the importer's).
"""

from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from exchange.foreign import Refused
from exchange.json_list import Broken, as_list, objects, opened
from exchange.record import (
    Problem,
    Record,
    SourceRecord,
    UnreadableFile,
)
from exchange.ror_entry import SOURCE_SLUG, Entry
from models.vocabulary import (
    SourceKind,
)

SOURCE = SourceRecord(
    row=0,
    slug=SOURCE_SLUG,
    title="Research Organization Registry",
    kind=SourceKind.REGISTRY,
    url="https://ror.org",
    publisher="ROR",
    licence="CC0-1.0",
)


def read(path: Path, counts: Counter[str] | None = None) -> Iterator[Record | SourceRecord | Problem]:
    """Yields the source, then each record of the dump in order, with its problems before it.

    `row` is the place in the list, from 1. `counts` collects what is left out without a problem of its
    own: `SUBDIVISION_UNKNOWN` and `EXTERNAL_ID_UNKNOWN`. Raises OSError, and UnreadableFile when the file
    as a whole is no such dump.
    """
    counts = Counter() if counts is None else counts
    yield SOURCE
    with opened(path, prefer="schema_v2") as stream:
        for row, found in enumerate(objects(stream, _looks_right), start=1):
            if isinstance(found, Broken):
                yield found.problem(row)
                continue
            if row == 1 and "name" in found and "names" not in found:
                raise UnreadableFile(
                    f"{path.name} is a ROR dump of schema version 1.", "Take the file of schema version 2."
                )
            yield from _entry(row, found, counts)


def pick(path: Path, rows: Container[int]) -> Iterator[bytes]:
    """The records with these places in the list, as a list of their own; what cannot be read is left out."""
    with opened(path, prefer="schema_v2") as stream:
        listed = enumerate(objects(stream, _looks_right), start=1)
        yield from as_list(found for row, found in listed if row in rows and not isinstance(found, Broken))


def _looks_right(found: dict[str, Any]) -> bool:
    return "names" in found and "id" in found


def _entry(row: int, found: dict[str, Any], counts: Counter[str]) -> Iterator[Record | Problem]:
    entry = Entry(row, found, counts)
    try:
        record = entry.record()
    except Refused as refused:
        yield entry.lost(refused)
        return
    yield from entry.problems
    yield record
