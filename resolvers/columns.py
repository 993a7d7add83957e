"""Columnar pages: a list whose rows are flat travels as one aggregate per column and is stitched here.

PostgreSQL then escapes and joins whole columns instead of concatenating every row, which halves its work
for a page of a thousand. Which lists travel so is decided by the printer (resolvers/pages.py); what comes
out is byte for byte what the row-wise form gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import orjson

SEPARATOR = b"\x1e"
"""Between JSON texts. JSON escapes control characters, so it never occurs inside one."""
_BETWEEN_TEXTS = b'", "'
_FALSE_BOUNDARY = b'\\", "'
"""An escaped quote before the separator: the split might be inside a text, so the column is parsed."""


class Slot(Enum):
    """How the values of a column travel."""

    JSONS = "jsons"
    TEXTS = "texts"
    SOME_TEXTS = "some texts"


@dataclass(frozen=True, slots=True)
class Template:
    """How rows are written: fragments around slots, `len(fragments) == len(slots) + 1`.

    A slot of TEXTS or SOME_TEXTS comes as a JSON array of texts (the latter may hold nulls), one of JSONS as
    JSON texts joined by SEPARATOR. `size` is the page's; one row more may have been read to know whether
    there is one.
    """

    fragments: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    size: int


def stitch(template: Template, columns: Sequence[bytes | None]) -> bytes:
    """The rows as JSON, without the brackets of their list."""
    if not columns or columns[0] is None:
        return b""
    values: list[list[bytes]] = []
    fragments = list(template.fragments)
    for index, (column, slot) in enumerate(zip(columns, template.slots, strict=True)):
        assert column is not None
        if slot is Slot.JSONS:
            values.append(column.split(SEPARATOR))
        elif _must_be_parsed(column, slot):
            values.append([orjson.dumps(text) for text in orjson.loads(column)])
        else:
            values.append(column[2:-2].split(_BETWEEN_TEXTS))
            fragments[index] += b'"'
            fragments[index + 1] = b'"' + fragments[index + 1]
    if len(values[0]) > template.size:
        values = [column_values[: template.size] for column_values in values]
    count, width = len(values[0]), 2 * len(values)
    # Rows follow each other: the last fragment of one, a comma and the first of the next are one piece.
    between = fragments[-1] + b"," + fragments[0]
    pieces: list[bytes] = [b""] * (count * width)
    for index, column_values in enumerate(values):
        pieces[2 * index :: width] = [fragments[index] if index else between] * count
        pieces[2 * index + 1 :: width] = column_values
    pieces[0] = fragments[0]
    pieces.append(fragments[-1])
    return b"".join(pieces)


def _must_be_parsed(column: bytes, slot: Slot) -> bool:
    # A column without any backslash, which is most of them, has no escaped quote.
    return (slot is Slot.SOME_TEXTS and b"null" in column) or (b"\\" in column and _FALSE_BOUNDARY in column)
