"""World time: asOf on relations, statuses and validities, and dates that are known to their year or month.

That generated operations at random days answer by these rules is shown by tests/test_oracle.py; here is each
rule on both sides of its limit, from a line of an import to the answer.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from models.database import Database
from tests.conftest import run
from tests.imports import codes, imported

ZONE = {"kind": "ZONE", "slug": "z", "name": "Zone", "regime": "STZ", "modality": "GEOGRAPHICAL"}
COMPANY = {"kind": "COMPANY", "slug": "c", "name": "Company"}
PERSON = {"kind": "EXPERT", "slug": "p", "name": "Person"}
SCHOOL = {"kind": "UNIVERSITY", "slug": "u", "name": "University", "type": "PUBLIC"}

Answer = Callable[..., Awaitable[Any]]
Load = Callable[..., Awaitable[None]]


@pytest.fixture
async def load(fresh_dsn: str) -> Load:
    """Imports lines; each of them must be good."""

    async def load(*lines: object) -> None:
        assert codes(await imported(fresh_dsn, *lines)) == []

    return load


@pytest.fixture
async def answer(fresh_dsn: str) -> AsyncIterator[Answer]:
    """Asks for the data of an operation, which must have no errors."""
    database = Database(fresh_dsn)
    await database.open()

    async def ask(query: str, **variables: Any) -> Any:
        found = await run(database, query, variables)
        assert "errors" not in found, found["errors"]
        return found["data"]

    yield ask
    await database.close()


PERIODS: tuple[tuple[dict[str, str], dict[str, bool], tuple[str | None, str | None, str]], ...] = (
    ({"since": "2021"}, {"2020-12-31": False, "2021-01-01": True, "2021-12-31": True, "2030-06-01": True},
     ("2021-01-01", None, "YEAR")),
    ({"until": "2021"}, {"1900-01-01": True, "2021-01-01": True, "2021-12-31": True, "2022-01-01": False},
     (None, "2021-12-31", "YEAR")),
    ({"since": "2021", "until": "2021"},
     {"2020-12-31": False, "2021-01-01": True, "2021-12-31": True, "2022-01-01": False},
     ("2021-01-01", "2021-12-31", "YEAR")),
    ({"since": "2021-09"}, {"2021-08-31": False, "2021-09-01": True, "2021-09-30": True},
     ("2021-09-01", None, "MONTH")),
    ({"until": "2024-02"}, {"2024-02-01": True, "2024-02-29": True, "2024-03-01": False},
     (None, "2024-02-29", "MONTH")),
    ({"until": "2023-02"}, {"2023-02-28": True, "2023-03-01": False}, (None, "2023-02-28", "MONTH")),
    ({"since": "2021-12", "until": "2022"},
     {"2021-11-30": False, "2021-12-01": True, "2022-12-31": True, "2023-01-01": False},
     ("2021-12-01", "2022-12-31", "YEAR")),
    ({"since": "2021-09-11", "until": "2021-09-12"},
     {"2021-09-10": False, "2021-09-11": True, "2021-09-12": True, "2021-09-13": False},
     ("2021-09-11", "2021-09-12", "DAY")),
    ({}, {"0001-01-01": True, "9999-12-31": True}, (None, None, "DAY")),
)  # fmt: skip
named = pytest.mark.parametrize(
    ("period", "days", "shown"),
    PERIODS,
    ids=["-".join(period.values()) or "always" for period, *_ in PERIODS],
)

WAYS = """query ($day: Date) {
  company(by: {slug: "c"}, asOf: $day) {
    zones { totalCount nodeCount edges { since until precision } }
    relations { totalCount }
  }
  zone(by: {slug: "z"}, asOf: $day) { status companies { totalCount } }
  zones(asOf: $day, where: {companies: {some: {slug: {eq: "c"}}}}) { totalCount }
  none: zones(asOf: $day, where: {companies: {none: {}}}) { totalCount }
  noted: zones(asOf: $day, where: {status: {eq: NOTIFIED}}) { totalCount }
  groups: zones(asOf: $day) { groupBy(by: [STATUS]) { keys { status } count } }
}"""


@named
async def test_a_date_known_to_its_year_or_month_is_its_whole_period(
    load: Load, answer: Answer, period: dict[str, str], days: dict[str, bool], shown: tuple[str | None, ...]
) -> None:
    tenancy = {"role": "TENANT_OF", "to": {"slug": "z"}, **period}
    await load(ZONE | {"statuses": [{"status": "NOTIFIED", **period}]}, COMPANY | {"relations": [tenancy]})
    since, until, precision = shown
    for day, holds in days.items():
        found = await answer(WAYS, day=day)
        edges = [{"since": since, "until": until, "precision": precision}] if holds else []
        count = {"totalCount": int(holds)}
        assert found["company"] == {
            "zones": {"totalCount": int(holds), "nodeCount": int(holds), "edges": edges},
            "relations": count,
        }, day
        status = "NOTIFIED" if holds else None
        assert found["zone"] == {"status": status, "companies": count}, day
        assert (found["zones"], found["noted"]) == (count, count), day
        assert found["none"] == {"totalCount": int(not holds)}, day
        assert found["groups"] == {"groupBy": [{"keys": {"status": status}, "count": 1}]}, day
    always = await answer(WAYS, day=None)
    assert always["company"]["zones"]["totalCount"] == 1
    assert always["zone"]["status"] == "NOTIFIED"


async def test_a_state_ends_and_an_event_stays(load: Load, answer: Answer) -> None:
    relations = [
        {"role": "EMPLOYED_BY", "to": {"slug": "c"}, "since": "2015", "until": "2018"},
        {"role": "FOUNDED", "to": {"slug": "c"}, "since": "2015", "until": "2015"},
        {"role": "STUDIED_AT", "to": {"slug": "u"}, "since": "2010", "until": "2014"},
    ]
    await load(COMPANY, SCHOOL, PERSON | {"relations": relations})
    query = """query ($day: Date) {
      company(by: {slug: "c"}, asOf: $day) {
        experts { edges { role } } employed: experts(role: [EMPLOYED_BY]) { totalCount }
        founders { totalCount }
      }
      university(by: {slug: "u"}, asOf: $day) { alumni { totalCount } }
      expert(by: {slug: "p"}, asOf: $day) { relations { totalCount } }
      companies(asOf: $day, where: {experts: {some: {}}}) { totalCount }
    }"""
    for day, employed, founded, studied in (
        ("2009-12-31", 0, 0, 0), ("2010-01-01", 0, 0, 1), ("2014-12-31", 0, 0, 1), ("2015-01-01", 1, 1, 1),
        ("2018-12-31", 1, 1, 1), ("2019-01-01", 0, 1, 1), ("2090-01-01", 0, 1, 1), (None, 1, 1, 1),
    ):  # fmt: skip
        found = await answer(query, day=day)
        roles = ["EMPLOYED_BY"] * employed + ["FOUNDED"] * founded
        company = found["company"]
        assert sorted(edge["role"] for edge in company["experts"]["edges"]) == roles, day
        assert company["employed"]["totalCount"] == employed, day
        assert company["founders"]["totalCount"] == founded, day
        assert found["university"]["alumni"]["totalCount"] == studied, day
        assert found["expert"]["relations"]["totalCount"] == employed + founded + studied, day
        assert found["companies"]["totalCount"] == int(employed + founded > 0), day


async def test_nested_fields_and_filters_inherit_the_nearest_day(load: Load, answer: Answer) -> None:
    tenancy = {"role": "TENANT_OF", "to": {"slug": "z"}, "since": "2020", "until": "2020"}
    employed = {"role": "EMPLOYED_BY", "to": {"slug": "c"}, "since": "2020", "until": "2020"}
    await load(ZONE, COMPANY | {"relations": [tenancy]}, PERSON | {"relations": [employed]})
    inner = "companies%s { totalCount nodes { experts { totalCount } } }"
    both, neither = (
        {"totalCount": 1, "nodes": [{"experts": {"totalCount": 1}}]},
        {"totalCount": 0, "nodes": []},
    )
    for outer, own, expected in (
        ('"2020-06-01"', "", both),
        ("null", "", both),
        ('"2021-06-01"', "", neither),
        ('"2021-06-01"', '(asOf: "2020-06-01")', both),
        ('"2021-06-01"', "(asOf: null)", both),
        ('"2020-06-01"', '(asOf: "2021-06-01")', neither),
        (None, "", neither),
        (None, "(asOf: null)", both),
    ):
        given = "" if outer is None else f", asOf: {outer}"
        found = await answer(f'{{ zone(by: {{slug: "z"}}{given}) {{ {inner % own} }} }}')
        assert found["zone"]["companies"] == expected, (outer, own)
    # The middle list turns the day for what is below it, for its own filter, and for nothing beside it.
    found = await answer(
        """{ zone(by: {slug: "z"}, asOf: "2021-06-01") {
          then: companies(asOf: "2020-06-01", where: {experts: {some: {}}}) {
            nodes { experts { totalCount } now: experts(asOf: "2021-06-01") { totalCount } }
          }
          companies { totalCount }
        } }"""
    )
    node = {"experts": {"totalCount": 1}, "now": {"totalCount": 0}}
    assert found["zone"] == {"then": {"nodes": [node]}, "companies": {"totalCount": 0}}


@pytest.mark.parametrize(
    ("validity", "days"),
    [
        (("2021-01-01", "2021-12-31"),
         {"2020-12-31": False, "2021-01-01": True, "2021-12-31": True, "2022-01-01": False}),
        (("2021-01-01", None), {"2020-12-31": False, "2021-01-01": True, "2090-01-01": True}),
        ((None, "2021-12-31"), {"1900-01-01": True, "2021-12-31": True, "2022-01-01": False}),
        ((None, None), {"2021-01-01": None}),
    ],
)  # fmt: skip
async def test_an_agreement_is_in_force_while_it_is_valid(
    load: Load, answer: Answer, validity: tuple[str | None, str | None], days: dict[str, bool | None]
) -> None:
    ends = dict(zip(("validFrom", "validUntil"), validity, strict=True))
    line = {"kind": "AGREEMENT", "slug": "a", "name": "Agreement", "type": "MOU"}
    await load(line | {name: day for name, day in ends.items() if day is not None})
    query = """query ($day: Date) { agreement(by: {slug: "a"}, asOf: $day) { isInForce }
        yes: agreements(asOf: $day, where: {isInForce: {eq: true}}) { totalCount }
        no: agreements(asOf: $day, where: {isInForce: {eq: false}}) { totalCount } }"""
    for day, holds in days.items():
        found = await answer(query, day=day)
        assert found["agreement"] == {"isInForce": holds}, day
        assert found["yes"]["totalCount"] == (holds is True), day
        assert found["no"]["totalCount"] == (holds is False), day
