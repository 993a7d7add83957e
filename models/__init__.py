"""What PostgreSQL knows: the tables. Importing this package declares all of them.

A new kind is a new file and a line here (docs/architecture.md lists the rest).
"""

from models.agreement import Agreement
from models.assertion import Assertion
from models.base import Base
from models.change import Change
from models.checks import declare_checks, kind_models
from models.cluster import Cluster
from models.company import Company
from models.entity import Entity
from models.expert import Expert
from models.government_body import GovernmentBody
from models.history import RECORDED_TABLES, history_of
from models.identifier import Identifier
from models.institution import Institution
from models.investor import Investor
from models.meeting import Meeting
from models.name import EntityName
from models.partner import ApiKey, Partner
from models.pending import PendingRelation
from models.program import Program
from models.region import Region, Vertical
from models.relation import Relation, RolePair, RoleType
from models.source import Source
from models.university import University
from models.zone import Zone, ZoneStatusPeriod

declare_checks()
HISTORY = {name: history_of(Base.metadata.tables[name]) for name in RECORDED_TABLES}

__all__ = [
    "HISTORY",
    "Agreement",
    "ApiKey",
    "Assertion",
    "Base",
    "Change",
    "Cluster",
    "Company",
    "Entity",
    "EntityName",
    "Expert",
    "GovernmentBody",
    "Identifier",
    "Institution",
    "Investor",
    "Meeting",
    "Partner",
    "PendingRelation",
    "Program",
    "Region",
    "Relation",
    "RolePair",
    "RoleType",
    "Source",
    "University",
    "Vertical",
    "Zone",
    "ZoneStatusPeriod",
    "kind_models",
]
