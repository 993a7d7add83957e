"""Webhooks after a restore: each goes on where it stood in the log, on a server that counts otherwise."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from exchange import dump, restore
from models import retention
from models.database import Database
from models.embedded import EmbeddedPostgres
from tests.conftest import EDITOR, PATIENT, clone, drop, run
from tests.hooked import Clock, Hooked, hooked
from tests.receiver import Message, Receiver, receiving
from tests.test_feed import PAGE, end_cursor

ROTATE = "mutation($w: ID!) { rotateWebhookSecret(input: {webhook: $w}) { secret } }"
ENABLE = "mutation($w: ID!) { updateWebhook(input: {webhook: $w, enabled: true}) { webhook { status } } }"


@pytest.fixture
async def other_dsn(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[str]:
    dsn = await clone(postgres.dsn, migrated)
    yield dsn
    await drop(postgres.dsn, dsn)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.webhooks.LOOK_SECONDS", 0.02)


async def lived(hooks: Hooked, receiver: Receiver, ahead: int) -> str:
    """A webhook that has had `one`, has `two` waiting and has not seen `three`; its id. The server has
    counted so many transactions more than any other."""
    webhook_id, _ = await hooks.create(receiver.url, kinds=["PROGRAM"])
    async with hooks.delivering():
        await hooks.add("one")
        await receiver.reaches(1)

        async def fails(_: Message) -> int:
            return 500

        receiver.answer = fails
        await hooks.add("two")
        await hooks.logs(
            lambda found: (
                [(one["status"], one["error"] is None) for one in found["deliveries"]["nodes"]]
                == [("DELIVERED", True), ("PENDING", False)]
            )
        )
    await hooks.add("three")
    for table in ("change", "webhook", "webhook_delivery"):
        await hooks.write(f"UPDATE {table} SET xid = xid + $1", ahead)
    return webhook_id


async def last_change(hooks: Hooked) -> int:
    async with hooks.database.write(EDITOR) as connection:
        return int(await connection.fetchval("SELECT max(seq) FROM change"))


@pytest.mark.parametrize("ahead", [0, 1_000_000_000])
@pytest.mark.parametrize("with_keys", [True, False])
async def test_what_waited_is_delivered_once_and_what_was_delivered_is_not_again(
    fresh_dsn: str, other_dsn: str, tmp_path: Path, ahead: int, with_keys: bool
) -> None:
    async with hooked(fresh_dsn) as before, receiving() as receiver:
        webhook_id = await lived(before, receiver, ahead)
        old = {message.said[0]: message.headers["webhook-id"] for message in receiver.messages}
        await dump.dump(fresh_dsn, "live", tmp_path / "all", with_keys=with_keys)
        await restore.restore(other_dsn, "live", tmp_path / "all")
        # What the server before did after the dump is lost, also the number that its next change had.
        await before.add("lost")
        lost = await last_change(before)
        database = Database(other_dsn, **PATIENT)
        await database.open()
        after = Hooked(database, before.policy, Clock())
        receiver.messages.clear()
        receiver.answer = None
        async with after.delivering():
            if not with_keys:
                found = await after.log()
                assert (found["status"], found["disabledReason"]) == ("DISABLED", restore.NO_SECRET)
                for step in (ROTATE, ENABLE):
                    assert "errors" not in await after.ask(step, w=webhook_id)
            after.clock.turn(hours=13)
            await receiver.reaches(2)
            await after.add("four")
            await receiver.reaches(3)
            found = await after.logs(
                lambda one: [each["status"] for each in one["deliveries"]["nodes"]] == ["DELIVERED"] * 4
            )
        assert sorted(message.said[0] for message in receiver.messages) == ["four", "three", "two"]
        ids = {message.said[0]: message.headers["webhook-id"] for message in receiver.messages}
        assert ids["two"] == old["two"]
        new = await last_change(after)
        assert new == lost
        if not ahead:
            async with before.delivering():
                before.clock.turn(hours=13)
                await receiver.reaches(6)
            (gone,) = [one.headers["webhook-id"] for one in receiver.messages if one.said[0] == "lost"]
            assert gone not in ids.values()
        # The places that messages tell are places in the log as it is now.
        cursors = {message.said[0]: message.payload["data"]["cursor"] for message in receiver.messages[:3]}
        nodes = (await run(database, PAGE, {"after": cursors["two"]}))["data"]["changes"]["nodes"]
        assert [node["entity"]["name"] for node in nodes] == ["three", "four"]
        await database.close()


async def test_a_clients_cursor_of_before_is_refused_and_the_log_is_whole(
    fresh_dsn: str, other_dsn: str, tmp_path: Path
) -> None:
    async with hooked(fresh_dsn) as before:
        await before.add("a", "b", "c")
        await before.write("UPDATE change SET xid = xid + 1000000000")
        # A cursor of the server before that this one counts as one of its own.
        early = await end_cursor(before.database)
        await dump.dump(fresh_dsn, "live", tmp_path / "all")
    await restore.restore(other_dsn, "live", tmp_path / "all")
    database = Database(other_dsn, **PATIENT)
    await database.open()

    async def page(after: str | None = None) -> Any:
        return await run(database, PAGE, {} if after is None else {"after": after})

    try:
        assert (await page(early))["errors"][0]["code"] == "CURSOR_EXPIRED"
        nodes = (await page())["data"]["changes"]["nodes"]
        assert [node["entity"]["name"] for node in nodes] == ["a", "b", "c"]
        rest = (await page(nodes[0]["cursor"]))["data"]["changes"]["nodes"]
        assert [node["entity"]["name"] for node in rest] == ["b", "c"]
        log = (await run(database, "{ changeLog { startCursor endCursor } }"))["data"]["changeLog"]
        assert len((await page(log["startCursor"]))["data"]["changes"]["nodes"]) == 3
        assert (await page(log["endCursor"]))["data"]["changes"]["nodes"] == []
        async with database.write(EDITOR) as writing:
            await writing.execute("UPDATE change SET changed_at = '2020-01-01' WHERE seq < 3")
            limit = await writing.fetchval("SELECT now() - interval '1 day'")
            assert await retention.prune(writing, limit) == 2
        assert (await page(nodes[0]["cursor"]))["errors"][0]["code"] == "CURSOR_EXPIRED"
        assert (await page(early))["errors"][0]["code"] == "CURSOR_EXPIRED"
        assert len((await page(nodes[1]["cursor"]))["data"]["changes"]["nodes"]) == 1
    finally:
        await database.close()
