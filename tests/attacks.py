"""Operations that try to learn what people keep to themselves: made from the schema, so that a new field,
filter or order is tried by being declared, and some by hand.

What they are asked of is tests/hidden_worlds.py; that they learn nothing is tests/test_consent_attack.py.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLSchema, get_named_type, is_leaf_type

from tests import graph
from tests.graph_facts import NUMBERS
from tests.hidden_worlds import ORCIDS, PERSONS, VALUES

HIDDEN = {
    "".join(word if at == 0 else word.capitalize() for at, word in enumerate(column.split("_"))): values
    for column, values in VALUES.items()
    if column not in ("latitude", "longitude")
}
"""Field -> its values in the worlds."""
UNIVERSITY = graph.uuid_of(1000)
_PLACED = [
    row
    for row in graph.entity_rows()
    if row["kind"] != "EXPERT" and row["audience"] == "PUBLIC" and row.get("latitude") is not None
]
NEAR = min(_PLACED, key=lambda row: abs(row["latitude"] - 24.86) + abs(row["longitude"] - 67.0))["id"]
"""A place near the first world's city, and far from the other's."""


@dataclass(frozen=True)
class Attack:
    """An operation; `is_telling`: whoever may know all gets different answers from the two worlds."""

    name: str
    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    is_telling: bool = True


def attacks(schema: GraphQLSchema) -> list[Attack]:
    """All of them, by name."""
    found = [
        *filters(schema),
        *orders(schema),
        *groups(schema),
        *objects(schema),
        *by_hand(),
    ]
    assert len({attack.name for attack in found}) == len(found)
    return found


def _type(schema: GraphQLSchema, name: str) -> Any:
    return schema.type_map[name]


def scalars(schema: GraphQLSchema, name: str) -> str:
    """Everything of a type that needs no selection, and objects made of such."""
    parts = []
    for key, made in _type(schema, name).fields.items():
        inner = get_named_type(made.type)
        if is_leaf_type(inner):
            parts.append(key)
        elif "first" not in made.args and key not in ("successor", "owner", "source"):
            below = _type(schema, inner.name).fields.items()
            plain = [name for name, one in below if is_leaf_type(get_named_type(one.type))]
            parts.append(f"{key} {{ {' '.join(plain)} }}")
    return " ".join(parts)


def _values(operator: str, key: str) -> Iterator[Any]:
    one, other, _ = HIDDEN[key]
    for value in (one, other):
        if value is None:
            continue
        if operator in ("isNull", "isEmpty"):
            yield True
            return
        if operator in ("contains", "startsWith", "matches"):
            yield str(value)[:4]
        elif operator in ("in", "notIn") or (operator in ("hasSome", "hasEvery")):
            yield value if isinstance(value, list) else [value]
        elif operator == "has":
            yield value[0]
        else:
            yield value


def filters(schema: GraphQLSchema) -> Iterator[Attack]:
    """Each operator of each personal field, with the values of both worlds; counted and listed."""
    where = schema.type_map["ExpertWhere"]
    assert isinstance(where, GraphQLInputObjectType)
    for key in HIDDEN:
        operators = get_named_type(where.fields[key].type)
        assert isinstance(operators, GraphQLInputObjectType)
        for operator in operators.fields:
            for number, value in enumerate(_values(operator, key)):
                for negation in (False, True):
                    condition: Any = {key: {operator: value}}
                    condition = {"not": condition} if negation else condition
                    yield Attack(
                        f"where {'not ' if negation else ''}{key} {operator} {number}",
                        "query($w: ExpertWhere) { experts(where: $w) { totalCount nodes { id } } }",
                        {"w": condition},
                        is_telling=operator in ("eq", "ne", "in", "notIn", "has", "hasSome", "hasEvery"),
                    )


def orders(schema: GraphQLSchema) -> Iterator[Attack]:
    """Each order by a personal field; a page's cursors hold the values by which it is ordered."""
    fields = _type(schema, "ExpertOrderField").values
    for key in HIDDEN:
        code = "".join(f"_{c}" if c.isupper() else c for c in key).upper()
        if code not in fields:
            continue
        for direction in ("ASC", "DESC"):
            for nulls in ("FIRST", "LAST"):
                order = f"orderBy: [{{field: {code}, direction: {direction}, nulls: {nulls}}}]"
                for page in ("first: 4", "last: 4", "first: 100"):
                    yield Attack(
                        f"order by {code} {direction} {nulls} {page}",
                        f"{{ experts({page}, {order}) {{ edges {{ cursor node {{ id }} }} "
                        "pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }",
                    )


