"""Small trust worlds and tokens for vectors, as plain data (floor 13).

Everything is TEST-ONLY and a function of its arguments: keys come from labels, ECDSA nonces from
RFC 6979, compressed streams from stored blocks, so that every vector has the same bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, Final, Protocol
from zlib import adler32

from ..codec import base45, base64url, cbor
from ..codec import json as strict_json
from ..crypto import DIGESTS, KeyType
from ..signing_crypto import SigningKey
from ..spec import SVC_EAA

MOMENT: Final = 1_793_491_200
"""2026-11-01T00:00:00Z, at which every vector asks unless it is about time."""
DAY: Final = 86_400
YEAR: Final = 365 * DAY
ISSUER: Final = "https://issuer.th.test.example"
VERIFIER: Final = "https://verifier.sg.test.example"
NONCE: Final = "TEST-ONLY-nonce-4711"
GRANTED: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel"
WITHDRAWN: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel"
VCT: Final = "https://credentials.test.example/identity"

Json = dict[str, Any]


class Signer(Protocol):
    """Whatever signs: a key, or a store of signatures that cannot be made twice."""

    def sign(self, algorithm: str, data: bytes) -> bytes: ...


# --- keys -----------------------------------------
@cache
def key(label: str = "issuer", key_type: KeyType = KeyType.P256) -> SigningKey:
    """A TEST-ONLY key that is a function of its label."""
    return SigningKey.from_seed(f"TEST-ONLY vectors {label}", key_type)


def public_jwk(label: str = "issuer", key_type: KeyType = KeyType.P256) -> Json:
    return dict(key(label, key_type).verification_key.jwk())


def jwk_identity(
    label: str = "issuer", key_type: KeyType = KeyType.P256, kid: str = "key-1"
) -> Json:
    return {"kind": "jwk", "kid": kid, "jwk": public_jwk(label, key_type)}


# --- trust -----------------------------------------
def period(status: str = "granted", uri: str = GRANTED, start: int | None = MOMENT - YEAR,
           until: int | None = None) -> Json:  # fmt: skip
    return {"status": status, "uri": uri, "from": start, "until": until}


def service(territory: str = "TH", **members: Any) -> Json:
    """A granted attestation service with one ES256 key; ``members`` replace the defaults."""
    name = territory.lower()
    return {
        "id": f"urn:test:{territory}-1",
        "entity": f"TEST-ONLY authority of {territory}",
        "name": f"TEST-ONLY issuer of {territory}",
        "type": SVC_EAA,
        "issuerIds": [f"https://issuer.{name}.test.example"],
        "identities": [jwk_identity("issuer" if territory == "TH" else f"issuer {territory}")],
        "history": [period()],
        "levels": [],
        "credentialTypes": [],
        "formats": [],
        "term": None,
        "scope": None,
        **members,
    }


def member_list(territory: str, *services: Json, **members: Any) -> Json:
    return {
        "type": "member_state",
        "territory": territory,
        "sequence": 1,
        "issued": MOMENT - 30 * DAY,
        "nextUpdate": MOMENT + 60 * DAY,
        "publication": "authoritative",
        "services": list(services),
        **members,
    }


def arrangement(recognising: str = "SG", recognised: str = "TH", **members: Any) -> Json:
    """An arrangement in force without conditions; ``stage``/``status`` set its only period."""
    stage = members.pop("stage", "in_force")
    status = members.pop("status", "enacted")
    start, until = members.pop("start", MOMENT - YEAR), members.pop("until", None)
    return {
        "id": f"test-{recognising}-{recognised}".lower(),
        "recognising": recognising,
        "recognised": recognised,
        "instrument": {
            "code": "bilateral",
            "title": "TEST-ONLY memorandum",
            "article": "art. 1",
            "verified": True,
        },
        "basis": "mutual",
        "serviceTypeMap": [{"home": SVC_EAA, "recognised": SVC_EAA}],
        "statusMap": {"valid": [GRANTED], "invalid": [WITHDRAWN]},
        "assuranceMap": [],
        "periods": [{"status": status, "stage": stage, "from": start, "until": until}],
        "from": start,
        "until": until,
        "graceUntil": None,
        "purposes": [],
        "sectors": [],
        "relyingParties": [],
        "excludedActs": [],
        "credentialTypes": [],
        "requires": [],
        "limits": {},
        "effect": "presumption_of_signatory",
        **members,
    }


def recognition_list(territory: str, *arrangements: Json, **members: Any) -> Json:
    plain = member_list(territory, type="recognition", **members)
    del plain["services"]
    return {**plain, "arrangements": list(arrangements)}


def trust(*lists: Json, missing: Sequence[Json] = ()) -> Json:
    return {"lists": list(lists), **({"missing": list(missing)} if missing else {})}


def world(**members: Any) -> Json:
    """The smallest world in which something passes: one service in TH, recognised by SG."""
    return trust(member_list("TH", service(**members)), recognition_list("SG", arrangement()))


def recognised_by(*arrangements: Json, levels: Sequence[Json] = (), **members: Any) -> Json:
    """The small world with other arrangements of SG."""
    return trust(
        member_list("TH", service(levels=list(levels), **members)),
        recognition_list("SG", *arrangements),
    )


def request_of(**members: Any) -> Json:
    """SG asks, and takes a proof of possession where one is there."""
    return {"relyingState": "SG", "holderBinding": "if_present", **members}


# --- JOSE -----------------------------------------
def segment(value: Mapping[str, Any] | bytes) -> str:
    body = value if isinstance(value, bytes) else strict_json.compact(value)
    return base64url.encode(body)


def without_none(members: Mapping[str, Any]) -> Json:
    """Members set to ``None`` are left out: the way to drop a default."""
    return {name: value for name, value in members.items() if value is not None}


def jws(payload: Mapping[str, Any] | bytes, header: Mapping[str, Any] | bytes, *,
        signer: Signer | None = None, alg: str = "ES256") -> str:  # fmt: skip
    """A compact JWS. ``alg`` is what really signs, whatever the header says."""
    message = f"{segment(header)}.{segment(payload)}"
    return f"{message}.{base64url.encode((signer or key()).sign(alg, message.encode()))}"


def vc_payload(**members: Any) -> Json:
    """A W3C VCDM 2.0 credential of a fictitious person."""
    return without_none(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "TestIdentityCredential"],
            "issuer": ISSUER,
            "validFrom": "2026-10-01T00:00:00Z",
            "validUntil": "2027-10-01T00:00:00Z",
            "credentialSubject": {
                "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
                "familyName": "TEST-ONLY Jaidee",
            },
            **members,
        }
    )


def vc_header(**members: Any) -> Json:
    return without_none({"alg": "ES256", "typ": "vc+jwt", "kid": "key-1", **members})


def vc(payload: Mapping[str, Any] | bytes | None = None, *, header: Mapping[str, Any] | None = None,
       signer: Signer | None = None, alg: str = "ES256", **members: Any) -> bytes:  # fmt: skip
    """A signed VC-JWT: ``members`` change the payload, ``header`` the protected header."""
    body = vc_payload(**members) if payload is None else payload
    return jws(body, vc_header(**(header or {})), signer=signer, alg=alg).encode()


# --- SD-JWT -----------------------------------------
def disclosure(*parts: Any) -> str:
    """One disclosure as base64url text (RFC 9901, 4.2): salt, name, value; or salt, value."""
    return base64url.encode(strict_json.compact(list(parts)))


def salt(label: str) -> str:
    """A salt of 128 bits that is a function of its label. TEST-ONLY: real ones are random."""
    return base64url.encode(sha256(f"TEST-ONLY salt {label}".encode()).digest()[:16])


def named(name: str, value: Any) -> str:
    return disclosure(salt(name), name, value)


def digest(text: str, algorithm: str = "sha-256") -> str:
    return base64url.encode(DIGESTS[algorithm](text.encode()))


def sd_payload(**members: Any) -> Json:
    """An SD-JWT VC without disclosures, bound to the holder's key."""
    return without_none(
        {
            "iss": ISSUER,
            "vct": VCT,
            "iat": MOMENT - 30 * DAY,
            "exp": MOMENT + 300 * DAY,
            "cnf": {"jwk": public_jwk("holder")},
            **members,
        }
    )


