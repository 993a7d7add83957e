"""The parts of an NDJSON line: names, identifiers, references, relations, statuses, assertions.

Each function takes one JSON object and gives the value or raises Wrong with the place inside it. Not its
business: the line as a whole (exchange/line.py).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from exchange.record import (
    AssertionRecord,
    Direction,
    EntityKey,
    Identifier,
    NameRecord,
    PartialDate,
    ProblemCode,
    RelationRecord,
    StatusRecord,
)
from exchange.script import script_of
from exchange.values import (
    FieldSpec,
    InvalidValue,
    boolean_of,
    closest,
    parse,
    partial_date_of,
    share_of,
    shown,
    term_of,
    text_of,
)
from models.vocabulary import ROLE_RULES, IdentifierScheme, Kind, NameType, Role, ZoneStatus
from resolvers.identifiers import InvalidIdentifier, normalise

LANG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SCRIPT = re.compile(r"[A-Z][a-z]{3}")
_SLUG = re.compile(r"[^\s/?#]{1,200}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Item = TypeVar("Item")
Object = dict[str, Any]


class Wrong(Exception):
    """Something wrong at one place of the line."""

    def __init__(self, code: ProblemCode, message: str, hint: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.field = code, message, hint, field


def id_of(value: object) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise InvalidValue(f"{shown(value)} is not an id", "An id is a UUID, as the API gives it.")
    return UUID(value)


def slug_of(value: object) -> str:
    slug = text_of(value)
    if not _SLUG.fullmatch(slug):
        hint = "A slug has no spaces and no / ? #, and at most 200 characters."
        raise InvalidValue(f"{shown(value)} is not a slug", hint)
    return slug


def _scheme(value: object) -> IdentifierScheme:
    return term_of(IdentifierScheme, value)


def checked(parser: Callable[[object], Item], value: object, field: str = "") -> Item:
    try:
        return parser(value)
    except InvalidValue as error:
        message = error.message[0].upper() + error.message[1:] + "."
        raise Wrong(ProblemCode.VALUE_INVALID, message, error.hint, field) from None


def _part(item: Object, key: str, parser: Callable[[object], Item]) -> Item:
    """A part of an object that must be there."""
    if item.get(key) is None:
        raise Wrong(ProblemCode.FIELD_MISSING, f"There is no {key}.", f"Give {key}.", f".{key}")
    return checked(parser, item[key], f".{key}")


def _maybe(item: Object, key: str, parser: Callable[[object], Item]) -> Item | None:
    return None if item.get(key) is None else checked(parser, item[key], f".{key}")


def _only(item: Object, *known: str) -> None:
    for key in item:
        if key not in known:
            hint = closest(key, known, f"It has {', '.join(known)}.")
            raise Wrong(ProblemCode.FIELD_UNKNOWN, f"There is no key {shown(key)} here.", hint, f".{key}")


def _tag(pattern: re.Pattern[str], what: str, example: str) -> Callable[[object], str]:
    def parser(value: object) -> str:
        tag = text_of(value)
        if not pattern.fullmatch(tag):
            raise InvalidValue(f"{shown(value)} is not {what}", f'Write it like "{example}".')
        return tag

    return parser


_lang = _tag(LANG, "a language tag (BCP 47)", "ur")
_script = _tag(_SCRIPT, "a script (ISO 15924)", "Arab")


def name_of(item: Object) -> NameRecord:
    _only(item, "value", "lang", "script", "type")
    value, lang = _part(item, "value", text_of), _maybe(item, "lang", _lang)
    # A script given as null stays unsaid; only one that is left out is told from the characters.
    script = _maybe(item, "script", _script) if "script" in item else script_of(value, lang)
    name_type = _maybe(item, "type", lambda given: term_of(NameType, given)) or NameType.LABEL
    return NameRecord(value, lang, script, name_type)


def identifier_of(item: Object) -> Identifier:
    _only(item, "scheme", "value", "partner")
    scheme, value = _part(item, "scheme", _scheme), _part(item, "value", text_of)
    partner = _maybe(item, "partner", slug_of)
    if (partner is not None) != (scheme is IdentifierScheme.PARTNER):
        hint = "A PARTNER identifier names its partner's slug; the others have no partner."
        message = f"The partner does not go with {scheme}." if partner else "The partner is missing."
        raise Wrong(ProblemCode.IDENTIFIER_INVALID, message, hint, ".partner")
    try:
        return Identifier(scheme, normalise(scheme, value), partner)
    except InvalidIdentifier as error:
        hint = error.hint or ""
        raise Wrong(ProblemCode.IDENTIFIER_INVALID, error.message, hint, ".value") from None


def reference_of(item: object) -> EntityKey:
    hint = 'Refer to an entity by {"id": ...}, {"slug": ...} or {"identifier": {"scheme", "value"}}.'
    if not isinstance(item, dict) or len(item) != 1:
        message = f"{shown(item)} is not a reference to one entity."
        raise Wrong(ProblemCode.RELATION_INVALID, message, hint)
    _only(item, "id", "slug", "identifier")
    if isinstance(identifier := item.get("identifier"), dict):
        return EntityKey(identifier=identifier_of(identifier))
    if "identifier" in item:
        message = f"{shown(identifier)} is not an identifier."
        raise Wrong(ProblemCode.RELATION_INVALID, message, hint)
    if "slug" in item:
        return EntityKey(slug=_part(item, "slug", slug_of))
    return EntityKey(id=_part(item, "id", id_of))


def _period(item: Object) -> tuple[PartialDate | None, PartialDate | None]:
    since, until = _maybe(item, "since", partial_date_of), _maybe(item, "until", partial_date_of)
    if since and until and until.last_day < since.date:
        hint = "until is the last day, month or year that still counts."
        raise Wrong(ProblemCode.VALUE_INVALID, "The period ends before it begins.", hint, ".until")
    return since, until


def relation_of(kind: Kind, item: Object) -> RelationRecord:
    _only(item, "role", "to", "from", "since", "until", "title", "isExclusive", "confidence", "source")
    role = _part(item, "role", lambda value: term_of(Role, value))
    if ("to" in item) == ("from" in item):
        hint = f"Give to when this record is the subject of {role}, from when it is the object."
        message = "A relation has either to or from."
        raise Wrong(ProblemCode.RELATION_INVALID, message, hint)
    side, direction = ("to", Direction.OUT) if "to" in item else ("from", Direction.IN)
    place = 0 if direction is Direction.OUT else 1
    if not any(pair[place] is kind for pair in ROLE_RULES[role].pairs):
        word, other = ("subject", "from") if direction is Direction.OUT else ("object", "to")
        allowed = ", ".join(sorted({str(pair[place]) for pair in ROLE_RULES[role].pairs}))
        message = f"{kind} cannot be the {word} of {role}."
        hint = f"The {word} is one of {allowed}; or write {other} instead of {side}."
        raise Wrong(ProblemCode.RELATION_INVALID, message, hint, f".{side}")
    try:
        target = reference_of(item[side])
    except Wrong as wrong:
        raise Wrong(wrong.code, wrong.message, wrong.hint, f".{side}{wrong.field}") from None
    since, until = _period(item)
    title, source = _maybe(item, "title", text_of), _maybe(item, "source", slug_of)
    is_exclusive = _maybe(item, "isExclusive", boolean_of)
    if is_exclusive and (role is not Role.HOLDS_POST_AT or title is None):
        hint = "Give a title to a HOLDS_POST_AT relation, or leave isExclusive out."
        message = "Only a post, which a title names, has one holder at a time."
        raise Wrong(ProblemCode.RELATION_INVALID, message, hint, ".isExclusive")
    confidence = _maybe(item, "confidence", share_of)
    return RelationRecord(role, direction, target, since, until, title, source, is_exclusive, confidence)


def status_of(item: Object) -> StatusRecord:
    _only(item, "status", "since", "until", "source")
    status = _part(item, "status", lambda value: term_of(ZoneStatus, value))
    return StatusRecord(status, *_period(item), _maybe(item, "source", slug_of))


def assertion_of(specs: Mapping[str, FieldSpec], item: Object) -> AssertionRecord:
    _only(item, "field", "value", "since", "until", "source")
    name = _part(item, "field", text_of)
    if (spec := specs.get(name)) is None:
        hint = closest(name, specs, "Name a field of this kind as in the API.")
        raise Wrong(ProblemCode.FIELD_UNKNOWN, f"There is no field {shown(name)}.", hint, ".field")
    if spec.is_personal:
        hint = "Give the field itself, by the source that maintains the person's record."
        raise Wrong(
            ProblemCode.FIELD_UNKNOWN, f"Nobody else states {shown(name)} of a person.", hint, ".field"
        )
    value = _part(item, "value", lambda given: parse(spec, given))
    return AssertionRecord(spec.name, value, _part(item, "source", slug_of), *_period(item))
