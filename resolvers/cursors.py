"""Keyset cursors: opaque places in an order, bound to the list's type, order and direction.

A cursor is base64url of a JSON array `[version, tag, value, ..., key, ...]`; the values are the order's,
as text. PostgreSQL writes cursors (resolvers/sql.py), this module reads them and refuses anything else.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any

from resolvers.errors import BadUserInput, Code

VERSION = 1
_HINT = "Pass an endCursor or startCursor of the same list with the same orderBy, or leave the argument out."


def tag(target: str, order: Sequence[tuple[str, bool, bool]], source: str) -> str:
    """A short name of (list, order): cursors of another list or order do not fit."""
    return format(zlib.crc32(f"{source}|{target}|{order!r}".encode()), "08x")


def encode(cursor_tag: str, values: Sequence[str]) -> str:
    """A cursor as PostgreSQL writes it; only the feed makes one itself, for "from now on"."""
    text = json.dumps([VERSION, cursor_tag, *values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def null_mask(cursor: Any) -> tuple[bool, ...] | None:
    """Which values of a cursor are null, or None where it is no cursor."""
    values = _values(cursor)
    return None if values is None else tuple(value is None for value in values[2:])


def decode(cursor: Any, expected_tag: str, count: int) -> list[str | None]:
    """The values of a cursor, as text; raises BadUserInput INVALID_CURSOR."""
    values = _values(cursor)
    if values is None:
        raise BadUserInput("This is not a cursor of this API.", code=Code.INVALID_CURSOR, hint=_HINT)
    if values[0] != VERSION:
        raise BadUserInput(
            "This cursor was made by another version of the API.", code=Code.INVALID_CURSOR, hint=_HINT
        )
    if values[1] != expected_tag or len(values) != count + 2:
        raise BadUserInput(
            "This cursor belongs to another list or order.", code=Code.INVALID_CURSOR, hint=_HINT
        )
    return values[2:]


def _values(cursor: Any) -> list[Any] | None:
    if not isinstance(cursor, str) or len(cursor) > 4096:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    is_sound = (
        isinstance(values, list)
        and len(values) >= 3
        and type(values[0]) is int
        and all(item is None or isinstance(item, str) for item in values[1:])
        and not any(isinstance(item, str) and "\x00" in item for item in values[1:])
    )
    return values if is_sound else None
