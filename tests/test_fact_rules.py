"""The rules of the tables of facts: each one that a line or an item can break has a code, a field and a hint.

Rules are read from PostgreSQL, so one that is added without words fails here. What is checked before anything
is written (vocabularies, references, currencies) is tested in tests/test_import_facts.py.
"""

from typing import Any

import asyncpg
import pytest

import schema as api
from exchange.fact_fields import SHAPES, Shape
from models.database import Database
from models.history import FACT_TABLES, PART_TABLES
from resolvers.rules import rule_names
from tests.conftest import EDITOR, PATIENT
from tests.imports import counts, imported
from tests.saving import codes
from tests.test_import_facts import (
    COMMITMENT,
    DIRECTIVE,
    ENTITIES,
    EXPORT,
    INCENTIVE,
    INVESTMENT,
    LICENCE,
    LINES,
    NEED,
    ROUND,
    SKILL,
    of_kind,
    to,
)

ZERO, BELOW = ({"amount": amount, "currency": "USD"} for amount in ("0", "-0.01"))
AGREEMENT = {"kind": "AGREEMENT", "slug": "agreement", "name": "Agreement", "type": "MOU"}
BREAKING: dict[str, tuple[dict[str, Any], str, str]] = {
    "ck_licence_period": (LICENCE | {"expiresOn": "2020-12-31"}, "DATES_OUT_OF_ORDER", "expiresOn"),
    "ck_licence_revoked_on": (LICENCE | {"revokedOn": "2020-12-31"}, "DATES_OUT_OF_ORDER", "revokedOn"),
    "ck_licence_revocation_reason": (
        LICENCE | {"revocationReason": "None given."}, "FIELDS_DISAGREE", "revocationReason"
    ),
    "ck_incentive_period": (
        INCENTIVE | {"validFrom": "2022-01-01", "validUntil": "2021-12-31"},
        "DATES_OUT_OF_ORDER", "validUntil",
    ),
    "ck_incentive_duration_months": (INCENTIVE | {"durationMonths": 0}, "VALUE_INVALID", "durationMonths"),
    "ck_incentive_relief_percent": (INCENTIVE | {"reliefPercent": "100.1"}, "VALUE_INVALID", "reliefPercent"),
    "ck_incentive_licence_types": (INCENTIVE | {"licenceTypes": ["PILOT"]}, "VALUE_INVALID", "licenceTypes"),
    "ck_incentive_size_classes": (INCENTIVE | {"sizeClasses": ["GIANT"]}, "VALUE_INVALID", "sizeClasses"),
    "ex_incentive_versions": (of_kind(INCENTIVE) | {"slug": "incentive-2"}, "PERIODS_OVERLAP", "validFrom"),
    "ck_funding_round_amount": (ROUND | {"amount": ZERO}, "VALUE_INVALID", "amount"),
    "ck_funding_round_investor_amount": (INVESTMENT | {"amount": ZERO}, "VALUE_INVALID", "amount"),
    "ck_export_statistic_amount": (EXPORT | {"amount": BELOW}, "VALUE_INVALID", "amount"),
    "ck_export_statistic_year": (EXPORT | {"year": 1899}, "VALUE_INVALID", "year"),
    "ck_export_statistic_of_something": (
        EXPORT | {"vertical": None, "origin": None}, "FIELDS_DISAGREE", "vertical"
    ),
    "fk_export_statistic_market": (EXPORT | {"market": "ZZ"}, "VALUE_INVALID", "market"),
    "fk_export_statistic_origin": (EXPORT | {"origin": "PK-ZZ"}, "UNKNOWN_CODE", "origin"),
    "ck_directive_due_on": (
        DIRECTIVE | {"issuedOn": "2022-01-01", "dueOn": "2021-12-31"}, "DATES_OUT_OF_ORDER", "dueOn"
    ),
    "ck_directive_fulfilled_on": (
        DIRECTIVE | {"issuedOn": "2022-01-01", "fulfilledOn": "2021-12-31", "status": "FULFILLED"},
        "DATES_OUT_OF_ORDER", "fulfilledOn",
    ),
    "ck_directive_fulfilled": (DIRECTIVE | {"fulfilledOn": "2022-01-01"}, "FIELDS_DISAGREE", "fulfilledOn"),
    "ck_commitment_due_on": (COMMITMENT | {"madeOn": "2025-01-02"}, "DATES_OUT_OF_ORDER", "dueOn"),
    "ck_commitment_fulfilled_on": (
        COMMITMENT | {"madeOn": "2025-01-01", "fulfilledOn": "2024-12-31", "status": "FULFILLED"},
        "DATES_OUT_OF_ORDER", "fulfilledOn",
    ),
    "ck_commitment_fulfilled": (COMMITMENT | {"fulfilledOn": "2025-01-01"}, "FIELDS_DISAGREE", "fulfilledOn"),
    "ck_commitment_origin": (COMMITMENT | {"agreement": to("agreement")}, "FIELDS_DISAGREE", "meeting"),
    "ck_commitment_two_sides": (COMMITMENT | {"madeTo": to("body")}, "FIELDS_DISAGREE", "madeTo"),
    "fk_commitment_subdivision": (COMMITMENT | {"subdivision": "XX-00"}, "VALUE_INVALID", "subdivision"),
    "ck_skill_broader": (SKILL | {"broader": to("narrow")}, "FIELDS_DISAGREE", "broader"),
    "uq_skill_scheme_code": (SKILL | {"slug": "other"}, "IDENTIFIER_TAKEN", "code"),
    "ck_need_period": (
        of_kind(NEED) | {"opensOn": "2022-01-01", "closesOn": "2021-12-31"}, "DATES_OUT_OF_ORDER", "closesOn"
    ),
    "ck_need_places": (of_kind(NEED) | {"places": 0}, "VALUE_INVALID", "places"),
    "ck_need_amount": (of_kind(NEED) | {"amount": BELOW}, "VALUE_INVALID", "amount"),
    "fk_need_country": (of_kind(NEED) | {"country": "ZZ"}, "VALUE_INVALID", "country"),
    "fk_need_subdivision": (of_kind(NEED) | {"subdivision": "XX-00"}, "VALUE_INVALID", "subdivision"),
}  # fmt: skip
"""By the rule's name: a line that breaks it and no other, the problem's code and its field."""

