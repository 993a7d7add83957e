"""Measures questions: checks that contestants agree, then loads them in turn, several rounds.

A sample is what one contestant did in one round: its rate, latencies, CPU time a request and peak memory.
What the numbers mean and how they are shown is report.py's business.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import load, usage
from benchmarks.answers import difference, plain, rows
from benchmarks.contestants import Server
from benchmarks.limit import Limit, NotRunnable
from benchmarks.questions import Question, Variables, body, fit

Tell = Callable[[str], object]
WITH_KEY = "the one with a key"


class Disagreement(Exception):
    """Two contestants answer a question differently, or nothing at all; the message says where."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Requests a second; milliseconds of latency and of CPU a request; peak memory of the server in bytes.

    The limit has no server, no latencies of requests and no memory.
    """

    rate: float
    postgres_cpu: float
    server_cpu: float = 0.0
    p50: float | None = None
    p99: float | None = None
    memory: int | None = None

    @property
    def cpu(self) -> float:
        return self.server_cpu + self.postgres_cpu


@dataclass
class Asked:
    """A question with the variables for each contestant: cursors are their makers' own."""

    question: Question
    ours: list[Variables]
    peers: list[Variables] | None


def of_rounds(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""

    def middle(name: str) -> Any:
        values = [value for sample in samples if (value := getattr(sample, name)) is not None]
        return median(values) if values else None

    return Sample(**{name: middle(name) for name in Sample.__dataclass_fields__})


def agree(
    question: Question, variables: Sequence[Variables], ours: Sequence[Server], peer: Server | None
) -> Asked:
    """Follows cursors to get more variables, and checks that all contestants give the same data.

    Raises Disagreement, and ServerFailed where an answer has errors.
    """
    first, *others = (list(_answers(server, question.ours, question, variables)) for server in ours)
    shaped = [question.shape(answer) for _, answer in first]
    if not any(rows(answer) > 0 for answer in shaped):
        raise Disagreement(f"{question.name} finds nothing in this data, so that nothing can be compared.")
    for found in others:
        _compare(question, shaped, [question.shape(answer) for _, answer in found], WITH_KEY)
    asked = Asked(question, [values for values, _ in first], None)
    if peer is not None:
        theirs = list(_answers(peer, question.peers, question, variables))
        asked.peers = [values for values, _ in theirs]
        _compare(question, shaped, [question.shape(answer) for _, answer in theirs], f"{peer.name}'s")
    return asked


def _answers(
    server: Server, document: str, question: Question, variables: Sequence[Variables]
) -> Iterator[tuple[Variables, Any]]:
    for values in variables:
        sent = fit(document, values)
        for _ in range(question.pages):
            answer = server.ask(body(document, sent))
            yield sent, answer
            end = _end_cursor(answer)
            if end is None:
                break
            sent = {**sent, "after": end}


def _end_cursor(answer: Any) -> str | None:
    root = next(iter(answer.values()))
    info = root.get("pageInfo") if isinstance(root, dict) else None
    return info["endCursor"] if info and info["hasNextPage"] else None


def _compare(question: Question, ours: Sequence[Any], theirs: Sequence[Any], whose: str) -> None:
    if question.is_ranked and whose != WITH_KEY:
        for mine, other in zip(ours, theirs, strict=True):
            (found,), (expected,) = plain(mine).values(), plain(other).values()
            if missing := [row for row in expected if row not in found]:
                raise Disagreement(f"{question.name}: {missing[0]!r} is in {whose} answer and not in ours.")
        return
    if found := difference(list(ours), list(theirs)):
        raise Disagreement(f"{question.name}: our answer and {whose} differ at {found}.")


class Bench:
    """Loads contestants on one PostgreSQL; `folder` takes the requests, `notes` what could not run."""

    def __init__(
        self,
        postgres: int,
        folder: Path,
        cores: set[int],
        *,
        rounds: int,
        seconds: float,
        tell: Tell,
        notes: list[str],
    ) -> None:
        self._postgres, self._folder, self._cores = postgres, folder, cores
        self._rounds, self._seconds, self._tell, self._notes = rounds, seconds, tell, notes

    def rounds(
        self, name: str, contestants: Mapping[str, Callable[[float], Sample]]
    ) -> dict[str, list[Sample]]:
        """Every contestant once a round after a second that is not counted; their samples.

        Who cannot run is left out and noted.
        """
        found: dict[str, list[Sample]] = {who: [] for who in contestants}
        for number in range(self._rounds + 1):
            for who, run in contestants.items():
                if who not in found:
                    continue
                try:
                    sample = run(self._seconds if number else 1)
                except (NotRunnable, load.LoadFailed) as error:
                    del found[who]
                    self._notes.append(f"{name}, {who}: {error}")
                    continue
                if number:
                    found[who].append(sample)
                    self._tell(f"{name}, {who}, round {number}: {sample.rate:,.0f} a second")
        return found

    def once(self, server: Server, bodies: Sequence[str]) -> load.Counted:
        """One time of load, only counted."""
        return load.run(server.url, server.headers, self._file(bodies), self._seconds, self._cores)

    def _file(self, bodies: Sequence[str]) -> Path:
        place = len(list(self._folder.iterdir()))
        return load.write_bodies(self._folder / f"{place}.jsonl", bodies)

    def server(self, server: Server, bodies: Sequence[str]) -> Callable[[float], Sample]:
        """A contestant that answers these requests in turn."""
        file = self._file(bodies)

        def run(seconds: float) -> Sample:
            usage.forget_peak(server.pid)
            before = usage.cpu_seconds(server.pid), usage.cpu_seconds(self._postgres)
            counted = load.run(server.url, server.headers, file, seconds, self._cores)
            after = usage.cpu_seconds(server.pid), usage.cpu_seconds(self._postgres)
            mine, postgres = (1000 * (b - a) / counted.requests for a, b in zip(before, after, strict=True))
            memory = usage.peak_memory(server.pid)
            return Sample(
                counted.requests / counted.seconds, postgres, mine, counted.p50, counted.p99, memory
            )

        return run

    def limit(self, limit: Limit) -> Callable[[float], Sample]:
        """The statement alone."""

        def run(seconds: float) -> Sample:
            before = usage.cpu_seconds(self._postgres)
            transactions, rate = limit.run(seconds, self._cores)
            spent = usage.cpu_seconds(self._postgres) - before
            return Sample(rate, postgres_cpu=1000 * spent / transactions)

        return run
