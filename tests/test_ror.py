"""Dumps of the Research Organization Registry: mapping, broken rows, packed files, bounded memory."""

import gzip
import json
import tracemalloc
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exchange import json_list, ror
from exchange.record import (
    Direction,
    EntityKey,
    GeoPoint,
    Identifier,
    NameRecord,
    PartialDate,
    Problem,
    ProblemCode,
    Record,
    RelationRecord,
    SourceRecord,
    UnreadableFile,
)
from exchange.script import script_of
from models.vocabulary import (
    DatePrecision,
    IdentifierScheme,
    InstitutionType,
    Kind,
    NameType,
    RecordStatus,
    Role,
)
from tests.real_data import real_file

UVAS: dict[str, Any] = {
    "id": "https://ror.org/00g325k81",
    "domains": ["uvas.edu.pk"],
    "established": 1882,
    "external_ids": [
        {"type": "fundref", "preferred": "501100022170", "all": ["100000001", "501100022170"]},
        {"type": "isni", "preferred": None, "all": ["0000 0004 0609 0799"]},
        {"type": "grid", "preferred": "grid.412967.f", "all": ["grid.412967.f"]},
        {"type": "wikidata", "preferred": None, "all": ["Q7896529"]},
    ],
    "links": [
        {"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/UVAS"},
        {"type": "website", "value": "https://www.uvas.edu.pk"},
    ],
    "locations": [
        {
            "geonames_id": 1172451,
            "geonames_details": {
                "country_code": "PK",
                "country_subdivision_code": "PB",
                "lat": 31.558,
                "lng": 74.35071,
                "name": "Lahore",
            },
        }
    ],
    "names": [
        {"lang": None, "types": ["acronym"], "value": "UVAS"},
        {"lang": "en", "types": ["ror_display", "label"], "value": "University of Veterinary Sciences"},
        {"lang": "ur", "types": ["label"], "value": "یونیورسٹی آف ویٹرنری"},
        {"lang": "en", "types": ["alias", "label"], "value": "Veterinary University"},
    ],
    "relationships": [],
    "status": "active",
    "types": ["education", "funder"],
}
SMALLER, LARGER = "0006s4z66", "05bbbc791"
OTHERS = [f"https://ror.org/{value}" for value in ("021p6rb08", "05bbbc791", "00gt6pp04")]


def write(folder: Path, *items: object, indent: int | None = None) -> Path:
    path = folder / "dump.json"
    path.write_text(json.dumps(items, ensure_ascii=False, indent=indent))
    return path


def read(path: Path) -> tuple[list[Record], list[Problem]]:
    found = list(ror.read(path))
    assert isinstance(found[0], SourceRecord)
    return [x for x in found if isinstance(x, Record)], [x for x in found if isinstance(x, Problem)]


def only(folder: Path, **changes: object) -> Record:
    (record,), problems = read(write(folder, UVAS | changes))
    assert not problems
    return record


def test_a_record_is_mapped_whole(tmp_path: Path) -> None:
    assert only(tmp_path) == Record(
        row=1,
        kind=Kind.UNIVERSITY,
        fields={
            "name": "University of Veterinary Sciences",
            "record_status": RecordStatus.ACTIVE,
            "is_funder": True,
            "source_types": ("education", "funder"),
            "domains": ("uvas.edu.pk",),
            "country": "PK",
            "subdivision": "PK-PB",
            "city": "Lahore",
            "location": GeoPoint(31.558, 74.35071),
            "website": "https://www.uvas.edu.pk",
            "established_on": PartialDate(date(1882, 1, 1), DatePrecision.YEAR),
        },
        names=(
            NameRecord("UVAS", None, "Latn", NameType.ACRONYM),
            NameRecord("University of Veterinary Sciences", "en", "Latn", NameType.LABEL),
            NameRecord("یونیورسٹی آف ویٹرنری", "ur", "Arab", NameType.LABEL),
            NameRecord("Veterinary University", "en", "Latn", NameType.LABEL),
        ),
        identifiers=(
            Identifier(IdentifierScheme.ROR, "00g325k81"),
            Identifier(IdentifierScheme.CROSSREF_FUNDER, "501100022170"),
            Identifier(IdentifierScheme.CROSSREF_FUNDER, "100000001"),
            Identifier(IdentifierScheme.ISNI, "0000000406090799"),
            Identifier(IdentifierScheme.GRID, "grid.412967.f"),
            Identifier(IdentifierScheme.WIKIDATA, "Q7896529"),
        ),
        source="ror",
    )


