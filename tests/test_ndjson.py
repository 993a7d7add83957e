"""Our own NDJSON: every shape there and back, and every way a line can be wrong."""

import datetime as dt
import gzip
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.fact_fields import FactRecord
from exchange.ndjson import MAX_LINE, read, read_lines, write
from exchange.record import (
    Area,
    AssertionRecord,
    Direction,
    EntityKey,
    GeoPoint,
    Identifier,
    Money,
    NameRecord,
    PartialDate,
    Problem,
    ProblemCode,
    Record,
    RelationRecord,
    SourceRecord,
    StatusRecord,
    columns,
)
from exchange.values import FieldSpec, FieldType
from models.vocabulary import (
    AreaUnit,
    DatePrecision,
    IdentifierScheme,
    Kind,
    NameType,
    Role,
    SizeClass,
    SourceKind,
    ZoneStatus,
)

SHARED = {
    "name": FieldSpec("name"),
    "website": FieldSpec("website"),
    "country": FieldSpec("country", FieldType.COUNTRY),
    "subdivision": FieldSpec("subdivision", FieldType.SUBDIVISION),
    "location": FieldSpec("location", FieldType.LOCATION),
}
FIELDS: Mapping[Kind, Mapping[str, FieldSpec]] = dict.fromkeys(Kind, SHARED) | {
    Kind.COMPANY: SHARED
    | {
        "legalName": FieldSpec("legal_name"),
        "sizeClass": FieldSpec("size_class", FieldType.ENUM, SizeClass),
        "foundedOn": FieldSpec("founded_on", FieldType.PARTIAL_DATE),
        "employeeCount": FieldSpec("employee_count", FieldType.INTEGER),
        "verticals": FieldSpec("verticals", is_list=True),
        "isFreelancer": FieldSpec("is_freelancer", FieldType.BOOLEAN),
    },
    Kind.ZONE: SHARED | {"area": FieldSpec("area", FieldType.AREA)},
    Kind.PROGRAM: SHARED
    | {
        "budget": FieldSpec("budget", FieldType.MONEY),
        "opensOn": FieldSpec("opens_on", FieldType.DATE),
        "score": FieldSpec("score", FieldType.FLOAT),
        "share": FieldSpec("share", FieldType.DECIMAL),
        "seenAt": FieldSpec("seen_at", FieldType.TIMESTAMP),
    },
}
ACME: dict[str, Any] = {"kind": "COMPANY", "slug": "acme", "name": "Acme"}


def lines(*items: object) -> list[Record | SourceRecord | FactRecord | Problem]:
    """What is read from lines given as bytes, text or JSON values."""
    raw = [
        item if isinstance(item, bytes) else (item if isinstance(item, str) else json.dumps(item)).encode()
        for item in items
    ]
    return list(read_lines(io.BytesIO(b"\n".join(raw)), FIELDS))


def record(**changes: object) -> Record:
    (found,) = lines(ACME | changes)
    assert isinstance(found, Record), found
    return found


def problem(item: object) -> Problem:
    (found,) = lines(item)
    assert isinstance(found, Problem), found
    return found


