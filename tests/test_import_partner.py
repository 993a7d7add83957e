"""Files that are imported in a partner's name: what is its own is written, what is not is told row by row."""

from typing import Any
from uuid import uuid4

import pytest

from exchange.importer import Importer
from exchange.report import Outcome, Report
from models.database import Database
from resolvers.viewer import Viewer
from tests.conftest import NORTH
from tests.imports import codes, contents, counts, imported, lines_of
from tests.row_security import DENIED, SOUTH
from tests.saving import value

OWN = {"scheme": "PARTNER", "value": "42", "partner": "north"}
MINE = {"kind": "UNIVERSITY", "identifiers": [OWN], "name": "Mine", "country": "PK"}


async def sent(database: Database, *lines: object, viewer: Viewer = NORTH, **options: Any) -> Report:
    """An import as a partner."""
    return await Importer(database.dsn, viewer=viewer, **options).run(lines_of(*lines))


async def test_a_partners_file_makes_and_changes_what_is_its_own(graph_copy: Database) -> None:
    source = {"kind": "SOURCE", "slug": "our-register", "title": "Our register", "sourceKind": "PARTNER"}
    lines = [
        source, MINE | {"source": "our-register"},
        {"kind": "COMPANY", "slug": "spin-off", "name": "Spin-off",
         "relations": [{"role": "SPIN_OFF_OF", "to": {"identifier": OWN}}]},
        {"kind": "NEED", "slug": "a-need", "postedBy": {"slug": "spin-off"}, "needKind": "VACANCY",
         "title": "One"},
    ]  # fmt: skip
    report = await sent(graph_copy, *lines)
    assert codes(report) == []
    for kind in ("UNIVERSITY", "COMPANY", "RELATION", "NEED", "SOURCE"):
        assert counts(report, kind) == {"CREATED": 1}, kind
    for table, slug in (("entity", "spin-off"), ("need", "a-need"), ("source", "our-register")):
        owner = await value(graph_copy, f"SELECT owner_id FROM {table} WHERE slug = $1", slug)
        assert owner == NORTH.partner_id
    before = await contents(graph_copy.dsn)
    again = await sent(graph_copy, *lines)
    assert {outcome for counter in again.counts.values() for outcome in +counter} == {Outcome.UNCHANGED}
    assert await contents(graph_copy.dsn) == before


async def test_what_is_not_its_own_costs_its_row_and_no_other(graph_copy: Database) -> None:
    await imported(graph_copy.dsn, {"kind": "UNIVERSITY", "slug": "theirs", "name": "Theirs"}, owner="south")
    hidden = {"kind": "UNIVERSITY", "slug": "hidden", "name": "Hidden", "audience": "OWNER"}
    await imported(graph_copy.dsn, hidden, owner="south")
    await imported(graph_copy.dsn, {"kind": "SOURCE", "slug": "news", "title": "News", "sourceKind": "NEWS"})
    hidden_id = str(await value(graph_copy, "SELECT id FROM entity WHERE slug = 'hidden'"))
    need = {
        "kind": "NEED",
        "slug": "n",
        "postedBy": {"slug": "theirs"},
        "needKind": "VACANCY",
        "title": "One",
    }
    await sent(graph_copy, need, viewer=SOUTH)
    report = await sent(
        graph_copy,
        {"kind": "UNIVERSITY", "slug": "theirs", "city": "Quetta"},
        {"kind": "UNIVERSITY", "id": hidden_id, "name": "Mine"},
        {"kind": "UNIVERSITY", "id": str(uuid4()), "name": "Mine"},
        {"kind": "UNIVERSITY", "slug": "hidden", "name": "Mine"},
        {"kind": "SOURCE", "slug": "news", "title": "Old news", "sourceKind": "NEWS"},
        {"kind": "SOURCE", "slug": "news", "title": "News", "sourceKind": "NEWS"},
        need | {"title": "Two"},
        MINE | {"relations": [{"role": "PART_OF", "to": {"slug": "theirs"}}]},
    )
    found = {problem.row: str(problem.code) for problem in report.problems}
    assert found == {
        1: "NOT_YOURS", 2: "NOT_FOUND", 3: "NOT_FOUND", 4: "SLUG_TAKEN", 5: "NOT_YOURS", 7: "NOT_YOURS"
    }  # fmt: skip
    assert counts(report, "SOURCE") == {"UNCHANGED": 1, "REJECTED": 1}
    assert counts(report, "RELATION") == {"CREATED": 1}
    assert hidden_id not in str([p for p in report.problems if p.row == 4])
    assert await value(graph_copy, "SELECT city FROM entity WHERE slug = 'theirs'") is None
    assert await value(graph_copy, "SELECT title FROM source WHERE slug = 'news'") == "News"


async def test_a_partners_relation_waits_and_finds_only_what_the_partner_sees(graph_copy: Database) -> None:
    def related(slug: str) -> dict[str, Any]:
        return MINE | {"relations": [{"role": "PART_OF", "to": {"slug": slug}}]}

    for slug in ("late", "late-and-hidden"):
        assert codes(await sent(graph_copy, related(slug))) == ["RELATION_DANGLING"]
    waiting = "SELECT count(*) FROM pending_relation WHERE owner_id = $1"
    assert await value(graph_copy, waiting, NORTH.partner_id) == 2
    async with graph_copy.write(SOUTH) as connection:
        assert await connection.fetchval("SELECT count(*) FROM pending_relation") == 0
    late = {"kind": "UNIVERSITY", "slug": "late", "name": "Late"}
    hidden = {"kind": "UNIVERSITY", "slug": "late-and-hidden", "name": "Late", "audience": "OWNER"}
    await imported(graph_copy.dsn, late, hidden, owner="south")
    query = (
        "SELECT array_agg(e.slug) FROM relation r JOIN entity e ON e.id = r.object_id "
        "WHERE r.owner_id = $1 AND r.subject_id = (SELECT entity_id FROM identifier WHERE value = '42')"
    )
    assert await value(graph_copy, query, NORTH.partner_id) == ["late"]
    assert await value(graph_copy, waiting, NORTH.partner_id) == 1


async def test_what_became_of_a_partners_file_is_the_partners_to_read(graph_copy: Database) -> None:
    await sent(
        graph_copy, MINE, {"kind": "UNIVERSITY", "slug": "x", "country": "ZZ"}, file_name="ours.ndjson"
    )
    for viewer, expected in ((NORTH, 1), (SOUTH, 0)):
        async with graph_copy.write(viewer) as connection:
            count = "SELECT count(*) FROM import_job WHERE file_name = 'ours.ndjson'"
            assert await connection.fetchval(count) == expected


async def test_row_security_bounds_a_partners_import_even_if_the_engine_forgets(graph_copy: Database) -> None:
    await imported(graph_copy.dsn, {"kind": "UNIVERSITY", "slug": "theirs", "name": "Theirs"}, owner="south")
    insert = "INSERT INTO entity_name (entity_id, value) SELECT id, 'Mine' FROM entity WHERE slug = 'theirs'"
    async with graph_copy.write(NORTH) as connection:
        with pytest.raises(DENIED):
            await connection.execute(insert)
