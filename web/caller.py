"""Who stands behind a request: its viewer, its address and its id.

Finds the address behind configured proxies and a sane request id. How a credential becomes a viewer is
web/keyring.py, how much a caller may ask is web/rate.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import count
from secrets import token_hex

from resolvers.viewer import Viewer

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")
"""What we take over from a client: no spaces, quotes or control characters that could forge a log line."""

_PROCESS = token_hex(8)
_NUMBERS = count(1)
LOCAL = "local"
"""The address of a caller on a unix socket."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated request or websocket operation."""

    viewer: Viewer
    address: str
    request_id: str

    @property
    def account(self) -> str:
        """Whom a rate is counted for: the key where there is one, else the address."""
        return self.viewer.key_prefix or self.address


def request_id(given: str | None) -> str:
    """The client's X-Request-Id where it is a sane token, else a new one.

    A new one is random for the process and counted within it: a random one each costs a system call.
    """
    if given is not None and SANE_REQUEST_ID.fullmatch(given):
        return given
    return f"{_PROCESS}-{next(_NUMBERS)}"


class Addresses:
    """Finds the address that a rate is counted for.

    X-Forwarded-For is believed only as far as it was written by `proxies` (addresses or networks, such as
    10.0.0.0/8): the last entry that is not one of them is the client. An IPv6 client counts as its /64,
    which is what one subscriber is given.
    """

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        self._proxies: list[IPv4Network | IPv6Network] = [
            ip_network(proxy, strict=False) for proxy in proxies
        ]

    def of(self, peer: str | None, forwarded_for: str | None) -> str:
        """The client's address, from the peer of the connection and the X-Forwarded-For header."""
        if peer is None:
            return LOCAL
        address = peer
        if forwarded_for and self._is_proxy(address):
            for entry in reversed(forwarded_for.split(",")):
                candidate = _canonical(entry.strip())
                if candidate is None:
                    break
                address = candidate
                if not self._is_proxy(candidate):
                    break
        return _subscriber(address)

    def _is_proxy(self, address: str) -> bool:
        canonical = _canonical(address)
        return canonical is not None and any(ip_address(canonical) in network for network in self._proxies)


def _canonical(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


@lru_cache(maxsize=4096)
def _subscriber(text: str) -> str:
    canonical = _canonical(text)
    if canonical is None:
        return text
    address = ip_address(canonical)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return canonical