def test_a_line_becomes_its_mirror() -> None:
    line = {
        "kind": "COMPANY",
        "id": "01890A5D-AC96-774B-BCCE-B302099A8057",
        "slug": "acme",
        "identifiers": [
            {"scheme": "LEI", "value": "lei:9845 001B 2AD4 3E66 4E58"},
            {"scheme": "PARTNER", "partner": "secp", "value": "17"},
        ],
        "name": "Acme",
        "names": [{"value": "ایکمی", "lang": "ur"}, {"value": "ACM", "type": "ACRONYM", "script": None}],
        "sizeClass": "SME",
        "foundedOn": "2021-09",
        "employeeCount": 40,
        "verticals": ["FINTECH"],
        "isFreelancer": False,
        "website": None,
        "location": {"latitude": 24.86, "longitude": 67},
        "relations": [
            {"role": "TENANT_OF", "to": {"slug": "stz-a"}, "since": "2021", "source": "gazette"},
            {
                "role": "FOUNDED",
                "from": {"identifier": {"scheme": "ORCID", "value": "0000000218250097"}},
                "title": "Founder",
                "until": None,
            },
        ],
        "source": "register",
    }
    lei = Identifier(IdentifierScheme.LEI, "9845001B2AD43E664E58")
    orcid = Identifier(IdentifierScheme.ORCID, "0000-0002-1825-0097")
    (found,) = lines(line)
    assert found == Record(
        row=1,
        kind=Kind.COMPANY,
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        slug="acme",
        fields={
            "name": "Acme",
            "website": None,
            "location": GeoPoint(24.86, 67.0),
            "size_class": SizeClass.SME,
            "founded_on": PartialDate(dt.date(2021, 9, 1), DatePrecision.MONTH),
            "employee_count": 40,
            "verticals": ("FINTECH",),
            "is_freelancer": False,
        },
        names=(NameRecord("ایکمی", "ur", "Arab"), NameRecord("ACM", None, None, NameType.ACRONYM)),
        identifiers=(lei, Identifier(IdentifierScheme.PARTNER, "17", "secp")),
        relations=(
            RelationRecord(
                Role.TENANT_OF,
                Direction.OUT,
                EntityKey(slug="stz-a"),
                since=PartialDate(dt.date(2021, 1, 1), DatePrecision.YEAR),
                source_key="gazette",
            ),
            RelationRecord(Role.FOUNDED, Direction.IN, EntityKey(identifier=orcid), title="Founder"),
        ),
        source="register",
    )
    assert isinstance(found, Record)
    assert [str(key) for key in found.keys] == [str(found.id), str(lei), "PARTNER secp/17", "acme"]


def test_absent_says_nothing_and_an_empty_list_says_none() -> None:
    assert record().names is None
    assert record().identifiers is None
    assert record(names=[], identifiers=[]).names == ()
    assert record(names=[], identifiers=[]).identifiers == ()


def test_sources_statuses_and_assertions_are_read() -> None:
    zone = {
        "kind": "ZONE",
        "slug": "islamabad-technopolis",
        "statuses": [{"status": "NOTIFIED", "since": "2021-12", "source": "gazette"}],
        "assertions": [{"field": "area", "value": {"value": 140, "unit": "ACRE"}, "source": "gazette"}],
    }
    gazette = {
        "kind": "SOURCE",
        "slug": "gazette",
        "title": "Gazette",
        "sourceKind": "OFFICIAL",
        "publishedOn": "2021",
        "url": "https://example.org",
        "licence": "x",
        "publisher": "y",
    }
    source, found = lines(gazette, zone)
    assert source == SourceRecord(
        1, "gazette", "Gazette", SourceKind.OFFICIAL, "https://example.org", "y",
        PartialDate(dt.date(2021, 1, 1), DatePrecision.YEAR), "x",
    )  # fmt: skip
    assert isinstance(found, Record)
    since = PartialDate(dt.date(2021, 12, 1), DatePrecision.MONTH)
    assert found.statuses == (StatusRecord(ZoneStatus.NOTIFIED, since, None, "gazette"),)
    assert found.assertions == (AssertionRecord("area", Area(Decimal(140), AreaUnit.ACRE), "gazette"),)


