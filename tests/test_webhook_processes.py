"""Deliveries by processes of their own, one of which is killed: at least once, in order for each record."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.hooked import hooked
from tests.processes import python
from tests.receiver import Message, receiving

KEY = "a key of the server for tests only"
DELIVER = f"""
import asyncio, sys
from datetime import timedelta
import schema
from exchange.upkeep import policy_of
from exchange.webhooks import Webhooks, utc_now
from models.database import Database
from tests.conftest import PATIENT

async def main():
    ahead = timedelta(hours=int(sys.argv[2]))
    database = Database(sys.argv[1], **PATIENT)
    await database.open()
    webhooks = Webhooks(
        [database], schema.schema.reads, policy_of(["127.0.0.1"], {KEY!r}),
        clock=lambda: utc_now() + ahead, lease=timedelta(hours=1),
    )
    async with webhooks.running():
        print("delivers", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def test_a_process_that_is_killed_in_the_middle_loses_nothing(
    fresh_dsn: str, processes: ExitStack
) -> None:
    async with hooked(fresh_dsn, KEY) as hooks, receiving() as receiver:

        async def answer(_: Message) -> int:
            await asyncio.sleep(0.05)
            return 200

        receiver.answer = answer
        await hooks.create(receiver.url)
        first, second = (processes.enter_context(python("-c", DELIVER, fresh_dsn, "0")) for _ in range(2))
        for one in (first, second):
            assert one.stdout is not None
            assert (await asyncio.to_thread(one.stdout.readline)).strip() == "delivers"
        slugs = [f"r{number}" for number in range(10)]
        await hooks.add(*slugs)
        for turn in range(3):
            for slug in slugs:
                await hooks.write("UPDATE entity SET description = $2 WHERE slug = $1", slug, f"t{turn}")
        await receiver.reaches(8)
        first.kill()
        # Of seven records at most the first had one under way: the four changes of each other are free.
        await receiver.reaches(12)
        second.kill()
        came = len(receiver.messages)
        # By the clock of the third the lease of what the others had under way is over.
        third = processes.enter_context(python("-c", DELIVER, fresh_dsn, "2"))
        found = await hooks.logs(
            lambda one: [each["status"] for each in one["deliveries"]["nodes"]] == ["DELIVERED"] * 40,
            seconds=120,
        )
        third.kill()
    assert came < 40
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert set(ids) == {one["messageId"] for one in found["deliveries"]["nodes"]}
    places: dict[str, list[str]] = defaultdict(list)
    for message in receiver.messages:
        places[message.said[0]].append(message.payload["data"]["cursor"])
    for seen in places.values():
        assert len(set(seen)) == 4
        assert [one for n, one in enumerate(seen) if n == 0 or seen[n - 1] != one] == list(
            dict.fromkeys(seen)
        )
