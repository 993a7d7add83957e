"""The query root: for each kind one record and the list, then what crosses kinds.

Every field but `viewer` and `cost` is compiled to SQL; no other has a resolver.
"""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from models import FactField
from models.history import RECORDED_TABLES
from models.vocabulary import Kind
from resolvers import mapping
from resolvers.scopes import require_admin, require_administrator, require_webhooks
from schema import connection as lists
from schema import data_quality, eligibility, import_job, matching, paths, skill_gap
from schema.access import ApiKey, AuditEntry
from schema.assertion import Assertion, Conflict
from schema.build import argument
from schema.change import CHANGE_LOG, WHICH, Change, ChangeLog
from schema.correction import Correction
from schema.cost import Cost, cost
from schema.data_quality import DataQuality
from schema.declare import declared, later
from schema.dispute import Dispute
from schema.eligibility import CompanyEligibility
from schema.entity import Entity, Partner
from schema.export_statistic import Currency, MarketGroup
from schema.import_job import ImportJob
from schema.inputs import EntityRef, FactRef
from schema.issuer import Issuer
from schema.node import Node
from schema.skill_gap import SkillGap
from schema.source import Region, RoleType, Source, Vertical
from schema.viewer import Viewer, viewer
from schema.webhook import Webhook

Roots = dict[str, mapping.Field]


def root(annotation: Any, description: str, arguments: Sequence[StrawberryArgument]) -> tuple[Any, Any]:
    """A root field without a resolver."""
    made = strawberry.field(description=description)
    made.arguments = list(arguments)
    return annotation, made


def many(cls: type, description: str) -> tuple[Any, Any]:
    """A root list of a type."""
    connection = later(f"{cls.__name__}Connection", lambda: lists.connection(cls))
    arguments = lists.list_arguments(cls, is_nested=False, is_related=False)
    return root(connection, description, [*arguments, lists.KNOWN_AT] if is_recorded(cls) else arguments)


def is_recorded(cls: type) -> bool:
    """Whether something was believed before of records of the type, or of what can be reached from them."""
    found = declared(cls)
    return found.table in RECORDED_TABLES or bool(found.targets)


@strawberry.type(description="A search hit.")
class SearchEdge:
    """An entity with its score."""

    cursor: str = strawberry.field(description="The hit's place in the ranking.")
    score: float = strawberry.field(
        description="How well it matches; a name equal to the text has 1 or more."
    )
    matched: str = strawberry.field(description="The name that matched.")
    node: Entity = strawberry.field(description="The entity.")


@strawberry.type(description="How many hits are of a kind.")
class KindCount:
    """A facet of a search."""

    kind: Kind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many hits are of this kind.")


@strawberry.type(description="A page of search hits, best first.")
class SearchConnection:
    """Ranks and counts the best 1,000 hits."""

    edges: list[SearchEdge] = strawberry.field(description="The page's hits.")
    nodes: list[Entity] = strawberry.field(description="The page's entities.")
    page_info: lists.PageInfo = strawberry.field(description="Whether and where to go on.")
    total_count: int = strawberry.field(description="How many hits there are, at most 1,000.")
    kinds: list[KindCount] = strawberry.field(description="How many hits there are of each kind.")


def forward(default: int) -> list[StrawberryArgument]:
    """Arguments of a list that is only paged forward."""
    return [
        argument("first", int | None, f"How many, 1 to 1000; {default} unless given."),
        argument("after", str | None, "A cursor: give what comes after it."),
    ]


BY = argument("by", EntityRef, "Which one: by id, slug or identifier.")
FACT = argument("by", FactRef, "Which one: by id or slug.")
CODE = argument("code", str, "Its code.")
TIMES = (lists.AS_OF, lists.KNOWN_AT)


