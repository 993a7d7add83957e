"""Makes load with wrk and tells what it counted.

Sixteen connections, one thread, bodies in turn (load.lua). What is asked, and what the servers use while
they answer, is not its business.
"""

import itertools
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import usage

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("load.lua")
_firsts = itertools.count(0, 10_000_000)


class LoadFailed(Exception):
    """Requests were refused or broke off, so that what was measured means nothing."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What wrk counted: requests in all, duration, and latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def is_missing() -> bool:
    return shutil.which("wrk") is None


def run(url: str, headers: Mapping[str, str], bodies: Path, seconds: float, cores: set[int]) -> Counted:
    """Loads a URL for a time, from these cores. Raises LoadFailed where an answer was no success."""
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "20s",
        "--latency",
    ]
    sent = {"Content-Type": "application/json", **headers}
    command += [part for name, value in sent.items() for part in ("-H", f"{name}: {value}")]
    command += ["-s", str(SCRIPT), url, "--", str(bodies), str(next(_firsts))]
    with usage.bound_to(cores):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    _, found, line = done.stdout.partition("JSON")
    if done.returncode or not found:
        raise LoadFailed(f"wrk failed on {url}: {done.stderr.strip() or done.stdout.strip()}")
    counted = json.loads(line)
    refused, broken = counted.pop("refused"), counted.pop("broken")
    if refused or broken:
        raise LoadFailed(
            f"Of {counted['requests']} requests to {url}, {refused} were refused, {broken} broke off."
        )
    return Counted(**counted)


def write_bodies(file: Path, bodies: Sequence[str]) -> Path:
    """The bodies as a file that `run` takes."""
    file.write_text("".join(f"{body}\n" for body in bodies), encoding="utf-8")
    return file
