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
FLAGS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
"""What the letters of a column of flags mean."""
_BETWEEN = b", "
_BETWEEN_TEXTS = b'", "'
_FALSE_BOUNDARY = b'\\", "'
"""An escaped quote before the separator: the split might be inside a text."""


class Slot(Enum):
    """How the values of a column travel."""

    FLAGS = "flags"
    JSONS = "jsons"
    NUMBERS = "numbers"
    TEXTS = "texts"
    SOME_TEXTS = "some texts"


_BY_CERTAINTY = list(Slot)
"""Columns of the first kinds say how many rows there are, which tells nulls among texts."""


@dataclass(frozen=True, slots=True)
class Template:
    """How rows are written: fragments around slots, `len(fragments) == len(slots) + 1`.

    A slot of FLAGS comes as one letter a row, one of JSONS as JSON texts joined by SEPARATOR, all others as
    a JSON array: of numbers and nulls, of texts, of texts and nulls. `size` is the page's; one row more may
    have been read to know whether there is one.
    """

    fragments: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    size: int


def stitch(
    template: Template, columns: Sequence[bytes | None], before: bytes = b"", after: bytes = b""
) -> bytes:
    """The rows as JSON, without the brackets of their list, between two texts."""
    if not columns or columns[0] is None:
        return before + after
    slots, fragments, size = template.slots, template.fragments, template.size
    values: list[list[bytes] | bytes] = [b""] * len(slots)
    quotes = [b""] * len(slots)
    count: int | None = None
    for index in sorted(range(len(slots)), key=lambda index: _BY_CERTAINTY.index(slots[index])):
        column, slot = columns[index], slots[index]
        assert column is not None
        found: list[bytes] | bytes
        if slot is Slot.FLAGS:
            found = column
        elif slot is Slot.JSONS:
            found = column.split(SEPARATOR)
        elif slot is Slot.NUMBERS:
            found = column[1:-1].split(_BETWEEN)
        else:
            found, quotes[index] = _texts(column, count, is_not_null=slot is Slot.TEXTS)
        count = count or len(found)
        values[index] = found[:size] if len(found) > size else found
    # Rows follow each other: the last fragment of one, a comma and the first of the next are one piece.
    start, end = fragments[0] + quotes[0], quotes[-1] + fragments[-1]
    gaps = [quotes[index - 1] + fragments[index] + quotes[index] for index in range(1, len(slots))]
    return b"".join(_pieces(values, [*gaps, end + b"," + start], before + start, end + after))


def _pieces(values: list[list[bytes] | bytes], gaps: list[bytes], start: bytes, end: bytes) -> list[bytes]:
    """The texts to join: each value followed by its gap, the last one by the end."""
    streams: list[list[bytes] | bytes] = []
    last = end
    for index, (column, gap) in enumerate(zip(values, gaps, strict=True)):
        if isinstance(column, list):
            streams += column, gap
            last = end
            continue
        # A flag has few values, so that it is one piece with the gaps on both sides.
        front = streams.pop() if index else b""
        assert isinstance(front, bytes)
        written = {letter: front + flag + gap for letter, flag in FLAGS.items()}
        streams.append([written[letter] for letter in column])
        last = front + FLAGS[column[-1]] + end
    count, width = len(values[0]), len(streams)
    pieces = [start] * (count * width + 1)
    for place, stream in enumerate(streams, 1):
        pieces[place::width] = stream if isinstance(stream, list) else [stream] * count
    pieces[-1] = last
    return pieces


def _texts(column: bytes, count: int | None, *, is_not_null: bool) -> tuple[list[bytes], bytes]:
    """The texts of a JSON array, and what stands around each of them: a quote where they come without."""
    # A column without any backslash, which is most of them, has no escaped quote.
    if b"\\" not in column or _FALSE_BOUNDARY not in column:
        found = column[2:-2].split(_BETWEEN_TEXTS)
        if is_not_null:
            return found, b'"'
        # Only texts are split here, so that each null leaves a piece less than there are rows.
        if count is None and b"null" not in column:
            return found, b'"'
        if len(found) == count and column.startswith(b'["'):
            return found, b'"'
    # There are as many commas with a space as the array needs: so none of them stands in a text.
    found = column[1:-1].split(_BETWEEN)
    if len(found) == count:
        return found, b""
    return [orjson.dumps(text) for text in orjson.loads(column)], b""
