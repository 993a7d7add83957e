"""Variables in places that must not be null."""

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
