"""Files that survive a crash, and a lock between processes (floor 12), for the trust folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

_POLL_SECONDS: Final = 0.01


class Share(StrEnum):
    """How many may hold a lock at once."""

    READERS = "readers"
    NOBODY = "nobody"


class LockTimeoutError(Exception):
    """Somebody else held the lock all the time."""


def write_file(path: Path, data: bytes) -> None:
    """Replace ``path`` as a whole: a crash leaves the old bytes or the new, never a mixture.

    Raises ``OSError``. A killed process may leave `.NAME.*` beside it.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            # Lists and pins are public; a temporary file's mode would keep them from other users.
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` outlast a loss of power, where the file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def lock(path: Path, share: Share, timeout: float) -> Iterator[None]:
    """Hold an advisory lock on ``path``; the system lets it go when the process ends, however.

    Raises ``LockTimeoutError`` after ``timeout`` seconds, ``OSError`` where there can be no lock.
    To write, the file is made where it is missing; to read beside others it must be there.
    """
    flags = os.O_RDONLY if share is Share.READERS else os.O_RDWR | os.O_CREAT
    handle = os.open(path, flags, 0o644)
    try:
        _acquire(handle, share, timeout)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover

    def _acquire(handle: int, share: Share, timeout: float) -> None:
        """No such lock there: let one process at a time write (docs/operations.md)."""

else:
    import fcntl

    def _acquire(handle: int, share: Share, timeout: float) -> None:
        """flock(2): of the open file, so that it keeps threads apart as well."""
        kind = fcntl.LOCK_SH if share is Share.READERS else fcntl.LOCK_EX
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockTimeoutError from None
                time.sleep(_POLL_SECONDS)
            else:
                return
