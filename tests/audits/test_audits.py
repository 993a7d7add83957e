"""GraphQL over HTTP, as its own audit suite sees our server."""

import pytest

from tests.audits import suite
from tests.stub_app import application, serving


async def test_all_61_audits_of_graphql_over_http_pass() -> None:
    reason = suite.what_is_missing()
    if reason:
        pytest.skip(reason)
    suite.install()
    async with serving(application()) as (host, port):
        results = await suite.run(f"http://{host}:{port}/graphql")
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61


def test_a_missing_node_is_named_with_what_to_do() -> None:
    assert suite.what_is_missing(path="") == (
        "HTTP audits: node and npm not installed (on Debian and Ubuntu: apt-get install nodejs npm)"
    )
