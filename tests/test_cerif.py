"""CERIF XML in the OpenAIRE profile: what records become, and what hostile or damaged XML does not do."""

import io
import resource
import subprocess
import sys
import zlib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from exchange import cerif, cerif_profile, xml_records
from exchange.importer import Importer
from exchange.record import (
    Direction,
    Identifier,
    Money,
    PartialDate,
    Problem,
    ProblemCode,
    Record,
    UnreadableFile,
)
from models.vocabulary import IdentifierScheme, Kind, NameType, RecordStatus, Role
from tests import foreign
from tests.foreign import split
from tests.imports import codes, counts, rows
from tests.real_data import real_file

PARTNER = "example"


def read(data: bytes, partner: str | None = PARTNER) -> tuple[list[Record], list[Problem]]:
    return split(cerif.read_stream(io.BytesIO(data), partner))


def own(value: str) -> Identifier:
    return Identifier(IdentifierScheme.PARTNER, value, PARTNER)


def links(record: Record) -> list[tuple[str, str, str, str | None]]:
    return [(str(one.role), str(one.direction), str(one.target), one.title) for one in record.relations]


def test_an_org_unit_is_known_by_its_public_and_its_partners_identifier() -> None:
    (record,), problems = read(foreign.cerif(foreign.UNIVERSITY))
    assert not problems
    assert record.kind is Kind.UNIVERSITY
    assert record.fields == {"name": "University of Example", "website": "https://example.org"}
    assert [(name.value, name.lang, name.type) for name in record.names or ()] == [
        ("جامعہ مثال", "ur", NameType.LABEL),
        ("University of Example", "en", NameType.LABEL),
        ("UoE", None, NameType.ACRONYM),
    ]
    ror = Identifier(IdentifierScheme.ROR, "05bbbc791")
    assert record.identifiers == (ror, own("OrgUnits/1"), Identifier(IdentifierScheme.GRID, "grid.999999.1"))
    assert record.source == "cris-example"


def test_parts_and_affiliations_become_relations_with_their_periods() -> None:
    (department, person), problems = read(foreign.cerif(foreign.DEPARTMENT, foreign.PERSON))
    assert not problems
    # An id without its folder is the same key as one with it.
    assert department.identifiers == (own("OrgUnits/2"),)
    (part,) = department.relations
    assert (part.role, part.direction, part.since) == (
        Role.PART_OF,
        Direction.OUT,
        PartialDate.parse("2001-09"),
    )
    assert part.target.identifier == own("OrgUnits/1")
    assert person.kind is Kind.EXPERT
    assert person.fields == {
        "name": "Erika Muster",
        "given_name": "Erika",
        "family_name": "Muster",
        "email": "erika@example.org",
    }
    (work,) = person.relations
    assert (work.role, str(work.since), str(work.until)) == (Role.EMPLOYED_BY, "2015-02-01", "2019")


def test_a_project_has_who_runs_funds_and_works_in_it() -> None:
    (record,), (problem,) = read(foreign.cerif(foreign.PROJECT))
    assert record.kind is Kind.PROGRAM
    assert record.fields["program_kind"] == "RESEARCH_PROJECT"
    assert [str(record.fields[name]) for name in ("starts_on", "ends_on")] == ["2020-03-01", "2022-02-28"]
    assert record.fields["budget"] == Money(Decimal("1250000.50"), "PKR")
    assert record.fields["description"] == "What is done."
    partner = "PARTNER example/"
    assert links(record) == [
        ("RUNS", "IN", f"{partner}OrgUnits/1", None),
        ("PARTICIPATES_IN", "IN", f"{partner}Persons/7", "principal investigator"),
        ("FUNDS", "IN", f"{partner}OrgUnits/4", "Grant 5"),
        ("PARTICIPATES_IN", "OUT", f"{partner}Fundings/5", None),
    ]
    assert str(record.relations[2].until) == "2022-02"
    # A name alone links nothing.
    assert (problem.code, problem.field, problem.is_row_lost) == (
        ProblemCode.ORGANIZATION_NOT_MATCHED,
        "Partner",
        False,
    )
    assert "Nobody" in problem.message


