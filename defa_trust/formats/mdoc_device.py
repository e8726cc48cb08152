"""The device's part of an mdoc: what it signed, and the transcripts it signed it in (floor 3).

The device signs the transcript of the session together with the document type and the namespaces it
adds, or makes a MAC over them with a key that it agreed on with the reader. So the request gives
that transcript, and for a MAC the reader's own key; the two transcripts that OpenID4VP defines are
built here from what a verifier put into its own request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..codec import cbor
from ..codec.cbor import Deviation, Tagged
from ..codes import mdoc as codes
from ..crypto import KeyType, VerificationKey
from ..errors import Rejection
from ..request import Request
from ..verdict import Finding
from .base import HolderProof, KeyHint, MacPart, PartRole, SignedPart
from .cose import read_mac0, read_sign1

if TYPE_CHECKING:
    from ..signing_crypto import AgreementKey

TOLERATED: Final = frozenset({Deviation.UNSORTED_KEYS})
"""What an encoding may have beyond deterministic CBOR: nobody cuts other octets out of it."""

_CONTEXT: Final = "DeviceAuthentication"
_MAC_KEY: Final = b"EMacKey"
_NO_HINT: Final = KeyHint()


class DeviceKey(NamedTuple):
    """The key (COSE_Key) that the issuer bound the document to, and what it may sign (9.1.2.4).

    The key is imported only where the device's part is there: that costs more than reading it.
    """

    cose_key: Mapping[Any, Any]
    namespaces: frozenset[str]
    elements: Mapping[str, frozenset[str]]


def device_names(namespaces: Mapping[Any, Any], device: DeviceKey) -> dict[str, dict[str, Any]]:
    """The elements that the device signed by itself. Raises ``Rejection`` for one it may not."""
    for namespace, elements in namespaces.items():
        if type(namespace) is not str or type(elements) is not dict or not elements:
            raise Rejection(codes.DEVICE_SIGNED, actual="its namespaces")
        if namespace in device.namespaces:
            continue
        allowed = device.elements.get(namespace, frozenset())
        if not allowed.issuperset(elements):
            raise Rejection(codes.DEVICE_UNAUTHORISED, actual=namespace)
    return dict(namespaces)


def device_proof(
    auth: Mapping[Any, Any],
    doctype: str,
    namespaces: Tagged,
    device: DeviceKey,
    request: Request,
) -> HolderProof:
    """The device's signature over DeviceAuthenticationBytes (9.1.3.4), or its MAC (9.1.3.5).

    A request without transcript, or for a MAC without the reader's key, leaves a proof that cannot
    be checked.
    """
    if len(auth) != 1 or not auth.keys() <= {"deviceSignature", "deviceMac"}:
        raise Rejection(codes.DEVICE_SIGNED, actual="one of signature and MAC is expected")
    try:
        key = VerificationKey.from_cose_key(device.cose_key)
    except Rejection as refusal:
        raise Rejection(codes.DEVICE_KEY, actual=refusal.code.id) from None
    transcript = request.session_transcript
    detached = b"" if transcript is None else _authentication(transcript, doctype, namespaces)
    if "deviceMac" in auth:
        return _mac_proof(auth["deviceMac"], detached, key, request)
    message = read_sign1(auth["deviceSignature"], frozenset(), detached=detached)
    check_encoding(message.deviations)
    if transcript is None:
        return _unchecked(key, Finding(codes.TRANSCRIPT_MISSING, subject="holder"))
    part = SignedPart(
        PartRole.HOLDER, message.signed_bytes(), message.signature, message.algorithms, _NO_HINT
    )
    return HolderProof(part, key, None, None, None, by_transcript=True)


def _mac_proof(mac: object, detached: bytes, key: VerificationKey, request: Request) -> HolderProof:
    message = read_mac0(mac, detached)
    check_encoding(message.deviations)
    reader, transcript = request.reader_key, request.session_transcript
    if reader is None:
        return _unchecked(key, Finding(codes.DEVICE_MAC, subject="holder"))
    if transcript is None:
        return _unchecked(key, Finding(codes.TRANSCRIPT_MISSING, subject="holder"))
    if key.key_type is not KeyType.P256:
        curves = (KeyType.P256.value, key.key_type.value)
        return _unchecked(key, Finding(codes.DEVICE_MAC_CURVE, *curves, subject="holder"))
    part = MacPart(message.data, message.tag, mac_key(reader, key, transcript))
    return HolderProof(None, key, None, None, None, by_transcript=True, mac=part)


def mac_key(mine: AgreementKey, theirs: VerificationKey, transcript: bytes) -> bytes:
    """EMacKey of a session (9.1.3.5), the same from either side: HKDF (RFC 5869) with SHA-256, its
    salt the digest of SessionTranscriptBytes. Raises ``Rejection`` for a key on another curve."""
    salt = sha256(cbor.dumps(Tagged(24, transcript))).digest()
    extracted = hmac_digest(salt, mine.agree(theirs.jwk()), "sha256")
    return hmac_digest(extracted, _MAC_KEY + b"\x01", "sha256")


def check_encoding(deviations: Collection[Deviation]) -> None:
    """Raises ``Rejection`` where two readers could cut different octets out of an encoding."""
    if not TOLERATED.issuperset(deviations):
        names = sorted(deviation.value for deviation in deviations if deviation not in TOLERATED)
        raise Rejection(codes.ENCODING, actual=tuple(names))


def _unchecked(key: VerificationKey, why: Finding) -> HolderProof:
    return HolderProof(None, key, None, None, None, obstacle=why)


def _authentication(transcript: bytes, doctype: str, namespaces: Tagged) -> bytes:
    """DeviceAuthenticationBytes: transcript and namespaces as they are, nothing re-encoded."""
    authentication = b"".join(
        (
            b"\x84",
            cbor.dumps(_CONTEXT),
            transcript,
            cbor.dumps(doctype),
            b"\xd8\x18",
            namespaces.raw,
        )
    )
    return cbor.dumps(Tagged(24, authentication))


# --- transcripts ---------------------------------------------------------------------------------
def openid4vp_transcript(
    client_id: str, nonce: str, response_uri: str, jwk_thumbprint: bytes | None = None
) -> bytes:
    """SessionTranscript of a redirect-based presentation (OpenID4VP 1.0, B.2.6.1).

    ``jwk_thumbprint`` is the SHA-256 thumbprint (RFC 7638) of the key that the response was
    encrypted to, ``None`` for a response that was not.
    """
    info = [client_id, nonce, jwk_thumbprint, response_uri]
    return _handover("OpenID4VPHandover", info)


def proximity_transcript(engagement: bytes, reader_key: bytes, handover: bytes = b"\xf6") -> bytes:
    """SessionTranscript of a presentation in proximity (ISO/IEC 18013-5, 9.1.5.1).

    The three as they were exchanged, octet for octet: DeviceEngagementBytes and EReaderKeyBytes
    (tag 24 in front of both), and the handover, which is null where a QR code was shown.
    """
    return b"\x83" + engagement + reader_key + handover


def dc_api_transcript(origin: str, nonce: str, jwk_thumbprint: bytes | None = None) -> bytes:
    """SessionTranscript of a presentation over the Digital Credentials API (1.0, B.2.6.2)."""
    return _handover("OpenID4VPDCAPIHandover", [origin, nonce, jwk_thumbprint])


def _handover(name: str, info: list[Any]) -> bytes:
    return cbor.dumps([None, None, [name, sha256(cbor.dumps(info)).digest()]])
