"""Variables that are null or absent, in places that must not be null and where null means something."""

import itertools
from typing import Any

import pytest

from tests.conftest import Ask


@pytest.mark.parametrize(
    "query",
    [
        'query($v: [ID!] = ["00000000-0000-7000-8000-0000000003e8"]) { nodes(ids: $v) { id } }',
        'query($v: EntityRef = {slug: "company-1"}) { company(by: $v) { id } }',
        'query($v: String = "karachi") { search(text: $v) { totalCount } }',
        'query($v: ID = "00000000-0000-7000-8000-0000000003e8") { node(id: $v) { id } }',
        'query($v: String = "x") { company(by: {identifier: {scheme: ROR, value: $v}}) { id } }',
    ],
)
async def test_a_null_for_a_needed_value_is_an_error_of_its_field(ask: Ask, query: str) -> None:
    answer = await ask(query, {"v": None})
    (error,) = answer["errors"]
    assert error["code"] == "BAD_USER_INPUT"
    assert error["message"] == "$v is null where a value is needed."
    assert len(error["path"]) == 1


async def test_the_default_stands_where_the_variable_is_left_out(ask: Ask) -> None:
    answer = await ask('query($v: String = "karachi") { search(text: $v) { totalCount } }')
    assert answer["data"]["search"]["totalCount"] > 0


@pytest.mark.parametrize(
    "order", list(itertools.permutations(("null", "absent", "real", "forged"))), ids="-".join
)
async def test_a_cursor_that_is_null_or_forged_changes_no_other_answer_to_its_query(
    ask: Ask, order: tuple[str, ...]
) -> None:
    name = f"q_{'_'.join(order)}"
    query = f"query {name}($c: String) {{ companies(first: 2, after: $c) {{ nodes {{ id }} }} }}"
    page = (await ask("{ companies(first: 2) { nodes { id } pageInfo { endCursor } } }"))["data"]["companies"]
    given: dict[str, dict[str, Any]] = {
        "null": {"c": None},
        "absent": {},
        "real": {"c": page["pageInfo"]["endCursor"]},
        "forged": {"c": "forged"},
    }
    # Twice, so that each is asked when the plans of all are kept.
    for which in (*order, *order):
        answer = await ask(query, given[which])
        if which == "forged":
            assert [error["code"] for error in answer["errors"]] == ["INVALID_CURSOR"]
        else:
            assert (answer["data"]["companies"]["nodes"] == page["nodes"]) is (which != "real")
