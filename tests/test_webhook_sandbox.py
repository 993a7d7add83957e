"""Webhooks of test keys: what is written in the sandbox is delivered to them, and to nobody else's."""

from contextlib import AsyncExitStack
from dataclasses import replace

import schema as api
from exchange.upkeep import beside
from models.database import Database
from tests.conftest import NORTH, PATIENT
from tests.hooked import Hooked, hooked
from tests.receiver import receiving

TESTER = replace(NORTH, sandbox=True, key_prefix="th_test_n")


async def test_a_server_delivers_sandbox_and_live_apart(fresh_dsn: str) -> None:
    async with (
        hooked(fresh_dsn) as live,
        receiving() as of_live,
        receiving() as of_sandbox,
        AsyncExitStack() as last,
    ):
        database = Database(fresh_dsn, schema="sandbox", **PATIENT)
        await database.open()
        last.push_async_callback(database.close)
        sandbox = Hooked(database, live.policy, live.clock)
        await live.create(of_live.url)
        await sandbox.create(of_sandbox.url, TESTER)
        webhooks, _ = beside((live.database, database), api.schema.reads, live.policy, 90)
        async with webhooks.running():
            await live.add("real")
            await sandbox.add("tried")
            await of_live.reaches(1)
            await of_sandbox.reaches(1)
            await live.logs(lambda found: found["deliveries"]["nodes"][0]["status"] == "DELIVERED")
            await sandbox.logs(lambda found: found["deliveries"]["nodes"][0]["status"] == "DELIVERED", TESTER)
        assert [message.said[0] for message in of_live.messages] == ["real"]
        assert [message.said[0] for message in of_sandbox.messages] == ["tried"]
