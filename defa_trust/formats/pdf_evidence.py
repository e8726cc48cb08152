"""Validation data that a PDF carries: its DSS, and Adobe's attribute (floor 3).

Nothing of it is believed. What cannot be read is left out: the signature stands or falls with what
is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..codec import der
from ..codec.der import Reader, context
from ..codec.pdf import Document
from ..codec.pdf_objects import Stream
from ..codes import pades as codes
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .cms import MAX_CERTIFICATES, MAX_REVOCATIONS
from .cms_attributes import Attributes, attribute_name

REVOCATION_ARCHIVAL: Final = "1.2.840.113583.1.1.8"


class ValidationData(NamedTuple):
    """``begins`` is the offset of the first CRL or OCSP response; ``None`` where none is there."""

    certificates: tuple[bytes, ...]
    items: tuple[Item, ...]
    begins: int | None


def validation_data(document: Document) -> ValidationData:
    """Certificates, CRLs and OCSP responses of the DSS (EN 319 142-1, 5.4.2).

    What a VRI dictionary names is there as well (5.4.2.3).
    """
    root = document.get(document.trailer.get("Root"))
    store = document.get(root.get("DSS")) if isinstance(root, dict) else None
    if not isinstance(store, dict):
        return ValidationData((), (), None)
    held = _streams(document, store.get("Certs"), MAX_CERTIFICATES)
    certificates = tuple([octets for octets, _ in held])
    items: list[Item] = []
    begins: list[int] = []
    for key, kind in (("CRLs", EvidenceKind.CRL), ("OCSPs", EvidenceKind.OCSP)):
        for octets, begin in _streams(document, store.get(key), MAX_REVOCATIONS):
            items.append(Item(kind, octets))
            begins.append(begin)
    return ValidationData(certificates, tuple(items), min(begins, default=None))


def _streams(document: Document, listed: Any, most: int) -> Iterator[tuple[bytes, int]]:
    try:
        given = document.get(listed)
    except Rejection:
        return
    for each in given[:most] if type(given) is list else ():
        try:
            stream = document.get(each)
            if isinstance(stream, Stream):
                yield document.inflated(stream), stream.begin
        except Rejection as refusal:
            if refusal.code is codes.TOO_MUCH:
                raise


def archived_revocation(signed: Attributes) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """RevocationInfoArchival (ISO 32000-2, 12.8.3.3.2): [0] CRLs, [1] OCSP responses, [2] other.

    Second, the name of what of it is not evaluated.
    """
    found: list[Item] = []
    unread: dict[str, None] = {}
    name = attribute_name(REVOCATION_ARCHIVAL)
    for value in signed.get(REVOCATION_ARCHIVAL, ()):
        try:
            body = Reader(value).take(der.SEQUENCE)
            for number, kind in ((0, EvidenceKind.CRL), (1, EvidenceKind.OCSP)):
                held = body.take_if(context(number))
                inside = None if held is None else held.take(der.SEQUENCE)
                while inside is not None and inside.peek() is not None:
                    found.append(Item(kind, inside.raw(der.SEQUENCE)))
            if body.peek() is not None:
                unread[f"other information in {name}"] = None
        except Rejection:
            unread[name] = None
    return tuple(found[:MAX_REVOCATIONS]), tuple(unread)
