"""The command of scripts/bench: takes options, prepares contestants, measures, prints.

Without npm the peer is left out and the report says so; without wrk nothing can be measured. How each thing
is done is the business of the other modules.
"""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import extras, load, matches, paths, report, uploads, usage
from benchmarks.contestants import (
    Server,
    ServerFailed,
    install_peer,
    postgraphile,
    triple_helix,
    why_no_peer,
)
from benchmarks.ground import Ground, GroundUnfit, ground
from benchmarks.limit import Limit, NotRunnable
from benchmarks.measure import Bench, Disagreement, agree
from benchmarks.questions import QUESTIONS, Question, body, fit
from models.embedded import PostgresError
from resolvers.errors import TripleHelixError
from resolvers.viewer import ANONYMOUS

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"


def tell(line: str) -> None:
    """Progress, which is no part of the result."""
    typer.echo(f"-- {line}", err=True)


def main(
    scale: Annotated[float, typer.Option(help="Size of the data set; 1 has 200,000 experts.")] = 1,
    rounds: Annotated[int, typer.Option(min=1, help="How often every contestant is loaded.")] = 3,
    seconds: Annotated[float, typer.Option(min=1, help="How long each time.")] = 8,
    quick: Annotated[bool, typer.Option("--quick", help="Scale 0.1, one round of a second.")] = False,
    only: Annotated[str, typer.Option(help="Questions with commas, such as Q1,Q3.")] = "",
    no_peer: Annotated[bool, typer.Option("--no-peer", help="Leave PostGraphile out.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only compare the answers.")] = False,
    long: Annotated[bool, typer.Option("--long", help="Memory after 100,000 requests, too.")] = False,
    between: Annotated[bool, typer.Option("--paths", help="Only paths between random entities.")] = False,
    fits: Annotated[bool, typer.Option("--matches", help="Only matches for random subjects.")] = False,
    files: Annotated[bool, typer.Option("--uploads", help="Only files sent to /import.")] = False,
    data_dir: Annotated[
        Path | None, typer.Option(help="A folder that keeps the data for the next run.", show_default=False)
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures there.", show_default=False)] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the table into docs/performance.md.")] = False,
) -> None:
    """Measure Triple Helix beside PostGraphile on one PostgreSQL, with pgbench as the limit."""
    if quick:
        scale, rounds, seconds = 0.1, 1, 1
    if between or fits or files:
        figures = paths.figures if between else matches.figures if fits else uploads.figures
        everywhere = set(usage.cores())
        with ground(data_dir, scale, everywhere, tell) as base, triple_helix(base.dsn, everywhere) as server:
            for line in figures(base, server):
                typer.echo(line)
        return
    questions = _chosen(only)
    if not check and load.is_missing():
        raise typer.BadParameter("wrk makes the load and is not installed (Debian: apt-get install wrk).")
    command = " ".join(["scripts/bench", *sys.argv[1:]])
    results = report.Results(command, scale, rounds, seconds)
    reason = "left out by --no-peer" if no_peer else why_no_peer()
    if reason is not None:
        results.notes.append(f"PostGraphile: {reason}")
    here = usage.cores()
    servers, loaders = {here[0]}, {here[-1] if len(here) < 3 else here[1]}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        base = stack.enter_context(ground(data_dir, scale, servers, tell))
        bench = Bench(
            base.pid, folder, loaders, rounds=rounds, seconds=seconds, tell=tell, notes=results.notes
        )
        with _servers(base, servers, has_peer=reason is None) as (anonymous, keyed, peer):
            # For a profiler.
            tell(f"Triple Helix is process {anonymous.pid}, PostgreSQL {base.pid}")
            for question in questions:
                _measure(bench, base, question, (anonymous, keyed, peer), results, check=check)
            if not check and not only:
                extras.literals(bench, base, anonymous, peer, results)
            if long:
                extras.memory(bench, base, anonymous, questions, results)
        if not check and not only:
            extras.workers(bench, base, results)
    if check:
        typer.echo(f"All contestants agree on {', '.join(question.name for question in questions)}.")
        typer.echo("\n".join(results.notes), nl=bool(results.notes))
        return
    typer.echo(report.as_text(results))
    if json is not None:
        json.write_text(report.as_json(results), encoding="utf-8")
    if write:
        report.write_into(DOCUMENT, results)


def _chosen(only: str) -> list[Question]:
    known = {question.name: question for question in QUESTIONS}
    names = [name.strip() for name in only.split(",")] if only else list(known)
    if unknown := [name for name in names if name not in known]:
        raise typer.BadParameter(f"There is no question {unknown[0]!r}: give some of {', '.join(known)}.")
    return [known[name] for name in names]


@contextmanager
def _servers(
    base: Ground, cores: set[int], *, has_peer: bool
) -> Iterator[tuple[Server, Server, Server | None]]:
    """Our server as everybody and as a partner asks it, and the peer's."""
    with ExitStack() as stack:
        ours = stack.enter_context(triple_helix(base.dsn, cores))
        keyed = Server(ours.name, ours.pid, ours.port, {"Authorization": f"Bearer {base.key}"})
        peer = None
        if has_peer:
            install_peer()
            peer = stack.enter_context(postgraphile(base.dsn, cores))
        yield ours, keyed, peer


def _measure(
    bench: Bench,
    base: Ground,
    question: Question,
    servers: tuple[Server, Server, Server | None],
    results: report.Results,
    *,
    check: bool,
) -> None:
    anonymous, keyed, peer = servers
    tell(f"{question.name}: {question.title}")
    asked = agree(question, base.query(question.variables), (anonymous, keyed), peer)
    if check:
        return
    bodies = [body(question.ours, values) for values in asked.ours]
    contestants = {
        report.ANONYMOUS: bench.server(anonymous, bodies),
        report.KEY: bench.server(keyed, bodies),
    }
    if peer is not None and asked.peers is not None:
        theirs = [body(question.peers, fit(question.peers, values)) for values in asked.peers]
        contestants[report.PEER] = bench.server(peer, theirs)
    for who, viewer in ((report.ANONYMOUS, ANONYMOUS), (report.KEY, base.partner)):
        try:
            limit = Limit(base.dsn, question.ours, asked.ours, viewer)
            contestants[report.LIMITS[who]] = bench.limit(limit)
            if limit.is_columnar:
                limit = Limit(base.dsn, question.ours, asked.ours, viewer, as_json=True)
                contestants[report.LIMITS[who] + report.AS_JSON] = bench.limit(limit)
        except NotRunnable as error:
            results.notes.append(f"{question.name}, {report.LIMITS[who]}: {error}")
    results.samples[question.name] = bench.rounds(question.name, contestants)


if __name__ == "__main__":
    # What was started is stopped in order on SIGTERM too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        typer.run(main)
    except (Disagreement, GroundUnfit, PostgresError, ServerFailed) as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except TripleHelixError as error:
        typer.echo(f"Error: {error.message} {error.hint or ''}".strip(), err=True)
        sys.exit(1)
