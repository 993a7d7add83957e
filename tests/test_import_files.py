"""Whole files: Hipo's list beside a registry, an import that is killed, the command and what it shows."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest
from rich.console import Console

from exchange import hipo
from exchange.console import progress, summary
from exchange.fields import COLUMNS_OF, FIELDS_OF
from exchange.importer import Importer
from exchange.report import Report
from models import Base, kind_models
from models.vocabulary import Kind
from tests.imports import codes, contents, counts, imported, rows, value
from tests.processes import python

REGISTRY = {"kind": "SOURCE", "slug": "ror", "title": "ROR", "sourceKind": "REGISTRY"}
PIEAS = {
    "kind": "UNIVERSITY", "slug": "pieas", "source": "ror", "country": "PK", "name": "PIEAS University",
    "identifiers": [{"scheme": "ROR", "value": "04d4mbk19"}], "domains": ["pieas.edu.pk"],
}  # fmt: skip
UOK = {
    "kind": "UNIVERSITY", "slug": "uok", "source": "ror", "country": "PK", "name": "University of Karachi",
    "identifiers": [{"scheme": "ROR", "value": "05bbbc791"}], "website": "http://www.uok.edu.pk/index.php",
}  # fmt: skip


@pytest.fixture
def hipo_list(tmp_path: Path) -> Path:
    def row(name: str, domain: str, province: str | None = None) -> dict[str, object]:
        return {"name": name, "domains": [domain], "web_pages": [f"http://{domain}/"], "country": "Pakistan",
                "alpha_two_code": "PK", "state-province": province}  # fmt: skip

    file = tmp_path / "universities.json"
    file.write_text(
        json.dumps(
            [
                row("Pakistan Institute of Engineering", "pieas.edu.pk", "Islamabad"),
                row("Karachi University", "uok.edu.pk"),
                row("Karachi University Campus", "campus.example"),
                row("Something Else", "else.example"),
            ]
        )
    )
    return file


async def test_a_list_without_identifiers_is_matched_by_domain_and_never_by_name(
    fresh_dsn: str, hipo_list: Path
) -> None:
    await imported(fresh_dsn, REGISTRY, PIEAS, UOK)
    report = await Importer(fresh_dsn).run(hipo.read(hipo_list))
    assert counts(report, "UNIVERSITY") == {"UPDATED": 2, "CREATED": 2}
    query = """
        SELECT e.slug, s.slug AS source, e.name, e.subdivision
        FROM entity e JOIN source s ON s.id = e.source_id
    """
    assert {tuple(row.values()) for row in await rows(fresh_dsn, query)} == {
        # By `domains` and by the host of the website; the registry's name stays, a gap is filled.
        ("pieas", "ror", "PIEAS University", "PK-IS"),
        ("uok", "ror", "University of Karachi", None),
        ("karachi-university-campus", "hipo", "Karachi University Campus", None),
        ("something-else", "hipo", "Something Else", None),
    }
    said = """
        SELECT value #>> '{}' FROM assertion a JOIN entity e ON e.id = a.entity_id
        WHERE e.slug = 'uok' AND field = 'name'
    """
    assert await value(fresh_dsn, said) == "Karachi University"
    (candidate,) = report.candidates
    assert (candidate.name, candidate.candidate_name) == (
        "Karachi University Campus",
        "University of Karachi",
    )
    assert 0.6 <= candidate.score < 1


async def test_a_second_import_of_the_list_and_of_the_registry_changes_nothing(
    fresh_dsn: str, hipo_list: Path
) -> None:
    await imported(fresh_dsn, REGISTRY, PIEAS, UOK)
    await Importer(fresh_dsn).run(hipo.read(hipo_list))
    before = await contents(fresh_dsn)
    report = await Importer(fresh_dsn).run(hipo.read(hipo_list))
    assert counts(report, "UNIVERSITY") == {"UNCHANGED": 4}
    lists = [{**line, "names": []} for line in (PIEAS, UOK)]
    assert counts(await imported(fresh_dsn, REGISTRY, *lists), "UNIVERSITY") == {"UNCHANGED": 2}
    assert await contents(fresh_dsn) == before


async def test_a_domain_that_two_records_have_finds_neither(fresh_dsn: str, hipo_list: Path) -> None:
    twin = {**PIEAS, "slug": "twin", "identifiers": [{"scheme": "ROR", "value": "011maz450"}]}
    await imported(fresh_dsn, REGISTRY, PIEAS, twin)
    report = await Importer(fresh_dsn).run(hipo.read(hipo_list))
    assert counts(report, "UNIVERSITY") == {"CREATED": 4}


# Killed --------------------------------------------------------------------------------------------

BATCH = 50
SLOWLY = """
import asyncio, sys
from exchange.importer import Importer
from tests.test_import_files import BATCH, many_lines
from tests.imports import lines_of

def tell(rows):
    print(rows, flush=True)
    if rows >= 3 * BATCH:
        # The test kills this process here, between what is written and what is not.
        sys.stdin.close()
        import time; time.sleep(60)

