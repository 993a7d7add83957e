"""The explorer as a person meets it, in headless Chromium."""

import os
import shutil

import pytest

from tests.browser import tools
from tests.browser.conftest import Drive

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
            "key": KEY,
            "secret": SECRET,
        }
    )

    assert seen.get("failure") is None, [seen["console"], seen["errors"], seen["violations"]]
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
    assert KEY not in seen["localStorage"]
    assert SECRET not in seen["localStorage"]

    origins = {site, site.replace("http:", "ws:")}
    urls = [*seen["requests"], *seen["sockets"]]
    assert [url for url in urls if not any(url.startswith(f"{origin}/") for origin in origins)] == []
    assert seen["violations"] == []
    assert seen["errors"] == []
    assert [line for line in seen["console"] if line["type"] in {"error", "warning"}] == []


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