def test_a_funding_is_a_program_with_money_and_its_funder() -> None:
    (record,), problems = read(foreign.cerif(foreign.FUNDING))
    assert not problems
    assert record.fields["program_kind"] == "FUNDING"
    assert record.fields["budget"] == Money(Decimal("1250000.50"), "PKR")
    assert str(record.fields["ends_on"]) == "2022-02-28"
    assert record.identifiers == (own("Fundings/5"), Identifier(IdentifierScheme.DOI, "10.9999/5"))
    assert [link[:2] for link in links(record)] == [("PARTICIPATES_IN", "OUT"), ("FUNDS", "IN")]


def test_an_event_is_a_meeting_and_publications_are_told_once() -> None:
    publication = '<Publication id="Publications/1"><Title>A</Title></Publication>'
    (record,), (problem,) = read(foreign.cerif(publication, foreign.EVENT, publication))
    assert record.kind is Kind.MEETING
    assert record.fields == {
        "name": "Conference on Examples",
        "held_on": PartialDate.parse("2021-11-04"),
        "place": "Karachi",
        "country": "PK",
    }
    assert links(record)[0][:2] == ("CONVENED", "IN")
    assert (record.row, problem.row, problem.code) == (2, 1, ProblemCode.KIND_UNKNOWN)


def test_without_a_partner_only_public_identifiers_count() -> None:
    records, problems = read(foreign.cerif(foreign.UNIVERSITY, foreign.DEPARTMENT, foreign.PERSON), None)
    assert [record.row for record in records] == [1, 3]
    assert records[1].relations == ()
    assert [(one.row, one.code) for one in problems] == [
        (2, ProblemCode.KEY_MISSING),
        (3, ProblemCode.ORGANIZATION_NOT_MATCHED),
    ]
    assert "--owner" in problems[0].hint


def test_a_record_deleted_where_it_comes_from_is_withdrawn() -> None:
    header = '<header status="deleted"><identifier>oai:cris.example.org:{}</identifier></header>'
    data = foreign.oai(header.format("Persons/7"), header.format("OrgUnits/1"), foreign.PERSON)
    (gone, person), (problem,) = read(data)
    assert (gone.kind, gone.fields) == (Kind.EXPERT, {"record_status": RecordStatus.WITHDRAWN})
    assert gone.identifiers == (own("Persons/7"),)
    assert (problem.row, problem.code, person.row) == (2, ProblemCode.KIND_UNKNOWN, 3)


def test_what_is_wrong_in_a_part_costs_only_the_part() -> None:
    person = foreign.PERSON.replace("0097", "0098").replace("2015-02-01", "2020-01-01")
    unit = foreign.UNIVERSITY.replace("#University", "#Guild")
    funding = foreign.FUNDING.replace("PKR", "DOUBLOON").replace("2022-02", "soon")
    nameless = '<OrgUnit id="OrgUnits/9"/>'
    records, problems = read(foreign.cerif(person, unit, funding, nameless))
    assert [record.row for record in records] == [1, 2, 3]
    assert [(one.row, str(one.code), one.field) for one in problems] == [
        (1, "IDENTIFIER_INVALID", "ORCID"),
        (1, "VALUE_INVALID", "Affiliation"),
        (2, "KIND_UNKNOWN", "Type"),
        (3, "VALUE_INVALID", "EndDate"),
        (3, "VALUE_INVALID", "Amount"),
        (4, "FIELD_MISSING", "Name"),
    ]
    assert [one.is_row_lost for one in problems] == [False] * 5 + [True]
    assert records[1].kind is Kind.INSTITUTION


def test_a_file_of_another_kind_is_refused_as_a_whole() -> None:
    with pytest.raises(UnreadableFile, match="'html'"):
        read(b"<html/>")
    with pytest.raises(UnreadableFile, match="OpenAIRE"):
        read(b'<CERIF xmlns="urn:xmlns:org:eurocris:cerif-1.6-2"><cfPers/></CERIF>')


