"""Incentives, each row a version of one."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.fact
from models.fact_vocabulary import IncentiveKind
from schema.declare import record
from schema.fact import Fact
from schema.fields import column, computed, link, parts
from schema.source import Vertical

if TYPE_CHECKING:
    from schema.entity import Entity


@record("incentive", has_audience=True, has_period=True)
class Incentive(Fact):
    """A version of an incentive; lists give those in force on the day (`asOf`)."""

    code: str = column("The incentive's own key, the same in all its versions.", is_groupable=True)
    kind: IncentiveKind = column("What it gives relief from, or gives.")
    name: str = column("Its name.")
    description: str | None = column("What it grants, in a few sentences.")
    offered_by: Annotated["Entity", strawberry.lazy(".entity")] | None = link(
        "The zone, cluster, program or government body that offers it.", "offered_by_id"
    )
    licence_types: list[str] = column("Licences whose holders qualify (LicenceType); empty: none is needed.")
    size_classes: list[str] = column("Size classes that qualify (SizeClass); empty: all.")
    verticals: list[str] = column("Codes of the fields of business that qualify; empty: all.")
    vertical_details: list[Vertical] = parts(
        "The fields of business that qualify.", "code", ("code",), local="verticals", in_array=True
    )
    conditions: str | None = column("What else is asked of who wants it.")
    relief_percent: Decimal | None = column("How much of the burden falls away, in percent.")
    duration_months: int | None = column("How long one beneficiary enjoys it, in months; null: not limited.")
    legal_reference: str = column("The law, section or rule it rests on.")
    legal_url: str | None = column("Where the law can be read.")
    valid_from: datetime.date | None = column("The first day this version is in force.")
    valid_until: datetime.date | None = column("The last day this version is in force; null: until changed.")
    is_in_force: bool = computed(
        resolvers.fact.is_in_force, "Whether it is in force on the day (`asOf`; of all times: today)."
    )
