"""API keys: issuing, the two header forms, how a key ends; asked of a real database and the real server."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx2
import orjson
import pytest

from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.errors import BadUserInput, TripleHelixError, Unauthenticated
from resolvers.keys import create_key, digest, list_keys, revoke_key
from resolvers.viewer import ANONYMOUS
from tests.conftest import clone
from tests.stub_app import AbsentDatabase, Clock, application, client, serving, stop_rates
from tests.test_http import body_of
from tests.test_sockets import Peer, events, peer
from web.keyring import KeyRing, credential


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    """A database whose keys this module may change."""
    return await clone(postgres.dsn, migrated)


@pytest.fixture
async def owner(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    # The log of administration can be emptied by nobody; this test's database starts without one.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("TRUNCATE common.api_key, common.audit, common.partner CASCADE")
    await connection.execute("RESET session_replication_role")
    yield connection
    await connection.close()


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    found = Database(dsn)
    await found.open()
    yield found
    await found.close()


async def issue(owner: asyncpg.Connection, **given: Any) -> Any:
    options: dict[str, Any] = {"partner_name": "University of Karachi", "label": "nightly upload"}
    return await create_key(owner, "karachi-university", **options | given)


# Issuing.


async def test_a_key_has_a_readable_prefix_and_256_random_bits(owner: asyncpg.Connection) -> None:
    live, test = await issue(owner), await issue(owner, test=True)
    assert re.fullmatch(r"th_live_[A-Za-z0-9]{51}", live.secret)
    assert re.fullmatch(r"th_test_[A-Za-z0-9]{51}", test.secret)
    assert live.secret.startswith(live.prefix)
    assert 62 ** (len(live.secret) - len(live.prefix)) > 2**256


async def test_a_secret_is_stored_nowhere(owner: asyncpg.Connection) -> None:
    issued = await issue(owner)
    row = await owner.fetchrow("SELECT k::text AS text, digest FROM common.api_key k")
    assert row["digest"] == digest(issued.secret)
    assert len(row["digest"]) == 32
    assert issued.secret not in row["text"]
    assert issued.secret[len(issued.prefix) :] not in row["text"]
    assert issued.secret not in repr(await list_keys(owner))


async def test_a_second_key_keeps_the_partner_and_needs_no_name(owner: asyncpg.Connection) -> None:
    first = await issue(owner)
    second = await issue(owner, partner_name=None, label="second")
    assert first.record.partner_id == second.record.partner_id
    assert [key.label for key in await list_keys(owner)] == ["nightly upload", "second"]


@pytest.mark.parametrize(
    ("slug", "given"),
    [
        ("nobody", {"partner_name": None}),
        ("Karachi University", {}),
        ("a" * 101, {}),
        ("a", {"label": " "}),
        ("a", {"label": "x" * 201}),
        ("a", {"role": "reader"}),
        ("a", {"scopes": ["write everything"]}),
        ("a", {"scopes": ["bulk", "write"]}),
        ("a", {"expires_at": datetime(2000, 1, 1, tzinfo=UTC)}),
        ("a", {"expires_at": datetime(2100, 1, 1)}),
    ],
)
async def test_a_key_that_cannot_be_is_refused_and_leaves_nothing(
    owner: asyncpg.Connection, slug: str, given: dict[str, Any]
) -> None:
    with pytest.raises(BadUserInput):
        await create_key(owner, slug, **{"partner_name": "A", "label": "x"} | given)
    assert await owner.fetchval("SELECT count(*) FROM common.partner") == 0


# From header to viewer.


async def test_both_header_forms_give_the_viewer(owner: asyncpg.Connection, database: Database) -> None:
    issued = await issue(owner, scopes=["entities:write", "bulk"], role="editor")
    ring = KeyRing(database)
    for viewer in (
        await ring.viewer(f"Bearer {issued.secret}"),
        await ring.viewer(f"bearer  {issued.secret} "),
        await ring.viewer(None, issued.secret),
        await ring.viewer(f"Bearer {issued.secret}", issued.secret),
    ):
        assert (viewer.role, viewer.partner) == ("editor", "karachi-university")
        assert viewer.partner_id == issued.record.partner_id
        assert viewer.scopes == {"entities:write", "bulk"}
        assert (viewer.key_prefix, viewer.sandbox) == (issued.prefix, False)
    assert await ring.viewer(None) is ANONYMOUS


async def test_a_test_key_sees_the_sandbox(owner: asyncpg.Connection, database: Database) -> None:
    issued = await issue(owner, test=True)
    assert (await KeyRing(database).viewer(None, issued.secret)).sandbox


GOOD = "th_live_" + "a" * 51


@pytest.mark.parametrize(
    ("authorization", "api_key"),
    [
        ("", None),
        (None, ""),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic dXNlcjpwYXNz", None),
        (GOOD, None),
        (f"Bearer {GOOD[:-1]}", None),
        (f"Bearer {GOOD}a", None),
        (f"Bearer {GOOD[:-1]}é", None),
        (f"Bearer {GOOD} {GOOD}", None),
        (f"Bearer TH_LIVE_{'a' * 51}", None),
        (None, f"th_demo_{'a' * 51}"),
        (f"Bearer {GOOD}", f"th_live_{'b' * 51}"),
        (f"Bearer {GOOD}", ""),
    ],
)
def test_anything_but_one_key_is_malformed(authorization: str | None, api_key: str | None) -> None:
    with pytest.raises(Unauthenticated) as refused:
        credential(authorization, api_key)
    assert refused.value.code == "KEY_MALFORMED"
    assert GOOD not in refused.value.message


async def test_each_way_to_be_invalid_has_its_code(owner: asyncpg.Connection, database: Database) -> None:
    expiring = await issue(owner, expires_at=datetime.now(UTC) + timedelta(hours=1))
    revoked = await issue(owner)
    await owner.execute("UPDATE common.api_key SET expires_at = now() WHERE prefix = $1", expiring.prefix)
    await revoke_key(owner, revoked.prefix)
    ring = KeyRing(database)
    for secret, code in ((GOOD, "UNKNOWN"), (expiring.secret, "EXPIRED"), (revoked.secret, "REVOKED")):
        for _ in range(2):  # Once from the database, once from the cache.
            with pytest.raises(Unauthenticated) as refused:
                await ring.viewer(None, secret)
            assert (refused.value.code, refused.value.http_status) == (f"KEY_{code}", 401)


async def test_a_key_expires_while_it_is_cached(
    owner: asyncpg.Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    issued = await issue(owner, expires_at=expires_at)
    ring = KeyRing(database, clock=Clock())
    monkeypatch.setattr(
        "web.keyring.datetime", SimpleNamespace(now=lambda _: expires_at - timedelta(microseconds=1))
    )
    await ring.viewer(None, issued.secret)
    monkeypatch.setattr("web.keyring.datetime", SimpleNamespace(now=lambda _: expires_at))
    with pytest.raises(Unauthenticated) as refused:
        await ring.viewer(None, issued.secret)
    assert refused.value.code == "KEY_EXPIRED"


async def test_a_revocation_takes_effect_within_a_second(
    owner: asyncpg.Connection, database: Database
) -> None:
    issued = await issue(owner)
    clock = Clock()
    ring = KeyRing(database, clock=clock)
    await ring.viewer(None, issued.secret)
    first = await revoke_key(owner, issued.secret)
    clock.now = 0.99
    await ring.viewer(None, issued.secret)
    clock.now = 1.0
    with pytest.raises(Unauthenticated) as refused:
        await ring.viewer(None, issued.secret)
    assert refused.value.code == "KEY_REVOKED"
    assert (await revoke_key(owner, issued.prefix)).revoked_at == first.revoked_at


@pytest.mark.parametrize("prefix", ["th_live_AAAAAAAA", "", "th_live_", "%", "x' OR true --"])
async def test_revoking_what_is_no_key_says_so(owner: asyncpg.Connection, prefix: str) -> None:
    await issue(owner)
    with pytest.raises(BadUserInput):
        await revoke_key(owner, prefix)
    assert [key.revoked_at for key in await list_keys(owner)] == [None]


async def test_use_is_noted_once_a_minute(owner: asyncpg.Connection, database: Database) -> None:
    issued = await issue(owner)

    async def use() -> datetime:
        await KeyRing(database).viewer(None, issued.secret)
        found: datetime = (await list_keys(owner))[0].last_used_at or datetime.min.replace(tzinfo=UTC)
        return found

    first = await use()
    assert abs((datetime.now(UTC) - first).total_seconds()) < 60
    assert await use() == first
    await owner.execute("UPDATE common.api_key SET last_used_at = now() - interval '61 seconds'")
    assert await use() > first


async def test_look_ups_are_shared_cached_and_bounded(owner: asyncpg.Connection, database: Database) -> None:
    issued = await issue(owner)
    asked = 0

    class Counting:
        def admin(self) -> Any:
            nonlocal asked
            asked += 1
            return database.admin()

    ring = KeyRing(Counting(), max_cached=2, clock=Clock())
    await asyncio.gather(*(ring.viewer(None, issued.secret) for _ in range(50)))
    assert asked == 1
    for letter in "bcd":
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await ring.viewer(None, "th_live_" + letter * 51)
    assert asked == 4
    await ring.viewer(None, issued.secret)
    assert asked == 5


async def test_without_a_database_a_key_is_neither_believed_nor_ignored() -> None:
    with pytest.raises(TripleHelixError) as refused:
        await KeyRing(AbsentDatabase()).viewer(None, GOOD)
    assert (refused.value.code, refused.value.http_status) == ("DATABASE_UNAVAILABLE", 503)


# Over the wire.

ASKER = {"query": "{ asker { role partner sandbox } }"}


async def test_a_request_is_answered_as_its_partner_or_not_at_all(
    owner: asyncpg.Connection, dsn: str
) -> None:
    issued = await issue(owner)
    async with client(application(Database(dsn))) as api:

        async def ask(**headers: str) -> httpx2.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await api.post("/graphql", json=ASKER, headers=named)

        anonymous = (await ask()).json()["data"]["asker"]
        assert anonymous == {"role": "reader", "partner": None, "sandbox": False}
        for headers in ({"authorization": f"Bearer {issued.secret}"}, {"x_api_key": issued.secret}):
            found = (await ask(**headers)).json()["data"]["asker"]
            assert found == {"role": "partner", "partner": "karachi-university", "sandbox": False}
        for headers in ({"authorization": ""}, {"x_api_key": GOOD}, {"authorization": "Basic x"}):
            refused = await ask(**headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")
            assert "data" not in refused.json()
        twice = [("authorization", f"Bearer {issued.secret}"), ("authorization", f"Bearer {GOOD}")]
        assert (await api.post("/graphql", json=ASKER, headers=twice)).status_code == 401


async def test_a_key_may_send_a_larger_body(owner: asyncpg.Connection, dsn: str) -> None:
    issued = await issue(owner)
    async with client(application(Database(dsn))) as api:
        headers = {"content-type": "application/json", "x-api-key": issued.secret}
        for size, status in ((256_001, 200), (2_000_000, 200), (2_000_001, 413)):
            response = await api.post("/graphql", content=body_of(size), headers=headers)
            assert response.status_code == status


async def test_a_websocket_takes_a_key_in_its_head_or_its_init(owner: asyncpg.Connection, dsn: str) -> None:
    secret = (await issue(owner)).secret

    async def role(client: Peer, payload: Any = None) -> Any:
        await client.begin(payload)
        await client.subscribe(ASKER["query"])
        return (await client.hear())["payload"]["data"]["asker"]["role"]

    async with serving(application(Database(dsn))) as place:
        for payload in ({"authorization": f"Bearer {secret}"}, {"apiKey": secret}):
            async with peer(place) as found:
                assert await role(found, payload) == "partner"
        async with peer(place, additional_headers={"Authorization": f"Bearer {secret}"}) as found:
            assert await role(found) == "partner"
        async with peer(place) as found:
            assert await role(found) == "reader"
        async with peer(place) as found:
            await found.say({"type": "connection_init", "payload": {"apiKey": GOOD}})
            code, reason = await found.closed()
            assert (code, reason[:11]) == (4403, "KEY_UNKNOWN")


async def test_a_revoked_key_ends_open_subscriptions(owner: asyncpg.Connection, dsn: str) -> None:
    issued = await issue(owner)
    async with serving(application(Database(dsn))) as place, httpx2.AsyncClient(timeout=60) as http:
        async with peer(place) as found:
            await found.begin({"apiKey": issued.secret})
            await found.subscribe("subscription { tick }")
            await found.hear()
            async with http.stream(
                "POST",
                f"http://{place[0]}:{place[1]}/graphql",
                json={"query": "subscription { tick }"},
                headers={"accept": "text/event-stream", "x-api-key": issued.secret},
            ) as streaming:
                pieces = streaming.aiter_text()
                text = await anext(pieces)
                await revoke_key(owner, issued.prefix)
                code, reason = await found.closed()
                assert (code, reason[:11]) == (4403, "KEY_REVOKED")
                async with asyncio.timeout(60):
                    async for piece in pieces:
                        text += piece
        last = events(text)
        assert last[-2][1]["errors"][0]["extensions"]["code"] == "KEY_REVOKED"
        assert last[-1] == ("complete", None)


async def test_a_revoked_key_starts_nothing_on_an_open_socket(owner: asyncpg.Connection, dsn: str) -> None:
    issued = await issue(owner)
    async with serving(application(Database(dsn))) as place, peer(place) as found:
        await found.begin({"apiKey": issued.secret})
        await revoke_key(owner, issued.prefix)
        await asyncio.sleep(1.1)  # The time in which a revocation must have taken effect.
        await found.subscribe(ASKER["query"])
        code, reason = await found.closed()
        assert (code, reason[:11]) == (4403, "KEY_REVOKED")


async def test_wrong_keys_run_into_a_rate_of_their_own(
    owner: asyncpg.Connection, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_rates(monkeypatch)
    issued = await issue(owner)
    settings = {"rate_anonymous": 1, "rate_anonymous_burst": 5}
    async with client(application(Database(dsn), **settings)) as api:
        codes = []
        for number in range(6):
            wrong = {"x-api-key": "th_live_" + str(number) * 51}
            response = await api.post("/graphql", json=ASKER, headers=wrong)
            codes.append(orjson.loads(response.content)["errors"][0]["extensions"]["code"])
        assert codes == ["KEY_UNKNOWN"] * 5 + ["RATE_LIMITED"]
    async with client(application(Database(dsn), **settings), address="192.0.2.2") as api:
        assert (
            await api.post("/graphql", json=ASKER, headers={"x-api-key": issued.secret})
        ).status_code == 200
