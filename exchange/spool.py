"""The file of a job on disk while it is read: nameless, so that nothing is left when the process is killed.

Not its business: where the file comes from (exchange/uploads.py) and who reads it (its format's reader).
"""

import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

from exchange.record import UnreadableFile

if sys.platform == "win32":
    from pathlib import WindowsPath as _Path
else:
    from pathlib import PosixPath as _Path


class _Counted(io.FileIO):
    """A file that says how far it was read."""

    def __init__(self, spooled: "Spooled") -> None:
        super().__init__(os.fspath(spooled))
        self._spooled = spooled

    def readinto(self, buffer: Any, /) -> int | None:
        found = super().readinto(buffer)
        self._spooled.position = max(self._spooled.position, self.tell())
        return found


class Spooled(_Path):
    """The path of a job's file: readers open it as any other, reports name it as its sender did."""

    position: int = 0
    """How many of its bytes were read."""
    called: str = ""

    @property
    def name(self) -> str:
        """As its sender called it."""
        return self.called

    # Path declares an overload for each mode; one is needed here.
    def open(self, mode: str = "r", *arguments: Any, **options: Any) -> IO[Any]:  # type: ignore[override]
        """As Path.open; what reads bytes moves `position`."""
        if mode != "rb" or arguments or options:
            return super().open(mode, *arguments, **options)
        return io.BufferedReader(_Counted(self), 256 * 1024)


@contextmanager
def spool(called: str, folder: Path | None = None) -> Iterator[tuple[BinaryIO, Spooled]]:
    """A file to fill, and its path to read; both end with the context. Without a folder it is the system's
    for temporary files."""
    is_linux = sys.platform == "linux"
    with tempfile.TemporaryFile(dir=folder) if is_linux else _named(folder) as file:
        # An open file has a name of its own under Linux, also where it has none in any folder.
        path = Spooled(f"/proc/self/fd/{file.fileno()}" if is_linux else file.name)
        path.called = called
        yield file, path


@contextmanager
def _named(folder: Path | None) -> Iterator[Any]:
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file
        finally:
            file.close()
            with suppress(OSError):
                Path(file.name).unlink()


def check_unpacked(path: Path, most: int) -> None:
    """Raises UnreadableFile where a .zip says that its files are larger than `most` bytes in all.

    Python's zipfile reads no more of a file than the archive says that it has.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > most:
        raise UnreadableFile(
            f"{path.name} unpacks to {size:,} bytes; {most:,} are taken.", "Send it in several files."
        )
