"""What may be called at the wish of others: public addresses only, in every spelling, at every connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from exchange.outbound import Outbound, Refused, Unreachable, is_public
from tests.listening import listening

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_address_is_none_of_the_internet(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://[{one}]/" if ":" in one else f"https://{one}/" for one in PRIVATE),
        "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://127.0.0.1./",
        "https://[::ffff:7f00:1]/", "https://[fe80::1%25eth0]/", "https://localhost/", "https://LOCALHOST./",
        "https://db.internal/", "https://printer.local/", "http://example.org/", "http://8.8.8.8/",
        "ftp://example.org/", "file:///etc/passwd", "//example.org/", "https://", "https:///path",
        "example.org",
        "https://user@example.org/", "https://user:word@example.org/", "https://example.org@127.0.0.1/",
        "https://example.org/#part", "https://example.org\\@127.0.0.1/", "https://exa mple.org/",
        "https://example.org/\r\nHost: x", "https://example.org:99999/", "https://exämple.org/",
        "https://example.org/" + "a" * 2000,
    ],
)  # fmt: skip
async def test_a_url_that_may_not_be_called_is_refused_unasked(url: str) -> None:
    asked = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["8.8.8.8"]

    outbound = Outbound(resolve=resolve)
    with pytest.raises(Refused):
        outbound.check(url)
    with pytest.raises(Refused):
        await outbound.request("GET", url)
    assert asked == []


async def names(found: Sequence[str], url: str = "https://example.org/") -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("example.org", 443)
        return found

    await Outbound(resolve=resolve).request("GET", url, seconds=60)


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"]]
)
async def test_a_name_of_a_private_address_is_refused(found: list[str]) -> None:
    with pytest.raises(Refused):
        await names(found)


async def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await names([])


@asynccontextmanager
async def answering(*parts: bytes, pause: float = 0.0) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that sends these bytes to every request; its address, and the heads that it read."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    async with listening(answer) as address:
        yield address, heads


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    """What may call this machine; it leaves no connection open."""
    made = Outbound(["127.0.0.1"])
    yield made
    await made.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind: a\r\n\r\nhello"


async def test_a_network_that_is_allowed_may_be_called() -> None:
    async with answering(OK) as (address, heads):
        outbound = Outbound(["127.0.0.0/8"])
        reply = await outbound.request(
            "POST", f"{address}/path?x=1", headers=[("X-Say", "a")], content=b"body"
        )
        assert (reply.status, reply.body, reply.headers["x-kind"], reply.is_cut) == (
            200,
            b"hello",
            "a",
            False,
        )
        assert heads[0].startswith(b"POST /path?x=1 HTTP/1.1\r\n")
        assert b"\r\nX-Say: a\r\n" in heads[0]
        await outbound.close()
        with pytest.raises(Refused):
            await Outbound(["127.0.0.2/32"]).request("GET", address)
        with pytest.raises(Refused):
            await Outbound(["10.0.0.0/8"]).request("GET", address)


async def test_each_connection_goes_to_an_address_that_was_judged() -> None:
    """A name that is public when it is looked at and private when it is called is asked only once."""
    async with answering(OK) as (address, heads):
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])

        async def resolve(host: str, port: int) -> Sequence[str]:
            return next(answers)

        outbound = Outbound(["127.0.0.1"], resolve=resolve)
        url = address.replace("127.0.0.1", "changing.example")
        assert (await outbound.request("GET", url)).status == 200
        await outbound.close()
        outbound = Outbound(["127.0.0.1"], resolve=resolve)
        with pytest.raises(Refused):
            await outbound.request("GET", url)
        assert len(heads) == 1


async def test_a_redirect_is_an_answer_and_not_followed(outbound: Outbound) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    async with answering(moved) as (address, heads):
        assert (await outbound.request("GET", address)).status == 302
        assert len(heads) == 1


async def test_a_long_answer_is_cut(outbound: Outbound) -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000) as (
        address,
        _,
    ):
        reply = await outbound.request("GET", address, most_bytes=1000)
        assert (len(reply.body), reply.is_cut) == (1000, True)


async def test_a_slow_answer_is_given_up(outbound: Outbound) -> None:
    async with answering(*[b"H"] * 20, pause=0.2) as (address, _):
        with pytest.raises(Unreachable, match=r"within 0\.5 s"):
            await outbound.request("GET", address, seconds=0.5)


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"]
)
async def test_a_broken_answer_is_no_answer(outbound: Outbound, said: bytes) -> None:
    async with answering(said) as (address, _):
        with pytest.raises(Unreachable):
            await outbound.request("GET", address)
