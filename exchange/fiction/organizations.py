"""Fictitious zones, companies and investors.

Not its business: who works there (people.py) and what they take part in (programs.py).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from exchange.fiction.world import TODAY, Firm, Line, Tenancy, World, place, relation, slug_of
from exchange.words import CITIES, STEMS, business_words
from models.seed import VERTICALS

COMPANIES = 300
_ISIC = {code: isic for code, _, _, isic in VERTICALS}
_DAY = timedelta(days=1)

# Name, city, regime, area, notified, then opened; share of the tenants; who develops or hosts it.
_ZONES: tuple[tuple[str, str | None, str, tuple[int, str] | None, str, str, int, tuple[str, str]], ...] = (
    ("Mehran Bay Technology Park", "Karachi", "STZ", (60, "ACRE"), "2020-11-02", "2021-07-01", 16,
     ("SUPERVISES", "special-technology-zones-authority")),
    ("Clifton Sands Digital Quarter", "Karachi", "STZ", (9, "HECTARE"), "2023-02-15", "2024-03-01", 12,
     ("DEVELOPS", "ned-university-of-engineering-and-technology")),
    ("Indus Reed Science Park", "Jamshoro", "SCIENCE_PARK", (24, "HECTARE"), "2018-06-01", "2019-05-01", 8,
     ("HOSTS", "mehran-university-of-engineering-and-technology")),
    ("Ravi Weavers Economic Zone", "Faisalabad", "SEZ", (310, "ACRE"), "2017-03-01", "2018-09-01", 8,
     ("DEVELOPS", "government-of-punjab")),
    ("Bala Hissar Science Park", "Peshawar", "SCIENCE_PARK", (150, "KANAL"), "2019-10-01", "2020-10-01", 6,
     ("HOSTS", "university-of-engineering-and-technology-peshawar")),
    ("Bolan Gate Technology Zone", "Quetta", "STZ", (35, "ACRE"), "2023-08-01", "2024-06-01", 4,
     ("HOSTS", "university-of-balochistan")),
    ("Karakoram Cloud Zone", None, "STZ", None, "2022-10-01", "2023-04-01", 3,
     ("SUPERVISES", "special-technology-zones-authority")),
)  # fmt: skip

# Real zones that get fictitious tenants: from when on, until when, their share of the tenants.
_REAL_ZONES = (
    ("islamabad-technopolis", date(2022, 4, 1), date(2025, 9, 30), 5),
    ("paf-iast-special-technology-zone", date(2022, 2, 1), None, 6),
    ("pakistan-digital-city-haripur", date(2022, 3, 1), None, 5),
    ("nust-special-technology-zone", date(2024, 9, 1), None, 6),
    ("national-science-and-technology-park", date(2024, 1, 1), None, 6),
    ("tech7-special-technology-zone", date(2024, 9, 1), None, 4),
    ("mindbridge-special-technology-zone", date(2024, 9, 1), None, 6),
    ("capital-smart-technology-zone", date(2024, 9, 1), None, 4),
)

_INVESTORS = (
    ("Sindhra Growth Partners", "VENTURE_CAPITAL", "Karachi", ("FINTECH", "E_COMMERCE", "LOGISTICS")),
    ("Cholistan Seed Fund", "VENTURE_CAPITAL", "Lahore", ("AI", "SOFTWARE", "ED_TECH")),
    ("Margalla Angels Circle", "ANGEL", "Islamabad", ("AI", "HEALTH_TECH", "CYBERSECURITY")),
    ("Keenjhar Angels", "ANGEL", "Karachi", ("E_COMMERCE", "MEDIA", "GAMING")),
    ("Qalandar Corporate Ventures", "CORPORATE", "Karachi", ("TELECOM", "CLOUD", "FINTECH")),
    ("Hunza Ridge Capital", "PRIVATE_EQUITY", "Islamabad", ("CLEAN_TECH", "HARDWARE", "TELECOM")),
    ("Five Rivers Development Finance", "DEVELOPMENT_FINANCE", "Lahore", ("AGRI_TECH", "CLEAN_TECH")),
    ("Makran Coast Family Office", "FAMILY_OFFICE", "Karachi", ("LOGISTICS", "AEROSPACE")),
    ("Lantern Innovation Fund", "GOVERNMENT_FUND", "Islamabad", ("GOV_TECH", "BIOTECH", "AEROSPACE")),
    ("Khyber Gate Ventures", "VENTURE_CAPITAL", "Peshawar", ("SOFTWARE", "GAMING", "ED_TECH")),
)
_NO_ROUND = ("BOOTSTRAPPED", "PUBLIC_MARKET")


def zones(world: World) -> Iterator[Line]:
    """Fictitious zones; the provinces in which no real zone has tenants yet get one each."""
    for name, city, regime, area, notified, opened, weight, (role, who) in _ZONES:
        slug, start = slug_of(name), date.fromisoformat(opened)
        world.tenancies.append(Tenancy(slug, city, start, None, weight))
        where = place(city) if city else {"country": "PK", "subdivision": "PK-GB"}
        line: Line = {"kind": "ZONE", "slug": slug, "name": name, "description": "Fictitious zone."} | where
        line |= {"regime": regime, "modality": "GEOGRAPHICAL" if area else "VIRTUAL"}
        if area:
            line["area"] = {"value": area[0], "unit": area[1]}
        yield line | {
            "notifiedOn": notified,
            "statuses": [
                {"status": "NOTIFIED", "since": notified, "until": str(start - _DAY)},
                {"status": "OPERATIONAL", "since": opened},
            ],
            "relations": [relation(role, who, since=notified, is_object=True)],
        }
    for slug, start, until, weight in _REAL_ZONES:
        world.tenancies.append(Tenancy(slug, world.cities[slug], start, until, weight))


def companies(world: World) -> Iterator[Line]:
    """Companies of every vertical, size and stage; six of seven are or were in a zone."""
    pairs = business_words()
    choices: list[Tenancy | None] = [zone for zone in world.tenancies for _ in range(zone.weight)]
    choices += [None] * (len(choices) // 6)
    for number, stem in enumerate(world.random.sample(STEMS, COMPANIES)):
        vertical, word = pairs[number % len(pairs)]
        name = f"{stem} {word}"
        zone = world.random.choice(choices)
        size, staff = _size(world)
        oldest = date(2001, 1, 1) if size in ("LARGE", "ANCHOR") else date(2014, 1, 1)
        youngest = date(2026, 3, 1) if size == "STARTUP" else date(2022, 1, 1)
        latest = min(youngest, zone.until - 200 * _DAY) if zone and zone.until else youngest
        stated = str(world.day(oldest, latest))[: world.random.choice((4, 7, 10, 10))]
        founded = date.fromisoformat((stated + "-01-01")[:10])
        city = (zone and zone.city) or world.random.choice(list(CITIES))
        verticals = (vertical, "AI") if number % 11 == 0 and vertical != "AI" else (vertical,)
        firm = Firm(slug_of(name), city, CITIES[city][0], founded, size, _stage(world, size), verticals)
        line: Line = {"kind": "COMPANY", "slug": firm.slug, "name": name} | place(city)
        line |= {
            "legalName": f"{name} (Private) Limited" if staff > 1 else name,
            "description": "Fictitious company.",
            "website": f"https://{firm.slug}.example.org",
            "sizeClass": size,
            "foundedOn": stated,
            "employeeCount": staff,
            "verticals": list(verticals),
            "isic": list(_ISIC[vertical]),
            "fundingStage": firm.stage,
            "isFreelancer": staff == 1,
            "isFunder": False,
            "relations": _relations(world, firm, stated, zone),
        }
        world.firms.append(firm)
        yield line


def _size(world: World) -> tuple[str, int]:
    """A size class and a number of employees within its thresholds."""
    least, most, size = world.random.choice(
        [(2, 20, "STARTUP")] * 10
        + [(21, 250, "SME")] * 7
        + [(251, 1000, "LARGE")] * 2
        + [(1, 1, "STARTUP"), (1001, 6000, "ANCHOR")]
    )
    return size, world.random.randrange(least, most + 1)


def _stage(world: World, size: str) -> str:
    if size == "STARTUP":
        return world.random.choice(("BOOTSTRAPPED", "PRE_SEED", "SEED", "SEED"))
    if size == "SME":
        return world.random.choice(("BOOTSTRAPPED", "SEED", "SERIES_A", "SERIES_B"))
    return world.random.choice(("BOOTSTRAPPED", "SERIES_C_PLUS", "PUBLIC_MARKET"))


def _relations(world: World, firm: Firm, founded: str, zone: Tenancy | None) -> list[Line]:
    relations = _tenancies(world, firm, zone) if zone else []
    if firm.size == "STARTUP" and world.chance(0.16):
        parent = world.university(firm.subdivision, firm.founded.year)["slug"]
        relations.append(relation("SPIN_OFF_OF", parent, since=founded))
    if world.chance(0.15):
        partner = world.university(firm.subdivision)["slug"]
        since = str(world.day(firm.founded + 31 * _DAY, TODAY))[:7]
        if world.pair(firm.slug, partner):
            relations.append(relation("COLLABORATES_WITH", partner, since=since))
    grown = [other for other in world.firms if other.size in ("LARGE", "ANCHOR")]
    if firm.size == "STARTUP" and grown and world.chance(0.06):
        buyer = world.random.choice(grown)
        paid = world.day(max(firm.founded, buyer.founded), TODAY)
        relations.append(relation("INVESTED_IN", buyer.slug, since=paid, is_object=True))
    return relations


def _tenancies(world: World, firm: Firm, zone: Tenancy) -> list[Line]:
    """One period in a zone; some have left it, and some of those went to another one in the same city."""
    since = world.day(max(zone.since, firm.founded), (zone.until or date(2026, 9, 1)) - 60 * _DAY)
    until = zone.until
    if until is None and (TODAY - since).days > 200 and world.chance(0.2):
        until = world.day(since + 90 * _DAY, TODAY - _DAY)
    found = [relation("TENANT_OF", zone.zone, since=since, until=until)]
    near = [z for z in world.tenancies if z.city == firm.city and z.until is None and z.zone != zone.zone]
    if until and near and until < date(2026, 6, 1) and world.chance(0.6):
        other = world.random.choice(near)
        found.append(
            relation("TENANT_OF", other.zone, since=world.day(max(until, other.since) + _DAY, TODAY))
        )
    return found


def investors(world: World) -> Iterator[Line]:
    """Investors, each with a portfolio in its verticals."""
    for name, kind, city, verticals in _INVESTORS:
        established = world.day(date(2008, 1, 1), date(2019, 12, 31)).replace(month=1, day=1)
        fitting = [f for f in world.firms if f.stage not in _NO_ROUND and set(verticals) & set(f.verticals)]
        portfolio = [
            relation(
                "INVESTED_IN",
                firm.slug,
                since=world.day(max(firm.founded, established), TODAY),
                title=f"{firm.stage.replace('_', ' ').capitalize()} round",
            )
            for firm in world.some(fitting, world.random.randrange(6, 15))
        ]
        line: Line = {"kind": "INVESTOR", "slug": slug_of(name), "name": name} | place(city)
        yield line | {
            "description": "Fictitious investor.",
            "type": kind,
            "verticals": list(verticals),
            "establishedOn": str(established)[:4],
            "isFunder": True,
            "relations": portfolio,
        }
