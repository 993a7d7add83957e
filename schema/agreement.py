"""Agreements."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.agreement
from models import Agreement as AgreementModel
from models.vocabulary import AgreementStatus, AgreementType, Role
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, composite, computed, relation
from schema.organization import Organization
from schema.values import PARTIAL_DATE, PartialDate

if TYPE_CHECKING:
    from schema.directive import Commitment


@entity(AgreementModel)
class Agreement(Entity):
    """A memorandum, contract, joint venture or other agreement."""

    type: AgreementType = column("Its form.")
    status: AgreementStatus | None = column("Where it stands.", name="agreement_status")
    signed_on: PartialDate | None = composite("When it was signed.", PARTIAL_DATE, test="date", sort="date")
    valid_from: datetime.date | None = column("The first day it is in force.")
    valid_until: datetime.date | None = column("The last day it is in force.")
    is_in_force: bool | None = computed(
        resolvers.agreement.is_in_force,
        "Whether its validity contains the day (`asOf`; of all times: today); null: no end of it is known.",
    )
    parties: Connection[Organization] = relation(Role.PARTY_TO, description="Who agreed.")
    commitments: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised in it.", "agreement_id"
    )
