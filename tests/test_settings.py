"""The settings: what the documentation says is what the code does, on both sides of every range."""

import os
import re
from pathlib import Path
from typing import get_origin

import pytest

from settings import Settings, SettingsError, allowed, default_data_dir, environment_name, load
from tests.processes import CHECKOUT

PAGE = (CHECKOUT / "docs" / "settings.md").read_text()
NUMBERS = [(name, field) for name, field in Settings.model_fields.items() if field.annotation in (int, float)]


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TRIPLEHELIX_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def rows() -> dict[str, tuple[str, str, str]]:
    found = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    return {name: (default, allowed, text) for name, default, allowed, text in found}


def documented(default: object) -> str:
    if default is None or default == ():
        return "none"
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_the_page_and_the_code_have_the_same_settings() -> None:
    assert list(rows()) == [environment_name(name) for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_says_default_range_and_help_of_the_code(name: str) -> None:
    field = Settings.model_fields[name]
    default = "see below" if name == "data_dir" else documented(field.default)
    assert rows()[environment_name(name)] == (default, allowed(field), field.description)


def test_defaults_are_within_their_ranges() -> None:
    settings = load()
    for name, field in Settings.model_fields.items():
        if name not in ("data_dir", "database_url"):
            assert load(**{name: field.default}) == settings


@pytest.mark.parametrize(("name", "field"), NUMBERS, ids=[name for name, _ in NUMBERS])
def test_a_number_is_refused_just_outside_its_range(
    name: str, field: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = environment_name(name)
    words = rows()[variable][1]
    limits = [int(number) for number in re.findall(r"\d+", words)]
    outside = [limits[0] - (0 if "above" in words else 1)] + [limit + 1 for limit in limits[1:]]
    inside = [limits[0] + (1 if "above" in words else 0), *limits[1:]]
    for value in inside:
        monkeypatch.setenv(variable, str(value))
        assert getattr(load(), name) == value
    for value in outside:
        monkeypatch.setenv(variable, str(value))
        with pytest.raises(SettingsError, match=rf"^{variable} is '{value}', but must be {words}\.$"):
            load()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRIPLEHELIX_PORT", "http"),
        ("TRIPLEHELIX_LOG_LEVEL", "loud"),
        ("TRIPLEHELIX_LOAD_SAMPLE", "maybe"),
        ("TRIPLEHELIX_DATABASE_SCHEMA", "pg_catalog"),
        ("TRIPLEHELIX_DATABASE_SCHEMA", 'live"; DROP'),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=rf"^{variable} is {re.escape(repr(value))}, but must be .+\.$"):
        load()


@pytest.mark.parametrize("url", ["mysql://me:secret@host/name", "127.0.0.1:secret", "postgresql://"])
def test_an_address_that_is_none_is_not_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsError, match=r"^DATABASE_URL must be an address such as [^ ]+\.$") as caught:
        load()
    assert "secret" not in str(caught.value)


def test_an_option_wins_over_the_environment_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPLEHELIX_PORT", "9001")
    assert load(port=None).port == 9001
    assert load(port=9002).port == 9002


def test_database_url_has_its_usual_name_and_ours_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://usual")
    assert load().database_url == "postgresql://usual"
    monkeypatch.setenv("TRIPLEHELIX_DATABASE_URL", "postgresql://ours")
    assert load().database_url == "postgresql://ours"


def test_a_list_is_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [name for name, field in Settings.model_fields.items() if get_origin(field.annotation) is tuple]
    assert lists == ["cors_origins", "websocket_origins", "proxies", "outbound_allowed"]
    for name in lists:
        monkeypatch.setenv(environment_name(name), "10.0.0.1, 10.0.0.2,")
        assert getattr(load(), name) == ("10.0.0.1", "10.0.0.2")


def test_a_proxy_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment_name("proxies"), "10.0.0.0/8")
    assert load().proxies == ("10.0.0.0/8",)
    monkeypatch.setenv(environment_name("proxies"), "proxy.example")
    with pytest.raises(SettingsError, match="is not an address such as"):
        load()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load().database_url is None


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


@pytest.mark.parametrize(
    ("account", "home", "xdg", "expected"),
    [
        (0, "open", None, "/var/lib/triplehelix"),
        (0, "open", "/srv", "/srv/triplehelix"),
        (1000, "open", None, "{home}/.local/share/triplehelix"),
        (1000, "open", "not/absolute", "{home}/.local/share/triplehelix"),
        (1000, "missing", None, "/var/tmp/triplehelix-1000"),
    ],
)
def test_the_data_folder_is_one_that_the_account_can_use(
    account: int, home: str, xdg: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: account)
    monkeypatch.setenv("HOME", str(tmp_path / home))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if xdg is not None:
        monkeypatch.setenv("XDG_DATA_HOME", xdg)
    assert str(default_data_dir()) == expected.format(home=tmp_path / home)
