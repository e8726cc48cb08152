"""TEST-ONLY mdocs for vectors (floor 13): a good one, and every place where a fault can be put.

An mdoc is nested bytes: items inside digests inside a security object inside a signature. Each
function here makes one layer and takes what replaces its defaults.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import Any, Final

from ..codec import base64url, cbor
from ..codec.cbor import Tagged
from ..crypto import VerificationKey
from ..demo.keys import service_certificate
from ..formats.mdoc import MDL_DOCTYPE
from ..formats.mdoc_device import mac_key, openid4vp_transcript, proximity_transcript
from ..signing_crypto import AgreementKey
from .build import (
    DAY,
    MOMENT,
    NONCE,
    VERIFIER,
    Json,
    Signer,
    arrangement,
    key,
    member_list,
    recognition_list,
    request_of,
    service,
    trust,
)


def cose_point(public: VerificationKey) -> dict[int, Any]:
    """A public key on P-256 as a COSE_Key (RFC 9053, 7.1.1)."""
    jwk = public.jwk()
    return {1: 2, -1: 1, -2: base64url.decode(jwk["x"]), -3: base64url.decode(jwk["y"])}


NAMESPACE: Final = "org.iso.18013.5.1"
RESPONSE_URI: Final = f"{VERIFIER}/response"
TRANSCRIPT: Final = openid4vp_transcript(VERIFIER, NONCE, RESPONSE_URI)
READER: Final = AgreementKey.from_seed("TEST-ONLY mdoc reader")
PROXIMITY: Final = proximity_transcript(
    cbor.dumps(Tagged(24, cbor.dumps({0: "1.0", 1: [1, Tagged(24, b"\xa0")]}))),
    cbor.dumps(Tagged(24, cbor.dumps(cose_point(READER.public_key)))),
)
"""A session in proximity that began with a QR code; nothing of it but its octets matters."""
ELEMENTS: Final[Mapping[str, Any]] = {
    "family_name": "TEST-ONLY Jaidee",
    "birth_date": Tagged(1004, "1990-01-15"),
    "issuing_country": "TH",
    "document_number": "TEST-ONLY-0001",
}


def embedded(value: Any) -> Tagged:
    """#6.24(bstr .cbor value): bytes that are signed as they stand."""
    return Tagged(24, value if isinstance(value, bytes) else cbor.dumps(value))


def date(moment: int, tail: str = "Z") -> Tagged:
    from datetime import UTC, datetime

    return Tagged(0, datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S") + tail)


def item(number: int, identifier: str, value: Any, **members: Any) -> Tagged:
    """An IssuerSignedItemBytes; ``members`` replace or (``None``) drop its parts."""
    seed = sha256(f"TEST-ONLY random {identifier}".encode()).digest()[:16]
    parts = {
        "digestID": number,
        "random": seed,
        "elementIdentifier": identifier,
        "elementValue": value,
        **members,
    }
    return embedded({name: part for name, part in parts.items() if part is not None})


def items(elements: Mapping[str, Any] = ELEMENTS) -> list[Tagged]:
    return [item(number, *element) for number, element in enumerate(elements.items())]


def digest_of(entry: Tagged) -> bytes:
    return sha256(cbor.dumps(entry)).digest()


def security_object(entries: Sequence[Tagged], **members: Any) -> dict[str, Any]:
    """The MSO over ``entries``; ``members`` replace or (``None``) drop its parts."""
    parts = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {NAMESPACE: {n: digest_of(entry) for n, entry in enumerate(entries)}},
        "deviceKeyInfo": {"deviceKey": device_key()},
        "docType": MDL_DOCTYPE,
        "validityInfo": validity(),
        **members,
    }
    return {name: part for name, part in parts.items() if part is not None}


def validity(**members: Any) -> dict[str, Any]:
    parts = {
        "signed": date(MOMENT - 30 * DAY),
        "validFrom": date(MOMENT - 30 * DAY),
        "validUntil": date(MOMENT + 300 * DAY),
        **members,
    }
    return {name: part for name, part in parts.items() if part is not None}


def device_key(label: str = "device") -> dict[int, Any]:
    return cose_point(key(label).verification_key)


@cache
def signer_certificate(country: str = "TH") -> bytes:
    """A self-signed certificate of the document signer, as a list would name it."""
    return service_certificate(
        key("document signer"), country, "TEST-ONLY", "TEST-ONLY document signer"
    )


