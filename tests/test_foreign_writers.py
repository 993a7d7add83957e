"""Our records in the shapes of ROR and CERIF: what is written is read back as the same record."""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import cerif, cerif_export, cerif_export_parts, ndjson, ror, ror_export
from exchange.record import Direction, Problem, Record
from exchange.ror_entry import TYPES
from models.vocabulary import IdentifierScheme, Role
from tests import foreign
from tests.foreign import split
from tests.real_data import real_file

PARTNER = "example"


def rows_of(records: Iterable[Record]) -> list[dict[str, Any]]:
    """As lines of our NDJSON."""
    return [json.loads(ndjson.write(record)) for record in records]


def through_ror(folder: Path, rows: Iterable[dict[str, Any]]) -> tuple[list[Record], list[Problem]]:
    file = folder / "written.json"
    file.write_bytes(b"".join(ror_export.write(rows)))
    json.loads(file.read_bytes())
    return split(ror.read(file))


def through_cerif(rows: Iterable[dict[str, Any]]) -> tuple[list[Record], list[Problem]]:
    written = b"".join(cerif_export.write(rows, PARTNER))
    ElementTree.fromstring(written)
    return split(cerif.read_stream(io.BytesIO(written), PARTNER))


def same(records: Iterable[Record]) -> list[Record]:
    """The records as they compare: without the place in the file."""
    return [replace(record, row=0) for record in records]


# ROR -----------------------------------------------------------------------------------------------

UNIVERSITY = {
    "kind": "UNIVERSITY", "slug": "uoe", "name": "University of Example", "recordStatus": "INACTIVE",
    "identifiers": [
        {"scheme": "ROR", "value": "05bbbc791"}, {"scheme": "GRID", "value": "grid.999999.1"},
        {"scheme": "ISNI", "value": "000000012281955X"},
        {"scheme": "CROSSREF_FUNDER", "value": "501100001809"},
    ],
    "names": [
        {"value": "University of Example", "lang": "en", "type": "LABEL"},
        {"value": "جامعہ مثال", "lang": "ur", "type": "LABEL", "script": "Arab"},
        {"value": "UoE", "type": "ACRONYM"},
    ],
    "isFunder": True, "sourceTypes": ["education", "funder"], "domains": ["example.org"],
    "establishedOn": "1951",
    "country": "PK", "subdivision": "PK-SD", "city": "Karachi", "website": "https://example.org",
    "location": {"latitude": 24.9, "longitude": 67.1},
    "relations": [
        {"role": "PART_OF", "to": {"identifier": {"scheme": "ROR", "value": "02rg1r889"}, "name": "Whole"}},
        {"role": "RUNS", "to": {"slug": "a-program"}},
        {"role": "SUCCEEDS", "from": {"slug": "without-ror"}},
    ],
}  # fmt: skip


def test_an_organization_has_the_registrys_shape(tmp_path: Path) -> None:
    found = ror_export.record(UNIVERSITY)
    assert found is not None
    assert found["id"] == "https://ror.org/05bbbc791"
    assert found["names"][0] == {
        "value": "University of Example",
        "lang": "en",
        "types": ["label", "ror_display"],
    }
    assert found["relationships"] == [{"type": "parent", "id": "https://ror.org/02rg1r889", "label": "Whole"}]
    assert found["locations"][0]["geonames_details"]["country_name"] == "Pakistan"
    assert {"type": "isni", "all": ["0000 0001 2281 955X"], "preferred": "0000 0001 2281 955X"} in found[
        "external_ids"
    ]
    (record,), problems = through_ror(tmp_path, [UNIVERSITY])
    assert not problems
    kept = {key for key in UNIVERSITY if key not in ("kind", "slug", "relations")}
    (again,) = rows_of([record])
    for key in kept - {"identifiers", "names"}:
        assert again[key] == UNIVERSITY[key], key
    assert again["identifiers"] == UNIVERSITY["identifiers"]


@pytest.mark.parametrize(
    ("row", "types"),
    [
        ({"kind": "COMPANY"}, ["company"]),
        ({"kind": "GOVERNMENT_BODY", "isFunder": True}, ["government", "funder"]),
        ({"kind": "INSTITUTION", "type": "FUNDER", "isFunder": True}, ["funder"]),
        ({"kind": "INVESTOR"}, ["company", "funder"]),
        ({"kind": "INSTITUTION", "type": "OTHER", "sourceTypes": ["archive", "church"]}, ["archive"]),
        ({"kind": "EXPERT"}, None),
        ({"kind": "ZONE"}, None),
    ],
)
def test_types_follow_from_the_kind(row: dict[str, Any], types: list[str] | None) -> None:
    found = ror_export.record({"name": "X", "slug": "x", **row})
    assert (found and found["types"]) == types
    assert set(types or ()) <= TYPES


