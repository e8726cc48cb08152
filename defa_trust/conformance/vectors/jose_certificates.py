"""Certificates: listed ones anchor by their octets, those in a message only select. RSA keys."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from ...codec import base64url
from ...demo.keys import service_certificate
from ...publish import tl_signer_certificate
from ..build import (
    DAY,
    MOMENT,
    YEAR,
    jwk_identity,
    key,
    vc,
    world,
)
from ..kept import KeptKey, rsa_key
from ..registry import Case, Group

_group = Group("jose", features=("es256", "vc-jwt", "x509"), twin="certificate_by_digest")
_rsa = Group("jose", features=("rs256", "vc-jwt"), twin="rs256")
_NAME = "TEST-ONLY issuer of TH"


def _certificate(label: str = "issuer") -> bytes:
    """Certificates of different keys share subject and serial number: neither identifies."""
    return service_certificate(key(label), "TH", _NAME, _NAME)


def _dated(start: int, end: int) -> bytes:
    return tl_signer_certificate(
        key(), territory="TH", operator=_NAME, not_before=start, not_after=end, common_name=_NAME
    )


def _listing(*certificates: bytes) -> dict[str, Any]:
    return world(
        identities=[
            {"kind": "x509", "certificate": b64encode(der).decode()} for der in certificates
        ]
    )


def _named(der: bytes, signer: str = "issuer", **header: Any) -> bytes:
    """A token that points to ``der`` by its digest."""
    digest = base64url.encode(sha256(der).digest())
    return vc(header={"kid": None, "x5t#S256": digest, **header}, signer=key(signer))


def _x5c(*chain: bytes) -> list[str]:
    return [b64encode(der).decode() for der in chain]


@_group.vector("RFC 7515, 4.1.8")
def certificate_by_digest() -> Case:
    """The list holds the signer's certificate; the token names it by its SHA-256."""
    return Case(_named(_certificate()), _listing(_certificate()))


@_group.vector("RFC 7515, 4.1.6")
def certificate_in_x5c() -> Case:
    """The list holds the signer's certificate, and the token carries it in `x5c`."""
    token = vc(header={"kid": None, "x5c": _x5c(_certificate())})
    return Case(token, _listing(_certificate()))


@_group.vector(
    "RFC 7515, 4.1.6",
    "resolve.certificate_unlisted",
    twin="certificate_in_x5c",
    notes="Whatever leaf sits in `x5c` is trusted.",
)
def x5c_unlisted_leaf() -> Case:
    """The attacker's certificate sits in `x5c`, with the listed one's subject and serial number."""
    foreign = _certificate("attacker")
    token = vc(header={"kid": None, "x5c": _x5c(foreign)}, signer=key("attacker"))
    return Case(token, _listing(_certificate()))


@_group.vector(
    "RFC 7515, 4.1.6",
    "resolve.certificate_unlisted",
    twin="certificate_in_x5c",
    notes="A root found inside `x5c` is used as an anchor.",
)
def x5c_with_the_listed_one_behind() -> Case:
    """The attacker's certificate comes first in `x5c`, and the listed one follows as its issuer."""
    foreign = _certificate("attacker")
    token = vc(header={"kid": None, "x5c": _x5c(foreign, _certificate())}, signer=key("attacker"))
    return Case(token, _listing(_certificate()))


@_group.vector("RFC 7515, 4.1.6", "crypto.signature_invalid", twin="certificate_in_x5c")
def x5c_listed_but_another_signed() -> Case:
    """The listed certificate sits in `x5c`, and another key signed."""
    token = vc(header={"kid": None, "x5c": _x5c(_certificate())}, signer=key("attacker"))
    return Case(token, _listing(_certificate()))


@_group.vector(
    "RFC 7515, 4.1.8",
    "jose.certificate_mismatch",
    notes="One reference is checked, the other is used.",
)
def x5c_and_digest_disagree() -> Case:
    """`x5t#S256` names the listed certificate, `x5c` holds another."""
    token = _named(_certificate(), x5c=_x5c(_certificate("attacker")))
    return Case(token, _listing(_certificate()))


@_group.vector("RFC 7515, 4.1.6", "base64.not_canonical", twin="certificate_in_x5c")
def x5c_in_base64url() -> Case:
    """`x5c` is written in the URL-safe alphabet, which the clause does not allow."""
    text = base64url.encode(_certificate())
    assert "-" in text or "_" in text
    return Case(vc(header={"kid": None, "x5c": [text]}), _listing(_certificate()))


