"""Signing keys and their certificates, from files (floor 13)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..errors import MisuseError
from .inputs import read_input
from .trust_check import read_one_certificate

if TYPE_CHECKING:
    from ..signing_crypto import SigningKey

_MAX_KEY_BYTES: Final = 1 << 20
_PRIVATE: Final = re.compile(
    rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END \1-----\r?\n?", re.DOTALL
)


def read_key(
    name: str, certificate_file: str | None, password_file: str | None
) -> tuple[SigningKey, bytes]:
    """The signing key and its certificate (DER); ``MisuseError`` where one of them is missing."""
    key, certificate = _key(name, password_file)
    if certificate_file is not None:
        certificate = read_one_certificate(certificate_file)
    if certificate is None:
        raise MisuseError(f"{name} holds no certificate; give it with --cert")
    return key, certificate


def read_chain(name: str, password_file: str | None) -> tuple[bytes, ...]:
    """The other certificates (DER) of a PKCS#12 file; none of a key in PEM."""
    from ..signing_crypto import pkcs12_parts

    data = read_input(name, limit=_MAX_KEY_BYTES)
    if b"-----BEGIN" in data:
        return ()
    return pkcs12_parts(data, _password(password_file))[2]


def _password(password_file: str | None) -> bytes | None:
    if password_file is None:
        return None
    line, _, _ = read_input(password_file, limit=4096).partition(b"\n")
    return line.rstrip(b"\r")


def _key(name: str, password_file: str | None) -> tuple[SigningKey, bytes | None]:
    """The signing key and, where the file holds it, its certificate (DER)."""
    from ..signing_crypto import SigningKey
    from ..transcribe import certificates_in
    from ..x509.certificate import read_certificate

    password = _password(password_file)
    data = read_input(name, limit=_MAX_KEY_BYTES)
    if len(data) > _MAX_KEY_BYTES:
        raise MisuseError(f"{name} is too large for a key")
    if b"-----BEGIN" not in data:
        return SigningKey.from_pkcs12(data, password)
    private = _PRIVATE.search(data)
    if private is None:
        raise MisuseError(f"{name} holds no private key")
    key = SigningKey.from_pem(private[0], password)
    rest = data.replace(private[0], b"")
    if b"-----BEGIN CERTIFICATE-----" not in rest:
        return key, None
    for der in certificates_in(name, rest):
        if read_certificate(der).key.thumbprint == key.verification_key.thumbprint:
            return key, der
    return key, None
