"""What exports give: the records of a GraphQL read with the same `where`, in the shape that the importer
takes, in every format."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from exchange import csv_file
from exchange.csv_cells import escaped, joined, split, unescaped
from exchange.exporter import PAGE_ROWS, Wishes
from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from exchange.ndjson import read_lines
from models.database import Database
from models.vocabulary import Kind
from resolvers.errors import BadUserInput, LimitExceeded, Unavailable
from resolvers.viewer import ANONYMOUS, Viewer
from tests.cerif_rules import broken
from tests.conftest import EDITOR, NORTH, PATIENT, VIEWERS, run
from tests.exports import EXPORTER, exported, records
from tests.imports import imported, rows

JOINS = ("fundingRoundInvestors", "expertSkills", "programSkills", "needSkills")
ROOTS = [name for name in EXPORTER.kinds if name not in ("sources", *JOINS)]


# -- the round trip ---------------------------------------------------------------------------------


async def everything(database: Database, viewer: Viewer) -> dict[str, bytes]:
    return {name: await exported(database, name, viewer=viewer, is_full=True) for name in EXPORTER.kinds}


async def test_what_is_exported_can_be_imported_and_is_the_same(sample: Database, fresh_dsn: str) -> None:
    before = await everything(sample, EDITOR)
    # Sources are named by all others, records by facts.
    files = b"".join([before["sources"], *(found for name, found in before.items() if name != "sources")])
    report = await Importer(fresh_dsn).run(read_lines(io.BytesIO(files), FIELDS_OF))
    assert report.problems == []
    other = Database(fresh_dsn, **PATIENT)
    await other.open()
    try:
        after = await everything(other, EDITOR)
    finally:
        await other.close()
    assert after.keys() == before.keys()
    # Sources and what joins two records are found by slugs and ends, and have new ids.
    for name, found in before.items():
        is_renewed = name in ("sources", *JOINS)
        assert told(after[name], is_renewed) == told(found, is_renewed), name
    counted = "SELECT count(*) AS n FROM relation UNION ALL SELECT count(*) FROM assertion WHERE NOT is_own"
    assert await rows(fresh_dsn, counted) == await rows(sample.dsn, counted)


def told(file: bytes, is_renewed: bool) -> list[str]:
    lines = [orjson.loads(line) for line in file.splitlines()]
    if is_renewed:
        lines = [{key: value for key, value in line.items() if key != "id"} for line in lines]
    return sorted(json.dumps(line, sort_keys=True) for line in lines)


async def test_reading_an_export_back_changes_nothing(sample: Database) -> None:
    file = b"".join([await exported(sample, name, viewer=EDITOR, is_full=True, has_trailer=True) for name in
                     ("sources", "zones", "experts", "licences", "needs")])  # fmt: skip
    report = await Importer(sample.dsn).run(read_lines(io.BytesIO(file), FIELDS_OF), dry_run=True)
    assert report.problems == []
    changed = {
        (kind, str(outcome)) for kind, counts in report.counts.items() for outcome, n in counts.items() if n
    }
    assert {outcome for _, outcome in changed} == {"UNCHANGED"}


# -- the same rows as a read ------------------------------------------------------------------------


@pytest.mark.parametrize("level", VIEWERS)
@pytest.mark.parametrize("name", ROOTS)
async def test_each_kind_gives_the_records_of_the_list(
    graph_database: Database, name: str, level: str
) -> None:
    viewer = VIEWERS[level]
    query = f"{{ {name}(first: 1000, asOf: null) {{ totalCount nodes {{ id }} }} }}"
    listed = (await run(graph_database, query, viewer=viewer))["data"][name]
    found = await records(graph_database, name, viewer, is_full=True)
    assert [one["id"] for one in found] == sorted(one["id"] for one in listed["nodes"])
    assert len(found) == listed["totalCount"] > 0
    for form in ("csv", "parquet"):
        other = await exported(graph_database, name, form, viewer)
        ids = pq.read_table(io.BytesIO(other))["id"].to_pylist() if form == "parquet" else [
            row["id"] for row in csv.DictReader(io.StringIO(other.decode()))
        ]  # fmt: skip
        assert ids == [one["id"] for one in found]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("companies", {"name": {"contains": "a"}, "country": {"eq": "PK"}}),
        (
            "companies",
            {"or": [{"sizeClass": {"in": ["SME"]}}, {"not": {"foundedOn": {"gte": "2015-01-01"}}}]},
        ),
        ("companies", {"zones": {"some": {"subdivision": {"eq": "PK-SD"}}}}),
        ("zones", {"area": {"gt": "10.5"}}),
        ("experts", {"recordStatus": {"in": ["WITHDRAWN", "ACTIVE"]}}),
        ("licences", {"zone": {"regime": {"eq": "STZ"}}}),
        ("companies", {"or": []}),
    ],
)
async def test_where_means_what_it_means_in_graphql(graph_database: Database, name: str, where: Any) -> None:
    type_ = EXPORTER.kinds[name].target.name
    query = f"query($w: {type_}Where) {{ {name}(first: 1000, where: $w, asOf: null) {{ nodes {{ id }} }} }}"
    listed = (await run(graph_database, query, {"w": where}, NORTH))["data"][name]["nodes"]
    found = await records(graph_database, name, NORTH, where=where, fields="audience")
    assert [one["id"] for one in found] == sorted(one["id"] for one in listed)


async def test_as_of_is_a_day_of_facts_and_relations(sample: Database) -> None:
    query = '{ licences(first: 1000, asOf: "2024-06-30") { nodes { id } } }'
    listed = (await run(sample, query))["data"]["licences"]["nodes"]
    found = await records(sample, "licences", as_of="2024-06-30")
    assert sorted(one["id"] for one in listed) == [one["id"] for one in found]
    assert len(found) < len(await records(sample, "licences"))
    ended = await records(sample, "experts", extras=("relations",), as_of="2024-06-30")
    whole = await records(sample, "experts", extras=("relations",))
    assert sum(len(one["relations"]) for one in ended) < sum(len(one["relations"]) for one in whole)


# -- pages, fields, ends ----------------------------------------------------------------------------


async def test_an_export_goes_on_after_any_record_without_loss_or_repeat(sample: Database) -> None:
    whole = await exported(sample, "expertSkills")
    lines = whole.splitlines(keepends=True)
    assert len(lines) > 2 * PAGE_ROWS
    for place in (0, PAGE_ROWS - 1, PAGE_ROWS, len(lines) - 1):
        rest = await exported(sample, "expertSkills", after=orjson.loads(lines[place])["id"])
        assert rest == b"".join(lines[place + 1 :])


async def test_first_limits_and_the_last_line_tells_where_to_go_on(graph_database: Database) -> None:
    some = (await exported(graph_database, "companies", first="3", has_trailer=True)).splitlines()
    *lines, end = map(orjson.loads, some)
    assert end == {"kind": "END", "rows": 3, "next": lines[-1]["id"]}
    rest = await records(graph_database, "companies", after=end["next"], has_trailer=True)
    assert rest[-1] == {"kind": "END", "rows": len(rest) - 1, "next": None}
    assert [one["id"] for one in lines + rest[:-1]] == [
        one["id"] for one in await records(graph_database, "companies")
    ]


async def test_fields_choose_what_a_line_has(graph_database: Database) -> None:
    (one,) = await records(graph_database, "companies", fields="updatedAt, sizeClass,owner", first="1")
    assert list(one) == ["kind", "id", "slug", "sizeClass", "owner", "updatedAt"]
    (one,) = await records(graph_database, "companies", first="1")
    assert "relations" not in one
    assert set(one) - {"kind", "id", "slug", "identifiers", "names", "source"} == set(FIELDS_OF[Kind.COMPANY])


def named(count: int) -> str:
    return json.dumps({"name": {"in": ["x"] * count}})


@pytest.mark.parametrize(
    ("name", "form", "wishes", "code"),
    [
        ("company", "ndjson", {}, "NOT_FOUND"),
        ("companies", "xls", {}, "NOT_FOUND"),
        ("companies", "csv", {"fields": "sizeclass"}, "BAD_USER_INPUT"),
        ("companies", "csv", {"fields": " , "}, "BAD_USER_INPUT"),
        ("companies", "csv", {"fields": "relations"}, "BAD_USER_INPUT"),
        ("companies", "csv", {"extras": ("relations",)}, "BAD_USER_INPUT"),
        ("licences", "ndjson", {"extras": ("relations",)}, "BAD_USER_INPUT"),
        ("zones", "ror.json", {}, "NOT_FOUND"),
        ("zones", "cerif.xml", {}, "NOT_FOUND"),
        ("companies", "ror.json", {"fields": "name"}, "BAD_USER_INPUT"),
        ("companies", "cerif.xml", {"extras": ("relations",)}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": "{"}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": "[]"}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": '{"nme": {"eq": "x"}}'}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": '{"name": {"eq": 1}}'}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": '{"name": {"eq": null}}'}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": '{"id": {"eq": "x"}}'}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"where": named(251)}, "FILTER_LIMIT"),
        ("companies", "ndjson", {"where": '{"not":' * 7 + "{}" + "}" * 7}, "FILTER_LIMIT"),
        ("companies", "ndjson", {"where": '{"not":' * 900 + "{}" + "}" * 900}, "FILTER_LIMIT"),
        ("companies", "ndjson", {"where": '{"not":' * 2000 + "{}" + "}" * 2000}, "BAD_USER_INPUT"),
        ("companies", "ndjson", {"after": "x"}, "INVALID_CURSOR"),
        ("companies", "ndjson", {"first": "0"}, "PAGE_SIZE"),
        ("companies", "ndjson", {"first": "-1"}, "PAGE_SIZE"),
        ("companies", "ndjson", {"first": "2147483648"}, "PAGE_SIZE"),
        ("companies", "ndjson", {"first": "²"}, "PAGE_SIZE"),
        ("companies", "ndjson", {"as_of": "2024-02-30"}, "BAD_USER_INPUT"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code_and_a_hint(
    name: str, form: str, wishes: dict[str, Any], code: str
) -> None:
    with pytest.raises((BadUserInput, LimitExceeded)) as refused:
        EXPORTER.prepare(name, form, Wishes(**wishes), ANONYMOUS)
    assert refused.value.code == code
    assert refused.value.hint


def test_limits_let_pass_what_just_fits() -> None:
    fitting: tuple[dict[str, Any], ...] = (
        {"first": "1"},
        {"first": "2147483647"},
        {"where": '{"not":' * 5 + "{}" + "}" * 5},
        {"where": named(250)},
    )
    for wishes in fitting:
        EXPORTER.prepare("companies", "ndjson", Wishes(**wishes), ANONYMOUS)


# -- CSV --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''", "plain", "a'b", "="])
def test_no_cell_is_a_formula_and_reading_takes_the_apostrophe_off(text: str) -> None:
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b"], ["a;b", "c\\d", "\\;"], ["a\\", "b"], ["ü;", ";"]])
def test_lists_in_cells_keep_their_values(values: list[str]) -> None:
    assert split(joined(values)) == values


async def test_csv_has_a_column_for_each_part_and_no_formula(fresh_dsn: str) -> None:
    evil = '=HYPERLINK("http://x.example","y")'
    program = {
        "kind": "PROGRAM",
        "slug": "p",
        "name": evil,
        "programKind": "TRAINING",
        "description": 'a\nb;"c"',
        "budget": {"amount": "-12345678901234567890.12", "currency": "PKR"},
        "fields": ["0613", "0612"],
        "location": {"latitude": -1.5, "longitude": 67},
        "opensOn": "2025-01-31",
        "identifiers": [{"scheme": "DOI", "value": "10.1234/x;y"}],
    }
    report = await imported(fresh_dsn, program)
    assert report.problems == []
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    try:
        file = (await exported(database, "programs", "csv")).decode()
    finally:
        await database.close()
    (row,) = csv.DictReader(io.StringIO(file, newline=""))
    assert row["name"] == f"'{evil}"
    assert row["description"] == 'a\nb;"c"'
    assert (row["budget.amount"], row["budget.currency"]) == ("-12345678901234567890.12", "PKR")
    assert (row["location.latitude"], row["location.longitude"]) == ("-1.5", "67")
    assert row["fields"] == "0613;0612"
    assert row["opensOn"] == "2025-01-31"
    assert row["identifiers"] == r"DOI:10.1234/x\;y"


async def test_csv_has_names_by_type_and_language(sample: Database) -> None:
    where = {"slug": {"eq": "university-of-karachi"}}
    file = (await exported(sample, "universities", "csv", where=where)).decode()
    (row,) = csv.DictReader(io.StringIO(file, newline=""))
    assert split(unescaped(row["names"])) == ["University of Karachi@en", "جامعہ کراچی@ur"]
    assert row["names.ACRONYM"] == "KU"
    assert "ROR:05bbbc791" in split(row["identifiers"])


async def test_csv_can_be_read_back_and_changes_nothing(sample: Database, tmp_path: Path) -> None:
    for name in (
        "universities",
        "zones",
        "programs",
        "experts",
        "licences",
        "exportStatistics",
        "expertSkills",
    ):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(await exported(sample, name, "csv", EDITOR))
        report = await Importer(sample.dsn).run(csv_file.read(file), dry_run=True)
        assert report.problems == []
        outcomes = {str(outcome): n for outcome, n in report.counts[EXPORTER.kinds[name].kind].items() if n}
        assert outcomes == {"UNCHANGED": len(await records(sample, name, EDITOR))}


# -- ROR and CERIF ------------------------------------------------------------------------------------


async def test_organizations_as_ror_with_both_ends_of_relations(sample: Database) -> None:
    found = orjson.loads(await exported(sample, "universities", "ror.json"))
    assert len(found) == len(await records(sample, "universities"))
    (karachi,) = (one for one in found if one["id"] == "https://ror.org/05bbbc791")
    assert karachi["relationships"] == [{
        "type": "related", "id": "https://ror.org/024ghrf67",
        "label": "International Center for Chemical and Biological Sciences",
    }]  # fmt: skip
    (centre,) = (
        one
        for one in orjson.loads(await exported(sample, "institutions", "ror.json"))
        if one["id"] == "https://ror.org/024ghrf67"
    )
    assert [one["id"] for one in centre["relationships"]] == ["https://ror.org/05bbbc791"]
    assert orjson.loads(await exported(sample, "universities", "ror.json", where={"or": []})) == []


async def test_cerif_has_a_valid_element_for_each_record_of_its_profile(sample: Database) -> None:
    tags = {"experts": "Person", "meetings": "Event", "programs": "Funding"}
    for name in ("universities", "institutions", "companies", "governmentBodies", "investors", *tags):
        root = ElementTree.fromstring(await exported(sample, name, "cerif.xml"))
        assert {one.tag.partition("}")[2] for one in root} == {tags.get(name, "OrgUnit")}
        assert [problem for one in root for problem in broken(one)] == []
        assert len(root) == len(await records(sample, name)) or name == "programs"
    project = (await exported(sample, "programs", "cerif.xml")).decode()
    assert '<OrgUnit id="OrgUnits/lantern-innovation-fund">' in project


# -- Parquet ----------------------------------------------------------------------------------------


async def test_parquet_has_types_and_loses_no_digit(fresh_dsn: str) -> None:
    amount = "123456789012345678901234567890.123456789"
    wide = "9" * 40 + "." + "7" * 15
    lines = [
        {"kind": "PROGRAM", "slug": "p", "name": "P", "programKind": "TRAINING", "opensOn": "2025-01-31",
         "budget": {"amount": amount, "currency": "PKR"}, "fields": ["0613"]},
        {"kind": "PROGRAM", "slug": "q", "name": "Q", "programKind": "TRAINING"},
        {"kind": "UNIVERSITY", "slug": "u", "name": "U", "establishedOn": "1951-09", "studentCount": 12},
        {"kind": "ZONE", "slug": "z", "name": "Z", "regime": "STZ", "modality": "VIRTUAL",
         "area": {"value": wide, "unit": "ACRE"}, "statuses": [{"status": "NOTIFIED", "since": "2021"}]},
    ]  # fmt: skip
    assert (await imported(fresh_dsn, *lines)).problems == []
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    try:
        programs, universities, zones = [
            pq.read_table(io.BytesIO(await exported(database, name, "parquet", fields=fields)))
            for name, fields in (
                ("programs", "budget,fields,opensOn,createdAt"),
                ("universities", "establishedOn,studentCount"),
                ("zones", "area,statuses"),
            )
        ]
    finally:
        await database.close()
    first, second = programs.to_pylist()
    assert first["budget"] == {"amount": Decimal(amount), "currency": "PKR"}
    assert str(first["opensOn"]) == "2025-01-31"
    assert (first["fields"], second["budget"]) == (["0613"], None)
    assert str(programs.schema.field("createdAt").type) == "timestamp[us, tz=UTC]"
    assert str(universities.schema.field("studentCount").type) == "int64"
    (university,) = universities.to_pylist()
    assert str(university["establishedOn"]["date"]) == "1951-09-01"
    assert university["establishedOn"]["precision"] == "MONTH"
    (zone,) = zones.to_pylist()
    assert zone["area"] == {"value": Decimal(wide), "unit": "ACRE"}
    assert zone["statuses"] == [{"status": "NOTIFIED", "since": "2021", "until": None, "source": None}]


async def test_parquet_tells_how_many_and_where_to_go_on(graph_database: Database) -> None:
    file = pq.ParquetFile(io.BytesIO(await exported(graph_database, "companies", "parquet", first="3")))
    told = file.schema_arrow.metadata | file.metadata.metadata
    last = file.read()["id"].to_pylist()[-1]
    assert told[b"triplehelix.kind"] == b"COMPANY"
    assert (told[b"triplehelix.rows"], told[b"triplehelix.next"]) == (b"3", last.encode())
    none = pq.read_table(io.BytesIO(await exported(graph_database, "companies", "parquet", where={"or": []})))
    assert (none.num_rows, "sizeClass" in none.column_names) == (0, True)


def test_without_the_library_the_answer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Unavailable, match="pyarrow") as refused:
        EXPORTER.prepare("companies", "parquet", Wishes(), ANONYMOUS)
    assert (refused.value.code, refused.value.http_status) == ("FORMAT_UNAVAILABLE", 501)
    assert "triple-helix[parquet]" in str(refused.value.hint)
