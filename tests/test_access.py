"""Administration over the API: keys made, rotated, listed and revoked, by whom, and the log that is kept."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

import schema as api
import server
from models.database import Database
from resolvers.audit import note
from resolvers.keys import create_key, digest, rotate_key
from resolvers.limits import KeyLimits
from resolvers.viewer import ANONYMOUS, Viewer
from settings import Settings
from tests import graph
from tests.conftest import EDITOR, NORTH, PATIENT, run
from tests.processes import CHECKOUT
from tests.row_security import DENIED, SOUTH, acting
from tests.stub_app import AbsentDatabase, client
from tests.writing import change, owner_of, refused
from web.keyring import KeyRing

CREATE = """mutation($input: CreateKeyInput!) { createKey(input: $input) {
  secret key { id prefix label role scopes isValid expiresAt partner { slug name } } } }"""
ROTATE = """mutation($input: RotateKeyInput!) { rotateKey(input: $input) {
  secret key { id prefix scopes expiresAt isValid } previous { prefix expiresAt revokedAt isValid } } }"""
REVOKE = (
    "mutation($prefix: String!) { revokeKey(input: {prefix: $prefix}) { key { prefix isValid revokedAt } } }"
)
KEYS = "{ keys(orderBy: [{field: PREFIX}]) { totalCount nodes { prefix isValid partner { slug } } } }"
LOG = """query($where: AuditEntryWhere) {
  auditLog(first: 100, where: $where, orderBy: [{field: AT}, {field: ID}]) {
    nodes { who keyPrefix action target outcome requestId detail at } } }"""
PLATFORM = Viewer("editor", graph.PARTNERS["south"], "south", EDITOR.scopes, "th_live_p")
ALL = ["entities:write", "persons:read", "bulk", "webhooks", "admin"]


@pytest.fixture
async def database(graph_copy: Database) -> Database:
    return graph_copy


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    async with owner_of(database) as connection:
        yield connection


async def log(database: Database, **where: Any) -> list[dict[str, Any]]:
    answer = await run(database, LOG, {"where": where}, PLATFORM)
    found: list[dict[str, Any]] = answer["data"]["auditLog"]["nodes"]
    return found


# Making.


async def test_an_editor_makes_a_key_that_works(database: Database) -> None:
    given = {"partner": "thar", "partnerName": "Thar University", "label": "nightly", "scopes": ["bulk"]}
    made = await change(database, CREATE, PLATFORM, input=given | {"expiresAt": "2100-01-01T00:00:00Z"})
    key = made["key"]
    assert made["secret"].startswith(key["prefix"])
    assert key | {"id": "", "prefix": ""} == {
        "id": "",
        "prefix": "",
        "label": "nightly",
        "role": "partner",
        "scopes": ["bulk"],
        "isValid": True,
        "expiresAt": "2100-01-01T00:00:00.000000Z",
        "partner": {"slug": "thar", "name": "Thar University"},
    }
    viewer = await KeyRing(database).viewer(None, made["secret"])
    assert (viewer.role, viewer.partner, set(viewer.scopes)) == ("partner", "thar", {"bulk"})
    assert (viewer.partner_name, viewer.expires_at) == ("Thar University", datetime(2100, 1, 1, tzinfo=UTC))
    (entry,) = await log(database, action={"eq": "key.create"})
    assert (entry["who"], entry["keyPrefix"], entry["target"]) == ("south", "th_live_p", key["prefix"])
    assert (entry["outcome"], entry["requestId"]) == ("DONE", "test")


async def test_an_editors_key_and_a_test_key_are_made_where_asked_for(database: Database) -> None:
    for given in ({"isEditor": True}, {"isTest": True}):
        made = await change(database, CREATE, PLATFORM, input={"partner": "north", "label": "x"} | given)
        viewer = await KeyRing(database).viewer(None, made["secret"])
        assert (viewer.role == "editor", viewer.sandbox) == ("isEditor" in given, "isTest" in given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"partner": "nobody"}, "BAD_USER_INPUT"),
        ({"label": " "}, "BAD_USER_INPUT"),
        ({"scopes": ["everything"]}, "BAD_USER_INPUT"),
        ({"expiresAt": "2000-01-01T00:00:00Z"}, "BAD_USER_INPUT"),
    ],
)
async def test_a_key_that_cannot_be_is_refused_and_noted(
    database: Database, given: dict[str, Any], code: str
) -> None:
    assert await refused(database, CREATE, PLATFORM, input={"partner": "north", "label": "x"} | given) == code
    (entry,) = await log(database)
    assert (entry["action"], entry["outcome"]) == ("key.create", "REFUSED")
    assert code in entry["detail"]


async def everything(owner: asyncpg.Connection) -> str:
    """Every row of every table, as text."""
    tables = await owner.fetch(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
        "WHERE schemaname IN ('common', 'live', 'sandbox')"
    )
    assert len(tables) > 60
    texts = [await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table[0]} t") for table in tables]
    return " ".join(text for text in texts if text)


async def test_a_secret_is_told_once_and_kept_nowhere(
    database: Database, owner: asyncpg.Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    create = """mutation { createKey(input: {partner: "north", label: "x"}, idempotencyKey: "key-1") {
      secret key { prefix } } }"""
    first = await change(database, create, PLATFORM)
    assert await change(database, create, PLATFORM) == first | {"secret": None}
    prefix = first["key"]["prefix"]
    rotate = f"""mutation {{ rotateKey(input: {{prefix: "{first["secret"]}"}}, idempotencyKey: "key-2") {{
      secret key {{ prefix }} }} }}"""
    second = await change(database, rotate, PLATFORM)
    assert await change(database, rotate, PLATFORM) == second | {"secret": None}
    kept = await everything(owner)
    assert prefix in kept
    for secret in (first["secret"], second["secret"]):
        assert digest(secret).hex() in kept
        assert secret[len(prefix) :] not in kept
        assert secret[len(prefix) :] not in "".join(capfd.readouterr())


# Two live keys.


async def test_a_partner_has_two_valid_keys_at_most(database: Database, owner: asyncpg.Connection) -> None:
    given = {"input": {"partner": "north", "label": "x"}}
    first = await change(database, CREATE, PLATFORM, **given)
    await change(database, CREATE, PLATFORM, **given)
    assert await refused(database, CREATE, PLATFORM, **given) == "KEY_LIMIT"
    # Those of the sandbox, of another partner and of editors are counted apart.
    for other in ({"isTest": True}, {"isTest": True}, {"partner": "south"}, {"isEditor": True}):
        await change(database, CREATE, PLATFORM, input=given["input"] | other)
    await change(database, REVOKE, PLATFORM, prefix=first["key"]["prefix"])
    await change(database, CREATE, PLATFORM, **given)
    assert await refused(database, CREATE, PLATFORM, **given) == "KEY_LIMIT"
    await owner.execute("UPDATE common.api_key SET expires_at = now() WHERE prefix LIKE 'th_live_%'")
    await change(database, CREATE, PLATFORM, **given)


async def test_of_many_keys_made_at_once_two_are_valid(database: Database) -> None:
    given = {"input": {"partner": "north", "label": "x"}}
    answers = await asyncio.gather(*(run(database, CREATE, given, PLATFORM) for _ in range(8)))
    codes = [error["code"] for answer in answers for error in answer.get("errors", [])]
    assert codes == ["KEY_LIMIT"] * 6


# Rotating and revoking.


async def test_a_rotated_key_has_the_rights_of_the_old_one_which_ends(database: Database) -> None:
    ends = datetime.now(UTC) + timedelta(days=30)
    given = {"partner": "north", "label": "x", "scopes": ["bulk"], "expiresAt": ends.isoformat()}
    old = await change(database, CREATE, PLATFORM, input=given)
    new = await change(database, ROTATE, PLATFORM, input={"prefix": old["key"]["prefix"], "graceHours": 1})
    ring = KeyRing(database)
    for made in (old, new):
        viewer = await ring.viewer(None, made["secret"])
        assert (viewer.partner, set(viewer.scopes)) == ("north", {"bulk"})
        until = {"old": timedelta(hours=1), "new": timedelta(days=30)}["old" if made is old else "new"]
        assert viewer.expires_at is not None
        assert abs(viewer.expires_at - datetime.now(UTC) - until) < timedelta(minutes=1)
    assert new["previous"]["isValid"]
    assert await refused(database, ROTATE, PLATFORM, input={"prefix": new["key"]["prefix"]}) == "KEY_LIMIT"
    # Without any grace the old key ends at once, and may be one of two.
    last = await change(database, ROTATE, PLATFORM, input={"prefix": new["key"]["prefix"], "graceHours": 0})
    assert not last["previous"]["isValid"]
    assert last["key"]["isValid"]


@pytest.mark.parametrize(("grace", "code"), [(-1, "BAD_USER_INPUT"), (721, "BAD_USER_INPUT"), (720, None)])
async def test_the_grace_has_a_limit(database: Database, grace: int, code: str | None) -> None:
    old = await change(database, CREATE, PLATFORM, input={"partner": "north", "label": "x"})
    given = {"input": {"prefix": old["key"]["prefix"], "graceHours": grace}}
    if code is None:
        await change(database, ROTATE, PLATFORM, **given)
    else:
        assert await refused(database, ROTATE, PLATFORM, **given) == code


async def test_only_a_valid_key_is_rotated(database: Database) -> None:
    old = (await change(database, CREATE, PLATFORM, input={"partner": "north", "label": "x"}))["key"][
        "prefix"
    ]
    revoked = await change(database, REVOKE, PLATFORM, prefix=old)
    assert await refused(database, ROTATE, PLATFORM, input={"prefix": old}) == "CONFLICT"
    assert (await change(database, REVOKE, PLATFORM, prefix=old)) == revoked
    assert [entry["action"] for entry in await log(database, outcome={"eq": "DONE"})] == [
        "key.create",
        "key.revoke",
    ]
    for prefix in ("th_live_AAAAAAAA", "%", ""):
        assert await refused(database, REVOKE, PLATFORM, prefix=prefix) == "NOT_FOUND"


# Who may.


async def test_a_partner_with_the_scope_administers_its_own_keys_only(
    database: Database, owner: asyncpg.Connection
) -> None:
    north = (await create_key(owner, "north", label="n", scopes=["bulk"])).prefix
    south = (await create_key(owner, "south", label="s")).prefix
    answer = await run(database, KEYS, viewer=NORTH)
    assert answer["data"]["keys"] == {
        "totalCount": 1,
        "nodes": [{"prefix": north, "isValid": True, "partner": {"slug": "north"}}],
    }
    assert (await run(database, KEYS, viewer=PLATFORM))["data"]["keys"]["totalCount"] == 2
    assert await refused(database, REVOKE, NORTH, prefix=south) == "NOT_FOUND"
    assert await refused(database, ROTATE, NORTH, input={"prefix": south}) == "NOT_FOUND"
    new = await change(database, ROTATE, NORTH, input={"prefix": north})
    assert new["key"]["scopes"] == ["bulk"]
    assert not (await change(database, REVOKE, NORTH, prefix=new["key"]["prefix"]))["key"]["isValid"]
    assert await owner.fetchval("SELECT revoked_at IS NULL FROM common.api_key WHERE prefix = $1", south)


NOBODY = replace(NORTH, scopes=NORTH.scopes - {"admin"})
SANDBOX = replace(PLATFORM, sandbox=True)
UNSCOPED = replace(PLATFORM, scopes=PLATFORM.scopes - {"admin"})


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (CREATE, {"input": {"partner": "north", "label": "x"}}),
        (ROTATE, {"input": {"prefix": "th_live_AAAAAAAA"}}),
        (REVOKE, {"prefix": "th_live_AAAAAAAA"}),
        (KEYS, {}),
        ("{ partners { nodes { slug name } } }", {}),
        (LOG, {}),
    ],
    ids=["create", "rotate", "revoke", "keys", "partners", "log"],
)
async def test_who_may_not_administer_is_told_why(
    database: Database, document: str, variables: dict[str, Any]
) -> None:
    editors_only = document not in (ROTATE, REVOKE, KEYS)
    partner = "FORBIDDEN" if editors_only else "SCOPE_MISSING"
    for _ in range(2):  # The second time the plan is known.
        for viewer, code in (
            (ANONYMOUS, "UNAUTHENTICATED"),
            (NOBODY, partner),
            (UNSCOPED, "SCOPE_MISSING"),
            (SANDBOX, "FORBIDDEN"),
            *([(NORTH, "FORBIDDEN")] if editors_only else []),
        ):
            assert await refused(database, document, viewer, **variables) == code
    if document in (KEYS, LOG):
        assert "errors" not in await run(database, document, variables, PLATFORM)


async def test_partners_are_listed_for_editors(database: Database) -> None:
    answer = await run(database, "{ partners(orderBy: [{field: SLUG}]) { nodes { slug } } }", viewer=PLATFORM)
    assert {"north", "south"} <= {one["slug"] for one in answer["data"]["partners"]["nodes"]}


# The second wall.


async def test_postgresql_shows_a_partner_its_own_keys_without_digests(owner: asyncpg.Connection) -> None:
    for slug in ("north", "south"):
        await create_key(owner, slug, label=slug)
    for viewer, expected in ((NORTH, {"north"}), (SOUTH, {"south"}), (EDITOR, {"north", "south"})):
        async with acting(owner, viewer):
            rows = await owner.fetch("SELECT label FROM common.api_key")
            assert {row["label"] for row in rows} == expected
    for viewer in (NORTH, EDITOR):
        for statement in (
            "SELECT digest FROM common.api_key",
            "SELECT * FROM common.api_key",
            "DELETE FROM common.api_key",
            "UPDATE common.api_key SET scopes = '{admin}'",
            "UPDATE common.api_key SET role = 'editor'",
        ):
            async with acting(owner, viewer):
                with pytest.raises(DENIED):
                    await owner.execute(statement)
    async with acting(owner, ANONYMOUS):
        with pytest.raises(DENIED):
            await owner.execute("SELECT label FROM common.api_key")


async def test_postgresql_lets_a_partner_make_keys_of_its_own_only(owner: asyncpg.Connection) -> None:
    insert = """INSERT INTO common.api_key (partner_id, label, prefix, digest, role)
                VALUES ($1, 'x', 'th_live_x', '\\x00', $2)"""
    for partner, role in (("south", "partner"), ("north", "editor")):
        async with acting(owner, NORTH):
            with pytest.raises(DENIED):
                await owner.execute(insert, graph.PARTNERS[partner], role)
    async with acting(owner, NORTH):
        await owner.execute(insert, graph.PARTNERS["north"], "partner")
        assert await owner.execute("UPDATE common.api_key SET revoked_at = now()") == "UPDATE 1"


async def test_the_log_is_only_ever_added_to(owner: asyncpg.Connection) -> None:
    await note(owner, None, "key.create", "th_live_AAAAAAAA")
    changes = ("UPDATE common.audit SET who = 'x'", "DELETE FROM common.audit", "TRUNCATE common.audit")
    for statement in changes:
        with pytest.raises(DENIED):
            await owner.execute(statement)
        for viewer in (EDITOR, NORTH):
            async with acting(owner, viewer):
                with pytest.raises(DENIED):
                    await owner.execute(statement)
    assert await owner.fetchval("SELECT who FROM common.audit") == "operator"
    for viewer in (NORTH, ANONYMOUS):
        async with acting(owner, viewer):
            with pytest.raises(DENIED):
                await owner.execute("SELECT who FROM common.audit")
    async with acting(owner, NORTH):
        await note(owner, NORTH, "x", "y")
        with pytest.raises(DENIED):
            await note(owner, SOUTH, "x", "y")


async def test_what_is_undone_is_not_in_the_log(database: Database, owner: asyncpg.Connection) -> None:
    transaction = owner.transaction()
    await transaction.start()
    await create_key(owner, "north", label="x")
    await transaction.rollback()
    assert await log(database) == []
    issued = await create_key(owner, "north", label="x")
    await rotate_key(owner, issued.prefix)
    assert [(entry["who"], entry["action"], entry["target"]) for entry in await log(database)] == [
        ("operator", "key.create", issued.prefix),
        ("operator", "key.rotate", issued.prefix),
    ]


# Personal fields.


async def test_personal_fields_open_to_partners_need_their_scope(database: Database) -> None:
    async with owner_of(database) as connection:
        person = await connection.fetchrow(
            "SELECT id, slug FROM entity "
            "WHERE kind = 'EXPERT' AND owner_id = $1 AND audience = 'PUBLIC' LIMIT 1",
            graph.PARTNERS["south"],
        )
        await connection.execute(
            "UPDATE entity SET email = 'a@example.org', email_audience = 'PARTNERS', headline = 'x', "
            "headline_audience = 'PUBLIC' WHERE id = $1",
            person["id"],
        )
    query = """query($slug: String!) {
      expert(by: {slug: $slug}) { headline email }
      experts(where: {email: {eq: "a@example.org"}}) { totalCount } }"""
    without = replace(NORTH, scopes=NORTH.scopes - {"persons:read"})
    owner = replace(SOUTH, scopes=frozenset())
    for viewer, email in (
        (without, None),
        (NORTH, "a@example.org"),
        (owner, "a@example.org"),
        (ANONYMOUS, None),
    ):
        answer = (await run(database, query, {"slug": person["slug"]}, viewer))["data"]
        assert answer == {
            "expert": {"headline": "x", "email": email},
            "experts": {"totalCount": int(email is not None)},
        }


# By commands.


def command(dsn: str, *arguments: str) -> str:
    """What a command prints on stdout; fails the test where the command fails."""
    run = subprocess.run(
        [sys.executable, "cli.py", *arguments, "--database-url", dsn],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


async def test_an_operator_rotates_keys_and_registers_issuers_by_commands(
    database: Database, owner: asyncpg.Connection
) -> None:
    old = await create_key(owner, "north", label="nightly", scopes=["bulk"])
    secret = command(database.dsn, "key", "rotate", old.prefix, "--grace-hours", "1").strip()
    viewer = await KeyRing(database).viewer(None, secret)
    assert (viewer.partner, set(viewer.scopes)) == ("north", {"bulk"})
    where = ("--url", "https://idp.example.edu", "--audience", "us", "--claim", "azp=a=b", "--scope", "bulk")
    said = command(database.dsn, "issuer", "add", "idp", "--partner", "north", *where)
    assert said == "Tokens of https://idp.example.edu for us stand for north.\n"
    listed = command(database.dsn, "issuer", "list")
    assert listed == "idp  north  valid  https://idp.example.edu  us  azp=a=b  bulk\n"
    command(database.dsn, "issuer", "revoke", "idp")
    acts = [line.split("  ")[1:5] for line in command(database.dsn, "audit", "--last", "3").splitlines()]
    assert acts == [
        ["DONE", "operator", "key.rotate", old.prefix],
        ["DONE", "operator", "issuer.add", "idp"],
        ["DONE", "operator", "issuer.revoke", "idp"],
    ]


# Who is asking.


VIEWER = """{ viewer { role isSandbox partner { name slug scopes keyPrefix expiresAt limits {
  requestsPerSecond requestsAtOnce writesPerSecond nodesPerMinute nodesPerOperation bodyBytes } } } }"""


async def test_a_viewer_is_told_who_it_is_and_how_much_it_may_ask(
    database: Database, owner: asyncpg.Connection
) -> None:
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    issued = await create_key(owner, "north", label="x", scopes=ALL, expires_at=ends)
    given: dict[str, Any] = {"metrics_port": 0, "log_level": "error", "rate_key": 7, "cost_max": 900}
    settings = Settings(database_url=database.dsn, **given)
    live = Database(database.dsn, **PATIENT)
    reads = server._schema(settings)
    app = server.compose(settings, reads, api.make_context, live, AbsentDatabase())
    async with client(app) as asking:
        for headers in ({}, {"authorization": f"Bearer {issued.secret}"}):
            answer = await asking.post("/graphql", json={"query": VIEWER}, headers=headers)
            found = answer.json()["data"]["viewer"]
            if not headers:
                assert found == {"role": "reader", "isSandbox": False, "partner": None}
    usual = KeyLimits()
    assert found == {
        "role": "partner",
        "isSandbox": False,
        "partner": {
            "name": "Partner north",
            "slug": "north",
            "scopes": sorted(ALL),
            "keyPrefix": issued.prefix,
            "expiresAt": "2100-01-01T00:00:00+00:00",
            "limits": {
                "requestsPerSecond": 7,
                "requestsAtOnce": usual.requests_at_once,
                "writesPerSecond": usual.writes_per_second,
                "nodesPerMinute": usual.nodes_per_minute,
                "nodesPerOperation": 900,
                "bodyBytes": usual.body_bytes,
            },
        },
    }
