"""One item of a mutation's input as a record: the shape of a line of NDJSON, with lists that are set or added
to, a key that finds the record, and the version that it was made for.

Everything wrong with the item is found at once, each at its path in the input. Not its business: what is
written, and which items fail together (exchange/items.py).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from exchange.fact_fields import SHAPES, FactRecord
from exchange.fields import FIELDS_OF, camel
from exchange.line import read_line
from exchange.part_lists import LISTS_OF, PartList, read_parts
from exchange.parts import Wrong, identifier_of, name_of, relation_of
from exchange.patch import Patch
from exchange.record import Problem, ProblemCode, Record
from models.vocabulary import IdentifierScheme, Kind, RecordStatus

MOST_CHARACTERS = 10_000
"""Of one text."""
LISTS = ("names", "identifiers", "relations", "statuses")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Read:
    """An item that can be used: its record, and what it says of the record's parts."""

    record: Record | FactRecord
    parts: PartList | None = None

    @property
    def records(self) -> tuple[Record | FactRecord, ...]:
        """All that refers to something."""
        return (self.record, *(() if self.parts is None else self.parts.records))


def read_item(row: int, kind: str, given: Mapping[str, Any], partner: str | None) -> Read | list[Problem]:
    """What an item says, or everything that is wrong with it. `kind` is that of a line; `partner` is the
    slug of who sends it, to whom a PARTNER identifier belongs that names none."""
    listed, _ = LISTS_OF.get(kind, (None, None))
    lists = {name: _list(value, partner) for name, value in given.items() if name == listed}
    plain = {name: _json(value, partner) for name, value in given.items()}
    item = _Item(row, kind, plain | lists)
    parts = item.parts()
    found = item.fact() if kind in SHAPES else item.entity()
    if item.problems:
        return item.problems
    assert found is not None
    return Read(found, parts)


def placed(kind: str, problem: Problem) -> Problem:
    """The problem of a record of this kind, with its field as the input names it."""
    return replace(problem, field=_placed(problem.field, {_word(kind): "kind"}))


def _word(kind: str) -> str:
    """The field of a line for what the input calls `kind`: in a line that word is the line's own."""
    return camel(f"{kind.lower()}_kind")


def _list(value: Any, partner: str | None) -> dict[str, Any]:
    """The value of a list of parts as JSON has it; a null in a part empties its field."""
    return {
        verb: [
            {name: _json(one, partner) for name, one in part.items()}
            if verb != "remove"
            else _json(part, partner)
            for part in parts or ()
        ]
        for verb, parts in (value or {}).items()
    }


def _json(value: Any, partner: str | None) -> Any:
    """A value of the input as JSON has it; within an object null is as good as nothing."""
    match value:
        case Enum():
            return str(value.value)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case float():
            return Decimal(repr(value))
        case list():
            return [_json(one, partner) for one in value]
        case dict():
            found = {name: _json(one, partner) for name, one in value.items() if one is not None}
            if found.get("scheme") == IdentifierScheme.PARTNER and partner is not None:
                found.setdefault("partner", partner)
            return found
    return value