@pytest.mark.parametrize(
    ("types", "kind", "institution_type", "is_funder"),
    [
        (["education"], Kind.UNIVERSITY, None, False),
        (["company", "education"], Kind.UNIVERSITY, None, False),
        (["government", "company", "funder"], Kind.COMPANY, None, True),
        (["facility", "government"], Kind.GOVERNMENT_BODY, None, False),
        (["nonprofit", "funder"], Kind.INSTITUTION, InstitutionType.NONPROFIT, True),
        (["nonprofit", "facility"], Kind.INSTITUTION, InstitutionType.FACILITY, False),
        (["facility", "healthcare"], Kind.INSTITUTION, InstitutionType.HEALTHCARE, False),
        (["archive"], Kind.INSTITUTION, InstitutionType.ARCHIVE, False),
        (["other"], Kind.INSTITUTION, InstitutionType.OTHER, False),
        (["funder"], Kind.INSTITUTION, InstitutionType.FUNDER, True),
    ],
)
def test_types_become_kinds(
    tmp_path: Path, types: list[str], kind: Kind, institution_type: InstitutionType | None, is_funder: bool
) -> None:
    record = only(tmp_path, types=types)
    assert record.kind is kind
    assert record.fields.get("type") is institution_type
    assert record.fields["is_funder"] is is_funder
    assert record.fields["source_types"] == tuple(types)


@pytest.mark.parametrize(
    ("stated", "other", "role", "direction"),
    [
        ("parent", LARGER, Role.PART_OF, Direction.OUT),
        ("child", LARGER, Role.PART_OF, Direction.IN),
        ("predecessor", LARGER, Role.SUCCEEDS, Direction.OUT),
        ("successor", LARGER, Role.SUCCEEDS, Direction.IN),
        ("related", LARGER, Role.RELATED_TO, Direction.OUT),
        ("related", SMALLER, Role.RELATED_TO, Direction.IN),
    ],
)
def test_relationships_get_one_direction(
    tmp_path: Path, stated: str, other: str, role: Role, direction: Direction
) -> None:
    stated_twice = [{"type": stated, "id": f"https://ror.org/{other}", "label": "x"}] * 2
    target = EntityKey(identifier=Identifier(IdentifierScheme.ROR, other))
    assert only(tmp_path, relationships=stated_twice).relations == (RelationRecord(role, direction, target),)


def test_a_company_is_founded_and_a_withdrawn_record_says_so(tmp_path: Path) -> None:
    record = only(tmp_path, types=["company"], status="withdrawn")
    assert str(record.fields["founded_on"]) == "1882"
    assert "established_on" not in record.fields
    assert record.fields["record_status"] is RecordStatus.WITHDRAWN


def test_what_the_registry_does_not_say_is_absent(tmp_path: Path) -> None:
    record = only(tmp_path, established=None, locations=[], links=[], external_ids=[])
    absent = {"established_on", "country", "subdivision", "city", "location", "website"}
    assert not absent & record.fields.keys()