def test_an_answer_without_records_is_no_error_and_an_error_is_told() -> None:
    assert read(foreign.cerif()) == ([], [])
    answer = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="{}">no</error></OAI-PMH>'
    assert read(answer.format("noRecordsMatch").encode()) == ([], [])
    _, (problem,) = read(answer.format("badResumptionToken").encode())
    assert problem.code is ProblemCode.SHAPE_INVALID
    assert "badResumptionToken" in problem.message


# Hostile and damaged ------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ROOT = f'<CERIF xmlns="{foreign.CERIF}">'


def many(template: str, number: int) -> str:
    """The template, with 0, 1, 2 ... for each # in it, so often."""
    return "".join(template.replace("#", str(n)) for n in range(number))


HOSTILE = {
    "billion laughs": (f'<!DOCTYPE CERIF [<!ENTITY l0 "ha">{LAUGHS}]>{ROOT}&l9;</CERIF>', "XML_FORBIDDEN"),
    "external entity": (
        f'<!DOCTYPE CERIF [<!ENTITY x SYSTEM "file:///etc/passwd">]>{ROOT}&x;</CERIF>',
        "XML_FORBIDDEN",
    ),
    "external document type": (
        f'<!DOCTYPE CERIF SYSTEM "http://127.0.0.1:9/x">{ROOT}</CERIF>',
        "XML_FORBIDDEN",
    ),
    "parameter entity": (f'<!DOCTYPE CERIF [<!ENTITY % x "y"> %x;]>{ROOT}</CERIF>', "XML_FORBIDDEN"),
    "unknown entity": (f"{ROOT}&what;</CERIF>", "XML_INVALID"),
    "deep": (f"{ROOT}{'<a>' * 101}", "XML_LIMIT"),
    "many attributes": (ROOT + "<a" + many(' a#="1"', 51) + "/></CERIF>", "XML_LIMIT"),
    "many namespaces": (ROOT + "<a" + many(' xmlns:a#="u"', 51) + "/></CERIF>", "XML_LIMIT"),
    "many names": (ROOT + many("<a#/>", 5_100) + "</CERIF>", "XML_LIMIT"),
    "long attribute": (f'{ROOT}<a b="{"x" * 1_200_000}"/></CERIF>', "XML_LIMIT"),
    "long comment": (f"{ROOT}<!--{'x' * 1_200_000}--></CERIF>", "XML_LIMIT"),
    "long text": (f"{ROOT}{foreign.PERSON.replace('Erika', 'x' * 1_200_000)}</CERIF>", "XML_LIMIT"),
    "two roots": (f"{ROOT}</CERIF>{ROOT}</CERIF>", "XML_INVALID"),
    "wrong tags": (f"{ROOT}<a></b></CERIF>", "XML_INVALID"),
    "null character": (f"{ROOT}&#0;</CERIF>", "XML_INVALID"),
    "nothing": ("", "FILE_TRUNCATED"),
    "cut off": (f"{ROOT}{foreign.UNIVERSITY[:200]}", "FILE_TRUNCATED"),
    "cut off in a tag": (f"{ROOT}<OrgUnit id=", "FILE_TRUNCATED"),
    "unknown encoding": (f'<?xml version="1.0" encoding="klingon"?>{ROOT}</CERIF>', "ENCODING_INVALID"),
    "many-byte encoding": (f'<?xml version="1.0" encoding="big5"?>{ROOT}</CERIF>', "ENCODING_INVALID"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_one_coded_problem(name: str) -> None:
    text, code = HOSTILE[name]
    records, (problem,) = read(text.encode())
    assert (records, problem.code) == ([], code)
    assert "line" in problem.message


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (f"{ROOT}{'<a>' * 99}{'</a>' * 99}</CERIF>", "depth"),
        (ROOT + "<a" + many(' a#="1"', 50) + "/></CERIF>", "attributes"),
        (ROOT + many("<a#/>", 4_900) + "</CERIF>", "names"),
        (f'{ROOT}<a b="{"x" * 900_000}"/></CERIF>', "token"),
    ],
)
def test_what_stays_below_the_limits_is_read(text: str, limit: str) -> None:
    assert read(text.encode()) == ([], []), limit


