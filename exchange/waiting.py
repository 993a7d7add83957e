"""The facts of a file, which wait on disk until all entities of the file are written: they may be millions.

Not its business: how they are written (exchange/fact_rows.py).
"""

import pickle
import tempfile
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from types import TracebackType
from typing import IO, Self

from exchange.fact_fields import ORDER, FactRecord

IN_MEMORY_BYTES = 1_000_000
"""What a table has up to this size stays in memory."""
MOST_DEPTH = 40
"""Skills that stand deeper (ESCO's stand at most seven deep) are written together, in the file's order."""


class Waiting:
    """Facts by table, in the order in which they came; the files end with the context or the process."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}
        self._broader: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, records: Sequence[FactRecord]) -> None:
        """Keeps them. Raises OSError where the disk is full."""
        by_table: dict[str, list[FactRecord]] = defaultdict(list)
        for record in records:
            by_table[record.table].append(record)
            if record.table == "skill" and record.slug is not None:
                above = record.references.get("broader")
                self._broader[record.slug] = None if above is None else above.slug
        for table, found in by_table.items():
            if table not in self._files:
                self._files[table] = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 (closed at the end)
            pickle.dump(found, self._files[table], pickle.HIGHEST_PROTOCOL)

    def batches(self, rows: int) -> Iterator[list[FactRecord]]:
        """At most so many at a time: what others refer to first, wider skills before narrower ones."""
        for table, file in sorted(self._files.items(), key=lambda item: ORDER.index(item[0])):
            if table != "skill":
                yield from _read(file, rows)
                continue
            by_depth: defaultdict[int, set[str | None]] = defaultdict(set, {0: {None}})
            for slug in self._broader:
                by_depth[self._depth(slug)].add(slug)
            for _, slugs in sorted(by_depth.items()):
                yield from _read(file, rows, slugs)

    def _depth(self, slug: str) -> int:
        """How many skills of the file stand above it."""
        seen: set[str] = set()
        above = self._broader[slug]
        while above is not None and above in self._broader and above not in seen and len(seen) < MOST_DEPTH:
            seen.add(above)
            above = self._broader[above]
        return len(seen)


def _read(
    file: IO[bytes], rows: int, slugs: Container[str | None] | None = None
) -> Iterator[list[FactRecord]]:
    """What is in the file, or of it what has one of the slugs."""
    end = file.seek(0, 2)
    file.seek(0)
    batch: list[FactRecord] = []
    while file.tell() < end:
        for record in pickle.load(file):  # noqa: S301 (written by `add`, in a file without a name)
            if slugs is None or record.slug in slugs:
                batch.append(record)
                if len(batch) == rows:
                    yield batch
                    batch = []
    if batch:
        yield batch