def sd_issuer(payload: Mapping[str, Any] | bytes, *, header: Mapping[str, Any] | None = None,
              signer: Signer | None = None, alg: str = "ES256") -> str:  # fmt: skip
    head = without_none({"alg": "ES256", "typ": "dc+sd-jwt", "kid": "key-1", **(header or {})})
    return jws(payload, head, signer=signer, alg=alg)


def sd_jwt(*disclosures: str, binding: Mapping[str, Any] | None = None, **members: Any) -> bytes:
    """Issuer-signed part with ``disclosures`` at the top level, and a proof where ``binding``."""
    payload = sd_payload(**members)
    if disclosures and "_sd" not in payload:
        payload["_sd"] = sorted(digest(text) for text in disclosures)
    return present(sd_issuer(payload), *disclosures, binding=binding)


def present(issued: str, *disclosures: str, binding: Mapping[str, Any] | None = None) -> bytes:
    """The presentation: parts joined by `~`; ``binding`` as ``key_binding`` takes it."""
    message = "~".join((issued, *disclosures)) + "~"
    if binding is None:
        return message.encode()
    return (message + key_binding(message, **binding)).encode()


def key_binding(message: str, *, header: Mapping[str, Any] | None = None,
                signer: Signer | None = None, alg: str = "ES256",
                **members: Any) -> str:  # fmt: skip
    """A KB-JWT over ``message`` (RFC 9901, 4.3)."""
    payload = without_none(
        {
            "aud": VERIFIER,
            "nonce": NONCE,
            "iat": MOMENT - 10,
            "sd_hash": digest(message),
            **members,
        }
    )
    head = without_none({"alg": "ES256", "typ": "kb+jwt", **(header or {})})
    return jws(payload, head, signer=signer or key("holder"), alg=alg)


