"""CAdES baseline signatures B-B, B-T and B-LT, made with any ``Signer`` (floor 3).

For tests, samples and sandboxes: enough of EN 319 122-1, 6 to build what the verifier reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from ..algorithms import DIGESTS
from ..codec import der
from ..content import Content
from ..errors import MisuseError
from ..material import Item
from ..signer import Signer
from . import cms_attributes as cms
from .cades import COMMITMENT, CONTENT_TIME_STAMP, SIGNING_TIME
from .cms import DATA
from .cms_evidence import SIGNATURE_TIME_STAMP
from .cms_sign import (
    attribute,
    ocsp_choice,
    signed_attributes,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from .sign_common import validation_data

TimestampSource = Callable[[str, bytes], bytes]
"""(name of a digest algorithm, digest) to a TimeStampToken: a TSA, however it is reached."""


class Placement(Enum):
    """Where the content is, from the signature's point of view."""

    ATTACHED = "attached"
    DETACHED = "detached"


def sign_cades(
    content: bytes | Content,
    signer: Signer,
    *,
    placement: Placement,
    signing_time: int,
    digest: str = "sha-256",
    commitments: Iterable[str] = (),
    content_timestamps: TimestampSource | None = None,
    timestamps: TimestampSource | None = None,
    further: Iterable[bytes] = (),
    revocations: Iterable[bytes] = (),
    evidence: Iterable[Item] = (),
) -> bytes:
    """A CAdES-B-B signature in DER; B-T with a source of ``timestamps`` over the signature, B-LT
    with ``evidence`` too (CRLs and OCSP responses).

    ``content`` may be digests alone where it stays detached. ``signing_time`` is Unix seconds.
    ``further`` are more signed attributes, ``revocations`` more RevocationInfoChoices, as they are.
    Raises ``MisuseError`` where the content or its digest is not at hand.
    """
    along = validation_data(evidence)
    info = sign_info(
        content,
        signer,
        signing_time=signing_time,
        digest=digest,
        commitments=commitments,
        content_timestamps=content_timestamps,
        timestamps=timestamps,
        further=further,
    )
    if placement is Placement.ATTACHED and not isinstance(content, bytes):
        raise MisuseError("content that is attached is given as bytes")
    return signed_data(
        [info],
        content=content if placement is Placement.ATTACHED and type(content) is bytes else None,
        digests=[digest],
        certificates=(signer.certificate, *signer.chain),
        revocations=(*revocations, *along.crls, *map(ocsp_choice, along.responses)),
    )


def sign_info(
    content: bytes | Content,
    signer: Signer,
    *,
    signing_time: int | None,
    digest: str = "sha-256",
    commitments: Iterable[str] = (),
    content_timestamps: TimestampSource | None = None,
    timestamps: TimestampSource | None = None,
    further: Iterable[bytes] = (),
) -> bytes:
    """One SignerInfo with the attributes of level B-B, and the time-stamp of B-T (table 1).

    ``signing_time`` is ``None`` where the family says it elsewhere (EN 319 142-1, 6.3). Raises
    ``MisuseError`` where the signer's algorithm hashes with another digest: the one that is stated
    is that of the attributes too (RFC 5652, 5.4), and no verifier would know which of them counts.
    """
    hash = signer.algorithm.hash
    if hash is not None and hash.lower() != digest:
        raise MisuseError(f"{signer.algorithm.name} hashes with {hash}, and not with {digest}")
    whole = Content.of(content) if isinstance(content, bytes) else content
    message_digest = whole.digest(digest)
    if message_digest is None:
        raise MisuseError(f"the {digest} of the content is not at hand")
    attributes = [
        attribute(cms.CONTENT_TYPE, der.encode_oid(DATA)),
        attribute(cms.MESSAGE_DIGEST, der.tlv(der.OCTET_STRING, message_digest)),
        signing_certificate_v2(signer.certificate, digest),
        *further,
    ]
    if signing_time is not None:
        attributes.append(attribute(SIGNING_TIME, der.encode_time(signing_time)))
    named = [der.seq(der.encode_oid(commitment)) for commitment in commitments]
    if named:
        attributes.append(attribute(COMMITMENT, *named))
    if content_timestamps is not None:
        attributes.append(attribute(CONTENT_TIME_STAMP, content_timestamps(digest, message_digest)))
    signed = signed_attributes(*attributes)
    signature = signer.sign(signed)
    unsigned = []
    if timestamps is not None:
        token = timestamps(digest, DIGESTS[digest](signature))
        unsigned.append(attribute(SIGNATURE_TIME_STAMP, token))
    return signer_info(signer, signed, digest=digest, signature=signature, unsigned=unsigned)
