"""What PostgreSQL knows: the tables. Importing this package declares all of them.

A new kind is a new file and a line here (docs/architecture.md lists the rest).
"""

from sqlalchemy import CheckConstraint

from models.access import Audit, Issuer
from models.agreement import Agreement
from models.assertion import Assertion
from models.base import Base
from models.change import Change, ChangeFloor, ChangeKind
from models.checks import among, declare_checks, kind_models
from models.cluster import Cluster
from models.commitment import Commitment
from models.company import Company
from models.contested import Correction, Dispute
from models.directive import Directive
from models.entity import Entity
from models.erasure import Erasure
from models.expert import Expert
from models.export_statistic import ExportStatistic
from models.fact_field import FactColumns, fact_columns, fact_field_vocabulary
from models.funding_round import FundingRound, FundingRoundInvestor
from models.government_body import GovernmentBody
from models.history import RECORDED_TABLES, history_of
from models.idempotency import IdempotencyKey
from models.identifier import Identifier
from models.import_job import ImportChunk, ImportJob, ImportProblem
from models.incentive import Incentive
from models.institution import Institution
from models.investor import Investor
from models.licence import Licence
from models.meeting import Meeting
from models.merge import EntityMerge
from models.name import EntityName
from models.need import Need, NeedSkill
from models.partner import ApiKey, Partner
from models.pending import PendingRelation
from models.personal import PersonalField, covering, personal_field_vocabulary, personal_fields
from models.preference import Conflict, Preference
from models.program import Program
from models.region import Currency, MarketGroup, Region, Vertical
from models.relation import Relation, RolePair, RoleType
from models.skill import ExpertSkill, ProgramSkill, Skill
from models.source import Source
from models.university import University
from models.webhook import Webhook, WebhookDelivery, WebhookSecret
from models.withdrawal import Withdrawal
from models.zone import Zone, ZoneStatusPeriod

FACT_COLUMNS = fact_columns()
"""The fields of which several sources may speak, by code."""
FactField = fact_field_vocabulary(FACT_COLUMNS)
for _table in (Preference, Conflict, Dispute, Correction):
    _table.__table__.c.field.info["enum"] = FactField
PERSONAL_FIELDS = personal_fields()
"""The fields of a person that have an audience of their own, by code."""
PERSONAL_COLUMNS = covering(PERSONAL_FIELDS)
"""By column of table `entity`: the personal field that it belongs to on a person's record."""
PersonalFieldCode = personal_field_vocabulary(PERSONAL_FIELDS)
declare_checks()
# Importers also keep what is said of names and personal fields, in lower case: nothing follows from that.
Assertion.__table__.c.field.info["enum"] = FactField
# A declared class has a Table there, where SQLAlchemy's types say FromClause.
Assertion.__table__.append_constraint(  # type: ignore[attr-defined]
    CheckConstraint(f"field <> upper(field) OR {among('field', FactField)}", name="field")
)
HISTORY = {name: history_of(Base.metadata.tables[name]) for name in RECORDED_TABLES}

__all__ = [
    "FACT_COLUMNS",
    "HISTORY",
    "PERSONAL_COLUMNS",
    "PERSONAL_FIELDS",
    "Agreement",
    "ApiKey",
    "Assertion",
    "Audit",
    "Base",
    "Change",
    "ChangeFloor",
    "ChangeKind",
    "Cluster",
    "Commitment",
    "Company",
    "Conflict",
    "Correction",
    "Currency",
    "Directive",
    "Dispute",
    "Entity",
    "EntityMerge",
    "EntityName",
    "Erasure",
    "Expert",
    "ExpertSkill",
    "ExportStatistic",
    "FactColumns",
    "FactField",
    "FundingRound",
    "FundingRoundInvestor",
    "GovernmentBody",
    "IdempotencyKey",
    "Identifier",
    "ImportChunk",
    "ImportJob",
    "ImportProblem",
    "Incentive",
    "Institution",
    "Investor",
    "Issuer",
    "Licence",
    "MarketGroup",
    "Meeting",
    "Need",
    "NeedSkill",
    "Partner",
    "PendingRelation",
    "PersonalField",
    "PersonalFieldCode",
    "Preference",
    "Program",
    "ProgramSkill",
    "Region",
    "Relation",
    "RolePair",
    "RoleType",
    "Skill",
    "Source",
    "University",
    "Vertical",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
    "Withdrawal",
    "Zone",
    "ZoneStatusPeriod",
    "kind_models",
]
