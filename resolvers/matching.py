"""Matching: how `matchExperts`, `matchPrograms` and `matchNeeds` are planned, their weights, depth and price.

How they are printed is resolvers/match_sql.py's business; what each part of a score means is in
docs/matching.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from resolvers import mapping, plan
from resolvers.arguments import Argument, Given
from resolvers.cost import Price
from resolvers.errors import BadUserInput

if TYPE_CHECKING:
    from resolvers.planner import Planner

WEIGHTS = {
    "skills": 5.0,
    "field": 2.0,
    "place": 2.0,
    "period": 1.0,
    "language": 1.0,
    "affiliation": 1.0,
}
"""The parts of a score in the order in which the functions of the migrations take their weights."""
DEPTH = 200
"""The best so many are ranked, counted and paged through."""
PRICE = 500
"""What a search counts as in the price of an operation: about the persons that it rates."""
TYPES_BELOW = {
    "SkillsPart": {"matches": ("SkillMatch", True)},
    "FieldPart": {"matches": ("SkillMatch", True), "verticals": ("VerticalMatch", True)},
    "MatchParts": {
        "skills": ("SkillsPart", False),
        "field": ("FieldPart", False),
        "place": ("PlacePart", False),
        "period": ("PeriodPart", False),
        "language": ("LanguagePart", False),
        "affiliation": ("AffiliationPart", False),
    },
}
"""The objects of a match: type -> field -> the type below it, and whether it is a list."""
RECORDS_BELOW = {
    "SkillMatch": {"wanted": "Skill", "held": "Skill"},
    "VerticalMatch": {"vertical": "Vertical", "organization": "Organization"},
    "AffiliationPart": {"organization": "Organization", "relation": "Relation"},
}
"""The records that a match rests on: type -> field -> type of the record."""
EVIDENCE = 5
"""How many lines of evidence a list of it is priced at: needs ask for about as many skills."""


def planned(
    planner: "Planner",
    field: mapping.Match,
    nodes: list[FieldNode],
    arguments: Mapping[str, Argument],
    as_of: plan.Bind | None,
    price: Price,
) -> plan.Connection:
    """The plan of a root field that matches; raises BadUserInput unless exactly one subject is given."""
    given = [name for name in field.subjects if isinstance(arguments.get(name), dict)]
    if len(given) != 1:
        names = ", ".join(field.subjects)
        raise BadUserInput(
            f"Give exactly one of {names}; {len(given)} are given.",
            hint=f"Say whom to match for by one of {names}, for example {next(iter(field.subjects))}: "
            '{slug: "..."}.',
        )
    price.add(PRICE)
    name = nodes[0].name.value
    found = planner.connection(field, name, nodes, arguments, as_of, price)
    (subject,) = given
    return replace(
        found,
        match=plan.Matching(
            kind=subject,
            target=planner.catalog.types[field.subjects[subject]],
            subject=planner.filters.reference(arguments[subject], subject),
            weights=_weights(arguments.get("weights")),
        ),
    )


def _weights(given: Argument | None) -> tuple[plan.Bind, ...]:
    found = given if isinstance(given, dict) else {}
    binds = []
    for name, default in WEIGHTS.items():
        one = found.get(name)
        is_given = isinstance(one, Given) and one.value is not None
        source = one.source if isinstance(one, Given) and is_given else plan.Constant(default)
        binds.append(plan.Bind(source, "weight", "float", f"weights.{name}"))
    return tuple(binds)


def parts(
    planner: "Planner", type_name: str, nodes: list[FieldNode], as_of: plan.Bind | None, price: Price
) -> plan.PathPart:
    """The plan of an object of a match: what is selected of its evidence."""
    entries: list[tuple[str, str, Any]] = []
    found = planner.collect(type_name, [node.selection_set for node in nodes])
    for key, inner in found.items():
        name = inner[0].name.value
        made: Any = plan.TypeName(type_name) if name == "__typename" else None
        if name in TYPES_BELOW.get(type_name, ()):
            below, is_list = TYPES_BELOW[type_name][name]
            child = price.child(key, name)
            if is_list:
                child.multiplier *= EVIDENCE
                child.add(1)
            made = parts(planner, below, inner, as_of, child)
        elif name in RECORDS_BELOW.get(type_name, ()):
            record = planner.catalog.types[RECORDS_BELOW[type_name][name]]
            price.child(key, name).add(1)
            made = planner.selection(record, [node.selection_set for node in inner], as_of, price)
        entries.append((key, name, made))
    return plan.PathPart(tuple(entries))
