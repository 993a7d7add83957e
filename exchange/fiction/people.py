"""Fictitious experts: founders, employees, academics, and experts abroad.

Names are combined at random from common ones. Times of a person are in order: studies, jobs, boards.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from exchange.fiction.world import TODAY, Firm, Line, World, relation, slug_of
from exchange.words import (
    ACADEMIC_JOBS,
    DEGREES,
    FAMILY,
    GIVEN,
    HIGHER_DEGREES,
    JOBS,
    URDU_FAMILY,
    URDU_GIVEN,
)
from models.seed import VERTICALS

EXPERTS = 1000
_LABEL = {code: label for code, label, _, _ in VERTICALS}
_HOME_LANGUAGES = {"PK-SD": "sd", "PK-PB": "pa", "PK-KP": "ps", "PK-BA": "bal", "PK-GB": "scl"}
_ABROAD = ("AE", "AE", "SA", "GB", "US", "CA", "DE", "MY", "QA", "AU")
_LANGUAGE_ABROAD = {"AE": "ar", "SA": "ar", "QA": "ar", "DE": "de", "MY": "ms"}
_DAY = timedelta(days=1)
# How many of 1,000 have another audience than the field's default.
_AUDIENCES = (
    ("emailAudience", "PARTNERS", 120),
    ("emailAudience", "PUBLIC", 40),
    ("headlineAudience", "PARTNERS", 50),
    ("residenceCountryAudience", "PARTNERS", 60),
    ("residenceCountryAudience", "OWNER", 30),
    ("availabilityAudience", "PUBLIC", 150),
    ("givenNameAudience", "PARTNERS", 10),
)


class _Person:
    """A life in the making: `free` is the first day on which a next job can begin."""

    def __init__(self, world: World, home: str | None, graduated: int) -> None:
        self.world, self.home = world, home
        self.relations: list[Line] = []
        self.headline = ""
        self.city: str | None = None
        self.subdivision: str | None = None
        self._studies(graduated)

    def _studies(self, graduated: int) -> None:
        world, title = self.world, self.world.random.choice(DEGREES)
        first = world.university(self.home, graduated - 4)["slug"]
        self._study(first, graduated - 4, graduated, title)
        self.free = date(graduated, 8, 1)
        if graduated + 2 < TODAY.year and world.chance(0.3):
            last, higher = graduated + 2, world.random.choice(HIGHER_DEGREES)
            self._study(world.university(self.home, graduated)["slug"], graduated, last, higher)
            self.free = date(last, 8, 1)
        self.headline = f"{title} graduate"

    def _study(self, university: str, since: int, until: int, title: str) -> None:
        self.relations.append(relation("STUDIED_AT", university, str(since), str(until), title))

    def _works_at(self, slug: str, since: date, until: date | None, title: str) -> None:
        self.relations.append(relation("EMPLOYED_BY", slug, since, until, title))
        self.free = (until or TODAY) + _DAY

    def _is_now_at(self, city: str | None, subdivision: str | None, headline: str) -> None:
        self.city, self.subdivision, self.headline = city, subdivision, headline

    def earlier_job(self, firms: list[Firm], last: date) -> None:
        """One job that ended before `last`, where time and a company for it are there."""
        before = [firm for firm in firms if firm.founded + 360 * _DAY < last]
        if not before or (last - self.free).days < 500:
            return
        firm = self.world.random.choice(before)
        since = self.world.day(max(self.free, firm.founded), last - 200 * _DAY)
        until = self.world.day(since + 150 * _DAY, last - _DAY)
        if until < last:
            self._works_at(firm.slug, since, until, self.world.random.choice(JOBS[:-2]))

    def founds(self, firm: Firm) -> None:
        self.relations.append(relation("FOUNDED", firm.slug, firm.founded))
        title = self.world.random.choice(("Chief Executive Officer", "Chief Technology Officer"))
        self._works_at(firm.slug, firm.founded, None, title)
        self._is_now_at(firm.city, firm.subdivision, f"Founder, {_LABEL[firm.verticals[0]].lower()}")

    def joins(self, firm: Firm) -> None:
        title = self.world.random.choice(JOBS)
        since = self.world.day(max(self.free, firm.founded), TODAY - _DAY)
        self._works_at(firm.slug, since, None, title)
        self._is_now_at(firm.city, firm.subdivision, f"{title}, {_LABEL[firm.verticals[0]].lower()}")

    def teaches(self) -> None:
        university = self.world.university(self.home)
        title = self.world.random.choice(ACADEMIC_JOBS)
        earliest = max(self.free, date(int(university.get("establishedOn", "1947")[:4]) + 1, 1, 1))
        self._works_at(university["slug"], self.world.day(earliest, TODAY - _DAY), None, title)
        self._is_now_at(university["city"], university["subdivision"], title)

    def sits_on_board(self, firm: Firm) -> None:
        since = self.world.day(max(firm.founded, date(2016, 1, 1)), TODAY - _DAY)
        self.relations.append(relation("BOARD_MEMBER_OF", firm.slug, since, None, "Non-executive director"))

    def takes_part(self, kinds: tuple[str, ...], most: int) -> None:
        started = [
            (slug, starts)
            for slug, (kind, subdivision, starts) in self.world.programs.items()
            if kind in kinds and subdivision in (None, self.subdivision) and starts <= TODAY
        ]
        for slug, starts in self.world.some(started, most):
            self.relations.append(relation("PARTICIPATES_IN", slug, starts))


def experts(world: World) -> Iterator[Line]:
    """One or two founders for each company, then employees, academics and experts abroad."""
    founders = [firm for firm in world.firms for _ in range(world.random.choice((1, 1, 2)))]
    pairs = world.random.sample(range(len(GIVEN) * len(FAMILY)), EXPERTS)
    for number, pair in enumerate(pairs):
        given, family = GIVEN[pair % len(GIVEN)], FAMILY[pair // len(GIVEN)]
        firm = founders[number] if number < len(founders) else world.random.choice(world.firms)
        residence = "PK"
        if number < len(founders):
            person = _Person(world, firm.subdivision, firm.founded.year - world.random.randrange(1, 14))
            if world.chance(0.4):
                person.earlier_job(world.firms, firm.founded)
            person.founds(firm)
        else:
            person = _Person(world, firm.subdivision, world.random.randrange(1994, 2026))
            fate = world.random.random()
            if world.chance(0.4):
                person.earlier_job(world.firms, TODAY - 400 * _DAY)
            if fate < 0.2:
                residence = world.random.choice(_ABROAD)
                vertical = _LABEL[world.random.choice(list(_LABEL))]
                person.headline = f"{world.random.choice(JOBS)}, {vertical.lower()}"
                person.takes_part(("EXPERT_ATTRACTION",), world.random.randrange(2))
            elif fate < 0.4:
                person.teaches()
                person.takes_part(("RESEARCH", "TRAINING"), world.random.randrange(3))
            else:
                person.joins(firm)
        if residence == "PK":
            person.takes_part(("TRAINING", "INTERNSHIP", "INCUBATION"), world.random.choice((0, 0, 1, 2)))
        if number % 8 == 0:
            other = world.random.choice([f for f in world.firms if f.slug != firm.slug])
            person.sits_on_board(other)
        yield _line(world, person, given, family, residence)


def _line(world: World, person: _Person, given: str, family: str, residence: str) -> Line:
    name = f"{given} {family}"
    names = [{"value": name, "lang": "en", "type": "LABEL"}]
    if world.chance(0.7):
        names.append({"value": f"{URDU_GIVEN[given]} {URDU_FAMILY[family]}", "lang": "ur", "type": "LABEL"})
    slug = slug_of(name)
    line: Line = {"kind": "EXPERT", "slug": slug, "name": name, "names": names}
    # The country of a person would tell the residence, which has an audience of its own.
    if person.city and residence == "PK":
        line |= {"subdivision": person.subdivision, "city": person.city}
    line |= {
        "description": "Fictitious person.",
        "givenName": given,
        "familyName": family,
        "headline": person.headline,
        "email": f"{slug.replace('-', '.')}@example.org",
        "residenceCountry": residence,
        "languages": _languages(world, person, residence),
        "isFreelancer": residence != "PK" and world.chance(0.5),
    }
    if world.chance(0.6):
        line["availability"] = world.random.choice(
            ("OPEN", "OPEN", "PART_TIME", "ADVISORY", "ADVISORY", "NOT_AVAILABLE")
        )
    for field, audience, share in _AUDIENCES:
        if world.chance(share / 1000) and field not in line:
            line[field] = audience
    return line | {"relations": person.relations}


def _languages(world: World, person: _Person, residence: str) -> list[str]:
    languages = ["ur", "en"]
    if (home := _HOME_LANGUAGES.get(person.home or "")) and world.chance(0.6):
        languages.append(home)
    if abroad := _LANGUAGE_ABROAD.get(residence):
        languages.append(abroad)
    return languages
