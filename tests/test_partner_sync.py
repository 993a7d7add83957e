"""The example of a nightly synchronisation, run as a partner would against a running server."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.processes import CHECKOUT, open_folder, python
from tests.test_cli import command, serving

EXAMPLE = CHECKOUT / "examples" / "partner_sync.py"
SERVE = [str(CHECKOUT / "cli.py"), "serve"]
GOOD = {"kind": "UNIVERSITY", "slug": "sync-university", "name": "University of the Sync", "city": "Karachi"}
PERSON = {
    "kind": "EXPERT",
    "slug": "sync-person",
    "name": "Sync Person",
    "relations": [{"role": "EMPLOYED_BY", "to": {"slug": "sync-university"}, "since": "2024"}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Path]]:
    """The address of a running server, and its data folder."""
    with open_folder() as folder, serving("--data-dir", str(folder / "data"), program=SERVE) as found:
        yield found[1], folder / "data"


def key_of(partner: str, data_dir: Path) -> str:
    code, secret, errors = command(
        *("key", "create", partner, "--partner-name", partner, "--label", "sync", "--scope", "bulk"),
        *("--data-dir", str(data_dir)),
    )
    assert code == 0, errors
    return secret.strip()


def run(address: str, key: str, file: Path, folder: Path) -> tuple[int, str, str]:
    arguments = (str(EXAMPLE), str(file), "--server", address, "--folder", str(folder))
    with python(*arguments, env={"TRIPLEHELIX_KEY": key}) as process:
        output, errors = process.communicate(timeout=200)
        return process.returncode, output, errors


def lines(*found: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in found)


def test_a_night_with_a_bad_row_its_correction_and_a_quiet_night(
    server: tuple[str, Path], tmp_path: Path
) -> None:
    address, data_dir = server
    key, file, folder = key_of("north", data_dir), tmp_path / "staff.ndjson", tmp_path / "sync"
    bad = {"kind": "COMPANY", "slug": "sync-company", "name": "Sync", "sizeClass": "HUGE"}
    file.write_text(lines(GOOD, bad, PERSON), encoding="utf-8")

    code, output, errors = run(address, key, file, folder)
    assert (code, errors) == (1, "")
    assert output.startswith("row 2: ")
    assert "SUCCEEDED_IN_PART: 3 rows, " in output
    assert "1 refused" in output
    failed = folder / "failed.ndjson"
    assert json.loads(failed.read_text(encoding="utf-8")) == bad

    changes = (folder / "changes.ndjson").read_text(encoding="utf-8").splitlines()
    made = {json.loads(line)["entity"]["slug"] for line in changes if json.loads(line)["entity"]}
    assert made == {"sync-university", "sync-person"}

    file.write_text(lines(GOOD, bad | {"sizeClass": "SME"}, PERSON), encoding="utf-8")
    code, output, errors = run(address, key, file, folder)
    assert (code, errors) == (0, "")
    assert "SUCCEEDED: 3 rows, 1 new, 0 changed, 0 refused" in output
    assert not failed.exists()

    code, output, errors = run(address, key, file, folder)
    assert (code, output, errors) == (0, "SUCCEEDED: 3 rows, 0 new, 0 changed, 0 refused\n", "")
    after = (folder / "changes.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(after) == len(set(after)) == len(changes) + 1


STOPPED = """
import runpy, sys
from pathlib import Path

def stopped(self, target):
    # As a kill at this place: a page is in the file, and the cursor is still that before it.
    if Path(target).exists() and Path(target).with_name("changes.ndjson").stat().st_size:
        sys.stdout.flush()
        import os
        os._exit(9)
    return replace(self, target)

replace, Path.replace = Path.replace, stopped
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_run_that_is_stopped_before_its_cursor_is_kept_repeats_no_change(
    server: tuple[str, Path], tmp_path: Path
) -> None:
    address, data_dir = server
    key, file, folder = key_of("west", data_dir), tmp_path / "staff.ndjson", tmp_path / "sync"
    file.write_text(lines(*(GOOD | {"slug": f"stopped-{number}"} for number in range(3))), encoding="utf-8")
    stopped = tmp_path / "stopped.py"
    stopped.write_text(STOPPED, encoding="utf-8")
    arguments = (str(stopped), str(EXAMPLE), str(file), "--server", address, "--folder", str(folder))
    with python(*arguments, env={"TRIPLEHELIX_KEY": key}) as process:
        assert process.communicate(timeout=200)[1] == ""
        assert process.returncode == 9
    log = folder / "changes.ndjson"
    first = log.read_bytes()
    assert len(first.splitlines()) == 3
    # What is torn in the middle of a line is no change either.
    log.write_bytes(first + first[:20])

    assert run(address, key, file, folder)[0] == 0
    assert log.read_bytes() == first
    # Whoever takes the file away is told only of what comes later.
    log.unlink()
    file.write_text(lines(GOOD | {"slug": "stopped-3"}), encoding="utf-8")
    assert run(address, key, file, folder)[0] == 0
    assert [json.loads(line)["entity"]["slug"] for line in log.read_bytes().splitlines()] == ["stopped-3"]


def test_what_is_anothers_is_refused_and_stays(server: tuple[str, Path], tmp_path: Path) -> None:
    address, data_dir = server
    north, south = key_of("north", data_dir), key_of("south", data_dir)
    file = tmp_path / "staff.ndjson"
    file.write_text(lines(GOOD | {"slug": "norths-own"}), encoding="utf-8")
    assert run(address, north, file, tmp_path / "north")[0] == 0
    file.write_text(lines(GOOD | {"slug": "norths-own", "city": "Lahore"}), encoding="utf-8")
    code, output, _ = run(address, south, file, tmp_path / "south")
    assert code == 1
    assert "NOT_YOURS" in output
    assert run(address, north, file, tmp_path / "north")[1].startswith("SUCCEEDED: 1 rows, 0 new, 1 changed")


def test_runs_in_one_folder_wait_for_each_other(server: tuple[str, Path], tmp_path: Path) -> None:
    address, data_dir = server
    key, file, folder = key_of("east", data_dir), tmp_path / "staff.ndjson", tmp_path / "sync"
    file.write_text(lines(*(GOOD | {"slug": f"at-once-{number}"} for number in range(20))), encoding="utf-8")
    folder.mkdir()
    lock = sqlite3.connect(folder / "lock")
    lock.execute("BEGIN EXCLUSIVE")
    arguments = (str(EXAMPLE), str(file), "--server", address, "--folder", str(folder))
    with ExitStack() as stack:
        both = [stack.enter_context(python(*arguments, env={"TRIPLEHELIX_KEY": key})) for _ in range(2)]
        time.sleep(1.5)
        assert not (folder / "cursor").exists()
        lock.close()
        ended = [(*one.communicate(timeout=200), one.returncode) for one in both]
    assert [(errors, code) for _, errors, code in ended] == [("", 0)] * 2
    changes = (folder / "changes.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(changes) == len(set(changes)) == 20


def test_a_wrong_key_ends_the_run_with_the_reason(server: tuple[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "staff.ndjson"
    file.write_text(lines(GOOD), encoding="utf-8")
    code, output, errors = run(server[0], "th_live_" + "x" * 51, file, tmp_path / "sync")
    assert (code, output) == (1, "")
    assert "This key does not exist." in errors


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 100
