"""Programs that tests start for themselves, and what these leave behind.

A test that kills a process needs one of its own; the folders are such that PostgreSQL's account can
enter them, which pytest's tmp_path is not when root runs the tests.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from models.data_folder import remove_socket_dir

CHECKOUT = Path(__file__).parent.parent
IS_ROOT = os.geteuid() == 0
NOBODY = 65534
ROOM_BYTES = 8 * 1024**3
"""What all the folders of a run may need together, with much to spare."""


def _in_memory() -> Path | None:
    """Where the system keeps files in memory, if there is plenty: databases are copied and removed there in a
    tenth of the time. None is the usual place."""
    shared = Path("/dev/shm")
    if shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM_BYTES:
        return shared
    return None


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that every account can enter; at its end nothing may run in it any more."""
    folder = Path(tempfile.mkdtemp(prefix="th-test-", dir=_in_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        # What a test killed may still be writing, and could not remove its socket.
        until(lambda: left_running(folder) == [])
        for left in folder.rglob("server.json"):
            remove_socket_dir(json.loads(left.read_text())["socket_dir"])
        shutil.rmtree(folder)


@contextmanager
def python(
    *arguments: str, env: dict[str, str] | None = None, prefix: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """Python with the checkout on its path and its output in a pipe; killed at the end with its children."""
    process = subprocess.Popen(
        [*prefix, sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**environment(), "PYTHONPATH": str(CHECKOUT), **(env or {})},
        cwd="/",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # The whole session: a child that the test failed to end would keep the pipes open.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def environment() -> dict[str, str]:
    """Our environment without what would change the programs under test."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRIPLEHELIX_", "PG", "XDG_")) and name != "DATABASE_URL"
    }


def as_nobody() -> list[str]:
    """A prefix that runs a command as a plain account.

    The interpreter may lie in root's home, so the account may read what it could not otherwise.
    """
    may_read = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *may_read]


def free_port() -> int:
    """A port of this machine to listen on later. Systems give higher ones to whoever asks for any, so that no
    connection of another test takes it meanwhile."""
    while True:
        port = random.randint(10_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Returns as soon as `condition` holds; fails if it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def left_running(folder: Path) -> list[str]:
    """Processes that work in `folder` or were started with a path in it."""
    found = []
    for process in psutil.process_iter(["pid", "status", "cmdline", "cwd"]):
        places = [*(process.info["cmdline"] or []), process.info["cwd"] or ""]
        is_dead = process.info["status"] == psutil.STATUS_ZOMBIE
        if not is_dead and process.pid != os.getpid() and any(str(folder) in place for place in places):
            found.append(" ".join(places))
    return found
