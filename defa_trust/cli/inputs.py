"""What a person types, as values of the library (floor 13): bytes, moments, levels, requests."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import MisuseError
from ..request import HolderBinding, MinimumLevel, Profile, Request
from ..spec import MAX_INPUT_BYTES, MAX_STATUS_TOKEN_BYTES
from .circumstances import read_circumstances

if TYPE_CHECKING:
    from ..material import Evidence
    from ..store import TrustStore
    from ..trustlist.snapshot import TrustSnapshot

_IMAGE_MAGIC: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_MAX_IMAGE_BYTES: Final = 32 << 20
_FAR: Final = 1 << 53


def read_input(name: str, *, limit: int = MAX_INPUT_BYTES) -> bytes:
    """The bytes of a file or of standard input (`-`); a QR image is decoded on the way.

    Reads at most ``limit`` + 1 bytes, so that what is too large is refused and never loaded.
    Raises ``MisuseError`` where there is nothing to read.
    """
    if name == "-":
        data = sys.stdin.buffer.read(limit + 1)
        rest = sys.stdin.buffer
        if data.startswith(_IMAGE_MAGIC):
            data += rest.read(max(_MAX_IMAGE_BYTES + 1 - len(data), 0))
    else:
        path = Path(name)
        if path.is_dir():
            raise MisuseError(f"{name} is a folder; give a file or - for standard input")
        try:
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
                if data.startswith(_IMAGE_MAGIC):
                    data += stream.read(max(_MAX_IMAGE_BYTES + 1 - len(data), 0))
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else "no such name"
            raise MisuseError(f"{name} cannot be read: {why}") from None
    if not data:
        raise MisuseError(f"{name} is empty")
    if data.startswith(_IMAGE_MAGIC):
        if len(data) > _MAX_IMAGE_BYTES:
            raise MisuseError(f"{name} is an image larger than {_MAX_IMAGE_BYTES} bytes")
        from .qr import read_qr

        return read_qr(data)
    return data


def read_octets(name: str, *, limit: int) -> bytes:
    """A document as it is, an image too. Raises ``MisuseError`` where there is nothing to read, or
    more than ``limit`` bytes."""
    if name == "-":
        data = sys.stdin.buffer.read(limit + 1)
    else:
        try:
            with Path(name).open("rb") as stream:
                data = stream.read(limit + 1)
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else "no such name"
            raise MisuseError(f"{name} cannot be read: {why}") from None
    if not data:
        raise MisuseError(f"{name} is empty")
    if len(data) > limit:
        raise MisuseError(f"{name} is larger than {limit} bytes")
    return data


def read_moment(text: str | None) -> int | None:
    """ISO 8601 with a zone, or Unix seconds; raises ``MisuseError`` for anything else."""
    if text is None:
        return None
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdecimal():
        seconds = int(text) if len(text) <= 17 else _FAR + 1
        if abs(seconds) > _FAR:
            raise MisuseError(f"--at {text}: no such moment")
        return seconds
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        raise MisuseError(
            f"--at {text!r} is neither ISO 8601 (2026-11-01T00:00:00Z) nor Unix seconds"
        ) from None
    if stamp.tzinfo is None:
        raise MisuseError(f"--at {text!r} names no time zone: add Z or an offset like +07:00")
    return int(stamp.timestamp())


def read_level(text: str | None) -> MinimumLevel | None:
    """`2` asks for proofing and authentication 2; `proofing=2,federation=1` names the axes."""
    if text is None:
        return None
    wrong = MisuseError(
        f"--min-level {text!r}: give 1, 2 or 3, or axes like proofing=2,authentication=1"
    )
    if text in ("1", "2", "3"):
        return MinimumLevel(proofing=int(text), authentication=int(text))
    axes: dict[str, int] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name not in ("proofing", "authentication", "federation") or name in axes:
            raise wrong
        if value not in ("0", "1", "2", "3"):
            raise wrong
        axes[name] = int(value)
    return MinimumLevel(**axes)


def read_volumes(pairs: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """`NAME=N` pairs: what was already counted against the limits of a pilot corridor."""
    volumes: dict[str, int] = {}
    for pair in pairs:
        name, _, count = pair.partition("=")
        if not name or name in volumes or not (count.isascii() and count.isdecimal()):
            raise MisuseError(f"--volume-used {pair!r}: give NAME=N, each name once")
        if len(count) > 15:
            raise MisuseError(f"--volume-used {pair!r}: no corridor counts that far")
        volumes[name] = int(count)
    return tuple(sorted(volumes.items()))


def read_status_files(pairs: tuple[str, ...]) -> Evidence:
    """`URI=FILE` pairs: status lists at hand, by the address that the credential names.

    An address may hold an equals sign, so the file's name begins behind the last one.
    """
    from ..material import Evidence, EvidenceKind, Item

    items: dict[str, Item] = {}
    for pair in pairs:
        uri, _, name = pair.rpartition("=")
        if not uri or not name or uri in items:
            raise MisuseError(f"--status-file {pair!r}: give URI=FILE, each URI once")
        octets = read_input(name, limit=MAX_STATUS_TOKEN_BYTES)
        items[uri] = Item(EvidenceKind.STATUS_LIST, octets, uri)
    return Evidence(items.values())


_NEVER_PROVED: Final = frozenset({"oidc-id-token", "oidc-id-token-jwe"})


def build_request(
    relying_state: str,
    *,
    at: str | None,
    holder_binding: str | None,
    min_level: str | None,
    profiles: tuple[str, ...],
    volume_used: tuple[str, ...],
    purpose: str | None,
    sector: str | None,
    relying_party: str | None,
    act: str | None,
    audience: str | None,
    nonce: str | None,
    format: str | None,
    session_transcript: bytes | None = None,
    **circumstances: Any,
) -> Request:
    """The request that the options ask for; ``circumstances`` are those of its own module.

    A holder's proof is required as soon as an audience, a nonce or a session is given: who asks for
    one wants an answer (RFC 9901, 7.3 step 1). A sign-in token answers by itself and has no such
    proof.
    """
    if holder_binding is not None:
        binding = HolderBinding(holder_binding)
    elif (
        any(it is not None for it in (audience, nonce, session_transcript))
        and format not in _NEVER_PROVED
    ):
        binding = HolderBinding.MUST_BE_PRESENT
    else:
        binding = HolderBinding.IF_PRESENT
    return Request(
        relying_state.upper(),
        binding,
        at=read_moment(at),
        purpose=purpose,
        sector=sector,
        relying_party=relying_party,
        act=act,
        min_level=read_level(min_level),
        audience=audience,
        nonce=nonce,
        format=format,
        profiles=frozenset(
            {Profile.VC_DATA_MODEL_1_1, *(Profile(profile) for profile in profiles)}
        ),
        volume_used=read_volumes(volume_used),
        session_transcript=session_transcript,
        **read_circumstances(circumstances),
    )


def trust_folder(option: str | None) -> Path:
    """--trust, else DEFA_TRUST_DIR, else the folder of this user (XDG Base Directory 0.8)."""
    if option:
        return Path(option)
    from_environment = os.environ.get("DEFA_TRUST_DIR")
    if from_environment:
        return Path(from_environment)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "defa-trust" / "trust"


def open_store(folder: Path) -> TrustStore:
    """The trust folder, with the key for seals from the file that DEFA_SEAL_KEY_FILE names, if any
    (docs/operations.md)."""
    from ..store import TrustStore
    from ..store_seals import read_seal_key

    named = os.environ.get("DEFA_SEAL_KEY_FILE")
    return TrustStore(folder, seal_key=read_seal_key(Path(named), folder) if named else None)


def now() -> int:
    """The wall clock, in whole Unix seconds: a face may read it, nothing below the spine may."""
    return int(time.time())


def load_snapshot(store: TrustStore, at: int) -> TrustSnapshot:
    """Every list of the store, verified anew as of ``at``."""
    from ..trustlist.snapshot import TrustSnapshot

    assembly = store.load(at)
    return TrustSnapshot.build(assembly.lists, assembly.missing)
