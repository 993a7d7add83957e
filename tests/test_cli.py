"""The command line from outside: what it prints, how it ends, what it leaves behind."""

import asyncio
import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from models.embedded import EmbeddedPostgres, running
from models.provision import provide
from tests.processes import CHECKOUT, IS_ROOT, left_running, open_folder, python, until

PROGRAM = """
import sys
import cli, web.serving
web.serving.run.__kwdefaults__["app"] = "tests.standing_app:" + sys.argv[1]
cli.main(sys.argv[2:])
"""


STANDING = ["-c", PROGRAM, "create_app", "serve"]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder that is migrated already; nothing runs on it between tests."""
    with open_folder() as folder:
        with provide(None, folder / "data"):
            pass
        yield folder / "data"


def command(*arguments: str, app: str = "create_app", **env: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that ends by itself."""
    with python("-c", PROGRAM, app, *arguments, env=env) as process:
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


@contextmanager
def serving(
    *arguments: str, program: Sequence[str] = STANDING, **env: str
) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A running `serve` on a free port: its process, its address, and all that it printed."""
    with python(*program, "--port", "0", *arguments, env=env) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            printed += line
        address = next(word for word in printed.split() if word.startswith("http")).removesuffix("/graphql")
        yield process, address, printed


def ask(address: str, query: str = "") -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/?{query}", timeout=60) as answer:
        assert "server" not in answer.headers
        found: dict[str, Any] = json.load(answer)
        return found


def is_refused(address: str) -> bool:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) != 0


def test_serve_makes_migrates_and_answers_and_says_where_things_are() -> None:
    with open_folder() as folder:
        with serving("--data-dir", str(folder / "data")) as (process, address, printed):
            assert ask(address)["tables"] > 10
            assert f"{address}/graphql" in printed
            assert "curl -s" in printed
            assert str(folder / "data") in printed
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert left_running(folder) == []


@pytest.mark.parametrize(
    ("number", "workers"),
    [
        (signal.SIGINT, "1"),
        (signal.SIGTERM, "1"),
        (signal.SIGKILL, "1"),
        (signal.SIGTERM, "2"),
        (signal.SIGKILL, "2"),
    ],
)
def test_a_signal_ends_server_workers_and_postgres(
    data_dir: Path, number: signal.Signals, workers: str
) -> None:
    with serving("--data-dir", str(data_dir), "--workers", workers) as (process, address, _):
        assert ask(address)["tables"] > 10
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        process.wait(60)
        assert process.returncode == (-9 if number == signal.SIGKILL else 0)
        until(lambda: left_running(data_dir) == [])
        until(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))
        assert is_refused(address)


async def test_a_request_in_flight_is_answered_before_the_server_ends(data_dir: Path) -> None:
    with serving("--data-dir", str(data_dir)) as (process, address, _):
        ask(address)
        owner = await asyncpg.connect(running(data_dir))
        await owner.execute("SELECT pg_advisory_lock(7)")
        slow = asyncio.create_task(asyncio.to_thread(ask, address, "lock=7"))
        await asyncio.to_thread(until, lambda: waits(data_dir))
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(until, lambda: is_refused(address))
        await owner.close()
        assert (await slow)["tables"] > 10
        assert process.wait(60) == 0


def waits(data_dir: Path) -> bool:
    """Whether a request is in the database just now, and waits there."""
    return any("SELECT waiting" in place for place in left_running(data_dir))


def start_seconds(data_dir: Path) -> float:
    """How long it takes from the start of the program to the answer to the query that it prints."""
    began = time.monotonic()
    with serving("--data-dir", str(data_dir), program=[str(CHECKOUT / "server.py")]) as (_, address, printed):
        body = printed.partition("-d '")[2].partition("'")[0].encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{address}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["data"]["zones"]["nodes"] is not None
        return time.monotonic() - began


@pytest.mark.alone
def test_a_second_start_answers_the_printed_query_in_under_three_seconds(data_dir: Path) -> None:
    """The first one loads the sample; of the others the quickest counts: machines are slow for a while."""
    start_seconds(data_dir)
    assert any(start_seconds(data_dir) < 3 for _ in range(12))


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, _, errors = command("serve", "--port", port, "--data-dir", str(tmp_path / "data"))
    assert code == 1
    assert errors == (
        f"Error: Port {port} on 127.0.0.1 is in use: stop the program that has it, "
        "or choose another with --port or TRIPLEHELIX_PORT.\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_host_that_is_none_is_said() -> None:
    code, _, errors = command("serve", "--port", "0", "--host", "no host")
    assert code == 1
    assert errors.startswith("Error: The host 'no host' is not an address: use 127.0.0.1")


def test_an_unreachable_database_is_said_without_its_password() -> None:
    url = "postgresql://someone:secret@127.0.0.1:1/there"
    code, _, errors = command("serve", "--port", "0", DATABASE_URL=url)
    assert code == 1
    assert errors.startswith("Error: The database at 127.0.0.1:1/there cannot be used (")
    assert errors.endswith("check DATABASE_URL, or unset it to use the embedded PostgreSQL.\n")
    assert "secret" not in errors
    assert errors.count("\n") == 1


def test_an_address_that_is_none_is_said_without_repeating_it() -> None:
    code, _, errors = command("serve", "--port", "0", DATABASE_URL="mysql://someone:secret@host/name")
    assert code == 2
    assert errors == (
        "Error: DATABASE_URL must be an address such as postgresql://user:password@host:5432/name.\n"
    )


def test_a_bad_setting_is_said_with_what_is_allowed() -> None:
    code, _, errors = command("serve", "--port", "0", TRIPLEHELIX_WORKERS="many")
    assert code == 2
    assert errors == "Error: TRIPLEHELIX_WORKERS is 'many', but must be a whole number from 1 to 64.\n"


def test_a_data_folder_of_a_running_server_is_refused(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        code, _, errors = command("serve", "--port", "0", "--data-dir", str(data_dir))
    assert code == 1
    assert errors.startswith(f"Error: The data folder {data_dir} is in use by a running server (process ")
    assert errors.count("\n") == 1


@pytest.mark.skipif(not IS_ROOT, reason="only root lends PostgreSQL another account")
def test_a_folder_closed_to_postgres_is_said() -> None:
    with open_folder() as folder:
        folder.chmod(0o700)
        code, _, errors = command("serve", "--port", "0", "--data-dir", str(folder / "data"))
    assert code == 1
    assert f"cannot enter {folder}: choose another data folder with --data-dir" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_application_that_does_not_start_ends_everything(data_dir: Path, workers: str) -> None:
    arguments = ["serve", "--port", "0", "--data-dir", str(data_dir), "--workers", workers]
    code, _, errors = command(*arguments, app="create_broken_app")
    assert code == 1
    assert "broken on purpose" in errors
    assert errors.endswith("Error: The server did not start; the lines above say why.\n")
    assert left_running(data_dir) == []


def test_a_given_database_is_used_and_nothing_embedded_starts(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server, open_folder() as unused:
        env = {"DATABASE_URL": server.dsn, "TRIPLEHELIX_DATA_DIR": str(unused / "data")}
        with serving(**env) as (_, address, printed):
            assert ask(address)["tables"] > 10
            assert str(unused) not in printed
        assert not (unused / "data").exists()


def test_keys_are_made_listed_and_revoked_beside_a_server_and_without_one(data_dir: Path) -> None:
    folder = ("--data-dir", str(data_dir))
    with provide(None, data_dir):
        code, secret, _ = command("key", "create", "tests", "--partner-name", "T", "--label", "a b", *folder)
        assert code == 0
        assert secret.startswith("th_live_")
    assert running(data_dir) is None
    prefix = secret[:16]
    assert f"{prefix}  tests    partner  valid" in command("key", "list", *folder)[1]
    assert command("key", "revoke", prefix, *folder) == (0, f"{prefix} of tests is revoked.\n", "")
    listed = command("key", "list", *folder)[1]
    assert f"{prefix}  tests    partner  revoked" in listed
    assert secret.strip() not in listed
    assert left_running(data_dir) == []


def test_a_key_for_an_unknown_partner_is_refused(data_dir: Path) -> None:
    code, _, errors = command("key", "create", "nobody", "--label", "x", "--data-dir", str(data_dir))
    assert code == 1
    assert errors.startswith("Error: There is no partner 'nobody'.")


def test_the_benchmark_data_set_fills_an_empty_database_and_no_other() -> None:
    with open_folder() as folder:
        arguments = ["sample", "--scale", "0.001", "--data-dir", str(folder / "data")]
        code, output, _ = command(*arguments)
        assert code == 0
        assert "20 companies, 200 experts" in output
        code, _, errors = command(*arguments)
        assert code == 1
        assert "Error: The schema live has data already. Give the address of" in errors


def test_a_wrong_option_is_said_with_exit_code_two() -> None:
    code, _, errors = command("sample", "--scale", "much")
    assert code == 2
    assert "--scale" in errors