def groups(schema: GraphQLSchema) -> Iterator[Attack]:
    """Each grouping, and the extremes of every field."""
    for key in _type(schema, "ExpertGroupKey").values:
        hidden = {"COUNTRY", "SUBDIVISION", "CITY", "RESIDENCE_COUNTRY", "AVAILABILITY", "IS_FREELANCER"}
        keys = scalars(schema, "ExpertKeys")
        yield Attack(
            f"group by {key}",
            f"{{ experts {{ groupBy(by: [{key}]) {{ count keys {{ {keys} }} }} }} }}",
            is_telling=key in hidden,
        )
    extremes = " ".join(_type(schema, "ExpertExtremes").fields)
    yield Attack(
        "extremes",
        f"{{ experts {{ groupBy(by: [KIND]) {{ min {{ {extremes} }} max {{ {extremes} }} }} }} }}",
        is_telling=False,
    )


def objects(schema: GraphQLSchema) -> Iterator[Attack]:
    """The person's record by every way that leads to it."""
    person = scalars(schema, "Expert")
    any_ = f"... on Expert {{ {person} }}"
    inner = f"__typename {scalars(schema, 'Entity')} {any_}"
    ids = json.dumps([str(person_id) for person_id in PERSONS[:5]])
    first = json.dumps(str(PERSONS[0]))
    yield Attack("expert", f"{{ expert(by: {{id: {first}}}) {{ {person} }} }}")
    yield Attack("entity", f"{{ entity(by: {{id: {first}}}) {{ {inner} }} }}")
    yield Attack("node", f"{{ node(id: {first}) {{ id {any_} }} }}")
    yield Attack("nodes", f"{{ nodes(ids: {ids}) {{ id {any_} ... on Entity {{ city website }} }} }}")
    yield Attack("experts", f"{{ experts(first: 100) {{ nodes {{ {person} }} }} }}")
    yield Attack(
        "search",
        f'{{ search(text: "expert zero", kinds: [EXPERT]) {{ totalCount nodes {{ {inner} }} }} }}',
    )
    yield Attack(
        "facts", "{ experts(first: 100) { nodes { facts { field value unit } } } }", is_telling=False
    )
    yield Attack(
        "conflicts",
        "{ conflicts(kind: EXPERT) { totalCount nodes { field statements { value } } } }",
        is_telling=False,
    )
    yield Attack(
        "changes", "{ changes(first: 500) { nodes { cursor verb kind recordId } } }", is_telling=False
    )
    related = f"relations(asOf: null, first: 5) {{ nodes {{ {inner} }} }}"
    yield Attack("relations", f"{{ universities(first: 12) {{ nodes {{ {related} }} }} }}")
    yield Attack(
        "skills",
        "{ skills(first: 20) { nodes { id experts { totalCount nodes { level expert { id } } } } } }",
    )


def listed(plural: str, where: str, more: str = "") -> str:
    """How many records meet a condition, and which; `more` is read of each."""
    return f"{{ {plural}(where: {{{where}}}, asOf: null) {{ totalCount nodes {{ id {more} }} }} }}"


def by_hand() -> Iterator[Attack]:
    """Ways round the doors."""
    for number, orcid in enumerate(ORCIDS):
        carries = f'{{scheme: ORCID, value: "{orcid}"}}'
        ref = f"{{identifier: {carries}}}"
        by = f"{{ expert(by: {ref}) {{ id }} entity(by: {ref}) {{ name }} }}"
        yield Attack(f"by identifier {number}", by)
        yield Attack(f"where identifier {number}", listed("experts", f"identifiers: {carries}"))
        yield Attack(
            f"paths from an identifier {number}",
            f'{{ paths(from: {ref}, to: {{id: "{UNIVERSITY}"}}) {{ visited truncated }} }}',
        )
        yield Attack(f"near an identifier {number}", listed("zones", f"near: {{entity: {ref}, km: 500}}"))
    person, place = (f'{{entity: {{id: "{one}"}}, km: 650}}' for one in (PERSONS[1], NEAR))
    yield Attack("near a person", listed("zones", f"near: {person}"))
    yield Attack("persons near", listed("experts", f"near: {place}"))
    yield Attack(
        "related persons near",
        listed("universities", f"experts: {{some: {{near: {place}}}}}"),
        is_telling=False,
    )
    for region in ("PK-SD", "PK-PB"):
        lying = "entities(where: {kind: {eq: EXPERT}}) { totalCount nodes { id } }"
        yield Attack(f"entities of {region}", f'{{ region(code: "{region}") {{ {lying} }} }}')
        some = "entities: {some: {kind: {eq: EXPERT}}}"
        yield Attack(
            f"regions with persons {region}",
            f'{{ regions(where: {{code: {{eq: "{region}"}}, {some}}}) {{ totalCount }} }}',
        )
        where = f'region: {{code: {{eq: "{region}"}}}}'
        yield Attack(f"persons whose region is {region}", listed("experts", where, "region { name }"))
    for value in ("builds", "breeds"):
        for some in ("some", "none"):
            where = f'experts: {{{some}: {{headline: {{contains: "{value}"}}}}}}'
            for plural in ("universities", "companies"):
                yield Attack(f"{plural} with {some} who {value}", listed(plural, where))
    for region in ("PK-SD", "PK-PB"):
        rows = "skills { skill { code } supply gapAtLeast gapAtMost isSuppressed }"
        yield Attack(
            f"skill gap of {region}",
            f'{{ skillGap(region: "{region}") {{ needs {rows} }} }}',
            is_telling=region == "PK-SD",
        )
    scores = "{ zones(first: 50) { nodes { id readinessScore } } }"
    yield Attack("readiness of zones", scores, is_telling=False)
    skilled = "skills: {some: {level: {eq: EXPERT}}}"
    yield Attack("persons with a skill", listed("experts", skilled, "skills { totalCount }"))
    yield Attack(
        "related people by headline",
        "{ universities(first: 12) { nodes { experts(asOf: null, first: 3, orderBy: [{field: HEADLINE}]) "
        "{ totalCount edges { cursor node { id headline } } "
        "groupBy(by: [CITY]) { count keys { city } } } } } }",
    )
    yield Attack(
        "related entities by city",
        "{ companies(first: 12) { nodes { relations(asOf: null, first: 3, where: {kind: {eq: EXPERT}}, "
        "orderBy: [{field: CITY}, {field: WEBSITE}]) { edges { cursor node { id city } } "
        "groupBy(by: [CITY, SUBDIVISION, COUNTRY]) { count keys { city subdivision country } } } } } }",
    )
    yield from matches()
    yield Attack("stated of a person", "{ assertions(first: 100) { nodes { field value entity { id } } } }",
                 is_telling=False)  # fmt: skip