def test_an_unknown_subdivision_is_left_out_and_counted(tmp_path: Path) -> None:
    details = UVAS["locations"][0]["geonames_details"] | {"country_subdivision_code": "ZZ"}
    counts: Counter[str] = Counter()
    path = write(tmp_path, UVAS | {"locations": [{"geonames_details": details}]})
    _, record = ror.read(path, counts)
    assert isinstance(record, Record)
    assert "subdivision" not in record.fields
    assert counts == {"SUBDIVISION_UNKNOWN": 1}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"external_ids": [{"type": "isni", "preferred": None, "all": ["0000 0004 1936 7301"]}]},
         ProblemCode.IDENTIFIER_INVALID, "external_ids"),
        ({"types": ["education", "academy"]}, ProblemCode.KIND_UNKNOWN, "types"),
        ({"established": -5}, ProblemCode.VALUE_INVALID, "established"),
        ({"relationships": [{"type": "rival", "id": "https://ror.org/05bbbc791"}]},
         ProblemCode.RELATION_INVALID, "relationships"),
        ({"relationships": [{"type": "child", "id": "https://ror.org/00g325k81"}]},
         ProblemCode.RELATION_INVALID, "relationships"),
        ({"relationships": [{"type": "child", "id": "https://ror.org/05bbbc792"}]},
         ProblemCode.IDENTIFIER_INVALID, "relationships"),
        ({"locations": [{"geonames_details": {"country_code": "PK", "lat": 91, "lng": 0}}]},
         ProblemCode.VALUE_INVALID, "locations"),
        ({"locations": [{"geonames_details": {"country_code": "QQ"}}]},
         ProblemCode.VALUE_INVALID, "locations"),
    ],
)  # fmt: skip
def test_a_bad_part_is_reported_and_the_record_stays(
    tmp_path: Path, changes: dict[str, Any], code: ProblemCode, field: str
) -> None:
    (record,), (problem,) = read(write(tmp_path, UVAS | changes))
    assert record.row == problem.row == 1
    assert (problem.id, problem.code, problem.field, problem.is_row_lost) == (UVAS["id"], code, field, False)
    assert not record.relations


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "https://ror.org/00g325k82"}, ProblemCode.IDENTIFIER_INVALID),
        ({"id": None}, ProblemCode.SHAPE_INVALID),
        ({"types": ["academy"]}, ProblemCode.KIND_UNKNOWN),
        ({"types": []}, ProblemCode.KIND_UNKNOWN),
        ({"types": "education"}, ProblemCode.SHAPE_INVALID),
        ({"status": "asleep"}, ProblemCode.VALUE_INVALID),
        ({"status": ["active"]}, ProblemCode.VALUE_INVALID),
        ({"names": []}, ProblemCode.FIELD_MISSING),
        ({"names": [{"value": 7, "lang": None, "types": []}]}, ProblemCode.SHAPE_INVALID),
        ({"names": ["x"]}, ProblemCode.SHAPE_INVALID),
        ({"external_ids": [{"type": "isni", "all": "x"}]}, ProblemCode.SHAPE_INVALID),
        ({"relationships": [{"id": 7}]}, ProblemCode.SHAPE_INVALID),
    ],
)
def test_a_bad_record_is_reported_and_costs_no_other(
    tmp_path: Path, changes: dict[str, Any], code: ProblemCode
) -> None:
    records, problems = read(write(tmp_path, UVAS | changes, UVAS))
    assert [record.row for record in records] == [2]
    assert [(p.row, p.code, p.is_row_lost) for p in problems] == [(1, code, True)]
    assert problems[0].hint


