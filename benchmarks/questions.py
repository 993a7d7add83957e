"""The questions: two documents each, one a contestant, and the variables that rotate.

They lie in queries/: NAME.graphql is ours, NAME.peer.graphql PostGraphile's with aliases that give its answer
our names, NAME.sql the variables, one JSON object a row. Who asks them and how fast is not its business.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.answers import by_role, plain

QUERIES = Path(__file__).parent / "queries"
COUNTER = 987654321
"""A number in the variables that the load replaces by a new one in every request."""

Variables = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question in both dialects; `pages` is how far a cursor is followed to get more variables.

    `shape` makes an answer comparable. Where `is_ranked`, only ours ranks and forgives errors, and what the
    peer finds must be among what we find. `remark` says what the peer does differently, and why.
    """

    name: str
    title: str
    pages: int = 1
    shape: Callable[[Any], Any] = plain
    is_ranked: bool = False
    remark: str = ""

    @cached_property
    def ours(self) -> str:
        return (QUERIES / f"{self.name}.graphql").read_text(encoding="utf-8")

    @cached_property
    def peers(self) -> str:
        return (QUERIES / f"{self.name}.peer.graphql").read_text(encoding="utf-8")

    async def variables(self, connection: asyncpg.Connection) -> list[Variables]:
        """The rows of NAME.sql, where $1 is the day of today (UTC), which every row gets too."""
        sql = (QUERIES / f"{self.name}.sql").read_text(encoding="utf-8")
        today = datetime.now(UTC).date()
        rows = await connection.fetch(sql, *([today] if "$1" in sql else []))
        return [{**json.loads(row[0]), "today": today.isoformat()} for row in rows]


QUESTIONS = (
    Question("Q1", "one university, 6 fields"),
    Question("Q2", "50 universities with their region", pages=6),
    Question("Q3", "a zone, 20 companies, 5 experts and the programs of each"),
    Question("Q4", "filtered, ordered page of 50 companies, totalCount", pages=2),
    Question("Q4n", "the same without totalCount", pages=2),
    Question(
        "Q5",
        "page of 1,000 experts, 5 fields",
        pages=8,
        remark="It travels by column; compared is pgbench with the statement for finished JSON.",
    ),
    Question(
        "Q6",
        "search by name",
        is_ranked=True,
        remark="PostGraphile neither ranks nor forgives; it filters by a part of the name, trigram-indexed.",
    ),
    Question(
        "Q7",
        "companies of a province by size class, sum of employees",
        remark="PostGraphile uses its aggregates plug-in, a release candidate.",
    ),
    Question("Q8", "experts at companies in zones of a province", pages=2),
    Question(
        "Q9",
        "relations of a company over mixed kinds, with fragments",
        shape=by_role,
        remark="PostGraphile gives one list a role; it has no list over the kinds.",
    ),
    Question("Q10", "zones of a province, companies, experts, their studies and programs"),
)
LITERALS = Question("L", "one company, a number that is always new")


def fit(document: str, variables: Variables) -> Variables:
    """Those variables that the document declares."""
    declared = re.findall(r"\$(\w+)\s*:", document)
    return {name: value for name, value in variables.items() if name in declared}


def inlined(document: str, variables: Variables) -> str:
    """The document of one operation with literals in place of its variables."""
    text = re.sub(r"^(query \w+)\(.*?\) *\{", r"\1 {", document, count=1, flags=re.DOTALL)
    return re.sub(r"\$(\w+)", lambda match: json.dumps(variables[match[1]]), text)


def body(document: str, variables: Variables) -> str:
    """The request's JSON."""
    return json.dumps({"query": document, "variables": variables}, default=date.isoformat)
