"""What the rules of the tables say in words, for whoever wrote a row that breaks one: by an API or in a file.

Only rules that a writer can meet by knowing them; what else PostgreSQL refuses is told in general by
resolvers/writes.py and exchange/refusal.py.
"""

from dataclasses import dataclass

import asyncpg

from models.fact_vocabulary import LicenceType
from models.vocabulary import SizeClass
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
_NOTHING_PAID = "Give an amount above zero, or leave it out where it is not known."
_OUT_OF_RANGE = {
    "ck_funding_round_amount": ("amount is not above zero.", _NOTHING_PAID, "amount"),
    "ck_funding_round_investor_amount": ("amount is not above zero.", _NOTHING_PAID, "amount"),
    "ck_need_amount": ("amount is not above zero.", _NOTHING_PAID, "amount"),
    "ck_need_places": ("places is not above zero.", "Give 1 or more.", "places"),
    "ck_export_statistic_amount": ("amount is below zero.", "Give zero or more.", "amount"),
    "ck_export_statistic_year": ("This is no year of exports.", "Give one from 1900 to 2200.", "year"),
    "ck_incentive_duration_months": (
        "durationMonths is not above zero.",
        "Give 1 or more, or leave it out where the relief has no end.",
        "durationMonths",
    ),
    "ck_incentive_relief_percent": (
        "reliefPercent is not a share of what is due.",
        "Give a number above 0 and up to 100.",
        "reliefPercent",
    ),
    "ck_incentive_licence_types": (
        "One of licenceTypes is no type of licence.",
        f"Each is one of {', '.join(LicenceType)}.",
        "licenceTypes",
    ),
    "ck_incentive_size_classes": (
        "One of sizeClasses is no size of a company.",
        f"Each is one of {', '.join(SizeClass)}.",
        "sizeClasses",
    ),
}
"""Constraints on a value by itself: what is wrong, what would be right, and the field."""
_TOGETHER = {
    "ck_licence_revocation_reason": (
        "revocationReason stands without revokedOn.",
        "Give revokedOn too, or empty revocationReason.",
        "revocationReason",
    ),
    "ck_directive_fulfilled": (
        "fulfilledOn stands beside another status than FULFILLED.",
        "Give the status FULFILLED, or empty fulfilledOn.",
        "fulfilledOn",
    ),
    "ck_commitment_fulfilled": (
        "fulfilledOn stands beside another status than FULFILLED.",
        "Give the status FULFILLED, or empty fulfilledOn.",
        "fulfilledOn",
    ),
    "ck_commitment_origin": (
        "meeting, agreement and directive: more than one of them is given.",
        "Keep the one from which the commitment came, and empty the others.",
        "meeting",
    ),
    "ck_commitment_two_sides": (
        "Who commits and to whom are the same.",
        "Name another one in madeTo, or leave it out.",
        "madeTo",
    ),
    "ck_export_statistic_of_something": (
        "Nothing says whose exports these are.",
        "Give one at least of vertical, company, zone and origin.",
        "vertical",
    ),
    "ck_skill_broader": (
        "The skill is its own broader one.",
        "Name another one, or leave it out.",
        "broader",
    ),
}
"""Constraints on fields that do not go together: what is wrong, what to do, and the field."""
_CODES = {
    "fk_commitment_subdivision": "subdivision",
    "fk_export_statistic_market": "market",
    "fk_export_statistic_origin": "origin",
    "fk_need_country": "country",
    "fk_need_subdivision": "subdivision",
}
"""Constraints by which a code is that of a region that is here: the field."""
_TAKEN = {"uq_skill_scheme_code": ("The scheme has another skill with this code.", "code")}
"""Constraints by which something is there once: what is wrong, and the field."""


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
    if name in _OUT_OF_RANGE:
        return Broken(Code.VALUE_INVALID, *_OUT_OF_RANGE[name])
    if name in _TOGETHER:
        return Broken(Code.FIELDS_DISAGREE, *_TOGETHER[name])
    if name in _CODES:
        hint = "Give a code of ISO 3166, such as PK or PK-SD; `regions` lists them."
        return Broken(Code.UNKNOWN_CODE, "There is no such region.", hint, _CODES[name])
    if name in _TAKEN:
        message, field = _TAKEN[name]
        return Broken(Code.IDENTIFIER_TAKEN, message, "Give its slug, to change that one.", field)
    return None


def rule_names() -> frozenset[str]:
    """The constraints that have words of their own."""
    return frozenset().union(_IN_ORDER, _APART, _OUT_OF_RANGE, _TOGETHER, _CODES, _TAKEN)
