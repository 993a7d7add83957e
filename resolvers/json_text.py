"""JSON written by SQL: texts made of fragments and expressions.

Fragments are our own punctuation and response keys (GraphQL names need no escaping); values are always
expressions. Knows nothing of plans.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal_column

Part = str | ColumnElement[Any]

CONCAT_ARGUMENTS = 90
"""PostgreSQL functions take at most 100 arguments."""


def raw(sql: str, type_: Any = None) -> ColumnElement[Any]:
    """SQL text of our own making: a column of an alias, a number, a literal."""
    return literal_column(sql, type_)


class Named:
    """The row of an alias whose columns the statement itself makes."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getitem__(self, column: str, /) -> ColumnElement[Any]:
        return raw(f"{self.name}.{column}")


def quoted(text: str) -> ColumnElement[str]:
    """An SQL string literal of our own text."""
    return raw("'" + text.replace("'", "''") + "'", Text())


def concat(parts: list[Part]) -> ColumnElement[str]:
    """One text out of JSON fragments (str) and expressions; SQL's NULL is written as nothing."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
                continue
            if not part:
                continue
        merged.append(part)
    found: list[ColumnElement[Any]] = [quoted(p) if isinstance(p, str) else p for p in merged]
    while len(found) > CONCAT_ARGUMENTS:
        steps = range(0, len(found), CONCAT_ARGUMENTS)
        found = [func.concat(*found[i : i + CONCAT_ARGUMENTS]) for i in steps]
    return func.concat(*found)


def or_null(expression: ColumnElement[Any]) -> ColumnElement[str]:
    """The JSON text, or `null`."""
    return func.coalesce(expression, quoted("null"))


def keyed(entries: list[tuple[str, list[Part]]]) -> list[Part]:
    """A JSON object of (response key, parts of its value)."""
    parts: list[Part] = ["{"]
    for index, (key, value) in enumerate(entries):
        parts.append(f'{"," if index else ""}"{key}":')
        parts += value
    return [*parts, "}"]


def cursor_text(version: int, tag: str, values: list[ColumnElement[Any]]) -> ColumnElement[str]:
    """A cursor (resolvers/cursors.py) of values that are texts: base64url of a JSON array."""
    array = cast(func.json_build_array(raw(str(version)), quoted(tag), *values), Text)
    encoded = func.encode(func.convert_to(array, quoted("UTF8")), quoted("base64"))
    return func.translate(encoded, raw(r"E'+/=\n'"), quoted("-_"))
