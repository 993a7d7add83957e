"""Shows what was measured: the table with its targets, for people and docs/performance.md, and JSON.

Every figure is a median of rounds; ratios are of medians of the same run. Measuring is not its business.
"""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import usage
from benchmarks.load import CONNECTIONS
from benchmarks.measure import Sample, of_rounds
from benchmarks.questions import QUESTIONS

ANONYMOUS, KEY, PEER = "anonymous", "with a key", "PostGraphile"
LIMITS = {ANONYMOUS: "pgbench", KEY: "pgbench with a key"}
CPU = "CPU ms, server + PostgreSQL"
OURS = (
    *("Question", "Asked", "Requests/s", "x PostGraphile", "CPU of PostGraphile's", "x pgbench"),
    *("p50 ms", "p99 ms", "Memory MB", CPU),
)
OTHERS = ("Question", "PostGraphile/s", "p50 ms", "p99 ms", "Memory MB", CPU, "pgbench/s", "with a key")
AS_JSON = ", as JSON"
MEGABYTE = 1_000_000
MEMORY_TARGET = 200.0
BUSY = 0.5
BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: times PostGraphile's rate, its CPU time a request, times pgbench's rate."""

    peer: float | None = None
    cpu: float | None = None
    limit: float | None = None


TARGETS = {
    "Q1": Target(4, 1 / 4, 0.45),
    "Q2": Target(5, 1 / 4, 0.9),
    "Q3": Target(2, 1 / 2.3, 0.9),
    "Q4": Target(1.8, 1 / 2.2, 0.95),
    "Q5": Target(7, 1 / 5, 1.5),
    **dict.fromkeys(("Q6", "Q7", "Q8", "Q9", "Q10"), Target(3)),
}


@dataclass
class Results:
    """All samples of a run by question and contestant, what else was found, and what could not be run.

    `busy` is the load average at the start: how many other processes wanted to run.
    """

    command: str
    scale: float
    rounds: int
    seconds: float
    samples: dict[str, dict[str, list[Sample]]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    day: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    machine: str = field(default_factory=lambda: machine())
    busy: float = field(default_factory=lambda: os.getloadavg()[0])

    def medians(self, question: str) -> dict[str, Sample]:
        """The medians of each contestant that ran."""
        return {who: of_rounds(found) for who, found in self.samples.get(question, {}).items() if found}


def machine() -> str:
    """The processor, its cores and the memory, in words."""
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*:\s*(.+)", text)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    size = f"{int(memory[1]) / 1024**2:.0f} GB" if memory else "unknown memory"
    return f"{found[1].strip() if found else platform.machine()}, {len(usage.cores())} cores, {size}"


def as_text(results: Results) -> str:
    """The tables in Markdown, which read well on a terminal too."""
    parts = [
        f"Measured on {results.day} by `{results.command}`: scale {results.scale:g}, rounds {results.rounds} "
        f"x {results.seconds:g} s, {CONNECTIONS} connections. Machine: {results.machine}.",
        *_tables(results),
    ]
    if results.busy > BUSY:
        parts.append(
            f"The machine had other work (load average {results.busy:.1f} at the start): "
            "the figures are noise."
        )
    asked = [question for question in QUESTIONS if question.name in results.samples]
    if asked:
        parts.append("\n".join(f"- {q.name}: {q.title}. {q.remark}".rstrip() for q in asked))
    if results.findings:
        parts.append("\n".join(f"- {finding}" for finding in results.findings))
    if results.notes:
        parts.append("Not run:\n\n" + "\n".join(f"- {note}" for note in results.notes))
    return "\n\n".join(parts)


def _tables(results: Results) -> Iterator[str]:
    found = {q.name: medians for q in QUESTIONS if (medians := results.medians(q.name))}
    if found:
        yield _table(OURS, [row for name, medians in found.items() for row in _our_rows(name, medians)])
        yield _table(OTHERS, [_others_row(name, medians) for name, medians in found.items()])


def _our_rows(name: str, found: Mapping[str, Sample]) -> Iterator[Sequence[str]]:
    target, peer = TARGETS.get(name, Target()), found.get(PEER)
    for who, limit_name in LIMITS.items():
        mine, limit = found.get(who), found.get(limit_name + AS_JSON) or found.get(limit_name)
        if mine is None:
            continue
        yield (
            name,
            who,
            f"{mine.rate:,.0f}",
            judged(mine.rate / peer.rate if peer else None, at_least=target.peer),
            judged(mine.cpu / peer.cpu if peer and peer.cpu else None, at_most=target.cpu),
            judged(mine.rate / limit.rate if limit else None, at_least=target.limit),
            *_latencies(mine),
            judged(mine.memory / MEGABYTE if mine.memory else None, at_most=MEMORY_TARGET),
            f"{mine.server_cpu:.2f} + {mine.postgres_cpu:.2f}",
        )


def _others_row(name: str, found: Mapping[str, Sample]) -> Sequence[str]:
    peer = found.get(PEER)
    shown = ["n/a"] * 5
    if peer is not None:
        memory = f"{(peer.memory or 0) / MEGABYTE:.0f}"
        cpu = f"{peer.server_cpu:.2f} + {peer.postgres_cpu:.2f}"
        shown = [f"{peer.rate:,.0f}", *_latencies(peer), memory, cpu]
    return (name, *shown, *(_limit(found, limit) for limit in LIMITS.values()))


def _limit(found: Mapping[str, Sample], name: str) -> str:
    limit, as_json = found.get(name), found.get(name + AS_JSON)
    return (f"{limit.rate:,.0f}" if limit else "n/a") + (f" ({as_json.rate:,.0f} as JSON)" if as_json else "")


def _latencies(sample: Sample) -> tuple[str, str]:
    return f"{sample.p50 or 0:.1f}", f"{sample.p99 or 0:.1f}"


def judged(figure: float | None, *, at_least: float | None = None, at_most: float | None = None) -> str:
    """A figure with its target and whether it is met; what was not measured is n/a."""
    if figure is None:
        return "n/a"
    shown = f"{figure:.0f}" if figure >= 100 else f"{figure:.2f}" if figure < 10 else f"{figure:.1f}"
    if at_least is not None:
        return f"{shown} (>= {at_least:g} {'met' if figure >= at_least else 'missed'})"
    if at_most is not None:
        return f"{shown} (<= {at_most:.2g} {'met' if figure <= at_most else 'missed'})".replace(
            "2e+02", "200"
        )
    return shown


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[at]) for line in (head, *lines)) for at in range(len(head))]

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([row(head), row(["-" * width for width in widths]), *map(row, lines)])


def as_json(results: Results) -> str:
    """Everything, samples too; rates a second, times in milliseconds, memory in bytes."""
    found = asdict(results)
    found["medians"] = {
        name: {who: asdict(sample) for who, sample in results.medians(name).items()}
        for name in results.samples
    }
    return json.dumps(found, indent=1) + "\n"


def write_into(document: Path, results: Results) -> None:
    """Replaces what stands between the markers of a document. Raises ValueError where it has none."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the table: it needs the lines {BEGIN} and {END}.")
    document.write_text(f"{before}{BEGIN}\n\n{as_text(results)}\n\n{END}{after}", encoding="utf-8")
