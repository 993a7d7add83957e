"""Probes and metrics: what they say of a database that answers, is behind, or is away."""

import socket
from contextlib import AsyncExitStack

import asyncpg
import httpx2
import pytest

from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from tests.processes import free_port, open_folder
from tests.stub_app import application, client, serving


async def test_ready_follows_the_database_and_its_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.health.FRESH_SECONDS", 0)
    async with AsyncExitStack() as application_stack, AsyncExitStack() as postgres_stack:
        folder = postgres_stack.enter_context(open_folder())
        dsn = postgres_stack.enter_context(EmbeddedPostgres(folder)).dsn
        await upgrade_async(dsn)
        api = await application_stack.enter_async_context(client(application(Database(dsn))))
        ready = await api.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ok")
        assert ready.json()["checks"] == {"database": "ok", "migrations": "ok"}

        owner = await asyncpg.connect(dsn)
        await owner.execute("UPDATE live.migration SET version_num = '0000'")
        await owner.close()
        behind = await api.get("/readyz")
        assert behind.status_code == 503
        assert behind.json()["checks"]["migrations"] == "behind: run triplehelix migrate"

        await postgres_stack.aclose()
        away = await api.get("/readyz")
        assert away.status_code == 503
        assert away.json()["checks"]["database"] == "unavailable"
        assert (await api.get("/healthz")).status_code == 200


async def test_without_a_database_the_process_lives_but_is_not_ready() -> None:
    async with client(application()) as api:
        assert (await api.get("/healthz")).json() == {"status": "ok"}
        away = await api.get("/readyz")
        assert away.status_code == 503
        assert away.json()["checks"]["database"] == "unavailable"


async def test_metrics_stand_on_a_port_of_their_own_without_a_clients_words() -> None:
    port = free_port()
    async with (
        serving(application(metrics_port=port)) as (host, public),
        httpx2.AsyncClient(timeout=60) as http,
    ):
        url = f"http://{host}:{public}"
        await http.post(f"{url}/graphql", json={"query": "query Secret { hello }"})
        await http.post(f"{url}/graphql", json={"query": "{ crash }"})
        await http.post(f"{url}/graphql", json={"query": "{ nope }"})
        await http.request("PUT", f"{url}/graphql?a=Secret")
        assert (await http.get(f"{url}/metrics")).status_code == 404
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    assert 'triplehelix_operations_total{outcome="ok"} 1.0' in text
    assert 'triplehelix_operations_total{outcome="errors"} 1.0' in text
    assert 'triplehelix_operations_total{outcome="refused"} 1.0' in text
    assert 'triplehelix_requests_total{method="POST",status="200"} 3.0' in text
    assert 'triplehelix_requests_total{method="OTHER",status="405"} 1.0' in text
    assert "Secret" not in text
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


async def test_metrics_show_the_pools(fresh_dsn: str) -> None:
    port = free_port()
    async with (
        client(application(Database(fresh_dsn), metrics_port=port)),
        httpx2.AsyncClient(timeout=60) as http,
    ):
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    assert 'triplehelix_pool_connections{pool="read",state="most"} 8.0' in text


async def test_a_taken_metrics_port_is_said_and_the_server_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with client(application(metrics_port=port, log_level="warning")) as api:
            assert (await api.get("/healthz")).status_code == 200
    assert "metrics are off" in capsys.readouterr().err
