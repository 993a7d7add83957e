"""GraphQL over HTTP, as its own audit suite sees our server."""

from tests import packages
from tests.audits import suite
from tests.stub_app import application, serving


async def test_all_61_audits_of_graphql_over_http_pass() -> None:
    packages.or_skip(packages.node_packages, suite.HERE)
    async with serving(application()) as (host, port):
        results = await suite.run(f"http://{host}:{port}/graphql")
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
