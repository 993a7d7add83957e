"""Random graphs in one database, each apart from the others, and the paths in them by networkx.

The second way to the answers of `paths`: rights, days, roles and strengths are worked out here from the rows,
by the rules of docs/paths.md; nothing of the search is imported.
"""

import math
import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import networkx as nx

from models import kind_models
from models.vocabulary import ROLE_RULES, DatePrecision, Kind, Role
from tests import graph

KINDS = (Kind.EXPERT, Kind.COMPANY, Kind.UNIVERSITY, Kind.PROGRAM, Kind.GOVERNMENT_BODY, Kind.ZONE)
ROLES = (
    Role.EMPLOYED_BY, Role.STUDIED_AT, Role.FOUNDED, Role.PARTICIPATES_IN, Role.FUNDS, Role.TENANT_OF,
    Role.HOSTS, Role.COLLABORATES_WITH, Role.RELATED_TO, Role.PART_OF, Role.SUCCEEDS,
    Role.SPIN_OFF_OF,
)  # fmt: skip
WEIGHTS = {
    "FOUNDED": 1.0, "SPIN_OFF_OF": 1.0, "SUCCEEDS": 1.0, "INVESTED_IN": 0.9, "PARTY_TO": 0.9,
    "DEVELOPS": 0.9, "BOARD_MEMBER_OF": 0.8, "HOLDS_POST_AT": 0.8, "RUNS": 0.8, "CONVENED": 0.8, "HOSTS": 0.8,
    "SUPERVISES": 0.7, "FUNDS": 0.7, "PART_OF": 0.7, "COLLABORATES_WITH": 0.6, "EMPLOYED_BY": 0.6,
    "ATTENDED": 0.5, "TENANT_OF": 0.5, "PARTICIPATES_IN": 0.4, "STUDIED_AT": 0.4, "RELATED_TO": 0.2,
}  # fmt: skip
FIRST = date(2000, 1, 1)
REQUIRED = {
    kind: {name: row[name] for name, info in kind_models()[kind].declared.items() if info.get("required")}
    for kind in KINDS
    for row in graph.entity_rows()
    if row["kind"] == str(kind)
}
"""What each kind must have."""
Row = dict[str, Any]


@dataclass
class RandomGraph:
    """Some entities and the relations between them."""

    entities: dict[UUID, Row] = field(default_factory=dict)
    relations: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """A path as the answer should have it."""

    nodes: tuple[UUID, ...]
    relations: tuple[UUID, ...]
    strength: float


@dataclass(frozen=True)
class Question:
    """What is asked of a graph, and as whom: role of the viewer and partner's id."""

    start: UUID
    goal: UUID
    hops: int
    size: int
    role: str = "reader"
    partner: UUID | None = None
    roles: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    day: date | None = None
    today: date = FIRST


def entity(id_: UUID, kind: Kind, **columns: Any) -> Row:
    """A row with what its kind must have."""
    row = dict(REQUIRED[kind])
    row |= {"id": id_, "kind": str(kind), "slug": f"node-{id_}", "name": f"Node {id_}"}
    return row | {"record_status": "ACTIVE", "audience": "PUBLIC", "owner_id": None} | columns


def relation(id_: UUID, role: Role, subject: Row, object_: Row, **columns: Any) -> Row:
    """A row between two entities; of a symmetric role the smaller id is the subject."""
    if ROLE_RULES[role].is_symmetric and subject["id"] > object_["id"]:
        subject, object_ = object_, subject
    row = {"id": id_, "role": str(role), "valid": asyncpg.Range(None, None), "precision": "DAY"}
    row |= {"subject_id": subject["id"], "subject_kind": subject["kind"]}
    row |= {
        "object_id": object_["id"],
        "object_kind": object_["kind"],
        "audience": "PUBLIC",
        "owner_id": None,
    }
    return row | columns


def make(rng: random.Random, number: int) -> RandomGraph:
    """A graph of 4 to 14 entities, sparse to dense, some hidden or withdrawn; every fourth has a hub."""
    made = RandomGraph()
    for index in range(rng.randint(4, 14)):
        id_ = graph.uuid_of(0x10_0000_0000 + number * 1000 + index)
        made.entities[id_] = entity(
            id_,
            rng.choice(KINDS),
            record_status=rng.choice(["ACTIVE"] * 8 + ["INACTIVE", "WITHDRAWN", "MERGED"]),
            **_sight(rng),
        )
    rows = list(made.entities.values())
    seen = set()
    hub = rng.choice(rows) if number % 4 == 0 else None
    for index in range(int(len(rows) * rng.choice([1, 2, 3, 5]))):
        subject, object_ = rng.sample(rows, 2)
        if hub is not None and hub is not object_ and rng.random() < 0.6:
            subject, object_ = (hub, object_) if rng.random() < 0.5 else (object_, hub)
        pair = (Kind(subject["kind"]), Kind(object_["kind"]))
        roles = [role for role in ROLES if pair in ROLE_RULES[role].pairs]
        begin = rng.choice([None, FIRST + timedelta(days=rng.randrange(9000))])
        end = rng.choice([None, None, (begin or FIRST) + timedelta(days=rng.randrange(1, 5000))])
        row = relation(
            graph.uuid_of(0x20_0000_0000 + number * 1000 + index),
            rng.choice(roles),
            subject,
            object_,
            valid=asyncpg.Range(begin, end),
            precision=str(rng.choice(list(DatePrecision))),
            **_sight(rng),
        )
        fact = (row["subject_id"], row["role"], row["object_id"], begin)
        if fact not in seen:
            seen.add(fact)
            made.relations.append(row)
    return made


