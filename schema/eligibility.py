"""Whether a company qualifies for the incentives of a zone, as clients read it.

What each rule asks is resolvers/eligibility.py's business; docs/analysis.md says it in words.
"""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.analysis_vocabulary import Eligibility, EligibilityRule, RuleOutcome
from resolvers import eligibility, mapping
from resolvers.eligibility import MOST_INCENTIVES
from schema.build import argument
from schema.connection import AS_OF, KNOWN_AT
from schema.declare import computed_record
from schema.derived import derived, record, scalar
from schema.inputs import EntityRef

if TYPE_CHECKING:
    from schema.company import Company
    from schema.incentive import Incentive
    from schema.zone import Zone

ELIGIBILITY = mapping.Derived(
    "CompanyEligibility",
    eligibility.company,
    eligibility.PRICE,
    references={"company": "Company", "zone": "Zone"},
)
_INCENTIVES = mapping.Derived("IncentiveEligibility", eligibility.incentives, 0, most=MOST_INCENTIVES)
_RULES = mapping.Derived("RuleJudgement", eligibility.rules, 0, length=len(EligibilityRule))
ARGUMENTS = [
    argument("company", EntityRef, "The company: by id, slug or identifier."),
    argument("zone", EntityRef, "The zone: by id, slug or identifier."),
    AS_OF,
    KNOWN_AT,
]


@computed_record
class RuleJudgement:
    """What one rule of an incentive asks, and whether the company meets it."""

    rule: EligibilityRule = scalar("The rule.")
    outcome: RuleOutcome = scalar("Whether it is met.")
    reason: str = scalar("Why, in a sentence.")
    legal_reference: str = scalar("The law that the rule rests on.")


@computed_record
class IncentiveEligibility:
    """Whether the company qualifies for one incentive."""

    incentive: Annotated["Incentive", strawberry.lazy(".incentive")] | None = record(
        "The version of the incentive that was judged: that of the day, else the one nearest to it."
    )
    outcome: Eligibility = scalar("The outcome of all rules together.")
    eligible_until: datetime.date | None = scalar(
        "The last day on which it still qualifies, if nothing else changes; null: no end is known, or it "
        "does not qualify."
    )
    days_left: int | None = scalar("Days from the day to that last one.")
    missing: list[str] = scalar("Why each rule that is not met, or not known, is not.")
    rules: list[RuleJudgement] = derived(_RULES, "The rules one by one.")


@computed_record
class CompanyEligibility:
    """What a company can have in a zone on a day, by the records that you may see."""

    company: Annotated["Company", strawberry.lazy(".company")] | None = record("The company.")
    zone: Annotated["Zone", strawberry.lazy(".zone")] | None = record("The zone.")
    as_of: datetime.date = scalar("The day it was judged for.")
    incentives: list[IncentiveEligibility] = derived(
        _INCENTIVES,
        "Incentives of the zone, of clusters it is in, of bodies that supervise it and of programs that it "
        "or the company takes part in: those it qualifies for first, then those not known, then the others.",
        [argument("first", int, f"How many, 1 to {MOST_INCENTIVES}.", 50)],
    )
