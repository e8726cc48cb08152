"""Whoever signs documents: a key in software, in a device, or behind a remote service (floor 3).

The makers of signatures ask for no more than ``Signer``: a certificate, an algorithm, and a
signature over octets. The software keys here are for tests and sandboxes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from .algorithms import ECDSA_DER, RS256, RS384, RS512, Algorithm, KeyType
from .errors import MisuseError
from .signing_crypto import SigningKey, pkcs12_parts


@runtime_checkable
class Signer(Protocol):
    """What an HSM or a remote signing service has to offer to be used here.

    ``certificate`` is DER; ``chain`` the certificates above it, without the anchor or with it;
    ``algorithm`` a row of the table with X.509 and CMS encoding (`ECDSA_DER`, RSA, EdDSA).
    ``sign`` returns the signature over ``data`` in that encoding; a service that takes digests
    hashes ``data`` itself.
    """

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    @property
    def algorithm(self) -> Algorithm: ...

    def sign(self, data: bytes) -> bytes: ...


_HASHES = {KeyType.P256: "SHA-256", KeyType.P384: "SHA-384", KeyType.P521: "SHA-512"}


@dataclass(frozen=True)
class SoftwareSigner:
    """A key in memory. For tests and sandboxes: a key that counts belongs into a device."""

    key: SigningKey
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    chosen: Algorithm | None = None
    """Another algorithm than the usual one of the key's type: RSASSA-PSS, a longer hash."""

    @property
    def algorithm(self) -> Algorithm:
        """The one chosen, or the usual one: ECDSA with the hash of the curve's size, RS256."""
        if self.chosen is not None:
            return self.chosen
        key_type = self.key.key_type
        if key_type in _HASHES:
            return ECDSA_DER[key_type, _HASHES[key_type]]
        return RS256 if key_type is KeyType.RSA else self.key.algorithm(key_type.value)

    def hashing(self, digest: str) -> SoftwareSigner:
        """The same key under the algorithm that hashes with ``digest`` (a name of ``DIGESTS``), as
        CMS needs it; the same signer where its key has none of that hash."""
        hash = digest.upper()
        if self.algorithm.hash in (None, hash):
            return self
        key_type = self.key.key_type
        rsa = {row.hash: row for row in (RS256, RS384, RS512)}
        if key_type is not KeyType.RSA:
            found = ECDSA_DER.get((key_type, hash))
        else:
            found = rsa.get(hash) if self.algorithm in rsa.values() else None
        return self if found is None else replace(self, chosen=found)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(self.algorithm, data)

    @classmethod
    def from_pkcs12(cls, data: bytes, password: bytes | None = None) -> SoftwareSigner:
        """Key, certificate and chain of a PKCS#12 file; ``MisuseError`` for anything else."""
        key, certificate, chain = pkcs12_parts(data, password)
        if key.verification_key.spki() not in certificate:
            raise MisuseError("the certificate of the PKCS#12 file is of another key")
        return cls(key, certificate, chain)
