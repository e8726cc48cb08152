"""Issuing TEST-ONLY status lists in each form (floor 13), byte for byte reproducible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..algorithms import JOSE_ALGORITHMS
from ..codec import base64url, cbor
from ..trustlist.documents import time_text
from .issue import VCDM_2, issue_jws
from .keys import Signer
from .packing import gzip_packed, pack_bitstring, pack_token_list, zlib_packed
from .plans import DAY

MADE: Final = -3600
"""When a list was made, in seconds from the region's moment."""
TTL: Final = DAY
EXPIRES: Final = 7 * DAY
_COUNT: Final = 1024
"""Entries of a token status list of the region."""


def issue_token_list(
    uri: str, values: Mapping[int, int], signer: Signer, at: int, *, bits: int = 2, **claims: Any
) -> bytes:
    """A Token Status List as JWT (draft-ietf-oauth-status-list-21, 5.1)."""
    payload = {
        "sub": uri,
        "iat": at + MADE,
        "exp": at + EXPIRES,
        "ttl": TTL,
        "status_list": {
            "bits": bits,
            "lst": base64url.encode(zlib_packed(pack_token_list(values, bits, _COUNT))),
        },
        **claims,
    }
    return issue_jws({"typ": "statuslist+jwt"}, payload, signer, uri).encode()


def issue_token_list_cwt(uri: str, values: Mapping[int, int], signer: Signer, at: int) -> bytes:
    """The same as CWT (5.2), with one bit an entry."""
    (algorithm, *_) = JOSE_ALGORITHMS[signer.algorithm]
    protected = cbor.dumps(
        {1: algorithm.cose, 4: signer.cose_kid, 16: "application/statuslist+cwt"}
    )
    packed = zlib_packed(pack_token_list(values, 1, _COUNT))
    payload = cbor.dumps(
        {
            2: uri,
            6: at + MADE,
            4: at + EXPIRES,
            65534: TTL,
            65533: {"bits": 1, "lst": packed},
        }
    )
    signature = signer.sign(cbor.dumps(["Signature1", protected, b"", payload]), uri)
    return cbor.dumps(cbor.Tagged(18, [protected, {}, payload, signature]))


def issue_bitstring_list(
    uri: str,
    values: Mapping[int, int],
    signer: Signer,
    at: int,
    *,
    issuer: str,
    purpose: str = "revocation",
    **members: Any,
) -> bytes:
    """A W3C BitstringStatusListCredential secured by a JWT."""
    credential = {
        "@context": [VCDM_2],
        "id": uri,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": time_text(at + MADE),
        "validUntil": time_text(at + EXPIRES),
        "credentialSubject": {
            "id": f"{uri}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "ttl": TTL * 1000,
            "encodedList": "u" + base64url.encode(gzip_packed(pack_bitstring(values))),
        },
        **members,
    }
    return issue_jws({"typ": "vc+jwt", "cty": "vc"}, credential, signer, uri).encode()
