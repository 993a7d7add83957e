"""The scalars of values that JSON has no type for: how clients write and read them.

Reading and printing are Strawberry's. Descriptions are for whoever maps them in a client (docs/clients.md); a
number that JSON may have rounded is no Decimal. What a value means to a field is the field's business.
"""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition, DecimalDefinition
from strawberry.types.scalar import ScalarDefinition

RFC_3339 = "https://www.rfc-editor.org/rfc/rfc3339"


def _exact(value: object) -> Any:
    """The decimal number; refuses a floating-point number with more digits than such numbers keep.

    A text with 15 significant digits or fewer survives becoming a double and back (IEEE 754); with more, what
    came may not be what was written.
    """
    assert DecimalDefinition.parse_value is not None
    number = DecimalDefinition.parse_value(value)
    if isinstance(value, float) and len(number.normalize().as_tuple().digits) > sys.float_info.dig:
        raise StrawberryInputCoercionError(
            f"A number with more than {sys.float_info.dig} digits may be rounded on its way: "
            'send it as a text, such as "12345678901234567.89".'
        )
    return number


def _instant(value: object) -> Any:
    """The instant; refuses one that is, in UTC, in none of the years that it can be told in."""
    assert DateTimeDefinition.parse_value is not None
    found = DateTimeDefinition.parse_value(value)
    try:
        return found if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise StrawberryInputCoercionError(
            "The instant is, in UTC, before the year 1 or after 9999: give one between them."
        ) from None


SCALARS: dict[object, ScalarDefinition] = {
    date: replace(
        DateDefinition, description="A day, such as `2021-09-11`.", specified_by_url=f"{RFC_3339}#section-5.6"
    ),
    datetime: replace(
        DateTimeDefinition,
        description="An instant, such as `2021-09-11T08:30:00Z`; without a zone, and in answers, it is UTC.",
        specified_by_url=RFC_3339,
        parse_value=_instant,
    ),
    Decimal: replace(
        DecimalDefinition,
        description='A decimal number as a text with every digit, such as `"150.25"`. '
        "Numbers without quotes are taken where they have at most 15 digits.",
        parse_value=_exact,
    ),
}
"""Python type -> scalar."""
