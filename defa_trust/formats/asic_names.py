"""What the entries of an ASiC container are, told by their names alone (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

META: Final = "META-INF/"
MIMETYPE: Final = "mimetype"
COMMENT: Final = b"mimetype="


class Kind(StrEnum):
    """Kinds of containers, by their media types (EN 319 162-1, 4.3.2 and 4.4.2)."""

    SIMPLE = "application/vnd.etsi.asic-s+zip"
    EXTENDED = "application/vnd.etsi.asic-e+zip"

    @property
    def letter(self) -> str:
        """`s` or `e`, as in ASiC-S and ASiC-E."""
        return "s" if self is Kind.SIMPLE else "e"


class Role(StrEnum):
    """What an entry of META-INF is, by its name (EN 319 162-1, 4.3.3.2 and 4.4.3.2)."""

    CADES = "a CAdES signature"
    XADES = "a XAdES signature"
    MANIFEST = "a manifest"
    TIMESTAMP = "a time-stamp"
    ARCHIVE = "an archive manifest"
    RECORD_MANIFEST = "a manifest of evidence records"
    RECORD = "an evidence record"
    KNOWN = "a description"
    FILE = "a file"


_DESCRIPTIONS: Final = frozenset(
    {"manifest.xml", "container.xml", "metadata.xml", "rights.xml", "encryption.xml"}
)
"""Of the container formats that ASiC builds on (OpenDocument 1.2 part 3; OCF): they are not read,
and so nobody who reads only what is reported here needs them signed."""
UNEVALUATED: Final = (Role.TIMESTAMP, Role.ARCHIVE, Role.RECORD_MANIFEST, Role.RECORD)


def role_of(name: str) -> Role:
    """What the entry of META-INF with this name is."""
    base = name.removeprefix(META)
    if "/" in base:
        return Role.FILE
    lower = base.lower()
    if base.endswith(".xml"):
        for part, role in (
            ("ASiCArchiveManifest", Role.ARCHIVE),
            ("ASiCEvidenceRecordManifest", Role.RECORD_MANIFEST),
            ("ASiCManifest", Role.MANIFEST),
        ):
            if part in base:
                return role
        if "signatures" in lower:
            return Role.XADES
        if "evidencerecord" in lower:
            return Role.RECORD
        return Role.KNOWN if base in _DESCRIPTIONS else Role.FILE
    return {".p7s": Role.CADES, ".tst": Role.TIMESTAMP, ".ers": Role.RECORD}.get(
        base[-4:], Role.FILE
    )


def kind_of(said: bytes) -> Kind | None:
    """The kind of this media type, if it is one of ASiC."""
    text = said.decode("ascii", "replace")
    return Kind(text) if text in _KINDS else None


_KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}
MEDIA_TYPES: Final = frozenset(kind.encode() for kind in Kind)