WRONG_LINES = [
    ({"kind": "COMPNAY", "slug": "a"}, ProblemCode.KIND_UNKNOWN, "kind", "COMPANY"),
    ({"slug": "a"}, ProblemCode.KIND_UNKNOWN, "kind", "UNIVERSITY"),
    ({"kind": ["COMPANY"], "slug": "a"}, ProblemCode.KIND_UNKNOWN, "kind", "COMPANY"),
    (ACME | {"sizeclass": "SME"}, ProblemCode.FIELD_UNKNOWN, "sizeclass", "sizeClass"),
    (ACME | {"legal_name": "x"}, ProblemCode.FIELD_UNKNOWN, "legal_name", "legalName"),
    (ACME | {"area": 1}, ProblemCode.FIELD_UNKNOWN, "area", "COMPANY line has"),
    (ACME | {"statuses": []}, ProblemCode.FIELD_UNKNOWN, "statuses", ""),
    ({"kind": "COMPANY", "name": "Acme"}, ProblemCode.KEY_MISSING, "slug", "second import"),
    (ACME | {"slug": "a b"}, ProblemCode.VALUE_INVALID, "slug", "spaces"),
    (ACME | {"id": "1"}, ProblemCode.VALUE_INVALID, "id", "UUID"),
    (ACME | {"name": " "}, ProblemCode.VALUE_INVALID, "name", "null"),
    (ACME | {"name": 7}, ProblemCode.VALUE_INVALID, "name", "quotes"),
    (ACME | {"name": "a\0"}, ProblemCode.VALUE_INVALID, "name", "Remove"),
    (ACME | {"sizeClass": "sme"}, ProblemCode.VALUE_INVALID, "sizeClass", "Did you mean SME?"),
    (ACME | {"employeeCount": "40"}, ProblemCode.VALUE_INVALID, "employeeCount", "without quotes"),
    (ACME | {"employeeCount": True}, ProblemCode.VALUE_INVALID, "employeeCount", ""),
    (ACME | {"employeeCount": 2**31}, ProblemCode.VALUE_INVALID, "employeeCount", "2^31"),
    (ACME | {"employeeCount": 1.5}, ProblemCode.VALUE_INVALID, "employeeCount", ""),
    (ACME | {"isFreelancer": "no"}, ProblemCode.VALUE_INVALID, "isFreelancer", "true or false"),
    (ACME | {"verticals": "FINTECH"}, ProblemCode.VALUE_INVALID, "verticals", "brackets"),
    (ACME | {"foundedOn": "2021-13"}, ProblemCode.VALUE_INVALID, "foundedOn", "2021-09"),
    (ACME | {"foundedOn": "2021-02-30"}, ProblemCode.VALUE_INVALID, "foundedOn", ""),
    (ACME | {"foundedOn": 2021}, ProblemCode.VALUE_INVALID, "foundedOn", ""),
    (ACME | {"country": "pk"}, ProblemCode.VALUE_INVALID, "country", "PK"),
    (ACME | {"subdivision": "PK-XX"}, ProblemCode.VALUE_INVALID, "subdivision", "PK-SD"),
    (ACME | {"location": {"latitude": 91, "longitude": 0}}, ProblemCode.VALUE_INVALID, "location", "-90"),
    (ACME | {"location": {"latitude": 1}}, ProblemCode.VALUE_INVALID, "location", "exactly"),
    (ACME | {"identifiers": {}}, ProblemCode.SHAPE_INVALID, "identifiers", "[ ]"),
    (ACME | {"identifiers": ["x"]}, ProblemCode.SHAPE_INVALID, "identifiers[0]", "{ }"),
    (ACME | {"identifiers": [{"scheme": "LEI", "value": "9845001B2AD43E664E59"}]},
     ProblemCode.IDENTIFIER_INVALID, "identifiers[0].value", "9845001B2AD43E664E58"),
    (ACME | {"identifiers": [{"scheme": "LEI"}]},
     ProblemCode.FIELD_MISSING, "identifiers[0].value", "value"),
    (ACME | {"identifiers": [{"scheme": "PARTNER", "value": "17"}]},
     ProblemCode.IDENTIFIER_INVALID, "identifiers[0].partner", "slug"),
    (ACME | {"identifiers": [{"scheme": "RR", "value": "17"}]},
     ProblemCode.VALUE_INVALID, "identifiers[0].scheme", "ROR"),
    (ACME | {"names": [{"value": "x", "lang": "Urdu"}]},
     ProblemCode.VALUE_INVALID, "names[0].lang", "ur"),
    (ACME | {"names": [{"value": "x", "script": "arabic"}]},
     ProblemCode.VALUE_INVALID, "names[0].script", "Arab"),
    (ACME | {"names": [{"value": "x", "langs": "ur"}]},
     ProblemCode.FIELD_UNKNOWN, "names[0].langs", "lang"),
    (ACME | {"relations": [{"role": "TENANT_OFF", "to": {"slug": "z"}}]},
     ProblemCode.VALUE_INVALID, "relations[0].role", "TENANT_OF"),
    (ACME | {"relations": [{"role": "TENANT_OF"}]},
     ProblemCode.RELATION_INVALID, "relations[0]", "subject"),
    (ACME | {"relations": [{"role": "TENANT_OF", "from": {"slug": "z"}}]},
     ProblemCode.RELATION_INVALID, "relations[0].from", "ZONE; or write to"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": {"slug": "z", "id": "y"}}]},
     ProblemCode.RELATION_INVALID, "relations[0].to", "slug"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": "z"}]},
     ProblemCode.RELATION_INVALID, "relations[0].to", "slug"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": {"identifier": "z"}}]},
     ProblemCode.RELATION_INVALID, "relations[0].to", "scheme"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": {"identifier": {"scheme": "ROR", "value": "0"}}}]},
     ProblemCode.IDENTIFIER_INVALID, "relations[0].to.value", "ror.org"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": {"name": "z"}}]},
     ProblemCode.FIELD_UNKNOWN, "relations[0].to.name", "slug"),
    (ACME | {"relations": [{"role": "TENANT_OF", "to": {"slug": "z"}, "since": "2022", "until": "2021"}]},
     ProblemCode.VALUE_INVALID, "relations[0].until", "last"),
    (ACME | {"assertions": [{"field": "name", "value": "x"}]},
     ProblemCode.FIELD_MISSING, "assertions[0].source", "source"),
    (ACME | {"assertions": [{"field": "legalname", "value": "x", "source": "s"}]},
     ProblemCode.FIELD_UNKNOWN, "assertions[0].field", "legalName"),
    ({"kind": "ZONE", "slug": "z", "area": {"value": 0, "unit": "ACRE"}},
     ProblemCode.VALUE_INVALID, "area", "above zero"),
    ({"kind": "ZONE", "slug": "z", "area": {"value": 1, "unit": "ACRES"}},
     ProblemCode.VALUE_INVALID, "area", "ACRE"),
    ({"kind": "ZONE", "slug": "z", "statuses": [{"status": "NOTIFY"}]},
     ProblemCode.VALUE_INVALID, "statuses[0].status", "NOTIFIED"),
    ({"kind": "PROGRAM", "slug": "p", "budget": {"amount": "1", "currency": "RUPEE"}},
     ProblemCode.VALUE_INVALID, "budget", "PKR"),
    ({"kind": "PROGRAM", "slug": "p", "budget": {"amount": "1,5", "currency": "PKR"}},
     ProblemCode.VALUE_INVALID, "budget", "1250000.50"),
    ({"kind": "PROGRAM", "slug": "p", "budget": {"amount": "NaN", "currency": "PKR"}},
     ProblemCode.VALUE_INVALID, "budget", ""),
    ({"kind": "PROGRAM", "slug": "p", "share": "1e999"}, ProblemCode.VALUE_INVALID, "share", "60"),
    ({"kind": "PROGRAM", "slug": "p", "score": "1"}, ProblemCode.VALUE_INVALID, "score", "quotes"),
    ({"kind": "PROGRAM", "slug": "p", "opensOn": "2021"}, ProblemCode.VALUE_INVALID, "opensOn", "whole"),
    ({"kind": "PROGRAM", "slug": "p", "seenAt": "2021-01-01T00:00:00"},
     ProblemCode.VALUE_INVALID, "seenAt", "Z"),
    ({"kind": "PROGRAM", "slug": "p", "seenAt": "0001-01-01T00:00:00+14:00"},
     ProblemCode.VALUE_INVALID, "seenAt", "between"),
    ({"kind": "SOURCE", "slug": "s", "title": "t"}, ProblemCode.FIELD_MISSING, "sourceKind", "sourceKind"),
    ({"kind": "SOURCE", "slug": "s", "title": "t", "sourceKind": "NEWS", "licens": "x"},
     ProblemCode.FIELD_UNKNOWN, "licens", "licence"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code", "field", "hint"), WRONG_LINES)
def test_a_wrong_line_is_refused_with_place_and_hint(
    line: dict[str, Any], code: ProblemCode, field: str, hint: str
) -> None:
    found = problem(line)
    assert (found.row, found.code, found.field, found.is_row_lost) == (1, code, field, True)
    assert hint in found.hint
    assert found.message.endswith(".")
    assert found.hint[-1] in ".?"
    assert found.id == line.get("id", line.get("slug"))


def test_all_problems_of_a_line_are_reported_at_once() -> None:
    line = ACME | {"sizeClass": "BIG", "employeeCount": "x", "legalNam": "y", "names": [{}, {"value": 1}]}
    found = lines(line)
    assert [item.field for item in found if isinstance(item, Problem)] == [
        "legalNam",
        "sizeClass",
        "employeeCount",
        "names[0].value",
        "names[1].value",
    ]
    assert len(found) == 5


UNREADABLE = [
    (b'{"kind":', ProblemCode.JSON_INVALID, "line 2"),
    (b'{"kind":"COMPANY","slug":"\xff"}', ProblemCode.ENCODING_INVALID, "byte 27"),
    (b'{"kind":"COMPANY","slug":"\\ud800"}', ProblemCode.JSON_INVALID, "column"),
    (b'{"kind":"COMPANY","slug":"a","employeeCount":NaN}', ProblemCode.JSON_INVALID, "column"),
    (b'{"kind":"COMPANY","slug":"a","slug":"b"}', ProblemCode.DUPLICATE_KEY, "'slug'"),
    (b'{"kind":"COMPANY","x":{"y":1,"y":2}}', ProblemCode.DUPLICATE_KEY, "'y'"),
    (b'{"kind":"COMPANY","x":' + b"9" * 5000 + b"}", ProblemCode.JSON_INVALID, "number"),
    (b"[" * 900 + b"]" * 900, ProblemCode.SHAPE_INVALID, "object"),
    (b"[" * 100_000, ProblemCode.JSON_INVALID, ""),
    (b"[]", ProblemCode.SHAPE_INVALID, "object"),
    (b"7", ProblemCode.SHAPE_INVALID, "object"),
    (b'{"kind":"COMPANY","slug":"' + b"a" * MAX_LINE + b'"}', ProblemCode.LINE_TOO_LONG, "1,000,000"),
    (b" " * (2 * MAX_LINE + 7), ProblemCode.LINE_TOO_LONG, "1,000,000"),
]


@pytest.mark.parametrize(("line", "code", "words"), UNREADABLE)
def test_an_unreadable_line_is_reported_by_its_number_and_costs_no_other(
    line: bytes, code: ProblemCode, words: str
) -> None:
    before, found, after = lines(ACME, line, ACME)
    assert isinstance(before, Record)
    assert isinstance(after, Record)
    assert isinstance(found, Problem)
    assert (found.row, found.code) == (2, code)
    assert words.lower() in found.message.lower()
    assert after.row == 3


def test_empty_lines_count_and_the_last_needs_no_newline() -> None:
    found = lines("", ACME, "  ", ACME)
    assert [item.row for item in found] == [2, 4]


def test_a_line_of_exactly_the_limit_is_read() -> None:
    line = json.dumps(ACME | {"name": "x"}).encode()
    padded = line + b" " * (MAX_LINE - len(line))
    assert [type(item) for item in lines(padded, padded)] == [Record, Record]


def test_a_file_may_be_packed_and_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ACME).encode() + b"\r\n")
    expected = [record()]
    assert list(read(path, FIELDS)) == expected
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert list(read(path, FIELDS)) == expected
    path.write_bytes(path.read_bytes()[:-10])
    assert list(read(path, FIELDS))[-1].code is ProblemCode.FILE_TRUNCATED  # type: ignore[union-attr]


