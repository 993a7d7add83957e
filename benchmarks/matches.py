"""How long matches take for random subjects: `scripts/bench --matches`.

Asks over HTTP, one request at a time, on all cores; an answer with errors ends it. Prints figures and judges
nothing.
"""

import json
import time
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import quantiles

import asyncpg

from benchmarks import usage
from benchmarks.contestants import Server
from benchmarks.ground import Ground

QUERY = """query ($id: ID!) { FIELD(SUBJECT: {id: $id}) { totalCount edges { score node { id }
  parts { skills { score matches { wanted { label } held { label } kinship worth } }
    field { score verticals { vertical { code } organization { name } } } place { score how km }
    period { score availability } language { score } affiliation { score organization { name } } } } } }"""
NEEDS = "SELECT id::text FROM need ORDER BY md5(id::text) LIMIT $1"
OF_KIND = "SELECT id::text FROM entity WHERE kind = '{}' ORDER BY md5(id::text) LIMIT $1"
POSTERS = "SELECT DISTINCT posted_by_id::text AS id FROM need ORDER BY id LIMIT $1"
OPEN = """SELECT id::text FROM entity WHERE kind = 'EXPERT' AND availability = 'OPEN'
  AND availability_audience = 'PUBLIC' ORDER BY md5(id::text) LIMIT $1"""
ASKED = (
    ("matchExperts", "need", NEEDS),
    ("matchExperts", "program", OF_KIND.format("PROGRAM")),
    ("matchExperts", "company", POSTERS),
    ("matchPrograms", "expert", OPEN),
    ("matchPrograms", "company", OF_KIND.format("COMPANY")),
    ("matchPrograms", "university", OF_KIND.format("UNIVERSITY")),
    ("matchNeeds", "expert", OPEN),
    ("matchNeeds", "university", OF_KIND.format("UNIVERSITY")),
)
SUBJECTS = 200
MEGABYTE = 1024 * 1024


def figures(base: Ground, ours: Server) -> Iterator[str]:
    """Lines of a table: field and subject, and milliseconds of a page of 25 with its evidence and count."""
    yield f"{'match':<15}{'for':<12}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'matches':>9}"
    memory = [usage.memory(ours.pid)]
    for field, subject, sql in ASKED:
        query = QUERY.replace("FIELD", field).replace("SUBJECT", subject)
        yield f"{field:<15}{subject:<12}{_row(ours, query, field, base.query(partial(_ids, sql)))}"
    memory.append(usage.memory(ours.pid))
    shown = " -> ".join(f"{size / MEGABYTE:.0f}" for size in memory)
    yield f"{SUBJECTS} subjects each, one at a time; memory of the server {shown} MB."


async def _ids(sql: str, connection: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await connection.fetch(sql, SUBJECTS)]


def _row(ours: Server, query: str, field: str, ids: Sequence[str]) -> str:
    times, found = [], 0
    for id_ in ids:
        body = json.dumps({"query": query, "variables": {"id": id_}})
        begun = time.perf_counter()
        found += ours.ask(body)[field]["totalCount"]
        times.append((time.perf_counter() - begun) * 1000)
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:>9.1f}{cuts[18]:>9.1f}{max(times):>9.1f}{found / len(ids):>9.0f}"