def test_a_record_without_a_ror_id_has_none_and_no_rows_are_an_empty_list() -> None:
    assert json.loads(b"".join(ror_export.write([]))) == []
    (found,) = json.loads(b"".join(ror_export.write([{"kind": "COMPANY", "name": "X"}, {"kind": "ZONE"}])))
    assert (found["id"], found["names"][0]["types"]) == (None, ["label", "ror_display"])


def test_the_registrys_own_records_come_back_as_they_were(tmp_path: Path) -> None:
    records, _ = split(ror.read(real_file("ror_v2_pakistan.json")))
    again, problems = through_ror(tmp_path, rows_of(records))
    assert not problems
    assert same(again) == same(records)
    assert len(again) == 198


# CERIF ---------------------------------------------------------------------------------------------


def test_every_entity_comes_back_as_it_was() -> None:
    # What has no place in the profile: a project's budget, the name of a grant as a relation's title.
    project = re.sub("<Partner>.*?</Partner>|<Name>Grant 5</Name>|<Amount.*?</Amount>", "", foreign.PROJECT)
    data = foreign.cerif(*(project if one is foreign.PROJECT else one for one in foreign.ALL))
    records, problems = split(cerif.read_stream(io.BytesIO(data), PARTNER))
    assert not problems
    again, problems = through_cerif(rows_of(records))
    assert not problems
    assert same(sorted_relations(again)) == same(sorted_relations(records))
    assert len(again) == len(foreign.ALL)


def sorted_relations(records: Iterable[Record]) -> list[Record]:
    """The profile has an order of its own for links."""
    return [replace(one, relations=tuple(sorted(one.relations, key=str))) for one in records]


def test_the_guidelines_examples_come_back(tmp_path: Path) -> None:
    for name, number in (("orgunits", 13), ("persons", 19), ("fundings", 11), ("events", 1)):
        records, _ = split(cerif.read(real_file(f"openaire_cerif_example_{name}.xml"), PARTNER))
        again, problems = through_cerif(rows_of(records))
        assert (same(again), problems, len(again)) == (same(records), [], number)


def test_records_are_named_by_their_slugs_where_no_partner_has_a_key() -> None:
    row = {"kind": "UNIVERSITY", "slug": "uoe", "name": "A & B <i>",
           "relations": [{"role": "PART_OF", "to": {"slug": "whole"}, "since": "2001-09"}]}  # fmt: skip
    written = cerif_export.element(row)
    assert written is not None
    assert b'id="OrgUnits/uoe"' in written
    assert b"A &amp; B &lt;i&gt;" in written
    (record,), _ = split(cerif.read_stream(io.BytesIO(cerif_export.HEAD + written + cerif_export.TAIL), "p"))
    assert record.fields["name"] == "A & B <i>"
    (part,) = record.relations
    assert (part.role, part.direction, str(part.since)) == (Role.PART_OF, Direction.OUT, "2001-09")
    assert str(part.target) == "PARTNER p/OrgUnits/whole"
    assert [str(one) for one in record.identifiers or ()] == ["PARTNER p/OrgUnits/uoe"]


def test_kinds_that_the_profile_has_not_are_left_out() -> None:
    others = [{"kind": "ZONE", "slug": "z", "name": "Z"}, {"kind": "PROGRAM", "programKind": "TRAINING"}]
    assert b"".join(cerif_export.write(others)) == cerif_export.HEAD + cerif_export.TAIL


TEXTS = st.text(max_size=20).filter(lambda text: text.strip() != "")


@settings(max_examples=100, deadline=None)
@given(name=TEXTS, acronym=TEXTS, city=TEXTS, slug=TEXTS)
def test_any_text_is_written_so_that_it_can_be_read(name: str, acronym: str, city: str, slug: str) -> None:
    row = {"kind": "MEETING", "slug": slug, "name": name, "place": city,
           "names": [{"value": acronym, "type": "ACRONYM"}]}  # fmt: skip
    written = b"".join(cerif_export.write([row]))
    ElementTree.fromstring(written)
    records, problems = split(cerif.read_stream(io.BytesIO(written), PARTNER))
    assert len(records) + len([one for one in problems if one.is_row_lost]) == 1
    organization = row | {"kind": "COMPANY", "city": city, "country": "PK"}
    json.loads(b"".join(ror_export.write([organization])))


def test_the_schemes_of_both_shapes_are_known() -> None:
    assert {*ror_export._SCHEMES, *cerif_export_parts._SCHEMES} <= set(IdentifierScheme)
