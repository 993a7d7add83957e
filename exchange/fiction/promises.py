"""Fictitious promises: commitments about provinces, and what followed from the directives of a real meeting.

All of it is invented and names the SYNTHETIC source; the directives themselves are real (facts.ndjson). Not
its business: the other facts (facts.py).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from exchange.fiction.world import Kinds, Line, to

TODAY = date(2026, 11, 22)
"""The day for which the answers are worth reading."""


def promises(draw: Random, _: Kinds) -> Iterator[Line]:
    """Commitments about provinces: overdue, fulfilled with evidence, dropped, and still in time."""
    makers = ("special-technology-zones-authority", "cabinet-division", "federal-board-of-revenue")
    takers = {
        "PK-SD": "government-of-sindh",
        "PK-PB": "government-of-punjab",
        "PK-KP": "khyber-pakhtunkhwa-information-technology-board",
    }
    texts = (
        "Open a one-window desk",
        "Connect the zone to the fibre network",
        "Publish the licensing rules",
        "Train two hundred graduates",
        "Appoint a liaison officer",
        "Hand over the first building",
    )
    zones = {
        "PK-SD": ("mehran-bay-technology-park", "clifton-sands-digital-quarter", "indus-reed-science-park"),
        "PK-PB": ("ravi-weavers-economic-zone",),
        "PK-KP": ("bala-hissar-science-park",),
    }
    for number, (subdivision, taker) in enumerate(line for line in takers.items() for __ in range(6)):
        made = date(2024, 3, 1) + timedelta(days=41 * number)
        due = made + timedelta(days=draw.randrange(120, 400))
        line: Line = {
            "kind": "COMMITMENT",
            "slug": f"commitment-{number + 1}",
            "madeBy": to(makers[number % 3]),
            "madeTo": to(taker),
            "subdivision": subdivision,
            "zone": to(zones[subdivision][number % len(zones[subdivision])]),
            "text": f"Fictitious: {texts[number % 6]}.",
            "madeOn": str(made),
            "dueOn": str(due),
        }
        if number % 6 in (1, 4) and due < TODAY:
            done = due - timedelta(days=draw.randrange(-40, 40))
            line |= {
                "status": "FULFILLED",
                "fulfilledOn": str(done),
                "evidence": "A fictitious notification.",
            }
        elif number % 6 == 5:
            line |= {"status": "DROPPED"}
        elif due < TODAY:
            line |= {
                "evidence": "A fictitious interim report: half of it is done.",
                "evidenceUrl": f"https://reports.example.org/{line['slug']}",
            }
        yield line


def followed(_: Random, __: Kinds) -> Iterator[Line]:
    """What is invented to have followed from the two directives of the fifth board meeting."""
    authority, experts, plan = (
        "special-technology-zones-authority", "bog-5-global-it-experts", "bog-5-plan-for-experts",
    )  # fmt: skip
    for number, (maker, directive, text, due, done) in enumerate(
        (
            (authority, experts, "Draft a visa rule for invited experts", "2024-04-30", "2024-04-18"),
            ("cabinet-division", experts, "Put the visa rule before the cabinet", "2024-07-31", None),
            (authority, plan, "Present a plan for two hundred experts", "2024-03-31", "2024-05-09"),
            ("higher-education-commission", plan, "Name host universities for them", "2024-09-30", None),
            (authority, plan, "Welcome the first fifty experts", "2027-06-30", None),
        )
    ):
        line: Line = {
            "kind": "COMMITMENT",
            "slug": f"bog-5-commitment-{number + 1}",
            "madeBy": to(maker),
            "madeTo": to("prime-ministers-office"),
            "directive": to(directive),
            "text": f"Fictitious: {text}.",
            "madeOn": "2024-01-15",
            "dueOn": due,
        }
        if done:
            line |= {
                "status": "FULFILLED",
                "fulfilledOn": done,
                "evidence": "A fictitious document.",
                "evidenceUrl": f"https://reports.example.org/{line['slug']}",
            }
        yield line
