"""Exports as CERIF keep the profile's rules; read back they give the same relations, told from both sides."""

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import cerif, cerif_export
from exchange.cerif_profile import COUNTERPARTS, MAX_COUNTERPARTS, MAX_ID
from exchange.importer import Importer
from exchange.record import Direction, Record
from models.database import Database
from models.vocabulary import Kind, Role
from tests.cerif_rules import PROFILE, broken
from tests.conftest import EDITOR, PATIENT
from tests.exports import exported
from tests.imports import counts, imported, rows

NAMES = ("universities", "institutions", "companies", "governmentBodies", "investors", "experts", "programs",
         "meetings")  # fmt: skip


def name_of(kind: str, slug: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "slug": slug, "name": slug.replace("-", " ").title(), **fields}


def to(role: str, slug: str, **said: str) -> dict[str, Any]:
    return {"role": role, "to": {"slug": slug}, **said}


TITLES = ("principal investigator", "contact", "team member", "coordinator", "contractor", "fellow")
KNOWN_AS = {"ROR": "05bbbc791", "ISNI": "000000012281955X", "GRID": "grid.999999.1", "WIKIDATA": "Q1"}


def world() -> list[dict[str, Any]]:
    """Records between which stands every relation that the profile has a place for, and some without one."""
    meeting, in_project = "meeting", "PARTICIPATES_IN"
    persons = [
        name_of("EXPERT", f"person-{number}", familyName=f"Muster {number}", relations=[
            to(in_project, "project", title=title), to("EMPLOYED_BY", "faculty", since="2015"),
            to("CONVENED", meeting),
        ])
        for number, title in enumerate(TITLES)
    ]  # fmt: skip
    return [
        name_of(
            "UNIVERSITY", "university", website="https://example.org/a",
            identifiers=[{"scheme": scheme, "value": value} for scheme, value in KNOWN_AS.items()],
            names=[{"value": "UNI", "type": "ACRONYM"}, {"value": "University", "lang": "en"}],
            relations=[
                to("RUNS", "project", since="2021-03", until="2022"), to("CONVENED", meeting),
                to(in_project, "project", since="2021"), to(in_project, "training"),
                to("FUNDS", "whole-grant"),
            ],
        ),
        name_of("INSTITUTION", "faculty", website="https://example.org/a b", relations=[
            to("PART_OF", "university", since="2001-09-11"), to("RELATED_TO", meeting, title="sponsor"),
        ]),
        name_of("COMPANY", "firm", relations=[
            to(in_project, "project", title="contractor"), to("RELATED_TO", meeting, title="partner"),
            to("RELATED_TO", "university"), to("FUNDS", "project"), to(in_project, "grant"),
        ]),
        name_of("GOVERNMENT_BODY", "ministry", relations=[
            to("FUNDS", "grant", since="2019"), to("FUNDS", "university"), to("RUNS", "training"),
        ]),
        name_of("INVESTOR", "fund", relations=[to(in_project, "project", title="in-kind contributor")]),
        *persons,
        name_of("PROGRAM", "project", programKind="RESEARCH_PROJECT", startsOn="2021-03-01", relations=[
            to(in_project, "grant"), to(in_project, "training"), to("RELATED_TO", meeting, title="partner"),
        ]),
        name_of(
            "PROGRAM", "grant", programKind="FUNDING", budget={"amount": "1250000.50", "currency": "PKR"},
            identifiers=[{"scheme": "DOI", "value": "10.9999/5"}], startsOn="2020-01-01",
            relations=[to(in_project, "whole-grant"), to(in_project, "other-grant")],
        ),
        name_of("PROGRAM", "whole-grant", programKind="FUNDING"),
        name_of("PROGRAM", "other-grant", programKind="FUNDING"),
        name_of("PROGRAM", "training", programKind="TRAINING"),
        name_of("ZONE", "zone", regime="STZ", modality="VIRTUAL", relations=[to(in_project, "project")]),
        name_of("MEETING", meeting, heldOn="2021-11", country="PK", place="Karachi"),
    ]  # fmt: skip


async def test_every_relation_has_its_place_and_comes_back_the_same(fresh_dsn: str) -> None:
    assert (await imported(fresh_dsn, *world())).problems == []
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    try:
        found = [await exported(database, name, "cerif.xml", EDITOR) for name in NAMES]
    finally:
        await database.close()
    for file in found:
        assert [one for record in ElementTree.fromstring(file) for one in broken(record)] == []
    # Into the sandbox, which is as empty as another system.
    await rows(fresh_dsn, "INSERT INTO common.partner (slug, name) VALUES ('again', 'Again')")
    file = b"".join([cerif_export.HEAD, *(one.removeprefix(cerif_export.HEAD).removesuffix(cerif_export.TAIL)
                                          for one in found), cerif_export.TAIL])  # fmt: skip
    reports = [
        await Importer(fresh_dsn, "sandbox", owner="again").run(cerif.read_stream(io.BytesIO(file), "again"))
        for _ in range(2)
    ]
    assert [report.problems for report in reports] == [[], []]
    assert {outcome for kind in reports[1].counts for outcome in counts(reports[1], kind)} == {"UNCHANGED"}
    before, after = await related(fresh_dsn, "live", "e.slug"), await related(fresh_dsn, "sandbox", KEY)
    assert before >= WITHOUT_PLACE
    assert after == before - WITHOUT_PLACE


