"""Shows an import to who started it: a bar on a terminal, plain lines elsewhere, a table at the end.

Not its business: the report for machines (exchange/report.py).
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from exchange.report import Outcome, Report
from exchange.writer import OnProgress

if sys.platform != "win32":
    import resource

SHOWN_PROBLEMS = 10
LINE_SECONDS = 5.0


@contextmanager
def progress(title: str, console: Console | None = None) -> Iterator[OnProgress]:
    """Gives what to call with the number of rows done; writes to stderr."""
    console = console or Console(stderr=True)
    started = told = time.monotonic()
    if not console.is_terminal:

        def tell(rows: int) -> None:
            nonlocal told
            if time.monotonic() - told >= LINE_SECONDS:
                told = time.monotonic()
                console.print(f"{title}: {rows:,} rows, {rows / (told - started):,.0f} a second")

        yield tell
        return
    # How many rows a packed file has is known only at its end: the bar shows that it goes on, and how fast.
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def move(rows: int) -> None:
            speed = rows / max(time.monotonic() - started, 0.001)
            bar.update(task, completed=rows, description=f"{title}, {speed:,.0f} rows a second")

        yield move


def peak_memory() -> int | None:
    """The most memory that this process has held, in megabytes; None where the system does not say."""
    if sys.platform == "win32":
        return None
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count what the process held that started this one, before its own program began.
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 // 1_000_000
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1_000_000 if sys.platform == "darwin" else most * 1024 // 1_000_000


def summary(report: Report) -> str:
    """The report as text: counts by kind, speed and memory, the first problems."""
    lines = ["This was a dry run: nothing is kept."] if report.is_dry_run else []
    heads = [str(outcome).lower() for outcome in Outcome]
    lines.append(f"{'':<16}" + "".join(f"{head:>11}" for head in heads))
    for kind in sorted(report.counts):
        numbers = "".join(f"{report.counts[kind][outcome]:>11,}" for outcome in Outcome)
        lines.append(f"{kind:<16}{numbers}")
    memory = peak_memory()
    speed = report.rows / max(report.seconds, 0.001)
    lines.append(
        f"{report.rows:,} rows in {report.seconds:.1f} s, {speed:,.0f} a second"
        + (f", with at most {memory} MB of memory." if memory is not None else ".")
    )
    if report.candidates:
        lines.append(f"{len(report.candidates):,} existing records have a similar name; none was linked.")
    if report.problems:
        codes = Counter(str(problem.code) for problem in report.problems)
        lines.append("Problems: " + ", ".join(f"{number:,} {code}" for code, number in codes.most_common()))
        # What costs a row comes first.
        ordered = sorted(report.problems, key=lambda problem: not problem.is_row_lost)
        for problem in ordered[:SHOWN_PROBLEMS]:
            name = f" ({problem.id})" if problem.id else ""
            lines.append(f"  row {problem.row}{name}: {problem.code}: {problem.message} {problem.hint}")
        if len(ordered) > SHOWN_PROBLEMS:
            lines.append(f"  and {len(ordered) - SHOWN_PROBLEMS:,} more: --report FILE.json has all of them.")
    return "\n".join(lines)
