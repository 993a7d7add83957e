"""Rates: buckets that refill, budgets of nodes, and whom a request is counted for."""

import asyncio
from typing import Any

import httpx2
import pytest

from resolvers.errors import LimitExceeded
from resolvers.viewer import ANONYMOUS, Viewer
from tests.stub_app import Clock, application, client, stop_rates
from web.caller import LOCAL, Addresses, Caller
from web.rate import MAX_ACCOUNTS, Allowance, Buckets, Rate

HELLO = {"query": "{ hello }"}


ADDRESS = Caller(ANONYMOUS, "192.0.2.1", "id")
OTHER = Caller(ANONYMOUS, "192.0.2.2", "id")
KEY = Caller(Viewer("partner", key_prefix="th_live_AAAAAAAA"), "192.0.2.1", "id")


def rate(clock: Clock, **options: Any) -> Rate:
    return Rate(Allowance(10, 100, 200_000), Allowance(50, 300, 2_000_000), clock=clock, **options)


def granted(found: Rate, caller: Caller, most: int = 1000) -> int:
    """How many requests in a row are let through now."""
    for number in range(most):
        try:
            found.take_request(caller)
        except LimitExceeded:
            return number
    return most


def test_an_address_has_a_burst_of_100_and_10_a_second() -> None:
    clock = Clock()
    found = rate(clock)
    assert granted(found, ADDRESS) == 100
    clock.now = 0.09
    assert granted(found, ADDRESS) == 0
    clock.now = 0.1
    assert granted(found, ADDRESS) == 1
    clock.now = 3.1
    assert granted(found, ADDRESS) == 30
    clock.now = 1000.0
    assert granted(found, ADDRESS) == 100


def test_a_key_has_a_burst_of_300_and_50_a_second() -> None:
    clock = Clock()
    found = rate(clock)
    assert granted(found, KEY) == 300
    clock.now = 1.0
    assert granted(found, KEY) == 50


def test_callers_do_not_share_a_bucket() -> None:
    found = rate(Clock())
    assert granted(found, ADDRESS) == 100
    assert granted(found, OTHER) == 100
    assert granted(found, KEY) == 300


def test_workers_share_the_allowance() -> None:
    clock = Clock()
    found = rate(clock, workers=4)
    assert granted(found, ADDRESS) == 25
    clock.now = 2.0
    assert granted(found, ADDRESS) == 5


def test_a_refusal_says_when_to_come_back_and_keeps_its_word() -> None:
    clock = Clock()
    found = Rate(Allowance(0.25, 1, 1000), Allowance(1, 1, 1000), clock=clock)
    found.take_request(ADDRESS)
    with pytest.raises(LimitExceeded) as refused:
        found.take_request(ADDRESS)
    assert (refused.value.code, refused.value.http_status) == ("RATE_LIMITED", 429)
    assert refused.value.details["retryAfter"] == 4
    clock.now = 4.0
    found.take_request(ADDRESS)


def test_nodes_are_a_budget_a_minute_that_may_be_overdrawn_once() -> None:
    clock = Clock()
    found = rate(clock)
    found.spend_nodes(ADDRESS, 199_999)
    found.take_request(ADDRESS)
    found.spend_nodes(ADDRESS, 20_000)
    with pytest.raises(LimitExceeded) as refused:
        found.take_request(ADDRESS)
    assert refused.value.code == "QUOTA_EXHAUSTED"
    assert refused.value.details["retryAfter"] == 6  # 20,000 nodes at 3,333 a second.
    found.take_request(OTHER)
    clock.now = 5.9
    with pytest.raises(LimitExceeded):
        found.take_request(ADDRESS)
    clock.now = 6.1
    found.take_request(ADDRESS)
    clock.now = 1000.0
    found.spend_nodes(KEY, 1_999_999)
    found.take_request(KEY)


def test_mutations_have_a_rate_of_their_own() -> None:
    clock = Clock()
    found = rate(clock)
    for _ in range(10):
        found.take_write(KEY)
    with pytest.raises(LimitExceeded):
        found.take_write(KEY)
    found.take_request(KEY)
    clock.now = 0.1
    found.take_write(KEY)


def test_memory_is_bounded_and_who_was_quiet_longest_is_forgotten() -> None:
    buckets = Buckets(1, 1, Clock())
    for number in range(MAX_ACCOUNTS + 10):
        buckets.spend(str(number))
    assert len(buckets) == MAX_ACCOUNTS
    assert buckets.wait("0") == 0
    assert buckets.wait(str(MAX_ACCOUNTS)) == 1


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "expected"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", None, "2001:db8:1:2::/64"),
        (None, "198.51.100.7", LOCAL),
        ("testclient", None, "testclient"),
    ],
)
def test_the_address_is_what_no_client_can_choose(
    peer: str | None, forwarded_for: str | None, expected: str
) -> None:
    assert Addresses(["10.0.0.0/8"]).of(peer, forwarded_for) == expected


# Over the wire.


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates that do not recover while a test takes its time."""
    stop_rates(monkeypatch)


async def test_too_many_requests_are_429_with_retry_after(standing: None) -> None:
    async with client(application(rate_anonymous=1, rate_anonymous_burst=3)) as api:
        responses = [await api.post("/graphql", json=HELLO) for _ in range(4)]
        assert [response.status_code for response in responses] == [200, 200, 200, 429]
        error = responses[3].json()["errors"][0]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert responses[3].headers["retry-after"] == str(error["extensions"]["retryAfter"]) == "1"


async def test_the_nodes_of_an_operation_are_spent(standing: None) -> None:
    async with client(application(nodes_anonymous=1000)) as api:
        for nodes, status in ((600, 200), (600, 200), (1, 429)):
            response = await api.post("/graphql", json={"query": f"{{ spend(nodes: {nodes}) }}"})
            assert response.status_code == status
        assert response.json()["errors"][0]["extensions"]["code"] == "QUOTA_EXHAUSTED"
        # 200 nodes and the one asked for, of 1000 a minute.
        assert response.headers["retry-after"] == "13"


async def test_mutations_over_their_rate_are_429(standing: None) -> None:
    async with client(application(rate_writes=2)) as api:
        body = {"query": 'mutation { shout(text: "a") }'}
        responses = [await api.post("/graphql", json=body) for _ in range(3)]
        assert [response.status_code for response in responses] == [200, 200, 429]
        assert (await api.post("/graphql", json=HELLO)).status_code == 200


async def test_forwarded_addresses_count_only_behind_a_known_proxy(standing: None) -> None:
    async def statuses(api: httpx2.AsyncClient) -> list[int]:
        headers = [{"x-forwarded-for": f"198.51.100.{number}"} for number in range(3)]
        answers = await asyncio.gather(*(api.post("/graphql", json=HELLO, headers=one) for one in headers))
        return sorted(answer.status_code for answer in answers)

    limits: dict[str, Any] = {"rate_anonymous": 1, "rate_anonymous_burst": 1}
    async with client(application(**limits), address="10.0.0.1") as api:
        assert await statuses(api) == [200, 429, 429]
    async with client(application(proxies=("10.0.0.1",), **limits), address="10.0.0.1") as api:
        assert await statuses(api) == [200, 200, 200]


async def test_probes_are_not_counted(standing: None) -> None:
    async with client(application(rate_anonymous=1, rate_anonymous_burst=1)) as api:
        for _ in range(5):
            assert (await api.get("/healthz")).status_code == 200
