"""Issuing and presenting TEST-ONLY mdocs (floor 13), byte for byte reproducible.

Salts come from labels and ECDSA nonces from RFC 6979. A real issuer's `random` must be random
(ISO/IEC 18013-5, 9.1.2.5), or a digest tells what it hides.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..codec import base64url, cbor
from ..codec.cbor import Tagged
from ..crypto import VerificationKey
from ..formats.cose import HMAC_256
from ..formats.mdoc_device import mac_key
from ..signing_crypto import AgreementKey, SigningKey
from .keys import Signer

NAMESPACE: Final = "org.iso.18013.5.1"
_ES256: Final = {1: -7}
_X5CHAIN: Final = 33


class IssuedMdoc(NamedTuple):
    """An issuer's signed security object and the items it holds digests of, by element."""

    doctype: str
    issuer_auth: list[Any]
    items: Mapping[str, Tagged]

    def signed(self, names: Collection[str] | None = None) -> dict[str, Any]:
        """IssuerSigned with the named elements (all by default)."""
        shown = [item for name, item in self.items.items() if names is None or name in names]
        return {"nameSpaces": {NAMESPACE: shown}, "issuerAuth": self.issuer_auth}

    def present(
        self,
        transcript: bytes,
        holder: SigningKey,
        names: Collection[str] | None = None,
        *,
        reader: VerificationKey | None = None,
    ) -> bytes:
        """A DeviceResponse as OpenID4VP carries it, signed by the device for this session; with the
        key of a ``reader`` in proximity the device makes a MAC instead."""
        own = Tagged(24, cbor.dumps({}))
        structure = b"\x84" + b"".join(
            (
                cbor.dumps("DeviceAuthentication"),
                transcript,
                cbor.dumps(self.doctype),
                cbor.dumps(own),
            )
        )
        if reader is None:
            proof = _sign1(Tagged(24, structure), {}, holder)
            proof[2] = None
            auth = {"deviceSignature": proof}
        else:
            head, covered = cbor.dumps({1: HMAC_256}), cbor.dumps(Tagged(24, structure))
            key = mac_key(AgreementKey(holder.private_key), reader, transcript)
            data = cbor.dumps(["MAC0", head, b"", covered])
            auth = {"deviceMac": [head, {}, None, hmac.digest(key, data, "sha256")]}
        document = {
            "docType": self.doctype,
            "issuerSigned": self.signed(names),
            "deviceSigned": {"nameSpaces": own, "deviceAuth": auth},
        }
        return encoded({"version": "1.0", "documents": [document], "status": 0})


def issue_mdoc(
    doctype: str,
    elements: Mapping[str, Any],
    signer: Signer,
    holder: SigningKey,
    *,
    signed: int,
    until: int,
) -> IssuedMdoc:
    """An mdoc with ``elements`` of the one namespace; ``signed`` and ``until`` are Unix seconds."""
    items = {
        name: Tagged(
            24,
            cbor.dumps(
                {
                    "digestID": number,
                    "random": sha256(f"TEST-ONLY random {doctype} {name}".encode()).digest()[:16],
                    "elementIdentifier": name,
                    "elementValue": value,
                }
            ),
        )
        for number, (name, value) in enumerate(elements.items())
    }
    point = holder.verification_key.jwk()
    security_object = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {
            NAMESPACE: {
                number: sha256(cbor.dumps(item)).digest()
                for number, item in enumerate(items.values())
            }
        },
        "deviceKeyInfo": {
            "deviceKey": {
                1: 2, -1: 1, -2: base64url.decode(point["x"]), -3: base64url.decode(point["y"])
            }
        },
        "docType": doctype,
        "validityInfo": {
            "signed": _date(signed), "validFrom": _date(signed), "validUntil": _date(until)
        },
    }  # fmt: skip
    payload = Tagged(24, cbor.dumps(security_object))
    return IssuedMdoc(doctype, _sign1(payload, {_X5CHAIN: signer.certificate}, signer.key), items)


def encoded(value: Any) -> bytes:
    """base64url of the CBOR, as text protocols carry it (OpenID4VP 1.0, B.2)."""
    return base64url.encode(cbor.dumps(value)).encode()


def _sign1(payload: Tagged, unprotected: Mapping[int, Any], key: SigningKey) -> list[Any]:
    protected, body = cbor.dumps(_ES256), cbor.dumps(payload)
    signature = key.sign("ES256", cbor.dumps(["Signature1", protected, b"", body]))
    return [protected, dict(unprotected), body, signature]


def _date(moment: int) -> Tagged:
    return Tagged(0, datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
