"""Export statistics, and the groups of markets they are added up by."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.fact
from schema.declare import record
from schema.fact import Fact
from schema.fields import Connection, children, column, composite, computed, link, parts
from schema.source import Region, Vertical
from schema.values import MONEY, Money

if TYPE_CHECKING:
    from schema.company import Company
    from schema.zone import Zone


@record("export_statistic", has_audience=True)
class ExportStatistic(Fact):
    """What was sold to a market in a year, of a vertical, a company, a zone or a region."""

    year: int = column("The year; of a fiscal year the one in which it ends.", is_groupable=True)
    is_fiscal_year: bool = column("Whether the year is a fiscal year.")
    market: str = column("ISO 3166-1 code of the country that it was sold to.", is_groupable=True)
    market_region: Region | None = link("The country that it was sold to.", "market", "code")
    market_groups: list[str] = computed(
        resolvers.fact.market_groups, "Codes of the market groups that the country belongs to, such as GCC."
    )
    origin: str | None = column("ISO 3166 code of where it was sold from.", is_groupable=True)
    vertical: str | None = column("Code of the field of business.", is_groupable=True)
    vertical_detail: Vertical | None = link("The field of business.", "vertical", "code")
    company: Annotated["Company", strawberry.lazy(".company")] | None = link(
        "The company; null: not of one company.", "company_id"
    )
    zone: Annotated["Zone", strawberry.lazy(".zone")] | None = link(
        "The zone; null: not of one zone.", "zone_id"
    )
    amount: Money = composite(
        "What was sold, exact and never converted.", MONEY, test=None, sort="amount", unit="currency"
    )
    currency: str = column("ISO 4217 code of the amount's currency.", is_groupable=True)


@record("market_group", key=("code",))
class MarketGroup:
    """Countries that are spoken of as one market."""

    code: str = column("Its code, such as GCC.")
    label: str = column("Its name.")
    description: str = column("Which countries it means.")
    countries: list[str] = column("ISO 3166-1 codes of its countries.")
    country_details: list[Region] = parts(
        "Its countries.", "code", ("code",), local="countries", in_array=True
    )
    exports: Connection[ExportStatistic] = children(
        "What was sold to its countries.", "market", "countries", in_array=True
    )


@record("currency", key=("code",))
class Currency:
    """A currency of ISO 4217."""

    code: str = column("Its code, such as PKR.")
    name: str = column("Its name.")
