"""Compares a compiled answer with the oracle's: values, types, and the order of keys.

Where the oracle has a place, the compiled answer must have a cursor; the pair is remembered, so that a
later operation can go on from it.
"""

from datetime import datetime
from typing import Any

from tests.oracle.answers import Oracle


def differences(oracle: Oracle, compiled: Any, expected: Any, path: str = "data") -> list[str]:
    """Where the two answers differ, each with its path; empty where they agree."""
    if isinstance(expected, dict) and isinstance(compiled, dict):
        if list(compiled) != list(expected):
            return [f"{path}: keys {list(compiled)}, should be {list(expected)}"]
        return [
            found
            for key in expected
            for found in differences(oracle, compiled[key], expected[key], f"{path}.{key}")
        ]
    if isinstance(expected, list) and isinstance(compiled, list):
        if len(compiled) != len(expected):
            return [f"{path}: {len(compiled)} items {compiled!r}, should be {len(expected)} {expected!r}"]
        return [
            found
            for index, pair in enumerate(zip(compiled, expected, strict=True))
            for found in differences(oracle, *pair, f"{path}[{index}]")
        ]
    if isinstance(expected, str) and expected.startswith("<place "):
        return _cursor(oracle, compiled, expected, path)
    if isinstance(expected, str) and isinstance(compiled, str) and _same_instant(compiled, expected):
        return []
    if isinstance(compiled, bool) is not isinstance(expected, bool) or compiled != expected:
        return [f"{path}: {compiled!r}, should be {expected!r}"]
    return []


def _cursor(oracle: Oracle, compiled: Any, expected: str, path: str) -> list[str]:
    if not isinstance(compiled, str):
        return [f"{path}: {compiled!r}, should be a cursor"]
    place = oracle.marked(expected)
    known = oracle.known.setdefault(compiled, place)
    if known != place:
        return [f"{path}: the cursor of {known} stands at {place}"]
    return []


def _same_instant(compiled: str, expected: str) -> bool:
    if len(expected) < 20 or expected[10:11] != "T" or not compiled.endswith(("Z", "+00:00")):
        return False
    try:
        return datetime.fromisoformat(compiled) == datetime.fromisoformat(expected)
    except ValueError:
        return False
