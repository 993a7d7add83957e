"""Fictitious clusters, programs and agreements: what organizations do together.

Not its business: the persons who take part in programs (people.py).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from exchange.fiction.world import TODAY, Line, World, relation, slug_of

YEARS = (2023, 2024, 2025, 2026)
AGREEMENTS = 25
_STZA = "special-technology-zones-authority"

_CLUSTERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Arabian Sea Fintech Cluster", ("FINTECH", "E_COMMERCE"),
     ("mehran-bay-technology-park", "clifton-sands-digital-quarter")),
    ("Lower Indus Agri and Logistics Cluster", ("AGRI_TECH", "LOGISTICS"), ("indus-reed-science-park",)),
    ("Potohar Deep Tech Cluster", ("AI", "CYBERSECURITY", "HARDWARE"),
     ("nust-special-technology-zone", "tech7-special-technology-zone", "capital-smart-technology-zone")),
    ("Five Rivers Software Cluster", ("SOFTWARE", "GAMING", "MEDIA"),
     ("mindbridge-special-technology-zone", "ravi-weavers-economic-zone")),
    ("Hazara Applied Sciences Cluster", ("BIOTECH", "HEALTH_TECH", "ED_TECH"),
     ("paf-iast-special-technology-zone", "pakistan-digital-city-haripur", "bala-hissar-science-park")),
    ("High Plateau Clean Technology Cluster", ("CLEAN_TECH", "TELECOM"),
     ("bolan-gate-technology-zone", "karakoram-cloud-zone")),
)  # fmt: skip


class _Series(NamedTuple):
    """A program with an edition each year: who runs and pays it, when it opens, how long it lasts."""

    name: str
    kind: str
    runner: str
    funder: str | None
    subdivision: str | None
    opens: str
    months: int
    budget: tuple[int, str] | None
    fields: tuple[str, ...]
    eligibility: str


_PROGRAMS = (
    _Series("Return and Build Fellowship", "EXPERT_ATTRACTION", _STZA, "higher-education-commission", None,
            "09-15", 24, (2_400_000, "USD"), ("0613", "0714"), "IT experts who live abroad, for two years."),
    _Series("Visiting Technologists of Sindh", "EXPERT_ATTRACTION",
            "sindh-information-science-and-technology-department", "government-of-sindh", "PK-SD",
            "10-01", 6, (90_000_000, "PKR"), ("0611", "0613"), "Experts with five years of practice."),
    _Series("Zone Starter Grants", "FUNDING", _STZA, "lantern-innovation-fund", None,
            "10-10", 12, (450_000_000, "PKR"), ("0613",), "Startups that are tenants of a zone."),
    _Series("Karachi Launchpad", "INCUBATION", "ned-university-of-engineering-and-technology",
            "sindhra-growth-partners", "PK-SD", "03-01", 6, (60_000_000, "PKR"), ("0613", "0413"),
            "Founding teams of two or more."),
    _Series("Frontier Incubator", "INCUBATION", "khyber-pakhtunkhwa-information-technology-board", None,
            "PK-KP", "09-20", 8, (75_000_000, "PKR"), ("0613",), "Startups not older than three years."),
    _Series("Sindh Cloud Skills", "TRAINING", "university-of-karachi", "government-of-sindh", "PK-SD",
            "02-10", 4, (40_000_000, "PKR"), ("0612", "0613"), "Graduates of any field."),
    _Series("Data for Public Services", "TRAINING", "information-technology-university-lahore",
            "government-of-punjab", "PK-PB", "09-05", 5, (55_000_000, "PKR"), ("0612", "0413"),
            "Staff of public bodies, and graduates."),
    _Series("Joint Applied Research Calls", "RESEARCH", "pakistan-science-foundation",
            "ministry-of-science-and-technology", None, "08-15", 36, (600_000_000, "PKR"),
            ("0511", "0711", "0714"), "A university together with a company."),
    _Series("Industry Semester", "INTERNSHIP", "national-university-of-sciences-and-technology", None, None,
            "10-05", 5, None, ("0613", "0714"), "Students in their last year."),
    _Series("Quetta Summer of Code", "INTERNSHIP", "university-of-balochistan", None, "PK-BA",
            "04-01", 3, (8_000_000, "PKR"), ("0613",), "Students of any university in Balochistan."),
)  # fmt: skip


def clusters(world: World) -> Iterator[Line]:
    """Clusters, as examples of what a clusters strategy might name; each zone is part of one."""
    for name, verticals, zones in _CLUSTERS:
        since = str(world.random.randrange(2024, 2026))
        yield {
            "kind": "CLUSTER",
            "slug": slug_of(name),
            "name": name,
            "description": "Fictitious cluster.",
            "country": "PK",
            "verticals": list(verticals),
            "relations": [relation("PART_OF", zone, since=since, is_object=True) for zone in zones],
        }


def programs(world: World) -> Iterator[Line]:
    """Each program in its yearly editions; the last edition of some is open for applications on TODAY."""
    for series in _PROGRAMS:
        for year in YEARS:
            opens = date.fromisoformat(f"{year}-{series.opens}")
            closes = opens + timedelta(days=world.random.randrange(75, 110))
            starts = (closes + timedelta(days=45)).replace(day=1)
            name = f"{series.name} {year}"
            slug = slug_of(name)
            world.programs[slug] = (series.kind, series.subdivision, starts)
            line: Line = {"kind": "PROGRAM", "slug": slug, "name": name, "country": "PK"}
            if series.subdivision:
                line["subdivision"] = series.subdivision
            line |= {
                "description": "Fictitious program.",
                "programKind": series.kind,
                "opensOn": str(opens),
                "closesOn": str(closes),
                "startsOn": str(starts),
                "endsOn": str(_month_after(starts, series.months) - timedelta(days=1)),
            }
            if series.budget:
                line["budget"] = {"amount": str(series.budget[0]), "currency": series.budget[1]}
            relations = [relation("RUNS", series.runner, since=opens, is_object=True)]
            if series.funder:
                relations.append(relation("FUNDS", series.funder, since=opens, is_object=True))
            if starts <= TODAY:
                relations += _participants(world, series, starts)
            yield line | {
                "fields": list(series.fields),
                "eligibility": series.eligibility,
                "relations": relations,
            }


def _month_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _participants(world: World, series: _Series, starts: date) -> list[Line]:
    """Companies that existed, and universities, of the program's province or of any."""
    firms = [
        firm.slug
        for firm in world.firms
        if series.subdivision in (None, firm.subdivision) and firm.founded <= starts
    ]
    schools = [
        line["slug"]
        for line in world.universities
        if series.subdivision in (None, line["subdivision"]) and line["slug"] != series.runner
    ]
    most = 14 if series.kind in ("INCUBATION", "FUNDING", "RESEARCH") else 6
    chosen = world.some(firms, most) + world.some(schools, 3)
    until = _month_after(starts, series.months) - timedelta(days=1)
    return [relation("PARTICIPATES_IN", slug, since=starts, until=until, is_object=True) for slug in chosen]


