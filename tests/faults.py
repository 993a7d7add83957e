"""Plants a fault in the compiler: one function with one piece of its source changed, for one test."""

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

ROOM = "resolvers"


@dataclass(frozen=True)
class Fault:
    """A change of a function's source. `owner` is the function's class, or its module."""

    name: str
    owner: Any
    function: str
    old: str
    new: str


def plant(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the changed function in its place, also where a module of the compiler imported it by name.

    Fails where the source does not hold `old` exactly once: the fault must then be written anew.
    """
    original: Callable[..., Any] = inspect.getattr_static(fault.owner, fault.function)
    source = textwrap.dedent(inspect.getsource(original))
    assert source.count(fault.old) == 1, f"{fault.name}: {fault.function} does not hold {fault.old!r} once"
    namespace: dict[str, Any] = {}
    code = compile(source.replace(fault.old, fault.new), f"<fault {fault.name}>", "exec")
    exec(code, original.__globals__, namespace)
    changed = namespace[fault.function]
    monkeypatch.setattr(fault.owner, fault.function, changed)
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{ROOM}.") and vars(module).get(fault.function) is original:
            monkeypatch.setattr(module, fault.function, changed)
