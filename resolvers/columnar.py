"""The printing side of columnar pages: which lists travel by column, and what becomes a column.

Part of the printer (resolvers/pages.py); how the columns become rows again is resolvers/columns.py.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func

from resolvers import mapping, plan
from resolvers.columns import Slot, Template
from resolvers.json_text import Part, quoted, raw
from resolvers.mapping import Value


class ColumnarRows:
    """The rows of a columnar page while they are printed: fragments, slots, and the rows' place."""

    def __init__(self) -> None:
        self.mark: ColumnElement[Any] = raw("NULL")
        self._columns: list[tuple[ColumnElement[Any], Slot]] = []
        self._fragments: list[str] = [""]
        self._slots: list[tuple[ColumnElement[Any], Slot]] = []

    def scalar(self, column: mapping.Column, value: ColumnElement[Any]) -> list[Part] | None:
        """A scalar that travels in a form of its own, or None where it is to be written as JSON."""
        match column.value:
            case Value.TEXT:
                slot = Slot.TEXTS if column.is_not_null else Slot.SOME_TEXTS
            case Value.ID | Value.ENUM | Value.DATE if not column.is_not_null:
                slot = Slot.SOME_TEXTS
            case Value.INT:
                slot = Slot.NUMBERS
            case Value.BOOLEAN:
                slot = Slot.FLAGS
            case _:
                return None
        self._columns.append((value, slot))
        return [value]

    def take(self, parts: list[Part]) -> list[Part]:
        """Takes the parts of a row; gives the mark that stands for all rows."""
        for part in parts:
            if isinstance(part, str):
                self._fragments[-1] += part
            else:
                slot = next((slot for column, slot in self._columns if column is part), Slot.JSONS)
                self._slots.append((part, slot))
                self._fragments.append("")
        return [self.mark]

    def aggregates(self) -> list[ColumnElement[Any]]:
        """One aggregate a slot."""
        return [_aggregate(value, slot) for value, slot in self._slots]

    def template(self, size: int) -> Template:
        """How the rows are written."""
        fragments = tuple(fragment.encode() for fragment in self._fragments)
        return Template(fragments, tuple(slot for _, slot in self._slots), size)


def _aggregate(value: ColumnElement[Any], slot: Slot) -> ColumnElement[Any]:
    match slot:
        case Slot.JSONS:
            return func.string_agg(cast(value, Text), raw(r"E'\x1e'", Text()))
        case Slot.FLAGS:
            whens = [(raw("true"), quoted("t")), (raw("false"), quoted("f"))]
            return func.string_agg(case(*whens, value=value, else_=quoted("n")), quoted(""))
    return cast(func.json_agg(value), Text)


def is_flat(node: plan.Connection) -> bool:
    """Whether the connection has one list, of rows without lists and without fields of some kinds only."""
    lists = [output for _, output in node.outputs if isinstance(output, (plan.Edge, plan.Selection))]
    return len(lists) == 1 and _is_flat_item(lists[0])


def _is_flat_item(item: object) -> bool:
    match item:
        case plan.Edge(entries=entries):
            return bool(entries) and all(_is_flat_item(inner) for _, inner in entries)
        case plan.Selection(entries=selected):
            return bool(selected) and all(not e.kinds and _is_flat_item(e.node) for e in selected)
        case plan.Linked(selection=selection):
            return _is_flat_item(selection)
        case plan.Connection() | plan.Listed() | plan.Found() | plan.FoundAny():
            return False
    return True
