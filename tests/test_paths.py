"""Paths between two entities: against networkx on random graphs, rights, bounds, errors, price, symmetry.

The second way to every answer is tests/random_paths.py.
"""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import networkx as nx
import pytest

from models.database import Database
from models.embedded import EmbeddedPostgres
from models.vocabulary import Kind, Role
from resolvers import paths as searched
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, Ask, clone, run
from tests.random_paths import (
    FIRST,
    KINDS,
    ROLES,
    WEIGHTS,
    Found,
    Question,
    RandomGraph,
    entity,
    load,
    make,
    relation,
    sees,
    shown,
)
from tests.random_paths import paths as expected_paths
from tests.unwalled import Unwalled

GRAPHS = 300
QUERY = """query ($from: EntityRef!, $to: EntityRef!, $maxHops: Int!, $first: Int!, $roles: [Role!],
    $kinds: [Kind!], $asOf: Date) {
  paths(from: $from, to: $to, maxHops: $maxHops, first: $first, roles: $roles, kinds: $kinds, asOf: $asOf) {
    truncated visited
    paths { length strength nodes { id } hops { id role direction from { id } to { id }
      relation { id subject { id } } } } } }"""
WHO = {"reader": ANONYMOUS, "partner": NORTH, "editor": EDITOR}


@pytest.fixture(scope="module")
def graphs() -> list[RandomGraph]:
    rng = random.Random(23)
    return [make(rng, number) for number in range(GRAPHS)]


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str, graphs: list[RandomGraph]) -> str:
    """A database with all the random graphs and a hub with many spokes."""
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await load(connection, [*graphs, HUB])
    await connection.close()
    return found


@pytest.fixture(scope="module")
async def database(dsn: str) -> AsyncIterator[Database]:
    made = Database(dsn)
    await made.open()
    yield made
    await made.close()


@pytest.fixture(scope="module")
async def unwalled(dsn: str) -> AsyncIterator[Database]:
    """The same without row security: what the compiler's own conditions let through."""
    made = Unwalled(dsn)
    await made.open()
    yield made
    await made.close()


def _hub() -> RandomGraph:
    """Two ends joined by a hub with 60 spokes in two hops, and by a row of three in four."""
    made = RandomGraph()
    rows = [entity(graph.uuid_of(0x30_0000_0000 + n), Kind.COMPANY) for n in range(70)]
    made.entities = {row["id"]: row for row in rows}
    start, goal, hub, one, two, three, *spokes = rows
    pairs = [(start, hub), (hub, goal), (start, one), (one, two), (two, three), (three, goal)]
    pairs += [(hub, spoke) for spoke in spokes]
    for number, (subject, object_) in enumerate(pairs):
        id_ = graph.uuid_of(0x31_0000_0000 + number)
        made.relations.append(relation(id_, Role.COLLABORATES_WITH, subject, object_))
    return made


HUB = _hub()
START, GOAL, CENTRE, *_ = HUB.entities


async def ask_paths(database: Database, asked: Question) -> dict[str, Any]:
    """The answer to a question."""
    variables = {
        "from": {"id": str(asked.start)},
        "to": {"id": str(asked.goal)},
        "maxHops": asked.hops,
        "first": asked.size,
        "roles": asked.roles,
        "kinds": asked.kinds,
        "asOf": None if asked.day is None else asked.day.isoformat(),
    }
    answer = await run(database, QUERY, variables, WHO[asked.role])
    assert "errors" not in answer, (asked, answer["errors"])
    found: dict[str, Any] = answer["data"]["paths"]
    return found


def as_found(path: dict[str, Any]) -> Found:
    """A path of the answer, checked in itself."""
    nodes = [node["id"] for node in path["nodes"]]
    assert path["length"] == len(path["hops"]) == len(nodes) - 1
    for before, after, hop in zip(nodes, nodes[1:], path["hops"], strict=False):
        assert (hop["from"]["id"], hop["to"]["id"], hop["relation"]["id"]) == (before, after, hop["id"])
        is_symmetric = hop["role"] in ("COLLABORATES_WITH", "RELATED_TO")
        is_out = hop["relation"]["subject"]["id"] == before
        assert hop["direction"] == ("BOTH" if is_symmetric else "OUT" if is_out else "IN")
    hops = tuple(UUID(hop["id"]) for hop in path["hops"])
    return Found(tuple(map(UUID, nodes)), hops, path["strength"])