def issuer_auth(
    payload: Any,
    *,
    signer: Signer | None = None,
    protected: Mapping[Any, Any] | None = None,
    unprotected: Mapping[Any, Any] | None = None,
) -> list[Any]:
    """The COSE_Sign1 over an MSO (or over whatever ``payload`` is)."""
    head = cbor.dumps(dict(protected if protected is not None else {1: -7}))
    body = payload if isinstance(payload, bytes) else cbor.dumps(embedded(payload))
    signed = cbor.dumps(["Signature1", head, b"", body])
    chain = {33: signer_certificate()} if unprotected is None else dict(unprotected)
    return [head, chain, body, (signer or key("document signer")).sign("ES256", signed)]


def issuer_signed(
    entries: Sequence[Tagged] | None = None,
    *,
    shown: Mapping[str, Any] | None = None,
    auth: list[Any] | None = None,
    **mso: Any,
) -> dict[str, Any]:
    """IssuerSigned: ``entries`` are signed; ``shown`` (if given) is what is presented instead."""
    own = items() if entries is None else list(entries)
    spaces = {NAMESPACE: own} if shown is None else dict(shown)
    return {
        "nameSpaces": spaces,
        "issuerAuth": auth if auth is not None else issuer_auth(security_object(own, **mso)),
    }


def _authentication(transcript: bytes, doctype: str, names: Tagged) -> bytes:
    structure = b"".join(
        (b"\x84", cbor.dumps("DeviceAuthentication"), transcript, cbor.dumps(doctype),
         cbor.dumps(names))
    )  # fmt: skip
    return cbor.dumps(embedded(structure))


def device_auth(
    transcript: bytes = TRANSCRIPT,
    doctype: str = MDL_DOCTYPE,
    names: Tagged | None = None,
    signer: Signer | None = None,
) -> dict[str, Any]:
    """The device's signature over DeviceAuthenticationBytes (ISO/IEC 18013-5, 9.1.3.4)."""
    head = cbor.dumps({1: -7})
    payload = _authentication(transcript, doctype, names or embedded({}))
    signed = cbor.dumps(["Signature1", head, b"", payload])
    return {"deviceSignature": [head, {}, None, (signer or key("device")).sign("ES256", signed)]}


def device_mac(
    transcript: bytes = PROXIMITY,
    doctype: str = MDL_DOCTYPE,
    names: Tagged | None = None,
    *,
    reader: AgreementKey | None = None,
    device: str = "device",
    protected: Mapping[Any, Any] | None = None,
) -> dict[str, Any]:
    """The device's MAC over the same octets (9.1.3.5), made with the reader's private key: either
    side has both halves of what it takes."""
    head = cbor.dumps({1: 5} if protected is None else dict(protected))
    payload = _authentication(transcript, doctype, names or embedded({}))
    key_ = mac_key(reader or READER, key(device).verification_key, transcript)
    covered = cbor.dumps(["MAC0", head, b"", payload])
    return {"deviceMac": [head, {}, None, hmac_digest(key_, covered, "sha256")]}


def device_signed(
    names: Tagged | None = None, auth: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    body = names or embedded({})
    return {"nameSpaces": body, "deviceAuth": auth or device_auth(names=body)}


def response(
    signed: Mapping[str, Any] | None = None,
    *,
    doctype: str = MDL_DOCTYPE,
    device: Mapping[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """A DeviceResponse with one document; ``members`` replace or (``None``) drop its parts."""
    document = {
        "docType": doctype,
        "issuerSigned": signed or issuer_signed(),
        "deviceSigned": device or device_signed(),
    }
    parts = {"version": "1.0", "documents": [document], "status": 0, **members}
    return {name: part for name, part in parts.items() if part is not None}


def text(value: Any, change: Callable[[bytes], bytes] = lambda data: data) -> bytes:
    """As OpenID4VP carries it; ``change`` may alter the CBOR first."""
    data = value if isinstance(value, bytes) else cbor.dumps(value)
    return base64url.encode(change(data)).encode()


# --- trust and request -----------------------------------------
def mdoc_world(
    certificate: bytes | None = None,
    territory: str = "TH",
    others: Sequence[Json] = (),
    **members: Any,
) -> Json:
    """Thailand lists the document signer's certificate; Singapore recognises Thailand.

    ``others`` are further lists; ``members`` change the one service.
    """
    der = signer_certificate() if certificate is None else certificate
    identity = {"kind": "x509", "certificate": b64encode(der).decode()}
    listed = service(territory, identities=[identity], **members)
    return trust(
        member_list(territory, listed),
        recognition_list("SG", arrangement("SG", territory)),
        *others,
    )


def mdoc_request(transcript: bytes | None = TRANSCRIPT, **members: Any) -> Json:
    """A request that demands the device's proof, with the transcript it must cover."""
    asked = {"holderBinding": "must_be_present", **members}
    if transcript is not None:
        asked["sessionTranscript"] = b64encode(transcript).decode()
    return request_of(**asked)
