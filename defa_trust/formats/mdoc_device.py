"""The device's part of an mdoc: what it signed, and the transcripts it signed it in (floor 3).

The device signs the transcript of the session together with the document type and the namespaces it
adds. So the request must give that transcript; the two that OpenID4VP defines are built here from
what a verifier put into its own request.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..codec import cbor
from ..codec.cbor import Tagged
from ..codes import mdoc as codes
from ..crypto import VerificationKey
from ..errors import Rejection
from ..request import Request
from ..verdict import Finding
from .base import HolderProof, KeyHint, PartRole, SignedPart
from .cose import read_sign1

_CONTEXT: Final = "DeviceAuthentication"
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
    """The device's signature over DeviceAuthenticationBytes (9.1.3.4).

    A MAC (9.1.3.5), or a request without transcript, leaves a proof that cannot be checked.
    """
    if len(auth) != 1 or not auth.keys() <= {"deviceSignature", "deviceMac"}:
        raise Rejection(codes.DEVICE_SIGNED, actual="one of signature and MAC is expected")
    try:
        key = VerificationKey.from_cose_key(device.cose_key)
    except Rejection as refusal:
        raise Rejection(codes.DEVICE_KEY, actual=refusal.code.id) from None
    if "deviceMac" in auth:
        return _unchecked(key, Finding(codes.DEVICE_MAC, subject="holder"))
    transcript = request.session_transcript
    detached = b"" if transcript is None else _authentication(transcript, doctype, namespaces)
    message = read_sign1(auth["deviceSignature"], frozenset(), detached=detached)
    if transcript is None:
        return _unchecked(key, Finding(codes.TRANSCRIPT_MISSING, subject="holder"))
    part = SignedPart(
        PartRole.HOLDER, message.signed_bytes(), message.signature, message.algorithms, _NO_HINT
    )
    return HolderProof(part, key, None, None, None, by_transcript=True)


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


def dc_api_transcript(origin: str, nonce: str, jwk_thumbprint: bytes | None = None) -> bytes:
    """SessionTranscript of a presentation over the Digital Credentials API (1.0, B.2.6.2)."""
    return _handover("OpenID4VPDCAPIHandover", [origin, nonce, jwk_thumbprint])


def _handover(name: str, info: list[Any]) -> bytes:
    return cbor.dumps([None, None, [name, sha256(cbor.dumps(info)).digest()]])
