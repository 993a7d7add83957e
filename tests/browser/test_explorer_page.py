"""The explorer as a person meets it, in headless Chromium."""

import json
import os
import shutil
import subprocess

import pytest

from tests.browser import tools
from tests.browser.conftest import DIST, Drive

KEY = "th_live_0123456789abcdef"
SECRET = "typed-by-hand-0123456789"


def test_a_person_runs_queries_and_subscriptions_and_nothing_leaves_the_server(
    site: str, drive: Drive
) -> None:
    seen = drive(
        {
            "page": f"{site}/graphql",
            "query": {"tab": "Greeting", "answer": "Salaam, Karachi"},
            "subscription": {"tab": "LiveCount", "answer": "3 of 3"},
            "ready": {"id": "02-live-count", "name": "Live count"},
            "key": KEY,
            "secret": SECRET,
        }
    )

    kept = ["failure", "page", "console", "errors", "violations"]
    assert seen.get("failure") is None, json.dumps({name: seen.get(name) for name in kept}, indent=1)
    assert seen["tabs"] == ["Greeting", "LiveCount"]
    assert seen["ready"] == ["Greeting", "Live count"]
    assert '"authorization": null' in seen["answers"]["query"]
    assert "3 of 3, no key" in seen["answers"]["subscription"]

    assert f"3 of 3, Bearer {KEY}" in seen["answers"]["subscription with key"]
    assert f'"authorization": "Bearer {KEY}"' in seen["answers"]["query with key"]
    assert seen["posts"][-1]["headers"].get("authorization") is None
    assert any(post["headers"].get("x-secret") == SECRET for post in seen["posts"])
    assert seen["tabsAfterReload"] == seen["tabs"]
    assert seen["keyAfterReload"] == KEY
    assert '"authorization": null' in seen["answers"]["query after forgetting"]
    assert seen["tabsAfterReopening"] == [["Greeting"], ["Greeting", "LiveCount"]]
    assert "3 of 3" in seen["answers"]["subscription from the panel"]
    assert "3 of 3" in seen["answers"]["subscription from its address"]
    assert seen["tabsAtTheEnd"] == seen["tabs"]
    assert all(name.startswith("triple-helix:") for name in seen["localStorage"])
    assert not [name for name, value in seen["localStorage"].items() if KEY in value or SECRET in value]

    origins = {site, site.replace("http:", "ws:")}
    urls = [*seen["requests"], *seen["sockets"]]
    assert [url for url in urls if not any(url.startswith(f"{origin}/") for origin in origins)] == []
    assert seen["violations"] == []
    assert seen["errors"] == []
    assert [line for line in seen["console"] if line["type"] in {"error", "warning"}] == []


def test_what_the_browser_keeps_holds_no_request_headers() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip(tools.what_is_missing() or "")
    script = """
        const kept = {}
        globalThis.localStorage = { setItem: (name, value) => { kept[name] = value }, getItem: (name) => kept[name] ?? null }
        const { storage } = await import(process.argv[1])
        const item = { query: '{ a }', variables: '{}', headers: 'secret' }
        storage.setItem('graphiql:queries', JSON.stringify({ queries: [item] }))
        storage.setItem('graphiql:tabState', JSON.stringify({ activeTabIndex: 1, tabs: [item, { ...item, query: '{ b }' }] }))
        storage.setItem('graphiql:headers', 'secret')
        storage.setItem('graphiql:query', '{ stale }')
        storage.setItem('graphiql:theme', 'dark')
        console.log(JSON.stringify({ kept, query: storage.getItem('graphiql:query'), theme: storage.getItem('graphiql:theme') }))
    """  # noqa: E501
    command = [node, "--input-type=module", "-e", script, (DIST.parent / "src" / "storage.js").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)

    assert sorted(seen["kept"]) == [
        "triple-helix:graphiql:queries",
        "triple-helix:graphiql:tabState",
        "triple-helix:graphiql:theme",
    ]
    assert "secret" not in done.stdout
    assert seen["query"] == "{ b }"
    assert seen["theme"] == "dark"


def test_a_missing_tool_is_named_with_the_way_to_get_it(tmp_path: os.PathLike[str]) -> None:
    assert tools.what_is_missing(os.fspath(tmp_path)) == (
        "browser tests: node, npm, chromium are not installed "
        "(on Debian and Ubuntu: apt-get install nodejs npm chromium)"
    )


def test_a_single_missing_tool_is_named_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(shutil, "which", lambda name, path: name if name in {"node", "npm"} else None)
    assert tools.what_is_missing("") == (
        "browser tests: chromium is not installed (on Debian and Ubuntu: apt-get install chromium)"
    )