# The key that the partner's file has for a record: its slug, behind the folder of its element.
KEY = "(SELECT split_part(value, '/', 2) FROM identifier WHERE entity_id = e.id AND scheme = 'PARTNER')"
WITHOUT_PLACE = {
    # The profile knows projects and fundings, and takes part only who is an organization or a person.
    ("PARTICIPATES_IN", "university", "training"),
    ("PARTICIPATES_IN", "project", "training"),
    ("PARTICIPATES_IN", "firm", "grant"),
    ("PARTICIPATES_IN", "zone", "project"),
    ("RUNS", "ministry", "training"),
    ("FUNDS", "ministry", "university"),
    # Organizers are no persons, and what is related in no named way is not told.
    *(("CONVENED", f"person-{number}", "meeting") for number in range(6)),
    ("RELATED_TO", "firm", "university"),
}


async def related(dsn: str, schema: str, key: str) -> set[tuple[str, ...]]:
    """Role, subject and object of each relation between records that have such a key; with the period where
    it has one. What is true in both directions is told from the first to the last of the alphabet."""
    found = await rows(dsn, f"""
        SELECT r.role, (SELECT {key} FROM entity e WHERE e.id = r.subject_id) AS one,
            (SELECT {key} FROM entity e WHERE e.id = r.object_id) AS other, r.valid::text AS valid
        FROM relation r""", schema=schema)  # fmt: skip
    return {
        (row["role"], *(sorted(ends) if row["role"] == "RELATED_TO" else ends), *periods)
        for row in found
        if None not in (ends := (row["one"], row["other"]))
        for periods in [() if row["valid"] == "(,)" else (row["valid"],)]
    }


# What does not fit is left out --------------------------------------------------------------------


def one(row: dict[str, Any]) -> ElementTree.Element:
    """The row as an element that keeps the rules."""
    written = cerif_export.element(row)
    assert written is not None
    record = ElementTree.fromstring(written)
    assert broken(record) == []
    return record


@pytest.mark.parametrize(
    ("scheme", "kind", "tag", "fits", "does_not"),
    [
        ("GRID", "UNIVERSITY", "GRID", "grid.1234.5", "grid.123.5"),
        ("DOI", "PROGRAM", "GrantDOI", "10.9999/5", "10.99/5"),
        ("ORCID", "EXPERT", "ORCID", "0000-0003-5000-0001", "0000-0001-0000-0009"),
        ("ISNI", "EXPERT", "ISNI", "000000012281955X", "12281955X"),
    ],
)
def test_an_identifier_of_another_form_than_the_profiles_is_left_out(
    scheme: str, kind: str, tag: str, fits: str, does_not: str
) -> None:
    for value, number in ((fits, 1), (does_not, 0)):
        row = name_of(kind, "a", programKind="FUNDING", identifiers=[{"scheme": scheme, "value": value}])
        assert len(one(row).findall(f"{PROFILE}{tag}")) == number, value


@pytest.mark.parametrize(
    ("website", "number"),
    [
        ("https://example.org/%20?a=b#c", 1),
        ("https://مثال.example", 1),
        ("https://example.org/a b", 0),
        ("https://example.org/%zz", 0),
        ("example.org", 0),
    ],
)
def test_an_address_that_is_no_uri_is_left_out(website: str, number: int) -> None:
    row = name_of("COMPANY", "a", website=website)
    assert len(one(row).findall(f"{PROFILE}ElectronicAddress")) == number


def test_a_day_of_a_meeting_stands_only_when_it_is_known() -> None:
    for held, number in (("2021-11-04", 1), ("2021-11", 0), ("2021", 0)):
        assert len(one(name_of("MEETING", "a", heldOn=held)).findall(f"{PROFILE}StartDate")) == number


def test_a_long_id_is_cut_and_stays_another_than_others() -> None:
    folder = len("OrgUnits/")
    fits, long, other = ("a" * (MAX_ID - folder), "a" * (MAX_ID - folder + 1), "a" * (MAX_ID - folder) + "b")
    ids = [one(name_of("COMPANY", slug)).get("id") or "" for slug in (fits, long, other)]
    assert ids[0] == f"OrgUnits/{fits}"
    assert [len(id_) for id_ in ids] == [MAX_ID] * 3
    assert len(set(ids)) == 3
    part = one(name_of("COMPANY", "part", relations=[to("PART_OF", long)]))
    assert [found.get("id") for found in part.iter(f"{PROFILE}OrgUnit")] == ["OrgUnits/part", ids[1]]