def matches() -> Iterator[Attack]:
    """Each match from both sides with its evidence; the first need is of the first world's."""
    evidence = (
        "totalCount edges { score cursor node { id } parts { "
        "skills { score matches { held { id } kinship steps level worth } } "
        "field { score verticals { organization { id } } } place { score how km } "
        "period { score availability } language { score spoken } "
        "affiliation { score organization { id } } } }"
    )
    need, person = graph.uuid_of(NUMBERS["need"]), PERSONS[1]
    company, program = (
        next(row["id"] for row in graph.entity_rows() if row["kind"] == kind and row["audience"] == "PUBLIC")
        for kind in ("COMPANY", "PROGRAM")
    )
    for root, given in (
        ("matchExperts", f'need: {{id: "{need}"}}'),
        ("matchExperts", f'program: {{id: "{program}"}}'),
        ("matchExperts", f'company: {{id: "{company}"}}'),
        ("matchPrograms", f'expert: {{id: "{person}"}}'),
        ("matchPrograms", f'university: {{id: "{UNIVERSITY}"}}'),
        ("matchPrograms", f'company: {{id: "{company}"}}'),
        ("matchNeeds", f'expert: {{id: "{person}"}}'),
        ("matchNeeds", f'university: {{id: "{UNIVERSITY}"}}'),
    ):
        # This company has no needs to which experts could be matched.
        is_telling = not (root == "matchExperts" and given.startswith("company"))
        for name, weights in (("", ""), (" by place", ", weights: {place: 10, skills: 0}")):
            ask = f"{{ {root}({given}, first: 100{weights}) {{ {evidence} }} }}"
            yield Attack(f"{root} {given}{name}", ask, is_telling=is_telling)


def in_the_past(before: str) -> Iterator[Attack]:
    """The same of an instant at which nothing was hidden yet: who may know is judged by today's consent."""
    at = f'knownAt: "{before}"'
    every = "givenName headline email availability languages isFreelancer city website residenceCountry"
    yield Attack("known experts", f"{{ experts({at}, first: 100) {{ nodes {{ id {every} }} }} }}")
    yield Attack(
        "known order",
        f"{{ experts({at}, first: 5, orderBy: [{{field: HEADLINE}}]) {{ "
        "edges { cursor node { id } } } }",
    )
    yield Attack(
        "known groups",
        f"{{ experts({at}) {{ groupBy(by: [CITY, AVAILABILITY]) {{ "
        "count keys { city availability } } } }",
    )
    for number, orcid in enumerate(ORCIDS):
        ref = f'{{identifier: {{scheme: ORCID, value: "{orcid}"}}}}'
        yield Attack(f"known by identifier {number}", f"{{ expert(by: {ref}, {at}) {{ id }} }}")
    for value in ("breeds", "casts"):
        where = f'{{headline: {{contains: "{value}"}}}}'
        yield Attack(f"known who {value}", f"{{ experts({at}, where: {where}) {{ totalCount }} }}")
    yield Attack(
        "known parts",
        f"{{ experts({at}, first: 100) {{ nodes {{ identifiers {{ value }} "
        "skills { totalCount nodes { level skill { code } } } region { code } } } }",
    )