def test_a_record_that_is_too_large_costs_no_other() -> None:
    large = foreign.PERSON.replace("Erika", "x" * 1_200_000)
    records, (problem,) = read(foreign.cerif(foreign.UNIVERSITY, large, foreign.EVENT))
    assert [record.row for record in records] == [1, 3]
    assert (problem.row, problem.code) == (2, ProblemCode.XML_LIMIT)
    fits = foreign.PERSON.replace("Erika", "x" * 900_000)
    assert [record.row for record in read(foreign.cerif(fits))[0]] == [1]


def test_bytes_of_another_encoding_are_told_as_such() -> None:
    data = foreign.cerif(foreign.EVENT.replace("Karachi", "Zürich"))
    latin = data.decode().encode("latin-1")
    _, (problem,) = read(latin)
    assert problem.code is ProblemCode.ENCODING_INVALID
    (record,), _ = read(latin.replace(b"UTF-8", b"ISO-8859-1"))
    assert record.fields["place"] == "Zürich"
    (record,), _ = read(data.decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert record.fields["place"] == "Zürich"
    # A declared encoding that is not the file's.
    _, (problem,) = read(data.replace(b"UTF-8", b"UTF-16"))
    assert problem.code is ProblemCode.ENCODING_INVALID


def test_records_before_the_damage_are_imported_whatever_the_pieces() -> None:
    data = foreign.cerif(*foreign.ALL)
    whole = split(cerif.read_stream(foreign.Stream(data), PARTNER))
    assert whole == read(data)
    cut = data[: data.index(b"<Event")]
    records, (*_, problem) = split(cerif.read_stream(foreign.Stream(cut), PARTNER))
    assert len(records) == len(whole[0]) - 1
    assert problem.code is ProblemCode.FILE_TRUNCATED


def test_damaged_compression_is_told(tmp_path: Path) -> None:
    packed = zlib.compressobj(wbits=31)
    data = packed.compress(foreign.cerif(*foreign.ALL)) + packed.flush()
    file = tmp_path / "records.xml.gz"
    file.write_bytes(data)
    assert len(split(cerif.read(file, PARTNER))[0]) == 8
    file.write_bytes(data[:-20])
    assert split(cerif.read(file, PARTNER))[1][-1].code is ProblemCode.FILE_TRUNCATED


READ_MUCH = """
import resource, sys
from exchange import cerif
from tests import foreign
class Much:
    def __init__(self, megabytes):
        self.left = megabytes * 16
        self.body = "".join(foreign.ALL).encode()
        self.body *= 65536 // len(self.body)
    def read(self, size, /):
        if self.left < 0: return b""
        self.left -= 1
        if self.left == -1: return b"</CERIF>"
        return self.body
class Begun(Much):
    begun = False
    def read(self, size, /):
        if not self.begun:
            self.begun = True
            return f'<CERIF xmlns="{foreign.CERIF}">'.encode()
        return super().read(size)
found = sum(1 for _ in cerif.read_stream(Begun(int(sys.argv[1])), "p"))
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file() -> None:
    def most(megabytes: int) -> tuple[int, int]:
        command = [sys.executable, "-c", READ_MUCH, str(megabytes)]
        found, held = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return int(found), int(held)

    few, small = most(1)
    many, large = most(12)
    assert many > 10 * few
    # In kilobytes; the file grew by 11 MB.
    assert large - small < 4_000
    assert resource.getpagesize()


# Into the database --------------------------------------------------------------------------------


async def test_a_system_is_imported_twice_and_the_second_time_changes_nothing(
    fresh_dsn: str, tmp_path: Path
) -> None:
    await rows(fresh_dsn, "INSERT INTO common.partner (slug, name) VALUES ('example', 'Example')")
    file = tmp_path / "records.xml"
    file.write_bytes(foreign.cerif(*foreign.ALL))

    async def run() -> object:
        report = await Importer(fresh_dsn, owner=PARTNER).run(cerif.read(file, PARTNER))
        assert codes(report) == ["ORGANIZATION_NOT_MATCHED"]
        return {kind: counts(report, kind) for kind in sorted(report.counts)}

    assert await run() == {
        "EXPERT": {"CREATED": 1},
        "GOVERNMENT_BODY": {"CREATED": 1},
        "INSTITUTION": {"CREATED": 1},
        "MEETING": {"CREATED": 1},
        "PROGRAM": {"CREATED": 3},
        "RELATION": {"CREATED": 9},
        "SOURCE": {"CREATED": 1},
        "UNIVERSITY": {"CREATED": 1},
    }
    found = await rows(
        fresh_dsn,
        """SELECT r.role, s.slug AS subject, o.slug AS object FROM relation r
           JOIN entity s ON s.id = r.subject_id JOIN entity o ON o.id = r.object_id ORDER BY 1, 2, 3""",
    )
    assert [tuple(row.values()) for row in found] == [
        ("CONVENED", "university-of-example", "conference-on-examples"),
        ("EMPLOYED_BY", "erika-muster", "department-of-examples"),
        ("FUNDS", "ministry-of-examples", "examples-at-work"),
        ("FUNDS", "ministry-of-examples", "grant-5"),
        ("PARTICIPATES_IN", "erika-muster", "examples-at-work"),
        ("PARTICIPATES_IN", "examples-at-work", "grant-5"),
        ("PARTICIPATES_IN", "grant-5", "framework-of-examples"),
        ("PART_OF", "department-of-examples", "university-of-example"),
        ("RUNS", "university-of-example", "examples-at-work"),
    ]
    second = await run()
    assert {outcome for found in dict(second).values() for outcome in found} == {"UNCHANGED"}  # type: ignore[call-overload]


async def test_the_guidelines_own_examples_are_imported(fresh_dsn: str) -> None:
    await rows(fresh_dsn, "INSERT INTO common.partner (slug, name) VALUES ('example', 'Example')")
    found: Counter[str] = Counter()
    for name in ("orgunits", "persons", "fundings", "projects", "events"):
        file = real_file(f"openaire_cerif_example_{name}.xml")
        report = await Importer(fresh_dsn, owner=PARTNER).run(cerif.read(file, PARTNER))
        found.update({kind: counts(report, kind).get("CREATED", 0) for kind in report.counts})
        # Two ORCID iDs of the examples fail their check digit.
        assert codes(report) == (["IDENTIFIER_INVALID"] * 2 if name == "persons" else [])
    assert {kind: number for kind, number in found.items() if number} == {
        "SOURCE": 1,
        "UNIVERSITY": 2,
        "INSTITUTION": 9,
        "COMPANY": 1,
        "GOVERNMENT_BODY": 1,
        "EXPERT": 19,
        "PROGRAM": 15,
        "MEETING": 1,
        "RELATION": 30,
    }


def test_limits_are_those_of_the_page() -> None:
    page = (Path(__file__).parent.parent / "docs" / "formats.md").read_text()
    limits = (xml_records.MAX_DEPTH, xml_records.MAX_ATTRIBUTES, xml_records.MAX_NAMES)
    for limit in (*limits, cerif_profile.MAX_ID, cerif_profile.MAX_COUNTERPARTS):
        assert f"{limit:,}" in page
    for _, _, term in cerif_profile.COUNTERPARTS:
        vocabulary, _, name = term.removeprefix("https://w3id.org/cerif/vocab/").partition("#")
        assert f"`{vocabulary}#" in page
        assert f"#{name}`" in page
