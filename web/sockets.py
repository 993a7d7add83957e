"""Websockets at /graphql: the graphql-transport-ws protocol, and no other.

The handshake: origins, credentials, rates. Rights and limits are those of HTTP. What is said on an open
connection is web/transport_ws.py, running operations is web/execution.py.
"""

from collections.abc import Sequence

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.http.websocket_origin import is_same_origin, normalize_allowed_origins, normalize_origin

from resolvers.errors import Forbidden, TripleHelixError
from web.admission import Admission, header_credentials
from web.answers import failure_response
from web.caller import Caller
from web.execution import Runner
from web.metrics import Metrics
from web.transport_ws import PROTOCOL, Connection, SocketLimits

__all__ = ["SocketLimits", "Sockets"]


class Sockets:
    """The endpoint /graphql for websockets.

    `origins` are the web origins that may connect beside the server's own; clients that are no browsers
    send no Origin and may always.
    """

    def __init__(
        self,
        runner: Runner,
        admission: Admission,
        metrics: Metrics,
        limits: SocketLimits,
        origins: Sequence[str] = (),
    ) -> None:
        self._runner = runner
        self._admission = admission
        self._metrics = metrics
        self._limits = limits
        self._origins = normalize_allowed_origins(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one websocket from its handshake to its end."""
        websocket = WebSocket(scope, receive, send)
        request_id: str = websocket.state.request_id
        try:
            credentials = header_credentials(websocket)
            caller = await self._admit(websocket, credentials, request_id)
        except TripleHelixError as error:
            await websocket.send_denial_response(failure_response(error, request_id))
            return
        if PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, f"Subprotocol not acceptable: offer {PROTOCOL}")
            return
        await websocket.accept(subprotocol=PROTOCOL)
        with self._metrics.sockets.track_inprogress():
            await Connection(
                websocket, self._runner, self._admission, self._limits, caller, credentials
            ).serve()

    async def _admit(
        self, websocket: WebSocket, credentials: tuple[str | None, str | None], request_id: str
    ) -> Caller:
        if not self._is_origin_allowed(websocket):
            raise Forbidden(
                "Pages of this origin may not open a websocket here.",
                hint="Add the origin to the setting websocket_origins.",
            )
        address = self._admission.address(websocket)
        viewer = await self._admission.identify(*credentials, address)
        caller = Caller(viewer, address, request_id)
        self._admission.count(caller)
        return caller

    def _is_origin_allowed(self, websocket: WebSocket) -> bool:
        origin = websocket.headers.get("origin")
        if origin is None or is_same_origin(origin, websocket.headers.get("host")):
            return True
        return normalize_origin(origin) in self._origins
