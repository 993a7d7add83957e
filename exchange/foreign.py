"""What readers of foreign records share: refusing a record, or going on without a part of it.

A `Foreign` collects the problems of one record while it is brought to our shape. Not its business: any
format (the readers'), and how a value is written in our own files (exchange/values.py).
"""

import re
from decimal import Decimal
from typing import Any

from exchange.parts import LANG
from exchange.places import is_country
from exchange.record import (
    EntityKey,
    Identifier,
    Money,
    NameRecord,
    PartialDate,
    Problem,
    ProblemCode,
)
from exchange.script import script_of
from exchange.values import FieldSpec, FieldType, InvalidValue, parse, partial_date_of, shown
from models.vocabulary import IdentifierScheme, NameType
from resolvers.identifiers import InvalidIdentifier, normalise

Period = tuple[PartialDate | None, PartialDate | None]

_ISO_DATE = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_WITHOUT = "The record is imported without it."


class Refused(Exception):
    """A record that cannot be used: where, what is wrong and what to do."""

    def __init__(self, code: ProblemCode, field: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message, self.hint = code, field, message, hint


class Foreign:
    """One record on its way to our shape; `problems` are those that cost only a part of it."""

    def __init__(self, row: int, id_: str | None) -> None:
        self.row = row
        self.id = id_[:100] if id_ else None
        self.problems: list[Problem] = []

    def partly(self, field: str, code: ProblemCode, message: str, hint: str) -> None:
        """Keeps a problem of a part; the record is imported without that part."""
        self.problems.append(Problem(self.row, self.id, code, message, hint, field, is_row_lost=False))

    def lost(self, refused: Refused) -> Problem:
        """The problem of a record that is not imported."""
        return Problem(self.row, self.id, refused.code, refused.message, refused.hint, refused.field)

    def identifier(self, scheme: IdentifierScheme, text: str, field: str) -> Identifier | None:
        """The identifier, or a problem and None."""
        try:
            return Identifier(scheme, normalise(scheme, text))
        except InvalidIdentifier as error:
            self.partly(field, ProblemCode.IDENTIFIER_INVALID, error.message, _WITHOUT)
            return None

    def own_identifier(self, scheme: IdentifierScheme, text: str, field: str) -> Identifier:
        """The identifier without which the record could not be recognised later. Raises Refused."""
        try:
            return Identifier(scheme, normalise(scheme, text))
        except InvalidIdentifier as error:
            hint = "Without it a record cannot be recognised later; correct it in the file."
            raise Refused(ProblemCode.IDENTIFIER_INVALID, field, error.message, hint) from None

    def date(self, text: str | None, field: str) -> PartialDate | None:
        """A date known to its day, month or year; time and zone are not looked at. Or a problem and None."""
        if not text or not (text := text.strip()):
            return None
        try:
            found = _ISO_DATE.fullmatch(text)
            return partial_date_of(found[1] if found else text)
        except InvalidValue as error:
            self.partly(field, ProblemCode.VALUE_INVALID, f"{error.message}.", _WITHOUT)
            return None

    def period(self, since: PartialDate | None, until: PartialDate | None, field: str) -> Period:
        """Both ends, or a problem and none where the second lies before the first."""
        if since and until and until.last_day < since.date:
            message = f"The period from {since} to {until} ends before it begins."
            self.partly(field, ProblemCode.VALUE_INVALID, message, "It is imported without its dates.")
            return None, None
        return since, until

    def country(self, code: str | None, field: str) -> str | None:
        """A code of ISO 3166-1, or a problem and None."""
        if not code or is_country(code):
            return code or None
        message = f"The country {shown(code)} is not an ISO 3166-1 code."
        self.partly(field, ProblemCode.VALUE_INVALID, message, _WITHOUT)
        return None

    def money(self, amount: str, currency: str | None, field: str) -> Money | None:
        """An amount in a currency of ISO 4217, or a problem and None."""
        try:
            found = parse(FieldSpec(field, FieldType.MONEY), {"amount": amount, "currency": currency})
        except InvalidValue as error:
            self.partly(field, ProblemCode.VALUE_INVALID, f"{error.message}.", _WITHOUT)
            return None
        return found if isinstance(found, Money) and found.amount >= Decimal() else None

    def not_matched(self, name: str | None, field: str) -> None:
        """Tells that an organization is known by its name only, which links nothing."""
        message = f"{shown(name)} is named without an identifier that is known here."
        hint = (
            "A name alone links nothing: search for the organization, and give its ROR id in the file "
            "or state the relation."
        )
        self.partly(field, ProblemCode.ORGANIZATION_NOT_MATCHED, message, hint)


def name_of(value: str, lang: str | None = None, type_: NameType = NameType.LABEL) -> NameRecord:
    """A name with its script; a language that is no BCP 47 tag stays unsaid."""
    lang = lang if lang and LANG.fullmatch(lang) else None
    return NameRecord(value, lang, script_of(value, lang), type_)


def text_at(found: object, *path: str) -> str | None:
    """The text at the end of a path of keys, stripped; None where there is none or it is empty."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found.strip() or None if isinstance(found, str) else None


def objects_at(found: object, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at the end of a path of keys."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def key_of(identifier: Identifier) -> EntityKey:
    """How the entity with this identifier is found."""
    return EntityKey(identifier=identifier)