def _sight(rng: random.Random) -> Row:
    return {
        "audience": rng.choice(["PUBLIC"] * 7 + ["PARTNERS", "OWNER"]),
        "owner_id": rng.choice([None, *graph.PARTNERS.values()]),
    }


async def load(connection: asyncpg.Connection, graphs: Sequence[RandomGraph]) -> None:
    """Writes the graphs, and the partners that own their rows."""
    for slug, id_ in graph.PARTNERS.items():
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING",
            id_,
            slug,
        )
    for table in ("entity", "relation"):
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for one in graphs:
            for row in one.entities.values() if table == "entity" else one.relations:
                by_columns.setdefault(tuple(row), []).append(tuple(row.values()))
        for columns, rows in by_columns.items():
            places = ", ".join(f"${place + 1}" for place in range(len(columns)))
            await connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows
            )
    await connection.execute("ANALYZE entity, relation")


# -- the second way --------------------------------------------------------------------------------


def paths(of: RandomGraph, asked: Question) -> list[Found]:
    """All paths of at most so many hops, in the order of the answer."""
    seen = _walkable(of, asked)
    if asked.start not in seen or asked.goal not in seen:
        return []
    found = []
    for nodes in nx.all_simple_paths(seen, asked.start, asked.goal, cutoff=asked.hops):
        edges = [seen.edges[pair] for pair in nx.utils.pairwise(nodes)]
        strength = math.prod(edge["strength"] for edge in edges)
        strength *= math.prod(1 / math.log2(max(2, seen.degree(node))) for node in nodes[1:-1])
        found.append(Found(tuple(nodes), tuple(edge["id"] for edge in edges), strength))
    return sorted(found, key=lambda one: (len(one.nodes), -shown(one.strength), one.nodes))


def shown(strength: float) -> float:
    """The strength as it is shown and compared: six digits and a bit (a float of 32 bits)."""
    return float(struct.unpack("f", struct.pack("f", strength))[0])


def _walkable(of: RandomGraph, asked: Question) -> "nx.Graph[UUID]":
    made: nx.Graph[UUID] = nx.Graph()
    for id_, row in of.entities.items():
        is_end = id_ in (asked.start, asked.goal)
        is_passed = row["record_status"] in ("ACTIVE", "INACTIVE") and (
            asked.kinds is None or row["kind"] in asked.kinds
        )
        if sees(asked, row) and (is_end or is_passed):
            made.add_node(id_)
    for row in of.relations:
        ends = (row["subject_id"], row["object_id"])
        if not sees(asked, row) or not all(end in made for end in ends) or not _holds(row, asked):
            continue
        strength = WEIGHTS[row["role"]] * _recency(row, asked.day or asked.today)
        known = made.edges[ends] if made.has_edge(*ends) else None
        if known is None or (-strength, row["id"]) < (-known["strength"], known["id"]):
            made.add_edge(*ends, strength=strength, id=row["id"])
    return made


def sees(asked: Question, row: Row) -> bool:
    """Whether who asks may see a row."""
    if asked.role == "editor" or row["audience"] == "PUBLIC":
        return True
    is_owner = row["owner_id"] is not None and row["owner_id"] == asked.partner
    return asked.role == "partner" and (row["audience"] == "PARTNERS" or is_owner)


def _holds(row: Row, asked: Question) -> bool:
    if asked.roles is not None and row["role"] not in asked.roles:
        return False
    if asked.day is None:
        return True
    begin, end = row["valid"].lower, row["valid"].upper
    has_begun = begin is None or begin <= asked.day
    return has_begun and (_is_event(row) or end is None or end > asked.day)


def _is_event(row: Row) -> bool:
    return ROLE_RULES[Role(row["role"])].is_event


def _recency(row: Row, day: date) -> float:
    since = row["valid"].lower if _is_event(row) else row["valid"].upper
    if since is None:
        return 0.5 if _is_event(row) else 1.0
    return float(1 / (1 + max(0, (day - since).days) / 3652.5))