def _broken(folder: Path, damage: tuple[str, str], indent: int | None) -> Path:
    """Three records, of which the second has its first occurrence of one text replaced by another."""
    items = [UVAS | {"id": other} for other in OTHERS]
    texts = [json.dumps(item, ensure_ascii=False, indent=indent) for item in items]
    assert damage[0] in texts[1]
    texts[1] = texts[1].replace(*damage, 1)
    path = folder / "dump.json"
    path.write_bytes(("[\n" + ",\n".join(texts) + "\n]").encode("utf-8", "surrogateescape"))
    return path


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (('"domains": [', '"domains": '), ProblemCode.JSON_INVALID),
        (('"established": 1882', '"established": '), ProblemCode.JSON_INVALID),
        (('"established": 1882', '"established": NaN'), ProblemCode.JSON_INVALID),
        (('"established": 1882', '"established": ' + "1" * 5000), ProblemCode.JSON_INVALID),
        (('"uvas.edu.pk"', '"uvas.edu.pk'), ProblemCode.JSON_INVALID),
        (("uvas.edu.pk", "\\ud800"), ProblemCode.JSON_INVALID),
        (("uvas.edu.pk", "\\u0000"), ProblemCode.JSON_INVALID),
        (("uvas.edu.pk", "\udcff"), ProblemCode.ENCODING_INVALID),
        (("uvas.edu.pk", "\n"), ProblemCode.JSON_INVALID),
        (('{"', "garbage"), ProblemCode.JSON_INVALID),
    ],
)  # fmt: skip
def test_broken_json_is_reported_with_its_line_and_the_next_record_goes_on(
    tmp_path: Path, damage: tuple[str, str], code: ProblemCode, indent: int | None
) -> None:
    if indent and damage[0] in ('"domains": [', '{"'):
        damage = (damage[0].replace('{"', '{\n "'), damage[1])
    records, (problem,) = read(_broken(tmp_path, damage, indent))
    assert [str(record.key) for record in records] == ["ROR 021p6rb08", "ROR 00gt6pp04"]
    assert (problem.row, problem.code, problem.is_row_lost) == (2, code, True)
    assert "line" in problem.message
    if indent is None:
        assert "line 3, " in problem.message


def test_a_record_that_is_not_closed_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    texts = [json.dumps(UVAS | {"id": other}) for other in OTHERS]
    path.write_text(f"[{texts[0]},\n{texts[1][:-1]},\n{texts[2]}]")
    records, (problem,) = read(path)
    assert [str(record.key) for record in records] == ["ROR 021p6rb08", "ROR 00gt6pp04"]
    assert problem.code is ProblemCode.JSON_INVALID


def test_a_dump_that_breaks_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text("[" + json.dumps(UVAS) + ",\n" + json.dumps(UVAS)[:200])
    records, problems = read(path)
    assert len(records) == 1
    assert problems[-1].code is ProblemCode.FILE_TRUNCATED
    packed = tmp_path / "dump.json.gz"
    packed.write_bytes(gzip.compress(json.dumps([UVAS] * 2000).encode())[:-100])
    _, problems = read(packed)
    assert problems[-1].code is ProblemCode.FILE_TRUNCATED


def test_an_object_longer_than_the_limit_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_list, "MAX_OBJECT", 10_000)
    monkeypatch.setattr(json_list, "_CHUNK", 1000)
    long = UVAS | {"domains": ["x" * 20_000]}
    records, (problem,) = read(write(tmp_path, UVAS, long, UVAS))
    assert len(records) == 2
    assert problem.code is ProblemCode.JSON_INVALID


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_the_size_of_the_chunks_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    path = write(tmp_path, *[UVAS | {"id": other} for other in OTHERS])
    whole = list(ror.read(path))
    monkeypatch.setattr(json_list, "_CHUNK", chunk)
    assert list(ror.read(path)) == whole


