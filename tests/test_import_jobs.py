"""Imports as the API tells them: what became of a file, which rows were refused, and who may know."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from exchange import job, ndjson
from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from exchange.record import Problem, ProblemCode
from exchange.report import Report
from models.database import Database
from models.vocabulary import Audience
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, SCOPES, run
from tests.imports import rows

SOUTH = Viewer("partner", graph.PARTNERS["south"], "south", frozenset(SCOPES), "th_live_s")
QUERY = """query ($where: ImportJobWhere) {
  importJobs(where: $where, orderBy: [{ field: STARTED_AT }]) {
    nodes {
      id fileName status failure rows created unchanged rejected finishedAt owner { slug }
      problems { totalCount nodes { row label code field hint isRowLost } }
    }
  }
}"""
GOOD = '{"kind": "PROGRAM", "slug": "one-night", "name": "One Night", "programKind": "TRAINING"}\n'
BAD = '{"kind": "PROGRAM", "slug": "two-nights", "name": "Two", "programKind": "DANCING"}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "night.ndjson"
    found.write_text(GOOD + BAD, "utf-8")
    return found


async def send(database: Database, file: Path, *, dry_run: bool = False, **options: Any) -> None:
    work = Importer(database.dsn, file_name=file.name, **options)
    await work.run(ndjson.read(file, FIELDS_OF), dry_run=dry_run)


async def jobs(database: Database, viewer: Viewer) -> list[dict[str, Any]]:
    answer = await run(database, QUERY, {}, viewer)
    assert "errors" not in answer
    found: list[dict[str, Any]] = answer["data"]["importJobs"]["nodes"]
    return found


async def test_an_import_tells_its_rows_and_what_was_wrong_with_them(
    graph_copy: Database, file: Path
) -> None:
    await send(graph_copy, file, owner="north")
    (job,) = await jobs(graph_copy, NORTH)

    assert (job["fileName"], job["status"], job["failure"]) == ("night.ndjson", "SUCCEEDED_IN_PART", None)
    assert (job["rows"], job["created"], job["unchanged"], job["rejected"]) == (2, 1, 0, 1)
    assert job["owner"] == {"slug": "north"}
    assert job["finishedAt"]
    assert job["problems"]["totalCount"] == 1
    (problem,) = job["problems"]["nodes"]
    assert (problem["row"], problem["code"], problem["isRowLost"]) == (2, "VALUE_INVALID", True)
    assert "TRAINING" in problem["hint"]


async def test_an_import_is_read_by_its_partner_and_editors_alone(graph_copy: Database, file: Path) -> None:
    await send(graph_copy, file, owner="north")
    viewers = (ANONYMOUS, SOUTH, NORTH, EDITOR)
    seen = {one.partner or one.role: len(await jobs(graph_copy, one)) for one in viewers}
    (job,) = await jobs(graph_copy, NORTH)
    by_id = "query ($id: ID!) { node(id: $id) { ... on ImportJob { fileName } } }"
    found = [await run(graph_copy, by_id, {"id": job["id"]}, one) for one in (SOUTH, NORTH)]

    assert seen == {"reader": 0, "south": 0, "north": 1, "editor": 1}
    assert [answer["data"]["node"] for answer in found] == [None, {"fileName": "night.ndjson"}]


@pytest.mark.parametrize("table", ["import_job", "import_problem"])
async def test_row_security_hides_the_imports_of_others(graph_copy: Database, file: Path, table: str) -> None:
    await send(graph_copy, file, owner="north")
    for viewer, is_seen in ((ANONYMOUS, False), (SOUTH, False), (NORTH, True)):
        async with graph_copy.read(viewer) as connection:
            found = await connection.fetch(f"SELECT 1 FROM {table}")
        assert bool(found) is is_seen, viewer


@pytest.mark.parametrize("table", ["import_job", "import_problem"])
async def test_a_partner_cannot_change_what_is_said_of_its_import(
    graph_copy: Database, file: Path, table: str
) -> None:
    await send(graph_copy, file, owner="north")
    async with graph_copy.write(NORTH) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"DELETE FROM {table}")


async def test_the_same_file_again_is_unchanged_and_all_good_rows_succeed(
    graph_copy: Database, file: Path
) -> None:
    for _ in range(2):
        work = Importer(graph_copy.dsn, file_name="night.ndjson", owner="north")
        await work.run(item for item in ndjson.read(file, FIELDS_OF) if item.row == 1)

    assert [(job["status"], job["created"], job["unchanged"]) for job in await jobs(graph_copy, NORTH)] == [
        ("SUCCEEDED", 1, 0),
        ("SUCCEEDED", 0, 1),
    ]


async def test_a_dry_run_and_a_run_without_a_file_leave_no_job(graph_copy: Database, file: Path) -> None:
    await send(graph_copy, file, dry_run=True)
    await Importer(graph_copy.dsn).run(ndjson.read(file, FIELDS_OF))
    assert await jobs(graph_copy, EDITOR) == []


async def test_an_import_that_breaks_off_says_why(graph_copy: Database) -> None:
    def broken() -> Any:
        yield from ()
        raise OSError("The disk is gone.")

    with pytest.raises(OSError, match="gone"):
        await Importer(graph_copy.dsn, file_name="broken.ndjson").run(broken())
    (job,) = await jobs(graph_copy, EDITOR)
    assert (job["status"], job["failure"]) == ("FAILED", "The disk is gone.")


async def test_an_import_ends_at_any_moment_of_a_tick_and_tells_each_problem_once(
    graph_copy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "TICK_SECONDS", 0.02)
    number = 6000
    for pause in (0.02, 0.04, 0.06, 0.08, 0.1):
        report = Report()
        of = (graph_copy.dsn, "live", "night.ndjson", partial(_itself, report), None, Audience.OWNER)
        async with asyncio.timeout(60), job.recorded(*of):
            report.problems += [
                Problem(row, "one", ProblemCode.IDENTIFIER_TAKEN, "It is wrong." * 10, "Mend it.")
                for row in range(1, number + 1)
            ]
            await asyncio.sleep(pause)
    told = await rows(graph_copy.dsn, "SELECT count(*) AS number FROM import_problem GROUP BY job_id")
    assert [one["number"] for one in told] == [number] * 5


async def test_who_stops_a_server_while_a_job_ends_by_its_own_reason_is_obeyed(graph_copy: Database) -> None:
    connection = await job.connect(graph_copy.dsn, "live")
    ending = asyncio.Event()

    async def work() -> None:
        # There is no such job: the first tick finds that it is not ours.
        async with job.Job(connection, uuid4(), uuid4(), Report).ticking():
            try:
                await asyncio.Event().wait()
            finally:
                ending.set()
                await asyncio.sleep(60)

    running = asyncio.create_task(work())
    await asyncio.wait_for(ending.wait(), 60)
    running.cancel()
    try:
        with pytest.raises(asyncio.CancelledError):
            await running
    finally:
        await connection.close()


def _itself(report: Report) -> Report:
    return report
