"""Consent: who may know each personal field of an expert, and the mutation that sets it.

Who may set it is decided in resolvers/consent.py; the payload is read as any read (schema/writing.py).
"""

from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from models import PERSONAL_FIELDS, PersonalFieldCode
from models.vocabulary import Audience
from resolvers import consent as consents
from resolvers import mapping
from resolvers.mapping import Value
from schema.auditing import noted
from schema.context import Context
from schema.declare import DECLARE, Declaration
from schema.inputs import EntityRef
from schema.writing import KEY, reference, written

if TYPE_CHECKING:
    from schema.expert import Expert


@strawberry.type(description="Who may know each personal field of a person.")
class Consent:
    """One field for each of PERSONAL_FIELDS."""

    given_name: Audience | None = strawberry.field(description="The given names.")
    family_name: Audience | None = strawberry.field(description="The family name.")
    headline: Audience | None = strawberry.field(description="The headline.")
    email: Audience | None = strawberry.field(description="The e-mail address.")
    residence_country: Audience | None = strawberry.field(description="The country of residence.")
    availability: Audience | None = strawberry.field(description="Whether the person can be approached.")
    languages: Audience | None = strawberry.field(description="The languages.")
    skills: Audience | None = strawberry.field(description="The skills.")
    is_freelancer: Audience | None = strawberry.field(description="Whether the person is a freelancer.")
    description: Audience | None = strawberry.field(description="The description.")
    website: Audience | None = strawberry.field(description="The website.")
    location: Audience | None = strawberry.field(
        description="Country, subdivision, region, city and location."
    )
    identifiers: Audience | None = strawberry.field(
        description="The identifiers, and that the person is found by one."
    )


def consent(description: str) -> Any:
    """The field that shows them to the record's owner and to editors; null for everybody else."""

    def declare(_: Declaration) -> tuple[mapping.Field, Any]:
        parts = {
            to_camel_case(code.lower()): mapping.Column(
                field.audience,
                Value.ENUM,
                expression=consents.audience_of(field),
                is_writable=False,
                vocabulary=Audience,
            )
            for code, field in PERSONAL_FIELDS.items()
        }
        return mapping.Composite(parts, "headline", Consent.__name__), None

    return strawberry.field(description=description, metadata={DECLARE: declare})


@strawberry.input(description="Who may know one personal field.")
class ConsentSetting:
    """A field and its audience."""

    field: PersonalFieldCode = strawberry.field(description="Which field.")  # type: ignore[valid-type]
    audience: Audience | None = strawberry.field(
        default=None, description="Who may know it; left out or null: what holds unless anything is set."
    )


@strawberry.input(description="Whose consent, and to what.")
class SetConsentInput:
    """Fields that are not named keep their audience."""

    expert: EntityRef = strawberry.field(description="The person.")
    fields: list[ConsentSetting] = strawberry.field(description="The fields to set, each once.")


@strawberry.type(description="The person's record with what was set.")
class SetConsentPayload:
    """Answer of setConsent."""

    expert: Annotated["Expert", strawberry.lazy(".expert")] | None = strawberry.field(
        description="The person; consent shows who may know what."
    )


async def set_consent(
    info: Info[Context, None],
    input: Annotated[SetConsentInput, strawberry.argument(description="Whose consent, and to what.")],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> SetConsentPayload | None:
    """See resolvers/consent.py."""
    settings = [
        consents.Setting(str(one.field), None if one.audience is None else str(one.audience))
        for one in input.fields
    ]
    whose = reference(input.expert)

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"expert": await consents.set_consent(connection, info.context.viewer, whose, settings)}

    audiences = {setting.field: setting.audience for setting in settings}
    done = noted(info, "consent.set", "expert", work, audiences=audiences)
    return await written(info, SetConsentPayload, done, idempotency_key)
