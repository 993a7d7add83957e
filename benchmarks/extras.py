"""Measurements beside the questions: literals instead of variables, two workers against one, memory.

Each adds sentences to the results. How contestants are loaded is measure.py's business.
"""

from collections.abc import Sequence

from benchmarks import report, usage
from benchmarks.contestants import Server, triple_helix
from benchmarks.ground import Ground
from benchmarks.measure import Bench, agree, of_rounds
from benchmarks.questions import LITERALS, QUESTIONS, Question, body, fit, inlined

MANY = 100_000


def literals(bench: Bench, base: Ground, ours: Server, peer: Server | None, results: report.Results) -> None:
    """A client that writes values into the text, so that every request is a document never seen before."""
    asked = agree(LITERALS, base.query(LITERALS.variables), (ours,), peer)
    contestants = {}
    for server, document, variables in (
        (ours, LITERALS.ours, asked.ours),
        (peer, LITERALS.peers, asked.peers),
    ):
        if server is None or variables is None:
            continue
        bound = [body(document, fit(document, values)) for values in variables]
        written = [body(inlined(document, values), {}) for values in variables]
        contestants[f"{server.name}, variables"] = bench.server(server, bound)
        contestants[f"{server.name}, literals"] = bench.server(server, written)
    found = results.samples["L"] = bench.rounds("L", contestants)
    rates = {who: of_rounds(samples).rate for who, samples in found.items() if samples}
    for server in (ours, peer):
        if server is None or not {f"{server.name}, variables", f"{server.name}, literals"} <= rates.keys():
            continue
        bound_rate, written_rate = rates[f"{server.name}, variables"], rates[f"{server.name}, literals"]
        results.findings.append(
            f"{LITERALS.title}: a client of {server.name} that writes it into the document gets "
            f"{written_rate:,.0f} answers a second, {written_rate / bound_rate:.2f} times what it gets "
            f"with variables ({bound_rate:,.0f})."
        )


def workers(bench: Bench, base: Ground, results: report.Results) -> None:
    """Two workers against one, on all cores."""
    everywhere = set(usage.cores())
    usage.bind(base.pid, everywhere)
    question = QUESTIONS[0]
    rates = {}
    for count in (1, 2):
        with triple_helix(base.dsn, everywhere, count) as server:
            asked = agree(question, base.query(question.variables), (server,), None)
            run = bench.server(server, [body(question.ours, values) for values in asked.ours])
            found = bench.rounds(f"{count} workers", {server.name: run})
            results.samples[f"workers {count}"] = found
            rates[count] = of_rounds(found[server.name]).rate if found else 0.0
    if all(rates.values()):
        results.findings.append(
            f"Two workers answer {rates[2] / rates[1]:.2f} times as many {question.name} as one, "
            f"where load, server and PostgreSQL share {len(everywhere)} cores."
        )


def memory(
    bench: Bench, base: Ground, ours: Server, questions: Sequence[Question], results: report.Results
) -> None:
    """Memory of our server at the start of many requests of all questions, and at their end."""
    bodies = []
    for question in questions:
        asked = agree(question, base.query(question.variables), (ours,), None)
        bodies += [body(question.ours, values) for values in asked.ours]
    before, requests = usage.memory(ours.pid), 0
    while requests < MANY:
        requests += bench.once(ours, bodies).requests
    after = report.judged(usage.memory(ours.pid) / report.MEGABYTE, at_most=report.MEMORY_TARGET)
    results.findings.append(
        f"After {requests:,} more requests of {len(questions)} questions the server holds {after} MB; "
        f"before them it held {before / report.MEGABYTE:.0f}."
    )
