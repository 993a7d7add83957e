"""Calls to servers of others, at addresses that partners and operators named: only to public addresses.

A name is resolved once for each connection, all of its addresses are judged, and the connection goes to one
of those that were judged, so that a name which changes its address gains nothing. Redirects are not followed,
proxies of the environment not used, time and size are bounded. What is said is the caller's business.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore2

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a name."""
MAX_URL = 2000
NAT64 = ip_network("64:ff9b::/96")
LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")


class Refused(Exception):
    """The URL, or an address behind it, is not one that may be called; the message says why."""


class Unreachable(Exception):
    """The server gave no usable answer: no connection, too slow, too long."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered; names of headers are lowercase. `is_cut`: the body was longer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


class Outbound:
    """Calls others. `allowed` are addresses or networks that may be called although they are not public, and
    without TLS: for tests and closed networks."""

    def __init__(self, allowed: Sequence[str] = (), *, resolve: Resolve | None = None) -> None:
        self._allowed = [ip_network(one, strict=False) for one in allowed]
        self._find = resolve or _resolve
        self._pools: dict[str, httpcore2.AsyncConnectionPool] = {}

    async def close(self) -> None:
        """Closes the connections."""
        for pool in self._pools.values():
            await pool.aclose()

    def check(self, url: str) -> None:
        """Refuses a URL that could never be called, without asking anybody: for forms and commands."""
        scheme, host = _parts(url)
        literal = _literal(host)
        if literal is not None:
            _judge([literal], self._is_allowed if scheme == "http" else self._may_call)
        elif scheme == "http" and not self._allowed:
            raise Refused("The address must begin with https://.")
        elif not self._allowed and host.endswith(LOCAL_NAMES):
            raise Refused("The address is one of a private network.")

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        content: bytes = b"",
        seconds: float = 10.0,
        most_bytes: int = 1_000_000,
    ) -> Reply:
        """One request; `seconds` are for all of it, a body is read up to `most_bytes`.

        Raises Refused, or Unreachable.
        """
        self.check(url)
        scheme, _ = _parts(url)
        try:
            async with asyncio.timeout(seconds):
                return await self._send(self._pool(scheme), method, url, headers, content, most_bytes)
        except (TimeoutError, httpcore2.TimeoutException) as error:
            raise Unreachable(f"The server did not answer within {seconds:g} s.") from error
        except (OSError, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unreachable(f"The server cannot be reached: {type(error).__name__}.") from error

    def _pool(self, scheme: str) -> httpcore2.AsyncConnectionPool:
        """The connections of a scheme, made for its first request: most servers never call anybody."""
        if scheme not in self._pools:
            may_call = self._may_call if scheme == "https" else self._is_allowed
            self._pools[scheme] = _pool(_Judged(self._find, may_call), _trusted())
        return self._pools[scheme]

    async def _send(
        self,
        pool: httpcore2.AsyncConnectionPool,
        method: str,
        url: str,
        given: Iterable[tuple[str, str]],
        content: bytes,
        most_bytes: int,
    ) -> Reply:
        sent = [(name.encode(), value.encode()) for name, value in given]
        if content or method == "POST":
            sent.append((b"content-length", b"%d" % len(content)))
        async with pool.stream(method, url, headers=sent, content=content or None) as response:
            body = bytearray()
            is_cut = False
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > most_bytes:
                    is_cut = True
                    break
            found = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            return Reply(response.status, found, bytes(body[:most_bytes]), is_cut)

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._allowed)

    def _may_call(self, address: Address) -> bool:
        return is_public(address) or self._is_allowed(address)


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet; what is wrapped in an IPv6 address counts too."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_private
    return address.is_global and not is_special


class _Judged(httpcore2.AsyncNetworkBackend):
    """Connects only to addresses that were judged."""

    def __init__(self, resolve: Resolve, may_call: Callable[[Address], bool]) -> None:
        self._resolve = resolve
        self._may_call = may_call
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the backend's interface
        local_address: str | None = None,  # noqa: ARG002 - the backend's interface
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the backend's interface
    ) -> httpcore2.AsyncNetworkStream:
        found = [ip_address(text.partition("%")[0]) for text in await self._resolve(host, port)]
        _judge(found, self._may_call)
        for address in found[:-1]:
            with suppress(httpcore2.ConnectError):
                return await self._network.connect_tcp(str(address), port, timeout)
        return await self._network.connect_tcp(str(found[-1]), port, timeout)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise Refused("A socket of this machine cannot be called.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _pool(backend: httpcore2.AsyncNetworkBackend, context: ssl.SSLContext) -> httpcore2.AsyncConnectionPool:
    return httpcore2.AsyncConnectionPool(
        context,
        max_connections=50,
        max_keepalive_connections=20,
        keepalive_expiry=5.0,
        network_backend=backend,
    )


def _judge(found: Sequence[Address], may_call: Callable[[Address], bool]) -> None:
    if not found:
        raise Unreachable("The name has no address.")
    if not all(may_call(address) for address in found):
        raise Refused("The address is one of a private network.")


def _parts(url: str) -> tuple[str, str]:
    """Scheme and host of a URL that has nothing odd."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("The address is no URL.") from error
    if parts.scheme not in ("https", "http") or not host:
        raise Refused("The address must begin with https:// and name a server.")
    is_odd = not url.isascii() or not url.isprintable() or any(mark in url for mark in ' \\"<>')
    if parts.username is not None or parts.password is not None or "#" in url or is_odd or len(url) > MAX_URL:
        raise Refused("The address may hold no user, password, fragment, blank or backslash.")
    return parts.scheme, host.lower().rstrip(".")


def _literal(host: str) -> Address | None:
    """The address that a host is, in any spelling that a resolver takes: 127.1, 0x7f000001, 2130706433."""
    with suppress(ValueError):
        return ip_address(host.partition("%")[0])
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None


async def _resolve(host: str, port: int) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise Unreachable("The name of the server is no name.") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
