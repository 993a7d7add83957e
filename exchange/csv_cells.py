"""The cells of our CSV: lists, formulas, and columns of values that have several parts. Both ways.

A text that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236), which reading takes
off again. Not its business: which columns a kind has.
"""

import re
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a formula begins; the apostrophe itself is here so that taking one off is always right."""
_SEPARATOR = ";"
_ESCAPED = re.compile(r"\\(.)|;", re.DOTALL)


def escaped(text: str) -> str:
    """A text as a cell that no spreadsheet calculates. Numbers need none of this."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unescaped(cell: str) -> str:
    """The inverse of `escaped`; what begins with a formula's sign all the same stays as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def joined(values: Iterable[str]) -> str:
    """A list in one cell: `a;b`. A semicolon or backslash inside a value has a backslash in front."""
    return _SEPARATOR.join(value.replace("\\", "\\\\").replace(";", "\\;") for value in values)


def split(cell: str) -> list[str]:
    """The inverse of `joined`; an empty cell is an empty list, and blanks around values do not count."""
    found, start, current = [], 0, ""
    for match in _ESCAPED.finditer(cell):
        current += cell[start : match.start()]
        start = match.end()
        if match.group(1) is None:
            found.append(current)
            current = ""
        else:
            current += match.group(1)
    found.append(current + cell[start:])
    return [value.strip() for value in found if value.strip()]
