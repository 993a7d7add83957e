"""Relations of imported records: resolved after all records, stored once, or kept until their end comes."""

from datetime import date
from typing import Any

import pytest

from exchange.record import PartialDate
from exchange.staging import period_of
from tests.imports import SOURCES, codes, contents, counts, imported, rows, value

ROR = {"scheme": "ROR", "value": "05bbbc791"}
ZONE = {"kind": "ZONE", "slug": "park", "name": "Park", "regime": "STZ", "modality": "GEOGRAPHICAL"}
COMPANY = {"kind": "COMPANY", "slug": "acme", "name": "Acme"}
FACTS = """
    SELECT s.slug AS subject, r.role, o.slug AS object, r.valid::text, r.precision, r.title
    FROM relation r JOIN entity s ON s.id = r.subject_id JOIN entity o ON o.id = r.object_id
    ORDER BY 1, 2, 3, 4
"""


def company(slug: str, *relations: dict[str, object], **more: object) -> dict[str, object]:
    return {"kind": "COMPANY", "slug": slug, "name": slug, "relations": list(relations), **more}


def to(slug: str, role: str = "PART_OF", **more: object) -> dict[str, object]:
    return {"role": role, "to": {"slug": slug}, **more}


async def facts(dsn: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await rows(dsn, FACTS)]


async def test_the_other_end_is_found_by_id_slug_and_identifier_wherever_it_stands_in_the_file(
    fresh_dsn: str,
) -> None:
    given = "0191e4a0-0000-7000-8000-000000000001"
    report = await imported(
        fresh_dsn,
        company("a", to("b"), {"role": "PART_OF", "to": {"id": given}}),
        company("b", {"role": "PART_OF", "from": {"identifier": ROR}}),
        company("c", id=given),
        company("d", identifiers=[ROR]),
        batch_rows=1,
    )
    assert (counts(report, "RELATION"), codes(report)) == ({"CREATED": 3}, [])
    found = [(subject, object_) for subject, _, object_, *_ in await facts(fresh_dsn)]
    assert found == [("a", "b"), ("a", "c"), ("d", "b")]


async def test_a_period_keeps_its_precision_and_both_of_its_ends(fresh_dsn: str) -> None:
    tenant: dict[str, object] = {"role": "TENANT_OF", "to": {"slug": "park"}}
    await imported(
        fresh_dsn,
        ZONE,
        company("a", {**tenant, "since": "2020", "until": "2021-03", "title": "Anchor"}),
        company("b", {**tenant, "since": "2021-09-11"}),
        company("c", tenant),
    )
    assert [row[3:] for row in await facts(fresh_dsn)] == [
        ("[2020-01-01,2021-04-01)", "YEAR", "Anchor"),
        ("[2021-09-11,)", "DAY", None),
        ("(,)", "DAY", None),
    ]


async def test_how_sure_a_source_is_stays_until_another_share_is_given(fresh_dsn: str) -> None:
    async def told(*items: dict[str, object]) -> tuple[dict[str, int], list[tuple[str, float | None]]]:
        report = await imported(fresh_dsn, *items)
        assert codes(report) in ([], ["RELATION_DANGLING"])
        found = await rows(
            fresh_dsn,
            "SELECT s.slug, r.confidence FROM relation r JOIN entity s ON s.id = r.subject_id ORDER BY 1",
        )
        return counts(report, "RELATION"), [tuple(row.values()) for row in found]

    # One of them waits for its other end.
    assert await told(company("a", to("b", confidence=0.75)), company("b", to("c", confidence=0))) == (
        {"CREATED": 1},
        [("a", 0.75)],
    )
    assert await told(company("c")) == ({"CREATED": 1}, [("a", 0.75), ("b", 0.0)])
    assert await told(company("a", to("b"))) == ({"UNCHANGED": 1}, [("a", 0.75), ("b", 0.0)])
    assert await told(company("a", to("b", confidence=1))) == ({"UPDATED": 1}, [("a", 1.0), ("b", 0.0)])


