"""Numbers of the benchmark data set: how many records there are, and what follows from a record's number.

Not its business: names and other values of rows (entities.py, relations.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models.vocabulary import Kind
from resolvers.errors import BadUserInput

LARGEST = 10.0
"""The largest scale: beyond it the names would repeat."""
EPOCH = date(2000, 1, 1).toordinal()
NOW = date(2026, 11, 1).toordinal()
START_MS = 1_767_225_600_000
"""2026-01-01 in Unix milliseconds: the time in the ids begins here and moves on by one with each record."""

Row = tuple[object, ...]


class Batch(NamedTuple):
    """Rows of one kind or role: what they are, the columns that they give, how many, and the rows."""

    label: str
    columns: tuple[str, ...]
    size: int
    rows: Iterator[Row]
    table: str = "entity"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records of each kind and relations of each role a scale has."""

    universities: int
    zones: int
    companies: int
    experts: int
    programs: int
    affiliations: int
    participations: int
    skills: int
    needs: int

    @classmethod
    def of(cls, scale: float) -> "Sizes":
        """The sizes of scale 1 (docs/sample.md) times `scale`. Raises BadUserInput outside 0.001 to 10."""
        if not 0.001 <= scale <= LARGEST:
            raise BadUserInput(
                f"The scale {scale:g} is out of range.", hint=f"Give one from 0.001 to {LARGEST:g}."
            )

        def times(count: int, least: int = 2) -> int:
            return max(least, round(count * scale))

        return cls(
            universities=times(300),
            zones=times(100),
            companies=times(20_000),
            experts=times(200_000),
            programs=times(2_000),
            affiliations=times(300_000),
            participations=times(60_000),
            # Fewer would have no groups above them.
            skills=times(2_000, least=240),
            needs=times(20_000),
        )


def mixed(number: int, salt: int) -> int:
    """A number that looks random, from 0 to 2^32 - 1: the finaliser of the 32-bit Murmur hash."""
    h = (number + salt * 0x9E3779B9) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)


def spread(number: int, count: int, stride: int) -> int:
    """Numbers below `count` in another order, each once: `stride` is a prime that does not divide `count`."""
    return number * stride % count


def uuid_at(place: int) -> UUID:
    """The id of the record at a place of the whole data set: UUIDv7 in shape (RFC 9562), growing with it."""
    noise = place * 0x9E3779B97F4A7C15
    value = (START_MS + place) << 80 | 7 << 76 | (noise & 0xFFF) << 64 | 2 << 62 | (noise >> 12) % (1 << 62)
    return UUID(int=value)


def day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


class Ground:
    """Where the records of one size stand among all, and the dates that several rows agree on."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        counts = (
            (Kind.UNIVERSITY, sizes.universities),
            (Kind.ZONE, sizes.zones),
            (Kind.COMPANY, sizes.companies),
            (Kind.PROGRAM, sizes.programs),
            (Kind.EXPERT, sizes.experts),
        )
        self.first: dict[Kind, int] = {}
        # Place 0 is the source's.
        place = 1
        for kind, count in counts:
            self.first[kind] = place
            place += count
        self.end = place

    def id(self, kind: Kind, number: int) -> UUID:
        """The id of the record of a kind that has this number, from 0."""
        return uuid_at(self.first[kind] + number)

    def founded(self, company: int) -> int:
        """The day, as an ordinal, on which a company began."""
        return EPOCH + mixed(company, 21) % 9000

    def program_starts(self, program: int) -> int:
        """The day, as an ordinal, on which a program starts."""
        return EPOCH + 6000 + mixed(program, 22) % 4000
