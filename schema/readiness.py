"""How ready a zone is, as clients read it: the score and its parts.

The formula is resolvers/readiness.py's business; docs/analysis.md says it in words.
"""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.analysis_vocabulary import ReadinessPart
from resolvers import mapping, readiness
from schema.declare import computed_record
from schema.derived import derived, records, scalar

if TYPE_CHECKING:
    from schema.entity import Entity

READINESS = mapping.Derived("ZoneReadiness", readiness.rows, readiness.PRICE)
_PARTS = mapping.Derived("ReadinessMeasure", readiness.parts, 0, length=len(readiness.WEIGHTS))


@computed_record
class ReadinessMeasure:
    """One part of a zone's readiness."""

    part: ReadinessPart = scalar("Which part.")
    points: int = scalar("What it adds to the score.")
    weight: int = scalar("What it can add at most.")
    value: float | None = scalar(
        "What was measured: licences, the area in its own unit, companies, kilometres, experts (in fives, to "
        "50; null below five); null where nothing is counted."
    )
    evidence: str = scalar("What speaks for it, in a sentence.")
    missing: str | None = scalar("What would give it all its points; null: it has them.")
    entities: list[Annotated["Entity", strawberry.lazy(".entity")]] = records(
        "Who is meant: licence holders and developers, hosts, the first five companies, universities.",
        ("name", "id"),
    )


@computed_record
class ZoneReadiness:
    """How ready a zone is on a day, by the records that you may see."""

    score: int = scalar("The sum of the parts' points, 0 to 100.")
    as_of: datetime.date = scalar("The day it was judged for.")
    missing: list[str] = scalar("What is missing, in the order of the parts.")
    parts: list[ReadinessMeasure] = derived(_PARTS, "The six parts, in a fixed order.")
