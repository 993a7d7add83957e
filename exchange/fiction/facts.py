"""Fictitious facts: skills of experts, needs, rounds, exports, licences, incentives and promises.

Made from the finished sample with a seed of their own, so that they change nothing of it; all of it names the
SYNTHETIC source. Not its business: the records that the facts are of (the other files here).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from exchange.fiction.promises import TODAY, followed, promises
from exchange.fiction.world import SEED, Kinds, Line, to

SOURCE = "sample"
_SKILLS: tuple[tuple[str, str, str, str], ...] = (
    ("programming", "Programming", "0613", ""),
    ("python", "Python", "0613", "programming"),
    ("java", "Java", "0613", "programming"),
    ("web-development", "Web development", "0613", "programming"),
    ("mobile-development", "Mobile development", "0613", "programming"),
    ("embedded-systems", "Embedded systems", "0714", "programming"),
    ("data-science", "Data science", "0613", ""),
    ("machine-learning", "Machine learning", "0613", "data-science"),
    ("computer-vision", "Computer vision", "0613", "machine-learning"),
    ("language-technology", "Urdu language technology", "0613", "machine-learning"),
    ("statistics", "Statistics", "0542", "data-science"),
    ("data-engineering", "Data engineering", "0612", "data-science"),
    ("cloud-operations", "Cloud operations", "0612", ""),
    ("network-security", "Network security", "0612", "cloud-operations"),
    ("incident-response", "Incident response", "0612", "network-security"),
    ("payments", "Payment systems", "0412", ""),
    ("risk-models", "Credit risk models", "0412", "payments"),
    ("supply-chains", "Supply chains", "0413", ""),
    ("product-management", "Product management", "0413", ""),
    ("export-marketing", "Export marketing", "0414", "product-management"),
    ("chip-design", "Chip design", "0714", ""),
    ("solar-power", "Solar power", "0713", ""),
    ("remote-sensing", "Remote sensing", "0532", ""),
    ("precision-farming", "Precision farming", "0811", ""),
    ("bioinformatics", "Bioinformatics", "0512", "data-science"),
    ("telemedicine", "Telemedicine", "0914", ""),
    ("instructional-design", "Instructional design", "0111", ""),
    ("game-design", "Game design", "0211", ""),
)
"""Code, label, field of ISCED-F, the wider skill."""
_LEVELS = ("BASIC", "INTERMEDIATE", "INTERMEDIATE", "ADVANCED", "EXPERT")
_MARKETS = ("AE", "SA", "QA", "KW", "OM", "BH", "US", "GB", "DE")
_EXPORTING = ("E_COMMERCE", "FINTECH", "HEALTH_TECH", "ED_TECH", "LOGISTICS", "SOFTWARE", "AI")
_NEEDS = ("VACANCY", "VACANCY", "INTERNSHIP", "RESEARCH_PROBLEM", "MENTORING", "FUNDING")
_TITLES = {
    "VACANCY": "Specialist in {}",
    "INTERNSHIP": "Internship: {}",
    "RESEARCH_PROBLEM": "Research problem: {}",
    "MENTORING": "Mentor for {}",
    "FUNDING": "Money to grow in {}",
}
_RELIEFS = {
    "INFRASTRUCTURE": "Rebate on rent and power",
    "INCOME_TAX": "Reduced income tax of small enterprises",
    "REGULATORY": "One-window permits",
}
_STAGES = {"PRE_SEED": 150_000, "SEED": 900_000, "SERIES_A": 6_000_000, "SERIES_B": 22_000_000}


def lines(everything: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """The fictitious facts; `everything` are the decoded lines of the sample's entities."""
    draw, by_kind = Random(SEED + 1), dict[str, list[Mapping[str, Any]]]()  # noqa: S311 - data, no secret
    for line in everything:
        by_kind.setdefault(line["kind"], []).append(line)
    for make in _PARTS:
        for line in make(draw, by_kind):
            yield line | {"source": SOURCE}


