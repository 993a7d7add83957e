"""Eligibility in Python, from the rules of docs/analysis.md and never from resolvers/eligibility.py."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tests.oracle import sight
from tests.oracle.readiness import entity, visible
from tests.oracle.tables import Row

if TYPE_CHECKING:
    from tests.oracle.world import World


@dataclass(frozen=True)
class Judged:
    """One incentive: the version judged, the outcome of each rule and of all, the last day."""

    incentive: Row
    rules: dict[str, str]
    outcome: str
    until: date | None


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def judge(world: "World", company: Row, zone: UUID, day: date) -> list[Judged]:
    """Every incentive that can be had in the zone, those that the company qualifies for first."""
    found = [_judged(world, version, company, zone, day) for version in _versions(world, company, zone, day)]
    places = ["ELIGIBLE", "UNKNOWN", "NOT_ELIGIBLE"]
    return sorted(found, key=lambda j: (places.index(j.outcome), j.incentive["name"], j.incentive["code"]))


def _sources(world: "World", company: Row, zone: UUID, day: date) -> set[UUID]:
    found = {zone}
    for near, ids, role, far in (
        ("subject_id", [zone], "PART_OF", "object_id"),
        ("object_id", [zone], "SUPERVISES", "subject_id"),
        ("subject_id", [zone, company["id"]], "PARTICIPATES_IN", "object_id"),
    ):
        for id_ in ids:
            found |= {
                relation[far]
                for relation in visible(world, "relation", near, id_)
                if relation["role"] == role and sight.contains(relation, day)
            }
    return {id_ for id_ in found if entity(world, id_) is not None}


def _versions(world: "World", company: Row, zone: UUID, day: date) -> list[Row]:
    by_code: dict[str, list[Row]] = {}
    for id_ in _sources(world, company, zone, day):
        for row in visible(world, "incentive", "offered_by_id", id_):
            by_code.setdefault(row["code"], []).append(row)

    def nearness(row: Row) -> tuple[int, int]:
        if sight.lasts("incentive", row, day):
            return 0, 0
        if row["valid_until"] is not None and row["valid_until"] < day:
            return 1, (day - row["valid_until"]).days
        return 2, (row["valid_from"] - day).days

    return [min(rows, key=nearness) for rows in by_code.values()]


def _judged(world: "World", law: Row, company: Row, zone: UUID, day: date) -> Judged:
    licences = [
        row
        for row in visible(world, "licence", "holder_id", company["id"])
        if row["type"] in law["licence_types"]
    ]
    valid = [row for row in licences if sight.lasts("licence", row, day)]
    begin = _begin(world, law, licences, company, zone, day)
    end = (
        None
        if begin is None or law["duration_months"] is None
        else months_later(begin, law["duration_months"])
    )
    rules = {
        "PERIOD": _told(sight.lasts("incentive", law, day)),
        "LICENCE": _told(
            not law["licence_types"] or any(row["zone_id"] == zone for row in valid),
            is_open=any(row["zone_id"] is None for row in valid),
        ),
        "SIZE_CLASS": _told(
            not law["size_classes"] or company["size_class"] in law["size_classes"],
            is_open=company["size_class"] is None,
        ),
        "VERTICAL": _told(
            not law["verticals"] or bool(set(law["verticals"]) & set(company["verticals"] or ())),
            is_open=not company["verticals"],
        ),
        "DURATION": _told(
            law["duration_months"] is None or (end is not None and end > day), is_open=end is None
        ),
    }
    if law["conditions"] is not None:
        rules["CONDITIONS"] = "UNKNOWN"
    worst = {"FAIL": "NOT_ELIGIBLE", "UNKNOWN": "UNKNOWN"}
    outcome = next((worst[one] for one in worst if one in rules.values()), "ELIGIBLE")
    ends = [one for one in (law["valid_until"], end and end - timedelta(days=1)) if one is not None]
    return Judged(law, rules, outcome, min(ends, default=None) if outcome == "ELIGIBLE" else None)


def _told(is_met: bool, *, is_open: bool = False) -> str:
    return "PASS" if is_met else "UNKNOWN" if is_open else "FAIL"


def _begin(world: "World", law: Row, licences: list[Row], company: Row, zone: UUID, day: date) -> date | None:
    """From when a relief of limited duration runs; None where the first day is open or there is none."""
    if law["licence_types"]:
        days = [row["issued_on"] for row in licences if row["zone_id"] == zone]
    else:
        days = [
            relation["valid"].lower
            for relation in visible(world, "relation", "subject_id", company["id"])
            if relation["role"] == "TENANT_OF" and relation["object_id"] == zone
        ]
    begun = [one for one in days if one is None or one <= day]
    return None if None in begun else min(begun, default=None)
