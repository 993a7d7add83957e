"""Small objects made of columns: partial dates, points, money, areas."""

import datetime
from decimal import Decimal

import strawberry

from models.vocabulary import AreaUnit, DatePrecision


@strawberry.type(description="A date that may be known only to its month or year.")
class PartialDate:
    """Two columns: `<name>` and `<name>_precision`."""

    date: datetime.date = strawberry.field(description="The date; the first day of a month or year.")
    precision: DatePrecision | None = strawberry.field(
        description="How precisely it is known; null: to the day."
    )


@strawberry.type(description="A place on the globe, WGS 84.")
class GeoPoint:
    """Columns `latitude` and `longitude`."""

    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")


@strawberry.type(description="An amount in a currency; never converted.")
class Money:
    """Columns `<name>_amount` and `<name>_currency`."""

    amount: Decimal = strawberry.field(description="The amount, exact.")
    currency: str | None = strawberry.field(description="ISO 4217 code.")


@strawberry.type(description="An area as its source states it, and in square metres.")
class Area:
    """Columns `area_value`, `area_unit` and the generated `area_m2`."""

    value: Decimal = strawberry.field(description="The number as stated.")
    unit: AreaUnit | None = strawberry.field(description="The unit as stated.")
    square_metres: Decimal | None = strawberry.field(description="Normalised to square metres.")


PARTIAL_DATE = {"date": "{name}", "precision": "{name}_precision"}
MONEY = {"amount": "{name}", "currency": "currency"}
"""Money of a fact, whose columns are `amount` and `currency`."""
