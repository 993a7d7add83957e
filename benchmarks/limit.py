"""The limit: pgbench runs the statement that our compiler makes for a question, prepared, with its binds.

Nothing that answers a question over HTTP by this statement can be faster than that. The statement comes from
the machinery of `triplehelix explain`; which one it is is the compiler's business.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import schema
from benchmarks import usage
from benchmarks.questions import Variables, fit
from models.base import COMMON
from models.binaries import BinariesMissing, wheel_folder
from models.connection import POSTGRES_ROLE
from resolvers import explain, plan
from resolvers.pages import Pages
from resolvers.sql import Printer, Statement
from resolvers.viewer import Viewer

CONNECTIONS = 8
"""As many as the server's pool for reading; PostgreSQL's core is busy with fewer."""
SHORTEST = 0.5
"""Seconds behind the first one from which on a rate means something."""


class NotRunnable(Exception):
    """pgbench cannot run the statement; the message says why."""


def program() -> str | None:
    """pgbench of the bundled PostgreSQL, else the machine's, else None."""
    try:
        bundled = wheel_folder() / "pginstall" / "bin" / "pgbench"
    except BinariesMissing:
        return shutil.which("pgbench")
    return str(bundled) if bundled.is_file() else shutil.which("pgbench")


class Limit:
    """pgbench on one question for one viewer, with the variables drawn at random.

    A statement is prepared once a connection, as the server does it: its binds are elements of arrays, by
    one random number. Variables of another shape (a page with a cursor) have a statement of their own.
    `as_json` takes the statement that gives finished JSON, where the compiler would let columns travel.
    """

    def __init__(
        self,
        dsn: str,
        document: str,
        variables: Sequence[Variables],
        viewer: Viewer,
        *,
        as_json: bool = False,
    ) -> None:
        self._dsn, self._viewer = dsn, viewer
        self._values: dict[str, str] = {}
        self.is_columnar = False
        """Whether the answer travels by column and is stitched outside of PostgreSQL."""
        shapes: dict[str, tuple[Statement, list[Sequence[Any]]]] = {}
        for values in variables:
            one = explain.operation(schema.schema.reads, document, fit(document, values), viewer)
            statement = _as_json(one) if as_json else one.prepared.statement
            if statement is None:
                raise NotRunnable("the question has no statement")
            self.is_columnar |= any(template is not None for template in statement.layout)
            binds = one.reads.binder.all(statement.binds, one.values)
            shapes.setdefault(statement.sql, (statement, []))[1].append(binds)
        self._scripts = [
            (self._script(number, statement, several), len(several))
            for number, (statement, several) in enumerate(shapes.values())
        ]

    def _script(self, number: int, statement: Statement, several: Sequence[Sequence[Any]]) -> str:
        # pgbench does not look whether a colon stands in a text.
        if re.search(r"(?<!:):\w", statement.sql):
            raise NotRunnable("the statement has a colon that pgbench takes for a variable")
        columns = zip(statement.binds, zip(*several, strict=True), strict=True)
        printed = [
            self._bind(f"v{number}_{place}", bind.sql, values) for place, (bind, values) in enumerate(columns)
        ]
        text = re.sub(r"\$(\d+)", lambda match: printed[int(match[1]) - 1], statement.sql)
        return f"\\set n random(1, {len(several)})\n{text};\n"

    def _bind(self, name: str, sql_type: str, values: Sequence[Any]) -> str:
        """What stands for a bind in the script; its values go to pgbench as a variable."""
        if all(value is None for value in values):
            return "NULL"
        if all(value == values[0] for value in values):
            self._values[name] = as_text(values[0])
            return f":{name}"
        self._values[name] = as_text(values)
        # An element of an array of arrays would be a single value, so those stay texts until they are used.
        return f"(:{name}::{'text' if sql_type.endswith('[]') else sql_type}[])[:n]"

    def run(self, seconds: float, cores: set[int]) -> tuple[int, float]:
        """Transactions, the first second included, and how many there were a second after it.

        Plans are made in that second, which the server under load has behind it. Raises NotRunnable.
        """
        pgbench = program()
        if pgbench is None:
            raise NotRunnable("pgbench is not installed")
        address = urlsplit(self._dsn)
        host = parse_qs(address.query)
        options = {"role": POSTGRES_ROLE[self._viewer.role], "search_path": f"live,{COMMON}", "jit": "off"}
        if self._viewer.partner_id is not None:
            options["app.partner"] = str(self._viewer.partner_id)
        command = [pgbench, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-P", "1"]
        command += ["-T", str(1 + max(1, round(seconds)))]
        command += ["-h", host["host"][0], "-p", host["port"][0], "-U", address.username or ""]
        command += [part for name, value in self._values.items() for part in ("-D", f"{name}={value}")]
        with tempfile.TemporaryDirectory() as folder:
            for number, (script, weight) in enumerate(self._scripts):
                file = Path(folder) / f"{number}.sql"
                file.write_text(script, encoding="utf-8")
                command += ["-f", f"{file}@{weight}"]
            given = " ".join(f"-c {name}={value}" for name, value in options.items())
            with usage.bound_to(cores):
                done = subprocess.run(
                    [*command, address.path.lstrip("/")],
                    env={**os.environ, "PGOPTIONS": given},
                    capture_output=True,
                    text=True,
                    check=False,
                )
        counted, rate = (re.search(found, done.stdout) for found in (r"processed: (\d+)", r"tps = ([\d.]+)"))
        first = re.search(r"progress: ([\d.]+) s, ([\d.]+) tps", done.stderr)
        if done.returncode or counted is None or rate is None or first is None or float(rate[1]) == 0:
            raise NotRunnable(f"pgbench failed: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
        transactions, early = int(counted[1]), float(first[1])
        took = transactions / float(rate[1])
        if took - early < SHORTEST:
            # A machine that stood still told of its first second at the end.
            return transactions, float(rate[1])
        return transactions, (transactions - early * float(first[2])) / (took - early)


class _Rows(Pages):
    """Pages that PostgreSQL prints as JSON, whatever their size."""

    def columnar(self, node: plan.Connection) -> None:  # noqa: ARG002 - the signature is Pages'
        return None


def _as_json(explained: explain.Explained) -> Statement | None:
    """The statement whose answer is finished JSON, where the compiler takes a faster way."""
    if not explained.prepared.roots:
        return None
    printer = Printer(explained.reads.catalog, explained.viewer.level)
    printer.pages = _Rows(printer)
    return printer.statement(explained.prepared.roots)


def as_text(value: Any) -> str:
    """A bound value as PostgreSQL reads it from text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        items = (as_text(item).replace("\\", "\\\\").replace('"', '\\"') for item in value)
        return "{" + ",".join(f'"{item}"' for item in items) + "}"
    return str(value)
