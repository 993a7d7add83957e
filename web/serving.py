"""Runs the application under uvicorn: the listening socket, one process or several workers, the end.

The socket is bound and listening before anything else starts, so that a port in use is known at once and
clients that come early wait instead of failing. The application comes as an import string because each worker
makes its own. What it does is composed in server.py.
"""

import errno
import gc
import multiprocessing
import os
import signal
import socket
import threading
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

BACKLOG = 2048
GC_THRESHOLD = 20_000
"""Allocations between collections of the youngest objects; a request makes some hundred."""


class AddressNotUsable(Exception):
    """The address cannot be listened on; the message is one sentence with what to do."""


class ServerFailed(Exception):
    """The application did not start; its log says why."""


class Terminated(SystemExit):
    """SIGTERM arrived; raised in the main thread so that everything started is stopped in order."""


class _Config(uvicorn.Config):
    """uvicorn's configuration; a worker that is given it ends with the process that started the worker."""

    def load_app(self) -> Any:
        parent = multiprocessing.parent_process()
        if parent is not None:
            threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()
        return super().load_app()


def _end_with(parent: Any) -> None:
    """Stops this worker in good order when its parent is gone, even by kill -9."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one.

    Raises AddressNotUsable.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise AddressNotUsable(
            f"The host {host!r} is not an address: use 127.0.0.1 for this machine only, or 0.0.0.0 for all."
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressNotUsable(_sentence(host, port, error)) from None
    return listener


def _sentence(host: str, port: int, error: OSError) -> str:
    choose = "choose another with --port or TRIPLEHELIX_PORT"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop the program that has it, or {choose}."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} may not be used by this account: {choose}, 1024 or higher."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"The address {host} is not one of this machine's: choose another with --host."
    return f"Port {port} on {host} cannot be listened on ({error.strerror}): {choose}."


def address_of(listener: socket.socket) -> str:
    """The URL of a listening socket, without a path; where it listens everywhere, that of this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    listener: socket.socket,
    *,
    workers: int,
    keepalive_seconds: int,
    drain_seconds: int,
    websocket_frame_bytes: int,
    app: str = "server:create_app",
) -> None:
    """Serves until SIGINT or SIGTERM, then lets what is in flight finish for `drain_seconds`.

    Raises ServerFailed where the application does not start.
    """
    config = _Config(
        app,
        factory=True,
        workers=workers,
        loop="uvloop",
        http="web.protocol:Protocol",
        ws="web.protocol:SocketProtocol",
        ws_max_size=websocket_frame_bytes,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=keepalive_seconds,
        timeout_graceful_shutdown=drain_seconds,
    )
    if workers > 1:
        supervisor = Multiprocess(config, sockets=[listener])
        supervisor.run()
        has_failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
    else:
        server = uvicorn.Server(config)
        try:
            server.run(sockets=[listener])
        except (KeyboardInterrupt, Terminated):
            pass
        except SystemExit:
            # uvicorn has logged the reason.
            raise ServerFailed("The server did not start; the lines above say why.") from None
        has_failed = not server.started
    if has_failed:
        raise ServerFailed("The server did not start; the lines above say why.")


def settle() -> None:
    """Tells the garbage collector that what is loaded now stays: it need never be looked through.

    The schema alone is some hundred thousand objects, a fifth of a second to walk; what of them is garbage
    already (one of two hundred) is not worth that. Done once: a second application in one process, as tests
    have them, is collected when it is gone.
    """
    if gc.get_threshold()[0] != GC_THRESHOLD:
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 20, 50)
