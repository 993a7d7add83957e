"""How long `paths` takes between random entities: `scripts/bench --paths`.

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

QUERY = """query ($from: EntityRef!, $to: EntityRef!, $hops: Int!) {
  paths(from: $from, to: $to, maxHops: $hops) { truncated visited
    paths { length strength nodes { id kind name } hops { role direction since until } } } }"""
ENTITIES = "SELECT id::text, kind FROM entity ORDER BY md5(id::text) LIMIT $1"
OF_EACH_KIND = """SELECT id::text, kind FROM (
    SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY md5(id::text)) AS place FROM entity) e
  ORDER BY place, md5(kind || place) LIMIT $1"""
PAIRS = 300
MEGABYTE = 1024 * 1024

Pair = tuple[str, str]


def figures(base: Ground, ours: Server) -> Iterator[str]:
    """Lines of a table: which pairs, how many hops, and milliseconds, paths, searches that stopped early."""
    yield f"{'pairs':<22}{'hops':>5}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'found':>7}  truncated"
    memory = [usage.memory(ours.pid)]
    for name, sql in (("any two entities", ENTITIES), ("kinds alike often", OF_EACH_KIND)):
        pairs = base.query(partial(_pairs, sql))
        for hops in (4, 6):
            yield f"{name:<22}{hops:>5}{_row(ours, pairs, hops)}"
    memory.append(usage.memory(ours.pid))
    shown = " -> ".join(f"{size / MEGABYTE:.0f}" for size in memory)
    yield f"{PAIRS} pairs each, one at a time; memory of the server {shown} MB."
    largest = _backend(base.pid) / MEGABYTE
    yield f"Largest process of PostgreSQL: {largest:.0f} MB at most, shared buffers included."


async def _pairs(sql: str, connection: asyncpg.Connection) -> list[Pair]:
    ids = [row[0] for row in await connection.fetch(sql, 2 * PAIRS)]
    return list(zip(ids[:PAIRS], ids[PAIRS:], strict=True))


def _row(ours: Server, pairs: Sequence[Pair], hops: int) -> str:
    times, found, truncated = [], 0, 0
    for start, goal in pairs:
        variables = {"from": {"id": start}, "to": {"id": goal}, "hops": hops}
        body = json.dumps({"query": QUERY, "variables": variables})
        begun = time.perf_counter()
        answer = ours.ask(body)["paths"]
        times.append((time.perf_counter() - begun) * 1000)
        found += bool(answer["paths"])
        truncated += answer["truncated"]
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:>9.1f}{cuts[18]:>9.1f}{max(times):>9.1f}{found:>7}{truncated:>11}"


def _backend(pid: int) -> int:
    return max(usage.peak_memory(one) for one in usage.tree(pid) if one != pid)
