"""Fixtures of the browser tests: a served site, and a person at a browser."""

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests import packages
from tests.browser import tools
from tests.browser.tiny_api import make_site

Drive = Callable[[dict[str, Any]], dict[str, Any]]
DIST = Path(__file__).parents[2] / "explorer" / "dist"

QUERIES = {
    "01-greeting.graphql": "# Who is greeted, and who is asking?\n"
    "query Greeting($name: String!) {\n  greeting(name: $name)\n  authorization\n}\n",
    "01-greeting.variables.json": '{"name": "Karachi"}',
    "02-live-count.graphql": "# Counting, live.\nsubscription LiveCount {\n  count(to: 3)\n}\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The origin of a running site with the explorer at /graphql."""
    queries = tmp_path / "queries"
    queries.mkdir()
    for name, text in QUERIES.items():
        (queries / name).write_text(text, "utf-8")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_site(DIST, queries), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=60)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def drive() -> Drive:
    """Runs explorer.mjs with a plan and returns what it saw; skips where no browser can run."""
    reason = tools.what_is_missing()
    if reason:
        pytest.skip(reason)
    packages.or_skip(packages.node_packages, tools.HERE)
    browser = tools.find_browser()

    def run(plan: dict[str, Any]) -> dict[str, Any]:
        command = ["node", "explorer.mjs", json.dumps(plan | {"chromium": browser})]
        done = subprocess.run(
            command, cwd=tools.HERE, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    return run