def _skills(_: Random, __: Kinds) -> Iterator[Line]:
    for code, label, field, wider in _SKILLS:
        line = {"kind": "SKILL", "slug": f"local-{code}", "scheme": "LOCAL", "code": code, "label": label}
        line["description"] = f"A skill of the field {field} of ISCED-F 2013."
        yield line | {"type": "COMPETENCE"} | ({"broader": to(f"local-{wider}")} if wider else {})


def _some(draw: Random, count: int) -> list[str]:
    # The square makes the first skills common and the last ones rare.
    found = dict.fromkeys(int(draw.random() ** 2 * len(_SKILLS)) for _ in range(count))
    return [_SKILLS[place][0] for place in found]


def _expert_skills(draw: Random, kinds: Kinds) -> Iterator[Line]:
    for expert in kinds["EXPERT"]:
        if expert.get("source") != SOURCE or draw.random() > 0.92:
            continue
        for code in _some(draw, draw.randrange(2, 6)):
            line: Line = {"kind": "EXPERT_SKILL", "expert": to(expert["slug"]), "skill": to(f"local-{code}")}
            if draw.random() < 0.5:
                line["since"] = f"{draw.randrange(2008, 2026)}-01-01"
            yield line | {"level": draw.choice(_LEVELS)}


def _program_skills(draw: Random, kinds: Kinds) -> Iterator[Line]:
    for program in kinds["PROGRAM"]:
        if program.get("source") == SOURCE:
            for code in _some(draw, 3):
                yield {"kind": "PROGRAM_SKILL", "program": to(program["slug"]), "skill": to(f"local-{code}")}


def _needs(draw: Random, kinds: Kinds) -> Iterator[Line]:
    posters = [*draw.sample(kinds["COMPANY"], 90), *draw.sample(kinds["UNIVERSITY"], 30)]
    provinces = {line.get("subdivision") for line in posters}
    posters += [line for line in kinds["UNIVERSITY"] if line.get("subdivision") not in provinces]
    for number, poster in enumerate(posters):
        kind = draw.choice(_NEEDS)
        skills = _some(draw, 4)
        label = next(label for code, label, *_ in _SKILLS if code == skills[0])
        opens = TODAY - timedelta(days=draw.randrange(0, 300))
        line: Line = {
            "kind": "NEED",
            "slug": f"need-{number + 1}",
            "postedBy": to(poster["slug"]),
            "needKind": kind,
            "title": _TITLES[kind].format(label.lower()),
            "description": "Fictitious need.",
            "verticals": poster.get("verticals") or [],
            "country": "PK",
            "isRemote": draw.random() < 0.3,
            "places": draw.randrange(1, 5),
            "opensOn": str(opens),
            "closesOn": str(opens + timedelta(days=draw.randrange(60, 420))),
        }
        line |= {key: poster[key] for key in ("subdivision", "city") if poster.get(key)}
        if kind == "FUNDING":
            line["amount"] = {"amount": str(draw.randrange(5, 90) * 1_000_000), "currency": "PKR"}
        yield line
        for place, code in enumerate(skills):
            wanted: Line = {"kind": "NEED_SKILL", "need": to(line["slug"]), "skill": to(f"local-{code}")}
            yield wanted | {"level": draw.choice(_LEVELS[:4]), "isRequired": place < 2}


