"""Rounds of funding, and the investors' parts in them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models.fact_vocabulary import RoundStage
from schema.declare import record
from schema.entity import Entity
from schema.fact import Fact
from schema.fields import Connection, children, column, composite, link
from schema.source import Source
from schema.values import MONEY, PARTIAL_DATE, Money, PartialDate

if TYPE_CHECKING:
    from schema.company import Company


@record("funding_round", has_audience=True)
class FundingRound(Fact):
    """Money that a company took in at one time."""

    company: Annotated["Company", strawberry.lazy(".company")] | None = link("Who took it in.", "company_id")
    stage: RoundStage = column("What kind of round it was.")
    amount: Money | None = composite(
        "How much it was; null: not disclosed.", MONEY, test="amount", sort="amount", unit="currency"
    )
    currency: str | None = column("ISO 4217 code of the amount's currency.", is_groupable=True)
    announced_on: PartialDate | None = composite(
        "When it was announced.", PARTIAL_DATE, test="date", sort="date"
    )
    investors: Connection[Annotated["Investment", strawberry.lazy(".funding_round")]] = children(
        "Who put money in.", "round_id"
    )


@record("funding_round_investor", has_audience=True)
class Investment:
    """An investor's part in a round."""

    id: strawberry.ID = column("Its id.")
    round: FundingRound | None = link("The round.", "round_id")
    investor: Entity | None = link("Who put money in.", "investor_id")
    is_lead: bool = column("Whether the investor led the round.")
    amount: Money | None = composite(
        "The investor's own share, where it is known.", MONEY, test="amount", sort="amount", unit="currency"
    )
    currency: str | None = column("ISO 4217 code of the amount's currency.", is_groupable=True)
    source: Source | None = link("Who says so.", "source_id")
