"""The table of settings: name, default, range and one line of help each, read from the environment.

Only server.py and cli.py see this module; every other one is given the values it needs.
Numbers of the limits come from one place so that the documentation can be tested against them
(docs/settings.md). Nothing here opens a file, a socket or a database.
"""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "TRIPLEHELIX_"

Port = Annotated[int, Field(ge=0, le=65535)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]
Milliseconds = Annotated[int, Field(ge=1)]
Bytes = Annotated[int, Field(ge=1)]
Names = Annotated[tuple[str, ...], NoDecode]


class SettingsError(Exception):
    """A setting has a value that is not allowed; the message says which, and what is."""


def default_data_dir() -> Path:
    """The folder for data where none is given: XDG's for a user, /var/lib for root.

    Root's home is closed to the account that PostgreSQL runs as, and an account without a usable home
    gets a folder of its own under /var/tmp, which outlives a restart of the machine.
    """
    base = os.environ.get("XDG_DATA_HOME")
    if base and Path(base).is_absolute():
        return Path(base) / "triplehelix"
    user_id = os.geteuid() if hasattr(os, "geteuid") else None
    if user_id == 0:
        return Path("/var/lib/triplehelix")
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if home.is_absolute() and home.is_dir() and os.access(home, os.W_OK | os.X_OK):
        return home / ".local" / "share" / "triplehelix"
    return Path(f"/var/tmp/triplehelix-{user_id}")  # noqa: S108 - models.embedded refuses a foreign owner


