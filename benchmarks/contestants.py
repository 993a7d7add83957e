"""Starts the servers that are compared, each as its users would in production, and asks them questions.

Triple Helix runs as `triplehelix serve` with every limit in place and rates raised; PostGraphile as its
documentation advises (peer/server.mjs). How much they are asked and what they use is not its business.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from benchmarks import usage

CHECKOUT = Path(__file__).parent.parent
PEER = Path(__file__).parent / "peer"
PATH = "/graphql"
START_SECONDS = 60.0
UNREACHED = str(10**9)
SETTINGS = {
    # The limiter counts every request and refuses none.
    "TRIPLEHELIX_RATE_ANONYMOUS": UNREACHED,
    "TRIPLEHELIX_RATE_ANONYMOUS_BURST": UNREACHED,
    "TRIPLEHELIX_RATE_KEY": UNREACHED,
    "TRIPLEHELIX_RATE_KEY_BURST": UNREACHED,
    "TRIPLEHELIX_NODES_ANONYMOUS": str(10**15),
    "TRIPLEHELIX_NODES_KEY": str(10**15),
    "TRIPLEHELIX_METRICS_PORT": "0",
    # The peer writes no line for a request either.
    "TRIPLEHELIX_LOG_LEVEL": "warning",
}


class ServerFailed(Exception):
    """A server did not start, or gave no answer; the message says which and why."""


@dataclass(frozen=True)
class Server:
    """A running server, and as whom it is asked."""

    name: str
    pid: int
    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    def ask(self, body: str) -> Any:
        """The data of an answer. Raises ServerFailed where it has errors."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {"Content-Type": "application/json", **self.headers}
            connection.request("POST", PATH, body.encode(), sent)
            answer = json.loads(connection.getresponse().read())
        except ValueError as error:
            raise ServerFailed(f"{self.name} did not answer with JSON: {error}") from error
        finally:
            connection.close()
        if answer.get("errors") or answer.get("data") is None:
            raise ServerFailed(f"{self.name} answered {json.dumps(answer)[:500]} to {body[:500]}")
        return answer["data"]


@contextmanager
def triple_helix(dsn: str, cores: set[int], workers: int = 1) -> Iterator[Server]:
    """Our server on a PostgreSQL that runs already."""
    port = _free_port()
    command = [sys.executable, str(CHECKOUT / "cli.py"), "serve", "--no-sample", "--port", str(port)]
    command += ["--workers", str(workers)]
    with _running("Triple Helix", command, {**SETTINGS, "DATABASE_URL": dsn}, port, cores) as server:
        yield server


@contextmanager
def postgraphile(dsn: str, cores: set[int]) -> Iterator[Server]:
    """The peer over its own tables."""
    port = _free_port()
    command = [str(PEER / "node_modules" / ".bin" / "node"), str(PEER / "server.mjs")]
    settings = {
        "DATABASE_URL": dsn,
        "PORT": str(port),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
    with _running("PostGraphile", command, settings, port, cores) as server:
        yield server


def why_no_peer(path: str | None = None) -> str | None:
    """Why PostGraphile cannot run with this search path (default: PATH), or None where it can."""
    if _is_installed() or shutil.which("npm", path=path):
        return None
    return "npm is not installed (on Debian and Ubuntu: apt-get install npm)"


def install_peer() -> None:
    """Runs `npm ci` beside the peer unless what the lock file says is there already. Raises ServerFailed."""
    if _is_installed():
        return
    command = ["npm", "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=PEER, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerFailed(f"npm ci failed in {PEER}: {done.stderr.strip()}")


def _is_installed() -> bool:
    installed, wanted = PEER / "node_modules" / ".package-lock.json", PEER / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime


@contextmanager
def _running(
    name: str, command: list[str], settings: Mapping[str, str], port: int, cores: set[int]
) -> Iterator[Server]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TRIPLEHELIX_", "PG"))}
    with tempfile.TemporaryFile() as output:
        with usage.bound_to(cores):
            process = subprocess.Popen(
                command,
                env={**kept, **settings},
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            server = Server(name, process.pid, port)
            _await_answer(server, process, output)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_answer(server: Server, process: "subprocess.Popen[bytes]", output: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.ask('{"query": "{ __typename }"}')
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                output.seek(0)
                end = output.read().decode(errors="replace").strip()[-1000:]
                raise ServerFailed(f"{server.name} did not start: {end}") from None
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
