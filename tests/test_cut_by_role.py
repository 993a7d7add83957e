"""Lists of several roles: pages that are cut from a page of each role make up the list read as a whole."""

from typing import Any

import pytest

from models.database import Database
from resolvers import sources
from tests.conftest import VIEWERS, run

WHOLE = (
    "{ companies(first: 50) { nodes { id experts(asOf: null, first: 60) { edges { role node { id } } } } } }"
)
PAGE = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  company(by: { id: $id }) {
    experts(asOf: null, first: $first, after: $after, last: $last, before: $before) {
      edges { role node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}"""

Edges = list[tuple[str, str]]


def edges_of(connection: dict[str, Any]) -> Edges:
    return [(edge["role"], edge["node"]["id"]) for edge in connection["edges"]]


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
async def test_pages_in_both_directions_make_up_the_list(graph_database: Database, viewer: Any) -> None:
    assert sources.CUT_BY_ROLE < 60
    answer = await run(graph_database, WHOLE, viewer=viewer)
    whole = {node["id"]: edges_of(node["experts"]) for node in answer["data"]["companies"]["nodes"]}
    assert max(len({role for role, _ in edges}) for edges in whole.values()) > 1
    assert max(map(len, whole.values())) > 2
    for company, edges in whole.items():
        for size in (1, 2, 4, sources.CUT_BY_ROLE):
            for forward in (True, False):
                found: Edges = []
                turn: dict[str, Any] = {"first" if forward else "last": size}
                for _ in range(len(edges) + 1):
                    answer = await run(graph_database, PAGE, {"id": company, **turn}, viewer=viewer)
                    page = answer["data"]["company"]["experts"]
                    found = found + edges_of(page) if forward else edges_of(page) + found
                    info = page["pageInfo"]
                    if not info["hasNextPage" if forward else "hasPreviousPage"]:
                        break
                    assert len(page["edges"]) == size
                    turn |= {"after": info["endCursor"]} if forward else {"before": info["startCursor"]}
                assert found == edges
