"""The formats that can be imported, by name.

Not its business: what a format looks like (its reader's) and what becomes of its rows (the importer's).
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path

from exchange import esco, hipo, iscedf, ndjson, ror
from exchange.fields import FIELDS_OF
from exchange.importer import Item


class Format(StrEnum):
    """A shape of files."""

    ROR = "ror"
    HIPO = "hipo"
    NDJSON = "ndjson"
    ESCO = "esco"
    ISCEDF = "iscedf"


_READERS: dict[Format, Callable[[Path], Iterator[Item]]] = {
    Format.ROR: ror.read,
    Format.HIPO: hipo.read,
    Format.ESCO: esco.read,
    Format.ISCEDF: iscedf.read,
    Format.NDJSON: partial(ndjson.read, fields_of=FIELDS_OF),
}


def read(form: Format, file: Path) -> Iterator[Item]:
    """The file's rows. Raises OSError and UnreadableFile, mostly at the first row."""
    return _READERS[form](file)
