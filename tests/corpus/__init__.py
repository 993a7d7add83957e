"""The query corpus: one capability a query file, with the SQL and the answer it amounts to beside it.

`NN-capability.graphql` may have `.variables.json` and `.viewer` (a key of VIEWERS) beside it; `.sql` and
`.json` are written by `python -m tests.corpus_update`, by hand, and read in review like code.
"""

import asyncio
import difflib
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from asyncpg.connection import LoggedQuery
from asyncpg.introspection import INTRO_LOOKUP_TYPES

from models.connection import Asker
from models.database import Database
from tests.conftest import VIEWERS, run

FOLDER = Path(__file__).parent
_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\(SELECT|\(|\)|\s+(?:FROM|WHERE|ORDER BY|LIMIT|UNION ALL|GROUP BY|HAVING) ?|\s+",
    re.ASCII,
)


class Watched(Database):
    """A database that keeps the data statements that PostgreSQL was given."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.statements: list[LoggedQuery] = []

    async def read_row(self, viewer: Asker, sql: str, arguments: Sequence[Any]) -> Any:
        """As it is, by way of `read`."""
        async with self.read(viewer) as connection:
            return await connection.fetchrow(sql, *arguments)

    @asynccontextmanager
    async def read(self, viewer: Asker) -> AsyncIterator[Any]:
        """As it is, with every statement of the caller written down."""
        async with super().read(viewer) as connection:
            with connection.query_logger(self._keep):
                yield connection
            # The driver calls its loggers at the loop's next turn.
            await asyncio.sleep(0)

    def _keep(self, logged: LoggedQuery) -> None:
        # The driver looks array types up once a connection; that is no statement of the product's.
        if logged.query != INTRO_LOOKUP_TYPES and "set_config('jit'" not in logged.query:
            self.statements.append(logged)


@dataclass(frozen=True)
class Case:
    """One query of the corpus."""

    name: str

    def path(self, suffix: str) -> Path:
        """The file beside the query."""
        return FOLDER / f"{self.name}{suffix}"

    def read(self, suffix: str, default: str = "") -> str:
        """What is in the file beside the query."""
        path = self.path(suffix)
        return path.read_text(encoding="utf-8") if path.exists() else default

    @cached_property
    def variables(self) -> dict[str, Any] | None:
        """The variables, where the query has some."""
        found: dict[str, Any] | None = json.loads(self.read(".variables.json", "null"))
        return found

    @property
    def viewer(self) -> str:
        """Who asks."""
        return self.read(".viewer", "anonymous").strip()


@dataclass(frozen=True)
class Played:
    """What a case came to: the number of statements, and the contents of its `.sql` and `.json`."""

    count: int
    sql: str
    answer: str


def cases() -> list[Case]:
    """All cases in their order."""
    return [Case(path.stem) for path in sorted(FOLDER.glob("*.graphql"))]


async def play(case: Case, database: Watched) -> Played:
    """Runs one case."""
    database.statements.clear()
    answer = await run(database, case.read(".graphql"), case.variables, viewer=VIEWERS[case.viewer])
    sql = "\n".join(_statement(one) for one in database.statements) or "-- no statement\n"
    return Played(
        len(database.statements), sql, json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n"
    )


def difference(expected: str, found: str, name: str) -> str:
    """A unified diff, empty where both are the same."""
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), name, "now", lineterm="", n=4)
    return "\n".join(lines)


def _statement(logged: LoggedQuery) -> str:
    binds = [f"-- ${place} = {value}" for place, value in enumerate(logged.args, start=1)]
    return "\n".join([*binds, layout(logged.query)]) + "\n"


def layout(sql: str) -> str:
    """The statement over lines: a nested SELECT is indented, each clause begins a line."""
    out: list[str] = []
    nested: list[bool] = []

    def line() -> str:
        return "\n" + "  " * sum(nested)

    end = 0
    for token in _TOKEN.finditer(sql):
        out.append(sql[end : token.start()])
        end, text = token.end(), token.group()
        if text == "(SELECT":
            nested.append(True)
            out.append(f"({line()}SELECT")
        elif text == "(":
            nested.append(False)
            out.append(text)
        elif text == ")":
            if nested.pop():
                out.append(line())
            out.append(text)
        elif text[0] == "'":
            out.append(text)
        else:
            out.append(f"{line()}{text.strip()} " if text.strip() else " ")
    return "".join([*out, sql[end:]])
