"""Composes the application: routes, middleware, lifespan. `python server.py` serves it.

Reads the settings and hands their values on; nothing else in the server sees them. Importing this module
opens nothing: uvicorn calls `create_app` in each worker. What a route answers is the business of web/.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Before all that the application imports: the command imports it while PostgreSQL starts.
    import cli

    cli.main(["serve", *sys.argv[1:]])

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from strawberry.schema import BaseSchema

import schema as api
from exchange.outbound import Outbound
from exchange.upkeep import beside, policy_of
from models import migrate
from models.database import Database, Timeouts
from resolvers.limits import KeyLimits, ReadLimits
from resolvers.viewer import Viewer
from schema.limits import DocumentLimits
from settings import Settings, load
from web import logs
from web.admission import Admission
from web.bulk import Imports
from web.caller import Addresses
from web.compression import Compression
from web.execution import Runner
from web.explorer import Explorer
from web.export import ExportLimits, export_routes
from web.health import Health
from web.intake import IntakeLimits
from web.jwks import KeySets
from web.keyring import KeyRing
from web.lane import Lane
from web.lifespan import Part, standing
from web.metrics import Metrics
from web.persisted import Persisted, shipped
from web.rate import Allowance, Rate
from web.requests import HeadLimits, Heads, Requests, cross_origin, refuse_route, to_the_api
from web.shortway import ShortWay
from web.sockets import SocketLimits, Sockets
from web.streams import EventStreams
from web.tokens import Tokens
from web.view import BodyLimits, GraphQLView

HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Starlette:
    """The application; without settings by those of the environment. Raises SettingsError."""
    settings = settings or load()
    assert settings.database_url, "triplehelix serve starts a PostgreSQL and sets DATABASE_URL"
    live, sandbox = _database(settings, settings.database_schema), _database(settings, "sandbox", small=True)
    schema, policy = _schema(settings), policy_of(settings.outbound_allowed, settings.webhook_key)
    parts = beside((live, sandbox), schema.reads, policy, settings.changes_kept_days)
    return compose(settings, schema, partial(api.make_context, webhooks=policy), live, sandbox, parts)


def compose(
    settings: Settings,
    schema: BaseSchema,
    make_context: Callable[[Viewer, Database, str], object],
    live: Database,
    sandbox: Database,
    beside_it: Sequence[Part] = (),
) -> Starlette:
    """The application over a schema and its databases; its lifespan opens these and runs the rest."""
    s, metrics, rate = settings, Metrics(), _rate(settings)
    key_sets = KeySets(Outbound(s.outbound_allowed))
    keys = KeyRing(live, Tokens(live, key_sets, skew=s.token_skew_seconds))
    admission = Admission(keys, rate, Addresses(s.proxies))

    def context(viewer: Viewer, request_id: str) -> object:
        return make_context(viewer, sandbox if viewer.sandbox else live, request_id)

    ready = (HERE / "examples" / "questions", HERE / "examples" / "queries")
    persisted = Persisted(shipped(*((s.trusted_documents,) if s.trusted_documents else ready)))
    runner = Runner(schema, context, rate, metrics, persisted, seconds=s.execution_seconds)
    explorer, compression = Explorer(HERE / "explorer" / "dist", *ready), Compression(s.compress_from_bytes)
    body_limits = BodyLimits(s.body_bytes_anonymous, s.body_bytes_key, s.body_seconds)
    streams = EventStreams(runner, admission, metrics)
    view = GraphQLView(runner, admission, streams, body_limits, compression, s.cache_seconds, explorer)
    socket_limits = SocketLimits(s.websocket_init_seconds, s.websocket_frame_bytes, s.websocket_subscriptions)
    sockets = Sockets(runner, admission, metrics, socket_limits, settings.websocket_origins)
    running = ExportLimits(s.pool_export, s.exports_per_caller, s.export_seconds, s.export_stall_seconds)
    exports = export_routes(getattr(schema, "reads", None), admission, rate, (live, sandbox), running)
    intake = IntakeLimits(s.import_bytes, s.import_unpacked_bytes, s.import_bytes_per_second, s.body_seconds)
    imports = Imports(live, sandbox, admission, intake, s.imports_waiting, s.import_folder)
    routes: list[BaseRoute] = [
        *(Route("/", to_the_api), Route("/graphql", view), WebSocketRoute("/graphql", sockets)),
        *(*explorer.routes(), *exports, *imports.routes()),
        *Health(live, lambda connection: migrate.is_current(connection, live.schema)).routes(),
    ]
    head_limits = HeadLimits(settings.header_bytes, settings.header_count, settings.query_string_bytes)
    lane = Lane(runner, admission, metrics, head_limits, body_limits, compression)
    middleware = [Middleware(ShortWay, lane), Middleware(Requests, metrics=metrics)]
    middleware += [cross_origin(settings.cors_origins), Middleware(Heads, limits=head_limits)]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        logs.configure(s.log_level, s.log_format)
        caches = getattr(schema, "caches", {})
        parts: list[Part] = [key_sets, imports, *beside_it]
        async with standing((live, sandbox), parts, metrics, caches, s.metrics_port):
            heads = {"head_seconds": s.head_seconds, "head_bytes": head_limits.unfinished_bytes}
            yield {"draining": asyncio.Event(), "lane": lane, **heads}

    app = Starlette(False, routes, middleware, {HTTPException: refuse_route}, lifespan)
    # A redirect to the other spelling of a path would be built from the Host header.
    app.router.redirect_slashes = False
    return app


def _schema(s: Settings) -> api.TripleHelixSchema:
    texts = DocumentLimits(s.max_tokens, s.max_depth, aliases=s.max_aliases, root_fields=s.max_root_fields)
    filters = (s.where_depth, s.where_conditions, s.order_keys, s.in_values, s.filter_characters)
    pages = (s.page_default, s.page_default_nested, s.page_max)
    key = KeyLimits(s.rate_key, s.rate_key_burst, s.rate_writes, s.nodes_key, s.body_bytes_key)
    return api.build_schema(texts, ReadLimits(*pages, *filters, s.search_characters, s.cost_max, key))


def _rate(s: Settings) -> Rate:
    nobody = Allowance(s.rate_anonymous, s.rate_anonymous_burst, s.nodes_anonymous, s.rate_writes)
    known = Allowance(s.rate_key, s.rate_key_burst, s.nodes_key, s.rate_writes)
    return Rate(nobody, known, workers=s.workers)


def _database(s: Settings, schema: str, *, small: bool = False) -> Database:
    read, write, export = (2, 2, 1) if small else (s.pool_read, s.pool_write, s.pool_export)
    sizes: dict[str, Any] = {"read_size": read, "write_size": write, "export_size": export}
    sizes |= {"wait_seconds": s.pool_wait_seconds, "timeouts": Timeouts(*s.timeouts), "workers": s.workers}
    return Database(s.database_url or "", schema=schema, **sizes)
