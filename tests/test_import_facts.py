"""Facts in our own NDJSON: what is written, found again and changed, and what is refused with which code."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from exchange import ndjson
from exchange.fact_fields import SHAPES, FactRecord
from exchange.fields import FIELDS_OF
from exchange.record import Problem, ProblemCode
from tests.imports import codes, counts, imported, rows, value

SOURCE = {"kind": "SOURCE", "slug": "gazette", "title": "A gazette", "sourceKind": "OFFICIAL"}
ZONE = {"kind": "ZONE", "slug": "zone", "name": "Zone", "regime": "STZ", "modality": "VIRTUAL"}
COMPANY = {"kind": "COMPANY", "slug": "company", "name": "Company"}
INVESTOR = {"kind": "INVESTOR", "slug": "investor", "name": "Investor"}
EXPERT = {"kind": "EXPERT", "slug": "expert", "name": "Expert"}
BODY = {"kind": "GOVERNMENT_BODY", "slug": "body", "name": "Body"}
MEETING = {"kind": "MEETING", "slug": "meeting", "name": "Meeting"}
PROGRAM = {"kind": "PROGRAM", "slug": "program", "name": "Program", "programKind": "TRAINING"}
ENTITIES = (SOURCE, ZONE, COMPANY, INVESTOR, EXPERT, BODY, MEETING, PROGRAM)


def to(slug: str) -> dict[str, str]:
    return {"slug": slug}


LICENCE = {
    "kind": "LICENCE", "slug": "licence", "holder": to("company"), "zone": to("zone"),
    "type": "ZONE_ENTERPRISE", "number": "L-1", "issuedOn": "2021-01-01", "expiresOn": "2031-12-31",
    "source": "gazette",
}  # fmt: skip
INCENTIVE = {
    "kind": "INCENTIVE", "slug": "incentive-1", "code": "incentive", "type": None, "offeredBy": to("zone"),
    "name": "Relief", "legalReference": "An act", "licenceTypes": ["ZONE_ENTERPRISE"], "verticals": ["AI"],
}  # fmt: skip
del INCENTIVE["type"]
INCENTIVE |= {"kind": "INCENTIVE", "reliefPercent": "12.5"}
ROUND = {
    "kind": "FUNDING_ROUND", "slug": "round", "company": to("company"), "stage": "SEED",
    "amount": {"amount": "123456789012345678.01", "currency": "PKR"}, "announcedOn": "2024-05",
}  # fmt: skip
INVESTMENT = {
    "kind": "FUNDING_ROUND_INVESTOR",
    "round": to("round"),
    "investor": to("investor"),
    "isLead": True,
}
EXPORT = {
    "kind": "EXPORT_STATISTIC", "slug": "export", "year": 2024, "market": "AE", "vertical": "AI",
    "origin": "PK", "amount": {"amount": "5", "currency": "USD"},
}  # fmt: skip
DIRECTIVE = {
    "kind": "DIRECTIVE",
    "slug": "directive",
    "meeting": to("meeting"),
    "issuer": to("body"),
    "text": "Do.",
}
COMMITMENT = {
    "kind": "COMMITMENT", "slug": "commitment", "madeBy": to("body"), "madeTo": to("expert"),
    "directive": to("directive"), "text": "We will.", "dueOn": "2025-01-01",
}  # fmt: skip
WIDE = {"kind": "SKILL", "slug": "wide", "scheme": "LOCAL", "code": "W", "label": "Wide"}
SKILL = {
    "kind": "SKILL", "slug": "narrow", "scheme": "LOCAL", "code": "N", "label": "Narrow",
    "broader": to("wide"), "altLabels": ["Slim"], "type": "COMPETENCE",
}  # fmt: skip
NEED = {"kind": "NEED", "slug": "need", "postedBy": to("company"), "title": "Someone"}
WANTED = {
    "kind": "NEED_SKILL",
    "need": to("need"),
    "skill": to("narrow"),
    "level": "BASIC",
    "isRequired": False,
}
SKILLED = {"kind": "EXPERT_SKILL", "expert": to("expert"), "skill": to("narrow"), "since": "2020-01-01"}
SOUGHT = {"kind": "PROGRAM_SKILL", "program": to("program"), "skill": to("wide")}
# In an order in which nothing that is referred to has been read yet.
FACTS: tuple[dict[str, Any], ...] = (
    SOUGHT, SKILLED, WANTED, INVESTMENT, NEED | {"kind": "NEED"}, COMMITMENT, DIRECTIVE, EXPORT, ROUND,
    INCENTIVE, LICENCE, SKILL, WIDE,
)  # fmt: skip


def of_kind(line: dict[str, Any]) -> dict[str, Any]:
    """The line with what its table calls `kind`, which is the line's own word."""
    named = {"INCENTIVE": "INCOME_TAX", "NEED": "VACANCY"}.get(line["kind"])
    word = {"INCENTIVE": "incentiveKind", "NEED": "needKind"}.get(line["kind"])
    return line if word is None else {**line, word: named}