@_group.vector("RFC 5280, 4.1.2.5")
def certificate_last_second() -> Case:
    """The listed certificate ends with this very second, which still belongs to it."""
    der = _dated(MOMENT - YEAR, MOMENT)
    return Case(_named(der), _listing(der))


@_group.vector(
    "RFC 5280, 4.1.2.5",
    "certificate.expired",
    twin="certificate_last_second",
    notes="The anchor's own validity is ignored.",
)
def certificate_expired() -> Case:
    """The listed certificate ended a second ago."""
    der = _dated(MOMENT - YEAR, MOMENT - 1)
    return Case(_named(der), _listing(der))


@_group.vector("RFC 5280, 4.1.2.5", "certificate.not_yet_valid", twin="certificate_last_second")
def certificate_not_yet_valid() -> Case:
    """The listed certificate begins tomorrow."""
    der = _dated(MOMENT + DAY, MOMENT + YEAR)
    return Case(_named(der), _listing(der))


@_group.vector("RFC 7515, 4.1.8", "resolve.certificate_unlisted")
def certificate_replaced() -> Case:
    """The token names an older certificate of the same key; the list holds its successor only."""
    return Case(_named(_dated(MOMENT - YEAR, MOMENT + YEAR)), _listing(_certificate()))


# --- RSA -----------------------------------------
def _rsa_case(signature: bytes | None = None, by: str = "RS256", **header: Any) -> Case:
    """A token really signed by ``by``; ``header`` says what its header says instead."""
    public = dict(rsa_key().verification_key.jwk())
    identity = {"kind": "jwk", "kid": "key-1", "jwk": public}
    token = vc(header={"alg": by, **header}, signer=KeptKey(), alg=by)
    if signature is not None:
        token = token.rpartition(b".")[0] + b"." + base64url.encode(signature).encode()
    return Case(token, world(identities=[identity]))


@_rsa.vector("RFC 7518, 3.5", features=("ps256",))
def ps256() -> Case:
    """A good credential by PS256."""
    return _rsa_case(by="PS256")


@_rsa.vector(
    "RFC 7518, 3.5",
    "crypto.signature_invalid",
    twin="ps256",
    features=("ps256",),
    notes="A signature of one padding is taken for one of another.",
)
def rs256_said_ps256_meant() -> Case:
    """The header says RS256, and the signature is PS256."""
    return _rsa_case(by="PS256", alg="RS256")


@_rsa.vector("RFC 7518, 3.3")
def rs256() -> Case:
    """A good credential by RS256."""
    return _rsa_case()


@_rsa.vector(
    "RFC 7518, 3.5",
    "crypto.signature_invalid",
    notes="A signature of one padding is taken for one of another.",
)
def ps256_said_rs256_meant() -> Case:
    """The header says PS256, and the signature is RS256."""
    return _rsa_case(alg="PS256")


@_rsa.vector("RFC 8725, 3.1", "crypto.key_type_mismatch")
def es256_said_with_an_rsa_key() -> Case:
    """The header says ES256; the listed key is RSA."""
    return _rsa_case(alg="ES256")


@_rsa.vector("RFC 7518, 3.3", "crypto.signature_invalid")
def rs384_said_rs256_meant() -> Case:
    """The header says RS384, and the signature was made with SHA-256."""
    return _rsa_case(alg="RS384")


@_rsa.vector(
    "RFC 8017, 8.2.2",
    "crypto.signature_invalid",
    notes="A padding that is not compared in full lets anybody forge (e = 3 attacks).",
)
def rsa_signature_zero() -> Case:
    """The signature is all zeros."""
    return _rsa_case(bytes(rsa_key().verification_key.bits // 8))


@_rsa.vector("RFC 8017, 8.2.2", "crypto.signature_encoding")
def rsa_signature_too_long() -> Case:
    """A zero octet precedes the signature."""
    genuine = base64url.decode(_rsa_case().data.rpartition(b".")[2])
    return _rsa_case(b"\0" + genuine)


@_group.vector("RFC 8725, 3.10", "crypto.signature_invalid", twin="es256", features=("es256",))
def x5u_in_the_header() -> Case:
    """`x5u` points to the attacker's certificate."""
    header = {"x5u": "https://attacker.test.example/chain.pem"}
    token = vc(header=header, signer=key("attacker"))
    return Case(token, world(identities=[jwk_identity()]))
