"""One record of the Research Organization Registry, schema version 2, as a record of ours.

Types become kinds, external ids identifiers, relationships directed facts (each in one direction, whoever
states it). Source of the shape: https://ror.readme.io/docs/ror-data-structure. Not its business: files.
"""

from collections import Counter
from datetime import date
from typing import Any

from exchange.foreign import Foreign, Refused
from exchange.places import domain_of, is_country, subdivision_code
from exchange.record import (
    Direction,
    EntityKey,
    GeoPoint,
    Identifier,
    NameRecord,
    PartialDate,
    ProblemCode,
    Record,
    RelationRecord,
)
from exchange.script import script_of
from models.vocabulary import (
    DatePrecision,
    IdentifierScheme,
    InstitutionType,
    Kind,
    NameType,
    RecordStatus,
    Role,
)
from resolvers.identifiers import InvalidIdentifier, normalise

SOURCE_SLUG = "ror"

_SCHEMES = {
    "isni": IdentifierScheme.ISNI,
    "wikidata": IdentifierScheme.WIKIDATA,
    "grid": IdentifierScheme.GRID,
    "fundref": IdentifierScheme.CROSSREF_FUNDER,
}
_KINDS = (("education", Kind.UNIVERSITY), ("company", Kind.COMPANY), ("government", Kind.GOVERNMENT_BODY))
# The most specific of several types comes first; `funder` says what else it does, unless it stands alone.
_INSTITUTIONS = ("healthcare", "facility", "archive", "nonprofit", "other", "funder")
TYPES = frozenset(name for name, _ in _KINDS) | frozenset(_INSTITUTIONS)
"""What the registry calls its organizations."""
_STATUSES = {
    "active": RecordStatus.ACTIVE,
    "inactive": RecordStatus.INACTIVE,
    "withdrawn": RecordStatus.WITHDRAWN,
}
_NAME_TYPES = (
    ("label", NameType.LABEL),
    ("alias", NameType.ALIAS),
    ("acronym", NameType.ACRONYM),
    ("ror_display", NameType.LABEL),
)
# "parent" says that the other record is this one's parent: this is the subject of PART_OF.
_ROLES = {
    "parent": (Role.PART_OF, Direction.OUT),
    "child": (Role.PART_OF, Direction.IN),
    "predecessor": (Role.SUCCEEDS, Direction.OUT),
    "successor": (Role.SUCCEEDS, Direction.IN),
}
_FOUNDING_FIELD = {Kind.COMPANY: "founded_on"}