NOT_SAVED = ("SKILL", *(table.upper() for table in PART_TABLES))


@pytest.fixture
async def filled(fresh_dsn: str) -> str:
    """A graph with every fact."""
    report = await imported(fresh_dsn, *ENTITIES, AGREEMENT, *LINES)
    assert report.problems == []
    return fresh_dsn


async def test_every_rule_that_a_line_can_break_is_known_here(graph_dsn: str) -> None:
    tables = (*FACT_TABLES, *PART_TABLES)
    connection = await asyncpg.connect(graph_dsn, server_settings={"search_path": "live, common"})
    try:
        found = await connection.fetch(
            """
            SELECT c.conname, c.conrelid::regclass::text AS of,
                   array(SELECT attname::text FROM pg_attribute a
                         WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) AS columns
            FROM pg_constraint c
            WHERE c.conrelid = ANY ($1::text[]::regclass[]) AND c.contype IN ('c', 'f', 'u', 'x')
            """,
            list(tables),
        )
    finally:
        await connection.close()
    assert {row["of"] for row in found} == set(tables)
    breakable = {
        row["conname"] for row in found if not is_checked_before(SHAPES[row["of"].upper()], row["columns"])
    }
    assert breakable == set(BREAKING)
    assert breakable <= rule_names()


def is_checked_before(shape: Shape, columns: list[str]) -> bool:
    """Whether what these columns hold is compared with what is there before anything is written."""
    stems = {column.removesuffix("_id").removesuffix("_kind") for column in columns}
    if stems <= {"owner", "source", "audience", "slug", "vertical", "currency"} or stems == set(shape.key):
        return True
    if len(stems) == 1 and stems <= {*shape.entities, *shape.facts}:
        return True
    fields = [spec for spec, made in shape.fields.values() if set(columns) <= set(made)]
    return any(
        spec.vocabulary is not None or len(columns) == 2 or columns[0].endswith("_precision")
        for spec in fields
    )


async def test_a_line_that_breaks_a_rule_is_told_which_field_and_what_to_do(filled: str) -> None:
    lines = [line for line, _, _ in BREAKING.values()]
    report = await imported(filled, *lines)
    found = {problem.row: (str(problem.code), problem.field) for problem in report.problems}
    for row, (name, (_, code, field)) in enumerate(BREAKING.items(), 1):
        assert found.pop(row, None) == (code, field), name
    assert found == {}
    assert all(problem.hint for problem in report.problems)


async def test_an_item_that_breaks_a_rule_is_told_alike(filled: str) -> None:
    database = Database(filled, **PATIENT)
    await database.open()
    try:
        for _, _, cls in api.FACTS:
            mine = {
                name: case for name, case in BREAKING.items()
                if case[0]["kind"] == snake(cls.__name__) and case[0]["kind"] not in NOT_SAVED
            }  # fmt: skip
            if mine:
                items = [item_of(line) for line, _, _ in mine.values()]
                found = await codes(
                    database, cls.__name__, *items, viewer=EDITOR, record="fact", policy="REJECT_FAILED"
                )
                assert dict(zip(mine, found, strict=True)) == {
                    name: [(field, code)] for name, (_, code, field) in mine.items()
                }
    finally:
        await database.close()


def snake(name: str) -> str:
    """The kind of a line for the name of a type."""
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in name)[1:]


def item_of(line: dict[str, Any]) -> dict[str, Any]:
    word = {"INCENTIVE": "incentiveKind", "NEED": "needKind"}.get(line["kind"])
    return {"kind" if key == word else key: value for key, value in line.items() if key != "kind"}


async def test_what_a_record_must_have_cannot_be_emptied(filled: str) -> None:
    emptied = ("needKind", "postedBy", "title", "places")
    report = await imported(filled, *({"kind": "NEED", "slug": "need", name: None} for name in emptied))
    found = [(str(problem.code), problem.field) for problem in report.problems]
    assert found == [("FIELD_MISSING", name) for name in emptied]
    assert counts(report, "NEED") == {"REJECTED": 4}
