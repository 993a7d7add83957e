"""What the makers of fiction share: the real organizations, chance with a fixed seed, what was made so far.

Not its business: any one kind of record (organizations.py, people.py, programs.py).
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar

from exchange.words import CITIES

SEED = 1947
TODAY = date(2026, 11, 1)
"""The day as of which the sample was made: relations without an end are true on it."""

Line = dict[str, Any]
"""An object of our NDJSON shape."""
Kinds = Mapping[str, list[Mapping[str, Any]]]
"""Lines of the finished sample by their kind."""
Item = TypeVar("Item")


def to(slug: str) -> Line:
    """A reference."""
    return {"slug": slug}


class Tenancy(NamedTuple):
    """A zone that takes tenants, from when to when; `weight` is its share among the zones."""

    zone: str
    city: str | None
    since: date
    until: date | None
    weight: int


class Firm(NamedTuple):
    """A company that was made."""

    slug: str
    city: str
    subdivision: str
    founded: date
    size: str
    stage: str
    verticals: tuple[str, ...]


class World:
    """The state of one run of the generator."""

    def __init__(self, real: list[Mapping[str, Any]]) -> None:
        self.random = Random(SEED)  # noqa: S311 - invents data, keeps no secret
        self.universities = [line for line in real if line["kind"] == "UNIVERSITY"]
        self.cities = {line["slug"]: line.get("city") for line in real}
        self.tenancies: list[Tenancy] = []
        self.firms: list[Firm] = []
        self.programs: dict[str, tuple[str, str | None, date]] = {}
        self.paired: set[frozenset[str]] = set()

    def day(self, first: date, last: date) -> date:
        """A day of the period, both ends included; `first` where the period is empty."""
        return first + timedelta(days=self.random.randrange(max((last - first).days, 0) + 1))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, items: list[Item], most: int) -> list[Item]:
        """Up to `most` different items."""
        return self.random.sample(items, min(most, len(items)))

    def university(self, subdivision: str | None, year: int = TODAY.year) -> Mapping[str, Any]:
        """A university that was there in that year, two times of three one of the same province."""
        there = [line for line in self.universities if int(line.get("establishedOn", "1947")[:4]) <= year]
        near = [line for line in there if line["subdivision"] == subdivision]
        return self.random.choice(near if near and self.chance(0.67) else there)

    def pair(self, one: str, other: str) -> bool:
        """Whether the two are not related symmetrically yet; they are from now on."""
        pair = frozenset((one, other))
        if len(pair) < 2 or pair in self.paired:
            return False
        self.paired.add(pair)
        return True


def slug_of(name: str) -> str:
    """A name in lower case with hyphens; for the Latin names of this package."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def relation(
    role: str,
    other: str,
    since: date | str | None = None,
    until: date | str | None = None,
    title: str | None = None,
    *,
    is_object: bool = False,
) -> Line:
    """A relation to `other`, or from it where the line itself is the object."""
    found: Line = {"role": role, "from" if is_object else "to": {"slug": other}}
    for key, value in (("since", since), ("until", until), ("title", title)):
        if value is not None:
            found[key] = str(value)
    return found


def place(city: str) -> Line:
    """Country, subdivision, city and point of one of the known cities."""
    subdivision, latitude, longitude = CITIES[city]
    location = {"latitude": latitude, "longitude": longitude}
    return {"country": "PK", "subdivision": subdivision, "city": city, "location": location}
