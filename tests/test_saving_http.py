"""The save mutations over HTTP, with a partner's key: what a client of ours sends and gets."""

import asyncio
from typing import Any

import httpx2

from models.database import Database
from tests.saving import mutation, value
from tests.writing import key_of, stack

ITEM = {"key": {"scheme": "PARTNER", "value": "42"}, "name": "University of the Test"}


async def post(
    http: httpx2.AsyncClient, headers: dict[str, str], items: list[dict[str, Any]], **more: Any
) -> httpx2.Response:
    body = {"query": mutation("University", "slug"), "variables": {"input": items, **more}}
    return await http.post("/graphql", json=body, headers=headers)


async def test_a_partner_saves_and_another_is_refused(graph_copy: Database) -> None:
    north = await key_of(graph_copy, "north", "partner")
    south = await key_of(graph_copy, "south", "partner")
    async with stack(graph_copy) as http:
        made = (await post(http, north, [ITEM])).json()
        (result,) = made["data"]["saveUniversities"]["results"]
        assert result == {
            "index": 0, "status": "CREATED", "problems": [], "entity": {"slug": "university-of-the-test"}
        }  # fmt: skip
        assert made["extensions"]["cost"]["nodes"] == 1
        theirs = {"slug": "university-of-the-test", "name": "Mine"}
        refused = (await post(http, south, [theirs])).json()
        (result,) = refused["data"]["saveUniversities"]["results"]
        assert [one["code"] for one in result["problems"]] == ["NOT_YOURS"]
        assert (await post(http, {}, [ITEM])).json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_sends_at_once_by_two_keys_of_a_partner_make_one_write(graph_copy: Database) -> None:
    keys = [await key_of(graph_copy, "north", "partner") for _ in range(2)]
    north = keys[0]
    item = {"slug": "once", "name": "Once"}
    async with stack(graph_copy) as http:
        # Each key may write ten times a second.
        answers = await asyncio.gather(*(post(http, keys[n % 2], [item], key="k") for n in range(16)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        other = (await post(http, north, [item | {"name": "Other"}], key="k")).json()
        assert other["data"] == {"saveUniversities": None}
        (error,) = other["errors"]
        assert error["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert "new key" in error["extensions"]["hint"]
    query = "SELECT count(*) FROM change c JOIN entity e ON e.id = c.record_id WHERE e.slug = 'once'"
    assert await value(graph_copy, query) == 1


async def test_a_nul_and_an_oversized_text_are_problems_of_their_item(graph_copy: Database) -> None:
    north = await key_of(graph_copy, "north", "partner")
    async with stack(graph_copy) as http:
        long = ITEM | {"description": "x" * 10_001}
        answer = (await post(http, north, [long])).json()
        (result,) = answer["data"]["saveUniversities"]["results"]
        assert [(p["field"], p["code"]) for p in result["problems"]] == [("description", "VALUE_INVALID")]
        # JSON with U+0000 is refused before anything reads it.
        answer = (await post(http, north, [ITEM | {"name": "a\0b"}])).json()
        assert answer["errors"][0]["extensions"]["code"] == "BODY_INVALID"
