"""A partner's program over the typed client that ariadne-codegen makes of partner.graphql.

It writes, reads page by page, follows changes, and prints what it saw as JSON; the key is in
TRIPLEHELIX_KEY. tests/test_clients_ariadne.py says what that must be.
"""

import asyncio
import json
import os
from datetime import date, datetime
from decimal import Decimal

from triplehelix_client import GraphQLClientGraphQLMultiError, TripleHelix
from triplehelix_client.changes import ChangesChanges
from triplehelix_client.enums import ChangeKind, ErrorPolicy, Role, RoundStage, UniversityType
from triplehelix_client.find import FindSearchNodesCompany, FindSearchNodesExpert, FindSearchNodesUniversity
from triplehelix_client.input_types import (
    CompanyInput,
    CompanyWhere,
    DateFilter,
    DecimalFilter,
    EntityRef,
    ExpertInput,
    FundingRoundInput,
    FundingRoundWhere,
    MoneyInput,
    RelationInput,
    RelationsInput,
    StringFilter,
    UniversityInput,
    UniversityWhere,
)

EXACT = Decimal("12345678901234567.89")


async def write(client: TripleHelix) -> list[list[str | None]]:
    """Status and first code of each of three items, of which one is wrong."""
    items = [
        UniversityInput(
            slug="first", name="First University", type_=UniversityType.PUBLIC, established_on="1951-06"
        ),
        UniversityInput(slug="nameless"),
        UniversityInput(slug="second", name="Second University", is_funder=True),
    ]
    # Sent again under its key, as after a broken connection, it writes nothing and gives the same answer.
    saved, again = [
        (await client.save_universities(items, ErrorPolicy.REJECT_FAILED, "first write")).save_universities
        for _ in range(2)
    ]
    assert saved is not None
    assert again == saved
    assert (saved.created, saved.rejected) == (2, 1)
    works_there = RelationInput(role=Role.EMPLOYED_BY, to=EntityRef(slug="first"), since="2021-09")
    person = ExpertInput(
        slug="sara", name="Sara Example", headline="Teaches", relations=RelationsInput(add=[works_there])
    )
    await client.save_experts([person])
    await client.save_companies(
        [CompanyInput(slug="example", name="Example Works", legal_name="Example Ltd")]
    )
    return [[one.status.value, one.problems[0].code if one.problems else None] for one in saved.results]


async def pages(client: TripleHelix) -> list[object]:
    """All universities founded before a day, or on no known day, one a page."""
    found: list[object] = []
    after: str | None = None
    before = UniversityWhere(established_on=DateFilter(lt=date(1951, 6, 2)))
    unknown = UniversityWhere(established_on=DateFilter(is_null=True))
    while True:
        page = (await client.staff(1, UniversityWhere(or_=[before, unknown]), after)).universities
        for university in page.nodes:
            founded = university.established_on
            day: date | None = founded.date if founded else None
            changed: datetime = university.updated_at
            assert changed.tzinfo is not None
            staff = [
                [edge.role.value, edge.since.isoformat() if edge.since else None, edge.node.name]
                for edge in university.experts.edges
            ]
            found.append([university.slug, university.type_, day.isoformat() if day else None, staff])
        if not page.page_info.has_next_page:
            assert page.total_count == len(found)
            return found
        after = page.page_info.end_cursor


async def kinds(client: TripleHelix) -> dict[str, object]:
    """One search whose hits are of several types."""
    found: dict[str, object] = {}
    for node in (await client.find("example")).search.nodes:
        if isinstance(node, FindSearchNodesExpert):
            found[node.slug] = node.headline
        elif isinstance(node, FindSearchNodesCompany):
            found[node.slug] = node.legal_name
    for node in (await client.find("second university")).search.nodes:
        if isinstance(node, FindSearchNodesUniversity):
            found[node.slug] = node.is_funder
    return found


async def amounts(client: TripleHelix) -> list[str]:
    """An amount as written, as filtered by and read, and as summed."""
    item = FundingRoundInput(
        slug="round",
        company=EntityRef(slug="example"),
        stage=RoundStage.SEED,
        amount=MoneyInput(amount=EXACT, currency="PKR"),
    )
    written = (await client.save_funding_rounds([item])).save_funding_rounds
    where = FundingRoundWhere(
        company=CompanyWhere(slug=StringFilter(eq="example")), amount=DecimalFilter(eq=EXACT)
    )
    rounds = (await client.rounds(where)).funding_rounds
    fact = written.results[0].fact if written else None
    (node,), (group,) = rounds.nodes, rounds.group_by
    assert fact is not None
    assert fact.amount is not None
    assert node.amount is not None
    found: list[Decimal | None] = [fact.amount.amount, node.amount.amount, group.sum.amount]
    return [str(one) for one in found]


async def follow(client: TripleHelix) -> list[object]:
    """A change as it happens, and then those that happened while nobody listened."""
    log = (await client.place()).change_log
    assert log is not None

    async def take(after: str, count: int) -> list[ChangesChanges]:
        seen: list[ChangesChanges] = []
        async with asyncio.timeout(60):
            async for one in client.changes(after, [ChangeKind.UNIVERSITY]):
                seen.append(one.changes)
                if len(seen) == count:
                    break
        return seen

    following = asyncio.create_task(take(log.end_cursor, 1))
    for name in ("One", "Two", "Three"):
        await client.save_universities([UniversityInput(slug="followed", name=name)], ErrorPolicy.REJECT_ALL)
        if name == "One":
            (first,) = await following
    return [[one.verb.value, one.kind.value] for one in (first, *await take(first.cursor, 2))]


async def refused(client: TripleHelix) -> list[object]:
    """What a query would cost, and the code of a wrong argument."""
    price = (await client.price("query($n: Int) { zones(first: $n) { nodes { id } } }", {"n": 7})).cost
    assert price is not None
    try:
        await client.staff(1, after="forged")
    except GraphQLClientGraphQLMultiError as error:
        return [price.nodes, price.is_allowed, *((one.extensions or {})["code"] for one in error.errors)]
    return []


async def main() -> None:
    headers = {"authorization": f"Bearer {os.environ['TRIPLEHELIX_KEY']}"}
    async with TripleHelix(
        "http://127.0.0.1:8000/graphql",
        headers,
        ws_url="ws://127.0.0.1:8000/graphql",
        ws_connection_init_payload=headers,
    ) as client:
        seen = {
            "written": await write(client),
            "pages": await pages(client),
            "kinds": await kinds(client),
            "amounts": await amounts(client),
            "followed": await follow(client),
            "refused": await refused(client),
        }
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main())
