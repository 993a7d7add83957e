"""What every reader yields and the importer takes: one record of an entity, a source, or a problem.

These are plain frozen values. A `Record` is the direct mirror of one line of our own NDJSON shape
(docs/importing.md), so that every foreign format is first of all a way to write that shape. Not its
business: how a value is stored, and whether two records mean the same entity.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from exchange.patch import Patch

# Readers take what they yield from here, problems too.
from exchange.problem import Problem as Problem
from exchange.problem import ProblemCode as ProblemCode
from exchange.problem import UnreadableFile as UnreadableFile
from models.vocabulary import (
    AreaUnit,
    DatePrecision,
    IdentifierScheme,
    Kind,
    NameType,
    Role,
    SourceKind,
    ZoneStatus,
)  # fmt: skip

_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to its day, month or year; `date` is the first day of what is known."""

    date: dt.date
    precision: DatePrecision

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2021`, `2021-09` or `2021-09-11` (ISO 8601). Raises ValueError."""
        if not (found := _PARTIAL_DATE.fullmatch(text)):
            raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = found.groups()
        if day:
            return cls(dt.date(int(year), int(month), int(day)), DatePrecision.DAY)
        if month:
            return cls(dt.date(int(year), int(month), 1), DatePrecision.MONTH)
        return cls(dt.date(int(year), 1, 1), DatePrecision.YEAR)

    @property
    def last_day(self) -> dt.date:
        """The last day of what is known: of 2021 that is 2021-12-31."""
        if self.precision is DatePrecision.YEAR:
            return self.date.replace(month=12, day=31)
        if self.precision is DatePrecision.MONTH:
            return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
        return self.date

    def __str__(self) -> str:
        length = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7, DatePrecision.DAY: 10}[self.precision]
        return self.date.isoformat()[:length]


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A place on earth, WGS 84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Area:
    """An area as a source states it."""

    value: Decimal
    unit: AreaUnit


def columns(fields: Mapping[str, object]) -> dict[str, object]:
    """A record's fields as columns of table `entity`: a value of several parts becomes several columns.

    A PartialDate fills `<field>` and `<field>_precision`, Money `<field>_amount` and `<field>_currency`, an
    Area `<field>_value` and `<field>_unit`, a GeoPoint `latitude` and `longitude`. Only for values that are
    set; which columns a None empties depends on the field's type, which a value of None does not tell.
    """
    found: dict[str, object] = {}
    for name, value in fields.items():
        match value:
            case PartialDate():
                found |= {name: value.date, f"{name}_precision": value.precision}
            case GeoPoint():
                found |= {"latitude": value.latitude, "longitude": value.longitude}
            case Money():
                found |= {f"{name}_amount": value.amount, f"{name}_currency": value.currency}
            case Area():
                found |= {f"{name}_value": value.value, f"{name}_unit": value.unit}
            case _:
                found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class Identifier:
    """A canonical identifier (resolvers/identifiers.py); `partner` is the owner's slug, only for PARTNER."""

    scheme: IdentifierScheme
    value: str
    partner: str | None = None

    def __str__(self) -> str:
        return f"{self.scheme} {self.partner}/{self.value}" if self.partner else f"{self.scheme} {self.value}"


@dataclass(frozen=True, slots=True)
class EntityKey:
    """How an existing entity is found: exactly one of the four is set.

    A domain is a key only for readers of registries that have no identifiers; the API does not take it.
    """

    id: UUID | None = None
    slug: str | None = None
    identifier: Identifier | None = None
    domain: str | None = None

    def __str__(self) -> str:
        return str(self.id or self.identifier or self.slug or self.domain)


@dataclass(frozen=True, slots=True)
class NameRecord:
    """One name: `lang` is a BCP 47 tag or None, `script` an ISO 15924 code or None."""

    value: str
    lang: str | None = None
    script: str | None = None
    type: NameType = NameType.LABEL


class Direction(StrEnum):
    """Where the record stands in a relation: OUT, it is the subject; IN, it is the object."""

    OUT = "OUT"
    IN = "IN"


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """A relation between the record and `target`; both ends of the period belong to it.

    `source_key` is the slug of the source of this relation; None means the record's own. `is_exclusive` says
    of a post that one person at a time holds it, `confidence` how sure the source is, 0 to 1; None leaves
    what is known.
    """

    role: Role
    direction: Direction
    target: EntityKey
    since: PartialDate | None = None
    until: PartialDate | None = None
    title: str | None = None
    source_key: str | None = None
    is_exclusive: bool | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A zone's status in a period, by a source; None means the record's own source."""

    status: ZoneStatus
    since: PartialDate | None = None
    until: PartialDate | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True)
class AssertionRecord:
    """What a further source says of a field; `value` is of the field's own type."""

    field: str
    value: object
    source_key: str
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source that later records name by its slug."""

    row: int
    slug: str
    title: str
    kind: SourceKind
    url: str | None = None
    publisher: str | None = None
    published_on: PartialDate | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One entity as a source describes it.

    `row` counts from 1 (a line, or a place in a list). `fields` has API names in snake_case; its values are
    plain (str, int, bool, float, Decimal, date, datetime, an enum's member, a tuple of them) or PartialDate,
    GeoPoint, Money, Area. A field that is absent stays as it is, a None empties it. `names` and
    `identifiers`: None says nothing, a tuple is the whole list, the preferred first. `source` is the slug
    of a source; `statuses` are only for zones. `matches_domains` are web domains by which the importer may
    find the entity; `patch` is what only mutations say.
    """

    row: int
    kind: Kind
    id: UUID | None = None
    slug: str | None = None
    fields: dict[str, object] = field(default_factory=dict)
    names: tuple[NameRecord, ...] | None = None
    identifiers: tuple[Identifier, ...] | None = None
    relations: tuple[RelationRecord, ...] = ()
    statuses: tuple[StatusRecord, ...] = ()
    assertions: tuple[AssertionRecord, ...] = ()
    source: str | None = None
    matches_domains: tuple[str, ...] = ()
    patch: Patch | None = None

    @property
    def statements(self) -> tuple[RelationRecord, ...]:
        """Every relation that it speaks of, also those that a mutation takes back."""
        return self.relations if self.patch is None else (*self.relations, *self.patch.relations)

    @property
    def keys(self) -> tuple[EntityKey, ...]:
        """Every way to find the entity, the surest first: id, identifiers, domains, slug."""
        keys = [EntityKey(id=self.id)] if self.id else []
        keys += [EntityKey(identifier=identifier) for identifier in self.identifiers or ()]
        keys += [EntityKey(domain=domain) for domain in self.matches_domains]
        if self.slug:
            keys.append(EntityKey(slug=self.slug))
        return tuple(keys)

    @property
    def key(self) -> EntityKey | None:
        """The surest key, by which reports name the record."""
        return next(iter(self.keys), None)
