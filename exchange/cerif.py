"""Reads CERIF XML in the OpenAIRE profile (1.1, 1.2): org units, persons, projects, fundings, events.

A file holds answers of OAI-PMH, a CERIF element around the records, or one record. What each becomes is told
in exchange/cerif_entry.py. Records are known by the ids of the system that exports them, which are the
partner's own keys. Source: OpenAIRE Guidelines for CRIS Managers 1.2. Not its business: XML as such
(exchange/xml_records.py).
"""

from collections.abc import Container, Iterator
from pathlib import Path

from exchange.cerif_entry import Entry
from exchange.cerif_profile import DELETABLE, FOLDERS, NAMESPACE, source_slug
from exchange.foreign import Refused
from exchange.json_list import Broken, Readable, opened
from exchange.record import Problem, ProblemCode, Record, SourceRecord, UnreadableFile
from exchange.xml_records import Element, elements
from models.vocabulary import SourceKind

_PROFILE = "https://www.openaire.eu/cerif-profile/1."
_OAI = "http://www.openarchives.org/OAI/2.0/"
_OTHERS = ("Publication", "Patent", "Product", "Equipment", "Service", "Medium", "ClassScheme", "Class")


def read(path: Path, partner: str | None = None) -> Iterator[Record | SourceRecord | Problem]:
    """Yields the source, then each record with its problems before it. Raises OSError and UnreadableFile.

    `partner` is the slug of the partner whose keys the ids in the file are; without it only records that
    have a public identifier can be imported.
    """
    with opened(path, suffix=".xml") as stream:
        yield from read_stream(stream, partner)


def read_stream(stream: Readable, partner: str | None = None) -> Iterator[Record | SourceRecord | Problem]:
    """As `read`, from anything that gives bytes. `row` counts the records, from 1."""
    yield SourceRecord(
        row=0,
        slug=source_slug(partner),
        title=f"Research information of {partner}" if partner else "Research information in CERIF",
        kind=SourceKind.PARTNER,
    )
    passed_over = set[str]()
    for row, found in _records(stream):
        if isinstance(found, Broken):
            yield found.problem(row)
        elif found.namespace == _OAI:
            yield _oai(row, found, partner)
        elif found.name not in _OTHERS:
            yield from _entry(Entry(row, found, partner))
        elif found.name not in passed_over:
            passed_over.add(found.name)
            message = f"Records of type {found.name} are not imported; this is the first of them."
            hint = "Organizations, persons, projects, fundings and events are; leave the others out."
            yield Problem(row, found.attributes.get("id"), ProblemCode.KIND_UNKNOWN, message, hint)


def pick(path: Path, rows: Container[int]) -> Iterator[bytes]:
    """The records with these numbers, in a file of their own; what cannot be read is left out."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<CERIF xmlns="{NAMESPACE}">\n'.encode()
    with opened(path, suffix=".xml") as stream:
        for row, found in _records(stream):
            if row in rows and isinstance(found, Element) and found.namespace != _OAI:
                yield f"{found.as_xml(NAMESPACE)}\n".encode()
    yield b"</CERIF>\n"


def _records(stream: Readable) -> Iterator[tuple[int, Element | Broken]]:
    """What is a row, with its number: a record, a place that cannot be read, what OAI-PMH says instead."""
    row = 0
    for found in elements(stream, _Wanted()):
        if isinstance(found, Element) and found.namespace == _OAI and not _says_something(found):
            continue
        row += 1
        yield row, found


class _Wanted:
    """Chooses the profile's entities, and what OAI-PMH says of deleted records and of errors."""

    def __init__(self) -> None:
        self.is_root = True

    def __call__(self, namespace: str, name: str) -> bool:
        if self.is_root and not namespace.startswith((_OAI, _PROFILE)):
            hint = "Give XML in the OpenAIRE profile of CERIF, as the guidelines for CRIS managers have it."
            raise UnreadableFile(f"The file begins with {name[:60]!r}, which is not of that profile.", hint)
        self.is_root = False
        if namespace == _OAI:
            return name in ("header", "error")
        return namespace.startswith(_PROFILE) and (name in FOLDERS or name in _OTHERS)


def _entry(entry: Entry) -> Iterator[Record | Problem]:
    try:
        record = entry.record()
    except Refused as refused:
        yield entry.lost(refused)
        return
    yield from entry.problems
    yield record


def _says_something(found: Element) -> bool:
    """Whether a header or error of OAI-PMH stands for more than a record that is there."""
    if found.name == "error":
        return found.attributes.get("code") != "noRecordsMatch"
    return found.attributes.get("status") == "deleted"


def _oai(row: int, found: Element, partner: str | None) -> Record | Problem:
    """An error of OAI-PMH, or a record that was deleted where it comes from."""
    if found.name == "error":
        message = f"OAI-PMH answered {found.attributes.get('code', 'without a code')}: {found.text}"
        hint = "Ask the system again; the file holds an error in place of records."
        return Problem(row, None, ProblemCode.SHAPE_INVALID, message, hint)
    identifier = found.first("identifier")
    # Its form is oai:host:Persons/123.
    local = identifier.text.partition(":")[2].partition(":")[2] if identifier else ""
    kind = DELETABLE.get(local.partition("/")[0])
    if kind is None or partner is None:
        message = f"{local[:80]!r} was deleted where it comes from, which does not tell the record here."
        hint = "If it is meant for good, set its recordStatus to WITHDRAWN."
        return Problem(row, local[:100] or None, ProblemCode.KIND_UNKNOWN, message, hint)
    return Entry.deleted(row, kind, local, partner)
