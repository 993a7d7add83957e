"""Reads ORCID records in JSON, version 3.0: one record, several in a list, or one a line.

Only what the record itself marks as public is taken; what is public no longer is emptied by the next
import. Organizations are found by their identifiers, never by name. Source of the shape: ORCID's message
schema 3.0 (https://github.com/ORCID/orcid-model). Not its business: works, fundings and peer reviews.
"""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from exchange.foreign import Foreign, Refused, key_of, name_of, objects_at, text_at
from exchange.json_list import Broken, Readable, as_list, objects, opened
from exchange.record import (
    Direction,
    EntityKey,
    NameRecord,
    PartialDate,
    Problem,
    ProblemCode,
    Record,
    RelationRecord,
    SourceRecord,
)
from models.vocabulary import IdentifierScheme, Kind, NameType, RecordStatus, Role, SourceKind

SOURCE = SourceRecord(
    row=0,
    slug="orcid",
    title="ORCID Registry",
    kind=SourceKind.REGISTRY,
    url="https://orcid.org",
    publisher="ORCID",
    licence="CC0-1.0",
)
MAX_RECORD = 4_000_000
"""The longest record that is read, in characters; a person's thousand works are about 3 MB."""

_SCHEMES = {
    "ROR": IdentifierScheme.ROR,
    "GRID": IdentifierScheme.GRID,
    "FUNDREF": IdentifierScheme.CROSSREF_FUNDER,
    "LEI": IdentifierScheme.LEI,
}
_AFFILIATIONS = (
    ("employments", "employment-summary", Role.EMPLOYED_BY),
    ("educations", "education-summary", Role.STUDIED_AT),
)


def read(path: Path) -> Iterator[Record | SourceRecord | Problem]:
    """Yields the source, then each record with its problems before it. Raises OSError and UnreadableFile."""
    with opened(path) as stream:
        yield from read_stream(stream)


def read_stream(stream: Readable) -> Iterator[Record | SourceRecord | Problem]:
    """As `read`, from anything that gives bytes. `row` counts the records, from 1."""
    yield SOURCE
    for row, found in _records(stream):
        if isinstance(found, Broken):
            yield found.problem(row)
            continue
        entry = _Entry(row, found)
        try:
            record = entry.record()
        except Refused as refused:
            yield entry.lost(refused)
            continue
        yield from entry.problems
        yield record


def pick(path: Path, rows: Container[int]) -> Iterator[bytes]:
    """The records with these numbers as a list; what cannot be read is left out."""
    with opened(path) as stream:
        listed = _records(stream)
        yield from as_list(found for row, found in listed if row in rows and not isinstance(found, Broken))


def _records(stream: Readable) -> Iterator[tuple[int, dict[str, Any] | Broken]]:
    return enumerate(objects(stream, _looks_right, largest=MAX_RECORD, may_be_bare=True), start=1)


def _looks_right(found: dict[str, Any]) -> bool:
    return "orcid-identifier" in found and "person" in found


