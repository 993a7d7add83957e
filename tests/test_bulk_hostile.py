"""What is sent to /import to do harm: bombs, bodies that break off or crawl, too much of it."""

import asyncio
import gzip
import io
import json
import tracemalloc
import zipfile
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from starlette.types import Message, Receive

import server
from exchange.job import MOST_TEXT
from models.embedded import EmbeddedPostgres
from resolvers.errors import TripleHelixError
from settings import Settings
from tests.conftest import clone
from tests.stub_app import serving
from tests.test_bulk import company
from tests.turned import turn
from tests.uploads import Stack, eventually, stack
from web.intake import Expansion, IntakeLimits, received

LIMITS = {"import_bytes": 3_000_000, "import_unpacked_bytes": 5_000_000, "imports_waiting": 2}
PIECES = "SELECT count(*) FROM import_chunk"
TOLD = "query ($id: ID!) { importJob(id: $id) { problems(first: 5) { nodes { label field message } } } }"
JOBS = "SELECT count(*) FROM import_job"


@pytest.fixture
async def place(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Stack]:
    async with stack(await clone(postgres.dsn, migrated), **LIMITS) as found:
        yield found


async def test_a_bomb_is_refused_before_it_goes_off(place: Stack) -> None:
    north = await place.sender()
    bomb = gzip.compress(bytes(5_000_001))
    zeros = gzip.compress(bytes(5_000_000 - 1) + b"\n")
    members = gzip.compress(bytes(3_000_000)) * 2
    assert len(bomb) < 6_000
    for body in (bomb, members):
        answer = await north.send(body)
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"
    assert await place.value(JOBS) == 0
    assert await place.value(PIECES) == 0
    assert (await north.send(zeros)).status_code == 202


async def test_a_damaged_or_cut_off_gzip_is_refused_at_once(place: Stack) -> None:
    north = await place.sender()
    packed = gzip.compress(company("a"))
    for body in (packed[:-3], packed[:10] + b"\xff" + packed[11:], packed + b"more"):
        answer = await north.send(body)
        assert answer.json()["errors"][0]["extensions"]["code"] == "BODY_INVALID"
    assert (await north.send(packed + packed)).status_code == 202


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_may_have_its_size_and_no_byte_more(place: Stack, declared: bool) -> None:
    async def pieces(size: int) -> AsyncIterator[bytes]:
        for start in range(0, size, 500_000):
            yield b" " * min(500_000, size - start)

    north = await place.sender()
    statuses = [
        (await north.send(b" " * size if declared else pieces(size))).status_code
        for size in (3_000_000, 3_000_001)
    ]
    assert statuses == [202, 413]
    assert await place.value("SELECT count(DISTINCT upload_id) FROM import_chunk") <= 1


CSV_HEAD = b"kind,slug,name,sizeClass\n"
LONG = 900_000


UNSTORABLE: tuple[tuple[str, bytes], ...] = (
    ("csv", CSV_HEAD + b"COMPANY,a\0b,A,SMALL\n"),
    ("csv", CSV_HEAD + b"COMPANY,a,A\0,SMA\0LL\n"),
    ("csv", CSV_HEAD + b"COM\0PANY,a,A,SMALL\n"),
    ("csv", CSV_HEAD.replace(b"slug", b"sl\0ug") + b"COMPANY,a,A,SMALL\n"),
    ("ndjson", rb'{"kind": "COMPANY", "slug": "a\ud800", "name": "A"}'),
    ("ndjson", rb'{"kind": "COMPANY", "slug": "a", "name": "A", "na\u0000me": "A"}'),
    ("ndjson", rb'{"kind": "COMPANY", "slug": "a", "name": "A", "na\ud800me": "A"}'),
    ("ndjson", b'{"kind": "COMPANY", "slug": "a", "name": "A", "%s": 1}' % (b"x" * LONG)),
    ("cerif", b"<CERIF><\0/></CERIF>"),
    ("orcid", rb'{"orcid-identifier": {"path": "\u0000\ud800"}}'),
    ("gleif", rb'{"data": [{"id": "\u0000\ud800", "attributes": {"lei": "\u0000\ud800"}}]}'),
    ("ror", rb'[{"id": "\u0000\ud800"}]'),
)


async def test_what_cannot_be_stored_of_a_file_is_told_all_the_same(place: Stack) -> None:
    north = await place.sender()
    for form, body in UNSTORABLE:
        job = await north.run(body, form)
        assert job["status"] in ("SUCCEEDED_IN_PART", "FAILED"), body[:100]
        assert job["failure"] is None or "our side" not in job["failure"], body[:100]
        told = await north.ask(TOLD, id=job["id"])
        problems = told["data"]["importJob"]["problems"]["nodes"]
        assert problems or job["failure"], body[:100]
        assert all(len(text or "") <= MOST_TEXT for one in problems for text in one.values())