@pytest.mark.parametrize("number", [MAX_COUNTERPARTS, MAX_COUNTERPARTS + 1])
def test_so_many_links_of_the_other_side_and_no_more(number: int) -> None:
    relations = [
        {"role": "PART_OF", "from": {"slug": f"{place:0100}", "kind": "COMPANY"}, "since": "2001-09-11"}
        for place in range(number)
    ]
    row = name_of("COMPANY", "a", relations=relations)
    assert len(one(row).findall(f"{PROFILE}Link")) == MAX_COUNTERPARTS
    # The readers' limit is far.
    (record,) = (
        found for found in cerif.read_stream(io.BytesIO(b"".join(cerif_export.write([row]))), "p")
        if isinstance(found, Record)
    )  # fmt: skip
    assert len(record.relations) == MAX_COUNTERPARTS


def test_every_counterpart_is_read_as_it_is_written() -> None:
    kinds = {"OrgUnit": ("COMPANY", None), "Person": ("EXPERT", None), "Event": ("MEETING", None),
             "Funding": ("PROGRAM", "FUNDING"), "Project": ("PROGRAM", "RESEARCH_PROJECT")}  # fmt: skip
    for (record, other, term), (role, direction, title) in COUNTERPARTS.items():
        kind, program = kinds[other]
        end = {"slug": "b", "kind": kind, "programKind": program}
        relation = {"role": role, "to" if direction is Direction.OUT else "from": end, "title": title}
        kind, program = kinds[record]
        row = name_of(kind, "a", programKind=program, relations=[relation])
        (link,) = one(row).findall(f"{PROFILE}Link")
        assert link.get("type") == term
        _, (read,) = (None, [
            found for found in cerif.read_stream(io.BytesIO(b"".join(cerif_export.write([row]))), "p")
            if isinstance(found, Record)
        ])  # fmt: skip
        assert [(said.role, said.direction, said.title) for said in read.relations] == [
            (role, direction, title)
        ]


WORDS = st.text(min_size=1, max_size=8)
ENDS = st.fixed_dictionaries({
    "slug": st.sampled_from(["a", "b"]), "kind": st.sampled_from([str(kind) for kind in Kind]),
    "programKind": st.sampled_from(["RESEARCH_PROJECT", "FUNDING", "TRAINING", None]),
})  # fmt: skip
RELATIONS = st.builds(
    lambda role, side, end, said: {"role": str(role), side: end, **said},
    st.sampled_from(Role),
    st.sampled_from(["to", "from"]),
    ENDS,
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["contact", "sponsor", "partner", "coordinator", "contractor", "x"]),
            "since": st.sampled_from(["2001", "2001-09", "2001-09-11"]),
        },
    ),
)


@settings(max_examples=200, deadline=None)
@given(
    end=ENDS,
    name=WORDS,
    acronym=WORDS,
    website=st.none() | WORDS.map("https://example.org/{}".format),
    relations=st.lists(RELATIONS, max_size=6),
)
def test_whatever_a_record_says_the_rules_are_kept(
    end: dict[str, Any], name: str, acronym: str, website: str | None, relations: list[dict[str, Any]]
) -> None:
    row = end | {"name": name, "website": website, "relations": relations, "description": name,
                 "names": [{"value": acronym, "type": "ACRONYM"}, {"value": name, "lang": "ur"}]}  # fmt: skip
    if cerif_export.element(row) is not None:
        one(row)


@pytest.mark.parametrize(
    ("valid", "invalid"),
    [
        ("<Acronym>U</Acronym><Name>U</Name>", "<Name>U</Name><Acronym>U</Acronym>"),
        ("<ISNI>0000 0001 2281 955X</ISNI>", "<ISNI>000000012281955X</ISNI>"),
        ("<Acronym>U</Acronym>", "<Acronym>U</Acronym><Acronym>V</Acronym>"),
        ('<PartOf><OrgUnit id="b"/></PartOf>', '<PartOf><Person id="b"/></PartOf>'),
        ('<PartOf startDate="2001-09"><OrgUnit/></PartOf>', '<PartOf startDate="soon"><OrgUnit/></PartOf>'),
        ('<Link type="x"><Event/></Link>', "<Link><Event/></Link>"),
        ("<Name>U</Name>", "<Title>U</Title>"),
        ('<Type scheme="https://a.example">https://a.example#b</Type>', "<Type>https://a.example#b</Type>"),
    ],
)
def test_the_rules_see_what_breaks_them(valid: str, invalid: str) -> None:
    found = [ElementTree.fromstring(f'<OrgUnit xmlns="{PROFILE[1:-1]}" id="a">{one}</OrgUnit>')
             for one in (valid, invalid)]  # fmt: skip
    assert [bool(broken(record)) for record in found] == [False, True]