def questions(graphs: list[RandomGraph], seed: int) -> list[tuple[RandomGraph, Question]]:
    """One question to each graph, between two entities that who asks may see."""
    rng = random.Random(seed)
    made = []
    for one in graphs:
        role = rng.choice(["reader", "partner", "editor"])
        start, goal = rng.sample(list(one.entities), 2)
        asked = Question(
            start,
            goal,
            hops=rng.randint(1, 6),
            size=rng.choice([1, 3, 50]),
            role=role,
            partner=NORTH.partner_id if role == "partner" else None,
            roles=tuple(map(str, rng.sample(ROLES, rng.randint(1, 9)))) if rng.random() < 0.3 else None,
            kinds=tuple(map(str, rng.sample(KINDS, rng.randint(1, 5)))) if rng.random() < 0.3 else None,
            day=rng.choice([None, FIRST + timedelta(days=rng.randrange(10_000)), date(2026, 1, 1)]),
            today=datetime.now(UTC).date(),
        )
        made.append((one, asked))
    return made


async def check(database: Database, of: RandomGraph, asked: Question) -> int:
    """Compares an answer with the second way; the number of its paths."""
    everything = expected_paths(of, asked)
    answer = await ask_paths(database, asked)
    assert answer["truncated"] is False
    found = [as_found(path) for path in answer["paths"]]
    wanted = everything[: asked.size]
    assert [one.nodes for one in found] == [one.nodes for one in wanted], asked
    assert [one.relations for one in found] == [one.relations for one in wanted], asked
    assert [one.strength for one in found] == pytest.approx([shown(one.strength) for one in wanted], rel=1e-5)
    return len(found)


def can_see(of: RandomGraph, asked: Question) -> bool:
    return all(sees(asked, of.entities[end]) for end in (asked.start, asked.goal))


@pytest.mark.parametrize("seed", [1, 2])
async def test_paths_are_those_that_networkx_finds_and_in_the_stated_order(
    database: Database, graphs: list[RandomGraph], seed: int
) -> None:
    counts = [await check(database, *one) for one in questions(graphs, seed) if can_see(*one)]
    assert len(counts) > 150
    assert sum(count > 1 for count in counts) > 40
    assert sum(count == 0 for count in counts) > 20


async def test_the_compilers_own_conditions_give_the_same_without_row_security(
    unwalled: Database, graphs: list[RandomGraph]
) -> None:
    asked = [one for one in questions(graphs, 3) if can_see(*one) and one[1].role != "editor"]
    assert sum([await check(unwalled, *one) for one in asked]) > 50


async def test_the_shortest_paths_are_networkx_shortest_paths(
    database: Database, graphs: list[RandomGraph]
) -> None:
    compared = 0
    for one in graphs[:120]:
        start, goal = list(one.entities)[:2]
        plain: nx.Graph[UUID] = nx.Graph()
        plain.add_edges_from((row["subject_id"], row["object_id"]) for row in one.relations)
        hidden = [id_ for id_, row in one.entities.items() if row["record_status"] in ("WITHDRAWN", "MERGED")]
        plain.remove_nodes_from(id_ for id_ in hidden if id_ not in (start, goal))
        asked = Question(start, goal, 6, 50, role="editor")
        found = [as_found(path).nodes for path in (await ask_paths(database, asked))["paths"]]
        if start not in plain or goal not in plain or not nx.has_path(plain, start, goal):
            assert found == []
            continue
        shortest = {tuple(path) for path in nx.all_shortest_paths(plain, start, goal)}
        length = len(next(iter(shortest)))
        if length <= 7:
            assert {path for path in found if len(path) == length} == shortest
            assert min(map(len, found)) == length
            compared += 1
    assert compared > 50


async def test_the_way_back_has_the_same_paths_and_strengths(
    database: Database, graphs: list[RandomGraph]
) -> None:
    compared = 0
    for _, asked in questions(graphs[:150], 4):
        there = replace(asked, role="editor", partner=None, size=50)
        one = await ask_paths(database, there)
        other = await ask_paths(database, replace(there, start=there.goal, goal=there.start))
        ways = [sorted((tuple(n["id"] for n in p["nodes"])) for p in one["paths"])]
        ways.append(sorted(tuple(n["id"] for n in reversed(p["nodes"])) for p in other["paths"]))
        if len(one["paths"]) < 50:
            assert ways[0] == ways[1]
            compared += len(ways[0])
        strengths = [[path["strength"] for path in answer["paths"]] for answer in (one, other)]
        assert strengths[0] == pytest.approx(strengths[1], rel=1e-5)
    assert compared > 50


