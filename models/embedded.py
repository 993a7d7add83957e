"""Runs the bundled PostgreSQL as a child that cannot outlive this process.

It makes the data folder, starts, watches and stops the server, holds the lock on the folder, and tells
other processes where a running server is. Which roles, schemas and tables lie inside is the business of
models.migrate, and how the application talks to it of models.database.
"""

import contextlib
import errno
import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from models.binaries import Account, PostgresError, closed_folder, programs, server_account

USER = "app"
DATABASE = "postgres"

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

START_SECONDS = 120.0
STOP_SECONDS = 30.0
LOG_BYTES = 10_000_000
STATE = "server.json"
LOCK = "lock"
UNFINISHED = "postgres.new"
SOCKET_PREFIX = "triplehelix-"
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

# The child takes the account, asks the kernel to stop it (SIGINT is PostgreSQL's fast shutdown) when the
# thread that started it is gone, and becomes PostgreSQL. A program of its own does this because a
# preexec_fn is not safe in a process with threads, and because a change of account clears the request.
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
# Elsewhere a shell waits for the pipe that only this process holds, and then does the same.
WATCHER = 'read _; kill -INT "$1"'

log = logging.getLogger("triplehelix.postgres")


class FolderInUse(PostgresError):
    """Another process runs PostgreSQL on this data folder."""


class FolderNotUsable(PostgresError):
    """The data folder cannot be made, written or entered by the account that has to."""


class StartFailed(PostgresError):
    """PostgreSQL did not start; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a running server is, for other processes; lies as server.json in the data folder."""

    pid: int
    socket_dir: str
    port: int

    @property
    def dsn(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(self.socket_dir)}&port={self.port}"

    @property
    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def running(data_dir: Path) -> str | None:
    """The DSN of the server that another process runs on `data_dir`, or None if none does.

    Waits while that process is still starting or stopping it. Raises FolderNotUsable where the folder or
    the server belongs to another account.
    """
    lock_path = data_dir / LOCK
    deadline = time.monotonic() + START_SECONDS
    try:
        while lock_path.exists() and time.monotonic() < deadline:
            if not _is_locked(lock_path):
                return None
            state = _read_state(data_dir)
            if state is not None and state.is_alive:
                if not os.access(state.socket_dir, os.X_OK):
                    raise FolderNotUsable(
                        f"The server on {data_dir} was started by another account: "
                        "run this command as that account or as root."
                    )
                return state.dsn
            time.sleep(0.02)
    except PermissionError as error:
        raise _unusable(data_dir, error) from None
    return None


