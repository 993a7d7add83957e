"""Reads the university list of Hipo: names, web domains, provinces and pages; it has no identifiers.

Every record is a university that the importer may find by web domain only, never by its name. Not its
business: that finding, and which of two sources is believed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exchange.json_list import Broken, objects, opened
from exchange.places import domain_of, is_country, subdivision_code
from exchange.record import NameRecord, Problem, ProblemCode, Record, SourceRecord
from exchange.script import script_of
from models.vocabulary import Kind, NameType, SourceKind

SOURCE = SourceRecord(
    row=0,
    slug="hipo",
    title="University Domains and Names Data List",
    kind=SourceKind.REGISTRY,
    url="https://github.com/Hipo/university-domains-list",
    publisher="Hipo",
    licence="MIT",
)


def read(path: Path) -> Iterator[Record | SourceRecord | Problem]:
    """Yields the source, then each university in order, with its problems before it.

    `row` is the place in the list, from 1. A university without a name or without any valid domain is
    lost: nothing could recognise it in a second import. Raises OSError and UnreadableFile.
    """
    yield SOURCE
    with opened(path) as stream:
        for row, found in enumerate(objects(stream, _looks_right), start=1):
            if isinstance(found, Broken):
                yield found.problem(row)
            else:
                yield from _entry(row, found)


def _looks_right(found: dict[str, Any]) -> bool:
    return "name" in found and "domains" in found


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _entry(row: int, found: dict[str, Any]) -> Iterator[Record | Problem]:
    name = found.get("name")
    if not isinstance(name, str) or not (name := name.strip()):
        message, hint = "The university has no name.", "Give it one under name."
        yield Problem(row, None, ProblemCode.FIELD_MISSING, message, hint, "name")
        return
    domains: list[str] = []
    for text in _texts(found.get("domains")):
        if domain := domain_of(text):
            domains.append(domain)
        else:
            message = f"{text[:100]!r} is not a web domain."
            hint = "Write it like uok.edu.pk."
            yield Problem(row, name, ProblemCode.VALUE_INVALID, message, hint, "domains", is_row_lost=False)
    if not domains:
        message = f"{name} has no web domain."
        hint = "Give it one under domains: it is how the university is recognised."
        yield Problem(row, name, ProblemCode.KEY_MISSING, message, hint, "domains")
        return
    domains = list(dict.fromkeys(domains))
    fields: dict[str, object] = {"name": name, "domains": tuple(domains)}
    country, province = found.get("alpha_two_code"), found.get("state-province")
    if isinstance(country, str) and is_country(country):
        fields["country"] = country
        if isinstance(province, str) and province.strip():
            if code := subdivision_code(country, province):
                fields["subdivision"] = code
            else:
                message = f"The province {province[:60]!r} is unknown in {country}."
                hint = "The university is imported without it; write the name or code of ISO 3166-2."
                yield Problem(
                    row, name, ProblemCode.VALUE_INVALID, message, hint, "state-province", is_row_lost=False
                )
    if pages := [page.strip() for page in _texts(found.get("web_pages")) if page.strip()]:
        fields["website"] = pages[0]
    yield Record(
        row=row,
        kind=Kind.UNIVERSITY,
        fields=fields,
        names=(NameRecord(name, None, script_of(name), NameType.LABEL),),
        source=SOURCE.slug,
        matches_domains=tuple(domains),
    )
