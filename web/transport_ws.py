"""One websocket connection that speaks graphql-transport-ws.

Source of the rules: the protocol's page in the graphql-ws project (messages, close codes 4400 to 4429). A
message's shape is checked before anything uses it; what breaks the protocol closes the socket with its code,
never with a traceback. Each operation is a task and ends with the socket. The handshake is web/sockets.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from resolvers.errors import BadUserInput, Code, LimitExceeded, TripleHelixError, Unauthenticated
from web.admission import Admission, still_the_same
from web.answers import encode, failure
from web.caller import Caller
from web.execution import Outcome, Runner, SubscriptionRequested
from web.operation import Operation, decode, from_value

PROTOCOL = "graphql-transport-ws"
MAX_ID = 128
"""Longest id of an operation, in characters."""
FORBIDDEN = 4403
RECHECK_SECONDS = 12.0
"""How long a quiet connection with open operations is not asked again who it is."""
MAX_REASON_BYTES = 123
"""What RFC 6455 leaves for the reason in a close frame."""


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Seconds until connection_init, bytes of a message, operations at once."""

    init_seconds: float
    frame_bytes: int
    operations: int


class _Closed(Exception):
    """The connection must be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason


class Connection:
    """A connection after its handshake; `caller` and `credentials` come from its headers."""

    def __init__(
        self,
        websocket: WebSocket,
        runner: Runner,
        admission: Admission,
        limits: SocketLimits,
        caller: Caller,
        credentials: tuple[str | None, str | None],
    ) -> None:
        self._websocket = websocket
        self._runner = runner
        self._admission = admission
        self._limits = limits
        self._caller = caller
        self._credentials = credentials
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._started = 0
        self._initialised = False
        self._acknowledged = asyncio.Event()
        self._sending = asyncio.Lock()
        self._handlers: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "connection_init": self._init,
            "ping": self._ping,
            "pong": self._pong,
            "subscribe": self._subscribe,
            "complete": self._complete,
        }

    async def serve(self) -> None:
        """Answer messages until either side closes."""
        watch = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(self._limits.init_seconds) as deadline:
                while (message := await self._receive()) is not None:
                    await self._handlers[message["type"]](message)
                    if self._acknowledged.is_set():
                        deadline.reschedule(None)
        except TimeoutError:
            await self._close(4408, "Connection initialisation timeout")
        except _Closed as closed:
            await self._close(closed.code, closed.reason)
        finally:
            tasks = [watch, *self._operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self) -> dict[str, Any] | None:
        """The next well-formed message, None when the client is gone."""
        if self._websocket.application_state is WebSocketState.DISCONNECTED:
            return None
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            return None
        text = event.get("text")
        if text is None:
            raise _Closed(4400, "Only text messages are understood")
        if len(text) > self._limits.frame_bytes or len(text.encode()) > self._limits.frame_bytes:
            raise _Closed(1009, "Message too big")
        try:
            message = decode(text)
        except BadUserInput as error:
            raise _Closed(4400, error.message) from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Closed(4400, "A message must be a JSON object with a type")
        if message["type"] not in self._handlers:
            raise _Closed(4400, "Unknown message type")
        return message

    async def _init(self, message: dict[str, Any]) -> None:
        if self._initialised:
            raise _Closed(4429, "Too many initialisation requests")
        self._initialised = True
        payload = _payload(message)
        authorization, api_key = (
            payload.get("authorization", payload.get("Authorization")),
            payload.get("apiKey"),
        )
        for value in (authorization, api_key):
            if value is not None and not isinstance(value, str):
                raise _Closed(4400, "A key must be a string")
        if authorization is not None or api_key is not None:
            self._credentials = (authorization, api_key)
        await self._identify()
        await self._send({"type": "connection_ack"})
        self._acknowledged.set()

    async def _ping(self, message: dict[str, Any]) -> None:
        _payload(message)
        await self._send({"type": "pong"})

    async def _pong(self, message: dict[str, Any]) -> None:
        _payload(message)

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged.is_set():
            raise _Closed(4401, "Unauthorized")
        operation_id = _id(message)
        if not isinstance(message.get("payload"), dict):
            raise _Closed(4400, "subscribe needs a payload")
        try:
            operation = from_value(message["payload"])
        except BadUserInput as error:
            raise _Closed(4400, error.message) from None
        if operation_id in self._operations:
            raise _Closed(4409, f"Subscriber for {operation_id} already exists")
        await self._identify()
        self._started += 1
        caller = Caller(
            self._caller.viewer, self._caller.address, f"{self._caller.request_id}-{self._started}"
        )
        try:
            if len(self._operations) >= self._limits.operations:
                raise LimitExceeded(
                    f"A connection carries {self._limits.operations} operations at once.",
                    code=Code.SUBSCRIPTION_LIMIT,
                    hint="Complete one first, or open another connection.",
                )
            self._admission.count(caller)
        except LimitExceeded as error:
            await self._fail(operation_id, failure(error, caller.request_id))
            return
        self._operations[operation_id] = asyncio.create_task(self._run(operation_id, operation, caller))

    async def _complete(self, message: dict[str, Any]) -> None:
        task = self._operations.pop(_id(message), None)
        if task is not None:
            task.cancel()

    async def _run(self, operation_id: str, operation: Operation, caller: Caller) -> None:
        """Answer one operation; its id is free again before its last message leaves."""
        last: dict[str, Any] = {"id": operation_id, "type": "complete"}
        try:
            try:
                outcome = await self._runner.run(operation, caller)
            except SubscriptionRequested:
                async with aclosing(self._runner.subscribe(operation, caller)) as outcomes:
                    cursor = None
                    async for outcome in outcomes:
                        await self._identify()
                        still_the_same(caller.viewer, self._caller.viewer, cursor)
                        cursor = outcome.cursor
                        if outcome.is_request_error:
                            last = _error(operation_id, outcome.payload)
                            break
                        await self._next(operation_id, outcome)
            else:
                if outcome.is_request_error:
                    last = _error(operation_id, outcome.payload)
                else:
                    await self._next(operation_id, outcome)
        except TripleHelixError as error:
            last = _error(operation_id, failure(error, caller.request_id))
        except _Closed as closed:
            await self._close(closed.code, closed.reason)
            return
        finally:
            if self._operations.get(operation_id) is asyncio.current_task():
                del self._operations[operation_id]
        await self._send(last)

    async def _identify(self) -> None:
        """Ask again who the client is: a key may have been revoked since the last operation."""
        try:
            viewer = await self._admission.identify(*self._credentials, self._caller.address)
        except (Unauthenticated, LimitExceeded) as error:
            raise _Closed(FORBIDDEN, f"{error.code}: {error.message}") from None
        except TripleHelixError as error:
            raise _Closed(1013, f"{error.code}: {error.message}") from None
        self._caller = Caller(viewer, self._caller.address, self._caller.request_id)

    async def _watch(self) -> None:
        """Ends a connection whose key is no longer valid, also where no event comes to be sent."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if self._operations:
                try:
                    await self._identify()
                except _Closed as closed:
                    # A database that is away for a moment is no reason to end what is quiet.
                    if closed.code == FORBIDDEN:
                        await self._close(closed.code, closed.reason)
                        return

    async def _next(self, operation_id: str, outcome: Outcome) -> None:
        await self._send({"id": operation_id, "type": "next", "payload": outcome.payload})

    async def _fail(self, operation_id: str, payload: dict[str, Any]) -> None:
        await self._send(_error(operation_id, payload))

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            if self._websocket.application_state is not WebSocketState.CONNECTED:
                return
            try:
                await self._websocket.send_text(encode(message).decode())
            except WebSocketDisconnect:
                # The reading side sees the end too, and stops everything.
                return

    async def _close(self, code: int, reason: str) -> None:
        async with self._sending:
            if self._websocket.application_state is not WebSocketState.CONNECTED:
                return
            short = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
            try:
                await self._websocket.close(code, short)
            except WebSocketDisconnect:
                return


def _error(operation_id: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"id": operation_id, "type": "error", "payload": payload["errors"]}


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _Closed(4400, "payload must be an object")
    return payload or {}


def _id(message: dict[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not 0 < len(operation_id) <= MAX_ID:
        raise _Closed(4400, f"id must be a string of 1 to {MAX_ID} characters")
    return operation_id
