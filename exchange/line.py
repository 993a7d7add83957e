"""What one line of NDJSON says: a JSON object becomes a record or a source, or all that is wrong with it.

Not its business: bytes and lines (exchange/ndjson.py), parts (exchange/parts.py) and
single values (exchange/values.py).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from exchange.fact_fields import SHAPES, FactRecord, read_fact
from exchange.parts import (
    Item,
    Object,
    Wrong,
    assertion_of,
    checked,
    id_of,
    identifier_of,
    name_of,
    relation_of,
    slug_of,
    status_of,
)
from exchange.record import Problem, ProblemCode, Record, SourceRecord, StatusRecord
from exchange.statuses import arranged
from exchange.values import FieldSpec, closest, parse, partial_date_of, shown, term_of, text_of
from models.vocabulary import Kind, SourceKind

FieldsOf = Mapping[Kind, Mapping[str, FieldSpec]]
"""The fields of each kind by the name they have in the API."""

END = "END"
"""The kind of the line with which an export ends; it tells nothing of a record."""
_FRAME = ("kind", "id", "slug", "identifiers", "names", "relations", "assertions", "source")


def read_line(
    row: int, found: Object, fields_of: FieldsOf
) -> Iterator[Record | SourceRecord | FactRecord | Problem]:
    """Yields the record, source or fact of a line, or every problem of it."""
    if found.get("kind") == END:
        return
    if isinstance(kind := found.get("kind"), str) and kind in SHAPES:
        yield from read_fact(row, found)
        return
    line = _Line(row, found)
    item = line.source() if found.get("kind") == "SOURCE" else line.record(fields_of)
    if line.problems:
        yield from line.problems
    elif item is not None:
        yield item


class _Line:
    """A line being read; every problem is kept, so that a partner sees all of them at once."""

    def __init__(self, row: int, found: Object) -> None:
        self.row, self.found = row, found
        self.problems: list[Problem] = []
        self.id = self._shown_id()

    def _shown_id(self) -> str | None:
        for key in ("id", "slug"):
            if isinstance(value := self.found.get(key), str):
                return value[:100]
        identifiers = self.found.get("identifiers")
        first = identifiers[0] if isinstance(identifiers, list) and identifiers else None
        return f"{first.get('scheme')} {first.get('value')}"[:100] if isinstance(first, dict) else None

    def add(self, wrong: Wrong, field: str) -> None:
        path = field + wrong.field
        self.problems.append(Problem(self.row, self.id, wrong.code, wrong.message, wrong.hint, path))

    def value(self, key: str, parser: Callable[[object], Item], found: Object | None = None) -> Item | None:
        """The value of a key, None where it is absent or null, or a problem and None."""
        raw = (self.found if found is None else found).get(key)
        try:
            return None if raw is None else checked(parser, raw)
        except Wrong as wrong:
            self.add(wrong, key)
            return None

    def items(self, key: str, parser: Callable[[Object], Item]) -> tuple[Item, ...] | None:
        """The distinct items of a list of objects, None where it is absent."""
        raw = self.found.get(key)
        if raw is None:
            return None
        if not isinstance(raw, list):
            self.add(Wrong(ProblemCode.SHAPE_INVALID, f"{shown(raw)} is not a list.", "Use [ ]."), key)
            return None
        found: list[Item] = []
        for place, item in enumerate(raw):
            try:
                if not isinstance(item, dict):
                    raise Wrong(ProblemCode.SHAPE_INVALID, f"{shown(item)} is not an object.", "Use { }.")
                if (parsed := parser(item)) not in found:
                    found.append(parsed)
            except Wrong as wrong:
                self.add(wrong, f"{key}[{place}]")
        return tuple(found)

    def source(self) -> SourceRecord | None:
        # The id is what exports are resumed by; a source is found by its slug.
        known = ("kind", "id", "slug", "title", "sourceKind", "url", "publisher", "publishedOn", "licence")
        self.refuse_unknown(known)
        for key in ("slug", "title", "sourceKind"):
            if self.found.get(key) is None:
                hint = "A source has slug, title and sourceKind."
                self.add(Wrong(ProblemCode.FIELD_MISSING, f"The source has no {key}.", hint), key)
        slug, title = self.value("slug", slug_of), self.value("title", text_of)
        kind = self.value("sourceKind", lambda value: term_of(SourceKind, value))
        url, publisher = self.value("url", text_of), self.value("publisher", text_of)
        published_on, licence = self.value("publishedOn", partial_date_of), self.value("licence", text_of)
        if slug is None or title is None or kind is None:
            return None
        return SourceRecord(self.row, slug, title, kind, url, publisher, published_on, licence)

    def record(self, fields_of: FieldsOf) -> Record | None:
        kind = self.kind(fields_of)
        if kind is None:
            return None
        specs = fields_of[kind]
        frame = [*_FRAME, "statuses"] if kind is Kind.ZONE else _FRAME
        self.refuse_unknown([*frame, *specs])
        fields = {
            spec.name: self.value(name, partial(parse, spec))
            for name, spec in specs.items()
            if name in self.found and name not in frame
        }
        record = Record(
            row=self.row,
            kind=kind,
            id=self.value("id", id_of),
            slug=self.value("slug", slug_of),
            fields=fields,
            names=self.items("names", name_of),
            identifiers=self.items("identifiers", identifier_of),
            relations=self.items("relations", lambda item: relation_of(kind, item)) or (),
            statuses=self.statuses() if kind is Kind.ZONE else (),
            assertions=self.items("assertions", lambda item: assertion_of(specs, item)) or (),
            source=self.value("source", slug_of),
        )
        if not self.problems and record.key is None:
            hint = "Give a slug, an identifier or an id, so that a second import finds the same record."
            self.add(Wrong(ProblemCode.KEY_MISSING, "The record has nothing to find it by.", hint), "slug")
        return record

    def statuses(self) -> tuple[StatusRecord, ...]:
        found = self.items("statuses", status_of) or ()
        try:
            return arranged(found, self.found.get("source"))
        except Wrong as wrong:
            self.add(wrong, "statuses")
            return found

    def kind(self, fields_of: FieldsOf) -> Kind | None:
        given = self.found.get("kind")
        for kind in fields_of:
            if given == str(kind):
                return kind
        known = [*map(str, fields_of), "SOURCE", *SHAPES]
        if given is None:
            wrong = Wrong(
                ProblemCode.KIND_UNKNOWN, "The line has no kind.", f"Give one of {', '.join(known)}."
            )
        else:
            hint = closest(given, known, f"The kinds are {', '.join(known)}.")
            wrong = Wrong(ProblemCode.KIND_UNKNOWN, f"There is no kind {shown(given)}.", hint)
        self.add(wrong, "kind")
        return None

    def refuse_unknown(self, known: list[str] | tuple[str, ...]) -> None:
        for key in self.found:
            if key not in known:
                kind = self.found["kind"]
                hint = closest(key, known, f"A {kind} line has {', '.join(known)}.")
                self.add(Wrong(ProblemCode.FIELD_UNKNOWN, f"{kind} has no field {shown(key)}.", hint), key)
