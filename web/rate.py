"""How much one caller may ask: token buckets in bounded memory, per process.

A token bucket states a steady rate and a burst exactly; the `limits` library has only windows, in which
a burst of 100 at 10 a second cannot be said. Buckets are divided by the number of workers, since
processes share nothing. Finding out who the caller is is not its business (web/caller.py).
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from resolvers.errors import Code, LimitExceeded
from web.caller import Caller

MAX_ACCOUNTS = 50_000
"""Most callers remembered by one kind of bucket; the one that was quiet for longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one account may use in all processes together: requests a second, at once, nodes a minute."""

    per_second: float
    burst: int
    nodes_per_minute: int
    writes_per_second: float = 10.0


class Buckets:
    """One token bucket an account: it holds `capacity` and regains `per_second`."""

    def __init__(self, capacity: float, per_second: float, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait(self, account: str, amount: float = 1.0) -> float:
        """Seconds until the account can take the amount; 0.0 when it can now."""
        known = self._levels.get(account)
        if known is None:
            return 0.0
        level, since = known
        amount = min(amount, self._capacity)
        if level >= amount:
            return 0.0
        missing = amount - level - (self._clock() - since) * self._per_second
        # A level that was refilled by clock arithmetic may be short by a rounding error.
        return missing / self._per_second if missing > 1e-9 else 0.0

    def spend(self, account: str, amount: float = 1.0) -> None:
        """Take the amount; the level may fall below zero, a debt that is regained before the next grant."""
        levels, now = self._levels, self._clock()
        known = levels.get(account)
        level = self._capacity
        if known is not None:
            level = min(level, known[0] + (now - known[1]) * self._per_second)
        levels[account] = (level - amount, now)
        levels.move_to_end(account)
        if len(levels) > MAX_ACCOUNTS:
            levels.popitem(last=False)


class _Class:
    """The buckets of one class of callers."""

    def __init__(self, allowance: Allowance, workers: int, clock: Callable[[], float]) -> None:
        self.requests = Buckets(max(1.0, allowance.burst / workers), allowance.per_second / workers, clock)
        writes = allowance.writes_per_second / workers
        self.writes = Buckets(max(1.0, writes), writes, clock)
        nodes = allowance.nodes_per_minute / workers
        self.nodes = Buckets(nodes, nodes / 60, clock)


class Rate:
    """The rate limits of a process: requests, mutations, nodes a minute, failed credentials."""

    def __init__(
        self,
        anonymous: Allowance,
        key: Allowance,
        *,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._anonymous = _Class(anonymous, workers, clock)
        self._key = _Class(key, workers, clock)
        self._failures = Buckets(max(1.0, anonymous.burst / workers), anonymous.per_second / workers, clock)

    def take_request(self, caller: Caller) -> None:
        """Count one request.

        Raises:
            LimitExceeded: RATE_LIMITED or QUOTA_EXHAUSTED (429) with `retryAfter` in seconds.
        """
        buckets = self._class(caller)
        account = caller.account
        _refuse(buckets.requests.wait(account), "Too many requests.")
        wait = buckets.nodes.wait(account)
        if wait:
            raise LimitExceeded(
                "The nodes of this minute are used up.",
                code=Code.QUOTA_EXHAUSTED,
                hint=f"Wait {math.ceil(wait)} s, and ask for fewer nodes: extensions.cost says how many.",
                http_status=429,
                retryAfter=math.ceil(wait),
            )
        buckets.requests.spend(account)

    def take_write(self, caller: Caller) -> None:
        """Count one mutation, beside its request; raises RATE_LIMITED (429)."""
        buckets = self._class(caller)
        _refuse(buckets.writes.wait(caller.account), "Too many mutations.")
        buckets.writes.spend(caller.account)

    def spend_nodes(self, caller: Caller, nodes: int) -> None:
        """Charge the nodes that an operation was priced at; a debt delays the next request."""
        self._class(caller).nodes.spend(caller.account, nodes)

    def node_wait(self, caller: Caller) -> float:
        """Seconds until the caller's nodes of this minute are no more used up."""
        return self._class(caller).nodes.wait(caller.account)

    def check_failures(self, address: str) -> None:
        """Refuse to look up one more credential for an address that sent too many wrong ones."""
        _refuse(self._failures.wait(address), "Too many wrong keys from this address.")

    def count_failure(self, address: str) -> None:
        """Count a credential that was refused."""
        self._failures.spend(address)

    def _class(self, caller: Caller) -> _Class:
        return self._anonymous if caller.viewer.key_prefix is None else self._key


def _refuse(wait: float, message: str) -> None:
    if wait:
        raise LimitExceeded(
            message,
            code=Code.RATE_LIMITED,
            hint=f"Wait {math.ceil(wait)} s before the next one, or use a key.",
            http_status=429,
            retryAfter=math.ceil(wait),
        )
