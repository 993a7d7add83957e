"""Records of ORCID and of GLEIF: what is taken, what stays private, and how organizations are found."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from exchange import gleif, json_list, orcid
from exchange.importer import Importer
from exchange.record import Direction, PartialDate, Problem, ProblemCode, Record, UnreadableFile
from models.vocabulary import Kind, NameType, RecordStatus, Role
from tests import foreign
from tests.foreign import split
from tests.imports import codes, counts, imported, rows
from tests.real_data import real_file


def read(reader: Any, *records: Any) -> tuple[list[Record], list[Problem]]:
    """The records as a list; texts as they are."""
    text = records[0] if isinstance(records[0], str) else json.dumps(records)
    return split(reader.read_stream(io.BytesIO(text.encode())))


# ORCID ---------------------------------------------------------------------------------------------


def test_a_person_has_what_the_record_shows_to_everybody() -> None:
    (record,), (problem,) = read(orcid, foreign.orcid())
    assert record.kind is Kind.EXPERT
    assert str(record.key) == "ORCID 0000-0002-1825-0097"
    assert record.fields == {
        "name": "Erika Muster",
        "given_name": "Erika",
        "family_name": "Muster",
        "description": "Teaches examples.",
        "website": "https://first.example",
        "email": None,
        "residence_country": "PK",
    }
    assert [(name.value, name.type) for name in record.names or ()] == [
        ("Erika Muster", NameType.LABEL),
        ("E. Muster", NameType.ALIAS),
    ]
    (work,) = record.relations
    assert (work.role, work.direction, str(work.target)) == (Role.EMPLOYED_BY, Direction.OUT, "ROR 05bbbc791")
    assert (work.since, work.until, work.title) == (PartialDate.parse("2015-02"), None, "Lecturer")
    assert (problem.code, problem.field, problem.is_row_lost) == (
        ProblemCode.ORGANIZATION_NOT_MATCHED,
        "activities-summary.educations",
        False,
    )
    assert "University of Example" in problem.message


@pytest.mark.parametrize("visibility", ["limited", "private", "", None])
def test_nothing_is_taken_that_is_not_marked_as_public(visibility: str | None) -> None:
    text = json.dumps(foreign.orcid()).replace('"public"', json.dumps(visibility)).replace('"PUBLIC"', "null")
    records, (problem,) = read(orcid, f"[{text}]")
    assert (records, problem.code, problem.field) == ([], ProblemCode.FIELD_MISSING, "person.name")
    found = json.loads(text)
    found["person"]["name"]["visibility"] = "public"
    (record,), problems = read(orcid, found)
    assert not problems
    assert {key for key, value in record.fields.items() if value} == {"name", "given_name", "family_name"}
    assert len(record.names or ()) == 1
    assert record.relations == ()


def test_records_come_in_a_list_one_a_line_or_alone() -> None:
    one = json.dumps(foreign.orcid())
    for text, number in (
        (one, 1),
        (f"[{one},{one}]", 2),
        (f"{one}\n{one}\n", 2),
        (f" {json.dumps(one)[1:-1]}", 0),
    ):
        if number:
            assert len(read(orcid, text)[0]) == number
    records, problems = read(orcid, f"{one}\n{{broken\n{one}\n")
    assert [record.row for record in records] == [1, 3]
    assert "JSON_INVALID" in [str(problem.code) for problem in problems]
    with pytest.raises(UnreadableFile, match="neither"):
        read(orcid, "orcid")


def test_what_is_no_record_or_has_a_wrong_identifier_is_refused() -> None:
    wrong = foreign.orcid(**{"orcid-identifier": {"path": "0000-0002-1825-0098"}})
    deprecated = {"response-code": 409, "developer-message": "409 Conflict"}
    bare = foreign.orcid(person=None)
    records, problems = read(orcid, wrong, deprecated, bare)
    assert not records
    assert [str(one.code) for one in problems] == ["IDENTIFIER_INVALID", "SHAPE_INVALID", "SHAPE_INVALID"]


def test_a_deactivated_record_withdraws_the_person() -> None:
    (record,), _ = read(orcid, foreign.orcid(history={"deactivation-date": {"value": 1}}))
    assert record.fields == {"record_status": RecordStatus.WITHDRAWN}


def test_wrong_dates_and_organizations_cost_only_themselves() -> None:
    ends = foreign.affiliation() | {"end-date": {"year": {"value": "2014"}}}
    month = foreign.affiliation() | {"start-date": {"year": {"value": "2015"}, "month": {"value": "13"}}}
    grid = foreign.affiliation(source="grid", value="grid.1")
    summaries = [{"summaries": [{"employment-summary": one}]} for one in (ends, month, grid)]
    found = foreign.orcid(**{"activities-summary": {"employments": {"affiliation-group": summaries}}})
    (record,), problems = read(orcid, found)
    # The two that lost their dates say the same.
    assert [one.since for one in record.relations] == [None]
    assert [str(one.code) for one in problems] == ["VALUE_INVALID", "VALUE_INVALID", "IDENTIFIER_INVALID"]


async def test_a_person_is_joined_to_organizations_that_are_here(fresh_dsn: str, tmp_path: Path) -> None:
    university = {"kind": "UNIVERSITY", "slug": "uoe", "name": "University of Example"}
    ror = {"identifiers": [{"scheme": "ROR", "value": "05bbbc791"}]}
    namesake = {"kind": "UNIVERSITY", "slug": "uoe-2", "name": "University of Example"}
    await imported(fresh_dsn, university | ror, namesake)
    file = tmp_path / "records.json"
    file.write_text(json.dumps(foreign.orcid()))
    report = await Importer(fresh_dsn).run(orcid.read(file))
    assert (counts(report, "EXPERT"), counts(report, "RELATION")) == ({"CREATED": 1}, {"CREATED": 1})
    found = await rows(fresh_dsn, "SELECT e.slug FROM relation r JOIN entity e ON e.id = r.object_id")
    assert [row["slug"] for row in found] == ["uoe"]
    again = await Importer(fresh_dsn).run(orcid.read(file))
    assert counts(again, "EXPERT") == {"UNCHANGED": 1}
    hidden = foreign.orcid()
    hidden["person"]["biography"]["visibility"] = "private"
    file.write_text(json.dumps(hidden))
    await Importer(fresh_dsn).run(orcid.read(file))
    (person,) = await rows(fresh_dsn, "SELECT description, website FROM entity WHERE kind = 'EXPERT'")
    assert tuple(person.values()) == (None, "https://first.example")


async def test_orcids_own_sample_is_imported(fresh_dsn: str) -> None:
    file = real_file("orcid_record_full_3.0_sample.json")
    report = await Importer(fresh_dsn).run(orcid.read(file))
    assert counts(report, "EXPERT") == {"CREATED": 1}
    # Its organizations are funders that are not here; of two educations at one of them each is the other.
    assert codes(report) == ["RELATION_DANGLING"] * 3
    assert report.dangling == 3


# GLEIF ---------------------------------------------------------------------------------------------


def test_a_company_has_its_lei_legal_name_and_headquarters() -> None:
    (record,), problems = read(gleif, foreign.gleif())
    assert not problems
    assert (record.kind, str(record.key)) == (Kind.COMPANY, "LEI 9845001B2AD43E664E58")
    assert record.fields == {
        "name": "Example Works Ltd",
        "legal_name": "Example Works Ltd",
        "record_status": RecordStatus.ACTIVE,
        "country": "PK",
        "subdivision": "PK-SD",
        "city": "Karachi",
        "founded_on": PartialDate.parse("2019-03-27"),
    }
    assert [(name.value, name.type) for name in record.names or ()] == [
        ("Example Works Ltd", NameType.OFFICIAL),
        ("ExWorks", NameType.ALIAS),
    ]


@pytest.mark.parametrize(
    ("registration", "entity", "status"),
    [
        ("ISSUED", "ACTIVE", RecordStatus.ACTIVE),
        ("LAPSED", "ACTIVE", RecordStatus.ACTIVE),
        ("LAPSED", "INACTIVE", RecordStatus.INACTIVE),
        ("RETIRED", "INACTIVE", RecordStatus.INACTIVE),
        ("MERGED", "INACTIVE", RecordStatus.INACTIVE),
        ("ANNULLED", "ACTIVE", RecordStatus.WITHDRAWN),
        ("DUPLICATE", "ACTIVE", RecordStatus.WITHDRAWN),
        ("ISSUED", "NULL", None),
    ],
)
def test_the_company_and_not_its_registration_is_active(
    registration: str, entity: str, status: RecordStatus | None
) -> None:
    (record,), _ = read(gleif, foreign.gleif(registration=registration, status=entity))
    assert record.fields.get("record_status") is status


def test_successors_take_the_place_of_the_company() -> None:
    lei = "549300LBI3LRIZ2V8V66"
    several = [
        {"lei": lei, "name": "Next"},
        {"lei": None, "name": "Unknown Ltd"},
        {"lei": "X", "name": "Bad"},
    ]
    one = foreign.gleif(successorEntity={"lei": lei, "name": "Next"}, successorEntities=several)
    (record,), problems = read(gleif, one)
    (successor,) = record.relations
    assert (successor.role, successor.direction) == (Role.SUCCEEDS, Direction.IN)
    assert str(successor.target) == f"LEI {lei}"
    assert [str(problem.code) for problem in problems] == ["ORGANIZATION_NOT_MATCHED", "IDENTIFIER_INVALID"]


def test_answers_pages_and_lines_are_read_alike() -> None:
    one = foreign.gleif()
    for text in (
        json.dumps({"meta": {}, "data": one}),
        json.dumps({"data": [one, one]}),
        json.dumps([one, {"data": one}]),
        f"{json.dumps(one)}\n{json.dumps(one)}",
    ):
        records, problems = read(gleif, text)
        assert [record.row for record in records] == list(range(1, len(records) + 1))
        assert (len(records) in (1, 2), problems) == (True, [])


def test_wrong_records_of_gleif_are_refused_one_by_one() -> None:
    shapeless: Any = {"data": [7, {"attributes": []}]}
    wrong, nameless = foreign.gleif(lei="9845001B2AD43E664E59"), foreign.gleif(legalName=None)
    elsewhere = foreign.gleif(headquartersAddress={"country": "Atlantis"})
    records, problems = read(gleif, shapeless, wrong, nameless, elsewhere)
    assert [record.row for record in records] == [5]
    assert "country" not in records[0].fields
    assert [(one.row, str(one.code)) for one in problems] == [
        (1, "SHAPE_INVALID"),
        (2, "SHAPE_INVALID"),
        (3, "IDENTIFIER_INVALID"),
        (4, "FIELD_MISSING"),
        (5, "VALUE_INVALID"),
    ]


async def test_real_lei_records_are_imported(fresh_dsn: str) -> None:
    for name in ("549300LBI3LRIZ2V8V66_lapsed", "9845001B2AD43E664E58_issued"):
        report = await Importer(fresh_dsn).run(gleif.read(real_file(f"gleif_lei_{name}.json")))
        assert (counts(report, "COMPANY"), codes(report)) == ({"CREATED": 1}, [])
    found = await rows(fresh_dsn, "SELECT country, subdivision, record_status FROM entity ORDER BY country")
    assert [tuple(row.values()) for row in found] == [("IE", "IE-D", "ACTIVE"), ("IN", "IN-HR", "ACTIVE")]


def test_a_list_that_is_made_to_be_hard_to_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    one = json.dumps(foreign.orcid())
    hard = '[{"":' + '{"":' * 2_000 + f"\n,{one}]"
    # Below the limit what comes behind is found, above it the rest is given up, and told.
    records, problems = read(orcid, hard)
    assert [len(records), *(str(problem.code) for problem in problems if problem.row == 1)] == [
        1,
        "JSON_INVALID",
    ]
    monkeypatch.setattr(json_list, "MAX_WASTED", 100_000)
    records, problems = read(orcid, hard)
    assert not records
    assert [str(problem.code) for problem in problems] == ["JSON_INVALID", "FILE_TRUNCATED"]
    assert "too much" in problems[1].message
