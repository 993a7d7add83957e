"""Each act of administration is noted once, in the transaction that does it, whoever does it and however."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import cli
import schema as api
from models.database import Database
from resolvers.errors import Code, Unavailable
from resolvers.keys import create_key
from resolvers.payloads import Payload
from resolvers.viewer import Viewer
from tests import graph, test_corrections, test_disputes
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH
from tests.test_access import CREATE, REVOKE, ROTATE, log
from tests.writing import ASSERT, MERGE, PIN, UNDO, UNPIN, area, change, make, make_zone, owner_of

PLATFORM = Viewer("editor", graph.PARTNERS["south"], "south", EDITOR.scopes, "th_live_p")
CONSENT = """mutation($slug: String!) { setConsent(input: {expert: {slug: $slug},
  fields: [{field: EMAIL, audience: PUBLIC}]}) { expert { id } } }"""
REGISTER = """mutation($input: RegisterIssuerInput!) { registerIssuer(input: $input) { issuer {
  id name url audience jwksUri algorithms scopes claims isTest revokedAt partner { slug } } } }"""
UNREGISTER = 'mutation { revokeIssuer(input: {name: "idp"}) { issuer { id name revokedAt } } }'
IDP = {"name": "idp", "partner": "north", "url": "https://idp.example.edu", "audience": "us"}

Act = tuple[str, dict[str, Any], str]
"""A mutation, its variables, and the target that its note names."""


@pytest.fixture
async def database(graph_copy: Database) -> Database:
    for slug in ("park", "double"):
        await make_zone(graph_copy, slug, owner_id=SOUTH.partner_id)
    await make(
        graph_copy,
        "entity",
        {"kind": "EXPERT", "slug": "sara", "name": "Sara Example", "owner_id": NORTH.partner_id},
    )
    return graph_copy


async def id_of(database: Database, slug: str) -> str:
    async with owner_of(database) as connection:
        return str(await connection.fetchval("SELECT id FROM entity WHERE slug = $1", slug))


async def stated(database: Database) -> str:
    payload = await change(database, ASSERT, NORTH, input=area("park", "140"))
    return str(payload["assertion"]["id"])


async def pin(database: Database) -> Act:
    fact = await stated(database)
    return PIN, {"id": fact, "reason": "Measured."}, fact


async def unpin(database: Database) -> Act:
    text, variables, fact = await pin(database)
    await change(database, text, EDITOR, **variables)
    return UNPIN, {"id": fact}, fact


async def merge(database: Database) -> Act:
    variables = {"survivor": {"slug": "park"}, "duplicate": {"slug": "double"}}
    return MERGE, variables, await id_of(database, "double")


async def undo(database: Database) -> Act:
    text, variables, merged = await merge(database)
    await change(database, text, EDITOR, **variables)
    return UNDO, {"duplicate": {"slug": "double"}}, merged


async def consent(database: Database) -> Act:
    return CONSENT, {"slug": "sara"}, await id_of(database, "sara")


async def correction(database: Database) -> Act:
    proposed = await test_corrections.proposed(database)
    return test_corrections.RESOLVE, {"id": proposed, "accept": True}, proposed


async def dispute(database: Database) -> Act:
    found = await test_disputes.disputed(database, SOUTH, assertion=await stated(database))
    return test_disputes.RESOLVE, {"id": found["id"], "uphold": False}, str(found["id"])


async def make_key(database: Database) -> Act:
    return CREATE, {"input": {"partner": "north", "label": "x"}}, "*"


async def rotate(database: Database) -> Act:
    async with owner_of(database) as connection:
        old = await create_key(connection, "north", label="x")
    return ROTATE, {"input": {"prefix": old.prefix}}, old.prefix


async def revoke(database: Database) -> Act:
    async with owner_of(database) as connection:
        old = await create_key(connection, "north", label="x")
    return REVOKE, {"prefix": old.prefix}, old.prefix


async def register(database: Database) -> Act:
    return REGISTER, {"input": IDP}, "idp"


async def unregister(database: Database) -> Act:
    await change(database, REGISTER, EDITOR, input=IDP)
    return UNREGISTER, {}, "idp"


ACTS: dict[str, tuple[str, Callable[[Database], Any]]] = {
    "pinFact": ("fact.pin", pin),
    "unpinFact": ("fact.unpin", unpin),
    "mergeEntities": ("entity.merge", merge),
    "undoMerge": ("entity.unmerge", undo),
    "setConsent": ("consent.set", consent),
    "resolveCorrection": ("correction.resolve", correction),
    "resolveDispute": ("dispute.resolve", dispute),
    "createKey": ("key.create", make_key),
    "rotateKey": ("key.rotate", rotate),
    "revokeKey": ("key.revoke", revoke),
    "registerIssuer": ("issuer.add", register),
    "revokeIssuer": ("issuer.revoke", unregister),
}


async def noted(database: Database, prefix: str) -> list[dict[str, Any]]:
    """What was noted of the acts of one key."""
    return await log(database, keyPrefix={"eq": prefix})


def test_the_acts_are_all_that_the_api_has_for_editors() -> None:
    fields = api.schema._schema.mutation_type.fields  # type: ignore[union-attr]
    said = {
        name
        for name, field in fields.items()
        if "editors" in (field.description or "") or "scope admin" in (field.description or "")
    }
    assert said == set(ACTS)


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_is_noted_once_when_it_is_done_and_not_when_it_is_refused_or_undone(
    database: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, prepared = ACTS[name]
    text, variables, target = await prepared(database)

    async def fails(*_: Any) -> bytes:
        raise Unavailable("The answer cannot be read.", code=Code.TIMEOUT)

    weak = replace(PLATFORM, scopes=frozenset())
    assert [one["code"] for one in (await run(database, text, variables, weak))["errors"]] == [
        "SCOPE_MISSING"
    ]
    with monkeypatch.context() as patched:
        patched.setattr(Payload, "read", fails)
        answer = await run(database, text, variables, PLATFORM)
    assert [one["code"] for one in answer["errors"]] == ["TIMEOUT"]
    # Of keys and issuers it is noted that somebody tried.
    tried = [entry["outcome"] for entry in await noted(database, "th_live_p")]
    assert tried == (["REFUSED"] * 2 if action.startswith(("key.", "issuer.")) else [])
    await change(database, text, PLATFORM, **variables)
    (entry,) = (await noted(database, "th_live_p"))[len(tried) :]
    assert (entry["action"], entry["outcome"]) == (action, "DONE")
    assert (entry["who"], entry["requestId"]) == ("south", "test")
    assert target in ("*", entry["target"])
    assert "reason" not in json.loads(entry["detail"])


async def test_what_is_sent_again_is_noted_once(database: Database) -> None:
    text, variables, _ = await merge(database)
    keyed = text.replace("($survivor", "($key: String, $survivor").replace(
        'reason: "one thing"})', 'reason: "one thing"}, idempotencyKey: $key)'
    )
    for _ in range(2):
        await change(database, keyed, PLATFORM, **variables, key="once")
    assert len(await noted(database, "th_live_p")) == 1


async def test_who_maintains_a_record_looks_after_it_unnoted(database: Database) -> None:
    text, variables, _ = await consent(database)
    await change(database, text, NORTH, **variables)
    text, variables, _ = await correction(database)
    await change(database, text, SOUTH, **variables)
    assert await log(database) == []


async def test_an_issuer_is_registered_listed_and_revoked_by_editors_only(database: Database) -> None:
    given = IDP | {
        "claims": [{"name": "azp", "value": "sync"}],
        "scopes": ["bulk"],
        "jwksUri": "https://idp.example.edu/keys",
    }
    made = (await change(database, REGISTER, PLATFORM, input=given))["issuer"]
    assert made | {"id": ""} == {
        "id": "", "name": "idp", "url": "https://idp.example.edu", "audience": "us",
        "jwksUri": "https://idp.example.edu/keys", "algorithms": ["ES256", "RS256"], "scopes": ["bulk"],
        "claims": '{"azp": "sync"}', "isTest": False, "revokedAt": None, "partner": {"slug": "north"},
    }  # fmt: skip
    listed = "{ issuers { nodes { name revokedAt } } }"
    found = (await run(database, listed, viewer=EDITOR))["data"]["issuers"]["nodes"]
    assert found == [{"name": "idp", "revokedAt": None}]
    assert (await change(database, UNREGISTER, PLATFORM))["issuer"]["revokedAt"] is not None
    for text, variables in ((REGISTER, {"input": IDP}), (UNREGISTER, {}), (listed, {})):
        for viewer, code in (
            (NORTH, "FORBIDDEN"),
            (replace(PLATFORM, sandbox=True), "FORBIDDEN"),
            (replace(PLATFORM, scopes=frozenset()), "SCOPE_MISSING"),
        ):
            answer = await run(database, text, variables, viewer)
            assert [one["code"] for one in answer["errors"]] == [code]
    for wrong, code in (
        ({"url": "http://idp.example.edu"}, "BAD_USER_INPUT"),
        ({"jwksUri": "https://127.0.0.1/keys"}, "BAD_USER_INPUT"),
        ({"algorithms": ["HS256"]}, "BAD_USER_INPUT"),
        ({"partner": "nobody"}, "BAD_USER_INPUT"),
        ({}, "CONFLICT"),
    ):
        answer = await run(database, REGISTER, {"input": IDP | wrong}, PLATFORM)
        assert [one["code"] for one in answer["errors"]] == [code], wrong


async def test_commands_note_who_erased_whom_and_that_the_sandbox_was_emptied(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    erased = await id_of(database, "sara")
    for command in (["erase", "sara", "--reason", "She asked for it."], ["sandbox", "reset"], ["audit"]):
        arguments = [*command, "--database-url", database.dsn]
        await asyncio.to_thread(cli.app, args=arguments, standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()[-2:]
    assert [line.split("  ")[1:5] for line in lines] == [
        ["DONE", "operator", "person.erase", erased],
        ["DONE", "operator", "sandbox.reset", "sandbox"],
    ]
