"""`triplehelix key`: creates, rotates, lists and revokes API keys.

How keys are made is the business of resolvers/keys.py.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import asyncpg
import typer

from resolvers import keys
from resolvers.scopes import Scope
from web.commands.options import DatabaseUrl, DataDir, with_connection

app = typer.Typer(help="Create, rotate, list and revoke API keys.", no_args_is_help=True)


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


@app.command("rotate")
def key_rotate(
    prefix: Annotated[str, typer.Argument(help="The old key's prefix as `key list` shows it.")],
    grace_hours: Annotated[
        int, typer.Option(min=0, max=720, help="How long the old key stays valid beside the new one.")
    ] = 168,
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until the new one expires; as for the old if not given.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Replace a key: print a new one with the same rights, and let the old one end after a while."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days is not None else None

    async def rotate(connection: asyncpg.Connection) -> tuple[keys.IssuedKey, keys.KeyRecord]:
        grace = timedelta(hours=grace_hours)
        return await keys.rotate_key(connection, prefix, grace=grace, expires_at=expires_at)

    issued, old = with_connection(data_dir, database_url, rotate)
    typer.echo(f"{old.prefix} ends at {old.expires_at:%Y-%m-%d %H:%M} UTC.", err=True)
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
