"""Rows as PostgreSQL's COPY takes them in text form, made while the server works on something else.

Source: PostgreSQL documentation, COPY, section "Text Format". Not its business: which rows.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

import asyncpg

_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_SPECIAL)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple | list):
        return ("{" + ",".join(_quoted(str(item)) for item in value) + "}").translate(_SPECIAL)
    return str(value)


def encoded(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows in COPY's text form: texts, numbers, dates, UUIDs, booleans, and lists of texts."""
    return "".join("\t".join(map(_value, row)) + "\n" for row in rows).encode()


async def copy(connection: asyncpg.Connection, table: str, columns: Sequence[str], data: bytes) -> None:
    """Sends encoded rows to a table; nothing where there are none. Raises asyncpg.PostgresError."""
    if data:
        await connection.copy_to_table(table, source=BytesIO(data), columns=columns, format="text")
