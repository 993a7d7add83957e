"""Runs the bundled PostgreSQL as a child that cannot outlive this process.

It starts, watches and stops the server. What lies in the data folder and who may use it is the business
of models.data_folder; roles, schemas and tables are models.migrate's, connections models.database's.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from models.binaries import AccountMissing, BinariesMissing, PostgresError, programs, server_account
from models.data_folder import (
    USER,
    Address,
    DataFolder,
    FolderInUse,
    FolderNotUsable,
    make_socket_dir,
    remove_socket_dir,
    running,
)

__all__ = [
    "AccountMissing",
    "BinariesMissing",
    "EmbeddedPostgres",
    "FolderInUse",
    "FolderNotUsable",
    "PostgresError",
    "StartFailed",
    "running",
]

DEFAULTS: Mapping[str, str] = {
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "max_parallel_workers": "2",
    "jit": "off",
    # An acknowledged write is on disk. These are PostgreSQL's own defaults; they stand here as a promise.
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "log_statement": "none",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}

# glibc gives the memory of a large answer back after each statement; the next one pays for every page anew.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "8388608"}

START_SECONDS = 120.0
STOP_SECONDS = 30.0
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

# The child takes the account, asks the kernel to stop it (signal 2, SIGINT, is PostgreSQL's fast shutdown)
# when the thread that started it is gone, and becomes PostgreSQL. A program of its own does this because
# a preexec_fn is not safe in a process with threads, and because a change of account clears the request.
LAUNCHER = """
import ctypes, os, sys
parent, user, group, *command = sys.argv[1:]
if user:
    os.setgroups([]); os.setgid(int(group)); os.setuid(int(user))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 2)
if os.getppid() != int(parent):
    sys.exit("The process that wanted PostgreSQL is gone.")
