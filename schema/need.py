"""Needs and the skills they ask for."""

import datetime
from typing import Annotated

import strawberry

import resolvers.fact
from models.fact_vocabulary import NeedKind, SkillLevel
from schema.declare import record
from schema.entity import Entity
from schema.fact import Fact
from schema.fields import Connection, children, column, composite, computed, link, parts
from schema.skill import Skill
from schema.source import Region, Vertical
from schema.values import MONEY, Money


@record("need", has_audience=True, is_dated=True)
class Need(Fact):
    """What an organization, program or person looks for."""

    posted_by: Entity | None = link("Who looks for it.", "posted_by_id")
    kind: NeedKind = column("What is needed.")
    title: str = column("What it is called.", lookup="need_ids_titled", folded="title_folded")
    description: str | None = column("What it is about.")
    verticals: list[str] = column("Codes of the fields of business it belongs to.")
    vertical_details: list[Vertical] = parts(
        "The fields of business it belongs to.", "code", ("code",), local="verticals", in_array=True
    )
    languages: list[str] = column("Languages asked for, ISO 639 codes.")
    country: str | None = column("ISO 3166-1 code of where it is.", is_groupable=True)
    subdivision: str | None = column("ISO 3166-2 code of the province where it is.", is_groupable=True)
    region: Region | None = link("The province where it is.", "subdivision", "code")
    city: str | None = column("The city where it is.", is_groupable=True)
    is_remote: bool = column("Whether it can be met from elsewhere.")
    places: int = column("How many persons or teams are wanted.")
    amount: Money | None = composite(
        "The money it is about.", MONEY, test="amount", sort="amount", unit="currency"
    )
    currency: str | None = column("ISO 4217 code of the amount's currency.", is_groupable=True)
    opens_on: datetime.date | None = column("The first day to answer.")
    closes_on: datetime.date | None = column("The last day to answer.")
    is_open: bool = computed(
        resolvers.fact.is_open, "Whether it can be answered on the day (`asOf`; of all times: today)."
    )
    skills: Connection[Annotated["NeedSkill", strawberry.lazy(".need")]] = children(
        "The skills it asks for.", "need_id"
    )


@record("need_skill", has_audience=True)
class NeedSkill:
    """A skill that a need asks for."""

    id: strawberry.ID = column("Its id.")
    need: Need | None = link("The need.", "need_id")
    skill: Skill | None = link("The skill.", "skill_id")
    level: SkillLevel | None = column("How well it must be commanded at least.")
    is_required: bool = column("Whether it must be there; else it is a plus.")
