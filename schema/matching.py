"""Matches as clients read them: pages of matches, the parts of a score, and what each part rests on.

How a score comes about is docs/matching.md's business, what is asked of PostgreSQL resolvers/matching.py's.
"""

import datetime
from functools import cache, partial
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from models.fact_vocabulary import SkillLevel
from models.vocabulary import Availability
from resolvers import mapping
from resolvers.matching import DEPTH, WEIGHTS
from schema.build import Fields, argument, build
from schema.connection import AS_OF, PageInfo
from schema.declare import later, list_of
from schema.enums import members
from schema.expert import Expert
from schema.inputs import EntityRef, FactRef
from schema.need import Need
from schema.organization import Organization
from schema.program import Program
from schema.relation import Relation
from schema.skill import Skill
from schema.source import Vertical

SkillKinship: Any = members(
    "SkillKinship",
    "How a skill that someone has is related to the one that is wanted.",
    {
        "EXACT": ("EXACT", "It is the wanted one."),
        "NARROWER": ("NARROWER", "It lies below the wanted one."),
        "BROADER": ("BROADER", "It lies above the wanted one."),
    },
)
PlaceKinship: Any = members(
    "PlaceKinship",
    "By what two places are the same.",
    {
        "REMOTE": ("REMOTE", "Any place will do."),
        "CITY": ("CITY", "The same city."),
        "SUBDIVISION": ("SUBDIVISION", "The same province."),
        "COUNTRY": ("COUNTRY", "The same country."),
        "RESIDENCE": ("RESIDENCE", "The country that the person lives in."),
    },
)


def _told(description: str) -> Any:
    return strawberry.field(description=description)


SCORE = "From 0 to 1."
WEIGHT = "What the part weighs in this match."


@strawberry.type(description="A skill that is wanted, and the skill that meets it best.")
class SkillMatch:
    """One line of evidence; `held` is null where nothing meets it."""

    wanted: Skill | None = _told("The skill that is wanted.")
    wanted_level: SkillLevel | None = _told("How well it must be commanded at least.")
    is_required: bool | None = _told("Whether it must be there; else it is a plus, which counts half.")
    held: Skill | None = _told("The skill that meets it; null: it is missing.")
    level: SkillLevel | None = _told("How well that one is commanded.")
    kinship: SkillKinship | None = _told("How the two are related; null: it is missing.")
    steps: int | None = _told("How many steps below (or, negative, above) the wanted one it lies.")
    worth: float | None = _told("What that is worth, from 0 to 1.")


@strawberry.type(description="A field of business in common.")
class VerticalMatch:
    """One line of evidence."""

    vertical: Vertical | None = _told("The field of business.")
    organization: Organization | None = _told("The company through which there is experience in it.")
    worth: float | None = _told("1 while the tie lasts, else a half.")


@strawberry.type(description="How far the wanted skills are there.")
class SkillsPart:
    """The first part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    matches: list[SkillMatch] = _told("Each wanted skill with what meets it.")


@strawberry.type(description="Experience in the field: of education and training, or of business.")
class FieldPart:
    """The second part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    matches: list[SkillMatch] = _told("Each wanted field of ISCED-F with what meets it.")
    verticals: list[VerticalMatch] = _told("The fields of business in common.")


@strawberry.type(description="How near the two are.")
class PlacePart:
    """The third part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    how: PlaceKinship | None = _told("By what the two places are the same.")
    km: float | None = _told("Kilometres as the crow flies, where both places are known.")


@strawberry.type(description="Whether it is open on the day, and how available the person is.")
class PeriodPart:
    """The fourth part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    availability: Availability | None = _told("The person's availability.")
    opens_on: datetime.date | None = _told("From when the need or program is open.")
    closes_on: datetime.date | None = _told("Its last day.")