def bound_request(**members: Any) -> Json:
    """A request that demands the proof ``key_binding`` makes."""
    asked = {"holderBinding": "must_be_present", "audience": VERIFIER, "nonce": NONCE, **members}
    return request_of(**without_none(asked))


# --- COSE and QR -----------------------------------------
def cose_kid(label: str = "issuer", key_type: KeyType = KeyType.P256) -> bytes:
    """First eight bytes of the key's thumbprint, by which a COSE `kid` may name it."""
    return key(label, key_type).verification_key.thumbprint[:8]


def cwt(**members: Any) -> dict[Any, Any]:
    """Claims of a CWT by label (RFC 8392, 4); ``l4=`` replaces label 4, ``None`` drops it."""
    claims: dict[Any, Any] = {
        1: "TH",
        4: MOMENT + 300 * DAY,
        6: MOMENT - 30 * DAY,
        -260: {1: {"v": [{"ci": "URN:UVCI:TEST-ONLY"}], "ver": "1.3.0", "dob": "1990-01-15",
                   "nam": {"fnt": "TEST<ONLY"}}},
    }  # fmt: skip
    changes = {int(name[1:].replace("m", "-")): value for name, value in members.items()}
    return {k: v for k, v in {**claims, **changes}.items() if v is not None}


def sign1(claims: Mapping[Any, Any] | bytes, *, protected: Mapping[Any, Any] | bytes | None = None,
          unprotected: Mapping[Any, Any] | None = None, signer: Signer | None = None,
          alg: str = "ES256", tag: int | None = 18) -> bytes:  # fmt: skip
    """A COSE_Sign1 (RFC 9052, 4.2); ``alg`` is what really signs. ``tag`` None leaves it bare."""
    head = {1: -7, 4: cose_kid()} if protected is None else protected
    raw_head = head if isinstance(head, bytes) else (cbor.dumps(dict(head)) if head else b"")
    payload = claims if isinstance(claims, bytes) else cbor.dumps(dict(claims))
    to_sign = cbor.dumps(["Signature1", raw_head, b"", payload])
    signature = (signer or key()).sign(alg, to_sign)
    body = [raw_head, dict(unprotected or {}), payload, signature]
    return cbor.dumps(body if tag is None else cbor.Tagged(tag, body, b""))


def stored(data: bytes) -> bytes:
    """A zlib stream of stored blocks (RFC 1950; RFC 1951, 3.2.4): the same bytes everywhere."""
    blocks = [data[i : i + 0xFFFF] for i in range(0, len(data), 0xFFFF)] or [b""]
    out = bytearray(b"\x78\x01")
    for number, block in enumerate(blocks):
        out.append(1 if number == len(blocks) - 1 else 0)
        out += len(block).to_bytes(2, "little") + (len(block) ^ 0xFFFF).to_bytes(2, "little")
        out += block
    return bytes(out + adler32(data).to_bytes(4, "big"))


def zeros(count: int) -> bytes:
    """A zlib stream of ``count`` zero octets, 160 times smaller: a literal, then copies of 258
    octets in a block of fixed codes (RFC 1951, 3.2.6); what is left over is literal too.
    """
    copies, rest = divmod(count - 1, 258)
    # Last block, fixed codes; literal 0; copies (length symbol 285, distance symbol 0); end.
    bits = "1" + "10" + "00110000" * (1 + rest) + ("11000101" + "00000") * copies + "0000000"
    bits += "0" * (-len(bits) % 8)
    body = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    return b"\x78\x01" + body + adler32(bytes(count)).to_bytes(4, "big")


def qr(message: bytes, *, prefix: str = "HC1:", compressed: bool = True) -> bytes:
    """The text of a QR code: prefix, base45, zlib."""
    return (prefix + base45.encode(stored(message) if compressed else message)).encode()


def hcert(**members: Any) -> bytes:
    """A good HC1 text; ``members`` as ``cwt`` takes them."""
    return qr(sign1(cwt(**members)))
