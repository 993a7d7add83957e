"""What the world sees: one schema of visible parts.

A new kind is a new file and a line in KINDS (docs/architecture.md lists the rest).
"""

import gc
from copy import copy
from typing import Any

gc.disable()  # Looking through types while they are made would be a fifth of a start.

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers.cache import Cache
from resolvers.limits import ReadLimits
from resolvers.mapping import Catalog
from resolvers.reads import Reads
from schema.access import ApiKey, AuditEntry
from schema.agreement import Agreement
from schema.assertion import Assertion, Conflict, Pin, Statement
from schema.catalog import build_catalog
from schema.change import Change, ChangeLog
from schema.cluster import Cluster
from schema.company import Company
from schema.connection import complete
from schema.context import Context, make_context
from schema.correction import Correction
from schema.data_quality import (
    DataQuality,
    IdentifierProblem,
    StaleRecord,
    StatementByOthers,
    UnmatchedName,
)
from schema.directive import Commitment, Directive
from schema.dispute import Dispute
from schema.eligibility import CompanyEligibility, IncentiveEligibility, RuleJudgement
from schema.entity import Entity, Identifier, Name, Partner, Withdrawal
from schema.execution import Compiled, Documents
from schema.expert import Expert
from schema.export_statistic import Currency, ExportStatistic, MarketGroup
from schema.fast import FastPath
from schema.funding_round import FundingRound, Investment
from schema.government_body import GovernmentBody
from schema.import_job import ImportJob, ImportProblem
from schema.incentive import Incentive
from schema.institution import Institution
from schema.investor import Investor
from schema.issuer import Issuer
from schema.licence import Licence
from schema.limits import DocumentLimits
from schema.meeting import Meeting
from schema.mutation import Mutation
from schema.need import Need, NeedSkill
from schema.organization import Organization
from schema.program import Program
from schema.query import query_type
from schema.readiness import ReadinessMeasure, ZoneReadiness
from schema.relation import Relation
from schema.saving import with_saving
from schema.scalars import SCALARS
from schema.skill import ExpertSkill, ProgramSkill, Skill
from schema.skill_gap import SkillGap, SkillGapRow
from schema.source import Region, RolePair, RoleType, Source, Vertical
from schema.subscription import Subscription
from schema.university import University
from schema.webhook import Webhook, WebhookDelivery
from schema.zone import Zone

KINDS: tuple[tuple[str, str, type], ...] = (
    ("university", "universities", University),
    ("institution", "institutions", Institution),
    ("company", "companies", Company),
    ("governmentBody", "governmentBodies", GovernmentBody),
    ("investor", "investors", Investor),
    ("zone", "zones", Zone),
    ("cluster", "clusters", Cluster),
    ("expert", "experts", Expert),
    ("program", "programs", Program),
    ("agreement", "agreements", Agreement),
    ("meeting", "meetings", Meeting),
)
"""Singular root field, plural root field, type."""
FACTS: tuple[tuple[str, str, type], ...] = (
    ("licence", "licences", Licence),
    ("incentive", "incentives", Incentive),
    ("fundingRound", "fundingRounds", FundingRound),
    ("exportStatistic", "exportStatistics", ExportStatistic),
    ("directive", "directives", Directive),
    ("commitment", "commitments", Commitment),
    ("skill", "skills", Skill),
    ("need", "needs", Need),
)
"""As KINDS, of facts that are not entities."""
RECORDS: tuple[type, ...] = (
    *(Entity, Organization, Relation, Name, Identifier, Partner, Withdrawal),
    *(Source, Region, Vertical, RoleType, RolePair, Change, MarketGroup, Currency),
    *(Investment, ExpertSkill, ProgramSkill, NeedSkill),
    *(Statement, Assertion, Pin, Conflict, Dispute, Correction),
    *(ImportJob, ImportProblem),
    *(ApiKey, AuditEntry, Issuer),
    *(Webhook, WebhookDelivery),
    *(ChangeLog, ZoneReadiness, ReadinessMeasure, SkillGap, SkillGapRow),
    *(DataQuality, IdentifierProblem, StaleRecord, UnmatchedName, StatementByOthers),
    *(CompanyEligibility, IncentiveEligibility, RuleJudgement),
)

DECLARED: tuple[type, ...] = (*RECORDS, *(cls for *_, cls in (*FACTS, *KINDS)))
for _cls in DECLARED:
    complete(_cls)
Query, _ROOTS = query_type(KINDS, FACTS)
CATALOG: Catalog = build_catalog(DECLARED, _ROOTS)


class TripleHelixSchema(strawberry.Schema):
    """The schema with its compiler; errors are logged where they leave (web/answers.py)."""

    reads: Reads
    documents: Documents
    fast: FastPath

    @property
    def caches(self) -> dict[str, Cache[Any, Any]]:
        """What is kept between requests, by name, to be observed."""
        return {
            "documents": self.documents.kept,
            "queries": self.fast.known,
            "literals": self.fast.literals.kept,
            "plans": self.reads.plans,
        }

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Strawberry would log a traceback for every client's mistake."""


_TYPES = TripleHelixSchema(
    Query,
    mutation=with_saving(Mutation, KINDS, FACTS),
    subscription=Subscription,
    types=[cls for *_, cls in (*KINDS, *FACTS)],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
)


def build_schema(
    document_limits: DocumentLimits | None = None, read_limits: ReadLimits | None = None
) -> TripleHelixSchema:
    """The schema with these limits. All share one set of types: building it is a good part of a start."""
    made = copy(_TYPES)
    made.extensions = (lambda: Compiled(made.reads, made.documents),)
    made.reads = Reads(CATALOG, made._schema, read_limits or ReadLimits())
    made.documents = Documents(document_limits or DocumentLimits())
    made.fast = FastPath(made.reads, made.documents, made._schema)
    return made


schema = build_schema()
# Types stay as long as the process does: they need not be looked through later either.
gc.freeze()
gc.enable()

__all__ = [
    "CATALOG",
    "FACTS",
    "KINDS",
    "Context",
    "Query",
    "TripleHelixSchema",
    "build_schema",
    "make_context",
    "schema",
]
