"""`triplehelix key`: creates, lists and revokes API keys.

How keys are made is the business of web/keys.py.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import asyncpg
import typer

from commands.options import DatabaseUrl, DataDir, with_connection
from resolvers.scopes import Scope
from web import keys

app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


class Role(StrEnum):
    """Who a key may act as."""

    PARTNER = "partner"
    EDITOR = "editor"


@app.command("create")
def key_create(
    partner: Annotated[str, typer.Argument(help="Slug of the partner, such as karachi-university.")],
    label: Annotated[str, typer.Option(help="What the key is for.")],
    partner_name: Annotated[str | None, typer.Option(help="Name of the partner, to create it.")] = None,
    role: Annotated[Role, typer.Option(help="partner writes its own rows, editor all.")] = Role.PARTNER,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do beyond reading; may be given several times.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until it expires; never if not given.")
    ] = None,
    test: Annotated[bool, typer.Option("--test", help="A key for the sandbox.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Create a key and print it, the only time that it is shown."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days is not None else None

    async def create(connection: asyncpg.Connection) -> keys.IssuedKey:
        return await keys.create_key(
            connection,
            partner,
            partner_name=partner_name,
            label=label,
            role=role.value,
            scopes=scope or (),
            expires_at=expires_at,
            test=test,
        )

    issued = with_connection(data_dir, database_url, create)
    typer.echo("Keep this key now, it is stored only as a digest and never shown again:", err=True)
    typer.echo(issued.secret)


@app.command("list")
def key_list(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Show the prefix, owner and state of every key."""
    for line in keys.listed(with_connection(data_dir, database_url, keys.list_keys)):
        typer.echo(line)


@app.command("revoke")
def key_revoke(
    prefix: Annotated[str, typer.Argument(help="Its prefix as `key list` shows it.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """End a key, within a second on every running server."""

    async def revoke(connection: asyncpg.Connection) -> keys.KeyRecord:
        return await keys.revoke_key(connection, prefix)

    key = with_connection(data_dir, database_url, revoke)
    typer.echo(f"{key.prefix} of {key.partner} is revoked.")
