"""ASiCManifest (EN 319 162-1, A.4): which files one signature covers (floor 3)."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..codec import xml
from ..codec.xml import Element
from ..codes import asic as codes
from ..codes import xades as xades_codes
from ..errors import MissingExtraError, Rejection
from .xml_signature import digest_of

NAMESPACES: Final = (
    "http://uri.etsi.org/02918/v1.2.1#",
    "http://uri.etsi.org/02918/v1.1.1#",
    "http://uri.etsi.org/2918/v1.2.1#",
)
"""Of EN 319 162-1, and what writers made of TS 102 918."""
MAX_REFERENCES: Final = 1024
MAX_MANIFEST_BYTES: Final = 1 << 20
_TRUE: Final = ("true", "1")


class Listed(NamedTuple):
    """A file as the manifest names it, with the digest it has."""

    uri: str
    algorithm: str
    digest: bytes


class Manifest(NamedTuple):
    """What a manifest says. ``signature`` is the URI of what signs it."""

    signature: str
    files: tuple[Listed, ...]


def read_manifest(octets: bytes) -> Manifest:
    """Read the octets of an ASiCManifest: the very octets that its signature is over.

    Raises ``Rejection``: `asic.manifest`, `asic.extension`, `xml.*`, `xades.digest_weak`,
    `crypto.digest_unknown`, and `xades.extra_missing` where XML cannot be read here.
    """
    try:
        root = xml.parse(octets, max_bytes=MAX_MANIFEST_BYTES)
    except MissingExtraError as missing:
        raise Rejection(xades_codes.EXTRA_MISSING, actual=missing.extra) from None
    namespace, name = _named(root)
    if namespace not in NAMESPACES or name != "ASiCManifest":
        raise _malformed("its root")
    _check_extensions(root)
    signature: str | None = None
    files: list[Listed] = []
    seen: set[str] = set()
    rootfiles = 0
    for child in xml.children(root):
        space, name = _named(child)
        if space != namespace:
            raise _malformed("an element of another namespace")
        if name == "SigReference" and signature is None and not files:
            signature = _uri(child)
        elif name == "DataObjectReference" and signature is not None:
            if len(files) >= MAX_REFERENCES:
                raise Rejection(codes.TOO_MUCH, expected=MAX_REFERENCES, actual="references")
            listed = Listed(_uri(child), *digest_of(child, "a file of the container"))
            if listed.uri in seen:
                # One of the two could be the right one, and then the other is not looked at.
                raise _malformed("a file twice")
            seen.add(listed.uri)
            rootfiles += child.get("Rootfile") in _TRUE
            files.append(listed)
        elif name != "ASiCManifestExtensions" or signature is None:
            raise _malformed("the order of its elements")
    if signature is None or not files:
        raise _malformed("no signature, or no file")
    if rootfiles > 1:
        raise _malformed("two files to be opened first")
    return Manifest(signature, tuple(files))


def _malformed(what: str) -> Rejection:
    return Rejection(codes.MANIFEST, actual=what)


def _named(element: Element) -> tuple[str, str]:
    space, _, name = str(element.tag)[1:].rpartition("}")
    return space, name


def _uri(element: Element) -> str:
    uri: str | None = element.get("URI")
    if not uri:
        raise _malformed("a reference without URI")
    return uri


def _check_extensions(root: Element) -> None:
    """None is known, so a critical one cannot be passed over (A.4)."""
    for element in root.iter("*"):
        space, name = _named(element)
        if name == "Extension" and space in NAMESPACES and element.get("Critical") in _TRUE:
            raise Rejection(codes.EXTENSION, actual="Extension")
