"""`DefaSignerSuccession`, read (floor 5): to whom the signers of a regional list hand over.

Nobody can take a succession back, so one that would lock every reader out is refused here, before
it is signed or believed. What it does to a pin is in ``succession``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..codes import listing
from ..codes import succession as codes
from ..errors import Rejection
from ..x509.certificate import read_certificate
from . import reading
from .envelope import check_list_certificate
from .identity import certificate_bytes
from .model import ListType, Pointer, Succession

MAX_SIGNERS: Final = 16
_MEMBERS: Final = frozenset({"keys", "threshold", "validFrom", "previousListSha256"})


def read_succession(
    value: Any, where: str, *, issued: int, next_update: int, pointers: Iterable[Pointer]
) -> Succession:
    """The value of the extension in a regional list issued at ``issued`` (Unix seconds).

    Raises ``Rejection``: `list.member_*`, `list.succession_*`, and what its certificates deserve.
    """
    entry = reading.members(value, where, _MEMBERS)
    signers = reading.each(entry["keys"], f"{where}.keys", certificate_bytes, most=MAX_SIGNERS)
    threshold = reading.integer(entry["threshold"], f"{where}.threshold", 1, len(signers))
    valid_from = reading.time(entry["validFrom"], f"{where}.validFrom")
    others = {
        read_certificate(der).key.thumbprint: pointer.territory
        for pointer in pointers
        if pointer.type is not ListType.REGIONAL
        for der in pointer.signers
    }
    keys: set[bytes] = set()
    for der in signers:
        certificate = read_certificate(der)
        check_list_certificate(certificate)
        key = certificate.key.thumbprint
        if key in keys:
            # Two certificates of one key would let one holder pass for two.
            raise Rejection(codes.FORM, where=where, actual=f"a key twice in {where}")
        if key in others:
            raise Rejection(
                listing.SIGNER_SHARED, where=where, actual=f"{others[key]} and the region"
            )
        if not certificate.valid_at(valid_from):
            raise Rejection(codes.FORM, where=where, actual="a successor not valid at validFrom")
        keys.add(key)
    if not issued <= valid_from <= next_update:
        # Before: its own signers would be retired already. After: no list could follow in time.
        raise Rejection(
            codes.BACKDATED if valid_from < issued else codes.FORM,
            where=f"{where}.validFrom",
            expected=f"{issued} or later",
            actual=valid_from if valid_from < issued else "validFrom lies after NextUpdate",
        )
    previous = reading.digest(entry["previousListSha256"], f"{where}.previousListSha256")
    return Succession(signers, threshold, valid_from, previous)
