"""Makes answers of different contestants comparable, and says where they differ.

The peer's documents already rename fields by aliases; what is left are wrappers (`nodes`, `edges`, `node`),
cursors, and lists that only one contestant can mix. Getting the answers is not its business.
"""

from itertools import zip_longest
from typing import Any

CURSORS = ("endCursor", "startCursor", "cursor")
_MISSING = object()


def plain(value: Any) -> Any:
    """The answer without wrappers and cursors; a lone object wrapped in `node` is that object."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() in ({"nodes"}, {"edges"}, {"node"}):
        return plain(next(iter(value.values())))
    if "keys" in value and isinstance(value["keys"], dict):
        # Keys of a group are typed in one contestant and a list of texts in the other.
        value = {**value, "keys": list(value["keys"].values())}
    found = {name: plain(item) for name, item in value.items() if name not in CURSORS}
    if "groups" in found:
        found["groups"] = sorted(found["groups"], key=str)
    return found


def by_role(value: Any) -> Any:
    """A company with one list of relations (`{role node}`), or with a list a role, as the latter."""
    company = value["company"]
    lists: dict[str, list[Any]] = {role: plain(found) for role, found in company.items() if role.isupper()}
    for edge in company.get("relations", {}).get("edges", ()):
        lists.setdefault(edge["role"], []).append(plain(edge["node"]))
    return {"name": company["name"], **{role: found for role, found in lists.items() if found}}


def rows(value: Any) -> int:
    """How many objects with a value in them the answer has."""
    if isinstance(value, list):
        return sum(map(rows, value))
    if isinstance(value, dict):
        inner = sum(map(rows, value.values()))
        return inner or any(isinstance(item, (str, int, float)) for item in value.values())
    return 0


def difference(one: Any, other: Any, path: str = "") -> str | None:
    """The first place where two comparable answers differ, or None."""
    if isinstance(one, dict) and isinstance(other, dict):
        places: list[tuple[str, Any, Any]] = [
            (f"{path}.{name}", one.get(name, _MISSING), other.get(name, _MISSING)) for name in one | other
        ]
    elif isinstance(one, list) and isinstance(other, list):
        zipped = zip_longest(one, other, fillvalue=_MISSING)
        places = [(f"{path}[{number}]", *pair) for number, pair in enumerate(zipped)]
    else:
        return None if one == other else f"{path or 'the answer'}: {_shown(one)} and {_shown(other)}"
    return next((found for place, a, b in places if (found := difference(a, b, place))), None)


def _shown(value: Any) -> str:
    return "nothing" if value is _MISSING else repr(value)[:80]
