"""Foreign files for tests of readers: made-up records of the shapes of CERIF, ORCID and GLEIF.

All persons and organizations are fictitious; their identifiers only fit the check digits.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from exchange.record import Problem, Record
from exchange.writer import Item

CERIF = "https://www.openaire.eu/cerif-profile/1.2/"
OAI = "http://www.openarchives.org/OAI/2.0/"
TYPES = "https://w3id.org/cerif/vocab/OrganisationTypes"

UNIVERSITY = f"""
<OrgUnit id="OrgUnits/1">
  <Type scheme="{TYPES}">{TYPES}#University</Type>
  <Acronym>UoE</Acronym>
  <Name xml:lang="ur">جامعہ مثال</Name>
  <Name xml:lang="en">University of Example</Name>
  <RORID>https://ror.org/05bbbc791</RORID>
  <GRID>grid.999999.1</GRID>
  <ElectronicAddress>mailto:post@example.org</ElectronicAddress>
  <ElectronicAddress>https://example.org</ElectronicAddress>
</OrgUnit>"""
DEPARTMENT = """
<OrgUnit id="2"><Name>Department of Examples</Name>
  <PartOf startDate="2001-09"><OrgUnit id="OrgUnits/1"><Name>University of Example</Name></OrgUnit></PartOf>
</OrgUnit>"""
PERSON = """
<Person id="Persons/7">
  <PersonName><FamilyNames>Muster</FamilyNames><FirstNames>Erika</FirstNames></PersonName>
  <ORCID>https://orcid.org/0000-0002-1825-0097</ORCID>
  <ScopusAuthorID>1</ScopusAuthorID>
  <ElectronicAddress>mailto:erika@example.org</ElectronicAddress>
  <ElectronicAddress>tel:+1234</ElectronicAddress>
  <Affiliation startDate="2015-02-01" endDate="2019"><OrgUnit id="OrgUnits/2"/></Affiliation>
</Person>"""
PROJECT = """
<Project id="Projects/3">
  <Acronym>EXA</Acronym><Title xml:lang="en">Examples at work</Title>
  <StartDate>2020-03</StartDate><EndDate>2022-02-28T00:00:00Z</EndDate>
  <Consortium><Coordinator><OrgUnit id="OrgUnits/1"/></Coordinator>
    <Partner><DisplayName>Nobody</DisplayName></Partner></Consortium>
  <Team><PrincipalInvestigator><Person id="Persons/7"/></PrincipalInvestigator></Team>
  <Funded><By><OrgUnit id="OrgUnits/4"/></By>
    <As><Funding id="Fundings/5"><Name>Grant 5</Name><Amount currency="PKR">1250000.50</Amount>
      <Duration startDate="2020-03" endDate="2022-02"/></Funding></As></Funded>
  <Abstract xml:lang="en">What   is
    done.</Abstract>
</Project>"""
FUNDING = """
<Funding id="Fundings/5"><Type xmlns="https://www.openaire.eu/cerif-profile/vocab/OpenAIRE_Funding_Types"
   >https://www.openaire.eu/cerif-profile/vocab/OpenAIRE_Funding_Types#Grant</Type>
  <Name>Grant 5</Name><Amount currency="PKR">1250000.50</Amount><GrantDOI>10.9999/5</GrantDOI>
  <Funder><OrgUnit id="OrgUnits/4"/></Funder><PartOf><Funding id="Fundings/6"/></PartOf>
  <Duration startDate="2020-03" endDate="2022-02"/>
</Funding>"""
FUNDER = f"""
<OrgUnit id="OrgUnits/4"><Type scheme="{TYPES}">{TYPES}#Government</Type><Name>Ministry of Examples</Name>
</OrgUnit>"""
PROGRAMME = """<Funding id="Fundings/6"><Name>Framework of Examples</Name></Funding>"""
EVENT = """
<Event id="Events/8"><Name>Conference on Examples</Name><Place>Karachi</Place><Country>PK</Country>
  <StartDate>2021-11-04</StartDate><Organizer><OrgUnit id="OrgUnits/1"/></Organizer></Event>"""
ALL = (UNIVERSITY, DEPARTMENT, FUNDER, PERSON, PROGRAMME, FUNDING, PROJECT, EVENT)


def cerif(*records: str) -> bytes:
    """The records in a file of their own."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<CERIF xmlns="{CERIF}">{"".join(records)}</CERIF>'.encode()