def test_gz_and_zip_are_told_by_content_and_a_release_gives_its_v2_file(tmp_path: Path) -> None:
    plain = write(tmp_path, UVAS)
    expected = list(ror.read(plain))
    packed = tmp_path / "renamed.json"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(ror.read(packed)) == expected
    release = tmp_path / "release.zip"
    with zipfile.ZipFile(release, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("v1.50-2024-07-29-ror-data.json", "[]")
        archive.write(plain, "v1.50-2024-07-29-ror-data_schema_v2.json")
        archive.writestr("v1.50-2024-07-29-ror-data.csv", "id")
    assert list(ror.read(release)) == expected
    with zipfile.ZipFile(release, "w") as archive:
        archive.write(plain, "v2.0-2025-12-16-ror-data.json")
    assert list(ror.read(release)) == expected


def test_a_zip_without_a_clear_choice_and_a_v1_dump_are_refused(tmp_path: Path) -> None:
    release = tmp_path / "release.zip"
    with zipfile.ZipFile(release, "w") as archive:
        archive.writestr("a.json", "[]")
        archive.writestr("b.json", "[]")
    with pytest.raises(UnreadableFile, match=r"a\.json, b\.json"):
        list(ror.read(release))
    release.write_bytes(b"PK\x03\x04broken")
    with pytest.raises(UnreadableFile, match="damaged"):
        list(ror.read(release))
    with pytest.raises(UnreadableFile, match="version 2"):
        list(ror.read(write(tmp_path, {"id": "https://ror.org/05bbbc791", "name": "Old"})))
    with pytest.raises(UnreadableFile, match="not a JSON list"):
        list(ror.read(_text(tmp_path, "")))


def _text(folder: Path, text: str) -> Path:
    path = folder / "text.json"
    path.write_text(text)
    return path


def test_a_byte_order_mark_and_an_empty_list_are_fine(tmp_path: Path) -> None:
    assert read(_text(tmp_path, "\ufeff [ ] ")) == ([], [])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    record = json.dumps(UVAS, indent=1)
    with path.open("w") as file:
        file.write("[" + ",\n".join([record] * 8000) + "]")
    list(zip(range(10), ror.read(path), strict=False))
    tracemalloc.start()
    try:
        count = sum(isinstance(item, Record) for item in ror.read(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 8000
    assert path.stat().st_size > 11_000_000
    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("text", "lang", "script"),
    [
        ("ETH Zürich", "de", "Latn"),
        ("جامعہ کراچی", "ur", "Arab"),
        ("Московский университет", "ru", "Cyrl"),
        ("東京大学", "ja", "Jpan"),
        ("清华大学", "zh", "Hani"),
        ("トヨタ", None, "Jpan"),
        ("서울대학교", "ko", "Kore"),
        ("Ελλάδα", "el", "Grek"),
        ("ไทย", "th", "Thai"),
        ("हिन्दी", "hi", "Deva"),
        ("12-34", None, None),
        ("—", None, None),
    ],
)
def test_the_script_is_told_from_the_characters(text: str, lang: str | None, script: str | None) -> None:
    assert script_of(text, lang) == script


def test_the_world_file_is_read_with_exactly_its_known_faults() -> None:
    kinds: Counter[str] = Counter()
    problems: list[Problem] = []
    unsaid = 0
    for item in ror.read(real_file("ror_v2_world.json.gz")):
        if isinstance(item, Record):
            kinds[item.kind] += 1
            unsaid += sum(name.script is None for name in item.names or () if name.value.isalpha())
        elif isinstance(item, Problem):
            problems.append(item)
    assert kinds == {
        Kind.INSTITUTION: 17073,
        Kind.UNIVERSITY: 10260,
        Kind.COMPANY: 5014,
        Kind.GOVERNMENT_BODY: 2880,
    }
    assert not any(problem.is_row_lost for problem in problems)
    assert Counter(problem.code for problem in problems) == {
        ProblemCode.IDENTIFIER_INVALID: 6,
        ProblemCode.RELATION_INVALID: 3,
    }
    assert "https://ror.org/01zz42w05" in {problem.id for problem in problems if "ISNI" in problem.message}
    assert unsaid == 0


def test_the_pakistani_records_have_their_provinces() -> None:
    records, problems = read(real_file("ror_v2_pakistan.json"))
    assert len(records) == 198
    assert not problems
    assert {r.fields["country"] for r in records} == {"PK"}
    assert {r.fields.get("subdivision") for r in records} >= {"PK-PB", "PK-SD", "PK-KP", "PK-IS"}