os.execv(command[0], command)
"""
# Where the kernel has no such request, a shell waits on a pipe that only this process holds open.
WATCHER = 'read _; kill -INT "$1"'

log = logging.getLogger("triplehelix.postgres")


class StartFailed(PostgresError):
    """PostgreSQL did not start; the message ends with the last lines of its log."""


class EmbeddedPostgres:
    """A PostgreSQL server on a data folder, from `start` to `stop` or as a context manager.

    The server stops when this process ends, however it ends. If PostgreSQL itself dies it is started
    again at the same address. `settings` are PostgreSQL's own and win over DEFAULTS. The port only names
    the socket: unless `settings` has listen_addresses, no TCP port is opened.
    """

    def __init__(
        self, data_dir: Path, *, settings: Mapping[str, str] | None = None, port: int = 5432
    ) -> None:
        self.folder = DataFolder(data_dir)
        self.port = port
        self.settings = {**DEFAULTS, **(settings or {})}
        self._lock: int | None = None
        self._address: Address | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._launching = threading.Lock()
        self._has_served = False
        self._is_stopping = threading.Event()

    @property
    def dsn(self) -> str:
        """Address for the superuser, over the Unix socket."""
        return self._started.dsn

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket, open only to the server's account and root."""
        return Path(self._started.socket_dir)

    @property
    def _started(self) -> Address:
        if self._address is None:
            raise RuntimeError("The embedded PostgreSQL is not started.")
        return self._address

    def start(self, meanwhile: Callable[[], object] = lambda: None) -> Self:
        """Makes the data folder if there is none and returns when the server takes connections.

        One whose server was killed is recovered. `meanwhile` is called in between. After a PostgresError, or
        what `meanwhile` raises, nothing runs.
        """
        if self._lock is not None:
            raise RuntimeError("The embedded PostgreSQL is started already.")
        try:
            self._account = server_account(self.folder.pgdata)
            self.folder.prepare(self._account)
            self._lock = self.folder.lock()
            self.folder.clear()
            self._programs = programs(self._account, self.folder.runtime)
            if not self.folder.pgdata.exists():
                self._initialise()
            self._address = Address(os.getpid(), make_socket_dir(self._account), self.port)
            self._await_first_start(meanwhile)
            self._has_served = True
            self.folder.publish(self._address)
        except OSError as error:
            self.stop()
            raise self.folder.unusable(error) from None
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the server in good order, its clients first; harmless where it is not started."""
        with self._launching:
            self._is_stopping.set()
        if self._lock is not None:
            self.folder.withdraw()
        if self._keeper is not None and self._process is not None:
            orders = ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
            for order, seconds in orders:
                self._process.send_signal(order)
                self._keeper.join(seconds)
                if not self._keeper.is_alive():
                    break
        if self._address is not None:
            remove_socket_dir(self._address.socket_dir)
        if self._lock is not None:
            os.close(self._lock)
        self._lock = self._address = self._process = self._keeper = None
        self._has_served = False
        self._is_stopping.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _initialise(self) -> None:
        """Makes PostgreSQL's folder under another name first, so that a kill leaves no half of one."""
        unfinished = self.folder.unfinished
        unfinished.mkdir(mode=0o700)
        self._account.own(unfinished)
        # pg_trgm makes no trigrams of Urdu under LC_CTYPE=C, hence the locale. TCP, which is off unless
        # asked for, is refused until the operator edits pg_hba.conf.
        command = ["initdb", "-D", str(unfinished), "-U", USER, "--encoding=UTF8", "--no-instructions"]
        command += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--lc-collate=C"]
        command += [f"--lc-ctype={LOCALE}", "--auth-local=trust", "--auth-host=reject"]
        if self.settings["fsync"] == "off":
            command.append("--no-sync")
        size = self._log_size()
        with self.folder.log.open("ab") as output:
            code = self._launch(command, output).wait()
        if code != 0:
            raise StartFailed(f"PostgreSQL could not make its data folder. {self._last_lines(size)}")
        unfinished.rename(self.folder.pgdata)

    def _launch(self, command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Starts a program of PostgreSQL that ends with the calling thread and holds the lock till then."""
        assert self._lock is not None
        user, group = self._account.user, self._account.group
        account = ["", ""] if user is None else [str(user), str(group)]
        program = str(self._programs / command[0])
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), *account, program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            # Nothing of our environment: PGDATA, PGPORT and others would change what the server does.
            env={"PATH": os.defpath, "LC_ALL": LOCALE, "TZ": "UTC", **ALLOCATOR},
            pass_fds=(self._lock,),
            # Ctrl-C in a terminal goes to a whole process group; the server is to end after its clients.
            process_group=0,
        )

    def _await_first_start(self, meanwhile: Callable[[], object]) -> None:
        size = self._log_size()
        self._keeper = threading.Thread(target=self._keep, name="postgres", daemon=True)
        self._keeper.start()
        meanwhile()
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if not self._keeper.is_alive() or time.monotonic() > deadline:
                in_time = " in time" if self._keeper.is_alive() else ""
                raise StartFailed(f"PostgreSQL did not start{in_time}. {self._last_lines(size)}")
            time.sleep(0.01)

    def _keep(self) -> None:
        """Runs PostgreSQL until `stop`; this is the thread that the child may not outlive."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self._started.socket_dir,
            "port": str(self.port),
            **self.settings,
        }
        command = ["postgres", "-D", str(self.folder.pgdata)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        pause = 0.1
        while True:
            with self._launching, self.folder.log.open("ab") as output:
                if self._is_stopping.is_set():
                    return
                self._process = self._launch(command, output)
            began = time.monotonic()
            with watcher(self._process.pid):
                code = self._process.wait()
            if self._is_stopping.is_set() or not self._has_served:
                return
            pause = 0.1 if time.monotonic() - began > 60 else min(pause * 2, 5.0)
            log.error("PostgreSQL ended (code %s) and is started again; see %s", code, self.folder.log)
            self._is_stopping.wait(pause)

    def _is_ready(self) -> bool:
        """PostgreSQL writes its status into line 8 of postmaster.pid, which is what pg_ctl waits for too."""
        try:
            lines = (self.folder.pgdata / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        is_ours = self._process is not None and lines[:1] == [str(self._process.pid)]
        return is_ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _log_size(self) -> int:
        return self.folder.log.stat().st_size if self.folder.log.exists() else 0

    def _last_lines(self, size: int) -> str:
        """The end of what was logged since the log had `size` bytes, for a message."""
        with self.folder.log.open("rb") as file:
            file.seek(size)
            lines = file.read().decode(errors="replace").strip().splitlines()[-5:]
        return f"The end of {self.folder.log}:\n" + "\n".join(f"  {line}" for line in lines)


@contextlib.contextmanager
def watcher(pid: int, *, is_needed: bool = sys.platform != "linux") -> Iterator[None]:
    """A process that stops `pid` when this one is gone, where the kernel does not do it."""
    if not is_needed:
        yield
        return
    with subprocess.Popen(
        ["/bin/sh", "-c", WATCHER, "sh", str(pid)], stdin=subprocess.PIPE, start_new_session=True
    ) as shell:
        try:
            yield
        finally:
            shell.kill()