def _public(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that everybody may see, the first in the person's own order first."""
    seen = [one for one in items if _is_public(one)]
    return sorted(seen, key=_display_index, reverse=True)


def _is_public(found: object) -> bool:
    # Older exports write it in capitals; what says nothing is not taken for public.
    return (text_at(found, "visibility") or "").lower() == "public"


def _display_index(found: dict[str, Any]) -> int:
    index = str(found.get("display-index"))
    return int(index) if index.isascii() and index.isdecimal() and len(index) < 10 else 0


class _Entry(Foreign):
    """One record on its way to our shape."""

    def __init__(self, row: int, found: dict[str, Any]) -> None:
        path = text_at(found, "orcid-identifier", "path") or text_at(found, "orcid-identifier", "uri")
        super().__init__(row, path)
        self.found = found
        self.person = found.get("person")

    def record(self) -> Record:
        """The record. Raises Refused when it cannot be used at all."""
        if self.id is None or not isinstance(self.person, dict):
            message = "The object is not an ORCID record: it has no orcid-identifier or no person."
            hint = "Give the answer of ORCID's API 3.0 to /record, as JSON."
            raise Refused(ProblemCode.SHAPE_INVALID, "orcid-identifier", message, hint)
        own = self.own_identifier(IdentifierScheme.ORCID, self.id, "orcid-identifier")
        history = self.found.get("history")
        if isinstance(history, dict) and history.get("deactivation-date"):
            status = {"record_status": RecordStatus.WITHDRAWN}
            return Record(self.row, Kind.EXPERT, fields={**status}, identifiers=(own,), source=SOURCE.slug)
        fields = self._name()
        names = self._names(str(fields["name"]))
        fields |= {
            "description": self._biography(),
            "website": self._first("researcher-urls", "researcher-url", "url", "value"),
            "email": self._first("emails", "email", "email"),
            "residence_country": self.country(
                self._first("addresses", "address", "country", "value"), "person.addresses"
            ),
        }
        relations = dict.fromkeys(self._relations())
        return Record(
            row=self.row,
            kind=Kind.EXPERT,
            fields=fields,
            names=names,
            identifiers=(own,),
            relations=tuple(relations),
            source=SOURCE.slug,
        )

    def _name(self) -> dict[str, object]:
        name = self.person.get("name") if isinstance(self.person, dict) else None
        given, family = text_at(name, "given-names", "value"), text_at(name, "family-name", "value")
        shown = text_at(name, "credit-name", "value") or " ".join(filter(None, (given, family)))
        if not _is_public(name) or not shown:
            message = "The record has no name that is public."
            hint = "A person who shows no name is not imported."
            raise Refused(ProblemCode.FIELD_MISSING, "person.name", message, hint)
        return {"name": shown, "given_name": given, "family_name": family}

    def _names(self, shown: str) -> tuple[NameRecord, ...]:
        names = {name_of(shown): None}
        for one in _public(objects_at(self.person, "other-names", "other-name")):
            if (value := text_at(one, "content")) and value != shown and any(map(str.isalnum, value)):
                names[name_of(value, type_=NameType.ALIAS)] = None
        return tuple(names)

    def _biography(self) -> str | None:
        found = self.person.get("biography") if isinstance(self.person, dict) else None
        return text_at(found, "content") if _is_public(found) else None

    def _first(self, group: str, key: str, *path: str) -> str | None:
        texts = (text_at(one, *path) for one in _public(objects_at(self.person, group, key)))
        return next(filter(None, texts), None)

    def _relations(self) -> Iterator[RelationRecord]:
        for group, key, role in _AFFILIATIONS:
            for part in objects_at(self.found, "activities-summary", group, "affiliation-group"):
                for summary in objects_at(part, "summaries"):
                    found = summary.get(key)
                    if not _is_public(found):
                        continue
                    field = f"activities-summary.{group}"
                    if (target := self._organization(found, field)) is not None:
                        since, until = (self._date(found, end, field) for end in ("start-date", "end-date"))
                        period = self.period(since, until, field)
                        title = text_at(found, "role-title")
                        yield RelationRecord(role, Direction.OUT, target, *period, title)

    def _organization(self, found: object, field: str) -> EntityKey | None:
        stated = ("organization", "disambiguated-organization")
        scheme = _SCHEMES.get((text_at(found, *stated, "disambiguation-source") or "").upper())
        text = text_at(found, *stated, "disambiguated-organization-identifier")
        if scheme is None or text is None:
            self.not_matched(text_at(found, "organization", "name"), field)
            return None
        identifier = self.identifier(scheme, text, field)
        return key_of(identifier) if identifier else None

    def _date(self, found: object, end: str, field: str) -> PartialDate | None:
        parts = [text_at(found, end, part, "value") for part in ("year", "month", "day")]
        known = parts[: next((n for n, part in enumerate(parts) if part is None), 3)]
        return self.date("-".join(part or "" for part in known), field)
