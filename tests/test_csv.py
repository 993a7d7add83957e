"""CSV: templates that import as they are, cells and their meaning, and every way in which a file is wrong."""

import csv
import io
from pathlib import Path
from typing import Any

import orjson
import pytest

from exchange import csv_file, ndjson
from exchange.csv_columns import KINDS, columns_of
from exchange.csv_template import template
from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from exchange.record import Problem, ProblemCode, Record, UnreadableFile
from tests.imports import counts


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Reads a text, or bytes, as a CSV file."""

    def reader(content: str | bytes) -> list[Any]:
        file = tmp_path / "staff.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(csv_file.read(file))

    return reader


def record(found: list[Any]) -> Record:
    (only,) = found
    assert isinstance(only, Record), only
    return only


def problem(found: list[Any]) -> Problem:
    (only,) = found
    assert isinstance(only, Problem), only
    return only


async def test_every_template_imports_as_it_is(fresh_dsn: str, tmp_path: Path) -> None:
    for kind in map(str, FIELDS_OF):
        file = tmp_path / f"{kind}.csv"
        file.write_bytes(template(kind))
        report = await Importer(fresh_dsn).run(csv_file.read(file))
        assert counts(report, kind) == {"CREATED": 1}, report.problems
        assert not report.problems


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_all_columns_and_an_example_of_its_kind(kind: str, read: Any) -> None:
    header, example = csv.reader(io.StringIO(template(kind).decode()))
    assert header == ["kind", *columns_of(kind)]
    assert example[0] == kind
    assert not [item for item in read(template(kind)) if isinstance(item, Problem)]


def test_a_row_says_what_the_same_line_of_ndjson_says(read: Any) -> None:
    cells = {
        "kind": "ZONE", "slug": "a-zone", "name": '"Zone, ""A"""', "location.latitude": "24.86",
        "location.longitude": "-67.01", "area.value": "140", "area.unit": "ACRE", "notifiedOn": "2021-09",
        "identifiers": "PARTNER:north:7;WIKIDATA:Q42", "names": "زون@ur;A zone", "names.ACRONYM": "AZ",
        "statuses": "NOTIFIED [2021-12..];OPERATIONAL",
        "relations.TENANT_OF.from": "acme [2022..2023-06];PK_SEC:0012345",
        "city": "\\N", "source": "gazette",
    }  # fmt: skip
    line = {
        "kind": "ZONE", "slug": "a-zone", "name": 'Zone, "A"', "city": None, "source": "gazette",
        "location": {"latitude": 24.86, "longitude": -67.01}, "area": {"value": "140", "unit": "ACRE"},
        "notifiedOn": "2021-09",
        "identifiers": [
            {"scheme": "PARTNER", "partner": "north", "value": "7"},
            {"scheme": "WIKIDATA", "value": "Q42"},
        ],
        "names": [{"value": "زون", "lang": "ur"}, {"value": "A zone"}, {"value": "AZ", "type": "ACRONYM"}],
        "statuses": [{"status": "NOTIFIED", "since": "2021-12"}, {"status": "OPERATIONAL"}],
        "relations": [
            {"role": "TENANT_OF", "from": {"slug": "acme"}, "since": "2022", "until": "2023-06"},
            {"role": "TENANT_OF", "from": {"identifier": {"scheme": "PK_SEC", "value": "0012345"}}},
        ],
    }  # fmt: skip
    text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    (expected,) = ndjson.read_lines(io.BytesIO(b"\n" + orjson.dumps(line)), FIELDS_OF)
    assert record(read(text)) == expected


