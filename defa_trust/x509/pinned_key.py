"""The key of a certificate that was pinned byte for byte (floor 4).

Signers of public lists hold certificates whose extensions no strict parser reads (a default that is
encoded, UTF-8 in a VisibleString). Whoever pins the octets has decided; only the key is needed.
"""

from __future__ import annotations

import warnings

from cryptography import x509

from ..codes import listing as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from .certificate import MAX_CERTIFICATE_BYTES


def read_pinned_key(der: bytes) -> VerificationKey:
    """The public key of one DER certificate, whatever else the certificate says.

    Raises ``Rejection``: `list.certificate`, or a `crypto.*` code for a key that is not usable.
    """
    if type(der) is not bytes:
        raise MisuseError(f"a certificate is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection(codes.CERTIFICATE, actual=f"{len(der)} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            public_key = x509.load_der_x509_certificate(der).public_key()
    except Exception as error:  # noqa: BLE001 - the library's parsers share no base class
        raise Rejection(codes.CERTIFICATE, actual=type(error).__name__) from None
    return VerificationKey.from_public_key(public_key)
