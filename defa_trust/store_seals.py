"""Seals in a trust folder (floor 12): which lists were read before, for the next start.

    seals/TYPE-TERRITORY.seal      may be deleted: the list is read anew

The key lies elsewhere (``trustlist.seals``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from .codes import listing as codes
from .disk import write_file
from .errors import MisuseError
from .store_files import TYPE_NAMES
from .trustlist.model import TrustList
from .trustlist.seals import KEY_BYTES, MAX_SEAL_BYTES, Sealer, is_current, sealed_digest
from .trustlist.spans import Layout, SpannedServices
from .verdict import Finding

SEAL_FILE: Final = re.compile(r"(?:regional|member_state|recognition)-[A-Z]{2}\.seal")
_MAX_KEY_BYTES: Final = 1024


class Seals:
    """Those of one folder, as they were when this was made: ``decode.Readings`` of its lists."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer
        self._files: dict[str, tuple[str, bytes]] = {}
        self._known: set[str] = set()
        self.refused: list[str] = []
        """Names of seals that this key did not make."""
        with suppress(OSError):
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if SEAL_FILE.fullmatch(path.name) and path.is_file():
                    with path.open("rb") as file:
                        seal = file.read(MAX_SEAL_BYTES + 1)
                    self._files[sealed_digest(seal)] = path.name, seal

    def find(self, digest: str) -> Layout | None:
        name, seal = self._files.get(digest, ("", b""))
        if not is_current(seal):
            return None
        layout = self._sealer.open(seal)
        if layout is None:
            self.refused.append(name)
        else:
            self._known.add(digest)
        return layout

    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(codes.SEAL_REFUSED, None, name, subject="list") for name in self.refused
        )

    def fresh(self, lists: Iterable[TrustList]) -> tuple[tuple[str, bytes], ...]:
        """Names and seals of accepted lists that have none yet."""
        made = []
        for item in lists:
            if isinstance(item.services, SpannedServices) and item.digest not in self._known:
                seal = self._sealer.seal(item.digest, item.services.layout)
                if seal is not None:
                    made.append((f"{TYPE_NAMES[item.type]}-{item.territory}.seal", seal))
        return tuple(made)

    def write(self, seals: Iterable[tuple[str, bytes]]) -> None:
        """Raises ``OSError``. Whoever writes holds the folder's lock."""
        for name, seal in seals:
            self._folder.mkdir(exist_ok=True)
            write_file(self._folder / name, seal)


def read_seal_key(path: Path, folder: Path) -> bytes:
    """The key in a file, for ``TrustStore(folder, seal_key=…)``.

    Raises ``MisuseError`` where it cannot be read, is short, or lies in the folder: who can write
    the folder could then make seals.
    """
    try:
        if path.resolve().is_relative_to(folder.resolve()):
            raise MisuseError(f"{path} lies in {folder}: a key for seals lies elsewhere")
        with path.open("rb") as file:
            key = file.read(_MAX_KEY_BYTES + 1)
    except OSError as fault:
        raise MisuseError(f"{path} cannot be read: {fault.strerror}") from None
    if not KEY_BYTES <= len(key) <= _MAX_KEY_BYTES:
        raise MisuseError(f"{path} holds no key for seals: {KEY_BYTES} random octets or more")
    return key
