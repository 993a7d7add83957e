"""The university list of Hipo."""

import json
from pathlib import Path
from typing import Any

import pytest

from exchange import hipo
from exchange.places import domain_of, subdivision_code
from exchange.record import EntityKey, Problem, ProblemCode, Record, SourceRecord, UnreadableFile
from tests.real_data import real_file

ITU = {
    "web_pages": ["https://itu.edu.pk/"],
    "name": " Information Technology University, Lahore ",
    "alpha_two_code": "PK",
    "state-province": "Panjab",
    "domains": ["ITU.edu.pk", "itu.edu.pk"],
    "country": "Pakistan",
}


def read(folder: Path, *items: dict[str, Any]) -> tuple[list[Record], list[Problem]]:
    path = folder / "universities.json"
    path.write_text(json.dumps(items))
    found = list(hipo.read(path))
    return [x for x in found if isinstance(x, Record)], [x for x in found if isinstance(x, Problem)]


def test_a_university_is_keyed_by_its_domain_only(tmp_path: Path) -> None:
    (record,), problems = read(tmp_path, ITU)
    assert not problems
    assert record.keys == (EntityKey(domain="itu.edu.pk"),)
    assert record.identifiers is None
    assert record.fields == {
        "name": "Information Technology University, Lahore",
        "domains": ("itu.edu.pk",),
        "country": "PK",
        "subdivision": "PK-PB",
        "website": "https://itu.edu.pk/",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Punjab", "PK-PB"),
        ("Panjab", "PK-PB"),
        ("PUNJAB ", "PK-PB"),
        ("KP", "PK-KP"),
        ("Khyber Pakhtunkhwa", "PK-KP"),
        ("N.W.F.P.", None),
        ("NWFP", "PK-KP"),
        ("Islamabad", "PK-IS"),
        ("Sindh", "PK-SD"),
        ("PK-SD", "PK-SD"),
        ("sd", "PK-SD"),
        ("Balochistan", "PK-BA"),
        ("Gilgit-Baltistan", "PK-GB"),
        ("Azad Jammu & Kashmir", "PK-JK"),
        ("Atlantis", None),
    ],
)
def test_provinces_in_every_spelling_become_codes(text: str, code: str | None) -> None:
    assert subdivision_code("PK", text) == code


def test_a_subdivision_of_another_country_is_not_taken() -> None:
    assert subdivision_code("PK", "IN-PB") is None
    assert subdivision_code("IN", "Punjab") == "IN-PB"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("http://www.UOK.edu.pk/home?x=1", "uok.edu.pk"),
        ("uok.edu.pk.", "uok.edu.pk"),
        ("www.uok.edu.pk:8080", "uok.edu.pk"),
        ("not a domain", None),
        ("localhost", None),
        ("10.0.0.1", None),
        ("", None),
    ],
)
def test_domains_are_told_from_anything_else(text: str, domain: str | None) -> None:
    assert domain_of(text) == domain


def test_a_university_without_domain_or_name_is_lost_and_reported(tmp_path: Path) -> None:
    records, problems = read(tmp_path, ITU | {"domains": ["x"]}, ITU | {"name": ""}, ITU)
    assert [record.row for record in records] == [3]
    assert [(p.row, p.code, p.is_row_lost) for p in problems] == [
        (1, ProblemCode.VALUE_INVALID, False),
        (1, ProblemCode.KEY_MISSING, True),
        (2, ProblemCode.FIELD_MISSING, True),
    ]


def test_an_unknown_province_costs_only_the_province(tmp_path: Path) -> None:
    (record,), (problem,) = read(tmp_path, ITU | {"state-province": "Atlantis"})
    assert "subdivision" not in record.fields
    assert (problem.code, problem.field, problem.is_row_lost) == (
        ProblemCode.VALUE_INVALID,
        "state-province",
        False,
    )


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')
    with pytest.raises(UnreadableFile, match="not a JSON list"):
        list(hipo.read(path))


def test_the_real_list_is_read_without_a_problem() -> None:
    source, *found = hipo.read(real_file("hipo_universities_pk.json"))
    assert isinstance(source, SourceRecord)
    records = [item for item in found if isinstance(item, Record)]
    assert len(records) == len(found) == 136
    provinces = [record.fields.get("subdivision") for record in records]
    assert {code: provinces.count(code) for code in {*provinces}} == {
        None: 80,
        "PK-PB": 25,
        "PK-SD": 18,
        "PK-KP": 10,
        "PK-BA": 2,
        "PK-IS": 1,
    }