async def test_a_hub_explains_less_than_a_quiet_node(database: Database) -> None:
    answer = await ask_paths(database, Question(START, GOAL, 4, 5))
    (short, long) = answer["paths"]
    assert [short["length"], long["length"]] == [2, 4]
    assert short["nodes"][1]["id"] == str(CENTRE)
    # The hub has 64 + 2 neighbours, a node of the row two.
    assert short["strength"] == pytest.approx(0.6**2 / (64 + 2).bit_length(), rel=0.2)
    assert long["strength"] == pytest.approx(0.6**4)


async def test_the_search_stops_at_its_fan_out_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    spokes = len(HUB.entities) - 4
    # Between two spokes the hub must be passed by one side or the other; both sides end at it.
    one, other = list(HUB.entities)[6:8]
    monkeypatch.setattr(searched, "FAN_OUT", spokes)
    assert await uncached(database, one, other) == (False, 1)
    assert await uncached(database, START, other, hops=6) == (False, 2)
    monkeypatch.setattr(searched, "FAN_OUT", 10)
    assert (await uncached(database, START, other, hops=6))[0] is True


async def test_the_search_stops_at_its_budget_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await ask_paths(database, Question(START, GOAL, 6, 5))
    assert whole["truncated"] is False
    monkeypatch.setattr(searched, "BUDGET", whole["visited"] + 1)
    assert await uncached(database, START, GOAL, hops=6) == (False, 2)
    monkeypatch.setattr(searched, "BUDGET", 3)
    truncated, count = await uncached(database, START, GOAL, hops=6)
    assert truncated is True
    assert count <= 1


async def test_the_search_stops_when_its_time_is_over_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searched, "PATIENCE_SECONDS", 0)
    assert await uncached(database, START, GOAL) == (True, 0)
    monkeypatch.setattr(searched, "PATIENCE_SECONDS", 60)
    assert await uncached(database, START, GOAL) == (False, 2)


_aliases = iter(range(10_000))


async def uncached(database: Database, start: UUID, goal: UUID, hops: int = 4) -> tuple[bool, int]:
    """Whether an answer is truncated, and how many paths it has; with a document that has no plan yet."""
    query = f"""query ($a: EntityRef!, $b: EntityRef!) {{ p{next(_aliases)}: paths(from: $a, to: $b,
        maxHops: {hops}) {{ truncated paths {{ length }} }} }}"""
    answer = await run(database, query, {"a": {"id": str(start)}, "b": {"id": str(goal)}})
    assert "errors" not in answer
    (found,) = answer["data"].values()
    return found["truncated"], len(found["paths"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ('from: {slug: "university-0"}, to: {slug: "university-0"}', "BAD_USER_INPUT"),
        ('from: {slug: "nobody"}, to: {slug: "university-0"}', "ENTITY_UNKNOWN"),
        ('from: {slug: "university-0"}, to: {slug: "nobody"}', "ENTITY_UNKNOWN"),
        ('from: {slug: "university-0"}, to: {id: "x"}', "BAD_USER_INPUT"),
        ('from: {slug: "university-0"}, to: {identifier: {scheme: ROR, value: "x"}}', "IDENTIFIER_INVALID"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, maxHops: 0', "BAD_USER_INPUT"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, maxHops: 7', "BAD_USER_INPUT"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, maxHops: 99', "BAD_USER_INPUT"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, first: 0', "PAGE_SIZE"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, first: 51', "PAGE_SIZE"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, roles: []', "BAD_USER_INPUT"),
        ('from: {slug: "university-0"}, to: {slug: "zone-1"}, kinds: []', "BAD_USER_INPUT"),
    ],
)
async def test_bad_input_has_a_code_and_leaves_the_rest_of_the_answer(
    ask: Ask, arguments: str, code: str
) -> None:
    answer = await ask(f"{{ paths({arguments}) {{ visited }} roles(first: 1) {{ nodes {{ code }} }} }}")
    (error,) = answer["errors"]
    assert (error["code"], error["path"]) == (code, ["paths"])
    assert answer["data"]["paths"] is None
    assert len(answer["data"]["roles"]["nodes"]) == 1


