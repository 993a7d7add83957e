"""What the tests of saving share: the mutations' texts, and looks at what came of them."""

from typing import Any

import schema as api
from models.database import Database
from resolvers.viewer import Viewer
from tests.conftest import NORTH, run
from tests.writing import owner_of

PLURALS = {cls.__name__: plural for _, plural, cls in (*api.KINDS, *api.FACTS)}


def mutation(type_name: str, selection: str = "id slug version", record: str = "entity") -> str:
    """The text of a save mutation with all of its variables."""
    plural = PLURALS[type_name]
    return f"""
      mutation($input: [{type_name}Input!]!, $policy: ErrorPolicy! = REJECT_ALL, $key: String) {{
        save{plural[0].upper()}{plural[1:]}(input: $input, errorPolicy: $policy, idempotencyKey: $key) {{
          created updated unchanged rejected
          results {{ index status problems {{ field code message hint }}
                     {record} {{ {selection} }} }} }} }}"""


async def save(
    database: Database,
    type_name: str,
    *items: dict[str, Any],
    viewer: Viewer = NORTH,
    selection: str = "id slug version",
    record: str = "entity",
    **more: Any,
) -> dict[str, Any]:
    """The payload; fails the test where there is an error of the mutation as a whole."""
    text = mutation(type_name, selection, record)
    answer = await run(database, text, {"input": list(items), **more}, viewer)
    assert "errors" not in answer, answer["errors"]
    (payload,) = answer["data"].values()
    assert isinstance(payload, dict)
    return payload


async def saved(database: Database, type_name: str, item: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The record of one item that is taken, with its status."""
    payload = await save(database, type_name, item, **options)
    (result,) = payload["results"]
    assert result["problems"] == [], result["problems"]
    record: dict[str, Any] = result[options.get("record", "entity")]
    return {"outcome": result["status"], **record}


async def codes(
    database: Database, type_name: str, *items: dict[str, Any], **options: Any
) -> list[list[tuple[str | None, str]]]:
    """Field and code of each item's problems."""
    payload = await save(database, type_name, *items, **options)
    return [[(one["field"], one["code"]) for one in result["problems"]] for result in payload["results"]]


async def code(database: Database, type_name: str, item: dict[str, Any], **options: Any) -> str:
    """The code of one item's one problem."""
    ((found,),) = await codes(database, type_name, item, **options)
    return found[1]


async def value(database: Database, query: str, *values: object) -> Any:
    """What a query gives to an editor."""
    async with owner_of(database) as connection:
        await connection.execute("SET ROLE triplehelix_editor")
        return await connection.fetchval(query, *values)


async def written(database: Database) -> tuple[int, ...]:
    """How many rows any write would add to."""
    tables = (
        "entity",
        "entity_name",
        "identifier",
        "relation",
        "zone_status",
        "entity_history",
        "change",
        "need",
    )
    return tuple([await value(database, f"SELECT count(*) FROM {table}") for table in tables])
