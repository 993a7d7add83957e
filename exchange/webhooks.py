"""Deliveries of changes to the webhooks of partners, beside the requests of a server.

Two loops for each database: one makes deliveries of changes as they come, one sends what is due. Any number
of processes may run them: PostgreSQL says who has what (exchange/webhook_queue.py). At least once, in order
for each record; nothing is kept in memory but what is being sent.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from structlog import get_logger

from exchange import webhook_queue as queue
from exchange.outbound import Refused, Unreachable
from exchange.webhook_endpoints import Policy
from exchange.webhook_message import Messages
from exchange.webhook_queue import Outcome
from exchange.webhook_secrets import Unreadable, headers
from models.database import UNREACHABLE, Database
from resolvers.errors import TripleHelixError
from resolvers.feed import CHANNEL, Pace
from resolvers.reads import Reads
from resolvers.viewer import Viewer

WORKER = Viewer(role="editor")
AT_ONCE = 32
"""Deliveries that one process has under way for a database."""
AT_ONCE_TO_ONE = 4
"""The same to one webhook."""
ATTEMPT_SECONDS = 10.0
LEASE = timedelta(seconds=40)
"""Longer than an attempt may take."""
LOOK_SECONDS = 1.0
"""How late a retry may begin."""
PAUSE_SECONDS = 0.1
"""Between two rounds of making deliveries, so that many small writes cost few rounds."""
MOST_RESPONSE_BYTES = 1000
USER_AGENT = "Triple-Helix-Webhooks/1"

log = get_logger("triplehelix.webhooks")


class LeaseOver(Exception):
    """A delivery was not sent within its lease, and must not be any more."""


def utc_now() -> datetime:
    """The clock of a server; tests have their own."""
    return datetime.now(UTC)


class Webhooks:
    """Delivers the changes of some databases, each apart from the others."""

    def __init__(
        self,
        databases: Sequence[Database],
        reads: Reads,
        policy: Policy,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
    ) -> None:
        self._policy = policy
        messages = Messages(reads)
        self.senders = [Sender(one, messages, policy, clock, lease) for one in databases]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Delivers as long as the context lasts; what is under way at its end may be sent once more."""
        tasks = [asyncio.create_task(loop()) for one in self.senders for loop in (one.follow, one.deliver)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            try:
                await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                await self._policy.outbound.close()


class Sender:
    """Makes and sends the deliveries of one database."""

    def __init__(
        self,
        database: Database,
        messages: Messages,
        policy: Policy,
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        self._database = database
        self._messages = messages
        self._policy = policy
        self._clock = clock
        self._lease = lease
        self._due = asyncio.Event()
        self._is_away = False
        self._looked_to: dict[UUID, tuple[str, str]] = {}
        self._under_way: Counter[UUID] = Counter()

    def _away(self, error: Exception) -> None:
        """Says once that the database is away, and not at every look."""
        if not self._is_away:
            log.warning("webhooks wait for the database", error=f"{type(error).__name__}: {error}")
        self._is_away = True

    # -- changes become deliveries -----------------------------------------------------------------

    async def follow(self) -> None:
        """Makes deliveries of changes, for ever."""
        async with self._database.notified(CHANNEL) as woken:
            pace = Pace(woken)
            while True:
                pace.begin()
                try:
                    made = await self.spread()
                    self._is_away = False
                except (*UNREACHABLE, TripleHelixError) as error:
                    self._away(error)
                    made = 0
                except Exception:
                    # The next round tries again: a loop that ended would leave every webhook waiting.
                    log.exception("deliveries are not made")
                    made = 0
                # Pings and replays wake this loop too.
                self._due.set()
                if made:
                    await asyncio.sleep(PAUSE_SECONDS)
                else:
                    await pace.wait()

    async def spread(self) -> int:
        """One round over all webhooks; gives how many deliveries were made."""
        async with self._database.write(WORKER) as connection:
            wanting = await queue.enabled(connection)
        self._looked_to = {one: self._looked_to[one] for one in wanting if one in self._looked_to}
        return sum([await self._spread_to(one) for one in wanting])

    async def _spread_to(self, webhook_id: UUID) -> int:
        async with self._database.write(WORKER) as connection:
            webhook = await queue.take_webhook(connection, webhook_id)
            if webhook is None:
                return 0
            feed = self._messages.feed(webhook["owner_id"], webhook["kinds"])
            if webhook["room"] < feed.size:
                return 0
            stored = queue.cursor_of(webhook)
            known, behind = self._looked_to.get(webhook_id, (stored, stored))
            try:
                page = await feed.page(self._database, behind if known == stored else stored)
            except TripleHelixError as error:
                # Its place lies before what is kept: it was disabled for as long as that.
                reason = f"{error.code}: {error.message} Export anew, then enable it with `after`."
                await queue.disable(connection, webhook_id, reason, self._clock())
                return 0
            if page.changes:
                await queue.spread(connection, webhook, page, self._clock())
            else:
                self._looked_to[webhook_id] = (stored, page.cursor)
            return len(page.changes)

    # -- deliveries are sent -----------------------------------------------------------------------

    async def deliver(self) -> None:
        """Sends what is due, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._due.clear()
                try:
                    claimed = await self.claim()
                except UNREACHABLE as error:
                    self._away(error)
                    claimed = []
                except Exception:
                    log.exception("deliveries are not taken")
                    claimed = []
                for delivery in claimed:
                    tasks.create_task(self.send(delivery))
                if not claimed:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_SECONDS):
                            await self._due.wait()

    async def claim(self) -> list[Any]:
        """Takes deliveries for `send`, as many as may be under way."""
        room = AT_ONCE - self._under_way.total()
        if room <= 0:
            return []
        busy = [one for one, count in self._under_way.items() if count >= AT_ONCE_TO_ONE]
        async with self._database.write(WORKER) as connection:
            claimed = await queue.claim(connection, self._clock(), self._lease, room, AT_ONCE_TO_ONE, busy)
        self._under_way.update(delivery["webhook_id"] for delivery in claimed)
        return claimed

    async def send(self, delivery: Any) -> None:
        """Makes one attempt and notes what came of it. Where that cannot be noted, the lease runs out."""
        began = self._clock()
        try:
            outcome = await self._attempt(delivery)
            async with self._database.write(WORKER) as connection:
                reason = await queue.settle(connection, delivery, outcome, began, self._clock())
            if reason is not None:
                log.warning("webhook disabled", webhook=str(delivery["webhook_id"]), reason=reason)
        except (*UNREACHABLE, TripleHelixError) as error:
            log.warning("delivery interrupted", error=f"{type(error).__name__}: {error}")
        except LeaseOver:
            log.warning("delivery interrupted", error="Its lease was over before it was sent.")
        except Exception:
            # One delivery that cannot be made must not end all others.
            log.exception("delivery failed", delivery=str(delivery["id"]))
        finally:
            self._under_way[delivery["webhook_id"]] -= 1
            self._under_way = +self._under_way
            self._due.set()

    async def _attempt(self, delivery: Any) -> Outcome:
        async with self._database.write(WORKER) as connection:
            sealed = await queue.live_secrets(connection, delivery["webhook_id"])
        if not sealed:
            # As after a restore of a dump, which holds no secrets.
            return Outcome(None, "The webhook has no secret: rotate it.")
        body = await self._messages.body(self._database, delivery)
        try:
            if self._clock() >= delivery["due_at"]:
                # As after a machine stood still: another has it by now, and perhaps later ones of its record.
                raise LeaseOver
            live = [self._policy.seal.open(one, delivery["webhook_id"]) for one in sealed]
            signed = headers(delivery["message_id"], int(self._clock().timestamp()), body, live)
            about = [("content-type", "application/json"), ("user-agent", USER_AGENT)]
            reply = await self._policy.outbound.request(
                "POST",
                delivery["url"],
                headers=[*about, *signed],
                content=body,
                seconds=ATTEMPT_SECONDS,
                most_bytes=MOST_RESPONSE_BYTES,
            )
        except (Refused, Unreachable) as failure:
            return Outcome(None, str(failure))
        except Unreadable:
            return Outcome(None, "The secret cannot be read with the server's key: rotate it.")
        said = reply.body.decode(errors="replace").replace("\x00", "")
        if 200 <= reply.status < 300:
            return Outcome(reply.status, None, said)
        redirected = "; redirects are not followed" if 300 <= reply.status < 400 else ""
        problem = f"The receiver answered {reply.status}{redirected}."
        return Outcome(reply.status, problem, said, is_gone=reply.status == 410)
