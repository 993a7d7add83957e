"""A stated value: from the text of an assertion to what the field's column can hold.

Each field takes what its column takes, in the same spelling as the API gives it. Who may state what is
resolvers/truth.py.
"""

import json
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Numeric
from sqlalchemy.dialects.postgresql import ARRAY

from models import Entity, FactColumns, kind_models
from models.vocabulary import Kind, Vocabulary
from resolvers.errors import BadUserInput
from resolvers.writes import checked_text

MOST_DIGITS = 40
"""More digits than any amount of money or land has."""
MOST_ITEMS = 250
LARGEST_INT = 2**31 - 1
CURRENCY = re.compile(r"[A-Z]{3}")


def stated(columns: FactColumns, kind: str, text: str | None, unit: str | None) -> tuple[str, str | None]:
    """The value as JSON text and its unit; raises BAD_USER_INPUT for what the field cannot hold."""
    if Kind(kind) not in columns.kinds:
        raise BadUserInput(
            f"A record of kind {kind} has no field {columns.code}.",
            hint=f"{columns.code} is a field of {', '.join(columns.kinds)}.",
        )
    declared = kind_models()[Kind(kind)].declared
    info = declared.get(columns.value) or Entity.__table__.c[columns.value].info
    if text is None:
        if info.get("required") or unit is not None:
            raise BadUserInput(
                f"{columns.code} needs a value." if info.get("required") else "A unit needs a value.",
                hint="Give value, or leave both out to say that there is none.",
            )
        return "null", None
    return _json(columns, text, info.get("enum")), _unit(columns, unit, declared)


def _json(columns: FactColumns, text: str, vocabulary: type[Vocabulary] | None) -> str:
    type_ = Entity.__table__.c[columns.value].type
    text = checked_text(text, "value")
    if isinstance(type_, ARRAY):
        return json.dumps(_items(text), ensure_ascii=False)
    if isinstance(type_, Numeric | Integer):
        return _number(text, columns.code, is_whole=isinstance(type_, Integer))
    if isinstance(type_, Boolean):
        return _among(text, ("true", "false"), columns.code)
    if isinstance(type_, Date):
        try:
            return json.dumps(date.fromisoformat(text).isoformat())
        except ValueError:
            raise BadUserInput(
                f"{columns.code} is a date.", hint="Write 2026-01-31; for a year 2026-01-01 with unit YEAR."
            ) from None
    if vocabulary is not None:
        return json.dumps(_among(text, tuple(str(term) for term in vocabulary), columns.code))
    return json.dumps(text, ensure_ascii=False)


def _number(text: str, code: str, *, is_whole: bool) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or len(number.as_tuple().digits) > MOST_DIGITS:
        raise BadUserInput(
            f"{code} is a number of at most {MOST_DIGITS} digits, zero or more.", hint='Write "150.50".'
        )
    if abs(number.adjusted()) > MOST_DIGITS or (is_whole and (number % 1 or number > LARGEST_INT)):
        raise BadUserInput(
            f"{code} is {'a whole number up to 2,147,483,647' if is_whole else 'not that large or small'}.",
            hint='Write "150".',
        )
    return format(number.quantize(Decimal(1)) if is_whole else number, "f")


def _items(text: str) -> list[str]:
    try:
        items: Any = json.loads(text)
    except ValueError:
        items = None
    if (
        not isinstance(items, list)
        or len(items) > MOST_ITEMS
        or not all(isinstance(item, str) and item and "\x00" not in item for item in items)
    ):
        raise BadUserInput(
            f"A list is given as a JSON array of at most {MOST_ITEMS} texts.", hint='Write ["AI", "FINTECH"].'
        )
    return items


def _unit(columns: FactColumns, unit: str | None, declared: dict[str, dict[str, Any]]) -> str | None:
    if columns.unit is None:
        if unit is not None:
            raise BadUserInput(f"{columns.code} has no unit.", hint="Leave unit out.")
        return None
    vocabulary = declared[columns.unit].get("enum")
    is_date = isinstance(Entity.__table__.c[columns.value].type, Date)
    if unit is None and is_date:
        return None
    if vocabulary is not None:
        return _among(unit, tuple(str(term) for term in vocabulary), f"The unit of {columns.code}")
    if unit is None or not CURRENCY.fullmatch(unit):
        raise BadUserInput(
            f"The unit of {columns.code} is a currency of ISO 4217.", hint="Write PKR or USD, for example."
        )
    return unit


def _among(text: str | None, allowed: tuple[str, ...], what: str) -> str:
    if text not in allowed:
        raise BadUserInput(f"{what} is none of its values.", hint=f"Use one of {', '.join(allowed)}.")
    return text