@pytest.mark.parametrize("wrong", [-0.01, 1.01, "much", True])
async def test_how_sure_a_source_is_is_a_share(fresh_dsn: str, wrong: object) -> None:
    report = await imported(fresh_dsn, company("b"), company("a", to("b", confidence=wrong)))
    (problem,) = report.problems
    assert (problem.field, problem.is_row_lost) == ("relations[0].confidence", True)
    assert problem.hint


def test_the_precision_of_a_period_is_that_of_its_coarser_end() -> None:
    day, year = PartialDate.parse("2021-05-06"), PartialDate.parse("2022")
    assert period_of(None, None) == (None, None, "DAY")
    assert period_of(day, None) == (day.date, None, "DAY")
    assert period_of(day, year) == (day.date, date(2023, 1, 1), "YEAR")
    # The last day that there is has no day after it.
    assert period_of(day, PartialDate.parse("9999")) == (day.date, None, "YEAR")


async def test_a_fact_that_both_records_state_is_stored_once(fresh_dsn: str) -> None:
    lines = [company("a", to("b")), company("b", {"role": "PART_OF", "from": {"slug": "a"}})]
    assert counts(await imported(fresh_dsn, *lines), "RELATION") == {"CREATED": 1}
    assert counts(await imported(fresh_dsn, *reversed(lines)), "RELATION") == {"UNCHANGED": 1}


async def test_a_symmetric_fact_has_the_smaller_id_first_whoever_states_it(fresh_dsn: str) -> None:
    one, two = (company(slug, to(other, "RELATED_TO")) for slug, other in (("a", "b"), ("b", "a")))
    report = await imported(fresh_dsn, one, two)
    assert counts(report, "RELATION") == {"CREATED": 1}
    assert await value(fresh_dsn, "SELECT subject_id < object_id FROM relation")
    assert counts(await imported(fresh_dsn, two), "RELATION") == {"UNCHANGED": 1}


async def test_an_end_that_becomes_known_changes_the_fact_of_the_same_source_only(fresh_dsn: str) -> None:
    def line(source: str, **period: str) -> dict[str, object]:
        return company("a", to("b", since="2020", **period), source=source)

    await imported(fresh_dsn, *SOURCES, company("b"), line("gazette"))
    report = await imported(fresh_dsn, line("gazette", until="2021"))
    assert counts(report, "RELATION") == {"UPDATED": 1}
    report = await imported(fresh_dsn, line("news", until="2022"))
    assert counts(report, "RELATION") == {"UNCHANGED": 1}
    assert [row[3] for row in await facts(fresh_dsn)] == ["[2020-01-01,2022-01-01)"]
    assert await value(fresh_dsn, "SELECT version FROM relation") == 2
    assert await value(fresh_dsn, "SELECT valid::text FROM relation_history") == "[2020-01-01,)"
    verbs = "SELECT array_agg(verb ORDER BY seq) FROM change WHERE kind = 'RELATION'"
    assert await value(fresh_dsn, verbs) == ["CREATED", "UPDATED"]


async def test_kinds_that_a_role_does_not_join_are_reported_with_those_that_it_joins(fresh_dsn: str) -> None:
    expert = {"kind": "EXPERT", "slug": "e", "name": "E", "relations": [to("acme", "STUDIED_AT")]}
    report = await imported(fresh_dsn, COMPANY, expert)
    (problem,) = report.problems
    assert (problem.row, problem.code, problem.is_row_lost) == (2, "RELATION_KINDS", False)
    assert "EXPERT to COMPANY" in problem.message
    assert problem.hint == "It goes from EXPERT to UNIVERSITY."
    assert counts(report, "RELATION") == {"REJECTED": 1}
    assert counts(report, "EXPERT") == {"CREATED": 1}


async def test_organizations_of_different_kinds_have_parents_and_successors(fresh_dsn: str) -> None:
    line = {
        "kind": "INSTITUTION",
        "slug": "i",
        "name": "I",
        "relations": [to("acme"), to("acme", "SUCCEEDS")],
    }
    report = await imported(fresh_dsn, COMPANY, line)
    assert (counts(report, "RELATION"), codes(report)) == ({"CREATED": 2}, [])


