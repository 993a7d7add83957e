"""Organization: what universities, institutions, companies, government bodies and investors share."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Company, GovernmentBody, Institution, Investor, University
from models.vocabulary import Role
from resolvers.mapping import Direction
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, composite, relation
from schema.values import PARTIAL_DATE, PartialDate

if TYPE_CHECKING:
    from schema.agreement import Agreement
    from schema.directive import Commitment, Directive
    from schema.expert import Expert
    from schema.funding_round import Investment
    from schema.licence import Licence
    from schema.program import Program


@entity(University, Institution, Company, GovernmentBody, Investor, is_interface=True)
class Organization(Entity):
    """A university, institution, company, government body or investor."""

    is_funder: bool = column("Whether it gives money to others.")
    domains: list[str] = column("Its internet domains.")
    source_types: list[str] = column("The registry's own words for its type.")
    established_on: PartialDate | None = composite(
        "When it came into being.", PARTIAL_DATE, test="date", sort="date"
    )
    experts: Connection[Annotated["Expert", strawberry.lazy(".expert")]] = relation(
        Role.EMPLOYED_BY, Role.HOLDS_POST_AT, description="People who work or hold a post there."
    )
    board_members: Connection[Annotated["Expert", strawberry.lazy(".expert")]] = relation(
        Role.BOARD_MEMBER_OF, description="People on its board."
    )
    parents: Connection[Annotated["Organization", strawberry.lazy(".organization")]] = relation(
        Role.PART_OF, description="Organizations it is a part of.", direction=Direction.OUT
    )
    parts: Connection[Annotated["Organization", strawberry.lazy(".organization")]] = relation(
        Role.PART_OF, description="Organizations that are parts of it.", direction=Direction.IN
    )
    runs: Connection[Annotated["Program", strawberry.lazy(".program")]] = relation(
        Role.RUNS, description="Programs it runs."
    )
    funds: Connection[Annotated["Entity", strawberry.lazy(".entity")]] = relation(
        Role.FUNDS, description="What it pays for.", direction=Direction.OUT
    )
    agreements: Connection[Annotated["Agreement", strawberry.lazy(".agreement")]] = relation(
        Role.PARTY_TO, description="Agreements it is a party to."
    )
    collaborators: Connection[Annotated["Entity", strawberry.lazy(".entity")]] = relation(
        Role.COLLABORATES_WITH, description="Whom it works with.", direction=Direction.BOTH
    )
    licences: Connection[Annotated["Licence", strawberry.lazy(".licence")]] = children(
        "Licences it holds on the day.", "holder_id"
    )
    directives_issued: Connection[Annotated["Directive", strawberry.lazy(".directive")]] = children(
        "Directives it gave.", "issuer_id"
    )
    directives_received: Connection[Annotated["Directive", strawberry.lazy(".directive")]] = children(
        "Directives given to it.", "addressee_id"
    )
    commitments_made: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What it promised.", "made_by_id"
    )
    commitments_received: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised to it.", "made_to_id"
    )
    investments: Connection[Annotated["Investment", strawberry.lazy(".funding_round")]] = children(
        "Its parts in rounds of funding.", "investor_id"
    )
