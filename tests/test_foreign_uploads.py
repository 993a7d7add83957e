"""Foreign files through POST /import: as a partner, whose keys their ids are, and the failed rows back."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from exchange import cerif, formats, gleif, orcid
from exchange.record import Record
from models.embedded import EmbeddedPostgres
from tests import foreign
from tests.conftest import clone, drop
from tests.foreign import split
from tests.uploads import Sender, Stack, stack


@pytest.fixture
async def place(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Stack]:
    """A server over an empty database of its own: what one test sends, another would find."""
    dsn = await clone(postgres.dsn, migrated)
    async with stack(dsn) as found:
        yield found
    await drop(postgres.dsn, dsn)


@pytest.fixture
async def north(place: Stack) -> Sender:
    return await place.sender("north")


@pytest.fixture
async def south(place: Stack) -> Sender:
    return await place.sender("south")


async def test_a_system_sends_its_xml_and_gets_the_failed_rows_back(
    place: Stack, north: Sender, south: Sender
) -> None:
    nameless = (
        '<OrgUnit id="OrgUnits/9"><ElectronicAddress>https://a.example/?b&amp;c</ElectronicAddress></OrgUnit>'
    )
    job = await north.run(foreign.cerif(*foreign.ALL, nameless), "cerif")
    # Eight records, their nine relations and the source.
    assert (job["status"], job["created"], job["failedRows"]) == ("SUCCEEDED_IN_PART", 18, 1)
    back = await north.failed(job)
    assert back.headers["content-type"].startswith("application/xml")
    assert nameless.encode() in back.content
    corrected = back.content.replace(b"</OrgUnit>", b"<Name>Ninth</Name></OrgUnit>")
    assert (await north.run(corrected, "cerif"))["created"] == 1
    assert (await north.run(corrected, "cerif"))["unchanged"] == 2
    # The same ids of another system are others.
    job = await south.run(foreign.oai(foreign.DEPARTMENT, foreign.EVENT), "cerif")
    assert (job["status"], job["created"]) == ("SUCCEEDED", 3)
    assert await place.value("SELECT count(*) FROM entity WHERE name = 'Department of Examples'") == 2
    sources = "SELECT string_agg(slug, ' ' ORDER BY slug) FROM source"
    assert await place.value(sources) == "cris-north cris-south"


@pytest.mark.parametrize("form", ["orcid", "gleif"])
async def test_several_partners_send_records_of_a_registry(north: Sender, south: Sender, form: str) -> None:
    records = {
        "orcid": (foreign.orcid(), foreign.orcid(**{"orcid-identifier": {"path": "0000-0002-1694-233X"}})),
        "gleif": (foreign.gleif(), foreign.gleif(lei="549300LBI3LRIZ2V8V66")),
    }[form]
    wrong = json.loads(json.dumps(records[0]).replace("0097", "0098").replace("E58", "E59"))
    one = await north.run(json.dumps([records[0], wrong]), form)
    other = await south.run(json.dumps(records[1]), form)
    assert (one["status"], one["failedRows"]) == ("SUCCEEDED_IN_PART", 1)
    assert (await north.failed(one)).json() == [wrong]
    assert (other["status"], other["created"] > 0) == ("SUCCEEDED", True)


async def test_hostile_xml_ends_as_a_told_problem(north: Sender) -> None:
    bomb = b'<!DOCTYPE CERIF [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><CERIF>&b;</CERIF>'
    job = await north.run(bomb, "cerif")
    told = await north.ask(
        "query ($id: ID!) { importJob(id: $id) { problems(first: 5) { nodes { code message } } } }",
        id=job["id"],
    )
    (problem,) = told["data"]["importJob"]["problems"]["nodes"]
    assert problem["code"] == "XML_FORBIDDEN"
    assert (await north.run(b"<html/>", "cerif"))["status"] == "FAILED"


@pytest.mark.parametrize("form", ["cerif", "orcid", "gleif", "ror"])
def test_rows_that_are_picked_are_the_same_rows(form: str, tmp_path: Path) -> None:
    data = {
        "cerif": foreign.oai('<header status="deleted"><identifier>oai:x:Persons/1</identifier></header>',
                             *foreign.ALL),
        "orcid": json.dumps([foreign.orcid(), {"a": "b"}, foreign.orcid()]).encode(),
        "gleif": json.dumps({"data": [foreign.gleif(), 7, foreign.gleif()]}).encode(),
        "ror": b"[]",
    }[form]  # fmt: skip
    file = tmp_path / "file"
    file.write_bytes(data)
    reader = formats.FORMATS[form]
    assert reader.pick is not None
    records = [one for one in reader.read(file, "p") if isinstance(one, Record)]
    picked = b"".join(reader.pick(file, {1, 3, 4, 5}))
    streams = {
        "cerif": lambda stream: cerif.read_stream(stream, "p"),
        "orcid": orcid.read_stream,
        "gleif": gleif.read_stream,
    }
    if form == "ror":
        assert picked == b"[]\n"
        return
    again, problems = split(streams[form](io.BytesIO(picked)))
    assert not [one for one in problems if one.is_row_lost]
    # A header of a deleted record is nothing to correct.
    wanted = [one for one in records if one.row in {1, 3, 4, 5} and "name" in one.fields]
    assert [(one.fields, one.relations) for one in again] == [(one.fields, one.relations) for one in wanted]
    assert again