asyncio.run(Importer(sys.argv[1], batch_rows=BATCH, on_progress=tell).run(lines_of(*many_lines())))
"""


def many_lines() -> Iterator[dict[str, object]]:
    for number in range(20 * BATCH):
        to = [{"role": "PART_OF", "to": {"slug": f"c{number + 1}"}}]
        yield {"kind": "COMPANY", "slug": f"c{number}", "name": f"Company {number}", "relations": to}


async def test_an_import_that_was_killed_is_run_again_and_completes(fresh_dsn: str) -> None:
    with python("-c", SLOWLY, fresh_dsn) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) and int(line) < 3 * BATCH:
            pass
        process.send_signal(SIGKILL)
        process.wait()
    there = await value(fresh_dsn, "SELECT count(*) FROM entity")
    assert 0 < there < 20 * BATCH
    assert there % BATCH == 0, "a batch is whole or absent"
    assert await value(fresh_dsn, "SELECT count(*) FROM entity_name") == there
    report = await imported(fresh_dsn, *many_lines())
    assert counts(report, "COMPANY") == {"UNCHANGED": there, "CREATED": 20 * BATCH - there}
    assert counts(report, "RELATION") == {"CREATED": 20 * BATCH - 1}
    assert codes(report) == ["RELATION_DANGLING"]
    assert await value(fresh_dsn, "SELECT count(*) FROM relation") == 20 * BATCH - 1


# Shown ---------------------------------------------------------------------------------------------


def test_the_command_imports_reports_and_says_in_a_sentence_what_is_wrong(
    fresh_dsn: str, tmp_path: Path
) -> None:
    file, report = tmp_path / "lines.ndjson", tmp_path / "report.json"
    file.write_text('{"kind": "COMPANY", "slug": "acme", "name": "Acme"}\n{broken\n')

    def run(*arguments: str) -> tuple[int, str, str]:
        with python("-m", "cli", "import", *arguments, env={"DATABASE_URL": fresh_dsn}) as process:
            out, err = process.communicate(timeout=200)
        return process.returncode, out, err

    code, out, err = run("ndjson", str(file), "--dry-run", "--report", str(report))
    assert (code, err) == (0, "")
    assert "This was a dry run: nothing is kept." in out
    assert "row 2: JSON_INVALID: Line 2 is not JSON" in out
    told = json.loads(report.read_bytes())
    assert told["isDryRun"] is True
    assert told["counts"]["COMPANY"] == {"CREATED": 1, "UPDATED": 0, "UNCHANGED": 0, "REJECTED": 0}
    assert [problem["code"] for problem in told["problems"]] == ["JSON_INVALID"]
    code, out, _ = run("ndjson", str(file), "--schema", "sandbox")
    assert code == 0
    assert "2 rows in " in out
    assert " MB of memory." in out
    for arguments, sentence in (
        (("ndjson", str(tmp_path / "none")), "none cannot be used: No such file or directory."),
        (("ror", str(file)), "The file is not a JSON list."),
        (("ndjson", str(file), "--owner", "nobody"), "There is no partner 'nobody'."),
        (("ndjson", str(file), "--schema", "nowhere"), "There is no schema 'nowhere'."),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert sentence in err
        assert "Traceback" not in err


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.console.LINE_SECONDS", 0)
    shown: dict[bool, str] = {}
    for is_terminal in (True, False):
        text = io.StringIO()
        with progress("importing x", Console(file=text, force_terminal=is_terminal, width=100)) as tell:
            tell(1200)
        shown[is_terminal] = text.getvalue()
    assert "importing x: 1,200 rows" in shown[False]
    assert "\x1b" in shown[True]
    assert "\x1b" not in shown[False]


def test_the_summary_shows_what_costs_a_row_first_and_counts_the_rest() -> None:
    assert "0 rows in 0.0 s" in summary(Report())


# Fields --------------------------------------------------------------------------------------------


def test_every_column_that_is_not_the_tables_own_belongs_to_a_field() -> None:
    own = {
        "id",
        "kind",
        "slug",
        "source_id",
        "owner_id",
        "created_at",
        "updated_at",
        "version",
        "recorded_from",
        # Written by merging two records, never by a row.
        "successor_id",
    }
    columns = {column.name for column in Base.metadata.tables["entity"].columns if column.computed is None}
    reached = {name for kind in Kind for names in COLUMNS_OF[kind].values() for name in names}
    assert reached == columns - own
    for kind, model in kind_models().items():
        fields = {name for names in COLUMNS_OF[kind].values() for name in names}
        assert set(model.declared) - {"area_m2"} <= fields


def test_fields_have_the_names_and_types_of_the_api() -> None:
    company, agreement = FIELDS_OF[Kind.COMPANY], FIELDS_OF[Kind.AGREEMENT]
    assert {"legalName", "foundedOn", "isFunder", "location", "recordStatus"} <= set(company)
    assert "foundedOnPrecision" not in company
    assert COLUMNS_OF[Kind.AGREEMENT]["status"] == ("agreement_status",)
    assert agreement["signedOn"].type == "PARTIAL_DATE"
    assert agreement["validFrom"].type == "DATE"
    assert FIELDS_OF[Kind.PROGRAM]["budget"].type == "MONEY"
    assert FIELDS_OF[Kind.EXPERT]["residenceCountry"].type == "COUNTRY"
