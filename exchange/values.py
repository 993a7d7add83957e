"""The values of fields in NDJSON: JSON to Python as a field's declaration says, and back.

`parse` is strict and says what would be right; `plain` is its inverse. Which fields a kind has is passed
in by the caller. Not its business: lines, keys and relations (exchange/ndjson.py).
"""

import datetime as dt
import difflib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import pycountry

from exchange.places import is_country, is_subdivision
from exchange.record import Area, GeoPoint, Money, PartialDate
from models.vocabulary import AreaUnit, Vocabulary

Term = TypeVar("Term", bound=Vocabulary)
VocabularyType = type[Vocabulary]


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    BOOLEAN = "BOOLEAN"
    DECIMAL = "DECIMAL"
    FLOAT = "FLOAT"
    DATE = "DATE"
    PARTIAL_DATE = "PARTIAL_DATE"
    TIMESTAMP = "TIMESTAMP"
    ENUM = "ENUM"
    COUNTRY = "COUNTRY"
    SUBDIVISION = "SUBDIVISION"
    LOCATION = "LOCATION"
    MONEY = "MONEY"
    AREA = "AREA"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a kind: `name` in snake_case, its type, the vocabulary of an ENUM, whether it is a list.

    `is_personal`: it is a person's own, or says who may know it; another source's word of it is not kept.
    """

    name: str
    type: FieldType = FieldType.TEXT
    vocabulary: VocabularyType | None = None
    is_list: bool = False
    is_personal: bool = False


class InvalidValue(Exception):
    """A value that does not fit its field: what is wrong, and what would be right."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def closest(word: object, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the known word most like this one, or the sentence given for none."""
    choices = list(known)
    by_lower = {choice.lower(): choice for choice in reversed(choices)}
    found = difflib.get_close_matches(str(word)[:64].lower(), by_lower, n=1, cutoff=0.6)
    return f"Did you mean {by_lower[found[0]]}?" if found else otherwise


