"""POST /import and its jobs, over the whole stack: what is taken, what becomes of it, who may know."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from exchange import ndjson
from models.embedded import EmbeddedPostgres
from tests.conftest import clone
from tests.uploads import Sender, Stack, stack


@pytest.fixture(scope="module")
async def place(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Stack]:
    async with stack(await clone(postgres.dsn, migrated)) as found:
        yield found


@pytest.fixture(scope="module")
async def north(place: Stack) -> Sender:
    return await place.sender("north")


def company(slug: str, **fields: Any) -> bytes:
    given = {"kind": "COMPANY", "slug": slug, "name": slug.title()} | fields
    return json.dumps(given).encode() + b"\n"


async def test_a_file_becomes_records_and_the_same_file_again_changes_nothing(
    place: Stack, north: Sender
) -> None:
    body = b"".join(company(f"firm-{number}") for number in range(50))
    first = await north.run(body, fileName="firms.ndjson")
    # Files that other tests sent may still be written.
    changes = (
        "SELECT count(*) FROM change WHERE record_id IN (SELECT id FROM entity WHERE slug LIKE 'firm-%')"
    )
    logged = await place.value(changes)
    second = await north.run(body)

    assert (first["status"], first["rows"], first["created"], first["failed"]) == ("SUCCEEDED", 50, 50, None)
    assert (second["status"], second["created"], second["unchanged"]) == ("SUCCEEDED", 0, 50)
    assert await place.value(changes) == logged > 0
    owner = "SELECT p.slug FROM entity e JOIN common.partner p ON p.id = e.owner_id WHERE e.slug = 'firm-7'"
    assert await place.value(owner) == "north"


async def test_a_partners_file_changes_nothing_of_anothers(place: Stack, north: Sender) -> None:
    south = await place.sender("south")
    await south.run(company("theirs") + company("theirs-alone", audience="OWNER"))
    hidden = await place.value("SELECT id::text FROM entity WHERE slug = 'theirs-alone'")
    body = (
        company("theirs", city="Quetta")
        + json.dumps({"kind": "COMPANY", "id": hidden, "name": "Mine"}).encode()
    )
    job = await north.run(body + b"\n" + company("ours"))

    assert (job["created"], job["rejected"]) == (1, 2)
    codes = "SELECT array_agg(code ORDER BY row) FROM import_problem WHERE job_id = $1"
    assert await place.value(codes, UUID(job["id"])) == ["NOT_YOURS", "NOT_FOUND"]
    assert await place.value("SELECT city FROM entity WHERE slug = 'theirs'") is None


async def test_failed_rows_come_back_are_corrected_and_sent_again(north: Sender) -> None:
    good, bad = company("fine"), company("wrong", sizeClass="HUGE")
    job = await north.run(good + b"not json\n" + bad)
    back = await north.failed(job)
    again = await north.run(back.content.replace(b"HUGE", b"SME").replace(b"not json\n", b""))

    assert (job["status"], job["created"], job["failedRows"]) == ("SUCCEEDED_IN_PART", 1, 2)
    assert back.status_code == 200
    assert back.headers["content-type"].startswith("application/x-ndjson")
    assert back.content == b"not json\n" + bad
    assert (again["status"], again["created"]) == ("SUCCEEDED", 1)
    assert (await north.failed(again)).status_code == 204


async def test_a_dry_run_tells_all_and_keeps_nothing(place: Stack, north: Sender) -> None:
    job = await north.run(company("a-try") + b"{\n", dryRun=1)
    assert (job["created"], job["failedRows"], job["status"]) == (1, 1, "SUCCEEDED_IN_PART")
    assert (await north.failed(job)).content == b"{\n"
    assert await place.value("SELECT count(*) FROM entity WHERE slug = 'a-try'") == 0


async def test_a_test_key_writes_the_sandbox(place: Stack) -> None:
    tester = await place.sender("north", test=True)
    job = await tester.run(company("in-the-sand"))
    assert job["status"] == "SUCCEEDED"
    found = "SELECT count(*) FROM entity WHERE slug = 'in-the-sand'"
    assert await place.value(found, schema="sandbox") == 1
    assert await place.value(found) == 0


async def test_an_editor_imports_as_editor(place: Stack) -> None:
    editor = await place.sender("office", role="editor", scopes=("bulk",))
    await editor.run(company("of-nobody"))
    assert await place.value("SELECT owner_id FROM entity WHERE slug = 'of-nobody'") is None


async def test_a_file_cannot_touch_what_another_partner_maintains(place: Stack, north: Sender) -> None:
    south = await place.sender("south")
    await north.run(company("of-the-north", city="Gilgit"))
    job = await south.run(company("of-the-north", city="Karachi") + company("of-the-south"))
    assert (job["status"], job["created"], job["updated"], job["failedRows"]) == (
        "SUCCEEDED_IN_PART",
        1,
        0,
        1,
    )
    assert (await south.failed(job)).content == company("of-the-north", city="Karachi")
    assert await place.value("SELECT city FROM entity WHERE slug = 'of-the-north'") == "Gilgit"


async def test_gzip_is_taken_said_or_not(north: Sender) -> None:
    packed = gzip.compress(company("packed-one"))
    said = await north.run(packed, headers={"Content-Encoding": "gzip"})
    unsaid = await north.run(packed, headers={"Content-Type": "application/gzip"})
    assert (said["created"], unsaid["unchanged"]) == (1, 1)


async def test_a_ror_dump_is_taken_and_its_failed_records_come_back(north: Sender) -> None:
    broken = {"id": "https://ror.org/012345678", "names": [], "types": []}
    job = await north.run(json.dumps([broken]).encode(), "ror")
    back = await north.failed(job)
    assert job["failedRows"] == 1
    assert back.json() == [broken]


async def test_rows_of_one_record_are_told_of_each_other(north: Sender) -> None:
    job = await north.run(company("twice") + company("other") + company("twice", city="Lahore"))
    query = "query ($id: ID!) { importJob(id: $id) { problems { nodes { row code isRowLost message } } } }"
    (problem,) = (await north.ask(query, id=job["id"]))["data"]["importJob"]["problems"]["nodes"]
    assert (problem["row"], problem["code"], problem["isRowLost"]) == (3, "KEY_REPEATED", False)
    assert "Row 1" in problem["message"]
    assert job["status"] == "SUCCEEDED"


async def test_a_job_and_its_failed_rows_are_hidden_from_other_partners(place: Stack, north: Sender) -> None:
    south = await place.sender("south-west")
    editor = await place.sender("office", role="editor", scopes=("bulk",))
    job = await north.run(b"{\n")
    query = "query ($id: ID!) { importJob(id: $id) { id } }"
    for path in (f"/import/{job['id']}", f"/import/{job['id']}/failed"):
        unseen, unknown = await south.get(path), await south.get(path.replace(job["id"][-6:], "000000"))
        assert unseen.status_code == 404
        assert unseen.json() == unknown.json()
        assert (await editor.get(path)).status_code == 200
    assert (await south.ask(query, id=job["id"]))["data"] == {"importJob": None}
    assert (await editor.ask(query, id=job["id"]))["data"] == {"importJob": {"id": job["id"]}}


@pytest.mark.parametrize(
    ("scopes", "status", "code"),
    [(None, 401, "UNAUTHENTICATED"), (("entities:write",), 403, "SCOPE_MISSING"), (("bulk",), 202, None)],
)
async def test_only_a_key_of_scope_bulk_may_send(
    place: Stack, scopes: tuple[str, ...] | None, status: int, code: str | None
) -> None:
    sender = Sender(place.http, None) if scopes is None else await place.sender("scoped", scopes=scopes)
    answer = await sender.send(company("scoped"))
    assert answer.status_code == status
    assert answer.json().get("errors", [{"extensions": {}}])[0]["extensions"].get("code") == code


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/import/xlsx", {}, 404, "NOT_FOUND"),
        ("/import/hipo", {}, 404, "NOT_FOUND"),
        ("/import/ndjson?dryrun=1", {}, 400, "BAD_USER_INPUT"),
        ("/import/ndjson?dryRun=yes", {}, 400, "BAD_USER_INPUT"),
        ("/import/ndjson?dryRun=1&dryRun=0", {}, 400, "BAD_USER_INPUT"),
        ("/import/ndjson?fileName=%0A", {}, 400, "BAD_USER_INPUT"),
        ("/import/ndjson?fileName=" + 201 * "x", {}, 400, "BAD_USER_INPUT"),
        ("/import/ndjson?fileName=" + 200 * "x", {}, 202, None),
        (
            "/import/ndjson",
            {"Content-Type": "application/x-www-form-urlencoded"},
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        ("/import/ndjson", {"Content-Type": "application/x-ndjson; charset=utf-8"}, 202, None),
        ("/import/ndjson", {"Content-Encoding": "br"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("/import/ndjson", {"Content-Encoding": "gzip"}, 400, "BODY_INVALID"),
        ("/import/ndjson", {"Content-Length": "99999999999"}, 413, "BODY_TOO_LARGE"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_what_to_do(
    north: Sender, path: str, headers: dict[str, str], status: int, code: str | None
) -> None:
    headers = headers | {"Authorization": f"Bearer {north.key}"}
    answer = await north.http.post(path, content=company("any"), headers=headers)
    assert answer.status_code == status, answer.text
    if code is not None:
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == code
        assert error["extensions"].get("hint") or error["message"]


async def test_a_line_of_a_hundred_megabytes_costs_no_memory_and_no_other_row(north: Sender) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield company("before")
        for _ in range(100):
            yield 1_000_000 * b"x"
        yield b"\n" + company("after")

    job = await north.ended(await north.send(body()), 60)
    assert (job["created"], job["failedRows"]) == (2, 1), job
    assert ndjson.MAX_LINE == 1_000_000
    # The line is too long to be given back, and is named in problems.
    assert (await north.failed(job)).status_code == 404
