"""The registry's world file (35,227 organizations) and the Pakistani lists, imported as an operator does it.

Speed is printed and not asserted: `triplehelix import` prints it, and a busy machine must not fail a test.
"""

import json
import re
from pathlib import Path
from typing import Any

from models.database import Database
from tests.conftest import clone, run
from tests.imports import contents, rows, value
from tests.processes import python
from tests.real_data import real_file

WORLD = "ror_v2_world.json.gz"
RECORDS = 35_227


def run_import(dsn: str, form: str, name: str, report: Path) -> tuple[dict[str, Any], str]:
    """Runs the command on a real file; its report and what it printed."""
    arguments = ("-m", "cli", "import", form, str(real_file(name)), "--report", str(report))
    with python(*arguments, env={"DATABASE_URL": dsn}) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(report.read_bytes()), out


def total(report: dict[str, Any], outcome: str) -> int:
    """The number of organizations with this outcome."""
    kinds = ("UNIVERSITY", "COMPANY", "GOVERNMENT_BODY", "INSTITUTION")
    return sum(report["counts"][kind][outcome] for kind in kinds)


SEARCHES = {
    "karachi university": "University of Karachi",
    "university of karchi": "University of Karachi",
    "Universitat Zurich": "University of Zurich",
    "جامعہ کراچی": "University of Karachi",
    # The same name typed with the Arabic letters instead of the Urdu ones.
    "جامعة كراچي": "University of Karachi",
    "technische universitat munchen": "Technical University of Munich",
}
SEARCH = "query($text: String!) { search(text: $text, first: 1) { nodes { name kind } totalCount } }"


async def search_the_world(dsn: str) -> None:
    """The right one comes first, among 35,227, however it is typed."""
    database = Database(dsn)
    await database.open()
    found = {text: (await run(database, SEARCH, {"text": text}))["data"]["search"] for text in SEARCHES}
    await database.close()
    first = {text: one["nodes"][0] for text, one in found.items()}
    assert first == {text: {"name": name, "kind": "UNIVERSITY"} for text, name in SEARCHES.items()}


async def test_the_world_file_is_imported_once_and_then_unchanged(
    postgres: Any, migrated: str, tmp_path: Path
) -> None:
    real_file(WORLD)
    dsn = await clone(postgres.dsn, migrated)
    report, out = run_import(dsn, "ror", WORLD, tmp_path / "first.json")
    print(out)
    assert total(report, "CREATED") == RECORDS
    assert total(report, "REJECTED") == 0
    await search_the_world(dsn)
    (memory,) = re.findall(r"at most (\d+) MB of memory", out)
    assert int(memory) < 300
    problems = report["problems"]
    assert {problem["isRowLost"] for problem in problems} == {False}
    # The file has 47 values that several active records claim: one is no identifier (fundref "10"), and two
    # more pairs are seen to be one once a GRID id that is written as a URL is brought to its form.
    taken = [problem["message"] for problem in problems if problem["code"] == "IDENTIFIER_TAKEN"]
    assert len({message.partition(" belongs")[0] for message in taken}) == len(taken) == 48
    wrong = [problem["id"] for problem in problems if problem["code"] == "IDENTIFIER_INVALID"]
    assert "https://ror.org/01zz42w05" in wrong
    crossing = """
        SELECT role, count(*) FILTER (WHERE subject_kind <> object_kind) AS crossing, count(*) AS number
        FROM relation GROUP BY role
    """
    relations = {row["role"]: (row["crossing"], row["number"]) for row in await rows(dsn, crossing)}
    assert set(relations) == {"PART_OF", "SUCCEEDS", "RELATED_TO"}
    assert relations["PART_OF"][0] > 1000
    assert relations["SUCCEEDS"][0] > 10
    assert report["counts"]["RELATION"]["REJECTED"] == 0
    assert await value(dsn, "SELECT count(*) FROM relation") == report["counts"]["RELATION"]["CREATED"]
    waiting = await value(dsn, "SELECT count(*) FROM pending_relation")
    assert waiting == len({json.dumps(p) for p in problems if p["code"] == "RELATION_DANGLING"})
    unnamed = """
        SELECT count(*) FROM entity e
        WHERE NOT EXISTS (SELECT FROM entity_name n WHERE n.entity_id = e.id AND n.value = e.name)
    """
    assert await value(dsn, unnamed) == 0
    before = await contents(dsn)

    again, out = run_import(dsn, "ror", WORLD, tmp_path / "second.json")
    print(out)
    assert total(again, "UNCHANGED") == RECORDS
    assert again["counts"]["RELATION"]["UNCHANGED"] == report["counts"]["RELATION"]["CREATED"]
    for outcome in ("CREATED", "UPDATED", "REJECTED"):
        assert all(numbers[outcome] == 0 for numbers in again["counts"].values())
    assert await contents(dsn) == before


async def test_the_list_of_universities_meets_the_registry(
    postgres: Any, migrated: str, tmp_path: Path
) -> None:
    real_file(WORLD)
    dsn = await clone(postgres.dsn, migrated)
    run_import(dsn, "ror", "ror_v2_pakistan.json", tmp_path / "ror.json")
    report, _ = run_import(dsn, "hipo", "hipo_universities_pk.json", tmp_path / "hipo.json")
    counts = report["counts"]["UNIVERSITY"]
    assert counts == {"CREATED": 108, "UPDATED": 28, "UNCHANGED": 0, "REJECTED": 0}
    # What it found by domain keeps the registry's name; what it only resembles stays a candidate.
    query = "SELECT count(*) FROM entity e JOIN source s ON s.id = e.source_id WHERE s.slug = 'hipo'"
    assert await value(dsn, query) == 108
    candidates = {one["name"]: one for one in reversed(report["candidates"])}
    niab = candidates["Nuclear Institute for Agriculture and Biology (NIAB)"]
    assert niab["candidate"]["name"] == "Nuclear Institute for Agriculture and Biology"
    assert niab["score"] > 0.9
    again, _ = run_import(dsn, "hipo", "hipo_universities_pk.json", tmp_path / "again.json")
    assert again["counts"]["UNIVERSITY"]["UNCHANGED"] == 136
