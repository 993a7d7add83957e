"""The formats that can be imported, by name: how a file becomes items, and how it is sent.

A new format is a line in FORMATS. Not its business: what a format looks like (its reader's) and what becomes
of its rows (the importer's).
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from exchange import cerif, csv_file, esco, gleif, hipo, isced, ndjson, orcid, ror
from exchange.fields import FIELDS_OF
from exchange.writer import Item


class Reader(Protocol):
    """A file's rows, in its order. Raises OSError and UnreadableFile, mostly at the first row.

    `owner` is the slug of the partner whose keys the ids in the file are; None where nobody owns the rows.
    """

    def __call__(self, file: Path, owner: str | None = None, /) -> Iterator[Item]: ...


def _plain(read: Callable[[Path], Iterator[Item]]) -> Reader:
    """The reader of a format whose ids are nobody's own."""
    return lambda file, _=None: read(file)


Picker = Callable[[Path, Container[int]], Iterator[bytes]]
"""The rows of a file with these numbers, as a file of the same format, in pieces."""


@dataclass(frozen=True, slots=True)
class Format:
    """A shape of files. `content_types` are those of an upload (POST /import/{name}), its own first; without
    any the format is read by the command line alone. `pick` gives the rows that failed; without it a partner
    learns only their numbers."""

    read: Reader
    content_types: tuple[str, ...] = ()
    pick: Picker | None = None


_JSON = ("application/json", "application/x-ndjson", "application/jsonl", "application/zip")

FORMATS: Mapping[str, Format] = {
    "ndjson": Format(
        _plain(partial(ndjson.read, fields_of=FIELDS_OF)),
        ("application/x-ndjson", "application/jsonl"),
        ndjson.pick,
    ),
    "csv": Format(_plain(csv_file.read), ("text/csv",), csv_file.pick),
    "ror": Format(_plain(ror.read), ("application/json", "application/zip"), ror.pick),
    "cerif": Format(cerif.read, ("application/xml", "text/xml", "application/zip"), cerif.pick),
    "orcid": Format(_plain(orcid.read), _JSON, orcid.pick),
    "gleif": Format(_plain(gleif.read), _JSON, gleif.pick),
    "hipo": Format(_plain(hipo.read)),
    "esco": Format(_plain(esco.read)),
    "iscedf": Format(_plain(isced.read)),
}
"""Name -> format, as the command line and the address of an upload have it."""