@strawberry.type(description="Whether the wanted languages are spoken.")
class LanguagePart:
    """The fifth part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    wanted: list[str] = _told("The languages asked for.")
    spoken: list[str] = _told("Those of them that the person speaks.")


@strawberry.type(description="A tie to the organization that asks or offers.")
class AffiliationPart:
    """The sixth part of a score."""

    score: float | None = _told(SCORE)
    weight: float | None = _told(WEIGHT)
    organization: Organization | None = _told("The organization; null: there is no tie.")
    relation: Relation | None = _told("The relation that ties.")


@strawberry.type(
    description="The parts of a score, each with what it rests on; null: the part does not count."
)
class MatchParts:
    """Explains a score."""

    skills: SkillsPart | None = _told("How far the wanted skills are there.")
    field: FieldPart | None = _told("Experience in the field.")
    place: PlacePart | None = _told("How near the two are.")
    period: PeriodPart | None = _told("Whether it is open, and how available the person is.")
    language: LanguagePart | None = _told("Whether the wanted languages are spoken.")
    affiliation: AffiliationPart | None = _told("A tie to the organization that asks or offers.")


MatchWeights: Any = build(
    "MatchWeights",
    "What each part of a score weighs, 0 to 10 each; at least one is above 0.",
    {name: (float, f"Of {name}, 0 to 10.", []) for name in WEIGHTS},
    is_input=True,
    defaults=WEIGHTS,
)


@cache
def connection(cls: type) -> Any:
    """`ExpertMatchConnection`."""
    name = f"{cls.__name__}Match"
    edge: Fields = {
        "cursor": (str, "The match's place in the ranking.", []),
        "score": (float, "How well it fits, from 0 to 1: the mean of its parts by their weights.", []),
        "parts": (MatchParts, "The parts of the score and what they rest on.", []),
        "node": (cls, f"The {cls.__name__}.", []),
    }
    made = build(f"{name}Edge", f"A {cls.__name__} with its score.", edge, is_input=False)
    fields: Fields = {
        "edges": (list_of(made), "The page's matches.", []),
        "nodes": (list_of(cls), "The page's records.", []),
        "pageInfo": (PageInfo, "Whether and where to go on.", []),
        "totalCount": (int, f"How many matches there are, at most {DEPTH}.", []),
    }
    text = f"A page of matches, best first; the best {DEPTH} are ranked."
    return build(f"{name}Connection", text, fields, is_input=False)


PAGE = [
    argument("first", int | None, f"How many, 1 to 1000; 25 unless given. The best {DEPTH} are ranked."),
    argument("after", str | None, "A cursor: give what comes after it."),
    argument("weights", MatchWeights | None, "What the parts of a score weigh."),
    AS_OF,
]
_TEXTS = {
    "need": "For this need.",
    "expert": "For this expert, if they state their availability.",
    "program": "For this program.",
    "company": "For this company: as matched to experts, its open needs; else the skills of its people.",
    "university": "For this university: the skills of its people.",
}
ROOTS: tuple[tuple[str, type, str, str, tuple[str, ...]], ...] = (
    ("matchExperts", Expert, "Experts who fit a need, a program or a company's open needs, best first; give "
     "one of the three. Only experts who state their availability are matched.",
     "match_experts", ("need", "program", "company")),
    ("matchPrograms", Program, "Programs not closed yet that fit an expert, a company or a university, best "
     "first; give one of the three.", "match_programs", ("expert", "company", "university")),
    ("matchNeeds", Need, "Needs not closed yet that fit an expert or a university, best first; give one "
     "of the two.", "match_needs", ("expert", "university")),
)  # fmt: skip
"""Root field, type of the matches, description, SQL function, and for whom."""


def roots() -> list[tuple[str, Any, str, list[StrawberryArgument], mapping.Match]]:
    """The root fields: name, type, description, arguments, and what each is compiled as."""
    found = []
    for name, cls, text, function, subjects in ROOTS:
        refs = [
            argument(one, (FactRef if one == "need" else EntityRef) | None, _TEXTS[one]) for one in subjects
        ]
        targets = {one: one.title() for one in subjects}
        type_ = later(f"{cls.__name__}MatchConnection", partial(connection, cls)) | None
        found.append((name, type_, text, [*refs, *PAGE], mapping.Match(cls.__name__, function, targets)))
    return found
