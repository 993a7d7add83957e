"""The folder in which the embedded PostgreSQL keeps its data: who may use it, and who does just now.

    lock         held as long as a process of the server lives
    server.json  where the running server is, for other processes
    server.log   what PostgreSQL said
    postgres/    PostgreSQL's own data folder
    runtime/     a copy of the programs, only where the installed ones are out of reach

Starting and stopping the server is the business of models.embedded.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from models.binaries import Account, PostgresError, closed_folder

USER = "app"
DATABASE = "postgres"
WAIT_SECONDS = 120.0
LOG_BYTES = 10_000_000
SOCKET_PREFIX = "triplehelix-"


class FolderInUse(PostgresError):
    """Another process runs PostgreSQL on this data folder."""


class FolderNotUsable(PostgresError):
    """The data folder cannot be made, written or entered by the account that has to."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running server is, and the process that started it."""

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


class DataFolder:
    """The paths inside a data folder and what may be done with it before a server runs on it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.pgdata = self.path / "postgres"
        self.unfinished = self.path / "postgres.new"
        self.log = self.path / "server.log"
        self.runtime = self.path / "runtime"
        self._lock = self.path / "lock"
        self._address = self.path / "server.json"

    def prepare(self, account: Account) -> None:
        """Makes the folder where there is none and sees that `account` can enter it.

        Raises FolderNotUsable.
        """
        is_lent = account.user is not None
        if is_lent:
            self._open_way(account)
        for folder in (*reversed(self.path.parents), self.path):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o700 if folder == self.path and not is_lent else 0o755)
        # A folder that somebody else owns could be exchanged under us.
        if not is_lent and self.path.stat().st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it belongs to another account", str(self.path))
        with tempfile.TemporaryFile(dir=self.path):
            pass

    def _open_way(self, account: Account) -> None:
        """Opens the data folder itself to a lent account where need be, but no folder above it."""
        closed = closed_folder(self.path, account)
        if closed == self.path and closed.stat().st_uid == os.geteuid():
            closed.chmod(closed.stat().st_mode | 0o001)
            closed = closed_folder(self.path, account)
        if closed is not None:
            raise FolderNotUsable(
                f"PostgreSQL runs as the account {account.name}, which cannot enter {closed}: choose another "
                f"data folder with --data-dir or TRIPLEHELIX_DATA_DIR, or run `chmod o+x {closed}`."
            )

    def lock(self) -> int:
        """A file descriptor that holds the lock as long as it, or a copy that a child inherited, is open.

        A holder that is just starting or stopping is waited for. Raises FolderInUse.
        """
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                holder = self.address()
                if (holder is not None and holder.is_alive) or time.monotonic() > deadline:
                    os.close(lock)
                    process = f" (process {holder.pid})" if holder is not None else ""
                    raise FolderInUse(
                        f"The data folder {self.path} is in use by a running server{process}: "
                        "stop that one, or choose another folder with --data-dir or TRIPLEHELIX_DATA_DIR."
                    ) from None
                time.sleep(0.02)

    def is_locked(self) -> bool:
        try:
            lock = os.open(self._lock, os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def clear(self) -> None:
        """Removes what a killed server left, and sets a long log aside; only for the holder of the lock."""
        previous = self.address()
        if previous is not None:
            remove_socket_dir(previous.socket_dir)
        self.withdraw()
        if self.unfinished.exists():
            shutil.rmtree(self.unfinished)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.path / "server.log.1")

    def address(self) -> Address | None:
        """The last published address, whether or not its server still runs."""
        try:
            return Address(**json.loads(self._address.read_text()))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def publish(self, address: Address) -> None:
        unfinished = self._address.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(address)))
        unfinished.chmod(0o644)
        unfinished.replace(self._address)

    def withdraw(self) -> None:
        self._address.unlink(missing_ok=True)

    def unusable(self, error: OSError) -> FolderNotUsable:
        """The sentence for a problem that the operating system has with this folder."""
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return FolderNotUsable(
            f"The data folder {self.path} cannot be used ({place}{error.strerror}): choose another with "
            "--data-dir or TRIPLEHELIX_DATA_DIR, or run as the account that owns it."
        )


def running(data_dir: Path) -> str | None:
    """The DSN of the server that another process runs on `data_dir`, or None if none does.

    Waits while that process is still starting or stopping it. Raises FolderNotUsable where the folder or
    the server belongs to another account.
    """
    folder = DataFolder(data_dir)
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        while folder.is_locked() and time.monotonic() < deadline:
            address = folder.address()
            if address is not None and address.is_alive:
                if os.access(address.socket_dir, os.X_OK):
                    return address.dsn
                raise FolderNotUsable(
                    f"The server on {folder.path} was started by another account: "
                    "run this command as that account, or as root."
                )
            time.sleep(0.02)
    except PermissionError as error:
        raise folder.unusable(error) from None
    return None


def make_socket_dir(account: Account) -> str:
    """A new folder for the socket, which only `account` and root can enter.

    A socket's path has 107 characters at most, and the usual folder for temporary files may be longer, or
    closed to a lent account.
    """
    bases = [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - mkdtemp makes it private
    base = next(
        (
            base
            for base in bases
            if len(os.fsencode(base)) < 60 and (account.user is None or closed_folder(base, account) is None)
        ),
        bases[-1],
    )
    folder = tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=base)
    account.own(Path(folder))
    return folder


def remove_socket_dir(name: str) -> None:
    """Removes a folder of `make_socket_dir`; the name may come from a file, so nothing else is touched."""
    folder = Path(name)
    if not folder.name.startswith(SOCKET_PREFIX) or not folder.is_dir():
        return
    for leftover in folder.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
