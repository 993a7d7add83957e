"""Sources, regions, verticals, roles: what records refer to."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models.vocabulary import SourceKind
from schema.declare import record
from schema.fields import Connection, children, column, composite, link, parts
from schema.node import Node
from schema.values import PARTIAL_DATE, PartialDate

if TYPE_CHECKING:
    from schema.cluster import Cluster
    from schema.company import Company
    from schema.directive import Commitment
    from schema.entity import Entity
    from schema.export_statistic import ExportStatistic
    from schema.government_body import GovernmentBody
    from schema.institution import Institution
    from schema.investor import Investor
    from schema.need import Need
    from schema.program import Program
    from schema.university import University
    from schema.zone import Zone


@record("source", has_audience=True)
class Source(Node):
    """Where a statement comes from: a register, a report, a partner, or the sample generator."""

    id: strawberry.ID = column("Its id.")
    slug: str = column("A readable key, unique.")
    kind: SourceKind = column("What kind of source it is.")
    title: str = column("Its title.")
    url: str | None = column("Where it can be read.")
    publisher: str | None = column("Who published it.")
    published_on: PartialDate | None = composite(
        "When it was published.", PARTIAL_DATE, test="date", sort="date"
    )
    licence: str | None = column("Under which licence its content may be used.")


@record("region", key=("code",))
class Region:
    """A country (ISO 3166-1) or one of its subdivisions (ISO 3166-2), and what lies in it."""

    code: str = column("ISO 3166 code, such as PK or PK-SD.")
    name: str = column("Its name.")
    type: str = column("What it is called: Country, Province, State...", is_groupable=True)
    country: str = column("The country's ISO 3166-1 code.", is_groupable=True)
    parent: Annotated["Region", strawberry.lazy(".source")] | None = link(
        "The region it belongs to.", "parent_code", "code"
    )
    regions: Connection[Annotated["Region", strawberry.lazy(".source")]] = children(
        "Its subdivisions.", "parent_code", "code"
    )
    entities: Connection[Annotated["Entity", strawberry.lazy(".entity")]] = children(
        "Everything that lies in this subdivision.", "subdivision", "code"
    )
    universities: Connection[Annotated["University", strawberry.lazy(".university")]] = children(
        "Universities in this subdivision.", "subdivision", "code"
    )
    institutions: Connection[Annotated["Institution", strawberry.lazy(".institution")]] = children(
        "Institutions in this subdivision.", "subdivision", "code"
    )
    companies: Connection[Annotated["Company", strawberry.lazy(".company")]] = children(
        "Companies in this subdivision.", "subdivision", "code"
    )
    government_bodies: Connection[Annotated["GovernmentBody", strawberry.lazy(".government_body")]] = (
        children("Government bodies of this subdivision.", "subdivision", "code")
    )
    investors: Connection[Annotated["Investor", strawberry.lazy(".investor")]] = children(
        "Investors in this subdivision.", "subdivision", "code"
    )
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = children(
        "Zones in this subdivision.", "subdivision", "code"
    )
    clusters: Connection[Annotated["Cluster", strawberry.lazy(".cluster")]] = children(
        "Clusters in this subdivision.", "subdivision", "code"
    )
    programs: Connection[Annotated["Program", strawberry.lazy(".program")]] = children(
        "Programs of this subdivision.", "subdivision", "code"
    )
    needs: Connection[Annotated["Need", strawberry.lazy(".need")]] = children(
        "What is looked for in this subdivision.", "subdivision", "code"
    )
    commitments: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised about this subdivision.", "subdivision", "code"
    )
    imports: Connection[Annotated["ExportStatistic", strawberry.lazy(".export_statistic")]] = children(
        "What was sold to this country.", "market", "code"
    )
    exports: Connection[Annotated["ExportStatistic", strawberry.lazy(".export_statistic")]] = children(
        "What was sold abroad from this region.", "origin", "code"
    )


@record("vertical", key=("code",))
class Vertical:
    """A field of business, mapped to ISIC Rev. 4."""

    code: str = column("Its code, such as FINTECH.")
    label: str = column("Its name.")
    description: str = column("What belongs to it.")
    isic: list[str] = column("Classes of ISIC Rev. 4 that it maps to.")
    exports: Connection[Annotated["ExportStatistic", strawberry.lazy(".export_statistic")]] = children(
        "What it sold abroad.", "vertical", "code"
    )


@record("role_type", key=("code",))
class RoleType:
    """A role that relates two entities: its names in both directions, and which kinds may stand in it."""

    code: str = column("Its code, as in the enum Role.")
    label: str = column("How it reads from subject to object.")
    inverse_label: str = column("How it reads from object to subject.")
    description: str = column("What it means.")
    is_event: bool = column("True: it holds from its start on. False: while its period lasts.")
    is_symmetric: bool = column("True: it means the same in both directions.")
    pairs: list[Annotated["RolePair", strawberry.lazy(".source")]] = parts(
        "The kinds that may stand on its two sides.", "role", ("subject_kind", "object_kind"), local="code"
    )


@record("role_pair", key=("role", "subject_kind", "object_kind"))
class RolePair:
    """Two kinds between which a role may stand."""

    subject_kind: str = column("The kind of the subject.")
    object_kind: str = column("The kind of the object.")