async def test_an_empty_body_is_no_file(place: Stack) -> None:
    answer = await (await place.sender()).send(b"")
    assert answer.json()["errors"][0]["extensions"]["code"] == "BODY_INVALID"


async def test_only_so_many_files_of_a_partner_wait(place: Stack) -> None:
    north, south = await place.sender("north"), await place.sender("south")
    await place.value(
        "INSERT INTO import_job (file_name, status, owner_id, is_upload, lease_until) "
        "SELECT 'a', 'RUNNING', id, true, now() + interval '1 hour' FROM common.partner "
        "WHERE slug = 'north' RETURNING 1"
    )

    is_taken, may_end = asyncio.Event(), asyncio.Event()

    async def open_ended() -> AsyncIterator[bytes]:
        yield company("slow")
        # More of the body is asked for: the file was let in.
        is_taken.set()
        await may_end.wait()

    coming = asyncio.create_task(north.send(open_ended()))
    await asyncio.wait_for(is_taken.wait(), 60)
    refused = await north.send(company("b"))
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert refused.json()["errors"][0]["extensions"]["code"] == "IMPORT_LIMIT"
    assert (await south.send(company("c"))).status_code == 202
    may_end.set()
    assert (await coming).status_code == 202


async def test_of_an_upload_that_breaks_off_nothing_remains(fresh_dsn: str) -> None:
    given: dict[str, Any] = {"database_url": fresh_dsn, "metrics_port": 0, "log_level": "error"}
    async with serving(server.create_app(Settings(**given))) as address, stack(fresh_dsn) as place:
        north = await place.sender()
        _, writer = await asyncio.open_connection(*address)
        head = f"POST /import/ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {north.key}\r\n"
        writer.write(f"{head}Content-Length: 9000000\r\n\r\n".encode() + b" " * 4_000_000)
        await writer.drain()
        await eventually(place, PIECES, lambda count: count >= 2)
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await eventually(place, PIECES, lambda count: count == 0)
        assert await place.value(JOBS) == 0


async def taken(receive: Receive, limits: IntakeLimits, own_seconds: float = 0) -> list[int]:
    """The sizes of what came, where the taker needs so long for each."""
    sizes = []
    async for chunk in received(receive, limits):
        sizes.append(len(chunk))
        turn(own_seconds)
    return sizes


@pytest.mark.parametrize(("bytes_a_turn", "is_taken"), [(100_000, False), (4_000_000, True)])
async def test_a_body_must_come_at_the_least_rate(bytes_a_turn: int, is_taken: bool) -> None:
    # 10,000 bytes a second, looked at after each hundred seconds of waiting.
    limits = IntakeLimits(10**9, 10**9, 10_000, 100)
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        turn(20)
        sent += 1
        return {"type": "http.request", "body": b"x" * bytes_a_turn, "more_body": sent < 12}

    if is_taken:
        assert await taken(receive, limits) == [bytes_a_turn] * 12
    else:
        with pytest.raises(TripleHelixError) as refused:
            await taken(receive, limits)
        assert refused.value.code == "REQUEST_TIMEOUT"


async def test_a_body_that_stops_coming_is_given_up_and_our_own_time_does_not_count() -> None:
    limits = IntakeLimits(10**9, 10**9, 10_000, 100)
    messages = [{"type": "http.request", "body": b"x" * 4_000, "more_body": True}] * 3

    async def receive() -> Message:
        if messages:
            return messages.pop()
        asyncio.get_running_loop().call_soon(turn, 101)
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TripleHelixError, match="bytes a second"):
        await taken(receive, limits, own_seconds=150)
    assert not messages


def test_counting_a_bomb_takes_no_memory_for_it() -> None:
    packed = zlib.compress(bytes(200_000_000), wbits=31)
    limits = IntakeLimits(10**9, 10**9, 1)
    tracemalloc.start()
    expansion = Expansion(limits)
    expansion.feed(packed)
    expansion.finish()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


async def test_a_zip_that_says_it_is_larger_than_allowed_is_not_read(place: Stack) -> None:
    north = await place.sender()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ror_schema_v2.json", "[" + " " * 5_000_000 + "]")
    job = await north.run(packed.getvalue(), "ror")
    assert job["status"] == "FAILED"
    assert "unpacks to" in job["failure"]


async def test_a_line_may_not_hide_in_another_encoding(place: Stack) -> None:
    north = await place.sender()
    text = json.dumps({"kind": "COMPANY", "slug": "a", "name": "A"})
    job = await north.run(text.encode("utf-16") + b"\n" + b"\xff" + company("b") + company("c"))
    assert (job["created"], job["failedRows"]) == (1, 2)
