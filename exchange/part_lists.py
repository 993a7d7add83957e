"""The list of parts in an item of a mutation: skills of an expert, program or need, investors of a round.

A part is what a line of a file says of it (exchange/fact_fields.py), without the record that it belongs to.
Not its business: the lists that every entity has (exchange/item.py), and what is written
(exchange/part_rows.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean

from exchange.fact_fields import SHAPES, FactRecord, Shape, read_fact
from exchange.fields import camel
from exchange.record import Problem
from models import Base

LISTS_OF: Mapping[str, tuple[str, str]] = {
    "EXPERT": ("skills", "expert_skill"),
    "PROGRAM": ("skills", "program_skill"),
    "NEED": ("skills", "need_skill"),
    "FUNDING_ROUND": ("investors", "funding_round_investor"),
}
"""By the kind of an item's record: the name of the list, and the table of its parts."""
_NOBODY = {"id": str(UUID(int=0))}
"""Stands for the record of the item, which is known only when it is written."""


@dataclass(frozen=True, slots=True)
class PartList:
    """What an item says of its parts: `stated`, each with its path in the input, and what is taken away.
    `is_whole`: no others stay."""

    table: str
    is_whole: bool
    stated: tuple[tuple[str, FactRecord], ...]
    gone: tuple[FactRecord, ...]

    @property
    def records(self) -> tuple[FactRecord, ...]:
        """All that it speaks of."""
        return (*(record for _, record in self.stated), *self.gone)


def ends_of(shape: Shape) -> tuple[str, str]:
    """The names of the two that a part joins: the record that it belongs to, and the other one."""
    parent, other = shape.key
    return parent, other


def read_parts(row: int, kind: str, given: Mapping[str, Any], add: Callable[[Problem], object]) -> PartList:
    """The list of a record of this kind; `given` is its value, in which a null empties a field. Each problem
    goes to `add`, with its path."""
    name, table = LISTS_OF[kind]
    shape, is_whole = SHAPES[table.upper()], "set" in given
    parent, other = ends_of(shape)

    def read(part: Mapping[str, Any], path: str, within: str = "") -> FactRecord | None:
        record = None
        for found in read_fact(row, {"kind": table.upper(), camel(parent): _NOBODY, **part}):
            if isinstance(found, Problem):
                field = (found.field or "").removeprefix(within)
                place = f"{path}.{field}".replace("..", ".").rstrip(".")
                add(replace(found, id=None, field=place))
            else:
                record = found
        return record

    verb = "set" if is_whole else "add"
    stated = [(f"{name}.{verb}[{place}]", part) for place, part in enumerate(given.get(verb) or ())]
    gone = [
        (f"{name}.remove[{place}]", {camel(other): reference})
        for place, reference in enumerate(given.get("remove") or ())
    ]
    read_stated = [(path, read(part, path)) for path, part in stated]
    read_gone = [read(part, path, camel(other)) for path, part in gone]
    return PartList(
        table,
        is_whole,
        tuple((path, _completed(one, shape, is_whole=is_whole)) for path, one in read_stated if one),
        tuple(one for one in read_gone if one),
    )


def _completed(record: FactRecord, shape: Shape, *, is_whole: bool) -> FactRecord:
    """A part of a whole list is as it is stated there; what is empty has the column's default, if any."""
    fields = dict(record.fields)
    if is_whole:
        fields |= {name: None for name in shape.fields if name not in fields}
    columns = Base.metadata.tables[shape.table].c
    for name, value in fields.items():
        if value is None and name in columns and isinstance(columns[name].type, Boolean):
            default: Any = columns[name].server_default
            fields[name] = str(default.arg) == "true"
    return replace(record, fields=fields, clears_source=is_whole)