class Settings(BaseSettings):
    """All settings of the server and the command line; times in seconds unless the name says ms."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    # Where it runs.
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Port = Field(8000, description="Port to listen on; 0 takes a free one.")
    data_dir: Path = Field(default_factory=default_data_dir, description="Folder of the embedded PostgreSQL.")
    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices(PREFIX + "DATABASE_URL", "DATABASE_URL"),
        description="A PostgreSQL server to use instead of the embedded one: postgresql://user@host/name.",
    )
    database_schema: str = Field("live", description="PostgreSQL schema that holds the data.")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(1, description="Processes that serve requests.")
    load_sample: bool = Field(True, description="Load the sample data into an empty database.")
    metrics_port: Port = Field(9108, description="Loopback port of /metrics; 0 turns it off.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto is console on a terminal and json elsewhere."
    )
    cors_origins: Names = Field((), description="Web origins that may read answers in a browser.")
    websocket_origins: Names = Field((), description="Other web origins that may open a websocket.")
    proxies: Names = Field((), description="Addresses of proxies whose X-Forwarded-For is believed.")
    outbound_allowed: Names = Field(
        (), description="Private addresses or networks that may be called all the same, also without TLS."
    )
    token_skew_seconds: Annotated[int, Field(ge=0, le=120)] = Field(
        30, description="How far the clocks of token issuers may differ."
    )

    # What a request may weigh.
    body_bytes_anonymous: Bytes = Field(256_000, description="Largest request body without a key.")
    body_bytes_key: Bytes = Field(2_000_000, description="Largest request body with a key.")
    import_bytes: Bytes = Field(4_000_000_000, description="Largest file that /import takes, as it is sent.")
    import_unpacked_bytes: Bytes = Field(
        16_000_000_000, description="Most that a file sent to /import may unpack to."
    )
    import_bytes_per_second: Count = Field(16_000, description="Least speed of a file sent to /import.")
    imports_waiting: Count = Field(10, description="Most files of one partner that wait or run.")
    import_folder: Path | None = Field(
        None, description="Folder for the file of a running import; without it the system's for such files."
    )
    header_bytes: Bytes = Field(16_384, description="Largest request head.")
    header_count: Count = Field(100, description="Most header lines in a request.")
    query_string_bytes: Bytes = Field(8192, description="Longest query string.")

    # How answers travel.
    trusted_documents: Path | None = Field(
        None, description="Folder of documents that documentId may name; without it the ready queries."
    )
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)] = Field(
        10, description="Time that others may keep an answer to a GET without a key."
    )
    compress_from_bytes: Annotated[int, Field(ge=1000)] = Field(
        1000, description="Smallest answer that is compressed for clients that accept it."
    )

    # What an operation may be.
    max_tokens: Count = Field(2000, description="Most tokens in a document.")
    max_depth: Count = Field(15, description="Deepest selection, fragments expanded.")
    max_aliases: Count = Field(30, description="Most aliases in an operation.")
    max_root_fields: Count = Field(20, description="Most root fields in an operation.")
    page_default: Count = Field(25, description="Page size of a root list where none is asked for.")
    page_default_nested: Count = Field(10, description="Page size of a nested list where none is asked for.")
    page_max: Count = Field(1000, description="Largest page size that may be asked for.")
    cost_max: Count = Field(20_000, description="Most nodes that one operation may return.")
    in_values: Count = Field(250, description="Most values in one in or notIn.")
    where_depth: Count = Field(6, description="Deepest nesting of a where.")
    where_conditions: Count = Field(50, description="Most conditions in a where.")
    filter_characters: Count = Field(256, description="Longest text in a where.")
    search_characters: Count = Field(200, description="Longest search text.")
    order_keys: Count = Field(5, description="Most keys in an orderBy.")

    # How long things may take; each shorter than the layer above it.
    head_seconds: Seconds = Field(10, description="Time for a client to send a request head.")
    body_seconds: Seconds = Field(10, description="Time for a client to send a request body.")
    keepalive_seconds: Count = Field(5, description="Time an idle connection stays open.")
    execution_seconds: Seconds = Field(10, description="Time for an operation.")
    drain_seconds: Count = Field(15, description="Time for open requests at shutdown.")
    pool_read: Count = Field(8, description="Connections a process keeps for reading.")
    pool_write: Count = Field(8, description="Connections a process keeps for writing.")
    pool_export: Count = Field(4, description="Exports that run at once in a process.")
    pool_wait_seconds: Seconds = Field(3, description="Time to wait for a free connection.")
    statement_timeout_ms: Milliseconds = Field(5000, description="Time for one statement in PostgreSQL.")
    bulk_statement_timeout_ms: Milliseconds = Field(30_000, description="The same for bulk work.")
    export_seconds: Seconds = Field(3600, description="Time for an export.")
    export_stall_seconds: Seconds = Field(30, description="Time for a client to take a piece of an export.")
    lock_timeout_ms: Milliseconds = Field(2000, description="Time to wait for a lock in PostgreSQL.")
    idle_in_transaction_ms: Milliseconds = Field(10_000, description="Time a transaction may stand idle.")

    # How much one caller may ask.
    rate_anonymous: Count = Field(10, description="Requests a second from an address without a key.")
    rate_anonymous_burst: Count = Field(100, description="Requests at once from an address without a key.")
    rate_key: Count = Field(50, description="Requests a second with a key.")
    rate_key_burst: Count = Field(300, description="Requests at once with a key.")
    exports_per_caller: Count = Field(2, description="Exports that one caller may run at once in a process.")
    rate_writes: Count = Field(10, description="Mutations a second with a key.")
    nodes_anonymous: Count = Field(200_000, description="Nodes a minute for an address without a key.")
    nodes_key: Count = Field(2_000_000, description="Nodes a minute with a key.")

    # Changes and webhooks.
    changes_kept_days: Annotated[int, Field(ge=90, le=3650)] = Field(
        90, description="How long changes can be read."
    )
    webhook_key: str | None = Field(
        None, description="A random text of 32 characters or more that encrypts the secrets of webhooks."
    )

    # Websockets.
    websocket_init_seconds: Seconds = Field(5, description="Time for a client to send connection_init.")
    websocket_frame_bytes: Bytes = Field(256_000, description="Largest websocket message.")
    websocket_subscriptions: Count = Field(20, description="Most open operations on one websocket.")

    @property
    def timeouts(self) -> tuple[int, int, int, int, int]:
        """Of a connection, in milliseconds, in the order of models.database.Timeouts."""
        times = (self.statement_timeout_ms, self.lock_timeout_ms, self.idle_in_transaction_ms)
        # Longer than an export waits for its client by itself.
        return (*times, self.bulk_statement_timeout_ms, round(self.export_stall_seconds * 1000) + 30_000)

    @field_validator("cors_origins", "websocket_origins", "proxies", "outbound_allowed", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("proxies", "outbound_allowed")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            try:
                ip_network(part)
            except ValueError:
                raise ValueError(f"{part} is not an address such as 10.0.0.1 or 10.0.0.0/8") from None
        return value

    @field_validator("webhook_key")
    @classmethod
    def _long(cls, value: str | None) -> str | None:
        if value is not None and len(value) < 32:
            raise ValueError("must have 32 characters or more")
        return value

    @field_validator("data_dir", "trusted_documents")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("trusted_documents")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("must be a folder that exists")
        return value

    @field_validator("database_schema")
    @classmethod
    def _identifier(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", value) or value.startswith("pg_"):
            raise ValueError("must be a lowercase name such as live or sandbox")
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"postgres(ql)?://.", value):
            raise ValueError("must be an address such as postgresql://user:password@host:5432/name")
        return value


def load(**given: object) -> Settings:
    """Settings from the environment, where `given` (options of a command) wins; None means not given.

    Raises SettingsError with one sentence that names the setting and says what it may be.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def environment_name(name: str) -> str:
    """The environment variable of a setting; DATABASE_URL also goes by its usual bare name."""
    return "DATABASE_URL" if name == "database_url" else PREFIX + name.upper()


def allowed(field: FieldInfo) -> str:
    """What a setting may be, in words: "a whole number from 1 to 64"."""
    least = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    most = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    kind = field.annotation
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if kind is bool:
        return "true or false"
    if kind is int and most is not None:
        return f"a whole number from {least} to {most}"
    if kind is int:
        return f"a whole number, {least} or more"
    if kind is float:
        return "a number above 0"
    if kind in (Path, Path | None):
        return "a folder"
    if get_origin(kind) is tuple:
        return "a list with commas"
    return "a text"


def _sentence(error: ValidationError) -> str:
    """The first problem as one sentence; what may hold a secret is not repeated."""
    problem = error.errors()[0]
    spelled = str(problem["loc"][0]) if problem["loc"] else ""
    name = spelled.upper().removeprefix(PREFIX).lower()
    field = Settings.model_fields[name]
    shown = "" if name in ("database_url", "webhook_key") else f" is {str(problem['input'])!r}, but"
    if problem["type"] == "value_error":
        return f"{environment_name(name)}{shown} {problem['ctx']['error']}."
    return f"{environment_name(name)}{shown} must be {allowed(field)}."
