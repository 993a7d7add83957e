"""The explorer on the real server with the sample data: a ready query, and changes as they happen."""

import asyncio
import json
import subprocess
import threading
from collections.abc import Iterator

import asyncpg
import pytest

from tests import packages
from tests.browser import tools
from tests.processes import open_folder
from tests.test_cli import serving

ADD = (
    "INSERT INTO live.entity (kind, slug, name, program_kind) "
    "VALUES ('PROGRAM', 'seen-live', 'A program seen live', 'OTHER')"
)


@pytest.fixture(scope="module")
def browser() -> str:
    reason = tools.what_is_missing()
    if reason:
        pytest.skip(reason)
    packages.or_skip(packages.node_packages, tools.HERE)
    return str(tools.find_browser())


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, str]]:
    """The origin of a server started as people start it, and the address of its database."""
    with (
        open_folder() as folder,
        serving("--data-dir", str(folder / "data"), program=("-m", "cli", "serve")) as (_, origin, _),
    ):
        state = json.loads(next((folder / "data").rglob("server.json")).read_text())
        yield origin, f"postgresql://app@/postgres?host={state['socket_dir']}&port={state['port']}"


def test_ready_queries_are_answered_by_the_real_server(browser: str, served: tuple[str, str]) -> None:
    origin, dsn = served
    steps = [
        {"id": "01-three-spheres-of-a-province", "answer": "Mehran Bay Technology Park"},
        {"id": "12-follow-changes", "answer": "A program seen live"},
    ]
    plan = json.dumps({"origin": origin, "chromium": browser, "steps": steps})
    command = ["node", "real.mjs", plan]
    with subprocess.Popen(
        command, cwd=tools.HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        timer = threading.Timer(200, process.kill)
        timer.start()
        for line in process.stderr:
            if line.strip() == "running 12-follow-changes":
                asyncio.run(_add_until_it_ends(dsn, process))
        seen = json.loads(process.stdout.read())
        timer.cancel()
    assert process.returncode == 0
    assert seen.get("failure") is None, seen
    assert list(seen["answers"]) == [step["id"] for step in steps]
    assert seen["errors"] == []
    assert [line for line in seen["console"] if line.startswith(("error", "warning"))] == []
    places = (f"{origin}/", f"{origin.replace('http:', 'ws:')}/")
    assert [url for url in seen["requests"] if not url.startswith(places)] == []


async def _add_until_it_ends(dsn: str, process: subprocess.Popen[str]) -> None:
    """Makes changes until the browser has seen one: it may not have subscribed at the first."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(ADD)
    while process.poll() is None:
        await asyncio.sleep(0.3)
        await connection.execute("UPDATE live.entity SET city = 'Karachi' WHERE slug = 'seen-live'")
    await connection.close()
