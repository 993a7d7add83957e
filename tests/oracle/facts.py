"""The computed fields of facts and agreements by table and name; each takes the tables, the row and the day.

Written from the rules of the documentation, never from resolvers/fact.py.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.oracle import sight
from tests.oracle.tables import Row, Tables


def _status(_: Tables, row: Row, day: date) -> str:
    if row["revoked_on"] is not None and row["revoked_on"] <= day:
        return "REVOKED"
    if _is_expired(_, row, day):
        return "EXPIRED"
    return "PENDING" if row["issued_on"] is not None and row["issued_on"] > day else "VALID"


def _is_expired(_: Tables, row: Row, day: date) -> bool:
    return row["expires_on"] is not None and row["expires_on"] < day


def _is_overdue(_: Tables, row: Row, day: date) -> bool:
    if row["due_on"] is None or row["due_on"] >= day:
        return False
    return row["status"] == "OPEN" or (row["fulfilled_on"] is not None and row["fulfilled_on"] > day)


def _days_overdue(tables: Tables, row: Row, day: date) -> int | None:
    return (day - row["due_on"]).days if _is_overdue(tables, row, day) else None


def _is_in_force(_: Tables, row: Row, day: date) -> bool:
    return sight.lasts("incentive", row, day)


def _is_agreed(_: Tables, row: Row, day: date) -> bool | None:
    first, last = row["valid_from"], row["valid_until"]
    if first is None and last is None:
        return None
    return (first is None or first <= day) and (last is None or day <= last)


def _is_open(_: Tables, row: Row, day: date) -> bool:
    has_begun = row["opens_on"] is None or row["opens_on"] <= day
    return has_begun and (row["closes_on"] is None or day <= row["closes_on"])


def _market_groups(tables: Tables, row: Row, _: date) -> list[str]:
    return sorted(
        group["code"] for group in tables.rows["market_group"] if row["market"] in group["countries"]
    )


COMPUTED: Mapping[tuple[str, str], Callable[[Tables, Row, date], Any]] = {
    ("licence", "status"): _status,
    ("licence", "is_expired"): _is_expired,
    ("incentive", "is_in_force"): _is_in_force,
    ("entity", "is_in_force"): _is_agreed,
    ("directive", "is_overdue"): _is_overdue,
    ("directive", "days_overdue"): _days_overdue,
    ("commitment", "is_overdue"): _is_overdue,
    ("commitment", "days_overdue"): _days_overdue,
    ("need", "is_open"): _is_open,
    ("export_statistic", "market_groups"): _market_groups,
}
