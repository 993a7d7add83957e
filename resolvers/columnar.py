"""The printing side of columnar pages: which lists travel by column, and what becomes a column.

Part of the printer (resolvers/pages.py); how the columns become rows again is resolvers/columns.py.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func

from resolvers import plan
from resolvers.columns import Slot, Template
from resolvers.json_text import Part, raw


class ColumnarRows:
    """The rows of a columnar page while they are printed: fragments, slots, and the rows' place."""

    def __init__(self) -> None:
        self.mark: ColumnElement[Any] = raw("NULL")
        self._texts: list[tuple[ColumnElement[Any], Slot]] = []
        self._fragments: list[str] = [""]
        self._slots: list[tuple[ColumnElement[Any], Slot]] = []

    def text(self, value: ColumnElement[Any], *, is_not_null: bool) -> ColumnElement[Any]:
        """Marks a value that travels as a text column."""
        self._texts.append((value, Slot.TEXTS if is_not_null else Slot.SOME_TEXTS))
        return value

    def take(self, parts: list[Part]) -> list[Part]:
        """Takes the parts of a row; gives the mark that stands for all rows."""
        for part in parts:
            if isinstance(part, str):
                self._fragments[-1] += part
            else:
                slot = next((slot for text, slot in self._texts if text is part), Slot.JSONS)
                self._slots.append((part, slot))
                self._fragments.append("")
        return [self.mark]

    def aggregates(self) -> list[ColumnElement[Any]]:
        """One aggregate a slot."""
        separator = raw(r"E'\x1e'", Text())
        return [
            func.string_agg(cast(value, Text), separator)
            if slot is Slot.JSONS
            else cast(func.json_agg(value), Text)
            for value, slot in self._slots
        ]

    def template(self, size: int) -> Template:
        """How the rows are written."""
        fragments = tuple(fragment.encode() for fragment in self._fragments)
        return Template(fragments, tuple(slot for _, slot in self._slots), size)


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
