"""Deliveries to webhooks from the real database to a real receiver: signatures, order, retries, disabling."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import standardwebhooks

import schema as api
from exchange import webhook_queue as queue
from exchange.webhook_queue import next_attempt
from exchange.webhooks import AT_ONCE_TO_ONE, LEASE, Webhooks
from resolvers.viewer import Viewer
from tests.conftest import NORTH
from tests.hooked import PARTNERS, Clock, Hooked, hooked
from tests.receiver import Message, Receiver, receiving

SOUTH = PARTNERS["south"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.webhooks.LOOK_SECONDS", 0.02)


@pytest.fixture
async def hooks(fresh_dsn: str) -> AsyncIterator[Hooked]:
    async with hooked(fresh_dsn) as found:
        yield found


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


async def logged(hooks: Hooked, *statuses: str, viewer: Any = NORTH) -> Any:
    """The webhook, as soon as its deliveries have these statuses."""
    return await hooks.logs(
        lambda found: [one["status"] for one in found["deliveries"]["nodes"]] == list(statuses), viewer
    )


async def test_a_change_is_delivered_with_a_signature_that_the_published_library_accepts(
    hooks: Hooked, receiver: Receiver
) -> None:
    webhook_id, secret = await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        (message,) = await receiver.reaches(1)
        (delivery,) = (await logged(hooks, "DELIVERED"))["deliveries"]["nodes"]
    verified: Any = standardwebhooks.Webhook(secret).verify(message.body, message.headers)
    assert verified["type"] == "program.created"
    data = verified["data"]
    assert (data["verb"], data["kind"], data["recordId"]) == ("CREATED", "PROGRAM", data["record"]["id"])
    assert data["record"]["slug"] == "one"
    assert data["record"]["recordStatus"] == "ACTIVE"
    assert message.headers["content-type"] == "application/json"
    assert (delivery["messageId"], delivery["recordId"]) == (message.headers["webhook-id"], data["recordId"])
    assert (delivery["attempts"], delivery["responseStatus"], delivery["response"]) == (1, 200, "ok")
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(message.body + b" ", message.headers)
    # The cursor of a message is a place in the feed.
    rest = await hooks.ask("query($a: String) { changes(after: $a) { nodes { kind } } }", a=data["cursor"])
    assert rest["data"]["changes"]["nodes"] == []
    assert webhook_id


async def test_a_partner_gets_only_what_it_may_see_and_only_the_kinds_it_asked_for(
    hooks: Hooked, receiver: Receiver
) -> None:
    await hooks.create(receiver.url, kinds=["PROGRAM"])
    async with hooks.delivering():
        await hooks.add("secret", audience="OWNER")
        await hooks.write("INSERT INTO entity (kind, slug, name) VALUES ('CLUSTER', 'c', 'c')")
        await hooks.add("partners", audience="PARTNERS")
        await hooks.add("public")
        await hooks.write("UPDATE entity SET record_status = 'WITHDRAWN' WHERE slug = 'public'")
        messages = await receiver.reaches(3)
        await logged(hooks, *["DELIVERED"] * 3)
    # In order are only the changes of one record.
    said = [message.said for message in messages]
    assert [one for one in said if one[0] == "public"] == [
        ("public", "program.created"),
        ("public", "program.removed"),
    ]
    assert [one for one in said if one[0] != "public"] == [("partners", "program.created")]


async def test_what_is_hidden_before_it_is_sent_is_not_told(hooks: Hooked, receiver: Receiver) -> None:
    await hooks.create(receiver.url)
    await hooks.add("known")
    (sender,) = Webhooks([hooks.database], api.schema.reads, hooks.policy, clock=hooks.clock).senders
    assert await sender.spread() == 1
    await hooks.write("UPDATE entity SET audience = 'OWNER' WHERE slug = 'known'")
    async with hooks.delivering():
        created, removed = await receiver.reaches(2)
    assert created.payload["data"]["record"] is removed.payload["data"]["record"] is None
    assert (created.payload["type"], removed.payload["type"]) == ("program.created", "program.removed")


async def test_a_delivery_that_fails_holds_later_ones_of_its_record_and_no_others(
    hooks: Hooked, receiver: Receiver
) -> None:
    fails = {"held"}

    async def answer(message: Message) -> int:
        return 500 if message.said[0] in fails else 200

    receiver.answer = answer
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("held", "free")
        for slug in ("held", "free", "held"):
            await hooks.write(
                "UPDATE entity SET description = coalesce(description, '') || 'x' WHERE slug = $1", slug
            )
        statuses = ["PENDING", "DELIVERED", "PENDING", "DELIVERED", "PENDING"]

        def is_held(found: Any) -> bool:
            nodes = found["deliveries"]["nodes"]
            return [one["status"] for one in nodes] == statuses and nodes[0]["error"] is not None

        await hooks.logs(is_held)
        assert [message.said for message in receiver.messages if message.said[0] == "held"] == [
            ("held", "program.created")
        ]
        fails.clear()
        hooks.clock.turn(seconds=10)
        found = await logged(hooks, *["DELIVERED"] * 5)
    held = [message for message in receiver.messages if message.said[0] == "held"]
    assert [m.said[1] for m in held] == ["program.created", "program.created", *["program.updated"] * 2]
    ids = [message.headers["webhook-id"] for message in held]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert found["failingSince"] is None


async def test_each_record_keeps_its_order_when_answers_are_slow_and_processes_are_several(
    hooks: Hooked, receiver: Receiver
) -> None:
    async def answer(message: Message) -> int:
        await asyncio.sleep(0.05 if len(receiver.messages) % 3 else 0)
        return 503 if len(receiver.messages) % 7 == 0 else 200

    receiver.answer = answer
    await hooks.create(receiver.url)
    slugs = [f"r{number}" for number in range(6)]
    # The clock runs: no attempt that is under way may lose its lease by that.
    lease = {"lease": timedelta(days=1)}
    async with hooks.delivering(**lease), hooks.delivering(**lease), hooks.delivering(**lease):
        await hooks.add(*slugs)
        for turn in range(5):
            for slug in slugs:
                await hooks.write("UPDATE entity SET description = $2 WHERE slug = $1", slug, f"t{turn}")
        async with asyncio.timeout(120):
            while {d["status"] for d in (await hooks.log())["deliveries"]["nodes"]} != {"DELIVERED"} or len(
                (await hooks.log())["deliveries"]["nodes"]
            ) < 36:
                hooks.clock.turn(seconds=10)
                await asyncio.sleep(0.05)
    for slug in slugs:
        places = [m.payload["data"]["cursor"] for m in receiver.messages if m.said[0] == slug]
        first = list(dict.fromkeys(places))
        # Repeats follow at once; nothing overtakes.
        assert [place for n, place in enumerate(places) if n == 0 or places[n - 1] != place] == first
        assert len(first) == 6


async def test_retries_grow_over_three_days_and_then_the_webhook_is_disabled_with_the_reason(
    hooks: Hooked, receiver: Receiver
) -> None:
    async def answer(_: Message) -> int:
        return 500

    receiver.answer = answer
    webhook_id, _ = await hooks.create(receiver.url)
    start = hooks.clock.now
    times: list[timedelta] = []
    async with hooks.delivering():
        await hooks.add("lost")
        async with asyncio.timeout(120):
            while True:
                count = len(times)
                await receiver.reaches(count + 1)
                times.append(hooks.clock.now - start)
                (delivery,) = (await _noted(hooks, count + 1))["deliveries"]["nodes"]
                if delivery["status"] == "FAILED":
                    break
                hooks.clock.now = max(hooks.clock.now, _instant(delivery["dueAt"]))
        found = await hooks.log()
        assert found["status"] == "DISABLED"
        assert "3 days" in found["disabledReason"]
        assert "500" in found["disabledReason"]
        # Disabled, it gets nothing; enabled again, it goes on where it stopped.
        await hooks.add("meanwhile")
        hooks.clock.turn(days=1)
        await asyncio.sleep(0.3)
        assert len(receiver.messages) == len(times)
        receiver.answer = None
        enable = """mutation($w: ID!) {
          updateWebhook(input: {webhook: $w, enabled: true}) { webhook { status disabledReason } }
        }"""
        answered = await hooks.ask(enable, w=webhook_id)
        assert answered["data"]["updateWebhook"]["webhook"] == {"status": "ENABLED", "disabledReason": None}
        await receiver.reaches(len(times) + 1)
        await logged(hooks, "FAILED", "DELIVERED")
    assert times[0] == timedelta(0)
    assert times[-1] == timedelta(days=3)
    assert 10 <= len(times) <= 20
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert timedelta(seconds=4) <= pauses[0] <= timedelta(seconds=6)
    assert max(pauses) <= timedelta(hours=14.5)
    assert all(later > earlier for earlier, later in pairwise(pauses[:8]))


async def _noted(hooks: Hooked, attempts: int) -> Any:
    """The webhook once this attempt was noted: it then waits for the next, or is finished."""

    def is_noted(found: Any) -> bool:
        if not found["deliveries"]["nodes"]:
            return False
        one = found["deliveries"]["nodes"][0]
        waits = _instant(one["dueAt"]) - hooks.clock.now
        return bool(one["attempts"] == attempts and (one["status"] == "FAILED" or waits != LEASE))

    return await hooks.logs(is_noted)


def _instant(text: str) -> Any:
    return datetime.fromisoformat(text)


def test_pauses_are_jittered_and_end_after_three_days() -> None:
    first = Clock().now
    pauses = {next_attempt(first, 1, first) for _ in range(20)}
    assert len(pauses) > 1
    almost = first + queue.RETRY_FOR - timedelta(seconds=1)
    assert next_attempt(first, 15, almost) == first + queue.RETRY_FOR
    assert next_attempt(first, 15, first + queue.RETRY_FOR) is None
    assert next_attempt(first, 10**6, first) is not None


async def test_gone_disables_at_once(hooks: Hooked, receiver: Receiver) -> None:
    async def answer(_: Message) -> int:
        return 410

    receiver.answer = answer
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        found = await logged(hooks, "FAILED")
    assert (found["status"], "410" in found["disabledReason"]) == ("DISABLED", True)
    async with hooks.database.write(Viewer("editor")) as connection:
        noted = await connection.fetchrow("SELECT who, action, target, detail FROM common.audit")
    assert tuple(noted)[:3] == ("webhooks", "webhook.disable", found["id"])
    assert "410" in noted["detail"]


@pytest.mark.parametrize(("given_up", "status"), [(18, "ENABLED"), (19, "DISABLED")])
async def test_a_webhook_that_loses_twenty_deliveries_is_disabled_though_others_arrive(
    hooks: Hooked, receiver: Receiver, given_up: int, status: str
) -> None:
    async def answer(message: Message) -> int:
        return 500 if message.said[0] == "bad" else 200

    receiver.answer = answer
    await hooks.create(receiver.url)
    await hooks.write("UPDATE webhook SET given_up = $1", given_up)
    async with hooks.delivering():
        await hooks.add("bad")
        await receiver.reaches(1)
        await _noted(hooks, 1)
        hooks.clock.turn(days=2)
        await hooks.add("good")
        await logged(hooks, "PENDING", "DELIVERED")
        hooks.clock.turn(days=2)
        found = await logged(hooks, "FAILED", "DELIVERED")
    assert found["status"] == status


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "redirects"),
        (b"nonsense\r\n\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
        (b"HTTP/1.1 404 X\r\nContent-Length: 3\r\n\r\na\x00b", "404"),
        (b"HTTP/1.1 500 X\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000, "500"),
    ],
)
async def test_answers_that_are_no_success_are_failures_with_a_reason(
    hooks: Hooked, receiver: Receiver, said: bytes, error: str
) -> None:
    async def answer(_: Message) -> bytes:
        return said

    receiver.answer = answer
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        await receiver.reaches(1)
        found = await _noted(hooks, 1)
    (delivery,) = found["deliveries"]["nodes"]
    assert error in delivery["error"]
    assert len(delivery["response"] or "") <= 1000
    assert delivery["status"] == "PENDING"
    assert found["failingSince"] is not None


async def test_a_receiver_that_does_not_answer_is_given_up_in_time(
    hooks: Hooked, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.webhooks.ATTEMPT_SECONDS", 1.0)
    receiver.answer = never
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        # The time may be up before the request has come.
        (delivery,) = (await _noted(hooks, 1))["deliveries"]["nodes"]
    assert "did not answer within 1 s" in delivery["error"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("DELETE FROM webhook_secret", "no secret"),
        ("UPDATE webhook_secret SET sealed_secret = '\\x01' || sha256('x')", "rotate"),
    ],
)
async def test_what_cannot_be_signed_is_not_sent(
    hooks: Hooked, receiver: Receiver, change: str, error: str
) -> None:
    await hooks.create(receiver.url)
    await hooks.write(change)
    async with hooks.delivering():
        await hooks.add("one")
        nodes = (await _noted(hooks, 1))["deliveries"]["nodes"]
    assert error in nodes[0]["error"]
    assert receiver.messages == []


async def test_an_address_that_became_private_is_not_called(hooks: Hooked, receiver: Receiver) -> None:
    await hooks.create(receiver.url)
    await hooks.write("UPDATE webhook SET url = replace(url, '127.0.0.1', '127.0.0.2')")
    async with hooks.delivering():
        await hooks.add("one")
        nodes = (await _noted(hooks, 1))["deliveries"]["nodes"]
    assert "private network" in nodes[0]["error"]
    assert receiver.messages == []


async def never(_: Message) -> int:
    """An answer that does not come."""
    await asyncio.Event().wait()
    return 200


async def test_a_dead_receiver_does_not_hold_up_another_partners(
    hooks: Hooked, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.webhooks.ATTEMPT_SECONDS", 600.0)
    async with receiving() as dead:
        dead.answer = never
        await hooks.create(dead.url)
        await hooks.create(receiver.url, viewer=SOUTH)
        async with hooks.delivering():
            await hooks.add(*(f"e{number}" for number in range(30)))
            await receiver.reaches(30)
            await dead.reaches(1)
            # What is taken while some are under way may bring them over that number, once.
            assert len(dead.messages) < 2 * AT_ONCE_TO_ONE


async def test_a_ping_is_sent_once_and_is_no_change(hooks: Hooked, receiver: Receiver) -> None:
    webhook_id, secret = await hooks.create(receiver.url)
    ping = "mutation($w: ID!) { pingWebhook(input: {webhook: $w}) { delivery { id status verb } } }"

    async def answer(_: Message) -> int:
        return 500

    async with hooks.delivering():
        assert "errors" not in await hooks.ask(ping, w=webhook_id)
        # What a request makes is due at the time of the database, which the standing clock must reach.
        hooks.clock.turn(minutes=4)
        (message,) = await receiver.reaches(1)
        await logged(hooks, "DELIVERED")
        receiver.answer = answer
        # The clock is ahead by now; turned once more, it would end the lease of the attempt under way.
        await hooks.ask(ping, w=webhook_id)
        found = await logged(hooks, "DELIVERED", "FAILED")
        hooks.clock.turn(days=4)
        await asyncio.sleep(0.2)
    assert len(receiver.messages) == 2
    verified: Any = standardwebhooks.Webhook(secret).verify(message.body, message.headers)
    assert (verified["type"], verified["data"]) == ("webhook.ping", {"webhook": webhook_id})
    assert (found["status"], found["failingSince"]) == ("ENABLED", None)


async def test_one_delivery_or_all_after_a_cursor_come_again_with_the_same_ids(
    hooks: Hooked, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.create(receiver.url)
    replay = """mutation($w: ID!, $d: ID, $a: String) {
      replayWebhook(input: {webhook: $w, delivery: $d, after: $a}) { delivery { status } }
    }"""
    async with hooks.delivering():
        await hooks.add("a", "b", "c")
        messages = list(await receiver.reaches(3))
        nodes = (await logged(hooks, *["DELIVERED"] * 3))["deliveries"]["nodes"]
        # Of different records none waits for the other: the log has the order, the receiver need not.
        by_record = {message.payload["data"]["recordId"]: message for message in messages}
        first, second, third = (by_record[node["recordId"]] for node in nodes)
        again = await hooks.ask(replay, w=webhook_id, d=nodes[1]["id"])
        assert again["data"]["replayWebhook"]["delivery"] == {"status": "PENDING"}
        hooks.clock.turn(minutes=4)
        await receiver.reaches(4)
        await hooks.ask(replay, w=webhook_id, a=first.payload["data"]["cursor"])
        await receiver.reaches(6)
        await logged(hooks, *["DELIVERED"] * 6)
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert ids[3] == second.headers["webhook-id"]
    assert sorted(ids[4:]) == sorted(one.headers["webhook-id"] for one in (second, third))
    wrong = await hooks.ask(replay, w=webhook_id)
    assert wrong["errors"][0]["code"] == "BAD_USER_INPUT"


async def test_what_waits_is_bounded_and_the_rest_stays_in_the_log(
    hooks: Hooked, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.webhook_queue.MOST_WAITING", 250)

    async def answer(_: Message) -> int:
        return 500

    receiver.answer = answer
    await hooks.create(receiver.url)
    await hooks.write(
        "INSERT INTO entity (kind, slug, name, program_kind) "
        "SELECT 'PROGRAM', 'p' || n, 'p' || n, 'OTHER' FROM generate_series(1, 400) AS n"
    )
    (sender,) = Webhooks([hooks.database], api.schema.reads, hooks.policy, clock=hooks.clock).senders
    assert [await sender.spread() for _ in range(4)] == [100, 100, 0, 0]
    receiver.answer = None
    async with hooks.delivering():
        await receiver.reaches(400, 120)
        await logged(hooks, *["DELIVERED"] * 400)
    assert len({message.headers["webhook-id"] for message in receiver.messages}) == 400


async def test_a_place_that_is_no_longer_kept_disables_and_a_new_cursor_enables(
    hooks: Hooked, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.create(receiver.url)
    await hooks.add("a")
    await hooks.write("INSERT INTO change_floor (xid, seq) SELECT xid, seq FROM change")
    await hooks.write("UPDATE webhook SET xid = 3")
    async with hooks.delivering():
        found = await hooks.logs(lambda found: found["status"] == "DISABLED")
        assert "CURSOR_EXPIRED" in found["disabledReason"]
        now = (await hooks.ask("{ changeLog { endCursor } }"))["data"]["changeLog"]["endCursor"]
        enable = """mutation($w: ID!, $a: String) {
          updateWebhook(input: {webhook: $w, enabled: true, after: $a}) { webhook { status } }
        }"""
        assert "errors" not in await hooks.ask(enable, w=webhook_id, a=now)
        await hooks.add("b")
        await receiver.reaches(1)
        await logged(hooks, "DELIVERED")
    assert [message.said[0] for message in receiver.messages] == ["b"]


async def test_a_process_that_dies_costs_an_attempt_and_no_delivery(
    hooks: Hooked, receiver: Receiver
) -> None:
    receiver.answer = never
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        await receiver.reaches(1)
    receiver.answer = None
    async with hooks.delivering():
        await asyncio.sleep(0.3)
        assert len(receiver.messages) == 1
        hooks.clock.turn(seconds=41)
        first, second = await receiver.reaches(2)
        await logged(hooks, "DELIVERED")
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_what_is_not_sent_within_its_lease_is_left_to_who_has_it_then(
    hooks: Hooked, receiver: Receiver
) -> None:
    await hooks.create(receiver.url)
    await hooks.add("one")
    first, second = (
        Webhooks([hooks.database], api.schema.reads, hooks.policy, clock=hooks.clock).senders[0]
        for _ in range(2)
    )
    await first.spread()
    (late,) = await first.claim()
    hooks.clock.turn(seconds=LEASE.total_seconds() - 0.001)
    assert await second.claim() == []
    hooks.clock.turn(seconds=0.001)
    (taken,) = await second.claim()
    await first.send(late)
    assert receiver.messages == []
    await second.send(taken)
    assert len(receiver.messages) == 1
    await logged(hooks, "DELIVERED")
    await hooks.policy.outbound.close()


@pytest.mark.parametrize("step", ["enabled", "claim"])
async def test_a_fault_in_one_round_ends_no_deliveries(
    hooks: Hooked, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real, faults = getattr(queue, step), iter([RuntimeError("made for this test")])

    async def faulty(*given: Any) -> Any:
        for fault in faults:
            raise fault
        return await real(*given)

    monkeypatch.setattr(queue, step, faulty)
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        await logged(hooks, "DELIVERED")
    assert len(receiver.messages) == 1


async def test_finished_deliveries_are_forgotten_after_thirty_days(hooks: Hooked, receiver: Receiver) -> None:
    await hooks.create(receiver.url)
    async with hooks.delivering():
        await hooks.add("one")
        await logged(hooks, "DELIVERED")
    finished = hooks.clock.now
    async with hooks.database.write(Viewer("editor")) as connection:
        assert await queue.forget(connection, finished + queue.KEPT - timedelta(seconds=1)) == 0
        assert await queue.forget(connection, finished + queue.KEPT + timedelta(seconds=1)) == 1
