"""Experts: every person the platform knows."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Expert as ExpertModel
from models.vocabulary import Availability, Role
from schema.consent import Consent, consent
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, relation
from schema.organization import Organization

if TYPE_CHECKING:
    from schema.company import Company
    from schema.directive import Commitment, Directive
    from schema.funding_round import Investment
    from schema.meeting import Meeting
    from schema.skill import ExpertSkill
    from schema.university import University


@entity(ExpertModel)
class Expert(Entity):
    """A person in a professional or public role. Each personal field has an audience of its own."""

    given_name: str | None = column("Given names.")
    family_name: str | None = column("Family name.")
    headline: str | None = column("What the person does, in a line.")
    email: str | None = column("E-mail address; for its owner unless opened.")
    residence_country: str | None = column("ISO 3166-1 code of the country of residence.", is_groupable=True)
    availability: Availability | None = column(
        "Whether the person can be approached; for partners unless opened."
    )
    languages: list[str] = column("Languages spoken, ISO 639 codes.")
    is_freelancer: bool | None = column("Whether the person works on their own account.")
    consent: Consent | None = consent(
        "Who may know each personal field; for the record's owner and editors, null for everybody else."
    )
    organizations: Connection[Organization] = relation(
        Role.EMPLOYED_BY,
        Role.HOLDS_POST_AT,
        Role.BOARD_MEMBER_OF,
        Role.FOUNDED,
        description="Where the person works, holds a post, sits on the board, or what they founded.",
    )
    universities: Connection[Annotated["University", strawberry.lazy(".university")]] = relation(
        Role.STUDIED_AT,
        Role.EMPLOYED_BY,
        Role.HOLDS_POST_AT,
        description="Universities where the person studied or works.",
    )
    companies: Connection[Annotated["Company", strawberry.lazy(".company")]] = relation(
        Role.EMPLOYED_BY,
        Role.FOUNDED,
        Role.BOARD_MEMBER_OF,
        description="Companies where the person works, that they founded or whose board they sit on.",
    )
    studied_at: Connection[Annotated["University", strawberry.lazy(".university")]] = relation(
        Role.STUDIED_AT, description="Universities where the person studied."
    )
    meetings: Connection[Annotated["Meeting", strawberry.lazy(".meeting")]] = relation(
        Role.CONVENED, Role.ATTENDED, description="Meetings the person called or attended."
    )
    skills: Connection[Annotated["ExpertSkill", strawberry.lazy(".skill")]] = children(
        "What the person can do and knows.", "expert_id"
    )
    directives_issued: Connection[Annotated["Directive", strawberry.lazy(".directive")]] = children(
        "Directives the person gave.", "issuer_id"
    )
    directives_received: Connection[Annotated["Directive", strawberry.lazy(".directive")]] = children(
        "Directives given to the person.", "addressee_id"
    )
    commitments_made: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What the person promised.", "made_by_id"
    )
    commitments_received: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised to the person.", "made_to_id"
    )
    investments: Connection[Annotated["Investment", strawberry.lazy(".funding_round")]] = children(
        "The person's parts in rounds of funding.", "investor_id"
    )
