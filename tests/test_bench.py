"""The benchmark: that its contestants give the same data, and that it prints what it measured.

How fast anybody is, is measured by scripts/bench and asserted nowhere.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import answers, contestants, limit, measure, questions, report, usage
from benchmarks.measure import Sample
from benchmarks.questions import LITERALS, QUESTIONS, Question
from resolvers.viewer import ANONYMOUS
from tests.processes import python

OURS = Sample(rate=820.0, server_cpu=0.1, postgres_cpu=0.1, p50=10.0, p99=20.0, memory=99_000_000)
PEER = Sample(rate=200.0, server_cpu=0.7, postgres_cpu=0.2, p50=40.0, p99=90.0, memory=300_000_000)
LIMIT = Sample(rate=2000.0, postgres_cpu=0.1)


class Fixed:
    """A contestant that gives the same answers again and again, one for each page."""

    def __init__(self, name: str, *pages: Any) -> None:
        self.name, self.pages, self.bodies = name, pages, list[dict[str, Any]]()

    def ask(self, body: str) -> Any:
        self.bodies.append(json.loads(body))
        return self.pages[(len(self.bodies) - 1) % len(self.pages)]


def results(**samples: dict[str, list[Sample]]) -> report.Results:
    return report.Results("scripts/bench", 1, 3, 8, samples=samples, machine="a machine", busy=0.0)


def test_contestants_return_the_same_data() -> None:
    if reason := contestants.why_no_peer():
        pytest.skip(f"benchmark: {reason}")
    with python("-m", "benchmarks", "--check", "--scale", "0.01") as process:
        output, errors = process.communicate(timeout=400)
    assert process.returncode == 0, errors
    assert output == f"All contestants agree on {', '.join(q.name for q in QUESTIONS)}.\n"


def test_a_contestant_with_other_data_is_found_out() -> None:
    mine = Fixed("mine", {"university": {"id": "1", "name": "A"}})
    for other, place in (
        ({"university": {"id": "1", "name": "B"}}, "[0].university.name: 'A' and 'B'"),
        ({"university": {"id": "1"}}, "[0].university.name: 'A' and nothing"),
    ):
        with pytest.raises(measure.Disagreement) as caught:
            measure.agree(QUESTIONS[0], [{"id": "1"}], (mine,), Fixed("theirs", other))  # type: ignore[arg-type]
        assert place in str(caught.value)


def test_a_question_that_finds_nothing_compares_nothing() -> None:
    nobody = Fixed("mine", {"zone": {"companies": {"nodes": []}}})
    with pytest.raises(measure.Disagreement, match="finds nothing"):
        measure.agree(QUESTIONS[0], [{"id": "1"}], (nobody,), None)  # type: ignore[arg-type]


def test_what_the_peer_finds_must_be_among_what_a_ranking_finds() -> None:
    question = next(question for question in QUESTIONS if question.is_ranked)
    mine = Fixed("mine", {"companies": {"nodes": [{"name": "A"}, {"name": "B"}]}})
    measure.agree(question, [{"text": "a"}], (mine,), Fixed("theirs", {"companies": [{"name": "B"}]}))  # type: ignore[arg-type]
    with pytest.raises(measure.Disagreement, match="'C'"):
        measure.agree(question, [{"text": "a"}], (mine,), Fixed("theirs", {"companies": [{"name": "C"}]}))  # type: ignore[arg-type]


def test_a_cursor_is_followed_with_each_contestants_own() -> None:
    def pages(cursor: str) -> tuple[Any, Any]:
        info = {"hasNextPage": True, "endCursor": cursor}
        last = {"hasNextPage": False, "endCursor": None}
        return {"all": {"nodes": [{"id": "1"}], "pageInfo": info}}, {"all": {"nodes": [], "pageInfo": last}}

    question = next(question for question in QUESTIONS if question.name == "Q2")
    asked = measure.agree(question, [{}], (Fixed("m", *pages("a")),), Fixed("t", *pages("b")))  # type: ignore[arg-type]
    assert asked.ours == [{}, {"after": "a"}]
    assert asked.peers == [{}, {"after": "b"}]


def test_relations_by_role_are_the_same_whether_mixed_or_apart() -> None:
    zone, expert = {"__typename": "Zone", "id": "1"}, {"__typename": "Expert", "id": "2"}
    mixed = {"edges": [{"role": "EMPLOYED_BY", "node": expert}, {"role": "TENANT_OF", "node": zone}]}
    ours = answers.by_role({"company": {"name": "A", "relations": mixed}})
    apart = {"name": "A", "TENANT_OF": [{"node": zone}], "EMPLOYED_BY": [{"node": expert}], "FOUNDED": []}
    assert answers.difference(ours, answers.by_role({"company": apart})) is None
    assert ours["TENANT_OF"] == [zone]


@pytest.mark.parametrize("question", [*QUESTIONS, LITERALS], ids=lambda question: question.name)
def test_both_dialects_take_the_same_variables_but_for_the_day(question: Question) -> None:
    everything = dict.fromkeys(("id", "text", "size", "province", "number", "after"), 1)
    assert questions.fit(question.ours, everything) == questions.fit(question.peers, everything)


def test_literals_take_the_place_of_variables() -> None:
    text = questions.inlined(LITERALS.ours, {"id": "abc", "number": questions.COUNTER})
    assert text.startswith('query Company {\n  companies(first: 1, where: { id: { eq: "abc" }')
    assert "ne: 987654321" in text
    assert "$" not in text


def test_the_table_says_which_targets_are_met() -> None:
    samples = {"anonymous": [OURS], "with a key": [replace(OURS, rate=700.0, memory=300_000_000)]}
    samples |= {"PostGraphile": [PEER], "pgbench": [LIMIT], "pgbench with a key": [LIMIT]}
    lines = report.as_text(results(Q1=samples)).splitlines()
    (anonymous,) = [line for line in lines if line.startswith("| Q1") and "anonymous" in line]
    assert [cell.strip() for cell in anonymous.split("|")[3:-1]] == [
        *("820", "4.10 (>= 4 met)", "0.22 (<= 0.25 met)", "0.41 (>= 0.45 missed)"),
        *("10.0", "20.0", "99.0 (<= 200 met)", "0.10 + 0.10"),
    ]
    (keyed,) = [line for line in lines if line.startswith("| Q1") and "with a key" in line]
    assert "3.50 (>= 4 missed)" in keyed
    assert "300 (<= 200 missed)" in keyed


def test_the_table_has_medians_of_rounds() -> None:
    rounds = [replace(OURS, rate=rate) for rate in (100.0, 900.0, 300.0)]
    assert "| 300 " in report.as_text(results(Q1={"anonymous": rounds}))


def test_without_a_peer_the_table_says_so() -> None:
    found = results(Q1={"anonymous": [OURS]})
    found.notes.append("PostGraphile: npm is not installed")
    text = report.as_text(found)
    assert "| n/a" in text
    assert "Not run:\n\n- PostGraphile: npm is not installed" in text


def test_a_busy_machine_is_named_in_the_report() -> None:
    assert "noise" not in report.as_text(results())
    assert "load average 1.5" in report.as_text(replace(results(), busy=1.5))


def test_the_figures_are_written_as_json() -> None:
    found = json.loads(report.as_json(results(Q1={"anonymous": [OURS, replace(OURS, rate=822.0)]})))
    assert len(found["samples"]["Q1"]["anonymous"]) == 2
    assert found["medians"]["Q1"]["anonymous"]["rate"] == 821.0


def test_the_table_is_written_between_its_markers_only(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# Speed\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n")
    for _ in range(2):
        report.write_into(document, results(Q1={"anonymous": [OURS]}))
    text = document.read_text()
    assert text.startswith(f"# Speed\n\n{report.BEGIN}\n\nMeasured on ")
    assert text.endswith(f"\n\n{report.END}\n\nAfter.\n")
    assert "old" not in text
    document.write_text("# Speed\n")
    with pytest.raises(ValueError, match="has no place for the table"):
        report.write_into(document, results())


def test_the_documentation_has_a_place_for_the_table() -> None:
    text = (contestants.CHECKOUT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert text.index(report.BEGIN) < text.index(report.END)


def test_a_missing_npm_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(contestants, "PEER", tmp_path)
    assert contestants.why_no_peer(path="") == (
        "npm is not installed (on Debian and Ubuntu: apt-get install npm)"
    )


def test_an_unknown_question_is_named_with_what_to_give() -> None:
    with python("-m", "benchmarks", "--check", "--only", "Q1,Q99") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "There is no question 'Q99': give some of Q1," in " ".join(errors.split())


def test_cpu_time_of_children_counts_also_when_they_have_ended() -> None:
    before = usage.cpu_seconds(os.getpid())
    loop = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", loop], check=True)
    assert usage.cpu_seconds(os.getpid()) - before >= 0.28


def test_values_are_printed_as_postgres_reads_them() -> None:
    assert limit.as_text(True) == "true"
    assert limit.as_text(['a "b"', "c\\d"]) == '{"a \\"b\\"","c\\\\d"}'


def test_the_limit_runs_the_compiled_statement_with_all_variables(graph_dsn: str) -> None:
    document = "query One($slug: String!) { company(by: { slug: $slug }) { name } }"
    asked = [{"slug": "company-1"}, {"slug": "company-2"}]
    transactions, rate = limit.Limit(graph_dsn, document, asked, ANONYMOUS).run(1, set(usage.cores()))
    # How much of it the first second had is the machine's business.
    assert transactions > 0
    assert rate > 0


def test_the_limit_is_sampled_by_its_rate_after_the_first_second(tmp_path: Path) -> None:
    class Known:
        def run(self, seconds: float, cores: set[int]) -> tuple[int, float]:
            return 300, 100.0

    found: list[str] = []
    bench = measure.Bench(os.getpid(), tmp_path, {0}, rounds=1, seconds=1, tell=found.append, notes=found)
    assert bench.limit(Known())(1).rate == 100.0  # type: ignore[arg-type]


def test_a_page_that_travels_by_column_has_a_limit_as_json_too(graph_dsn: str) -> None:
    document = "{ companies(first: 1000) { nodes { id name } } }"
    assert limit.Limit(graph_dsn, document, [{}], ANONYMOUS).is_columnar
    assert not limit.Limit(graph_dsn, document, [{}], ANONYMOUS, as_json=True).is_columnar


def test_a_page_by_column_is_measured_against_the_limit_as_json() -> None:
    limits = {"pgbench": [LIMIT], "pgbench, as JSON": [replace(LIMIT, rate=400.0)]}
    text = report.as_text(results(Q5={"anonymous": [OURS], **limits}))
    assert "2.05 (>= 1.5 met)" in text
    assert "2,000 (400 as JSON)" in text


def test_a_statement_that_pgbench_would_misread_is_not_run(graph_dsn: str) -> None:
    document = '{ company(by: { slug: "company-1" }) { updatedAt } }'
    with pytest.raises(limit.NotRunnable, match="colon"):
        limit.Limit(graph_dsn, document, [{}], ANONYMOUS)
