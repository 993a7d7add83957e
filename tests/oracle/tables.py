"""The rows that the oracle answers from: every table read once with SELECT *, as a superuser.

Not its business: who may see which row, or what a row means.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from resolvers.mapping import Catalog

Row = Mapping[str, Any]
EXTRA = ("zone_status",)
"""Tables that are read only through computed fields, and therefore stand behind no type of the catalog."""


@dataclass(frozen=True)
class Tables:
    """All rows by table, and what PostgreSQL folds each text to (`common.fold` has tests of its own)."""

    rows: Mapping[str, list[Row]]
    folded: Mapping[str, str]
    _indexes: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """The rows of a table with this value in a column; a null finds nothing."""
        if value is None:
            return []
        if (table, column) not in self._indexes:
            index: dict[Any, list[Row]] = defaultdict(list)
            for row in self.rows[table]:
                index[row[column]].append(row)
            self._indexes[table, column] = dict(index)
        return self._indexes[table, column].get(value, [])

    def fold(self, text: str) -> str:
        """The folded form of a text that is in a table or was named when the tables were loaded."""
        return self.folded[text]


async def load(dsn: str, catalog: Catalog, terms: Iterable[str], schema: str = "live") -> Tables:
    """Reads all tables of the catalog, and folds their texts and the given search terms."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f'SET search_path TO "{schema}", common')
        names = {type_map.table for type_map in catalog.types.values() if type_map.table} | set(EXTRA)
        rows: dict[str, list[Row]] = {
            name: [dict(record) for record in await connection.fetch(f"SELECT * FROM {name}")]
            for name in sorted(names)
        }
        ordered = sorted(set(_texts(rows)) | set(terms))
        found = await connection.fetch(
            "SELECT text, common.fold(text) AS folded FROM unnest($1::text[]) AS t (text)", ordered
        )
    finally:
        await connection.close()
    return Tables(rows, {record["text"]: record["folded"] for record in found})


def _texts(rows: Mapping[str, list[Row]]) -> Iterable[str]:
    return (
        value for table in rows.values() for row in table for value in row.values() if isinstance(value, str)
    )
