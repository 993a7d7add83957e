"""What the rules of the tables say in words, for whoever wrote a row that breaks one: by an API or in a file.

Only rules that a writer can meet by knowing them; what else PostgreSQL refuses is told in general by
resolvers/writes.py and exchange/refusal.py.
"""

from dataclasses import dataclass

import asyncpg

from resolvers.errors import Code

_IN_ORDER = {
    "ck_licence_period": ("issuedOn", "expiresOn"),
    "ck_licence_revoked_on": ("issuedOn", "revokedOn"),
    "ck_incentive_period": ("validFrom", "validUntil"),
    "ck_need_period": ("opensOn", "closesOn"),
    "ck_directive_due_on": ("issuedOn", "dueOn"),
    "ck_directive_fulfilled_on": ("issuedOn", "fulfilledOn"),
    "ck_commitment_due_on": ("madeOn", "dueOn"),
    "ck_commitment_fulfilled_on": ("madeOn", "fulfilledOn"),
}
"""Constraints by which one date does not come before another: the two fields."""
_APART = {
    "ex_zone_status_period": (
        "By one source the zone has two statuses at one time.",
        "Give the earlier one an until that lies before the since of the later one.",
        "statuses",
    ),
    "ex_relation_holder": (
        "The post has another holder in this period, and says that it has one at a time.",
        "End the other relation first, or leave isExclusive out where several hold the post.",
        None,
    ),
    "ex_incentive_versions": (
        "Another version of the incentive's code is in force in this period.",
        "Give the earlier version a validUntil that lies before the validFrom of the later one.",
        "validFrom",
    ),
}
"""Constraints by which periods do not overlap: what overlaps, what to do, and the field."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a row breaks, as a client is told."""

    code: Code
    message: str
    hint: str
    field: str | None


def broken(error: asyncpg.PostgresError) -> Broken | None:
    """The rule for which PostgreSQL raised this error; None for one that is told in general."""
    name = getattr(error, "constraint_name", None)
    if name in _IN_ORDER:
        first, then = _IN_ORDER[name]
        hint = f"Give a {then} that is not before {first}, or leave one of the two out."
        return Broken(Code.DATES_OUT_OF_ORDER, f"{then} is before {first}.", hint, then)
    if name in _APART:
        return Broken(Code.PERIODS_OVERLAP, *_APART[name])
    return None


def rule_names() -> frozenset[str]:
    """The constraints that have words of their own."""
    return frozenset(_IN_ORDER) | frozenset(_APART)
