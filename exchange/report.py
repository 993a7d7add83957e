"""What an import did: how many records were created, changed, left as they were and refused, and why.

Not its business: how the report is shown (cli.py).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import orjson

from exchange.problem import Problems

RELATION = "RELATION"
SOURCE = "SOURCE"
UNREADABLE = "UNREADABLE"
"""Under this key stand rows whose kind could not be read."""
NAME_CANDIDATE = "NAME_CANDIDATE"


class Outcome(StrEnum):
    """What became of a record."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing entity whose name is like that of a record that was created; never linked by itself.

    `score` is the trigram similarity of the folded names, from 0.6 to 1.
    """

    row: int
    name: str
    entity_id: UUID
    candidate_id: UUID
    candidate_name: str
    score: float


@dataclass(slots=True)
class Report:
    """Counts by kind (and RELATION, SOURCE, UNREADABLE), problems, candidates, relations still dangling.

    `rows` are the records, sources and unreadable rows that the reader gave; `seconds` the time of all.
    """

    is_dry_run: bool = False
    rows: int = 0
    seconds: float = 0.0
    dangling: int = 0
    counts: defaultdict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    problems: Problems = field(default_factory=Problems)
    candidates: list[Candidate] = field(default_factory=list)

    def total(self, outcome: Outcome) -> int:
        """The number of records, sources and relations with this outcome."""
        return sum(counter[outcome] for counter in self.counts.values())

    def add(self, other: "Report") -> None:
        """Takes over what a part of the import did."""
        for key, counter in other.counts.items():
            self.counts[key].update(counter)
        self.problems += other.problems
        self.candidates += other.candidates
        self.dangling += other.dangling

    def as_json(self) -> bytes:
        """The report for machines: UTF-8 JSON, indented, of the shape that docs/importing.md describes."""
        counts = {
            kind: {str(outcome): self.counts[kind][outcome] for outcome in Outcome}
            for kind in sorted(self.counts)
        }
        candidates = [
            {
                "code": NAME_CANDIDATE,
                "row": one.row,
                "name": one.name,
                "id": str(one.entity_id),
                "candidate": {"id": str(one.candidate_id), "name": one.candidate_name},
                "score": round(one.score, 3),
            }
            for one in self.candidates
        ]
        problems = [
            {
                "row": problem.row,
                "id": problem.id,
                "code": str(problem.code),
                "field": problem.field,
                "message": problem.message,
                "hint": problem.hint,
                "isRowLost": problem.is_row_lost,
            }
            for problem in self.problems
        ]
        return orjson.dumps(
            {
                "isDryRun": self.is_dry_run,
                "rows": self.rows,
                "seconds": round(self.seconds, 3),
                "counts": counts,
                "dangling": self.dangling,
                "candidates": candidates,
                "problems": problems,
            },
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        )
