"""Pages filtered through two relations answer the same whichever way is taken, and as the oracle does."""

from typing import Any

import pytest
from graphql import build_schema

import schema as api
from models.database import Database
from resolvers import reach
from resolvers.cache import Cache
from tests.conftest import VIEWERS, Ask
from tests.operation_scopes import Operation
from tests.operation_values import TERMS
from tests.oracle import Oracle, load
from tests.oracle.both_ways import disagreements

FILTERS = {
    "out": "companies: { some: { zones: { some: { subdivision: { isNull: false } } } } }",
    "nested deeper": (
        'companies: { some: { zones: { some: { universities: { some: { name: { contains: "a" } } } } } } }'
    ),
    "with more": (
        'not: { slug: { contains: "zero" } }, and: [{ companies: { some: { zones: { some: {} } } } }, { or: ['
        "{ headline: { isNull: false } }, { headline: { isNull: true } }] }]"
    ),
    "with none within": (
        'companies: { some: { zones: { some: { universities: { none: { slug: { contains: "zero" } } } } } } }'
    ),
}
ORDERS = ("", "orderBy: [{ field: NAME, direction: DESC }]", "orderBy: [{ field: HEADLINE, nulls: FIRST }]")
BOUNDS = {
    "collected": (10_000, 50, 200, 5_000),
    "walked by a hash": (0, 0, 200, 5_000),
    "walked by a hash, nothing collected": (10_000, 50, 0, 5_000),
    "walked by probes": (0, 0, 0, 0),
    "between": (3, 1, 4, 5),
}


@pytest.fixture(scope="module")
async def oracle(graph_dsn: str) -> Oracle:
    """The oracle over the small test graph."""
    return Oracle(build_schema(api.schema.as_str()), await load(graph_dsn, api.CATALOG, TERMS), api.CATALOG)


@pytest.fixture(params=list(BOUNDS.values()), ids=list(BOUNDS))
def _bounds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    fewest, per_row, few, far_ends = request.param
    monkeypatch.setattr(reach, "FEWEST_COLLECTED", fewest)
    monkeypatch.setattr(reach, "COLLECTED_PER_ROW", per_row)
    monkeypatch.setattr(reach, "FEW_FAR_ENDS", few)
    monkeypatch.setattr(reach, "FAR_ENDS", far_ends)
    # Statements that are printed under other bounds are not kept.
    monkeypatch.setattr(api.schema.reads, "plans", Cache(1000))


def query(where: str, order: str, page: str, given: str) -> str:
    """A page of experts, with what its cursors and its count say."""
    return f"""query ({given}: String) {{
      page: experts(asOf: null, {page}, {order} where: {{ {where} }}) {{
        totalCount nodes {{ id headline }} edges {{ cursor }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }}
    }}"""


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize("order", ORDERS, ids=["by id", "by name", "by headline"])
@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("viewer", ["anonymous", "partner"])
async def test_each_way_answers_as_the_oracle(
    graph_database: Database, oracle: Oracle, viewer: str, where: str, order: str
) -> None:
    forward: dict[str, Any] = {"after": ("page", "endCursor")}
    backward: dict[str, Any] = {"before": ("page", "startCursor")}
    for size, cursors in (("first: 2", forward), ("last: 3", backward)):
        (name,) = cursors
        operation = Operation(query(where, order, f"{size}, {name}: ${name}", f"${name}"), {}, cursors)
        assert await disagreements(graph_database, oracle, operation, VIEWERS[viewer]) == []


async def test_the_filters_of_these_tests_find_some_and_not_all(ask: Ask) -> None:
    everyone = (await ask("{ experts { totalCount } }"))["data"]["experts"]["totalCount"]
    for where in FILTERS.values():
        found = (await ask(query(where, "", "after: $a", "$a")))["data"]["page"]["totalCount"]
        assert 0 < found < everyone, where
