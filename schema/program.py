"""Programs."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Program as ProgramModel
from models.vocabulary import ProgramKind, Role
from resolvers.mapping import Direction
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, composite, relation
from schema.organization import Organization
from schema.values import Money

if TYPE_CHECKING:
    from schema.incentive import Incentive
    from schema.skill import ProgramSkill


@entity(ProgramModel)
class Program(Entity):
    """A program, scheme or research project, with its dates, money and conditions."""

    program_kind: ProgramKind = column("What it does.")
    opens_on: datetime.date | None = column("From when one can apply.")
    closes_on: datetime.date | None = column("The last day to apply.")
    starts_on: datetime.date | None = column("Its first day.")
    ends_on: datetime.date | None = column("Its last day.")
    budget: Money | None = composite(
        "The money it has; ordered and summed in one currency only (`budgetCurrency`).",
        {"amount": "budget_amount", "currency": "budget_currency"},
        test="amount",
        sort="amount",
        unit="budgetCurrency",
    )
    budget_currency: str | None = column("ISO 4217 code of the budget's currency.", is_groupable=True)
    fields: list[str] = column("ISCED-F 2013 codes of its fields of education and training.")
    eligibility: str | None = column("Who can take part.")
    participants: Connection[Entity] = relation(
        Role.PARTICIPATES_IN, description="Who takes part.", direction=Direction.IN
    )
    run_by: Connection[Organization] = relation(Role.RUNS, description="Who runs it.", direction=Direction.IN)
    funded_by: Connection[Organization] = relation(
        Role.FUNDS, description="Who pays for it.", direction=Direction.IN
    )
    skills: Connection[Annotated["ProgramSkill", strawberry.lazy(".skill")]] = children(
        "The skills it seeks.", "program_id"
    )
    incentives: Connection[Annotated["Incentive", strawberry.lazy(".incentive")]] = children(
        "Incentives it offers on the day.", "offered_by_id"
    )
