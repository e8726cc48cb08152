"""The seam of electronic signatures, the same for every family (floor 3).

CAdES, JAdES, PAdES, XAdES and ASiC reduce their input to a ``SignedFile``: one ``Signature`` for
each signer, and what came along as evidence. Nothing in it is trusted. A signature is a
``SignedPart`` over what its signer stated, claims of digests over what was signed, references to
the certificate it was made with, and time-stamps that each name what they cover.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from ..content import Content
from ..material import Item
from ..request import Request
from ..verdict import Finding
from .base import SignedPart

CONTENT: Final = "content"
"""``ContentClaim.what`` of the document itself."""


class ContentClaim(NamedTuple):
    """The digest of one signed content must be ``expected``.

    ``content`` came in the same file; ``None`` where it is detached, and the request or the
    evidence (under ``uri``, where the signature names one) has to supply it. With ``encoded`` the
    digest is over the base64url text of it (TS 119 182-1, 5.2.8.1). Nothing is ``expected`` of a
    content that is itself among the signed octets, but that it is the one the caller has.
    """

    algorithm: str
    expected: bytes | None
    content: Content | None
    what: str = CONTENT
    uri: str | None = None
    encoded: bool = False


class Joined(NamedTuple):
    """A signature over a head and one detached content behind it, which is in base64url where that
    is ``encoded`` (RFC 7515, 5.1). ``missing`` is said where its digest cannot be had."""

    head: bytes
    encoded: bool
    missing: Finding


class CertificateReference(NamedTuple):
    """What the signer signed of its own certificate (EN 319 122-1, 5.2.2).

    ``algorithm`` is a name of ``crypto.DIGESTS``, or `sha-1`; ``issuer`` (DER Name) and ``serial``
    are of the `issuerSerial` where that is there.
    """

    algorithm: str
    digest: bytes
    issuer: bytes | None = None
    serial: int | None = None


class SignerId(NamedTuple):
    """Which certificate the unsigned part of a message names: a hint, and never more.

    ``issuer`` is a DER Name; ``key_id`` a subject key identifier (RFC 5652, 5.3).
    """

    issuer: bytes | None = None
    serial: int | None = None
    key_id: bytes | None = None


class SignaturePolicy(NamedTuple):
    """The explicit policy a signature refers to (EN 319 122-1, 5.2.9). ``identifier`` is an OID or
    URI; ``algorithm`` and ``digest`` are of the policy document."""

    identifier: str
    algorithm: str | None = None
    digest: bytes | None = None
    uri: str | None = None


class Stated(NamedTuple):
    """What the signer says, and signed. Claims, not facts: the signer may say anything.

    ``signing_time`` is Unix seconds. ``commitments`` are OIDs or URIs. ``roles``, ``place`` and
    ``reason`` can tell who a person is and where: they are revealed with the claims, never in a
    finding.
    """

    signing_time: int | None = None
    content_type: str | None = None
    commitments: tuple[str, ...] = ()
    policy: SignaturePolicy | None = None
    roles: tuple[str, ...] = ()
    place: Mapping[str, Any] | None = None
    reason: str | None = None
    """In the signer's own words, where a family has a place for them (ISO 32000-2, table 255)."""


class TimestampKind(StrEnum):
    """What a time-stamp token covers, and so what it proves."""

    SIGNATURE = "signature time-stamp"
    """Over the signature value: the signature existed at that time (EN 319 122-1, 5.3)."""
    DOCUMENT = "document time-stamp"
    """Over a document with the signature in it: it proves the same (EN 319 142-1, 5.4.3)."""
    CONTENT = "content time-stamp"
    """Over the content before it was signed: the signature is younger (EN 319 122-1, 5.2.8)."""


class AttachedTimestamp(NamedTuple):
    """A time-stamp token (RFC 3161, DER or BER) and what it must cover."""

    kind: TimestampKind
    token: bytes
    covers: Content | None
    """``None``: the content of the signature, which may be detached."""
    encoded: bool = False
    """That content in base64url."""
    contents: tuple[int, ...] = ()
    """Places of those among the signature's contents that it covers one after the other, where it
    is not simply the only one."""


class Signature(NamedTuple):
    """One electronic signature, parsed and not believed.

    ``certificates`` are DER; with those of the file they are a pool in which paths are looked for,
    and no anchor is among them. ``unevaluated`` names what was recognised and is not judged here.
    """

    name: str
    """Which one of its file: `signature 1`, or the name its family gives it."""
    part: SignedPart
    contents: tuple[ContentClaim, ...]
    references: tuple[CertificateReference, ...]
    signer: SignerId
    stated: Stated
    timestamps: tuple[AttachedTimestamp, ...] = ()
    certificates: tuple[bytes, ...] = ()
    evidence: tuple[Item, ...] = ()
    unevaluated: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    joined: Joined | None = None
    """What is signed is not in ``part`` yet: the content is among it."""


class RefusedSignature(NamedTuple):
    """A signer whose part of the file cannot be judged, and why. The others can."""

    name: str
    finding: Finding


class SignedFile(NamedTuple):
    """A parsed, untrusted file that holds signatures. Never without one."""

    format: str
    digest: bytes
    """SHA-256 of the input."""
    signatures: tuple[Signature | RefusedSignature, ...]
    certificates: tuple[bytes, ...] = ()
    evidence: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Of the file as a whole; each signature's verdict holds them."""


class SignatureFormat(Protocol):
    """One family a file, like ``base.Format``; what it reads are signatures, not one credential."""

    @property
    def NAME(self) -> str:  # noqa: N802  a constant of the module
        """The name by which a request can force the family."""
        ...

    @property
    def FIRST_OCTETS(self) -> bytes | None:  # noqa: N802  a constant of the module
        """The octets one of which comes first where ``detect`` says yes; ``None``: any may."""
        ...

    def detect(self, data: bytes, /) -> bool:
        """Cheap look at the bytes; never raises."""
        ...

    def parse(self, data: bytes, request: Request, /) -> SignedFile:
        """Raises ``Rejection``."""
        ...