def _rounds(draw: Random, kinds: Kinds) -> Iterator[Line]:
    investors = [line["slug"] for line in kinds["INVESTOR"] if line.get("source") == SOURCE]
    number = 0
    for company in kinds["COMPANY"]:
        stages = list(_STAGES)
        if company.get("fundingStage") not in stages:
            continue
        began = int(str(company.get("foundedOn", "2015"))[:4])
        for step, stage in enumerate(stages[: stages.index(company["fundingStage"]) + 1]):
            number += 1
            year = min(max(began + step + 1, 2016), 2026)
            month = draw.randrange(1, 11)
            line: Line = {
                "kind": "FUNDING_ROUND",
                "slug": f"round-{number}",
                "company": to(company["slug"]),
                "stage": stage,
                "announcedOn": f"{year}-{month:02d}",
            }
            if draw.random() < 0.85:
                amount = int(_STAGES[stage] * draw.uniform(0.5, 1.8) / 10_000) * 10_000
                line["amount"] = {"amount": str(amount), "currency": "USD"}
            yield line
            for place, investor in enumerate(draw.sample(investors, draw.randrange(1, 4))):
                part: Line = {"kind": "FUNDING_ROUND_INVESTOR", "round": to(line["slug"])}
                yield part | {"investor": to(investor), "isLead": place == 0}


def _exports(draw: Random, _: Kinds) -> Iterator[Line]:
    for vertical in _EXPORTING:
        for market in _MARKETS:
            amount = draw.randrange(4, 60) * 100_000
            for year in range(2020, 2026):
                amount = int(amount * draw.uniform(0.95, 1.45))
                slug = f"export-{vertical.lower().replace('_', '-')}-{market.lower()}-{year}"
                yield {
                    "kind": "EXPORT_STATISTIC",
                    "slug": slug,
                    "year": year,
                    "isFiscalYear": True,
                    "market": market,
                    "origin": "PK",
                    "vertical": vertical,
                    "amount": {"amount": str(amount), "currency": "USD"},
                }


def _licences(draw: Random, kinds: Kinds) -> Iterator[Line]:
    """A licence for most tenants, some expired or taken back; incentives, some of which lapse soon."""
    for company in kinds["COMPANY"]:
        tenancy = next((r for r in company.get("relations", ()) if r["role"] == "TENANT_OF"), None)
        if tenancy is None or draw.random() < 0.2:
            continue
        since = date.fromisoformat(f"{tenancy.get('since', '2022')}-01-01"[:10])
        years = draw.choice((3, 5, 10))
        last = since.replace(year=since.year + years, day=min(since.day, 28)) - timedelta(days=1)
        line: Line = {
            "kind": "LICENCE",
            "slug": f"licence-{company['slug']}",
            "holder": to(company["slug"]),
            "zone": tenancy["to"],
            "type": "ZONE_ENTERPRISE",
            "number": f"ZE-{draw.randrange(10_000, 99_999)}",
            "issuedOn": str(since),
            "expiresOn": str(last),
        }
        if draw.random() < 0.05:
            line |= {"revokedOn": str(since + timedelta(days=300)), "revocationReason": "Fictitious reason."}
        yield line
    for number, (place, zone) in enumerate(
        (day, line["slug"])
        for line in kinds["ZONE"]
        if line.get("source") == SOURCE
        for day in ("2026-12-31", "2027-06-30", "2030-12-31")
    ):
        kind = ("INFRASTRUCTURE", "INCOME_TAX", "REGULATORY")[number % 3]
        yield {
            "kind": "INCENTIVE",
            "slug": f"incentive-{number + 1}",
            "code": f"sample-{number + 1}",
            "incentiveKind": kind,
            "name": f"{_RELIEFS[kind]} (fictitious)",
            "offeredBy": to(zone),
            "licenceTypes": ["ZONE_ENTERPRISE"],
            "sizeClasses": [["STARTUP"], ["STARTUP", "SME"], []][number % 3],
            "verticals": [["FINTECH"], [], ["AI", "SOFTWARE"]][number // 3 % 3],
            "durationMonths": 36,
            "legalReference": f"Fictitious order {number + 1} of the zone",
            "validFrom": "2024-01-01",
            "validUntil": place,
        }


_PARTS = (
    *(_skills, _expert_skills, _program_skills, _needs, _rounds, _exports, _licences, promises),
    followed,
)
"""New parts come last: each draws from the same dice after those before it."""
