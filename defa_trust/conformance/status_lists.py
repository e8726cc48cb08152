"""Status lists and the references to them, for vectors and tests (floor 13).

TEST-ONLY plain data, a function of its arguments, compressed the same on every machine.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from ..codec import base64url
from ..demo.packing import gzip_packed, pack_bitstring, pack_token_list, zlib_packed
from ..spec import SVC_PID_ISSUANCE
from .build import (
    DAY,
    ISSUER,
    MOMENT,
    Json,
    Signer,
    arrangement,
    cose_kid,
    jws,
    member_list,
    recognition_list,
    service,
    sign1,
    trust,
    vc_header,
    without_none,
)

URI: Final = "https://status.th.test.example/1"
OTHER_URI: Final = "https://status.th.test.example/2"
INDEX: Final = 7
"""The place of the credential in every list."""
COUNT: Final = 64
"""Entries of a token status list here; a real one has many more."""
TTL: Final = DAY
EMPTY: Final[Mapping[int, int]] = {}


# --- references -----------------------------------------
def token_reference(idx: Any = INDEX, uri: Any = URI, **more: Any) -> Json:
    """The claim `status` of a referenced token (Token Status List, 6.2)."""
    return {"status_list": without_none({"idx": idx, "uri": uri, **more})}


def bitstring_entry(index: Any = str(INDEX), uri: Any = URI, **members: Any) -> Json:
    """A BitstringStatusListEntry (W3C Bitstring Status List 1.0, 2.1)."""
    return without_none(
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": uri,
            **members,
        }
    )


# --- token status lists -----------------------------------------
def compressed(values: Mapping[int, int] = EMPTY, bits: int = 1, count: int = COUNT) -> bytes:
    return zlib_packed(pack_token_list(values, bits, count))


def token_claims(lst: bytes | str | None = None, bits: Any = 1, **members: Any) -> Json:
    """Claims of a status list in JWT form; ``None`` drops one. By default every entry is 0."""
    packed = compressed() if lst is None else lst
    text = packed if isinstance(packed, str) else base64url.encode(packed)
    return without_none(
        {
            "sub": URI,
            "iat": MOMENT - 3600,
            "exp": MOMENT + 30 * DAY,
            "ttl": TTL,
            "status_list": {"bits": bits, "lst": text},
            **members,
        }
    )


def token_jwt(claims: Mapping[str, Any] | bytes | None = None, *,
              header: Mapping[str, Any] | None = None, signer: Signer | None = None,
              alg: str = "ES256", **members: Any) -> bytes:  # fmt: skip
    """A status list in JWT form (5.1): ``members`` change its claims, ``header`` its header."""
    body = token_claims(**members) if claims is None else claims
    head = without_none({"alg": "ES256", "typ": "statuslist+jwt", "kid": "key-1", **(header or {})})
    return jws(body, head, signer=signer, alg=alg).encode()


def listing(values: Mapping[int, int], bits: int = 1, **more: Any) -> bytes:
    """A status list in JWT form that holds ``values`` by place."""
    return token_jwt(lst=compressed(values, bits), bits=bits, **more)


def token_cwt(values: Mapping[int, int] = EMPTY, bits: Any = 1, *,
              protected: Mapping[Any, Any] | None = None, signer: Signer | None = None,
              tag: int | None = 18, lst: Any = None,
              claims: Mapping[Any, Any] | None = None) -> bytes:  # fmt: skip
    """A status list in CWT form (5.2); ``claims`` by label replace the defaults, ``None`` drops."""
    width = bits if type(bits) is int and bits in (1, 2, 4, 8) else 1
    packed = compressed(values, width) if lst is None else lst
    body: dict[Any, Any] = {
        2: URI,
        6: MOMENT - 3600,
        4: MOMENT + 30 * DAY,
        65534: TTL,
        65533: {"bits": bits, "lst": packed},
        **(claims or {}),
    }
    head: dict[Any, Any] = {
        1: -7,
        4: cose_kid(),
        16: "application/statuslist+cwt",
        **(protected or {}),
    }
    return sign1(
        {label: value for label, value in body.items() if value is not None},
        protected={label: value for label, value in head.items() if value is not None},
        signer=signer,
        tag=tag,
    )


# --- bitstring status lists -----------------------------------------
def bitstring_claims(values: Mapping[int, int] = EMPTY, *, size: int = 1,
                     packed: bytes | None = None, subject: Mapping[str, Any] | None = None,
                     **members: Any) -> Json:  # fmt: skip
    """A BitstringStatusListCredential (2.2); ``subject`` and ``members`` change it."""
    octets = gzip_packed(pack_bitstring(values, size)) if packed is None else packed
    return without_none(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": URI,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": ISSUER,
            "validFrom": "2026-10-31T23:00:00Z",
            "validUntil": "2026-12-01T00:00:00Z",
            "credentialSubject": without_none(
                {
                    "id": f"{URI}#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": "revocation",
                    "encodedList": "u" + base64url.encode(octets),
                    **(subject or {}),
                }
            ),
            **members,
        }
    )


def bitstring(values: Mapping[int, int] = EMPTY, *, header: Mapping[str, Any] | None = None,
              signer: Signer | None = None, **more: Any) -> bytes:  # fmt: skip
    return jws(
        bitstring_claims(values, **more), vc_header(**(header or {})), signer=signer
    ).encode()


# --- evidence and worlds -----------------------------------------
def evidence(octets: bytes, uri: str = URI, fetched: int | None = None) -> Json:
    """A vector's piece of evidence."""
    shape: Json = {"kind": "status_list", "uri": uri}
    if fetched is not None:
        shape["fetched"] = fetched
    if all(0x20 <= octet < 0x7F for octet in octets):
        return {**shape, "data": octets.decode("ascii")}
    return {**shape, "base64": b64encode(octets).decode("ascii")}


def identity_world(*others: Json, **members: Any) -> Json:
    """A PID issuer of TH and, beside it in its list, ``others``; recognised by SG."""
    own = service(type=SVC_PID_ISSUANCE, **members)
    mapped = [{"home": SVC_PID_ISSUANCE, "recognised": SVC_PID_ISSUANCE}]
    return trust(
        member_list("TH", own, *others),
        recognition_list("SG", arrangement(serviceTypeMap=mapped)),
    )


def of_two_states(other: Json) -> Json:
    """The small world, and a service of MY beside it."""
    return trust(
        member_list("TH", service()),
        member_list("MY", other),
        recognition_list("SG", arrangement()),
    )


__all__ = [
    "COUNT",
    "INDEX",
    "OTHER_URI",
    "TTL",
    "URI",
    "bitstring",
    "bitstring_claims",
    "bitstring_entry",
    "compressed",
    "evidence",
    "identity_world",
    "listing",
    "of_two_states",
    "token_claims",
    "token_cwt",
    "token_jwt",
    "token_reference",
]
