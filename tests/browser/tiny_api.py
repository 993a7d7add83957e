"""A small GraphQL API to show the explorer against: a query, a subscription, and who is asking.

Stands in for the platform where only the page is tested; the fixture `site` chooses.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from web.explorer import Explorer


@strawberry.type
class Query:
    @strawberry.field(description="Greets somebody.")  # type: ignore[untyped-decorator]
    def greeting(self, name: str) -> str:
        return f"Salaam, {name}"

    @strawberry.field(description="The header Authorization.")  # type: ignore[untyped-decorator]
    def authorization(self, info: strawberry.Info[dict[str, Any]]) -> str | None:
        header: str | None = info.context["request"].headers.get("authorization")
        return header


@strawberry.type
class Subscription:
    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="Counts to a number, and says with which key."
    )
    async def count(self, to: int, info: strawberry.Info[dict[str, Any]]) -> AsyncGenerator[str]:
        authorization = info.context["connection_params"].get("Authorization", "no key")
        for number in range(1, to + 1):
            yield f"{number} of {to}, {authorization}"


def make_site(dist: Path, queries: Path) -> Starlette:
    """The tiny API and the explorer at /graphql."""
    explorer = Explorer(dist, queries)
    api = GraphQL(
        strawberry.Schema(Query, subscription=Subscription),
        graphql_ide=None,
        subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
    )

    async def page(request: Request) -> Response:
        return await explorer.page(request)

    return Starlette(
        routes=[
            *explorer.routes(),
            Route("/graphql", page, methods=["GET"]),
            Route("/graphql", api, methods=["POST"]),
            WebSocketRoute("/graphql", api),
        ]
    )
