"""Universities, zones, companies, programs and experts of the benchmark data set, as rows of `entity`.

Nothing is held in memory and nothing depends on the order of making. Not its business: how the records
are related (relations.py).
"""

from collections.abc import Iterator
from datetime import date

from exchange.benchmark.numbers import EPOCH, Batch, Ground, Row, day, mixed, spread
from exchange.words import CITIES, FAMILY, FORMS, GIVEN, JOBS, MIDDLE, STEMS, business_words
from models.vocabulary import Kind, Sphere

EXPERT_STEP = 1_000_003
"""A prime, by which the experts step through all names."""
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
_AVAILABILITIES = ("OPEN", "OPEN", "PART_TIME", "ADVISORY", "NOT_AVAILABLE", None)
_BUSINESSES = business_words()


_SHARED = ("id", "kind", "slug", "name", "sphere", "country", "subdivision", "city", "latitude", "longitude")


def city_of(ground: Ground, kind: Kind, number: int) -> tuple[str, str]:
    """The city of a record, and its subdivision."""
    city, subdivision, *_ = _CITIES[mixed(number, ground.first[kind]) % len(_CITIES)]
    return city, subdivision


class Entities:
    """The rows of each kind; every batch is a generator that is read once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def batches(self) -> Iterator[Batch]:
        """One batch a kind, in the order of the ids."""
        s = self.ground.sizes
        for label, columns, size, rows in (
            ("universities", "type is_funder established_on established_on_precision student_count",
             s.universities, self._universities()),
            ("zones", "regime modality area_value area_unit notified_on notified_on_precision",
             s.zones, self._zones()),
            ("companies", "is_funder legal_name size_class founded_on founded_on_precision employee_count "
             "verticals funding_stage", s.companies, self._companies()),
            ("programs", "program_kind opens_on closes_on starts_on ends_on", s.programs, self._programs()),
            ("experts", "given_name family_name headline residence_country is_freelancer availability "
             "availability_audience", s.experts, self._experts()),
        ):  # fmt: skip
            yield Batch(label, (*_SHARED, *columns.split()), size, rows)

    def _shared(self, kind: Kind, number: int, name: str, sphere: Sphere | None) -> Row:
        city, subdivision, latitude, longitude = _CITIES[
            mixed(number, self.ground.first[kind]) % len(_CITIES)
        ]
        slug = name.lower().replace(" ", "-")
        here = (str(sphere) if sphere else None, "PK", subdivision, city, latitude, longitude)
        return (self.ground.id(kind, number), str(kind), slug, name, *here)

    def _universities(self) -> Iterator[Row]:
        for n in range(self.ground.sizes.universities):
            at = spread(n, len(FAMILY) * len(_SCHOOLS) * len(_CITIES), 1009)
            rest, family = divmod(at, len(FAMILY))
            city, school = divmod(rest, len(_SCHOOLS))
            name = f"{FAMILY[family]} {_SCHOOLS[school]} {_CITIES[city][0]}"
            h = mixed(n, 11)
            yield (
                *self._shared(Kind.UNIVERSITY, n, name, Sphere.ACADEMIA),
                ("PUBLIC", "PRIVATE")[h % 2], h % 3 == 0, date(1900 + h % 100, 1, 1), "YEAR",
                500 + h % 40_000,
            )  # fmt: skip

    def _zones(self) -> Iterator[Row]:
        for n in range(self.ground.sizes.zones):
            park, stem = divmod(spread(n, len(STEMS) * len(_PARKS), 157), len(STEMS))
            name = f"{STEMS[stem]} {_PARKS[park]}"
            h = mixed(n, 12)
            yield (
                *self._shared(Kind.ZONE, n, name, None),
                ("STZ", "SEZ", "SCIENCE_PARK")[h % 3], "GEOGRAPHICAL", 5 + h % 900, "ACRE",
                day(EPOCH + h % 3000), "DAY",
            )  # fmt: skip

    def _companies(self) -> Iterator[Row]:
        forms = len(STEMS) * len(_BUSINESSES)
        for n in range(self.ground.sizes.companies):
            form, at = divmod(n, forms)
            business, stem = divmod(spread(at, forms, 1013), len(STEMS))
            vertical, word = _BUSINESSES[business]
            name = f"{STEMS[stem]} {word}" + (f" {FORMS[form - 1]}" if form else "")
            h = mixed(n, 13)
            size, least, more = _SIZES[h % 37 % len(_SIZES)]
            yield (
                *self._shared(Kind.COMPANY, n, name, Sphere.INDUSTRY),
                False, f"{name} (Private) Limited", size, day(self.ground.founded(n)), "DAY",
                least + h // 64 % more, [vertical], _STAGES[h // 8 % len(_STAGES)],
            )  # fmt: skip

    def _programs(self) -> Iterator[Row]:
        for n in range(self.ground.sizes.programs):
            round_, at = divmod(n, len(STEMS) * len(_PROGRAMS))
            kind, stem = divmod(spread(at, len(STEMS) * len(_PROGRAMS), 1009), len(STEMS))
            word, program_kind = _PROGRAMS[kind]
            starts = self.ground.program_starts(n)
            name = f"{STEMS[stem]} {word}" + (f" {'I' * round_}I" if round_ else "")
            days = (starts - 150, starts - 60, starts, starts + 365)
            yield (*self._shared(Kind.PROGRAM, n, name, None), program_kind, *map(day, days))

    def _experts(self) -> Iterator[Row]:
        names = len(GIVEN) * len(MIDDLE) * len(FAMILY)
        for n in range(self.ground.sizes.experts):
            rest, given = divmod(spread(n, names, EXPERT_STEP), len(GIVEN))
            middle, family = divmod(rest, len(FAMILY))
            name = f"{GIVEN[given]} {MIDDLE[middle]} {FAMILY[family]}"
            h = mixed(n, 14)
            yield (
                *self._shared(Kind.EXPERT, n, name, None),
                f"{GIVEN[given]} {MIDDLE[middle]}", FAMILY[family], JOBS[h % len(JOBS)], "PK", h % 10 == 0,
                _AVAILABILITIES[h // 128 % len(_AVAILABILITIES)], ("PUBLIC", None)[h // 1024 % 2],
            )  # fmt: skip