def query_type(
    kinds: Sequence[tuple[str, str, type]], facts: Sequence[tuple[str, str, type]]
) -> tuple[type, Roots]:
    """The root type, and what each of its fields is compiled as."""
    fields: dict[str, tuple[Any, Any]] = {}
    roots: Roots = {}

    def add(name: str, field: tuple[Any, Any], mapped: mapping.Field) -> None:
        fields[name] = field
        roots[name] = mapped

    nodes = (
        "Entity",
        "Relation",
        "Source",
        "Assertion",
        "ImportJob",
        "Dispute",
        "Correction",
        *(cls.__name__ for *_, cls in facts),
    )
    add(
        "node",
        root(
            Node | None,
            "Any record by its id; null where there is none to see.",
            [argument("id", strawberry.ID, "The id."), *TIMES],
        ),
        mapping.AnyNode(nodes),
    )
    add(
        "nodes",
        root(
            list[Node | None],
            "Records by their ids, in the order of the ids.",
            [argument("ids", list[strawberry.ID], "At most 100 ids."), *TIMES],
        ),
        mapping.AnyNode(nodes, is_list=True),
    )
    add(
        "entity",
        root(Entity | None, "An entity of any kind.", [BY, *TIMES]),
        mapping.One("Entity", "ref"),
    )
    for singular, plural, cls in kinds:
        name = cls.__name__
        add(singular, root(cls | None, f"One {name}.", [BY, *TIMES]), mapping.One(name, "ref"))
        add(plural, many(cls, f"{name} records."), mapping.Many(name))
    for singular, plural, cls in facts:
        name = cls.__name__
        add(singular, root(cls | None, f"One {name}.", [FACT, *TIMES]), mapping.One(name, "ref"))
        add(plural, many(cls, f"{name} records."), mapping.Many(name))
    search = [
        argument(
            "text", str, "What to search for: 1 to 200 characters, in any script; typing errors are forgiven."
        ),
        argument("kinds", list[Kind] | None, "Only entities of these kinds."),
        *forward(25),
        lists.AS_OF,
    ]
    text = "Entities by name in any language and script, best first; tolerates typing errors and accents."
    add("search", root(SearchConnection, text, search), mapping.Search("Entity"))
    text = "How two entities are connected: the shortest paths over relations, the strongest first."
    add("paths", root(paths.PathResult | None, text, paths.ARGUMENTS), mapping.Paths("Entity", "Relation"))
    text = "What open needs of a region ask for against what its experts can, skill by skill."
    add("skillGap", root(SkillGap | None, text, skill_gap.ARGUMENTS), skill_gap.SKILL_GAP)
    text = "Whether a company qualifies for the incentives of a zone on a day: rule by rule, with the law."
    add("eligibility", root(CompanyEligibility | None, text, eligibility.ARGUMENTS), eligibility.ELIGIBILITY)
    text = "What to look after in the records that you maintain: identifiers, age, names, what others say."
    add("dataQuality", root(DataQuality | None, text, []), data_quality.DATA_QUALITY)
    for name, type_, text, arguments, mapped in matching.roots():
        add(name, root(type_, text, arguments), mapped)
    text = "A region by its ISO 3166 code."
    add("region", root(Region | None, text, [CODE, *TIMES]), mapping.One("Region", "key"))
    add("regions", many(Region, "Countries and their subdivisions."), mapping.Many("Region"))
    add("verticals", many(Vertical, "Fields of business."), mapping.Many("Vertical"))
    add("marketGroups", many(MarketGroup, "Groups of market countries."), mapping.Many("MarketGroup"))
    text = "A group of market countries by its code."
    add("marketGroup", root(MarketGroup | None, text, [CODE]), mapping.One("MarketGroup", "key"))
    add("currencies", many(Currency, "Currencies of ISO 4217."), mapping.Many("Currency"))
    add("roles", many(RoleType, "The roles that relate entities."), mapping.Many("RoleType"))
    add("sources", many(Source, "Where statements come from."), mapping.Many("Source"))
    add("assertions", many(Assertion, "What sources say of fields of records."), mapping.Many("Assertion"))
    text = "What partners dispute of what others state; each side and editors see it."
    add("disputes", many(Dispute, text), mapping.Many("Dispute"))
    text = "Corrections that partners propose of others' records; proposer, maintainer and editors see them."
    add("corrections", many(Correction, text), mapping.Many("Correction"))
    text = "Imports of files, and which rows were refused."
    add("importJobs", many(ImportJob, text), mapping.Many("ImportJob"))
    text = "One import by its id, while it runs too; a subscription of the same name follows it."
    add("importJob", root(ImportJob | None, text, [import_job.ID]), mapping.One("ImportJob", "key"))
    text = "Keys of the own partner, of all partners for editors; with the scope admin."
    add("keys", many(ApiKey, text), mapping.Many("ApiKey", allowed=require_admin))
    text = "Partners, for editors with the scope admin."
    add("partners", many(Partner, text), mapping.Many("Partner", allowed=require_administrator))
    text = "Identity providers whose access tokens stand for partners, for editors with the scope admin."
    add("issuers", many(Issuer, text), mapping.Many("Issuer", allowed=require_administrator))
    text = "What was administered by whom, for editors with the scope admin."
    add("auditLog", many(AuditEntry, text), mapping.Many("AuditEntry", allowed=require_administrator))
    text = "Where your partner has changes delivered, with the log of deliveries; needs the scope `webhooks`."
    add("webhooks", many(Webhook, text), mapping.Many("Webhook", allowed=require_webhooks))
    conflicts = later("ConflictConnection", lambda: lists.connection(Conflict))
    which = [
        argument("kind", Kind, "Of records of this kind."),
        argument("field", FactField | None, "Only conflicts about this field."),
        *forward(25),
    ]
    text = "Fields of records of which the sources do not agree, with what each says."
    add("conflicts", root(conflicts, text, which), mapping.Many("Conflict", {"field": "field"}))
    changes = later("ChangeConnection", lambda: lists.connection(Change))
    text = "What was made, changed or removed, in commit order. Keep endCursor and go on from it."
    add("changes", root(changes, text, [*forward(25), *WHICH]), mapping.Feed("Change"))
    text = "Where the log of changes stands: the cursor to take before exporting everything."
    add("changeLog", root(ChangeLog | None, text, []), CHANGE_LOG)
    fields["viewer"] = (
        Viewer,
        strawberry.field(resolver=viewer, description="Who is asking, by the API's understanding."),
    )
    text = "What a query would cost; it is not run."
    fields["cost"] = (Cost | None, strawberry.field(resolver=cost, description=text))
    annotations = {name: annotation for name, (annotation, _) in fields.items()}
    body = {"__annotations__": annotations, **{name: made for name, (_, made) in fields.items()}}
    for name, made in body.items():
        if name != "__annotations__":
            made.graphql_name = name
    query = strawberry.type(type("Query", (), body), description="Everything that can be read.")
    return query, roots
