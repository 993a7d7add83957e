"""Exports that try to learn what people keep to themselves: every kind and format, and every `where` that the
operations of tests/attacks.py try. That they learn nothing is tests/test_consent_attack.py.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from tests import graph
from tests.attacks import NEAR, filters
from tests.exports import EXPORTER, EXTRAS
from tests.hidden_worlds import ORCIDS, PERSONS


@dataclass(frozen=True)
class ExportAttack:
    """An export; `is_telling`: whoever may know all gets different files from the two worlds."""

    name: str
    kind: str
    form: str = "ndjson"
    wishes: dict[str, Any] = field(default_factory=dict)
    is_telling: bool = True


def export_attacks(schema: GraphQLSchema) -> list[ExportAttack]:
    """All of them."""
    return [*_files(), *_filtered(schema), *_by_hand()]


def _files() -> Iterator[ExportAttack]:
    for name, kind in EXPORTER.kinds.items():
        extras = EXTRAS if "relations" in kind.further else ()
        every = ",".join(one for one in kind.all if one not in EXTRAS)
        tells = name in ("experts", "expertSkills")
        yield ExportAttack(
            f"all of {name}", name, wishes={"extras": extras, "fields": every}, is_telling=tells
        )
    for form in ("csv", "parquet"):
        for name in ("experts", "expertSkills"):
            yield ExportAttack(f"{name} as {form}", name, form)


def _filtered(schema: GraphQLSchema) -> Iterator[ExportAttack]:
    # Each field with some of its operators: the conditions are the same that operations try one by one.
    for attack in list(filters(schema))[::5]:
        where = json.dumps(attack.variables["w"])
        wishes = {"where": where, "fields": "audience"}
        yield ExportAttack(attack.name, "experts", wishes=wishes, is_telling=attack.is_telling)


def _by_hand() -> Iterator[ExportAttack]:
    def where(condition: Any, kind: str = "experts", **more: Any) -> ExportAttack:
        fields = "audience" if "audience" in EXPORTER.kinds[kind].fields else "source"
        wishes = {"where": json.dumps(condition), "fields": fields}
        return ExportAttack(f"{kind} where {condition}", kind, wishes=wishes, **more)

    for orcid in ORCIDS:
        identifier = {"scheme": "ORCID", "value": orcid}
        yield where({"identifiers": identifier})
        yield where({"near": {"entity": {"identifier": identifier}, "km": 500}}, "zones")
    yield where({"near": {"entity": {"id": str(PERSONS[1])}, "km": 650}}, "zones")
    yield where({"near": {"entity": {"id": str(NEAR)}, "km": 650}})
    for region in ("PK-SD", "PK-PB"):
        yield where({"region": {"code": {"eq": region}}})
    for some in ("some", "none"):
        for word in ("builds", "breeds"):
            inner = {"headline": {"contains": word}}
            yield where({"experts": {some: inner}}, "universities")
            yield where({"not": {"experts": {some: inner}}}, "companies")
        yield where({"skills": {some: {"level": {"eq": "EXPERT"}}}})
        yield where({"experts": {some: {"level": {"eq": "EXPERT"}}}}, "skills")
    for key in ("skill", "expert"):
        inner = {"skill": {"label": {"contains": "a"}}, "expert": {"city": {"eq": "Karachi"}}}[key]
        yield where({key: inner}, "expertSkills", is_telling=key == "expert")
    yield where({"madeBy": {"city": {"eq": "Karachi"}}}, "commitments", is_telling=False)
    yield where({"postedBy": {"website": {"contains": "a.example"}}}, "needs", is_telling=False)
    yield where({"investor": {"city": {"eq": "Karachi"}}}, "fundingRoundInvestors", is_telling=False)
    university = str(graph.uuid_of(1000))
    yield where({"universities": {"some": {"id": {"eq": university}}}}, is_telling=False)
