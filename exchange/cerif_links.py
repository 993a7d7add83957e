"""The links of one record of CERIF as relations of ours, and how what stands in them is found.

Each entity tells some relations in elements of its own; the generic `Link` tells further ones, in terms of
exchange/cerif_profile.py. Not its business: the record's own fields (exchange/cerif_entry.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from exchange.cerif_profile import COUNTERPARTS, ENGAGEMENTS, FOLDERS, LINKS, SHARED, SURE
from exchange.foreign import Foreign, key_of
from exchange.record import (
    Direction,
    EntityKey,
    Identifier,
    PartialDate,
    ProblemCode,
    RelationRecord,
)
from exchange.xml_records import Element
from models.vocabulary import IdentifierScheme, Role


class Linked(Foreign):
    """What a record is known by and related to. `partner` is the slug of who gave the ids."""

    def __init__(self, row: int, element: Element, partner: str | None) -> None:
        super().__init__(row, element.attributes.get("id"))
        self.element, self.partner = element, partner

    def _local(self, element: Element) -> Identifier | None:
        """The partner's own key: the id with the folder of its entity, as the guidelines write it."""
        text = element.attributes.get("id", "").strip()
        if not text or self.partner is None:
            return None
        text = text if "/" in text else f"{FOLDERS[element.name]}/{text}"
        found = self.identifier(IdentifierScheme.PARTNER, text, "id")
        return replace(found, partner=self.partner) if found else None

    def _stated(self, element: Element, names: Mapping[str, IdentifierScheme]) -> Iterator[Identifier]:
        for name, scheme in names.items():
            for one in element.all(name):
                if found := self.identifier(scheme, one.text, name):
                    yield found

    def _identifiers(self) -> list[Identifier]:
        local = self._local(self.element)
        found = [*self._stated(self.element, SURE), *([local] if local else [])]
        return list(dict.fromkeys([*found, *self._stated(self.element, SHARED)]))

    def _target(self, link: Element, *names: str) -> tuple[str, EntityKey] | None:
        """The entity inside a link, by its surest identifier; a problem and None where it has none."""
        element = next((one for name in names for one in link.all(name)), None)
        if element is not None:
            local = self._local(element)
            sure = next(self._stated(element, SURE), None) or local
            if found := sure or next(self._stated(element, SHARED), None):
                return element.name, key_of(found)
        shown = next(filter(None, (one.text for one in self._named(element or link))), None)
        if element is None or element.name == "OrgUnit":
            self.not_matched(shown, link.name)
        else:
            message = f"{element.name} {shown or ''} has no identifier that is known here."
            hint = "Say whose ids they are (--owner PARTNER); imported without this relation."
            self.partly(link.name, ProblemCode.RELATION_INVALID, message, hint)
        return None

    @staticmethod
    def _named(element: Element) -> Iterator[Element]:
        for name in ("Name", "Title", "DisplayName", "Acronym", "PersonName"):
            yield from element.all(name)

    @staticmethod
    def _text(element: Element | None, tag: str) -> str | None:
        found = element.first(tag) if element else None
        return (found.text or None) if found else None

    def _relations(self) -> Iterator[RelationRecord]:
        element = self.element
        for link in element.all("PartOf"):
            # No program is a part of another here: it takes part in it.
            role = Role.PART_OF if element.name == "OrgUnit" else Role.PARTICIPATES_IN
            yield from self._link(link, role, Direction.OUT, None, element.name)
        for tag, role, direction, title in LINKS:
            names = ("OrgUnit", "Project") if role is Role.RELATED_TO else ("OrgUnit",)
            for link in element.all(tag):
                yield from self._link(link, role, direction, title, *names)
        for engaged in ENGAGEMENTS:
            group = element.first(engaged.group)
            for link in group.all(engaged.tag) if group else ():
                role = Role.RUNS if engaged.tag == "Coordinator" else Role.PARTICIPATES_IN
                yield from self._link(link, role, Direction.IN, engaged.title, "OrgUnit", "Person")
        for funded in element.all("Funded"):
            yield from self._funded(funded)
        for link in element.all("Link"):
            yield from self._counterpart(link)

    def _funded(self, funded: Element) -> Iterator[RelationRecord]:
        funding = funded.first("As", "Funding")
        duration = funding.first("Duration") if funding else None
        for link in funded.all("By"):
            title = (self._text(funding, "Name") or self._text(funding, "Acronym")) if funding else None
            yield from self._link(link, Role.FUNDS, Direction.IN, title, "OrgUnit", duration=duration)
        for link in funded.all("As"):
            yield from self._link(
                link, Role.PARTICIPATES_IN, Direction.OUT, None, "Funding", duration=duration
            )

    def _link(
        self,
        link: Element,
        role: Role,
        direction: Direction,
        title: str | None,
        *names: str,
        duration: Element | None = None,
    ) -> Iterator[RelationRecord]:
        if (target := self._target(link, *names)) is None:
            return
        name, key = target
        if name == "Person" and role is Role.RUNS:
            role = Role.PARTICIPATES_IN
        elif role is Role.RUNS:
            title = None
        since, until = (self._end(link, duration, end) for end in ("startDate", "endDate"))
        yield RelationRecord(role, direction, key, *self.period(since, until, link.name), title)

    def _end(self, link: Element, duration: Element | None, name: str) -> PartialDate | None:
        stated = link.attributes.get(name) or (duration.attributes.get(name) if duration else None)
        return self.date(stated, link.name)

    def _counterpart(self, link: Element) -> Iterator[RelationRecord]:
        """What a generic link says in the profile's terms; the terms of others are not known here."""
        for other in (part.name for part in link.content if isinstance(part, Element)):
            if said := COUNTERPARTS.get((self.element.name, other, link.attributes.get("type", ""))):
                role, direction, title = said
                yield from self._link(link, role, direction, title, other)