class Entry(Foreign):
    """One record on its way from the registry's shape to ours."""

    def __init__(self, row: int, found: dict[str, Any], counts: Counter[str]) -> None:
        super().__init__(row, found["id"] if isinstance(found.get("id"), str) else None)
        self.found, self.counts = found, counts

    def record(self) -> Record:
        """The record. Raises Refused when it cannot be used at all."""
        own = self.ror_id()
        types = self.texts("types")
        kind, institution_type = self.kind(types)
        name, names = self.names()
        fields: dict[str, object] = {"name": name, "record_status": self.status()}
        if institution_type:
            fields["type"] = institution_type
        fields["is_funder"] = "funder" in types
        fields["source_types"] = tuple(types)
        fields["domains"] = tuple(dict.fromkeys(filter(None, map(domain_of, self.texts("domains")))))
        fields |= self.place()
        if website := self.website():
            fields["website"] = website
        if founded := self.established():
            fields[_FOUNDING_FIELD.get(kind, "established_on")] = founded
        return Record(
            row=self.row,
            kind=kind,
            fields=fields,
            names=names,
            identifiers=(own, *self.external_identifiers()),
            relations=self.relations(own),
            source=SOURCE_SLUG,
        )

    def items(self, key: str) -> list[dict[str, Any]]:
        value = self.found.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise _shape(key, "a list of objects")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.found.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _shape(key, "a list of texts")
        return value

    def ror_id(self) -> Identifier:
        text = self.found.get("id")
        if not isinstance(text, str):
            raise _shape("id", "a text")
        return self.own_identifier(IdentifierScheme.ROR, text, "id")

    def kind(self, types: list[str]) -> tuple[Kind, InstitutionType | None]:
        unknown = [name for name in types if name not in TYPES]
        if unknown:
            message = f"The type {unknown[0][:40]!r} is not one of ROR's types."
            hint = f"The types are {', '.join(sorted(TYPES))}."
            if len(unknown) == len(types):
                raise Refused(ProblemCode.KIND_UNKNOWN, "types", message, hint)
            self.partly("types", ProblemCode.KIND_UNKNOWN, message, hint)
        for name, kind in _KINDS:
            if name in types:
                return kind, None
        for name in _INSTITUTIONS:
            if name in types:
                return Kind.INSTITUTION, InstitutionType(name.upper())
        raise Refused(
            ProblemCode.KIND_UNKNOWN, "types", "The record has no type.", "Give at least one of ROR's types."
        )

    def status(self) -> RecordStatus:
        status = self.found.get("status")
        if not isinstance(status, str) or status not in _STATUSES:
            hint = "It must be active, inactive or withdrawn."
            message = f"The status {str(status)[:40]!r} is unknown."
            raise Refused(ProblemCode.VALUE_INVALID, "status", message, hint)
        return _STATUSES[status]

    def names(self) -> tuple[str, tuple[NameRecord, ...]]:
        display: str | None = None
        names: dict[NameRecord, None] = {}
        for item in self.items("names"):
            value, lang, types = item.get("value"), item.get("lang"), item.get("types")
            if not isinstance(value, str) or not isinstance(lang, str | None) or not isinstance(types, list):
                raise _shape("names", "a list of objects with value, lang and types")
            if not (value := value.strip()):
                continue
            name_type = next((to for name, to in _NAME_TYPES if name in types), NameType.ALIAS)
            names[NameRecord(value, lang, script_of(value, lang), name_type)] = None
            if "ror_display" in types:
                display = value
        if not names:
            raise Refused(ProblemCode.FIELD_MISSING, "names", "The record has no name.", "Give one name.")
        if display is None:
            labels = [name.value for name in names if name.type is NameType.LABEL]
            display = labels[0] if labels else next(iter(names)).value
        return display, tuple(names)

    def external_identifiers(self) -> list[Identifier]:
        found: dict[Identifier, None] = {}
        for item in self.items("external_ids"):
            scheme = _SCHEMES.get(str(item.get("type")))
            if scheme is None:
                self.counts["EXTERNAL_ID_UNKNOWN"] += 1
                continue
            values, preferred = item.get("all"), item.get("preferred")
            if not isinstance(values, list):
                raise _shape("external_ids", "a list of objects with type, all and preferred")
            for value in dict.fromkeys([preferred, *values] if preferred else values):
                try:
                    found[Identifier(scheme, normalise(scheme, str(value)))] = None
                except InvalidIdentifier as error:
                    hint = "The record is imported without it; report it to ROR."
                    self.partly("external_ids", ProblemCode.IDENTIFIER_INVALID, error.message, hint)
        return list(found)

    def place(self) -> dict[str, object]:
        """Country, subdivision, city and point of the first location, as far as they are known."""
        details = next((item.get("geonames_details") for item in self.items("locations")), None)
        if not isinstance(details, dict):
            return {}
        found: dict[str, object] = {}
        country, part, city = (details.get(k) for k in ("country_code", "country_subdivision_code", "name"))
        if isinstance(country, str) and is_country(country):
            found["country"] = country
            if isinstance(part, str) and part:
                if code := subdivision_code(country, part):
                    found["subdivision"] = code
                else:
                    self.counts["SUBDIVISION_UNKNOWN"] += 1
        elif country is not None:
            message = f"The country {str(country)[:40]!r} is not an ISO 3166-1 code."
            hint = "The record is imported without it."
            self.partly("locations", ProblemCode.VALUE_INVALID, message, hint)
        if isinstance(city, str) and city.strip():
            found["city"] = city.strip()
        latitude, longitude = details.get("lat"), details.get("lng")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                found["location"] = GeoPoint(float(latitude), float(longitude))
            else:
                message = f"The point {latitude}, {longitude} is not on earth."
                hint = "Latitude runs from -90 to 90, longitude from -180 to 180; imported without it."
                self.partly("locations", ProblemCode.VALUE_INVALID, message, hint)
        return found

    def website(self) -> str | None:
        links = (item.get("value") for item in self.items("links") if item.get("type") == "website")
        return next((link.strip() for link in links if isinstance(link, str) and link.strip()), None)

    def established(self) -> PartialDate | None:
        year = self.found.get("established")
        if year is None:
            return None
        if not isinstance(year, int) or not 1 <= year <= 9999:
            hint = "A year is a number from 1 to 9999; the record is imported without it."
            message = f"The year of establishment {str(year)[:40]!r} is not a year."
            self.partly("established", ProblemCode.VALUE_INVALID, message, hint)
            return None
        return PartialDate(date(year, 1, 1), DatePrecision.YEAR)

    def relations(self, own: Identifier) -> tuple[RelationRecord, ...]:
        found: dict[RelationRecord, None] = {}
        for item in self.items("relationships"):
            stated, text = item.get("type"), item.get("id")
            if not isinstance(stated, str) or not isinstance(text, str):
                raise _shape("relationships", "a list of objects with type and id")
            try:
                target = Identifier(IdentifierScheme.ROR, normalise(IdentifierScheme.ROR, text))
            except InvalidIdentifier as error:
                hint = "The record is imported without this relation."
                self.partly("relationships", ProblemCode.IDENTIFIER_INVALID, error.message, hint)
                continue
            # A symmetric fact gets one direction, whichever of the two records states it.
            is_smaller = own.value < target.value
            related = (Role.RELATED_TO, Direction.OUT if is_smaller else Direction.IN)
            role, direction = _ROLES.get(stated, related)
            if stated not in _ROLES and stated != "related":
                message = f"The relationship type {stated[:40]!r} is unknown."
                hint = f"It must be one of {', '.join([*_ROLES, 'related'])}; imported without this relation."
                self.partly("relationships", ProblemCode.RELATION_INVALID, message, hint)
            elif target == own:
                message = f"The record says it is its own {stated}."
                hint = "The record is imported without this relation; report it to ROR."
                self.partly("relationships", ProblemCode.RELATION_INVALID, message, hint)
            else:
                found[RelationRecord(role, direction, EntityKey(identifier=target))] = None
        return tuple(found)


def _shape(field: str, expected: str) -> Refused:
    message = f"The part {field!r} is not {expected}."
    return Refused(ProblemCode.SHAPE_INVALID, field, message, "Take the file of ROR schema version 2.")
