"""RFC 3161 time-stamp tokens, made with a key at hand (floor 3): for tests and sandboxes."""

from __future__ import annotations

from datetime import UTC, datetime

from ..algorithm_ids import digest_identifier
from ..algorithms import DIGESTS
from ..codec import der
from ..codec.der import context
from ..signer import Signer
from . import cms_attributes as cms
from .cades_sign import TimestampSource
from .cms_sign import (
    attribute,
    signed_attributes,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from .tst import TST_INFO


def tst_info(
    digest: bytes,
    *,
    gen_time: int,
    algorithm: str = "sha-256",
    policy: str = "2.999.1",
    serial: int = 1,
    fraction: str = "",
    accuracy: tuple[int, int, int] | None = (1, 0, 0),
    ordering: bool = False,
    nonce: int | None = None,
    tsa: bytes | None = None,
) -> bytes:
    """TSTInfo (RFC 3161, 2.4.2). ``accuracy`` is (seconds, milliseconds, microseconds); ``tsa`` a
    DER Name; ``fraction`` the digits of genTime behind the seconds."""
    when = datetime.fromtimestamp(gen_time, UTC).strftime("%Y%m%d%H%M%S")
    text = f"{when}.{fraction}Z" if fraction else f"{when}Z"
    return der.seq(
        der.encode_integer(1),
        der.encode_oid(policy),
        der.seq(digest_identifier(algorithm), der.tlv(der.OCTET_STRING, digest)),
        der.encode_integer(serial),
        der.tlv(der.GENERALIZED_TIME, text.encode()),
        b"" if accuracy is None else _accuracy(*accuracy),
        der.encode_boolean(True) if ordering else b"",
        b"" if nonce is None else der.encode_integer(nonce),
        b"" if tsa is None else der.tlv(context(0), der.tlv(context(4), tsa)),
    )


def _accuracy(seconds: int, millis: int, micros: int) -> bytes:
    return der.seq(
        der.encode_integer(seconds) if seconds else b"",
        der.encode_integer(millis, context(0, constructed=False)) if millis else b"",
        der.encode_integer(micros, context(1, constructed=False)) if micros else b"",
    )


def sign_token(signer: Signer, info: bytes, *, digest: str = "sha-256", **more: bytes) -> bytes:
    """A TimeStampToken over TSTInfo (RFC 3161, 2.4.2), its certificate named by ESSCertIDv2.

    ``more`` may replace whole attributes by their name: ``message_digest``, ``content_type``,
    ``signing_certificate``; an empty one is left out.
    """
    parts = {
        "content_type": attribute(cms.CONTENT_TYPE, der.encode_oid(TST_INFO)),
        "message_digest": attribute(
            cms.MESSAGE_DIGEST, der.tlv(der.OCTET_STRING, DIGESTS[digest](info))
        ),
        "signing_certificate": signing_certificate_v2(signer.certificate),
        **more,
    }
    signed = signed_attributes(*(part for part in parts.values() if part))
    return signed_data(
        [signer_info(signer, signed, digest=digest)],
        content=info,
        content_type=TST_INFO,
        digests=[digest],
        certificates=(signer.certificate, *signer.chain),
    )


def authority(signer: Signer, gen_time: int, *, policy: str = "2.999.1") -> TimestampSource:
    """A TSA whose clock stands at ``gen_time``. The same input gives the same token."""

    def source(algorithm: str, digest: bytes) -> bytes:
        serial = int.from_bytes(digest[:7]) + 1
        info = tst_info(
            digest, gen_time=gen_time, algorithm=algorithm, policy=policy, serial=serial
        )
        return sign_token(signer, info)

    return source