LINES = tuple(of_kind(line) for line in FACTS)


async def test_every_kind_of_fact_is_written_whatever_the_order_of_lines(fresh_dsn: str) -> None:
    report = await imported(fresh_dsn, *LINES, *ENTITIES)
    assert codes(report) == []
    for line in LINES:
        assert counts(report, line["kind"])["CREATED"] == (2 if line["kind"] == "SKILL" else 1)
    assert set(SHAPES) == {line["kind"] for line in LINES}
    (found,) = await rows(fresh_dsn, "SELECT amount, currency, announced_on_precision FROM funding_round")
    assert tuple(found.values()) == (Decimal("123456789012345678.01"), "PKR", "MONTH")
    assert await value(fresh_dsn, "SELECT s.label FROM skill n JOIN skill s ON s.id = n.broader_id") == "Wide"
    assert (
        await value(fresh_dsn, "SELECT s.slug FROM licence l JOIN source s ON s.id = l.source_id")
        == "gazette"
    )


async def test_a_second_import_finds_everything_and_changes_only_what_differs(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *ENTITIES, *LINES)
    again = await imported(fresh_dsn, *ENTITIES, *LINES)
    for line in LINES:
        assert set(counts(again, line["kind"])) == {"UNCHANGED"}, line["kind"]
    before = await value(fresh_dsn, "SELECT version FROM entity WHERE slug = 'expert'")
    changed = await imported(
        fresh_dsn,
        {"kind": "LICENCE", "slug": "licence", "number": None},
        {**SKILLED, "level": "EXPERT"},
    )
    assert counts(changed, "LICENCE") == counts(changed, "EXPERT_SKILL") == {"UPDATED": 1}
    assert await value(fresh_dsn, "SELECT number FROM licence") is None
    assert await value(fresh_dsn, "SELECT expires_on FROM licence") is not None
    # The person's record tells that what it consists of has changed.
    assert await value(fresh_dsn, "SELECT version FROM entity WHERE slug = 'expert'") == before + 1


