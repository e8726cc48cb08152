"""Public keys in the two forms nearly every certificate has, judged without a library (floor 3).

An uncompressed point of P-256 and an RSA modulus of a usual size with the exponent 65537 stand at
fixed places of their SubjectPublicKeyInfo. Whether such a key is sound is arithmetic on two
integers; handing it to the library costs ten times that, and can wait until the key is used.
"""

from __future__ import annotations

from typing import Final

from .errors import Rejection
from .key_reading import check_rsa

P256_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""RFC 5480, 2: what stands before the 64 octets of an uncompressed point."""
RSA_EXPONENT: Final = 65537
_RSA_TAIL: Final = bytes.fromhex("0203010001")
_RSA_HEADS: Final = {
    bytes.fromhex(
        f"3082{size + 34:04x}300d06092a864886f70d01010105000382{size + 15:04x}"
        f"003082{size + 10:04x}0282{size + 1:04x}00"
    ): size
    for size in (256, 384, 512)
}
"""RFC 3279, 2.3.1: what stands before a modulus that begins with a set bit, to its octets."""
_RSA_HEAD: Final = 33

# FIPS 186-5 by way of SP 800-186, 3.2.1.3.
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def usual_modulus(spki: bytes) -> int | None:
    """The RSA modulus of an SPKI in one of the usual forms; ``None`` for every other SPKI."""
    size = _RSA_HEADS.get(spki[:_RSA_HEAD])
    if size is None or len(spki) != _RSA_HEAD + size + 5 or spki[-5:] != _RSA_TAIL:
        return None
    # X.690, 8.3.2: the zero in front is there because the next bit is set.
    return int.from_bytes(spki[_RSA_HEAD:-5]) if spki[_RSA_HEAD] & 0x80 else None


def is_sound(spki: bytes) -> bool:
    """Is it one of the usual forms, with a key that ``from_certificate_spki`` will not refuse?

    ``False`` says nothing about other forms, nor why.
    """
    if spki[:-64] == P256_HEAD:
        x, y = int.from_bytes(spki[-64:-32]), int.from_bytes(spki[-32:])
        # SP 800-56A, 5.6.2.3.4: coordinates of the field, and on the curve; its cofactor is 1.
        return x < _P and y < _P and not (y * y - (x * x - 3) * x - _B) % _P
    modulus = usual_modulus(spki)
    if modulus is None:
        return False
    try:
        check_rsa(modulus, RSA_EXPONENT)
    except Rejection:
        return False
    return True
