"""Data quality: each list names what is wrong in the partner's own records, and nothing of anybody else's."""

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from exchange import ndjson
from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from models.database import Database
from resolvers.data_quality import MOST, STALE_DAYS
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH

ASKED = """{ dataQuality {
  records withoutIdentifier stale statedByOthers identifierProblemCount
  identifierProblems { code row label message hint importJob { fileName } entity { slug } holder { slug } }
  staleRecords { entity { slug } days }
  unmatchedNames { entity { slug } candidate { slug } matched score }
  statementsByOthers { entity { slug } assertion { field value } isDifferent } } }"""
TAKEN = "00p034093"


async def quality(database: Database, viewer: Viewer) -> dict[str, Any]:
    answer = await run(database, ASKED, viewer=viewer)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["dataQuality"]
    return found


async def send(database: Database, folder: Path, *lines: dict[str, Any], name: str = "n.ndjson") -> None:
    file = folder / name
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await Importer(database.dsn, file_name=name, owner="north").run(ndjson.read(file, FIELDS_OF))


async def execute(database: Database, sql: str, *values: Any) -> None:
    settings = {"search_path": "live, common"}
    connection = await asyncpg.connect(database.dsn, server_settings=settings)
    # Neither history nor version: what is stale must not be touched by saying so.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(sql, *values)
    await connection.close()


def university(slug: str, name: str, *identifiers: tuple[str, str]) -> dict[str, Any]:
    given = [{"scheme": scheme, "value": value} for scheme, value in identifiers]
    return {"kind": "UNIVERSITY", "slug": slug, "name": name, "identifiers": given}


@pytest.fixture
async def own(graph_copy: Database, tmp_path: Path) -> Database:
    """The graph with two universities of north's, one of which has the name of one of nobody's."""
    await execute(
        graph_copy,
        "INSERT INTO entity (kind, slug, name, is_funder, type) VALUES "
        "('UNIVERSITY', 'known-example-university', 'Known Example University', false, 'PUBLIC')",
    )
    await execute(
        graph_copy,
        "INSERT INTO entity_name (entity_id, value, type) "
        "SELECT id, name, 'OFFICIAL' FROM entity WHERE slug = 'known-example-university'",
    )
    await send(
        graph_copy,
        tmp_path,
        university("north-one", "Known Example University"),
        university("north-two", "Quetta Observatory Zwyx", ("ROR", TAKEN)),
    )
    return graph_copy


async def test_a_name_like_anothers_is_proposed_until_there_is_an_identifier(
    own: Database,
) -> None:
    found = await quality(own, NORTH)
    proposals = {one["entity"]["slug"]: one for one in found["unmatchedNames"]}
    assert proposals["north-one"]["candidate"]["slug"] == "known-example-university"
    assert proposals["north-one"]["matched"] == "Known Example University"
    assert proposals["north-one"]["score"] == 1
    assert "north-two" not in proposals
    before = found["withoutIdentifier"]
    await execute(
        own,
        "INSERT INTO identifier (entity_id, scheme, value) "
        "SELECT id, 'ROR', '01ysgtb61' FROM entity WHERE slug = 'north-one'",
    )
    found = await quality(own, NORTH)
    assert "north-one" not in {one["entity"]["slug"] for one in found["unmatchedNames"]}
    assert found["withoutIdentifier"] == before - 1


async def test_what_an_import_refused_is_told_until_the_file_comes_without_it(
    own: Database, tmp_path: Path
) -> None:
    wrong = university("north-three", "North Three", ("ROR", "00p034094"))
    await send(own, tmp_path, wrong, name="night.ndjson")
    (problem,) = (await quality(own, NORTH))["identifierProblems"]
    assert (problem["code"], problem["row"]) == ("IDENTIFIER_INVALID", 1)
    assert problem["importJob"]["fileName"] == "night.ndjson"
    assert problem["hint"]
    await send(own, tmp_path, university("north-three", "North Three"), name="night.ndjson")
    found = await quality(own, NORTH)
    assert (found["identifierProblems"], found["identifierProblemCount"]) == ([], 0)


async def test_an_identifier_that_another_record_holds_now_is_told_with_the_holder(own: Database) -> None:
    await execute(own, "UPDATE identifier SET is_active = false WHERE scheme = 'ROR' AND value = $1", TAKEN)
    await execute(
        own,
        "INSERT INTO identifier (entity_id, scheme, value) "
        "SELECT id, 'ROR', $1 FROM entity WHERE slug = 'known-example-university'",
        TAKEN,
    )
    (problem,) = (await quality(own, NORTH))["identifierProblems"]
    assert (problem["code"], problem["importJob"], problem["row"]) == ("IDENTIFIER_TAKEN", None, None)
    assert problem["entity"]["slug"] == "north-two"
    assert problem["holder"]["slug"] == "known-example-university"


@pytest.mark.parametrize(("days", "is_stale"), [(STALE_DAYS, False), (STALE_DAYS + 2, True)])
async def test_a_record_is_stale_when_nobody_has_changed_it_for_a_year(
    own: Database, days: int, is_stale: bool
) -> None:
    await execute(
        own, "UPDATE entity SET updated_at = now() - $1 * interval '1 day' WHERE slug = 'north-one'", days
    )
    found = await quality(own, NORTH)
    told = {one["entity"]["slug"]: one["days"] for one in found["staleRecords"]}
    assert ("north-one" in told) is is_stale
    assert found["stale"] == len(found["staleRecords"])
    if is_stale:
        assert told["north-one"] == days


async def test_what_others_state_of_ones_records_is_told_and_whether_it_differs(own: Database) -> None:
    for value, owner in (("Lahore", "south"), ("Quetta", "north")):
        await execute(
            own,
            "INSERT INTO assertion (entity_id, field, value, owner_id) "
            "SELECT id, 'CITY', to_jsonb($1::text), $2 FROM entity WHERE slug = 'north-two'",
            value,
            graph.PARTNERS[owner],
        )
    told = (await quality(own, NORTH))["statementsByOthers"]
    (statement,) = (one for one in told if one["entity"]["slug"] == "north-two")
    assert statement["assertion"] == {"field": "CITY", "value": "Lahore"}
    assert statement["isDifferent"]


async def test_nobody_is_told_of_anothers_records_but_an_editor(own: Database) -> None:
    async def slugs(viewer: Viewer) -> set[str]:
        found = await quality(own, viewer)
        lists = ("staleRecords", "unmatchedNames", "statementsByOthers", "identifierProblems")
        return {one["entity"]["slug"] for name in lists for one in found[name] if one["entity"]}

    assert "north-one" in await slugs(NORTH)
    assert "north-one" in await slugs(EDITOR)
    assert "north-one" not in await slugs(SOUTH)
    maintained = [(await quality(own, viewer))["records"] for viewer in (NORTH, SOUTH)]
    assert all(maintained)
    assert sum(maintained) < (await quality(own, EDITOR))["records"]


async def test_without_a_key_there_is_nothing_to_be_told(own: Database) -> None:
    answer = await run(own, ASKED, viewer=ANONYMOUS)
    assert answer["data"] in (None, {"dataQuality": None})
    (error,) = answer["errors"]
    assert error["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(("first", "is_allowed"), [(MOST, True), (MOST + 1, False), (0, False)])
async def test_a_list_has_its_limits(own: Database, first: int, is_allowed: bool) -> None:
    query = f"{{ dataQuality {{ staleRecords(first: {first}) {{ days }} }} }}"
    answer = await run(own, query, viewer=NORTH)
    assert ("errors" not in answer) is is_allowed
