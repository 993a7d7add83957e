"""What the inputs of saving are made of: values of several parts, and lists that are set whole or changed.

The input of each kind is derived from its declaration (schema/saving.py).
"""

from decimal import Decimal

import strawberry

from models.vocabulary import AreaUnit, NameType, Role, ZoneStatus
from schema import enums  # noqa: F401 - the enums must be described before a field uses one
from schema.inputs import EntityRef, IdentifierInput

PARTIAL = "`2021`, `2021-09` or `2021-09-11`"


@strawberry.input(description="A place on earth, WGS 84, in degrees.")
class GeoPointInput:
    """Value of `location`."""

    latitude: float = strawberry.field(description="From -90 to 90.")
    longitude: float = strawberry.field(description="From -180 to 180.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    """Value of a field of type Money."""

    amount: Decimal = strawberry.field(description="The amount, with every digit as given.")
    currency: str = strawberry.field(description="ISO 4217 code, such as PKR.")


@strawberry.input(description="An area as a source states it.")
class AreaInput:
    """Value of a field of type Area."""

    value: Decimal = strawberry.field(description="The number, above zero.")
    unit: AreaUnit = strawberry.field(description="What it counts.")


@strawberry.input(description="A name of a record.")
class NameInput:
    """Item of `names`."""

    value: str = strawberry.field(description="The name.")
    lang: str | None = strawberry.field(default=strawberry.UNSET, description="BCP 47 tag, such as `ur`.")
    script: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="ISO 15924 code, such as `Arab`; left out: told from the characters.",
    )
    type: NameType | None = strawberry.field(
        default=strawberry.UNSET, description="What kind of name it is; left out: LABEL."
    )


@strawberry.input(description="Names to take away: of this value, and of this language and type if given.")
class GoneNameInput:
    """Item of `names.remove`."""

    value: str = strawberry.field(description="The name.")
    lang: str | None = strawberry.field(default=strawberry.UNSET, description="Only in this language.")
    type: NameType | None = strawberry.field(default=strawberry.UNSET, description="Only of this type.")


@strawberry.input(
    description="Either `set`, the whole list, or `add` and `remove`. The name that is shown always stays."
)
class NamesInput:
    """Value of `names`."""

    set: list[NameInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The names that it has from now on; [] leaves the shown one."
    )
    add: list[NameInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Names to add; those that are here already stay."
    )
    remove: list[GoneNameInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Names to take away; those that are not here do no harm."
    )


@strawberry.input(
    description="Either `set`, the whole list, or `add` and `remove`. Keys of other partners always stay."
)
class IdentifiersInput:
    """Value of `identifiers`."""

    set: list[IdentifierInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The identifiers that it has from now on."
    )
    add: list[IdentifierInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Identifiers to add; those that are here already stay."
    )
    remove: list[IdentifierInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Identifiers to take away; those not here do no harm."
    )


@strawberry.input(
    description="A relation of the record, which you state; the other end may be anybody's. Exactly one of "
    "`to` and `from`."
)
class RelationInput:
    """Item of `relations`. Two are the same fact if ends, role, since and title are."""

    role: Role = strawberry.field(description="What relates the two.")
    to: EntityRef | None = strawberry.field(
        default=strawberry.UNSET, description="The other end, where this record is the role's subject."
    )
    from_: EntityRef | None = strawberry.field(
        name="from",
        default=strawberry.UNSET,
        description="The other end, where this record is the role's object.",
    )
    since: str | None = strawberry.field(default=strawberry.UNSET, description=f"When it began: {PARTIAL}.")
    until: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"The last day, month or year that counts: {PARTIAL}."
    )
    title: str | None = strawberry.field(default=strawberry.UNSET, description="Such as that of a post.")
    is_exclusive: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of a post with a title: one person at a time holds it.",
    )
    confidence: float | None = strawberry.field(
        default=strawberry.UNSET, description="How sure the source is, 0 to 1."
    )
    source: str | None = strawberry.field(
        default=strawberry.UNSET, description="The slug of who says so; left out: the record's own source."
    )


@strawberry.input(description="What is stated of the record's relations, beside what others state.")
class RelationsInput:
    """Value of `relations`."""

    add: list[RelationInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Relations to state, or to give a new end or precision."
    )
    remove: list[RelationInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Relations of yours that were never so; what has ended gets an `until` instead.",
    )


@strawberry.input(description="A status of a zone in a period.")
class ZoneStatusInput:
    """Item of `statuses`."""

    status: ZoneStatus = strawberry.field(description="The status.")
    since: str | None = strawberry.field(default=strawberry.UNSET, description=f"When it began: {PARTIAL}.")
    until: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"The last day, month or year that counts: {PARTIAL}."
    )
    source: str | None = strawberry.field(
        default=strawberry.UNSET, description="The slug of who says so; left out: the record's own source."
    )


@strawberry.input(description="Either `set`, all statuses that you state, or `add`.")
class ZoneStatusesInput:
    """Value of `statuses`."""

    set: list[ZoneStatusInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The statuses over time, in place of those stated before."
    )
    add: list[ZoneStatusInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Statuses to add."
    )