def test_partial_dates_know_their_last_day() -> None:
    for text, last in [("2021", "2021-12-31"), ("2024-02", "2024-02-29"), ("2021-09-11", "2021-09-11")]:
        date = PartialDate.parse(text)
        assert str(date) == text
        assert date.last_day == dt.date.fromisoformat(last)


def test_values_of_several_parts_become_several_columns() -> None:
    fields: dict[str, object] = {
        "founded_on": PartialDate.parse("2021"),
        "location": GeoPoint(1.0, 2.0),
        "budget": Money(Decimal(5), "PKR"),
        "area": Area(Decimal(3), AreaUnit.KANAL),
        "name": "x",
    }
    assert columns(fields) == {
        "founded_on": dt.date(2021, 1, 1),
        "founded_on_precision": DatePrecision.YEAR,
        "latitude": 1.0,
        "longitude": 2.0,
        "budget_amount": Decimal(5),
        "budget_currency": "PKR",
        "area_value": Decimal(3),
        "area_unit": AreaUnit.KANAL,
        "name": "x",
    }


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    str.strip
)
SLUGS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True)
DATES = st.builds(
    lambda date, length: PartialDate.parse(date.isoformat()[:length]), st.dates(), st.sampled_from([4, 7, 10])
)
IDENTIFIERS = st.sampled_from(
    [
        Identifier(IdentifierScheme.ROR, "05bbbc791"),
        Identifier(IdentifierScheme.DOI, "10.5281/zenodo.1234"),
        Identifier(IdentifierScheme.PARTNER, "a b", "secp"),
    ]
)
KEYS = st.one_of(
    st.builds(lambda id_: EntityKey(id=id_), st.uuids()),
    st.builds(lambda slug: EntityKey(slug=slug), SLUGS),
    st.builds(lambda one: EntityKey(identifier=one), IDENTIFIERS),
)
NUMBERS = st.decimals(-(10**24), 10**24, allow_nan=False, places=3)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "name": TEXTS,
    "country": st.sampled_from(["PK", "XK"]),
    "location": st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    "budget": st.builds(Money, NUMBERS, st.sampled_from(["PKR", "USD"])),
    "opens_on": st.dates(),
    "score": st.floats(allow_nan=False, allow_infinity=False),
    "share": NUMBERS,
    "seen_at": st.datetimes(timezones=st.just(dt.UTC)),
}
PERIODS = st.tuples(st.none() | DATES, st.none() | DATES).map(
    lambda ends: (None, ends[1]) if ends[0] and ends[1] and ends[1].last_day < ends[0].date else ends
)
RELATIONS = st.builds(
    lambda key, period, title, source: RelationRecord(
        Role.RELATED_TO, Direction.IN, key, period[0], period[1], title, source
    ),
    KEYS,
    PERIODS,
    st.none() | TEXTS,
    st.none() | SLUGS,
)
RECORDS = st.builds(
    Record,
    row=st.just(1),
    kind=st.just(Kind.PROGRAM),
    id=st.none() | st.uuids(),
    slug=SLUGS,
    fields=st.fixed_dictionaries({}, optional={key: st.none() | value for key, value in VALUES.items()}),
    names=st.none()
    | st.lists(
        st.builds(
            NameRecord,
            TEXTS,
            st.none() | st.just("ur"),
            st.none() | st.just("Arab"),
            st.sampled_from(NameType),
        ),
        unique=True,
        max_size=3,
    ).map(tuple),
    identifiers=st.none() | st.lists(IDENTIFIERS, unique=True).map(tuple),
    relations=st.lists(RELATIONS, unique=True, max_size=3).map(tuple),
    statuses=st.just(()),
    assertions=st.lists(
        st.builds(AssertionRecord, st.just("budget"), VALUES["budget"], SLUGS), unique=True, max_size=2
    ).map(tuple),
    source=st.none() | SLUGS,
    matches_domains=st.just(()),
)


