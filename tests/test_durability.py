"""No acknowledged write is lost or doubled and no batch is torn, whatever dies under load.

Clients save batches and keep a ledger of what was acknowledged, while the server, a backend and PostgreSQL
are killed in turn; whoever gets no answer sends the same again under the same idempotency key. At the end the
tables are compared with the ledger.
"""

import asyncio
import http.client
import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from models.embedded import EmbeddedPostgres
from models.migrate import upgrade
from tests.processes import CHECKOUT, open_folder
from tests.test_cli import command, serving

CLIENTS = 6
ITEMS = 5
ACKNOWLEDGED = 2_000
SECONDS = 240
SAVE = """mutation($input: [CompanyInput!]!, $key: String) {
  saveCompanies(input: $input, idempotencyKey: $key) { created rejected results { entity { slug } } } }"""
UNLIMITED = {
    f"TRIPLEHELIX_{name}": "1000000" for name in ("RATE_KEY", "RATE_KEY_BURST", "RATE_WRITES", "NODES_KEY")
}


class Ledger:
    """What was acknowledged, by batch; and where the server is now."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.address = ""
        self.batches: dict[str, int] = {}
        self.sent: set[str] = set()
        self.retries = 0
        self.refusals: list[Any] = []
        self.is_over = threading.Event()

    @property
    def acknowledged(self) -> int:
        """How many records."""
        return sum(self.batches.values())

    def run(self, client: int) -> None:
        """Sends batches until all is over; each until it is acknowledged."""
        number = 0
        while not self.is_over.is_set():
            batch = f"batch-{client}-{number}"
            number += 1
            self.sent.add(batch)
            while (answer := self._send(batch)) is None:
                if self.is_over.is_set():
                    return
                self.retries += 1
                time.sleep(0.1)
            payload = (answer.get("data") or {}).get("saveCompanies")
            if payload is None or payload["rejected"] or payload["created"] != ITEMS:
                self.refusals.append(answer)
                return
            self.batches[batch] = ITEMS

    def _send(self, batch: str) -> dict[str, Any] | None:
        """The answer, or None where there is none and the same must be sent again."""
        items = [
            {"key": {"scheme": "PARTNER", "value": f"{batch}-{n}"}, "name": f"Ledger {batch} {n}"}
            for n in range(ITEMS)
        ]
        body = {"query": SAVE, "variables": {"input": items, "key": batch}}
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.secret}"}
        request = urllib.request.Request(f"{self.address}/graphql", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=15) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            return None if error.code >= 500 else {"status": error.code, "body": error.read().decode()}
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        # What may succeed later says so by its code.
        return None if codes & {"DATABASE_UNAVAILABLE", "DATABASE_BUSY", "TIMEOUT", "INTERNAL"} else answer


def postmaster(folder: Path) -> psutil.Process:
    """PostgreSQL's first process."""
    return psutil.Process(int((folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0]))


def a_backend_dies(folder: Path) -> None:
    """Kills one of PostgreSQL's processes that serve a connection; they come and go."""
    while True:
        for child in postmaster(folder).children():
            with suppress(psutil.NoSuchProcess):
                if " app " in " ".join(child.cmdline()):
                    child.kill()
                    return
        time.sleep(0.02)


def test_what_was_acknowledged_stands_whatever_dies() -> None:
    with open_folder() as folder, EmbeddedPostgres(folder / "data") as postgres, ExitStack() as stack:
        upgrade(postgres.dsn)
        where = ("--database-url", postgres.dsn)
        made = command("key", "create", "ledger", "--partner-name", "L", "--label", "t",
                       "--scope", "entities:write", *where)  # fmt: skip
        assert made[0] == 0, made
        ledger = Ledger(made[1].strip())
        env = {"DATABASE_URL": postgres.dsn, **UNLIMITED}
        server: list[Any] = []

        def start() -> None:
            process, address, _ = stack.enter_context(
                serving(program=[str(CHECKOUT / "cli.py"), "serve"], **env)
            )
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                # A full pipe would stop the server.
                threading.Thread(target=stream.read, daemon=True).start()
            server[:] = [process]
            ledger.address = address

        def server_dies(number: signal.Signals) -> Callable[[], None]:
            def fault() -> None:
                server[0].send_signal(number)
                server[0].wait(60)
                start()

            return fault

        def postgres_dies(number: signal.Signals) -> Callable[[], None]:
            def fault() -> None:
                before = postmaster(folder)
                before.send_signal(number)
                before.wait(60)

            return fault

        faults = (
            server_dies(signal.SIGKILL),
            lambda: a_backend_dies(folder),
            postgres_dies(signal.SIGINT),
            server_dies(signal.SIGTERM),
            postgres_dies(signal.SIGQUIT),
            server_dies(signal.SIGKILL),
            postgres_dies(signal.SIGKILL),
        )
        start()
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(ledger.run, client) for client in range(CLIENTS)]
            try:
                for number, fault in enumerate(faults, start=1):
                    grows_to(ledger, ACKNOWLEDGED * number // (len(faults) + 1))
                    fault()
                grows_to(ledger, ACKNOWLEDGED)
            finally:
                ledger.is_over.set()
            for one in running:
                one.result()
        assert ledger.refusals == []
        assert ledger.retries > 0
        server[0].send_signal(signal.SIGTERM)
        server[0].wait(60)
        asyncio.run(compare(postgres.dsn, ledger))


def grows_to(ledger: Ledger, wanted: int) -> None:
    """Returns when so many records are acknowledged."""
    deadline = time.monotonic() + SECONDS
    while ledger.acknowledged < wanted:
        assert not ledger.refusals, ledger.refusals
        assert time.monotonic() < deadline, f"{ledger.acknowledged} of {wanted} were acknowledged in time"
        time.sleep(0.02)


async def compare(dsn: str, ledger: Ledger) -> None:
    """Each acknowledged record stands, once, made once; what was not acknowledged is whole or absent."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    rows = await connection.fetch(
        "SELECT i.value, e.id, e.name, e.version, "
        "(SELECT count(*) FROM entity_history h WHERE h.id = e.id) AS past, "
        "(SELECT count(*) FROM change c WHERE c.record_id = e.id) AS changes "
        "FROM identifier i JOIN entity e ON e.id = i.entity_id WHERE i.scheme = 'PARTNER'"
    )
    names = await connection.fetchval("SELECT count(*) FROM entity WHERE name LIKE 'Ledger %'")
    await connection.close()
    found: dict[str, int] = {}
    for row in rows:
        batch = row["value"].rpartition("-")[0]
        found[batch] = found.get(batch, 0) + 1
        assert (row["version"], row["past"]) == (1, 0), dict(row)
    assert names == len(rows), "a record was made twice"
    assert set(ledger.batches) <= set(found), "an acknowledged batch is lost"
    assert set(found) <= ledger.sent
    assert {batch: count for batch, count in found.items() if count != ITEMS} == {}, "a batch is torn"