def test_an_empty_cell_says_nothing_and_a_null_empties(read: Any) -> None:
    found = record(read("kind,slug,city,website,domains\nUNIVERSITY,a,,\\N,a.example; b.example\n"))
    assert found.fields == {"website": None, "domains": ("a.example", "b.example")}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_formula_is_a_text_and_comes_back_escaped(read: Any, tmp_path: Path, sign: str) -> None:
    content = f"kind,slug,name,sizeClass\nCOMPANY,a,{sign}1+1,HUGE\n"
    assert problem(read(content)).code is ProblemCode.VALUE_INVALID
    back = b"".join(csv_file.pick(tmp_path / "staff.csv", {2}))
    assert f",'{sign}1+1,".encode() in back
    assert record(read(back.replace(b"HUGE", b"SME"))).fields["name"] == f"{sign}1+1"
    assert record(read(content.replace("HUGE", "SME"))).fields["name"] == f"{sign}1+1"


def test_bom_and_every_line_end_are_taken(read: Any) -> None:
    for content in ("\ufeffkind,slug\nSKILL,a\n", "kind,slug\r\nSKILL,a\r\n", "kind,slug\nSKILL,a"):
        (found,) = read(content)
        assert not isinstance(found, Problem)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("", "no header"),
        ("kind;slug;name", "separated by ';'"),
        ("kind\tslug\tname", "separated by"),
        ("kind,slug,slug", "twice"),
        ("slug,name", "no column kind"),
        ("kind,slug,sizeClas", "Did you mean sizeClass?"),
        ("kind,slug,relations.TENANT", "Did you mean relations.TENANT_OF?"),
    ],
)
def test_a_header_that_cannot_be_used_ends_the_file_with_a_hint(read: Any, header: str, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(header + "\nCOMPANY,a,b\n" if header else "")
    assert says in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_refused_at_the_header(read: Any, encoding: str) -> None:
    with pytest.raises(UnreadableFile):
        read("kind,slug,name\nCOMPANY,a,Ä\n".encode(encoding))


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("COMPANY,a,A,b", "SHAPE_INVALID", None),
        ("COMPANY,a", "SHAPE_INVALID", None),
        ('COMPANY,a,"A', "SHAPE_INVALID", None),
        ('COMPANY,a,"A" B', "SHAPE_INVALID", None),
        ("FIRM,a,A", "KIND_UNKNOWN", "kind"),
        (",a,A", "KIND_UNKNOWN", "kind"),
        ("COMPANY,,A", "KEY_MISSING", "slug"),
        (b"COMPANY,a,\xc4pfel", "ENCODING_INVALID", None),
        ("COMPANY,a," + 200_000 * "x", "SHAPE_INVALID", None),
        ("COMPANY,a," + 1_000_001 * "x", "LINE_TOO_LONG", None),
    ],
)
def test_a_wrong_row_costs_no_other(read: Any, row: str | bytes, code: str, column: str | None) -> None:
    line = row.encode() if isinstance(row, str) else row
    found = read(b"kind,slug,name\n" + line + b"\nCOMPANY,b,B\nCOMPANY,c,C\n")
    assert [(item.row, type(item).__name__) for item in found] == [
        (2, "Problem"),
        (3, "Record"),
        (4, "Record"),
    ]
    assert (found[0].code, found[0].field) == (code, column)
    assert found[0].hint


def test_a_column_of_another_kind_must_be_empty(read: Any) -> None:
    found = problem(read("kind,slug,name,regime\nCOMPANY,a,A,STZ\n"))
    assert (found.code, found.field) == ("FIELD_UNKNOWN", "regime")
    assert record(read("kind,slug,name,regime\nCOMPANY,a,A,\n")).slug == "a"


def test_rows_over_several_lines_count_from_their_first(read: Any) -> None:
    found = read('kind,slug,description\nCOMPANY,a,"one\ntwo"\nCOMPANY,b,x\n\n,,\nCOMPANY,c,y\n')
    assert [(item.row, item.slug) for item in found] == [(2, "a"), (4, "b"), (7, "c")]
    assert found[0].fields["description"] == "one\ntwo"


def test_a_quote_that_is_never_closed_holds_at_most_a_line_of_memory(read: Any) -> None:
    content = 'kind,slug,description\nCOMPANY,a,"open\n' + 40_000 * "COMPANY,b,and so on for a long while\n"
    found = read(content)
    assert problem(found[:1]).row == 2
    assert len(found) == 40_001