# No deadline: how long an example takes depends on what else the machine does, and is not tested here.
@settings(deadline=None)
@given(RECORDS)
def test_writing_is_the_inverse_of_reading(item: Record) -> None:
    written = write(item)
    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert lines(written) == [item]


def test_zones_and_sources_are_written_too() -> None:
    since = PartialDate.parse("2021-12")
    zone = Record(
        row=1,
        kind=Kind.ZONE,
        slug="z",
        fields={"area": Area(Decimal("140.50"), AreaUnit.ACRE)},
        statuses=(StatusRecord(ZoneStatus.NOTIFIED, since, None, "gazette"),),
    )
    assert lines(write(zone)) == [zone]
    source = SourceRecord(1, "s", "T", SourceKind.NEWS, None, "p", since, None)
    assert lines(write(source)) == [source]


def test_the_documentation_explains_every_problem_code_and_its_example_is_read() -> None:
    text = (Path(__file__).parent.parent / "docs" / "importing.md").read_text()
    for code in ProblemCode:
        assert f"| `{code}` |" in text
    example = text.split("```json\n")[1].split("```")[0].encode()
    zone = {**FIELDS[Kind.ZONE], "regime": FieldSpec("regime"), "modality": FieldSpec("modality")}
    found = list(read_lines(io.BytesIO(example), {**FIELDS, Kind.ZONE: zone}))
    assert [type(item) for item in found] == [SourceRecord, Record, Record]