class _Item:
    def __init__(self, row: int, kind: str, given: dict[str, Any]) -> None:
        self.row, self.kind, self.given = row, kind, given
        self.problems: list[Problem] = []
        self.version: int | None = self.given.pop("expectedVersion", None)
        self.clears_source = "source" in given and given["source"] is None
        self._too_long(given, "")

    def add(self, code: ProblemCode, message: str, hint: str, field: str | None) -> None:
        self.problems.append(Problem(self.row, None, code, message, hint, field))

    def _too_long(self, value: object, path: str) -> None:
        if isinstance(value, str) and len(value) > MOST_CHARACTERS:
            message = f"The text has {len(value):,} characters."
            self.add(ProblemCode.VALUE_INVALID, message, f"Give {MOST_CHARACTERS:,} at most.", path)
        elif isinstance(value, dict):
            for name, one in value.items():
                self._too_long(one, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for place, one in enumerate(value):
                self._too_long(one, f"{path}[{place}]")

    def parts(self) -> PartList | None:
        name, _ = LISTS_OF.get(self.kind, ("", ""))
        given = self.given.pop(name, None)
        if not given:
            return None
        self._stands_alone(name, given)
        return read_parts(self.row, self.kind, given, self.problems.append)

    def _stands_alone(self, name: str, part: Mapping[str, Any]) -> None:
        if "set" in part and len(part) > 1:
            hint = "Give set for the whole list, or add and remove for some of it."
            self.add(ProblemCode.VALUE_INVALID, "set stands beside add or remove.", hint, name)

    def fact(self) -> FactRecord | None:
        word = _word(self.kind)
        record = self._line(
            {word if key == "kind" else key: one for key, one in self.given.items()}, {word: "kind"}
        )
        if not isinstance(record, FactRecord):
            return None
        return replace(record, expected_version=self.version, clears_source=self.clears_source)

    def entity(self) -> Record | None:
        given, paths = dict(self.given), dict[str, str]()
        if given.get("recordStatus") == RecordStatus.MERGED:
            hint = "Ask an editor to merge the two records."
            self.add(ProblemCode.VALUE_INVALID, "Only editors merge records.", hint, "recordStatus")
        parts = {name: given.pop(name, None) or {} for name in LISTS}
        added = frozenset(name for name in LISTS if "set" not in parts[name])
        for name, part in parts.items():
            self._stands_alone(name, part)
            verb = "set" if "set" in part else "add"
            paths[name] = f"{name}.{verb}"
            if part.get(verb) is not None:
                given[name] = part[verb]
        if (key := given.pop("key", None)) is not None:
            # The key goes first, so that it finds the record where the others name another one.
            listed = given.get("identifiers", [])
            shifted = {f"identifiers[{n + 1}]": f"{paths['identifiers']}[{n}]" for n in range(len(listed))}
            paths |= {"identifiers[0]": "key", **shifted}
            given["identifiers"] = [key, *listed]
        record = self._line(given, paths)
        patch = Patch(
            expected_version=self.version,
            added=added,
            names=tuple(self._each("names", parts, _gone_name)),
            identifiers=tuple(self._each("identifiers", parts, identifier_of)),
            relations=tuple(self._each("relations", parts, lambda one: relation_of(Kind(self.kind), one))),
            has_statuses="set" in parts["statuses"],
            clears_source=self.clears_source,
        )
        return replace(record, patch=patch) if isinstance(record, Record) else None

    def _line(self, given: Mapping[str, Any], paths: Mapping[str, str]) -> object:
        """What the line gives; its problems are put where the input has what is wrong."""
        record: object = None
        for found in read_line(self.row, {"kind": self.kind, **given}, FIELDS_OF):
            if isinstance(found, Problem):
                self.problems.append(replace(found, id=None, field=_placed(found.field, paths)))
            else:
                record = found
        return record

    def _each(
        self, name: str, parts: Mapping[str, Any], parser: Callable[[dict[str, Any]], Part]
    ) -> Iterator[Part]:
        for place, one in enumerate(parts[name].get("remove") or ()):
            try:
                yield parser(one)
            except Wrong as wrong:
                self.add(wrong.code, wrong.message, wrong.hint, f"{name}.remove[{place}]{wrong.field}")


def _gone_name(item: dict[str, Any]) -> tuple[str, str | None, str | None]:
    name = name_of(item)
    return name.value, name.lang, str(name.type) if "type" in item else None


def _placed(field: str | None, paths: Mapping[str, str]) -> str | None:
    if field is None:
        return None
    for start in sorted(paths, key=len, reverse=True):
        rest = field.removeprefix(start)
        if rest != field and rest[:1] in ("", "[", "."):
            return paths[start] + rest
    return field
