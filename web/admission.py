"""Who may come in: credential, address and rate become a Caller, the same for HTTP and websockets.

The one place where keys, addresses and rates meet. Reading requests and answering them is the business of
web/view.py and web/sockets.py.
"""

from typing import Any

from starlette.requests import HTTPConnection

from resolvers.errors import Code, Forbidden, Unauthenticated
from resolvers.viewer import Viewer
from web.caller import Addresses, Caller
from web.keyring import KeyRing, credential
from web.rate import Rate


class Admission:
    """Admits callers, or refuses them with the error that they shall see."""

    def __init__(self, keys: KeyRing, rate: Rate, addresses: Addresses) -> None:
        self._keys = keys
        self._rate = rate
        self._addresses = addresses

    def address(self, connection: HTTPConnection) -> str:
        """The address that rates are counted for."""
        peer = connection.client.host if connection.client else None
        return self._addresses.of(peer, ",".join(connection.headers.getlist("x-forwarded-for")))

    def of(self, peer: str | None) -> str:
        """The address of a connection that comes without a proxy."""
        return self._addresses.of(peer, None)

    def known(self, authorization: str | None) -> Viewer | None:
        """The viewer of a credential that was looked up just now; None where it must be looked up."""
        return self._keys.known(authorization)

    async def identify(self, authorization: str | None, api_key: str | None, address: str) -> Viewer:
        """The viewer of a credential; wrong ones are counted against the address.

        Raises:
            Unauthenticated: with the code of what is wrong (401).
            LimitExceeded: RATE_LIMITED (429) for an address that has sent too many wrong credentials.
        """
        if authorization is None and api_key is None:
            return await self._keys.viewer(None)
        self._rate.check_failures(address)
        try:
            return await self._keys.viewer(authorization, api_key)
        except Unauthenticated:
            self._rate.count_failure(address)
            raise

    async def admit(self, connection: HTTPConnection) -> Caller:
        """The caller of one HTTP request, counted.

        Raises:
            Unauthenticated: for a credential that is not valid (401).
            LimitExceeded: RATE_LIMITED or QUOTA_EXHAUSTED (429).
        """
        address = self.address(connection)
        authorization, api_key = header_credentials(connection)
        viewer = await self.identify(authorization, api_key, address)
        caller = Caller(viewer, address, connection.state.request_id)
        if not connection.scope.get("triplehelix.counted"):
            self.count(caller)
        return caller

    def count(self, caller: Caller) -> None:
        """Count one request or one websocket operation of a known caller."""
        self._rate.take_request(caller)


def header_credentials(connection: HTTPConnection) -> tuple[str | None, str | None]:
    """The Authorization and X-API-Key headers.

    Raises:
        Unauthenticated: KEY_MALFORMED where one of them is sent twice.
    """
    headers = connection.headers
    found = [headers.getlist("authorization"), headers.getlist("x-api-key")]
    if any(len(values) > 1 for values in found):
        # Two values under one name must not be decided by their order: this is refused as malformed.
        credential("", "")
    authorization, api_key = (values[0] if values else None for values in found)
    return authorization, api_key


def still_the_same(before: Viewer, now: Viewer, cursor: str | None) -> None:
    """Raises RIGHTS_CHANGED where a subscriber has other rights than when it subscribed, with the cursor of
    the last event that it was given."""
    if now != before:
        place: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        raise Forbidden(
            "The rights of this key have changed since it subscribed.",
            code=Code.RIGHTS_CHANGED,
            hint="Subscribe again after the last event's cursor, with the rights as they are now.",
            **place,
        )
