"""Programs."""

import datetime

from models import Program as ProgramModel
from models.vocabulary import ProgramKind, Role
from resolvers.mapping import Direction
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, column, composite, relation
from schema.organization import Organization
from schema.values import Money


@entity(ProgramModel)
class Program(Entity):
    """A program, scheme or research project, with its dates, money and conditions."""

    program_kind: ProgramKind = column("What it does.")
    opens_on: datetime.date | None = column("From when one can apply.")
    closes_on: datetime.date | None = column("The last day to apply.")
    starts_on: datetime.date | None = column("Its first day.")
    ends_on: datetime.date | None = column("Its last day.")
    budget: Money | None = composite(
        "The money it has; ordered by amount alone, so fix the currency in where.",
        {"amount": "budget_amount", "currency": "budget_currency"},
        test="amount",
        sort="amount",
    )
    fields: list[str] = column("ISCED-F 2013 codes of its fields of education and training.")
    eligibility: str | None = column("Who can take part.")
    participants: Connection[Entity] = relation(
        Role.PARTICIPATES_IN, description="Who takes part.", direction=Direction.IN
    )
    run_by: Connection[Organization] = relation(Role.RUNS, description="Who runs it.", direction=Direction.IN)
    funded_by: Connection[Organization] = relation(
        Role.FUNDS, description="Who pays for it.", direction=Direction.IN
    )
