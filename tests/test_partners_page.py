"""docs/partners.md and docs/webhooks.md, run as a new partner would: each line, in order, by a shell."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, environment, free_port, open_folder
from tests.test_cli import serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the pages' commands are for a shell")
SERVE = [str(CHECKOUT / "cli.py"), "serve"]
ALLOWED = {"TRIPLEHELIX_OUTBOUND_ALLOWED": "127.0.0.1"}
MARK = "--- next ---"


def blocks_of(page: str) -> list[str]:
    """The shell's lines of a page of the documentation, block by block."""
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    """A server as scripts/serve starts one: its address and its data."""
    with (
        open_folder() as folder,
        serving("--data-dir", str(folder / "data"), program=SERVE, **ALLOWED) as (_, address, _),
    ):
        yield address, folder / "data"


def output_of(script: str, place: Path, served: tuple[str, Path]) -> list[str]:
    """What a script prints between its marks, run in a folder; fails the test where a line of it fails."""
    address, data_dir = served
    commands = place / "bin"
    commands.mkdir()
    # As an installation would have it on the path.
    (commands / "triplehelix").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{SERVE[0]}" "$@"\n')
    (commands / "triplehelix").chmod(0o755)
    (commands / "python").symlink_to(sys.executable)
    script = script.replace("http://127.0.0.1:8000", address).replace("9000", str(free_port()))
    script = script.replace(".venv/bin/", "")
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=place,
        env={
            **environment(),
            "PATH": f"{commands}:{environment()['PATH']}",
            "TRIPLEHELIX_DATA_DIR": str(data_dir),
            "CHECKOUT": str(CHECKOUT),
        },
    ) as shell:
        output, _ = shell.communicate(timeout=200)
    assert shell.returncode == 0, output
    return str(output).split(MARK)


def test_the_page_for_partners_runs_as_it_stands(tmp_path: Path, served: tuple[str, Path]) -> None:
    script = f"\necho '{MARK}'\n".join(blocks_of("partners.md"))
    script = script.replace("--folder sync", f"--folder sync --server {served[0]}")
    key, _, file, mended, _, exported, refused, night = output_of(script, tmp_path, served)
    assert '"role":"partner"' in key
    assert '"name":"Example University"' in key
    assert '"status":"SUCCEEDED_IN_PART"' in file
    assert '"created":2,"rejected":3' in file
    for row, field in ((3, "availability"), (4, "relations[0].since"), (5, "name")):
        assert f'"row":{row},"field":"{field}' in file, file
    assert "SUCCEEDED" in mended
    rows = list(csv.DictReader(io.StringIO(exported.strip())))
    assert {row["name"] for row in rows} >= {f"{one} Example" for one in ("Sara", "Omar", "Hina", "Noor")}
    assert '"code":"NOT_YOURS"' in refused
    assert "Some rows are still wrong." in night


LISTED = """WEBHOOK=$(curl -s http://127.0.0.1:8000/graphql -H "authorization: Bearer $KEY" \\
    -H 'content-type: application/json' -d '{"query": "{ webhooks { nodes { id } } }"}' |
    grep -o '[0-9a-f-]\\{36\\}')
"""
ARRIVES = """
for turn in $(seq 600); do grep -q cluster.created arrived && break; sleep 0.1; done
cat arrived
"""


def test_the_page_of_webhooks_runs_as_it_stands(tmp_path: Path, served: tuple[str, Path]) -> None:
    make, ping, log, serve, serve_too, try_it = blocks_of("webhooks.md")
    assert serve_too == serve.replace("serve\n", "serve &\n")
    key = 'KEY=$(triplehelix key create hooked --partner-name "Hooked" --label "test" --scope webhooks)'
    shown = try_it.replace("<<'PYTHON' &", "<<'PYTHON' > arrived &")
    parts = [key, make + LISTED, ping, log, shown + ARRIVES]
    _, made, pinged, logged, arrived = output_of(f"\necho '{MARK}'\n".join(parts), tmp_path, served)
    assert '"secret":"whsec_' in made
    assert '"status":"ENABLED"' in made
    assert '"delivery":{"id":' in pinged
    assert '"attempts":' in logged
    assert '"created":1' in arrived, arrived
    assert '"type":"cluster.created"' in arrived
    assert '"name":"A first one"' in arrived