@pytest.mark.parametrize("given", [{"maxHops": 1}, {"maxHops": 6}, {"first": 1}, {"first": 50}])
async def test_the_bounds_themselves_are_allowed(ask: Ask, given: dict[str, int]) -> None:
    query = """query ($maxHops: Int! = 2, $first: Int! = 2) { paths(from: {slug: "company-0"},
        to: {slug: "zone-1"}, maxHops: $maxHops, first: $first) { paths { length } truncated } }"""
    answer = await ask(query, given, viewer=EDITOR)
    assert "errors" not in answer
    assert all(path["length"] <= given.get("maxHops", 2) for path in answer["data"]["paths"]["paths"])


async def test_a_hidden_entity_is_as_unknown_as_one_that_does_not_exist(
    database: Database, graphs: list[RandomGraph]
) -> None:
    one = next(g for g in graphs if any(row["audience"] == "OWNER" for row in g.entities.values()))
    hidden = next(id_ for id_, row in one.entities.items() if row["audience"] == "OWNER")
    shown_ = next(id_ for id_, row in one.entities.items() if row["audience"] == "PUBLIC")
    messages = []
    for end in (hidden, UUID(int=5)):
        variables = {"a": {"id": str(end)}, "b": {"id": str(shown_)}}
        query = "query ($a: EntityRef!, $b: EntityRef!) { paths(from: $a, to: $b) { visited } }"
        answer = await run(database, query, variables)
        messages += [(error["code"], error["message"]) for error in answer["errors"]]
    assert messages[0] == messages[1]
    assert messages[0][0] == "ENTITY_UNKNOWN"


async def test_ends_are_found_by_any_reference_and_selected_like_any_entity(ask: Ask) -> None:
    query = """{ paths(from: {identifier: {scheme: ROR, value: "05bbbc791"}}, to: {slug: "%s"}, asOf: null) {
        __typename paths { __typename l: length nodes { __typename name ... on Zone { regime } }
          hops { __typename role since until precision title confidence source { title }
            from { name identifiers { value } } to { name ... on Company { sizeClass } relations { nodeCount }
            }
            relation { __typename subject { slug } object { slug } } } } } }"""
    found = []
    for number in range(graph.PER_KIND):
        answer = await ask(query % f"expert-{number}", viewer=EDITOR)
        assert "errors" not in answer
        found += answer["data"]["paths"]["paths"]
    assert found
    assert {path["__typename"] for path in found} == {"Path"}
    assert found[0]["nodes"][0]["__typename"] == "University"
    assert found[0]["hops"][0]["relation"]["__typename"] == "Relation"


async def test_the_price_grows_with_the_hops_and_the_paths(ask: Ask) -> None:
    async def price(hops: int, first: int, inner: str = "length") -> int:
        query = f"""query ($h: Int!) {{ paths(from: {{slug: "company-0"}}, to: {{slug: "zone-1"}},
            maxHops: $h, first: {first}) {{ paths {{ {inner} }} }} }}"""
        answer = await ask(query, {"h": hops}, viewer=EDITOR)
        return int(answer["extensions"]["cost"]["nodes"])

    prices = [await price(hops, 5) for hops in range(1, 7)]
    assert prices == [15, 55, 155, 505, 1505, 4005]
    assert await price(4, 5, "hops { role }") == 505 + 5 * 4
    assert await price(4, 5, "nodes { name } hops { role }") == 505 + 5 * 4 + 5 * 5
    assert await price(4, 5, "nodes { relations(first: 3) { nodes { name } } }") == 505 + 25 + 75


def test_every_role_has_the_weight_that_the_documentation_says() -> None:
    assert set(searched.ROLE_WEIGHTS) == set(Role)
    assert {str(role): weight for role, weight in searched.ROLE_WEIGHTS.items()} == WEIGHTS
    text = (Path(__file__).parents[1] / "docs" / "paths.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    told = {role: float(weight) for roles, weight in rows for role in roles.replace("`", "").split(", ")}
    assert told == WEIGHTS


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
async def test_paths_are_one_statement(graph_database: Database, viewer: Viewer) -> None:
    import schema as api

    before = api.schema.reads.statements
    query = '{ paths(from: {slug: "company-0"}, to: {slug: "zone-0"}) { visited } }'
    await run(graph_database, query, viewer=viewer)
    assert api.schema.reads.statements == before + 1
