"""Licences."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.fact
from models.fact_vocabulary import LicenceStatus, LicenceType
from schema.declare import record
from schema.fact import Fact
from schema.fields import column, computed, link

if TYPE_CHECKING:
    from schema.organization import Organization
    from schema.zone import Zone


@record("licence", has_audience=True, has_period=True)
class Licence(Fact):
    """A licence to develop a zone or to work in one; lists give those held on the day (`asOf`)."""

    holder: Annotated["Organization", strawberry.lazy(".organization")] | None = link(
        "Who holds it.", "holder_id"
    )
    zone: Annotated["Zone", strawberry.lazy(".zone")] | None = link(
        "The zone it is for; null: none in particular.", "zone_id"
    )
    type: LicenceType = column("What it allows.")
    number: str | None = column("Its number in the register.")
    issued_on: datetime.date | None = column("Its first day.")
    expires_on: datetime.date | None = column("Its last day.")
    revoked_on: datetime.date | None = column("The day from which it was taken back.")
    revocation_reason: str | None = column("Why it was taken back.")
    status: LicenceStatus = computed(
        resolvers.fact.licence_status, "Where it stands on the day (`asOf`; of all times: today)."
    )
    is_expired: bool = computed(
        resolvers.fact.is_expired, "Whether its last day lies before the day (`asOf`; of all times: today)."
    )
