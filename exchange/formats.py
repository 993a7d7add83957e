"""The formats that can be imported, by name: how a file becomes items, and how it is sent.

A new format is a line in FORMATS. Not its business: what a format looks like (its reader's) and what becomes
of its rows (the importer's).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exchange import esco, hipo, iscedf, ndjson, ror
from exchange.fields import FIELDS_OF
from exchange.importer import Item

Reader = Callable[[Path], Iterator[Item]]
"""A file's rows, in its order. Raises OSError and UnreadableFile, mostly at the first row."""


@dataclass(frozen=True, slots=True)
class Format:
    """A shape of files. `content_types` are those of an upload (POST /import/{name}); without any the format
    is read by the command line alone."""

    read: Reader
    content_types: tuple[str, ...] = ()


FORMATS: Mapping[str, Format] = {
    "ndjson": Format(
        partial(ndjson.read, fields_of=FIELDS_OF), ("application/x-ndjson", "application/jsonl")
    ),
    "ror": Format(ror.read, ("application/json", "application/zip")),
    "hipo": Format(hipo.read),
    "esco": Format(esco.read),
    "iscedf": Format(iscedf.read),
}
"""Name -> format, as the command line and the address of an upload have it."""