async def test_facts_come_in_batches_of_any_size_and_wait_on_disk(
    fresh_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Narrower skills stand before wider ones, and the same need three times, each saying something else."""
    monkeypatch.setattr("exchange.waiting.IN_MEMORY_BYTES", 100)
    skills = [
        {"kind": "SKILL", "slug": f"skill-{n}", "scheme": "LOCAL", "code": f"S{n}", "label": f"Skill {n}"}
        | ({"broader": {"slug": f"skill-{n - 1}"}} if n else {})
        for n in range(7, -1, -1)
    ]
    need = next(line for line in LINES if line["kind"] == "NEED")
    needs = [need, need | {"title": "Second"}, {"kind": "NEED", "slug": need["slug"], "title": "Third"}]
    for batch_rows in (2, 3, 1000):
        told: list[int] = []
        given = (*skills, *needs, *LINES, *ENTITIES)
        report = await imported(fresh_dsn, *given, batch_rows=batch_rows, on_progress=told.append)
        assert codes(report) == []
        # Facts are told as done when they are written, not when they are read.
        assert told == sorted(told)
        assert (len(ENTITIES) in told, told[-1]) == (True, len(given))
    above = await rows(
        fresh_dsn,
        "SELECT n.slug, w.slug AS wider FROM skill n JOIN skill w ON w.id = n.broader_id ORDER BY 1",
    )
    assert ("skill-7", "skill-6") in [tuple(row.values()) for row in above]
    assert len(above) >= 7
    assert await value(fresh_dsn, "SELECT title FROM need") == need["title"]
    assert await value(fresh_dsn, "SELECT count(*) FROM need") == 1


async def test_a_fact_is_found_by_its_id_and_by_its_slug_in_one_batch(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *ENTITIES, *LINES)
    id_ = str(await value(fresh_dsn, "SELECT id FROM licence"))
    report = await imported(
        fresh_dsn,
        {"kind": "LICENCE", "id": id_, "number": "by its id"},
        {"kind": "LICENCE", "slug": "licence", "expiresOn": None},
        {"kind": "LICENCE", "id": id_, "number": "by its id"},
        LICENCE | {"slug": "another"},
    )
    assert codes(report) == []
    assert counts(report, "LICENCE") == {"UPDATED": 2, "UNCHANGED": 1, "CREATED": 1}
    (one,) = await rows(fresh_dsn, "SELECT number, expires_on FROM licence WHERE slug = 'licence'")
    assert tuple(one.values()) == ("by its id", None)


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        (LICENCE | {"holder": to("nobody")}, ProblemCode.REFERENCE_UNKNOWN, "holder"),
        (LICENCE | {"holder": to("zone")}, ProblemCode.RELATION_KINDS, "holder"),
        (LICENCE | {"colour": "red"}, ProblemCode.FIELD_UNKNOWN, "colour"),
        (LICENCE | {"type": "PILOT"}, ProblemCode.VALUE_INVALID, "type"),
        (LICENCE | {"expiresOn": "2020-01-01"}, ProblemCode.DATES_OUT_OF_ORDER, "expiresOn"),
        (LICENCE | {"source": "rumour"}, ProblemCode.UNKNOWN_SOURCE, "source"),
        ({key: value for key, value in LICENCE.items() if key != "type"}, ProblemCode.FIELD_MISSING, "type"),
        ({key: value for key, value in LICENCE.items() if key != "slug"}, ProblemCode.KEY_MISSING, "slug"),
        (ROUND | {"amount": {"amount": "1", "currency": "ABC"}}, ProblemCode.VALUE_INVALID, "amount"),
        (EXPORT | {"vertical": "MAGIC"}, ProblemCode.UNKNOWN_CODE, "vertical"),
        (SKILLED | {"skill": to("unheard-of")}, ProblemCode.REFERENCE_UNKNOWN, "skill"),
    ],
)
async def test_a_line_that_cannot_be_used_is_refused_and_costs_no_other(
    fresh_dsn: str, line: dict[str, Any], code: ProblemCode, field: str | None
) -> None:
    report = await imported(fresh_dsn, *ENTITIES, WIDE, of_kind(line), DIRECTIVE)
    (problem,) = report.problems
    assert (problem.code, problem.field) == (code, field)
    assert problem.hint
    assert counts(report, "DIRECTIVE") == {"CREATED": 1}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["kind"])
def test_what_is_written_reads_as_the_same(tmp_path: Path, line: dict[str, Any]) -> None:
    def read(data: bytes) -> FactRecord:
        file = tmp_path / "lines.ndjson"
        file.write_bytes(data)
        (found,) = ndjson.read(file, FIELDS_OF)
        assert isinstance(found, FactRecord), found if isinstance(found, Problem) else ""
        return found

    first = read(orjson.dumps(line) + b"\n")
    assert read(ndjson.write(first)) == first