async def test_a_record_is_not_related_to_itself(fresh_dsn: str) -> None:
    report = await imported(
        fresh_dsn, company("a", {"role": "PART_OF", "to": {"identifier": ROR}}, identifiers=[ROR])
    )
    assert [(str(p.code), p.is_row_lost) for p in report.problems] == [("RELATION_INVALID", False)]
    assert await facts(fresh_dsn) == []


@pytest.mark.parametrize(
    "key", [{"slug": "late"}, {"identifier": ROR}, {"id": "0191e4a0-0000-7000-8000-000000000001"}]
)
async def test_a_dangling_relation_waits_for_its_other_end(fresh_dsn: str, key: dict[str, object]) -> None:
    line = company("a", {"role": "PART_OF", "to": key, "since": "2020", "title": "Unit"}, source="gazette")
    for _ in range(2):
        report = await imported(fresh_dsn, *SOURCES, line)
        assert ([str(p.code) for p in report.problems], report.dangling) == (["RELATION_DANGLING"], 1)
        assert await value(fresh_dsn, "SELECT count(*) FROM pending_relation") == 1
    end = company("late", id="0191e4a0-0000-7000-8000-000000000001", identifiers=[ROR])
    report = await imported(fresh_dsn, end)
    assert (counts(report, "RELATION"), report.dangling) == ({"CREATED": 1}, 0)
    assert await facts(fresh_dsn) == [("a", "PART_OF", "late", "[2020-01-01,)", "YEAR", "Unit")]
    source = "SELECT s.slug FROM relation r JOIN source s ON s.id = r.source_id"
    assert await value(fresh_dsn, source) == "gazette"
    assert await value(fresh_dsn, "SELECT count(*) FROM pending_relation") == 0
    before = await contents(fresh_dsn)
    assert codes(await imported(fresh_dsn, *SOURCES, line, end)) == []
    assert await contents(fresh_dsn) == before


async def test_a_relation_that_waited_for_the_wrong_kind_is_reported_and_given_up(fresh_dsn: str) -> None:
    await imported(fresh_dsn, company("a", to("late", "TENANT_OF")))
    report = await imported(fresh_dsn, company("late"))
    assert codes(report) == ["RELATION_KINDS"]
    assert await value(fresh_dsn, "SELECT count(*) FROM pending_relation") == 0


async def test_pending_relations_are_for_their_partners_and_editors(fresh_dsn: str) -> None:
    query = """
        SELECT array_agg(role) FROM unnest(ARRAY['reader', 'partner', 'editor']) AS role
        WHERE has_table_privilege('triplehelix_' || role, 'pending_relation', 'SELECT')
    """
    assert await value(fresh_dsn, query) == ["partner", "editor"]
    forced = """
        SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = 'pending_relation'::regclass
    """
    assert await value(fresh_dsn, forced)


async def test_a_relation_that_the_tables_refuse_costs_no_other(fresh_dsn: str) -> None:
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(4000))
    lines = [company("b"), company("a", to("b"), to("c", title=long), to("d")), company("c"), company("d")]
    report = await imported(fresh_dsn, *lines)
    (problem,) = report.problems
    assert (problem.row, problem.id, problem.code) == (2, "a", "DATABASE_REFUSED")
    assert counts(report, "RELATION") == {"CREATED": 2, "REJECTED": 1}
    assert [row[2] for row in await facts(fresh_dsn)] == ["b", "d"]


async def test_a_slug_of_the_file_finds_the_record_that_has_another_one_here(fresh_dsn: str) -> None:
    """A registry was imported first and gave the slug; the file knows the record by its identifier too."""
    await imported(fresh_dsn, company("from-the-registry", identifiers=[ROR]))
    report = await imported(fresh_dsn, company("mother", identifiers=[ROR]), company("a", to("mother")))
    assert codes(report) == []
    assert [row[2] for row in await facts(fresh_dsn)] == ["from-the-registry"]


async def test_relations_of_a_refused_record_are_not_stored(fresh_dsn: str) -> None:
    lost = {"kind": "ZONE", "slug": "z", "relations": [{"role": "TENANT_OF", "from": {"slug": "acme"}}]}
    report = await imported(fresh_dsn, COMPANY, lost)
    assert codes(report) == ["FIELD_MISSING"]
    assert (counts(report, "RELATION"), await facts(fresh_dsn)) == ({}, [])