def oai(*records: str) -> bytes:
    """The records, or headers of deleted ones, as OAI-PMH answers them."""
    head = "<header><identifier>oai:cris.example.org:x</identifier></header>"
    found = "".join(
        f"<record>{one}</record>"
        if one.startswith("<header")
        else f'<record>{head}<metadata xmlns="{CERIF}">{one}</metadata></record>'
        for one in records
    )
    return f'<OAI-PMH xmlns="{OAI}"><ListRecords>{found}</ListRecords></OAI-PMH>'.encode()


def orcid(**changes: Any) -> dict[str, Any]:
    """A record of ORCID's API 3.0, shortened to what is read."""
    return {
        "orcid-identifier": {"path": "0000-0002-1825-0097"},
        "history": {"deactivation-date": None},
        "person": {
            "name": {
                "given-names": {"value": "Erika"},
                "family-name": {"value": "Muster"},
                "credit-name": None,
                "visibility": "public",
            },
            "other-names": {
                "other-name": [
                    {"content": "E. Muster", "visibility": "public", "display-index": 1},
                    {"content": "Kept to herself", "visibility": "limited", "display-index": 2},
                ]
            },
            "biography": {"content": "Teaches examples.", "visibility": "PUBLIC"},
            "researcher-urls": {
                "researcher-url": [
                    {"url": {"value": "https://second.example"}, "visibility": "public", "display-index": 1},
                    {"url": {"value": "https://first.example"}, "visibility": "public", "display-index": 2},
                    {"url": {"value": "https://hidden.example"}, "visibility": "private", "display-index": 3},
                ]
            },
            "emails": {"email": [{"email": "erika@example.org", "visibility": "limited"}]},
            "addresses": {"address": [{"country": {"value": "PK"}, "visibility": "public"}]},
        },
        "activities-summary": {
            "employments": {"affiliation-group": [{"summaries": [{"employment-summary": affiliation()}]}]},
            "educations": {
                "affiliation-group": [
                    {"summaries": [{"education-summary": affiliation(source="RINGGOLD", value="1234")}]},
                    {"summaries": [{"education-summary": affiliation(visibility="private")}]},
                ]
            },
        },
    } | changes


def affiliation(
    source: str = "ROR", value: str = "https://ror.org/05bbbc791", visibility: str = "public"
) -> dict[str, Any]:
    """A summary of an employment or education."""
    return {
        "visibility": visibility,
        "role-title": "Lecturer",
        "start-date": {"year": {"value": "2015"}, "month": {"value": "02"}, "day": None},
        "end-date": None,
        "organization": {
            "name": "University of Example",
            "disambiguated-organization": {
                "disambiguated-organization-identifier": value,
                "disambiguation-source": source,
            },
        },
    }


def gleif(lei: str = "9845001B2AD43E664E58", registration: str = "ISSUED", **entity: Any) -> dict[str, Any]:
    """A record of GLEIF's API, shortened to what is read."""
    found = {
        "legalName": {"name": "Example Works Ltd", "language": "en"},
        "otherNames": [{"name": "ExWorks", "language": "en", "type": "TRADING_OR_OPERATING_NAME"}],
        "transliteratedOtherNames": [],
        "legalAddress": {"city": "London", "region": "GB-LND", "country": "GB"},
        "headquartersAddress": {"city": "Karachi", "region": "PK-SD", "country": "PK"},
        "category": "GENERAL",
        "status": "ACTIVE",
        "creationDate": "2019-03-27T00:00:00Z",
        "successorEntity": {"lei": None, "name": None},
        "successorEntities": [],
    }
    attributes = {"lei": lei, "entity": found | entity, "registration": {"status": registration}}
    return {"type": "lei-records", "id": lei, "attributes": attributes}


class Stream(io.BytesIO):
    """Bytes that come in small pieces, as from a network."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 7, 7))


def split(items: Iterable[Item]) -> tuple[list[Record], list[Problem]]:
    """The records and the problems among what a reader yields."""
    found = list(items)
    return [x for x in found if isinstance(x, Record)], [x for x in found if isinstance(x, Problem)]


Reader = Callable[[io.BytesIO], Iterator[Item]]
