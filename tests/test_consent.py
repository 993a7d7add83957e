"""Consent: who may set who may know a personal field, and what follows. That nothing hidden shows is
tests/test_consent_attack.py."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

import schema as api
from models import PERSONAL_FIELDS
from models.database import Database
from resolvers import mapping
from resolvers.viewer import ANONYMOUS, Viewer
from schema.consent import Consent
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.hidden_worlds import VALUES
from tests.row_security import DENIED, SOUTH, acting
from tests.writing import change, make, owner_of, refused

SET = """
mutation($expert: EntityRef!, $fields: [ConsentSetting!]!) {
  setConsent(input: {expert: $expert, fields: $fields}) {
    expert { slug version consent { headline email skills } } } }"""
SHOWN = """query($slug: String!) { expert(by: {slug: $slug}) {
  givenName familyName headline email residenceCountry availability languages isFreelancer description
  website country subdivision city region { code } location { latitude } identifiers { value }
  skills { totalCount } } }"""
UNSET = {"headline": "PUBLIC", "email": "OWNER", "skills": "PUBLIC"}
ORCID = "0000-0002-1825-0097"


async def make_person(database: Database, slug: str = "amna", **columns: Any) -> UUID:
    """A person whom north maintains, with a value in every personal field, unless told otherwise."""
    row = {"kind": "EXPERT", "slug": slug, "name": "Amna Ansari", "owner_id": graph.PARTNERS["north"]}
    row |= {column: values[0] for column, values in VALUES.items()} | columns
    person = await make(database, "entity", row)
    await make(database, "identifier", {"entity_id": person, "scheme": "ORCID", "value": ORCID})
    async with owner_of(database) as connection:
        skill = await connection.fetchval("SELECT id FROM skill WHERE audience = 'PUBLIC' LIMIT 1")
    await make(database, "expert_skill", {"expert_id": person, "skill_id": skill})
    return person


def settings(audience: str | None, *fields: str) -> dict[str, Any]:
    """Variables that set these fields of amna (none: all) to an audience."""
    chosen = [{"field": field, "audience": audience} for field in fields or PERSONAL_FIELDS]
    return {"expert": {"slug": "amna"}, "fields": chosen}


async def shown(database: Database, viewer: Viewer = ANONYMOUS) -> Mapping[str, Any]:
    """What the viewer sees of amna; lists and objects that have nothing are missing."""
    answer = await run(database, SHOWN, {"slug": "amna"}, viewer)
    found = answer["data"]["expert"]
    found["skills"] = found["skills"]["totalCount"]
    return {key: value for key, value in found.items() if value not in (None, [], 0)}


async def test_every_personal_field_hides_from_all_but_owner_and_editors(graph_copy: Database) -> None:
    await make_person(graph_copy)
    everything = set(await shown(graph_copy, EDITOR))
    assert everything == set(await shown(graph_copy, NORTH))
    assert everything - set(await shown(graph_copy)) == {"email", "availability"}
    assert everything - set(await shown(graph_copy, SOUTH)) == {"email"}
    await change(graph_copy, SET, NORTH, **settings("PARTNERS"))
    assert set(await shown(graph_copy)) == set()
    assert set(await shown(graph_copy, SOUTH)) == everything
    await change(graph_copy, SET, NORTH, **settings("OWNER"))
    assert set(await shown(graph_copy)) == set()
    assert set(await shown(graph_copy, SOUTH)) == set()
    assert set(await shown(graph_copy, NORTH)) == set(await shown(graph_copy, EDITOR)) == everything
    await change(graph_copy, SET, NORTH, **settings("PUBLIC"))
    assert set(await shown(graph_copy)) == everything


@pytest.mark.parametrize("field", list(PERSONAL_FIELDS))
async def test_one_field_is_hidden_alone(graph_copy: Database, field: str) -> None:
    await make_person(graph_copy)
    await change(graph_copy, SET, NORTH, **settings("PUBLIC"))
    everything = set(await shown(graph_copy))
    await change(graph_copy, SET, NORTH, **settings("OWNER", field))
    name = "".join(word if at == 0 else word.capitalize() for at, word in enumerate(field.lower().split("_")))
    hidden = {"location", "country", "subdivision", "city", "region"} if name == "location" else {name}
    assert everything - set(await shown(graph_copy)) == hidden


async def test_the_audiences_are_read_by_owner_and_editors_only(graph_copy: Database) -> None:
    await make_person(graph_copy)
    asked = '{ expert(by: {slug: "amna"}) { consent { headline email skills } } }'
    for viewer, expected in ((NORTH, UNSET), (EDITOR, UNSET), (SOUTH, None), (ANONYMOUS, None)):
        answer = await run(graph_copy, asked, viewer=viewer)
        assert answer["data"]["expert"]["consent"] == expected
    done = await change(graph_copy, SET, NORTH, **settings("OWNER", "HEADLINE", "SKILLS"))
    assert done["expert"]["consent"] == {"headline": "OWNER", "email": "OWNER", "skills": "OWNER"}
    done = await change(graph_copy, SET, EDITOR, **settings(None, "HEADLINE", "SKILLS"))
    assert done["expert"]["consent"] == UNSET


def test_the_type_and_the_enum_name_every_personal_field() -> None:
    made = {code.lower() for code in PERSONAL_FIELDS}
    assert set(Consent.__annotations__) == made
    field = api.CATALOG.types["Expert"].fields["consent"]
    assert isinstance(field, mapping.Composite)
    assert len(field.parts) == len(made)


async def test_setting_what_is_set_writes_nothing(graph_copy: Database) -> None:
    await make_person(graph_copy)
    first = await change(graph_copy, SET, NORTH, **settings("OWNER", "HEADLINE"))
    again = await change(graph_copy, SET, NORTH, **settings("OWNER", "HEADLINE"))
    assert first["expert"]["version"] == again["expert"]["version"] == 2


async def test_a_change_of_consent_is_kept_in_history_and_change_log(graph_copy: Database) -> None:
    person = await make_person(graph_copy)
    await change(graph_copy, SET, NORTH, **settings("OWNER", "HEADLINE"))
    await change(graph_copy, SET, NORTH, **settings("PARTNERS", "HEADLINE"))
    async with owner_of(graph_copy) as connection:
        before = await connection.fetch(
            "SELECT headline_audience FROM entity_history WHERE id = $1 ORDER BY recorded_from", person
        )
        logged = await connection.fetch("SELECT verb FROM change WHERE record_id = $1 ORDER BY seq", person)
    assert [row[0] for row in before] == [None, "OWNER"]
    assert [row[0] for row in logged] == ["CREATED", "UPDATED", "UPDATED"]


@pytest.mark.parametrize(
    ("viewer", "columns", "code"),
    [
        (ANONYMOUS, {}, "UNAUTHENTICATED"),
        (SOUTH, {}, "FORBIDDEN"),
        (NORTH, {"owner_id": None}, "FORBIDDEN"),
        (SOUTH, {"audience": "OWNER"}, "NOT_FOUND"),
    ],
    ids=["anonymous", "stranger", "of nobody", "hidden from the stranger"],
)
async def test_nobody_else_sets_consent(
    graph_copy: Database, viewer: Viewer, columns: dict[str, Any], code: str
) -> None:
    await make_person(graph_copy, **columns)
    assert await refused(graph_copy, SET, viewer, **settings("OWNER", "HEADLINE")) == code
    done = await change(graph_copy, SET, EDITOR, **settings("OWNER", "EMAIL"))
    assert done["expert"]["consent"] == UNSET


async def test_a_hidden_record_is_refused_as_one_that_does_not_exist(graph_copy: Database) -> None:
    await make_person(graph_copy, audience="OWNER")
    texts = []
    for slug in ("amna", "nobody-at-all"):
        variables = settings("OWNER", "HEADLINE") | {"expert": {"slug": slug}}
        texts.append((await run(graph_copy, SET, variables, SOUTH))["errors"])
    assert texts[0] == texts[1]


async def test_a_hidden_identifier_refers_to_nobody_in_a_mutation(graph_copy: Database) -> None:
    await make_person(graph_copy, identifiers_audience="OWNER")
    by = {"expert": {"identifier": {"scheme": "ORCID", "value": ORCID}}}
    variables = settings("OWNER", "HEADLINE") | by
    assert await refused(graph_copy, SET, SOUTH, **variables) == "NOT_FOUND"
    assert (await change(graph_copy, SET, NORTH, **variables))["expert"]["slug"] == "amna"


@pytest.mark.parametrize("fields", [[], ["HEADLINE", "EMAIL", "HEADLINE"]], ids=["none", "twice"])
async def test_each_field_is_named_once(graph_copy: Database, fields: list[str]) -> None:
    await make_person(graph_copy)
    chosen = {"fields": [{"field": field, "audience": "OWNER"} for field in fields]}
    assert await refused(graph_copy, SET, NORTH, **settings("OWNER") | chosen) == "BAD_USER_INPUT"


async def test_only_a_person_has_consent(graph_copy: Database) -> None:
    variables = settings("OWNER", "HEADLINE") | {"expert": {"slug": "company-1"}}
    assert await refused(graph_copy, SET, EDITOR, **variables) == "BAD_USER_INPUT"


@pytest.mark.parametrize("field", ["CITY", "DESCRIPTION", "WEBSITE", "COUNTRY", "SUBDIVISION"])
async def test_nobody_states_a_personal_field_of_a_person(graph_copy: Database, field: str) -> None:
    await make_person(graph_copy)
    text = "mutation($input: AssertFactInput!) { assertFact(input: $input) { entity { slug } } }"
    for viewer in (SOUTH, NORTH, EDITOR):
        given = {"entity": {"slug": "amna"}, "field": field, "value": "Karachi"}
        assert await refused(graph_copy, text, viewer, input=given) == "BAD_USER_INPUT"


async def test_row_security_hides_identifiers_and_skills_too(graph_copy: Database) -> None:
    person = await make_person(graph_copy)
    for audience, sees in (("PUBLIC", [True, True, True]), ("PARTNERS", [False, True, True]),
                           ("OWNER", [False, False, True])):  # fmt: skip
        await change(graph_copy, SET, EDITOR, **settings(audience, "IDENTIFIERS", "SKILLS"))
        async with owner_of(graph_copy) as connection:
            for viewer, expected in zip((ANONYMOUS, SOUTH, NORTH), sees, strict=True):
                async with acting(connection, viewer):
                    for table, key in (("identifier", "entity_id"), ("expert_skill", "expert_id")):
                        found = await connection.fetchval(
                            f"SELECT count(*) FROM {table} WHERE {key} = $1", person
                        )
                        assert (found == 1) is expected, (table, audience, viewer)


async def test_a_stranger_cannot_write_an_audience_past_the_api(graph_copy: Database) -> None:
    person = await make_person(graph_copy, audience="PUBLIC", email_audience="OWNER")
    update = "UPDATE entity SET email_audience = 'PUBLIC' WHERE id = $1"
    async with owner_of(graph_copy) as connection:
        async with acting(connection, SOUTH):
            assert await connection.execute(update, person) == "UPDATE 0"
        with pytest.raises(DENIED):
            async with acting(connection, ANONYMOUS):
                await connection.execute(update, person)