def shown(value: object) -> str:
    """A value as messages quote it, at most 60 characters of it."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def text_of(value: object) -> str:
    """A text that is not empty and that PostgreSQL can store. Raises InvalidValue."""
    if not isinstance(value, str):
        raise InvalidValue(f"{shown(value)} is not a text", "Write it in double quotes.")
    if not value.strip():
        raise InvalidValue("the text is empty", "Leave the key out, or give null to empty the field.")
    if "\0" in value:
        raise InvalidValue("the text has the character U+0000", "Remove it.")
    return value


def partial_date_of(value: object) -> PartialDate:
    """A date known to its day, month or year. Raises InvalidValue."""
    try:
        return PartialDate.parse(text_of(value))
    except ValueError:
        raise InvalidValue(
            f"{shown(value)} is not a date", 'Write "2021", "2021-09" or "2021-09-11".'
        ) from None


def term_of(vocabulary: type[Term], value: object) -> Term:
    """A term of a closed vocabulary, in upper case as in the API. Raises InvalidValue."""
    try:
        return vocabulary(text_of(value))
    except ValueError:
        terms = [str(term) for term in vocabulary]
        hint = closest(value, terms, f"It must be one of {', '.join(terms)}.")
        raise InvalidValue(f"{shown(value)} is no {vocabulary.__name__}", hint) from None


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
        raise InvalidValue(f"{shown(value)} is not a whole number", "Write it without quotes, below 2^31.")
    return value


def boolean_of(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(f"{shown(value)} is neither true nor false", "Write true or false without quotes.")
    return value


def _decimal(value: object) -> Decimal:
    try:
        number = Decimal(value) if isinstance(value, int | str | Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or isinstance(value, bool) or not number.is_finite():
        raise InvalidValue(f"{shown(value)} is not a decimal number", 'Write it like "1250000.50".')
    if abs(number.adjusted()) > 60 or len(number.as_tuple().digits) > 60:
        raise InvalidValue(f"{shown(value)} has too many digits", "Give at most 60.")
    return number


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidValue(f"{shown(value)} is not a number", "Write it without quotes.")
    number = float(value)
    if not math.isfinite(number):
        raise InvalidValue(f"{shown(value)} is too large", "Give a number below 1e308.")
    return number


def share_of(value: object) -> float:
    """A number from 0 to 1."""
    number = _float(value)
    if not 0 <= number <= 1:
        raise InvalidValue(f"{shown(value)} is not between 0 and 1", "Write a share, such as 0.8.")
    return number


def _date(value: object) -> dt.date:
    date = partial_date_of(value)
    if str(date) != value or len(str(value)) != 10:
        raise InvalidValue(f"{shown(value)} is not a day", 'This field takes a whole date: "2021-09-11".')
    return date.date


def _timestamp(value: object) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text_of(value))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidValue(f"{shown(value)} is not an instant with its zone", 'Write "2021-09-11T08:30:00Z".')
    try:
        return instant.astimezone(dt.UTC)
    except OverflowError:
        message = f"{shown(value)} is, in UTC, before the year 1 or after 9999"
        raise InvalidValue(message, "Give an instant between them.") from None


def _country(value: object) -> str:
    code = text_of(value)
    if not is_country(code):
        raise InvalidValue(f"{shown(value)} is not an ISO 3166-1 code", 'Write two capitals: "PK".')
    return code


def _subdivision(value: object) -> str:
    code = text_of(value)
    if not is_subdivision(code):
        raise InvalidValue(f"{shown(value)} is not an ISO 3166-2 code", 'Write it like "PK-SD".')
    return code


def _parts(value: object, *keys: str) -> list[object]:
    if not isinstance(value, dict) or set(value) != set(keys):
        raise InvalidValue(
            f"{shown(value)} is not an object with {' and '.join(keys)}", "Give exactly these."
        )
    return [value[key] for key in keys]


def _location(value: object) -> GeoPoint:
    latitude, longitude = (_float(part) for part in _parts(value, "latitude", "longitude"))
    if abs(latitude) > 90 or abs(longitude) > 180:
        hint = "Latitude runs from -90 to 90, longitude from -180 to 180."
        raise InvalidValue(f"{shown(value)} is not a point on earth", hint)
    return GeoPoint(latitude, longitude)


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def _money(value: object) -> Money:
    amount, currency = _parts(value, "amount", "currency")
    if currency not in _currencies():
        raise InvalidValue(f"{shown(currency)} is not an ISO 4217 currency", 'Write it like "PKR".')
    return Money(_decimal(amount), str(currency))


def _area(value: object) -> Area:
    number, unit = _parts(value, "value", "unit")
    area = Area(_decimal(number), term_of(AreaUnit, unit))
    if area.value <= 0:
        raise InvalidValue(f"{shown(number)} is not an area", "It must be above zero.")
    return area


_PARSERS: dict[FieldType, Callable[[object], object]] = {
    FieldType.TEXT: text_of,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: boolean_of,
    FieldType.DECIMAL: _decimal,
    FieldType.FLOAT: _float,
    FieldType.DATE: _date,
    FieldType.PARTIAL_DATE: partial_date_of,
    FieldType.TIMESTAMP: _timestamp,
    FieldType.COUNTRY: _country,
    FieldType.SUBDIVISION: _subdivision,
    FieldType.LOCATION: _location,
    FieldType.MONEY: _money,
    FieldType.AREA: _area,
}


def parse(spec: FieldSpec, value: object) -> object:
    """A JSON value (numbers with a point as Decimal) as the field's Python value; null is None.

    Raises InvalidValue.
    """
    if value is None:
        return None
    if spec.is_list:
        if not isinstance(value, list):
            raise InvalidValue(f"{shown(value)} is not a list", "Write it in square brackets.")
        return tuple(_single(spec, item) for item in value)
    return _single(spec, value)


def _single(spec: FieldSpec, value: object) -> object:
    if spec.vocabulary is not None:
        return term_of(spec.vocabulary, value)
    return _PARSERS[spec.type](value)


def plain(value: object) -> object:
    """The JSON form of a field's value, the inverse of `parse`."""
    match value:
        case StrEnum():
            return str(value)
        case PartialDate() | UUID():
            return str(value)
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case GeoPoint():
            return {"latitude": value.latitude, "longitude": value.longitude}
        case Money():
            return {"amount": plain(value.amount), "currency": value.currency}
        case Area():
            return {"value": plain(value.value), "unit": str(value.unit)}
        case tuple() | list():
            return [plain(item) for item in value]
        case _:
            return value