def agreements(world: World) -> Iterator[Line]:
    """Agreements of a university with a company, some with a government body as a third party."""
    bodies = ("government-of-sindh", "government-of-punjab", _STZA, "higher-education-commission")
    names = {line["slug"]: line["name"] for line in world.universities}
    subjects = ("internships", "a joint laboratory", "licensing of research", "curriculum advice")
    for firm in world.some(world.firms, AGREEMENTS):
        university = world.university(firm.subdivision)["slug"]
        subject = world.random.choice(subjects)
        kind = world.random.choice(("MOU", "MOU", "MOU", "CONTRACT", "JOINT_VENTURE", "GRANT", "LICENCE"))
        signed = world.day(max(firm.founded, date(2018, 1, 1)), TODAY - timedelta(days=30))
        until = date(signed.year + world.random.randrange(2, 6), 12, 31)
        parties = [firm.slug, university]
        if kind in ("GRANT", "JOINT_VENTURE"):
            parties.append(world.random.choice(bodies))
        company = firm.slug.replace("-", " ").title()
        name = f"{company} and {names[university]} on {subject}"
        yield {
            "kind": "AGREEMENT",
            "slug": slug_of(f"{firm.slug} {university} {kind}"),
            "name": name,
            "description": "Fictitious agreement.",
            "type": kind,
            "signedOn": str(signed),
            "validFrom": str(signed),
            "validUntil": str(until),
            "status": "IN_FORCE" if until >= TODAY else "ENDED",
            "country": "PK",
            "subdivision": firm.subdivision,
            "relations": [
                relation("PARTY_TO", party, since=signed, until=until, is_object=True) for party in parties
            ],
        }
