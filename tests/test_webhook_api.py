"""What partners may do with webhooks: their own only, by their scope; secrets rotate and are shown once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import standardwebhooks

from exchange import webhook_endpoints as endpoints
from exchange.outbound import Outbound
from exchange.webhook_endpoints import Policy
from exchange.webhook_secrets import Seal, Unreadable
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import NORTH
from tests.hooked import CREATE, LOG, PARTNERS, Hooked, hooked
from tests.receiver import receiving

SOUTH = PARTNERS["south"]
URL = "http://127.0.0.1:9/hook"
ACTS = {
    "updateWebhook": 'updateWebhook(input: {webhook: $w, description: "x"}) { webhook { id } }',
    "rotateWebhookSecret": "rotateWebhookSecret(input: {webhook: $w}) { secret }",
    "removeWebhook": "removeWebhook(input: {webhook: $w}) { removed }",
    "pingWebhook": "pingWebhook(input: {webhook: $w}) { delivery { id } }",
    "replayWebhook": 'replayWebhook(input: {webhook: $w, after: "x"}) { webhook { id } }',
}


def act(name: str) -> str:
    return f"mutation($w: ID!) {{ {ACTS[name]} }}"


@pytest.fixture
async def hooks(fresh_dsn: str) -> AsyncIterator[Hooked]:
    async with hooked(fresh_dsn) as found:
        yield found


def code(answer: dict[str, Any]) -> str | None:
    return answer["errors"][0]["code"] if "errors" in answer else None


@pytest.mark.parametrize("name", ACTS)
async def test_another_partners_webhook_is_as_a_missing_one(hooks: Hooked, name: str) -> None:
    webhook_id, _ = await hooks.create(URL)
    missing = str(UUID(int=0))
    theirs = await hooks.ask(act(name), SOUTH, w=webhook_id)
    nobodys = await hooks.ask(act(name), SOUTH, w=missing)
    assert code(theirs) == "NOT_FOUND"
    assert theirs == nobodys
    assert (await hooks.ask(LOG, SOUTH))["data"]["webhooks"]["nodes"] == []
    assert (await hooks.log())["id"] == webhook_id


@pytest.mark.parametrize("name", ["createWebhook", "webhooks", *ACTS])
async def test_everything_about_webhooks_needs_a_key_with_their_scope(hooks: Hooked, name: str) -> None:
    webhook_id, _ = await hooks.create(URL)
    query = {"createWebhook": CREATE, "webhooks": LOG}.get(name) or act(name)
    variables: dict[str, Any] = {"input": {"url": URL}} if name == "createWebhook" else {"w": webhook_id}
    given = {} if name == "webhooks" else variables
    assert code(await hooks.ask(query, ANONYMOUS, **given)) == "UNAUTHENTICATED"
    without = replace(NORTH, scopes=NORTH.scopes - {"webhooks"})
    assert code(await hooks.ask(query, without, **given)) == "SCOPE_MISSING"


async def test_postgresql_itself_shows_a_partner_its_own_and_nobody_a_secret(
    hooks: Hooked, fresh_dsn: str
) -> None:
    await hooks.create(URL)
    connection = await asyncpg.connect(fresh_dsn)
    await connection.execute("SET search_path = live, common")

    async def count(role: str, partner: UUID | None, sql: str) -> Any:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE triplehelix_{role}")
            await connection.execute(
                "SELECT set_config('app.partner', $1, true)", str(partner) if partner else ""
            )
            return await connection.fetchval(sql)

    for table in ("webhook", "webhook_secret", "webhook_delivery"):
        forced = "SELECT relforcerowsecurity AND relrowsecurity FROM pg_class WHERE oid = $1::regclass"
        assert await connection.fetchval(forced, f"live.{table}")
    assert await count("partner", NORTH.partner_id, "SELECT count(*) FROM webhook") == 1
    assert await count("partner", SOUTH.partner_id, "SELECT count(*) FROM webhook") == 0
    assert await count("partner", NORTH.partner_id, "SELECT count(id) FROM webhook_secret") == 1
    assert await count("reader", None, "SELECT count(*) FROM webhook") == 0
    for role in ("partner", "reader"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await count(role, NORTH.partner_id, "SELECT sealed_secret FROM webhook_secret")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await count(
            "partner",
            SOUTH.partner_id,
            "INSERT INTO webhook (url, xid, seq, owner_id) "
            f"VALUES ('x', 1, 1, '{NORTH.partner_id}') RETURNING id",
        )
    await connection.close()


async def test_two_secrets_sign_while_they_rotate_and_no_third(hooks: Hooked) -> None:
    rotate = """mutation($w: ID!, $h: Int!) {
      rotateWebhookSecret(input: {webhook: $w, overlapHours: $h}) { secret }
    }"""
    async with receiving() as receiver:
        webhook_id, first = await hooks.create(receiver.url)
        second = (await hooks.ask(rotate, w=webhook_id, h=24))["data"]["rotateWebhookSecret"]["secret"]
        async with hooks.delivering():
            await hooks.add("a")
            (message,) = await receiver.reaches(1)
            third = (await hooks.ask(rotate, w=webhook_id, h=24))["data"]["rotateWebhookSecret"]["secret"]
            await hooks.add("b")
            _, other = await receiver.reaches(2)
            last = (await hooks.ask(rotate, w=webhook_id, h=0))["data"]["rotateWebhookSecret"]["secret"]
            await hooks.add("c")
            *_, alone = await receiver.reaches(3)
    for one, live in ((message, [second, first]), (other, [third, second]), (alone, [last])):
        assert len(one.headers["webhook-signature"].split(" ")) == len(live)
        for secret in live:
            standardwebhooks.Webhook(secret).verify(one.body, one.headers)
    for one, dead in ((other, first), (alone, third)):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(dead).verify(one.body, one.headers)
    assert len({first, second, third, last}) == 4
    for hours in (-1, 169):
        assert code(await hooks.ask(rotate, w=webhook_id, h=hours)) == "BAD_USER_INPUT"
    assert code(await hooks.ask(rotate, w=webhook_id, h=168)) is None


async def test_a_secret_lies_encrypted_in_the_database_and_is_shown_once(hooks: Hooked) -> None:
    given: dict[str, Any] = {"input": {"url": URL}, "key": "once"}
    first = (await hooks.ask(CREATE, **given))["data"]["createWebhook"]
    again = (await hooks.ask(CREATE, **given))["data"]["createWebhook"]
    assert first["secret"].startswith("whsec_")
    assert again == {"secret": None, "webhook": first["webhook"]}
    async with hooks.database.write(Viewer("editor")) as connection:
        sealed = await connection.fetchval("SELECT sealed_secret FROM webhook_secret")
        kept = await connection.fetchval("SELECT string_agg(answer, '') FROM idempotency_key")
    assert first["secret"].encode()[6:] not in sealed
    assert first["secret"] not in kept
    webhook_id = UUID(first["webhook"]["id"])
    assert hooks.policy.seal.open(sealed, webhook_id) == first["secret"]
    for seal, of in ((Seal("another"), webhook_id), (Seal(), webhook_id), (hooks.policy.seal, UUID(int=1))):
        with pytest.raises(Unreadable):
            seal.open(sealed, of)
    assert Seal("a key").open(Seal().close("whsec_x", webhook_id), webhook_id) == "whsec_x"


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://10.0.0.1/", "https://2130706433/", "https://[::ffff:127.0.0.1]/",
     "https://localhost/", "https://a@b.example/", "ftp://example.org/", "", "https://example.org/#x"],
)  # fmt: skip
async def test_an_address_that_may_not_be_called_makes_no_webhook(hooks: Hooked, url: str) -> None:
    strict = replace(hooks, policy=Policy(Outbound(), Seal()))
    answer = await strict.ask(CREATE, input={"url": url})
    assert code(answer) == "BAD_USER_INPUT"
    assert await strict.create("https://receiver.example.org:8443/hook?x=1")


async def test_a_partner_has_twenty_webhooks_and_no_more(
    hooks: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert endpoints.MOST == 20
    monkeypatch.setattr(endpoints, "MOST", 2)
    for _ in range(2):
        await hooks.create(URL)
    assert code(await hooks.ask(CREATE, input={"url": URL})) == "WEBHOOK_LIMIT"
    await hooks.create(URL, viewer=SOUTH)


async def test_a_webhook_begins_after_its_cursor_and_can_be_changed_and_removed(hooks: Hooked) -> None:
    async with receiving() as receiver:
        start = (await hooks.ask("{ changeLog { endCursor } }"))["data"]["changeLog"]["endCursor"]
        await hooks.add("before")
        assert code(await hooks.ask(CREATE, input={"url": URL, "after": "forged"})) == "INVALID_CURSOR"
        webhook_id, _ = await hooks.create(receiver.url, after=start)
        change = """mutation($i: UpdateWebhookInput!) {
          updateWebhook(input: $i) { webhook { kinds description status disabledReason } }
        }"""
        async with hooks.delivering():
            await receiver.reaches(1)
            given = {"webhook": webhook_id, "kinds": ["CLUSTER"], "description": "night"}
            changed = (await hooks.ask(change, i=given))["data"]["updateWebhook"]["webhook"]
            assert (changed["kinds"], changed["description"]) == (["CLUSTER"], "night")
            await hooks.add("unwanted")
            await hooks.write("INSERT INTO entity (kind, slug, name) VALUES ('CLUSTER', 'wanted', 'w')")
            await receiver.reaches(2)
            off = (await hooks.ask(change, i={"webhook": webhook_id, "enabled": False}))["data"]
            assert off["updateWebhook"]["webhook"]["status"] == "DISABLED"
            assert off["updateWebhook"]["webhook"]["disabledReason"]
            ping = act("pingWebhook")
            assert code(await hooks.ask(ping, w=webhook_id)) == "BAD_USER_INPUT"
            gone = await hooks.ask(act("removeWebhook"), w=webhook_id)
            assert gone["data"]["removeWebhook"] == {"removed": webhook_id}
            await asyncio.sleep(0.3)
    assert [message.said[0] for message in receiver.messages] == ["before", "wanted"]
    async with hooks.database.write(Viewer("editor")) as connection:
        for table in ("webhook", "webhook_secret", "webhook_delivery"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
