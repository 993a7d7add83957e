"""Reads Legal Entity Identifier records in the JSON of GLEIF's API: one record, an answer's page, or a list.

A record is `data` of an answer (`{"data": {...}}`, `{"data": [...]}`) or such an object itself, in a list or
one a line. Source of the shape: https://api.gleif.org/docs. Who owns whom (level 2) is not in it, and not
read. Not its business: whether a company is known under other identifiers (the importer's).
"""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from exchange.foreign import Foreign, Refused, key_of, name_of, objects_at, text_at
from exchange.json_list import Broken, Readable, as_list, objects, opened
from exchange.places import subdivision_code
from exchange.record import (
    Direction,
    Identifier,
    NameRecord,
    Problem,
    ProblemCode,
    Record,
    RelationRecord,
    SourceRecord,
)
from models.vocabulary import IdentifierScheme, Kind, NameType, RecordStatus, Role, SourceKind

SOURCE = SourceRecord(
    row=0,
    slug="gleif",
    title="Global Legal Entity Identifier Index",
    kind=SourceKind.REGISTRY,
    url="https://www.gleif.org",
    publisher="GLEIF",
    licence="CC0-1.0",
)
MAX_ANSWER = 4_000_000
"""The longest answer or record that is read, in characters; 200 records, a page's most, are about 1 MB."""

_STATUSES = {"ACTIVE": RecordStatus.ACTIVE, "INACTIVE": RecordStatus.INACTIVE}
# These say that the identifier itself should not have been; all others are about its yearly renewal.
_VOID = ("ANNULLED", "DUPLICATE")
_KINDS = {
    "RESIDENT_GOVERNMENT_ENTITY": Kind.GOVERNMENT_BODY,
    "INTERNATIONAL_ORGANIZATION": Kind.INSTITUTION,
}


def read(path: Path) -> Iterator[Record | SourceRecord | Problem]:
    """Yields the source, then each record with its problems before it. Raises OSError and UnreadableFile."""
    with opened(path) as stream:
        yield from read_stream(stream)


def read_stream(stream: Readable) -> Iterator[Record | SourceRecord | Problem]:
    """As `read`, from anything that gives bytes. `row` counts the records, from 1."""
    yield SOURCE
    for row, found in enumerate(_records(stream), start=1):
        if isinstance(found, Broken):
            yield found.problem(row)
        else:
            yield from _entry(row, found)


def pick(path: Path, rows: Container[int]) -> Iterator[bytes]:
    """The records with these numbers as a list; what cannot be read is left out."""
    with opened(path) as stream:
        listed = enumerate(_records(stream), start=1)
        yield from as_list(found for row, found in listed if row in rows and isinstance(found, dict))


def _records(stream: Readable) -> Iterator[object]:
    """The records in lists, lines and answers, and a Broken for each place that cannot be read."""
    for found in objects(stream, _looks_right, largest=MAX_ANSWER, may_be_bare=True):
        data = found.get("data", found) if isinstance(found, dict) else found
        yield from data if isinstance(data, list) else [data]


def _looks_right(found: dict[str, Any]) -> bool:
    return "data" in found or "attributes" in found


def _entry(row: int, found: object) -> Iterator[Record | Problem]:
    entry = _Entry(row, found)
    try:
        record = entry.record()
    except Refused as refused:
        yield entry.lost(refused)
        return
    yield from entry.problems
    yield record


class _Entry(Foreign):
    """One LEI record on its way to our shape."""

    def __init__(self, row: int, found: object) -> None:
        attributes = found.get("attributes") if isinstance(found, dict) else None
        self.attributes: dict[str, Any] = attributes if isinstance(attributes, dict) else {}
        entity = self.attributes.get("entity")
        self.entity: dict[str, Any] = entity if isinstance(entity, dict) else {}
        super().__init__(row, text_at(self.attributes, "lei"))

    def record(self) -> Record:
        """The record. Raises Refused when it cannot be used at all."""
        if not self.entity or self.id is None:
            hint = "Give the answer of GLEIF's API to lei-records, as it is."
            message = "The object is not an LEI record: it has no attributes with lei and entity."
            raise Refused(ProblemCode.SHAPE_INVALID, "attributes", message, hint)
        lei = self.own_identifier(IdentifierScheme.LEI, self.id, "lei")
        name = text_at(self.entity, "legalName", "name")
        if name is None:
            message = "The record has no legal name."
            raise Refused(ProblemCode.FIELD_MISSING, "entity.legalName", message, "Download it again.")
        kind = _KINDS.get(str(self.entity.get("category")), Kind.COMPANY)
        fields: dict[str, object] = {"name": name}
        if (status := self._status()) is not None:
            fields["record_status"] = status
        fields |= self._place()
        if kind is Kind.COMPANY:
            fields["legal_name"] = name
        if created := self.date(text_at(self.entity, "creationDate"), "entity.creationDate"):
            fields["founded_on" if kind is Kind.COMPANY else "established_on"] = created
        return Record(
            row=self.row,
            kind=kind,
            fields=fields,
            names=self._names(name),
            identifiers=(lei,),
            relations=tuple(self._successors(lei)),
            source=SOURCE.slug,
        )

    def _status(self) -> RecordStatus | None:
        """Of the entity: a registration that has LAPSED was not renewed, no more; the company may thrive."""
        if text_at(self.attributes, "registration", "status") in _VOID:
            return RecordStatus.WITHDRAWN
        return _STATUSES.get(text_at(self.entity, "status") or "")

    def _place(self) -> dict[str, object]:
        """Of the headquarters, where it works; of the legal address where there is no other."""
        key = (
            "headquartersAddress"
            if text_at(self.entity, "headquartersAddress", "country")
            else "legalAddress"
        )
        found: dict[str, object] = {}
        if country := self.country(text_at(self.entity, key, "country"), f"entity.{key}.country"):
            found["country"] = country
            region = text_at(self.entity, key, "region")
            if region and (code := subdivision_code(country, region)):
                found["subdivision"] = code
        if city := text_at(self.entity, key, "city"):
            found["city"] = city
        return found

    def _names(self, legal: str) -> tuple[NameRecord, ...]:
        lang = text_at(self.entity, "legalName", "language")
        names = {name_of(legal, lang, NameType.OFFICIAL): None}
        for key in ("otherNames", "transliteratedOtherNames"):
            for one in objects_at(self.entity, key):
                if (value := text_at(one, "name")) and value != legal:
                    is_legal = one.get("type") == "ALTERNATIVE_LANGUAGE_LEGAL_NAME"
                    type_ = NameType.OFFICIAL if is_legal else NameType.ALIAS
                    names[name_of(value, text_at(one, "language"), type_)] = None
        return tuple(names)

    def _successors(self, own: Identifier) -> Iterator[RelationRecord]:
        seen, field = {own}, "entity.successorEntities"
        one = self.entity.get("successorEntity")
        for successor in [one, *objects_at(self.entity, "successorEntities")]:
            text, name = text_at(successor, "lei"), text_at(successor, "name")
            if text is None and name is not None:
                self.not_matched(name, field)
            elif text and (found := self.identifier(IdentifierScheme.LEI, text, field)) and found not in seen:
                seen.add(found)
                yield RelationRecord(Role.SUCCEEDS, Direction.IN, key_of(found))
