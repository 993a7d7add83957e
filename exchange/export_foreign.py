"""Exports in the shapes of ROR and CERIF: records are read as lines of ours and written by those formats.

What each shape has a place for is the business of exchange/ror_export.py and exchange/cerif_export.py; which
records and rights, that of the exporter.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from exchange import cerif_export, export_sql, ror_export
from exchange.export_kinds import ExportKind, Part
from models.vocabulary import ORGANIZATIONS, Kind
from resolvers.rows import Columns

ROR_KINDS = frozenset(map(str, ORGANIZATIONS))
CERIF_KINDS = ROR_KINDS | {str(kind) for kind in (Kind.EXPERT, Kind.PROGRAM, Kind.MEETING)}


def lines(kind: ExportKind, names: Sequence[str]) -> Columns:
    """Lines of ours in which relations stand in both directions and say more of the other end."""
    return export_sql.line(kind, names, {"relations": Part.CONNECTIONS})


def everything(kind: ExportKind) -> tuple[str, ...]:
    """What is read of a record: all that could have a place."""
    return (*kind.fields, "relations", "createdAt", "updatedAt")


class RorWriter:
    """A JSON list in the shape of ROR, schema version 2."""

    survey: Columns | None = None

    def __init__(self, kind: ExportKind, names: Sequence[str]) -> None:  # noqa: ARG002 - the signature of all formats
        self._before = ror_export.HEAD

    def learn(self, found: Sequence[Any]) -> None: ...

    def begin(self) -> bytes:
        return b""

    def page(self, rows: Sequence[Sequence[Any]]) -> bytes:
        pieces = []
        for row in rows:
            if (found := ror_export.record(orjson.loads(row[1]))) is not None:
                pieces += [self._before, orjson.dumps(found)]
                self._before = ror_export.BETWEEN
        return b"".join(pieces)

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:  # noqa: ARG002 - the signature of all formats
        is_empty = self._before == ror_export.HEAD
        return ror_export.HEAD + ror_export.TAIL if is_empty else ror_export.TAIL


class CerifWriter:
    """XML in OpenAIRE's profile of CERIF."""

    survey: Columns | None = None

    def __init__(self, kind: ExportKind, names: Sequence[str]) -> None:
        pass

    def learn(self, found: Sequence[Any]) -> None: ...

    def begin(self) -> bytes:
        return cerif_export.HEAD

    def page(self, rows: Sequence[Sequence[Any]]) -> bytes:
        found = (cerif_export.element(orjson.loads(row[1])) for row in rows)
        return b"".join(one for one in found if one is not None)

    def end(self, count: int, after: UUID | None, *, has_trailer: bool) -> bytes:  # noqa: ARG002 - the signature of all formats
        return cerif_export.TAIL