class EmbeddedPostgres:
    """A PostgreSQL server on a data folder, from `start` to `stop` or as a context manager.

    The server stops when this process ends, however it ends. If PostgreSQL itself dies it is started
    again at the same address. `settings` are PostgreSQL's own and win over DEFAULTS. The port only names
    the socket: unless `settings` has listen_addresses, no TCP port is opened.
    """

    def __init__(
        self, data_dir: Path, *, settings: Mapping[str, str] | None = None, port: int = 5432
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.pgdata = self.data_dir / "postgres"
        self.log_path = self.data_dir / "server.log"
        self.port = port
        self.settings = {**DEFAULTS, **(settings or {})}
        self._lock: int | None = None
        self._state: State | None = None
        self._command: list[str] = []
        self._account = Account("")
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._launching = threading.Lock()
        self._stopping = threading.Event()
        self._has_served = False

    @property
    def dsn(self) -> str:
        """Address for the superuser, over the Unix socket."""
        return self._started.dsn

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket, open only to the server's account and root."""
        return Path(self._started.socket_dir)

    def start(self) -> Self:
        """Makes the data folder if there is none and returns when the server takes connections.

        A folder whose server was killed is recovered. Raises a PostgresError, after which nothing runs.
        """
        if self._lock is not None:
            raise RuntimeError("The embedded PostgreSQL is started already.")
        try:
            self._account = server_account(self.pgdata)
            self._prepare_folder()
            self._lock = self._take_lock()
            self._forget_previous()
            folder = programs(self._account, self.data_dir / "runtime")
            if not self.pgdata.exists():
                self._initialise(folder)
            state = State(os.getpid(), self._make_socket_dir(), self.port)
            self._state = state
            settings = {
                "listen_addresses": "",
                "unix_socket_directories": state.socket_dir,
                "port": str(self.port),
                **self.settings,
            }
            self._command = [str(folder / "postgres"), "-D", str(self.pgdata)]
            for name, value in settings.items():
                self._command += ["-c", f"{name}={value}"]
            self._await_first_start()
            self._has_served = True
            self._write_state(state)
        except PermissionError as error:
            self.stop()
            raise _unusable(self.data_dir, error) from None
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the server in good order; harmless where it is not started."""
        with self._launching:
            self._stopping.set()
        if self._lock is not None:
            (self.data_dir / STATE).unlink(missing_ok=True)
        if self._keeper is not None and self._process is not None:
            for number, seconds in (
                (signal.SIGINT, STOP_SECONDS),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                with contextlib.suppress(ProcessLookupError):
                    self._process.send_signal(number)
                self._keeper.join(seconds)
                if not self._keeper.is_alive():
                    break
        if self._state is not None:
            _remove_socket_dir(self._state.socket_dir)
        if self._lock is not None:
            os.close(self._lock)
        self._lock = self._state = self._process = self._keeper = None
        self._has_served = False
        self._stopping.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _started(self) -> State:
        if self._state is None:
            raise RuntimeError("The embedded PostgreSQL is not started.")
        return self._state

    def _prepare_folder(self) -> None:
        is_lent = self._account.user is not None
        try:
            if is_lent:
                self._open_way()
            missing = [
                folder for folder in (*reversed(self.data_dir.parents), self.data_dir) if not folder.exists()
            ]
            for folder in missing:
                folder.mkdir()
                folder.chmod(0o700 if folder == self.data_dir and not is_lent else 0o755)
            # A folder that somebody else owns could be exchanged under us.
            if not is_lent and self.data_dir.stat().st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "it belongs to another account")
            with tempfile.TemporaryFile(dir=self.data_dir):
                pass
        except OSError as error:
            raise _unusable(self.data_dir, error) from None

    def _open_way(self) -> None:
        """Sees that the lent account can enter the data folder; opens that folder itself, no other."""
        closed = closed_folder(self.data_dir, self._account)
        if closed == self.data_dir and closed.stat().st_uid == os.geteuid():
            closed.chmod(closed.stat().st_mode | 0o001)
            closed = closed_folder(self.data_dir, self._account)
        if closed is not None:
            raise FolderNotUsable(
                f"PostgreSQL runs as the account {self._account.name}, which cannot enter {closed}: "
                f"choose another data folder with --data-dir or TRIPLEHELIX_DATA_DIR, or run `chmod o+x {closed}`."
            )

    def _take_lock(self) -> int:
        # PostgreSQL inherits the lock: after a kill -9 of this process it is free only when the last
        # of its processes is gone. A holder that is starting or stopping is waited for.
        lock = os.open(self.data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                state = _read_state(self.data_dir)
                if (state is not None and state.is_alive) or time.monotonic() > deadline:
                    os.close(lock)
                    holder = f" (process {state.pid})" if state is not None else ""
                    raise FolderInUse(
                        f"The data folder {self.data_dir} is in use by a running server{holder}: "
                        "stop that one, or choose another folder with --data-dir."
                    ) from None
                time.sleep(0.02)

    def _forget_previous(self) -> None:
        """Removes what a killed server left: its state, its socket folder, a half-made data folder."""
        state = _read_state(self.data_dir)
        if state is not None:
            _remove_socket_dir(state.socket_dir)
            (self.data_dir / STATE).unlink()
        shutil.rmtree(self.data_dir / UNFINISHED, ignore_errors=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))

    def _initialise(self, folder: Path) -> None:
        """Makes the data folder under another name first, so that a killed initdb leaves no half of one."""
        unfinished = self.data_dir / UNFINISHED
        unfinished.mkdir(mode=0o700)
        if self._account.user is not None and self._account.group is not None:
            os.chown(unfinished, self._account.user, self._account.group)
        # pg_trgm makes no trigrams of Urdu under LC_CTYPE=C, hence the locale. TCP, which stays off
        # unless asked for, is refused until the operator edits pg_hba.conf.
        command = [str(folder / "initdb"), "-D", str(unfinished), "-U", USER, "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--lc-collate=C"]
        command += [f"--lc-ctype={LOCALE}", "--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        if self.settings["fsync"] == "off":
            command.append("--no-sync")
        with self.log_path.open("ab") as output:
            size = output.tell()
            code = self._launch(command, output).wait()
        if code != 0:
            raise StartFailed(f"The data folder could not be made. {self._last_lines(size)}")
        unfinished.rename(self.pgdata)

    def _make_socket_dir(self) -> str:
        # A socket's path may have 107 characters at most; a folder for temporary files may be too long
        # or closed to the lent account.
        for base in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - mkdtemp makes it private
            is_open = self._account.user is None or closed_folder(base, self._account) is None
            if len(os.fsencode(base)) < 60 and is_open:
                break
        folder = tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=base)
        if self._account.user is not None and self._account.group is not None:
            os.chown(folder, self._account.user, self._account.group)
        return folder

    def _launch(self, command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Starts a program of PostgreSQL that ends with the calling thread."""
        assert self._lock is not None
        user, group = self._account.user, self._account.group
        return subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                LAUNCHER,
                str(os.getpid()),
                str(user or ""),
                str(group or ""),
                *command,
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            # Nothing of our environment: PGDATA, PGPORT and others would change what the server does.
            env={"PATH": os.defpath, "LC_ALL": LOCALE, "TZ": "UTC"},
            pass_fds=(self._lock,),
            # Ctrl-C in a terminal goes to a whole process group; the server is to end after its clients.
            process_group=0,
        )

    def _await_first_start(self) -> None:
        launched = threading.Event()
        size = self.log_path.stat().st_size if self.log_path.exists() else 0
        self._keeper = threading.Thread(target=self._keep, args=(launched,), name="postgres", daemon=True)
        self._keeper.start()
        launched.wait()
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if not self._keeper.is_alive():
                raise StartFailed(f"PostgreSQL did not start. {self._last_lines(size)}")
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"PostgreSQL did not start in {START_SECONDS:.0f} s. {self._last_lines(size)}"
                )
            time.sleep(0.01)

    def _keep(self, launched: threading.Event) -> None:
        """Runs PostgreSQL until `stop`; this thread is the one that the child may not outlive."""
        pause = 0.1
        while True:
            with self._launching, self.log_path.open("ab") as output:
                if self._stopping.is_set():
                    return
                process = self._process = self._launch(self._command, output)
            launched.set()
            began = time.monotonic()
            with _watcher(process.pid):
                code = process.wait()
            if self._stopping.is_set() or not self._has_served:
                return
            pause = min(pause * 2, 5.0) if time.monotonic() - began < 60 else 0.1
            log.error("PostgreSQL ended (code %s) and is started again; see %s", code, self.log_path)
            self._stopping.wait(pause)

    def _is_ready(self) -> bool:
        """PostgreSQL writes its status into line 8 of postmaster.pid, which is what pg_ctl waits for too."""
        try:
            lines = (self.pgdata / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        ours = self._process is not None and lines[:1] == [str(self._process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _last_lines(self, offset: int) -> str:
        """The end of what was logged after `offset`, for a message."""
        with self.log_path.open("rb") as file:
            file.seek(offset)
            lines = file.read().decode(errors="replace").strip().splitlines()[-5:]
        return f"The end of {self.log_path}:\n" + "\n".join(f"  {line}" for line in lines)

    def _write_state(self, state: State) -> None:
        unfinished = self.data_dir / (STATE + ".new")
        unfinished.write_text(json.dumps(asdict(state)))
        unfinished.replace(self.data_dir / STATE)


@contextlib.contextmanager
def _watcher(pid: int, *, is_needed: bool = sys.platform != "linux") -> Iterator[None]:
    """Where the kernel does not stop an orphan: a shell that does when our end of its pipe closes."""
    if not is_needed:
        yield
        return
    shell = subprocess.Popen(
        ["/bin/sh", "-c", WATCHER, "sh", str(pid)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        shell.kill()
        shell.communicate()


def _is_locked(path: Path) -> bool:
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _read_state(data_dir: Path) -> State | None:
    try:
        return State(**json.loads((data_dir / STATE).read_text()))
    except FileNotFoundError:
        return None


def _remove_socket_dir(name: str) -> None:
    """Removes a folder that we made; the name comes from a file, so nothing else is touched."""
    folder = Path(name)
    if not folder.name.startswith(SOCKET_PREFIX) or not folder.is_dir():
        return
    for leftover in folder.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _unusable(data_dir: Path, error: OSError) -> FolderNotUsable:
    place = error.filename if isinstance(error.filename, str) else data_dir
    return FolderNotUsable(
        f"The data folder {data_dir} cannot be used ({place}: {error.strerror}): "
        "choose another with --data-dir or TRIPLEHELIX_DATA_DIR, or run as the account that owns it."
    )
