"""docs/partners.md, run as a new partner would: every line of it, in order, against a running server."""

import csv
import io
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, environment, open_folder
from tests.test_cli import serving

PAGE = (CHECKOUT / "docs" / "partners.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SERVE = [str(CHECKOUT / "cli.py"), "serve"]
MARK = "--- next ---"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are for a shell")
def test_the_page_runs_as_it_stands(tmp_path: Path) -> None:
    with (
        open_folder() as folder,
        serving(
            "--data-dir", str(folder / "data"), program=SERVE, TRIPLEHELIX_OUTBOUND_ALLOWED="127.0.0.1"
        ) as (_, address, _),
    ):
        commands = tmp_path / "bin"
        commands.mkdir()
        # As an installation would have it on the path.
        (commands / "triplehelix").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{SERVE[0]}" "$@"\n')
        (commands / "triplehelix").chmod(0o755)
        script = f"\necho '{MARK}'\n".join(BLOCKS)
        script = script.replace("http://127.0.0.1:8000", address).replace("9000", str(free_port()))
        script = script.replace("--folder sync", f"--folder sync --server {address}")
        with subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=tmp_path,
            env={
                **environment(),
                "PATH": f"{commands}:{environment()['PATH']}",
                "TRIPLEHELIX_DATA_DIR": str(folder / "data"),
                "CHECKOUT": str(CHECKOUT),
            },
        ) as shell:
            output, _ = shell.communicate(timeout=120)
    assert shell.returncode == 0, output
    key, _, file, mended, _, exported, refused, night = output.split(MARK)
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
