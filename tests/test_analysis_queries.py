"""Analyses that plain queries answer: exports, lapsing incentives, active investors, zones by status."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from models.database import Database
from models.seed import MARKET_GROUPS
from resolvers.viewer import Viewer
from tests import graph, random_analysis
from tests.conftest import PATIENT, VIEWERS, Ask, run

Row = dict[str, Any]
GULF = """{ exportStatistics(where: {marketGroups: {has: "GCC"}}) {
  groupBy(by: [VERTICAL, YEAR, CURRENCY]) { keys { vertical year currency } count sum { amount } } } }"""
LAPSING = """query ($from: Date!, $to: Date!) { incentives(first: 100, asOf: $from,
  where: {validUntil: {gte: $from, lte: $to}}, orderBy: [{field: VALID_UNTIL}]) {
  nodes { id validUntil offeredBy { id } licenceTypes sizeClasses verticals legalReference } } }"""
ACTIVE = """query ($which: InvestmentWhere!) {
  investors(first: 100, where: {investments: {some: $which}}) {
    nodes { id investments(first: 100, where: $which) { nodes { round { id stage } } } } } }"""
BY_STATUS = """{ zones(first: 100, asOf: "2018-09-11") { nodes { subdivision status }
  groupBy(by: [SUBDIVISION, STATUS]) { keys { subdivision status } count } } }"""
SPHERES = """{ region(code: "PK-SD") {
  universities(first: 100) { nodes { id } } companies(first: 100) { nodes { id } }
  investors(first: 100) { nodes { id } } governmentBodies(first: 100) { nodes { id } } } }"""


def seen(viewer: Viewer, rows: list[Row]) -> list[Row]:
    """Those rows that a viewer may see."""
    allowed = {"reader": ["PUBLIC"], "partner": ["PUBLIC", "PARTNERS"]}.get(viewer.role, [])
    return [
        row
        for row in rows
        if viewer.role == "editor"
        or row["audience"] in allowed
        or (viewer.partner_id is not None and row["owner_id"] == viewer.partner_id)
    ]


every_viewer = pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)


@every_viewer
async def test_exports_to_the_gulf_by_vertical_and_year_never_add_two_currencies(
    ask: Ask, viewer: Viewer
) -> None:
    (gulf,) = (group for group in MARKET_GROUPS if group[0] == "GCC")
    wanted: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in seen(viewer, graph.facts()["export_statistic"]):
        if row["market"] in gulf[-1]:
            wanted[row["vertical"], row["year"], row["currency"]] += row["amount"]
    assert wanted
    answer = await ask(GULF, viewer=viewer)
    groups = answer["data"]["exportStatistics"]["groupBy"]
    found = {tuple(group["keys"].values()): Decimal(group["sum"]["amount"]) for group in groups}
    assert found == wanted


@every_viewer
async def test_incentives_that_lapse_in_a_period_come_in_the_order_of_their_last_days(
    ask: Ask, viewer: Viewer
) -> None:
    begin, end = date(2016, 6, 1), date(2019, 6, 1)
    wanted = [
        row
        for row in seen(viewer, graph.facts()["incentive"])
        if row["valid_until"] is not None
        and begin <= row["valid_until"] <= end
        # In force on the first day: what begins later is no incentive yet.
        and (row["valid_from"] is None or row["valid_from"] <= begin)
    ]
    assert wanted
    answer = await ask(LAPSING, {"from": str(begin), "to": str(end)}, viewer=viewer)
    found = answer["data"]["incentives"]["nodes"]
    assert [one["id"] for one in found] == [
        str(row["id"]) for row in sorted(wanted, key=lambda row: (row["valid_until"], row["id"]))
    ]
    by_id = {str(row["id"]): row for row in wanted}
    for one in found:
        row = by_id[one["id"]]
        assert [one["licenceTypes"], one["sizeClasses"], one["verticals"], one["legalReference"]] == [
            row["licence_types"], row["size_classes"], row["verticals"], row["legal_reference"],
        ]  # fmt: skip


async def test_investors_active_in_a_vertical_since_a_date_come_with_those_rounds(fresh_dsn: str) -> None:
    organizations = [
        {"kind": kind, "slug": slug, "name": slug, "is_funder": False, "verticals": verticals}
        for kind, slug, verticals in (
            ("INVESTOR", "active", []), ("INVESTOR", "elsewhere", []), ("INVESTOR", "long-ago", []),
            ("COMPANY", "minds", ["AI"]), ("COMPANY", "loans", ["FINTECH"]),
        )
    ]  # fmt: skip
    ids = {row["slug"]: graph.uuid_of(n) for n, row in enumerate(organizations, start=1)}
    parts = (
        ("active", "minds", date(2020, 1, 1)), ("active", "minds", date(2015, 1, 1)),
        ("active", "loans", date(2021, 1, 1)), ("elsewhere", "loans", date(2021, 1, 1)),
        ("long-ago", "minds", date(2019, 12, 31)),
    )  # fmt: skip
    rounds = [
        {"id": graph.uuid_of(100 + n), "company_id": ids[company], "stage": "SEED", "announced_on": day}
        for n, (_, company, day) in enumerate(parts)
    ]
    invested = [
        {"round_id": made["id"], "investor_id": ids[who], "investor_kind": "INVESTOR"}
        for made, (who, *_) in zip(rounds, parts, strict=True)
    ]
    connection = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live, common"})
    entities = [row | {"id": ids[row["slug"]]} for row in organizations]
    await random_analysis.load(
        connection, {"entity": entities, "funding_round": rounds, "funding_round_investor": invested}
    )
    await connection.close()
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    which = {"round": {"announcedOn": {"gte": "2020-01-01"}, "company": {"verticals": {"has": "AI"}}}}
    try:
        answer = await run(database, ACTIVE, {"which": which})
    finally:
        await database.close()
    (one,) = answer["data"]["investors"]["nodes"]
    assert one["id"] == str(ids["active"])
    assert one["investments"]["nodes"] == [{"round": {"id": str(graph.uuid_of(100)), "stage": "SEED"}}]


@every_viewer
async def test_zones_are_counted_by_status_and_province_on_a_day(ask: Ask, viewer: Viewer) -> None:
    zones = (await ask(BY_STATUS, viewer=viewer))["data"]["zones"]
    wanted = Counter((zone["subdivision"], zone["status"]) for zone in zones["nodes"])
    assert {tuple(group["keys"].values()): group["count"] for group in zones["groupBy"]} == wanted
    assert len(wanted) > 3


@every_viewer
async def test_the_three_spheres_of_a_province_come_in_one_answer(ask: Ask, viewer: Viewer) -> None:
    region = (await ask(SPHERES, viewer=viewer))["data"]["region"]
    kinds = {
        "universities": "UNIVERSITY", "companies": "COMPANY", "investors": "INVESTOR",
        "governmentBodies": "GOVERNMENT_BODY",
    }  # fmt: skip
    for field, kind in kinds.items():
        wanted = {
            str(row["id"])
            for row in seen(viewer, graph.entity_rows())
            if row["kind"] == kind
            and row["subdivision"] == "PK-SD"
            and row["record_status"] in ("ACTIVE", "INACTIVE")
        }
        assert {node["id"] for node in region[field]["nodes"]} == wanted
