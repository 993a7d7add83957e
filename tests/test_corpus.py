"""The query corpus: each query's SQL and answer are those that lie beside it, by one statement an operation.

The files are written by `python -m tests.corpus_update`, never here.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, Ask, run
from tests.corpus import Case, Watched, cases, difference, layout, play

CASES = cases()


@pytest.fixture(scope="module")
async def watched(graph_dsn: str) -> AsyncIterator[Watched]:
    """The small graph behind a database that keeps the statements it was given."""
    database = Watched(graph_dsn)
    await database.open()
    yield database
    await database.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_query_gives_its_sql_and_its_answer(case: Case, watched: Watched) -> None:
    played = await play(case, watched)
    differences = [
        difference(case.read(suffix), found, case.path(suffix).name)
        for suffix, found in ((".json", played.answer), (".sql", played.sql))
    ]
    hint = "\nMeant so? Then run `python -m tests.corpus_update` and read the difference."
    assert not any(differences), "\n".join(["", *differences, hint])
    if "errors" not in json.loads(played.answer):
        assert played.count == 1


def test_the_corpus_is_numbered_without_gaps_and_has_no_stray_files() -> None:
    assert len(CASES) >= 60
    assert [case.name[:3] for case in CASES] == [f"{number:03d}" for number in range(1, len(CASES) + 1)]
    folder = CASES[0].path(".sql").parent
    suffixes = {".graphql", ".sql", ".json", ".variables.json", ".viewer"}
    expected = {case.path(suffix) for case in CASES for suffix in suffixes} | {folder / "__init__.py"}
    assert {path for path in folder.iterdir() if path.is_file()} <= expected


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH, EDITOR], ids=lambda viewer: viewer.role)
async def test_a_query_of_any_depth_is_one_statement(watched: Watched, viewer: Viewer) -> None:
    for depth in range(1, 6):
        inner = "name"
        for level in range(depth):
            kind = "companies" if (depth - level) % 2 else "zones"
            inner = f"{kind}(first: 2) {{ totalCount nodes {{ {inner} }} }}"
        watched.statements.clear()
        answer = await run(watched, f"{{ {inner} }}", viewer=viewer)
        assert "errors" not in answer
        assert len(watched.statements) == 1


async def test_what_only_introspects_asks_postgresql_nothing(watched: Watched) -> None:
    watched.statements.clear()
    answer = await run(watched, "{ __typename viewer { role } __schema { queryType { name } } }")
    assert answer["data"]["viewer"] == {"role": "reader"}
    assert watched.statements == []


async def test_without_as_of_the_day_is_today_in_utc(ask: Ask) -> None:
    query = """{ zones%s { totalCount nodes {
        slug status companies { totalCount edges { id node { experts { totalCount } } } } } } }"""
    today = datetime.now(UTC).date()
    answers = {day: await ask(query % f'(asOf: "{day}")') for day in (today, today + timedelta(days=1))}
    implicit = await ask(query % "")
    assert implicit in answers.values()
    assert implicit["data"] != (await ask(query % '(asOf: "2016-01-01")'))["data"]


def test_the_layout_of_sql_changes_only_white_space() -> None:
    sql = "SELECT concat('(SELECT  it''s)', (SELECT 1 FROM a  WHERE b IN ('x') ORDER BY c LIMIT 3)) AS r0"
    laid_out = layout(sql)
    assert "'(SELECT  it''s)'" in laid_out
    assert laid_out.split() == sql.replace("((", "( (").replace("(SELECT 1", "( SELECT 1").replace(
        "3))", "3 ))"
    ).split()  # fmt: skip
