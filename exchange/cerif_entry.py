"""One record of CERIF in the OpenAIRE profile as a record of ours.

An org unit's type decides its kind; a project is a program of kind RESEARCH_PROJECT; a funding one of kind
FUNDING whose budget is its amount, and who pays for either stands in FUNDS; an event is a meeting. Not its
business: relations (exchange/cerif_links.py), files and what holds the records (exchange/cerif.py).
"""

from typing import ClassVar

from exchange.cerif_links import Linked
from exchange.cerif_profile import ORGANIZATION_TYPES, source_slug
from exchange.foreign import Refused, name_of
from exchange.record import Identifier, Money, NameRecord, ProblemCode, Record
from exchange.xml_records import Element
from models.vocabulary import (
    IdentifierScheme,
    Kind,
    NameType,
    ProgramKind,
    RecordStatus,
)

_TYPES = {name.lower(): found for name, found in ORGANIZATION_TYPES.items()}


class Entry(Linked):
    """One record on its way to our shape. `partner` is the slug of who gave the ids."""

    @staticmethod
    def deleted(row: int, kind: Kind, local: str, partner: str) -> Record:
        """The record of which only its end is known."""
        own = Identifier(IdentifierScheme.PARTNER, local, partner)
        fields: dict[str, object] = {"record_status": RecordStatus.WITHDRAWN}
        return Record(row, kind, fields=fields, identifiers=(own,), source=source_slug(partner))

    def record(self) -> Record:
        """The record. Raises Refused when it cannot be used at all."""
        identifiers = self._identifiers()
        if not identifiers:
            message = "The record has no identifier by which it could be found again."
            hint = "Say whose ids they are (--owner PARTNER), or give a ROR id, ORCID or DOI."
            raise Refused(ProblemCode.KEY_MISSING, "id", message, hint)
        kind, fields, names = self._READERS[self.element.name](self)
        relations = dict.fromkeys(self._relations())
        return Record(
            row=self.row,
            kind=kind,
            fields=fields,
            names=names,
            identifiers=tuple(identifiers),
            relations=tuple(relations),
            source=source_slug(self.partner),
        )

    # What each entity has --------------------------------------------------------------------------

    def _names(self, tag: str) -> tuple[str, tuple[NameRecord, ...]]:
        """The name that is shown, English where there is one, and all names with the acronyms."""
        labels = [(one.text, one.lang) for one in self.element.all(tag) if one.text]
        acronyms = [one.text for one in self.element.all("Acronym") if one.text]
        if not labels and not acronyms:
            message = f"The record has neither {tag} nor Acronym."
            raise Refused(ProblemCode.FIELD_MISSING, tag, message, "Give it a name.")
        shown = next((text for text, lang in labels if (lang or "").startswith("en")), None)
        names = {name_of(text, lang): None for text, lang in labels}
        names |= {name_of(text, type_=NameType.ACRONYM): None for text in acronyms}
        return shown or (labels[0][0] if labels else acronyms[0]), tuple(names)

    def _organization(self) -> tuple[Kind, dict[str, object], tuple[NameRecord, ...]]:
        name, names = self._names("Name")
        kind, stated = Kind.INSTITUTION, dict[str, object]()
        words = [one.text.rpartition("#")[2] for one in self.element.all("Type") if one.text]
        for word in words:
            if found := _TYPES.get("".join(filter(str.isalnum, word)).lower()):
                kind, stated = found
                break
        else:
            if words:
                message = f"The type {words[0][:60]!r} is not one of the vocabulary OrganisationTypes."
                hint = f"The types are {', '.join(ORGANIZATION_TYPES)}; imported as an institution."
                self.partly("Type", ProblemCode.KIND_UNKNOWN, message, hint)
        fields: dict[str, object] = {"name": name, **stated}
        if website := self._address("http:", "https:"):
            fields["website"] = website
        return kind, fields, names

    def _person(self) -> tuple[Kind, dict[str, object], tuple[NameRecord, ...]]:
        stated = self.element.first("PersonName")
        parts = [self._text(stated, tag) for tag in ("FirstNames", "FamilyNames")] if stated else []
        if not any(parts):
            hint = "Give FirstNames or FamilyNames."
            raise Refused(ProblemCode.FIELD_MISSING, "PersonName", "The person has no name.", hint)
        shown = " ".join(filter(None, parts))
        names = {name_of(shown): None}
        if other := self._text(stated, "OtherNames"):
            names[name_of(other, type_=NameType.ALIAS)] = None
        fields: dict[str, object] = {"name": shown, "given_name": parts[0], "family_name": parts[1]}
        if email := self._address("mailto:"):
            fields["email"] = email.partition(":")[2]
        if website := self._address("http:", "https:"):
            fields["website"] = website
        return Kind.EXPERT, fields, tuple(names)

    def _project(self) -> tuple[Kind, dict[str, object], tuple[NameRecord, ...]]:
        name, names = self._names("Title")
        fields: dict[str, object] = {"name": name, "program_kind": ProgramKind.RESEARCH_PROJECT}
        dates = (self._text(self.element, tag) for tag in ("StartDate", "EndDate"))
        fields |= self._days(*dates)
        fields |= self._described("Abstract")
        # What pays for the project stands in records of its own; only the sum is the project's.
        paid = [one.first("As", "Funding") for one in self.element.all("Funded")]
        sums = [money for one in paid if one is not None and (money := self._amount(one))]
        if sums and len({money.currency for money in sums}) == 1:
            fields["budget"] = Money(
                sum((money.amount for money in sums[1:]), sums[0].amount), sums[0].currency
            )
        return Kind.PROGRAM, fields, names

    def _funding(self) -> tuple[Kind, dict[str, object], tuple[NameRecord, ...]]:
        name, names = self._names("Name")
        fields: dict[str, object] = {"name": name, "program_kind": ProgramKind.FUNDING}
        if (duration := self.element.first("Duration")) is not None:
            fields |= self._days(duration.attributes.get("startDate"), duration.attributes.get("endDate"))
        fields |= self._described("Description")
        if money := self._amount(self.element):
            fields["budget"] = money
        return Kind.PROGRAM, fields, names

    def _event(self) -> tuple[Kind, dict[str, object], tuple[NameRecord, ...]]:
        name, names = self._names("Name")
        fields: dict[str, object] = {"name": name, **self._described("Description")}
        if held := self.date(self._text(self.element, "StartDate"), "StartDate"):
            fields["held_on"] = held
        if place := self._text(self.element, "Place"):
            fields["place"] = place
        if country := self.country(self._text(self.element, "Country"), "Country"):
            fields["country"] = country
        return Kind.MEETING, fields, names

    _READERS: ClassVar = {
        "OrgUnit": _organization,
        "Person": _person,
        "Project": _project,
        "Funding": _funding,
        "Event": _event,
    }

    def _address(self, *schemes: str) -> str | None:
        texts = (one.text for one in self.element.all("ElectronicAddress"))
        return next((text for text in texts if text.lower().startswith(schemes)), None)

    def _described(self, tag: str) -> dict[str, object]:
        texts = [one for one in self.element.all(tag) if one.text]
        english = [one for one in texts if (one.lang or "").startswith("en")]
        return {"description": (english or texts)[0].text} if texts else {}

    def _amount(self, element: Element) -> Money | None:
        found = element.first("Amount")
        return self.money(found.text, found.attributes.get("currency"), "Amount") if found else None

    def _days(self, start: str | None, end: str | None) -> dict[str, object]:
        """First and last day of a period that may be known in part."""
        since, until = self.date(start, "StartDate"), self.date(end, "EndDate")
        since, until = self.period(since, until, "EndDate")
        days = {"starts_on": since.date if since else None, "ends_on": until.last_day if until else None}
        return {name: day for name, day in days.items() if day is not None}
