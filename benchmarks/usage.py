"""What processes use, read from Linux' /proc: CPU time and memory of a process with all its children.

Also the cores that processes are bound to. What the processes do is not its business.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> list[int]:
    """The cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


@contextmanager
def bound_to(chosen: set[int]) -> Iterator[None]:
    """What the calling thread starts meanwhile runs on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def bind(pid: int, chosen: set[int]) -> None:
    """Binds a running process and its children, with all their threads, to cores."""
    for process in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            for thread in (PROC / str(process) / "task").iterdir():
                os.sched_setaffinity(int(thread.name), chosen)


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and its children so far, ended children included."""
    # Each process's own time, and that of the children of it that have ended: what a process took goes to
    # its parent's when it ends, so that the sum never falls.
    ticks = sum(sum(map(int, fields[11:15])) for one in tree(pid) if (fields := _stat(one)))
    return ticks / _TICKS


def peak_memory(pid: int) -> int:
    """The most memory that the process and its children held since `forget_peak`, in bytes."""
    return sum(_status(one, "VmHWM:") for one in tree(pid))


def memory(pid: int) -> int:
    """Memory of the process and its children now, in bytes."""
    return sum(_status(one, "VmRSS:") for one in tree(pid))


def forget_peak(pid: int) -> None:
    """Starts the peak anew; without the right to, it goes on from the start of the process."""
    for one in tree(pid):
        with suppress(OSError):
            (PROC / str(one) / "clear_refs").write_text("5")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (proc(5), field 3), or none where it has ended."""
    try:
        # The name before it may contain spaces and brackets.
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _status(pid: int, name: str) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0
