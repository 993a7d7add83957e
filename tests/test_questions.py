"""The twenty questions: each one query, one statement, the same answer on any day, explained on the page."""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

import resolvers.reads
from resolvers.viewer import ANONYMOUS
from tests.conftest import Ask, run
from tests.corpus import Watched
from tests.questions import DIFFERS, FOLDER, Question, answer, printed, questions
from web.explorer import read_queries

PAGE = (Path(__file__).parents[1] / "docs" / "questions.md").read_text("utf-8")
ALL = questions()
UNCOMPILED = ("20-what-a-query-costs",)
"""What is answered without reading rows."""


@pytest.fixture(scope="module")
async def watched(sample_dsn: str) -> AsyncIterator[Watched]:
    """The sample data behind pools that count statements."""
    database = Watched(sample_dsn)
    await database.open()
    yield database
    await database.close()


def named(question: Question) -> str:
    return question.name


@pytest.mark.parametrize("question", ALL, ids=named)
async def test_a_question_is_one_statement_and_has_the_answer_beside_it(
    question: Question, watched: Watched
) -> None:
    watched.statements.clear()
    found = await answer(question, watched)

    assert "errors" not in found
    assert len(watched.statements) == (question.name not in UNCOMPILED)
    assert printed(found) == question.path.read_text("utf-8"), "run python -m tests.questions_update"


@pytest.mark.parametrize("question", ALL, ids=named)
async def test_a_question_has_the_same_answer_two_years_later(
    question: Question, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            then = datetime.now(tz) + timedelta(days=730)
            return cls(then.year, then.month, then.day, tzinfo=tz)

    monkeypatch.setattr(resolvers.reads, "datetime", Later)
    assert printed(await answer(question, watched)) == question.path.read_text("utf-8")


@pytest.mark.parametrize("question", ALL, ids=named)
def test_an_answer_is_worth_reading(question: Question) -> None:
    """Every root field and every list directly below it has something in it."""
    data = json.loads(question.path.read_text("utf-8"))["data"]
    assert data
    for name, field in data.items():
        assert field, name
        lists = (
            [value for value in field.values() if isinstance(value, list)] if isinstance(field, dict) else []
        )
        assert all(lists), name


@pytest.mark.parametrize("ready", read_queries(FOLDER), ids=lambda ready: ready["id"])
def test_a_question_is_asked_in_words_and_explained_on_the_page(ready: dict[str, Any]) -> None:
    number = int(ready["id"][:2])
    assert "?" in ready["description"]
    assert f"](../examples/questions/{ready['id']}.graphql)" in PAGE
    assert re.search(rf"^### {number}\. ", PAGE, re.MULTILINE)


def test_the_page_links_only_files_that_are_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE)
    assert [link for link in links if not (FOLDER.parents[1] / "docs" / link).exists()] == []


def test_questions_are_numbered_once() -> None:
    numbers = [question.number for question in ALL]
    assert numbers == sorted(set(numbers))
    assert {path.name.split(".")[0] for path in FOLDER.iterdir()} == {question.name for question in ALL}


async def test_what_changed_goes_on_from_a_cursor(watched: Watched) -> None:
    question = next(question for question in ALL if question.number == 19)
    first = await run(watched, question.query)
    cursor = first["data"]["changes"]["pageInfo"]["endCursor"]
    again = await run(watched, question.query, {"after": cursor})

    assert cursor != DIFFERS
    assert len(again["data"]["changes"]["nodes"]) == 5
    assert again["data"]["changes"]["nodes"] != first["data"]["changes"]["nodes"]


COST = """query ($query: String!, $variables: JSON, $operationName: String) {
  cost(query: $query, variables: $variables, operationName: $operationName) {
    nodes limit isAllowed lists { path size nodes }
  }
}"""
ZONES = (
    "query Zones($first: Int) { zones(first: $first) { nodes { name companies(first: 20) { totalCount } } } }"
)


async def test_a_price_told_beforehand_is_the_price_of_the_run(ask: Ask) -> None:
    variables = {"first": 30}
    told = (await ask(COST, {"query": ZONES, "variables": variables}))["data"]["cost"]
    ran = await ask(ZONES, variables)

    assert told["nodes"] == ran["extensions"]["cost"]["nodes"]
    assert told["limit"] == ran["extensions"]["cost"]["limit"]
    assert told["isAllowed"]


@pytest.mark.parametrize(("first", "is_allowed"), [(952, True), (953, False)])
async def test_a_query_is_allowed_up_to_the_limit(first: int, is_allowed: bool, ask: Ask) -> None:
    query = ZONES.replace("totalCount", "nodes { name }")
    told = (await ask(COST, {"query": query, "variables": {"first": first}}))["data"]["cost"]
    ran = await ask(query, {"first": first})

    assert told["isAllowed"] is is_allowed
    assert ("errors" not in ran) is is_allowed
    assert [one["path"] for one in told["lists"]] == ["zones", "zones.companies"]
    assert told["lists"][0]["nodes"] == told["nodes"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"query": "{ zones { nodes { nothing } } }"}, "DOCUMENT_INVALID"),
        ({"query": "{ zones"}, "DOCUMENT_INVALID"),
        ({"query": "mutation { undoMerge(merge: 1) { __typename } }"}, "DOCUMENT_INVALID"),
        ({"query": "subscription { changes { kind } }"}, "BAD_USER_INPUT"),
        ({"query": "query A { viewer { role } }", "operationName": "B"}, "BAD_USER_INPUT"),
        ({"query": ZONES, "variables": {"first": "many"}}, "BAD_USER_INPUT"),
        ({"query": ZONES, "variables": [1]}, "BAD_USER_INPUT"),
        ({"query": ZONES, "variables": {"first": 0}}, "PAGE_SIZE"),
    ],
)
async def test_a_price_that_cannot_be_told_says_why(asked: dict[str, Any], code: str, ask: Ask) -> None:
    found = await ask(COST, asked)
    assert found["data"] == {"cost": None}
    assert [error["code"] for error in found["errors"]] == [code]


async def test_a_price_beyond_any_limit_is_told_and_not_run(watched: Watched) -> None:
    deep = "{ name }"
    for field in ("programs", "experts", "companies", "zones"):
        deep = f"{{ {field}(first: 1000) {{ nodes {deep} }} }}"
    watched.statements.clear()
    told = (await run(watched, COST, {"query": deep}, ANONYMOUS))["data"]["cost"]
    assert told["nodes"] == told["lists"][0]["nodes"] == 2**31 - 1
    assert not told["isAllowed"]
    assert watched.statements == []


async def test_what_we_teach_is_asked_first_and_then_who_needs_it(watched: Watched) -> None:
    question = next(question for question in ALL if question.number == 10)
    given = question.variables or {}
    (first,) = re.findall(r"```graphql\n(query WhatWeTeach.+?)```", PAGE, re.DOTALL)
    taught = [skill["code"] for skill in (await run(watched, first))["data"]["skills"]["nodes"]]
    found = await run(watched, question.query, given | {"weTeach": taught})
    wanted = {
        skill["skill"]["label"]
        for zone in found["data"]["zones"]["nodes"]
        for company in zone["companies"]["nodes"]
        for need in company["needs"]["nodes"]
        for skill in need["skills"]["nodes"]
    }
    assert "Solar power" in wanted
