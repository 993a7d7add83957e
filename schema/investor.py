"""Investors."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Investor as InvestorModel
from models.vocabulary import InvestorType, Role
from schema.declare import entity
from schema.fields import Connection, column, relation
from schema.organization import Organization

if TYPE_CHECKING:
    from schema.company import Company


@entity(InvestorModel)
class Investor(Organization):
    """Who invests in companies."""

    type: InvestorType | None = column("What kind of investor it is.")
    verticals: list[str] = column(
        "Codes of the fields of business it invests in.", lookup="entity_ids_in_verticals"
    )
    portfolio: Connection[Annotated["Company", strawberry.lazy(".company")]] = relation(
        Role.INVESTED_IN, description="Companies it put money into."
    )
