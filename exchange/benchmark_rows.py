"""The rows of the benchmark data set: every id, name, date and partner follows from a record's number.

Nothing is held in memory and nothing depends on the order of making, so that any part can be made alone.
Not its business: how rows reach the database (exchange/benchmark.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from exchange.words import CITIES, DEGREES, FAMILY, FORMS, GIVEN, JOBS, MIDDLE, STEMS, business_words
from models.vocabulary import Kind, Role, Sphere

Row = tuple[object, ...]

LARGEST = 10.0
"""The largest scale: beyond it the names would repeat."""
_EPOCH = date(2000, 1, 1).toordinal()
_NOW = date(2026, 11, 1).toordinal()
_START_MS = 1_767_225_600_000
"""2026-01-01 in Unix milliseconds: the time in the ids begins here and moves on by one with each record."""
_CITIES = tuple((city, *where) for city, where in CITIES.items())
_SCHOOLS = ("University", "Institute of Technology", "University of Engineering")
_PARKS = ("Technology Park", "Technology Zone", "Science Park", "Digital City")
_PROGRAMS = (
    ("Fellowship", "EXPERT_ATTRACTION"),
    ("Grant", "FUNDING"),
    ("Incubator", "INCUBATION"),
    ("Academy", "TRAINING"),
    ("Research Call", "RESEARCH"),
    ("Internship", "INTERNSHIP"),
    ("Lab", "RESEARCH"),
)
_SIZES = (
    ("STARTUP", 2, 19),
    ("STARTUP", 2, 19),
    ("SME", 21, 230),
    ("LARGE", 251, 750),
    ("ANCHOR", 1001, 4000),
)
_STAGES = ("BOOTSTRAPPED", "PRE_SEED", "SEED", "SERIES_A", "SERIES_B")
_BUSINESSES = business_words()


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

    @classmethod
    def of(cls, scale: float) -> "Sizes":
        """The sizes of scale 1 (docs/sample.md) times `scale`. Raises ValueError outside 0.001 to 10."""
        if not 0.001 <= scale <= LARGEST:
            raise ValueError(f"The scale {scale} is not from 0.001 to {LARGEST:g}: give one that is.")

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
        )


def _mixed(number: int, salt: int) -> int:
    """A number that looks random, from 0 to 2^32 - 1: the finaliser of the 32-bit Murmur hash."""
    h = (number + salt * 0x9E3779B9) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)


def _spread(number: int, count: int, stride: int) -> int:
    """Numbers below `count` in another order, each once: `stride` is a prime that does not divide `count`."""
    return number * stride % count


def _uuid(place: int) -> UUID:
    """The id of the record at a place of the whole data set: UUIDv7 in shape (RFC 9562), growing with it."""
    noise = place * 0x9E3779B97F4A7C15
    value = (_START_MS + place) << 80 | 7 << 76 | (noise & 0xFFF) << 64 | 2 << 62 | (noise >> 12) % (1 << 62)
    return UUID(int=value)


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


class Batch(NamedTuple):
    """Rows of one table and one kind or role: the columns that they give, how many, and the rows."""

    table: str
    label: str
    columns: tuple[str, ...]
    size: int
    rows: Iterator[Row]


_SHARED = ("id", "kind", "slug", "name", "sphere", "country", "subdivision", "city", "latitude", "longitude")
RELATION = ("id", "subject_id", "subject_kind", "object_id", "object_kind", "role", "since", "until", "title")


class DataSet:
    """The data set of one size; `batches` gives all of it in the order of the ids."""

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
        place = 0
        for kind, count in counts:
            self.first[kind] = place
            place += count
        self.entities = place

    def id(self, kind: Kind, number: int) -> UUID:
        return _uuid(self.first[kind] + number)

    def batches(self) -> Iterator[Batch]:
        """Entities first, then relations; each batch is a generator that is read once."""
        s, own = self.sizes, _SHARED
        yield Batch(
            "entity", "universities", (*own, "type", "is_funder", "established_on",
            "established_on_precision", "student_count"), s.universities, self._universities(),
        )  # fmt: skip
        yield Batch(
            "entity", "zones", (*own, "regime", "modality", "area_value", "area_unit", "notified_on",
            "notified_on_precision"), s.zones, self._zones(),
        )  # fmt: skip
        yield Batch(
            "entity", "companies", (*own, "is_funder", "legal_name", "size_class", "founded_on",
            "founded_on_precision", "employee_count", "verticals", "funding_stage"), s.companies,
            self._companies(),
        )  # fmt: skip
        yield Batch(
            "entity", "programs", (*own, "program_kind", "opens_on", "closes_on", "starts_on", "ends_on"),
            s.programs, self._programs(),
        )  # fmt: skip
        yield Batch(
            "entity", "experts", (*own, "given_name", "family_name", "headline", "residence_country",
            "is_freelancer"), s.experts, self._experts(),
        )  # fmt: skip
        place = self.entities
        for label, count, rows in (
            ("tenants", s.companies, self._tenancies),
            ("hosts", s.zones, self._hosts),
            ("runners", s.programs, self._runners),
            ("affiliations", s.affiliations, self._affiliations),
            ("studies", s.experts // 3, self._studies),
            ("participations", s.participations, self._participations),
        ):
            yield Batch("relation", label, RELATION, count, rows(place))
            place += count

    def _shared(self, kind: Kind, number: int, name: str, sphere: Sphere | None) -> Row:
        city, subdivision, latitude, longitude = _CITIES[_mixed(number, self.first[kind]) % len(_CITIES)]
        slug = name.lower().replace(" ", "-")
        here = (str(sphere) if sphere else None, "PK", subdivision, city, latitude, longitude)
        return (self.id(kind, number), str(kind), slug, name, *here)

    def _universities(self) -> Iterator[Row]:
        for n in range(self.sizes.universities):
            at = _spread(n, len(FAMILY) * len(_SCHOOLS) * len(_CITIES), 1009)
            rest, family = divmod(at, len(FAMILY))
            city, school = divmod(rest, len(_SCHOOLS))
            name = f"{FAMILY[family]} {_SCHOOLS[school]} {_CITIES[city][0]}"
            h = _mixed(n, 11)
            yield (
                *self._shared(Kind.UNIVERSITY, n, name, Sphere.ACADEMIA),
                ("PUBLIC", "PRIVATE")[h % 2], h % 3 == 0, date(1900 + h % 100, 1, 1), "YEAR",
                500 + h % 40_000,
            )  # fmt: skip

    def _zones(self) -> Iterator[Row]:
        for n in range(self.sizes.zones):
            park, stem = divmod(_spread(n, len(STEMS) * len(_PARKS), 157), len(STEMS))
            name = f"{STEMS[stem]} {_PARKS[park]}"
            h = _mixed(n, 12)
            yield (
                *self._shared(Kind.ZONE, n, name, None),
                ("STZ", "SEZ", "SCIENCE_PARK")[h % 3], "GEOGRAPHICAL", 5 + h % 900, "ACRE",
                _day(_EPOCH + h % 3000), "DAY",
            )  # fmt: skip

    def _companies(self) -> Iterator[Row]:
        forms = len(STEMS) * len(_BUSINESSES)
        for n in range(self.sizes.companies):
            form, at = divmod(n, forms)
            business, stem = divmod(_spread(at, forms, 1013), len(STEMS))
            vertical, word = _BUSINESSES[business]
            name = f"{STEMS[stem]} {word}" + (f" {FORMS[form - 1]}" if form else "")
            h = _mixed(n, 13)
            size, least, more = _SIZES[h % 37 % len(_SIZES)]
            yield (
                *self._shared(Kind.COMPANY, n, name, Sphere.INDUSTRY),
                False, f"{name} (Private) Limited", size, _day(self._founded(n)), "DAY",
                least + h // 64 % more, [vertical], _STAGES[h // 8 % len(_STAGES)],
            )  # fmt: skip

    def _programs(self) -> Iterator[Row]:
        for n in range(self.sizes.programs):
            round_, at = divmod(n, len(STEMS) * len(_PROGRAMS))
            kind, stem = divmod(_spread(at, len(STEMS) * len(_PROGRAMS), 1009), len(STEMS))
            word, program_kind = _PROGRAMS[kind]
            starts = self._program_starts(n)
            name = f"{STEMS[stem]} {word}" + (f" {'I' * round_}I" if round_ else "")
            days = (starts - 150, starts - 60, starts, starts + 365)
            yield (*self._shared(Kind.PROGRAM, n, name, None), program_kind, *map(_day, days))

    def _experts(self) -> Iterator[Row]:
        names = len(GIVEN) * len(MIDDLE) * len(FAMILY)
        for n in range(self.sizes.experts):
            rest, given = divmod(_spread(n, names, 1_000_003), len(GIVEN))
            middle, family = divmod(rest, len(FAMILY))
            name = f"{GIVEN[given]} {MIDDLE[middle]} {FAMILY[family]}"
            h = _mixed(n, 14)
            yield (
                *self._shared(Kind.EXPERT, n, name, None),
                f"{GIVEN[given]} {MIDDLE[middle]}", FAMILY[family], JOBS[h % len(JOBS)], "PK", h % 10 == 0,
            )  # fmt: skip

    def _founded(self, company: int) -> int:
        return _EPOCH + _mixed(company, 21) % 9000

    def _program_starts(self, program: int) -> int:
        return _EPOCH + 6000 + _mixed(program, 22) % 4000

    def _relation(
        self,
        place: int,
        role: Role,
        one: tuple[Kind, int],
        other: tuple[Kind, int],
        since: int,
        until: int | None,
        title: str | None = None,
    ) -> Row:
        """`since` and `until` are days by number; `until` is the first day that no longer counts."""
        return (
            _uuid(place), self.id(*one), str(one[0]), self.id(*other), str(other[0]), str(role),
            _day(since), _day(until) if until else None, title,
        )  # fmt: skip

    def _tenancies(self, place: int) -> Iterator[Row]:
        for n in range(self.sizes.companies):
            h, since = _mixed(n, 31), self._founded(n) + 30
            until = since + 200 + h // 8 % 500 if h % 8 == 0 else None
            zone = (Kind.ZONE, _mixed(n, 32) % self.sizes.zones)
            yield self._relation(place + n, Role.TENANT_OF, (Kind.COMPANY, n), zone, since, until)

    def _hosts(self, place: int) -> Iterator[Row]:
        for n in range(self.sizes.zones):
            host = (Kind.UNIVERSITY, _mixed(n, 33) % self.sizes.universities)
            yield self._relation(place + n, Role.HOSTS, host, (Kind.ZONE, n), _EPOCH + 3000, None)

    def _runners(self, place: int) -> Iterator[Row]:
        for n in range(self.sizes.programs):
            runner = (Kind.UNIVERSITY, _mixed(n, 34) % self.sizes.universities)
            since = self._program_starts(n) - 150
            yield self._relation(place + n, Role.RUNS, runner, (Kind.PROGRAM, n), since, None)

    def _affiliations(self, place: int) -> Iterator[Row]:
        """The first round is everybody's present employer, later rounds are earlier ones."""
        for n in range(self.sizes.affiliations):
            before, expert = divmod(n, self.sizes.experts)
            h = _mixed(n, 35)
            if h % 5 == 0:
                employer, first = (Kind.UNIVERSITY, h // 5 % self.sizes.universities), _EPOCH
            else:
                # The square makes some companies large and most small.
                share = (h // 5) / (2**32 // 5 + 1)
                number = int(share * share * self.sizes.companies)
                employer, first = (Kind.COMPANY, number), self._founded(number)
            since = first + _mixed(n, 36) % (_NOW - first - 100)
            until = min(since + 100 + h % 1500, _NOW) if before else None
            expert_at = (Kind.EXPERT, expert)
            yield self._relation(
                place + n, Role.EMPLOYED_BY, expert_at, employer, since, until, JOBS[h // 16 % len(JOBS)]
            )

    def _studies(self, place: int) -> Iterator[Row]:
        for n in range(self.sizes.experts // 3):
            h = _mixed(n, 37)
            school = (Kind.UNIVERSITY, h % self.sizes.universities)
            since = date(1995 + h // 512 % 25, 9, 1).toordinal()
            title = DEGREES[h // 64 % len(DEGREES)]
            yield self._relation(
                place + n, Role.STUDIED_AT, (Kind.EXPERT, n * 3), school, since, since + 1400, title
            )

    def _participations(self, place: int) -> Iterator[Row]:
        """One half by companies, the other by experts; nobody takes part in the same program twice."""
        s = self.sizes
        for n in range(s.participations):
            kind, count = ((Kind.COMPANY, s.companies), (Kind.EXPERT, s.experts))[n % 2]
            again, number = divmod(n // 2 * max(1, count * 2 // s.participations), count)
            # Successive rounds of one subject take successive programs.
            program = (_mixed(number, 38 + n % 2) + again) % s.programs
            since = self._program_starts(program)
            subject = (kind, number)
            yield self._relation(
                place + n, Role.PARTICIPATES_IN, subject, (Kind.PROGRAM, program), since, since + 365
            )
