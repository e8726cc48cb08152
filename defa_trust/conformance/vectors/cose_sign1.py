"""COSE_Sign1 under an HC1 code: headers, algorithms, encoding, and the octets that were signed."""

from __future__ import annotations

from typing import Any

from ...codec import cbor
from ...crypto import KeyType
from ..build import (
    cose_kid,
    cwt,
    jwk_identity,
    key,
    qr,
    sign1,
    world,
)
from ..kept import KeptKey, rsa_key
from ..registry import Case, Group, Importance

_group = Group("cose", features=("es256", "hcert"), twin="es256")
_any = Group("cose", features=("hcert",))


def _header(**changes: Any) -> dict[Any, Any]:
    """The protected header: `l1=` replaces label 1, ``None`` drops it."""
    header: dict[Any, Any] = {1: -7, 4: cose_kid()}
    header.update({int(name[1:].replace("m", "-")): value for name, value in changes.items()})
    return {label: value for label, value in header.items() if value is not None}


def _case(message: bytes) -> Case:
    return Case(qr(message), world())


def _protected(header: dict[Any, Any] | bytes, unprotected: dict[Any, Any] | None = None) -> Case:
    return _case(sign1(cwt(), protected=header, unprotected=unprotected))


def _parts() -> list[Any]:
    """The four parts of a good message."""
    tagged = cbor.loads(sign1(cwt()))
    return list(tagged.value)


def _tampered(index: int, value: Any) -> Case:
    parts = _parts()
    parts[index] = value
    return _case(cbor.dumps(cbor.Tagged(18, parts)))


def _by(key_type: KeyType, alg: str, label: int) -> Case:
    header = {1: label, 4: cose_kid("issuer", key_type)}
    message = sign1(cwt(), protected=header, signer=key("issuer", key_type), alg=alg)
    return Case(qr(message), world(identities=[jwk_identity("issuer", key_type)]))


# --- that pass -----------------------------------------
@_group.vector("RFC 9052, 4.2")
def es256() -> Case:
    """A good COSE_Sign1 by ES256, `kid` in the protected header."""
    return _case(sign1(cwt()))


@_group.vector("RFC 9052, 4.2")
def untagged() -> Case:
    """The same without the tag 18."""
    return _case(sign1(cwt(), tag=None))


@_group.vector("RFC 8392, 6")
def tagged_as_cwt() -> Case:
    """The same within the tag 61 of a CWT."""
    inner = cbor.loads(sign1(cwt()))
    return _case(cbor.dumps(cbor.Tagged(61, cbor.Tagged(18, inner.value))))


@_group.vector("EU DCC specification volume 1, 3.3.2")
def kid_unprotected() -> Case:
    """`kid` stands in the unprotected header alone."""
    return _protected(_header(l4=None), {4: cose_kid()})


@_group.vector("EU DCC specification volume 1, 3.3.2")
def kid_in_both_headers() -> Case:
    """`kid` stands in both headers, and they agree."""
    return _protected(_header(), {4: cose_kid()})


@_group.vector("EU DCC specification volume 1, 3.3.2")
def kid_protected_counts() -> Case:
    """`kid` stands in both headers; the unprotected one names nothing and is ignored."""
    return _protected(_header(), {4: b"unknown!"})


@_group.vector(
    "EU DCC specification volume 1, 3.3.2",
    "resolve.key_unknown",
    twin="kid_in_both_headers",
    notes="Anybody adds an unprotected `kid`, and so chooses the key.",
)
def kid_unprotected_that_would_help() -> Case:
    """The protected `kid` names nothing; an unprotected one names the signer's key."""
    return _protected(_header(l4=b"unknown!"), {4: cose_kid()})


@_group.vector("RFC 8949, 3.2", notes="Octets re-encoded before they are hashed do not verify.")
def payload_not_deterministic() -> Case:
    """The signed claims are a map of indefinite length: the original octets are what was signed."""
    body = cbor.dumps(cwt())
    assert body[0] == 0xA4
    return _case(sign1(b"\xbf" + body[1:] + b"\xff"))


@_group.vector("RFC 9052, 3", notes="A header re-encoded before it is hashed does not verify.")
def protected_header_not_deterministic() -> Case:
    """The protected header's keys are out of order: the original octets are what was signed."""
    raw = b"\xa2" + cbor.dumps(4) + cbor.dumps(cose_kid()) + cbor.dumps(1) + cbor.dumps(-7)
    return _protected(raw)


@_any.vector("RFC 9053, 2.1", features=("es384",))
def es384() -> Case:
    """A good COSE_Sign1 by ES384."""
    return _by(KeyType.P384, "ES384", -35)


@_any.vector("RFC 9053, 2.1", features=("es512",))
def es512() -> Case:
    """A good COSE_Sign1 by ES512."""
    return _by(KeyType.P521, "ES512", -36)


@_any.vector("RFC 9053, 2.2", features=("ed25519",))
def eddsa() -> Case:
    """A good COSE_Sign1 by EdDSA with an Ed25519 key."""
    return _by(KeyType.ED25519, "Ed25519", -8)


@_any.vector("RFC 9864, 2.2", features=("ed25519",))
def ed25519() -> Case:
    """The same under the fully specified identifier."""
    return _by(KeyType.ED25519, "Ed25519", -19)


def _rsa(by: str, label: int) -> Case:
    """Claims really signed by ``by`` under the COSE algorithm ``label``."""
    public = dict(rsa_key().verification_key.jwk())
    kid = rsa_key().verification_key.thumbprint[:8]
    message = sign1(cwt(), protected={1: label, 4: kid}, signer=KeptKey(), alg=by)
    return Case(qr(message), world(identities=[{"kind": "jwk", "kid": "key-1", "jwk": public}]))


@_any.vector("RFC 8230, 2", features=("ps256",))
def ps256() -> Case:
    """A good COSE_Sign1 by PS256, as some issuers of health codes sign."""
    return _rsa("PS256", -37)


@_any.vector("RFC 8230, 2", "crypto.signature_invalid", twin="ps256", features=("ps256",))
def ps256_said_rs256_meant() -> Case:
    """The header says PS256, and the signature is RS256."""
    return _rsa("RS256", -37)


@_any.vector("RFC 8230, 2", "crypto.key_type_mismatch", twin="ps256", features=("ps256",))
def es256_said_ps256_meant() -> Case:
    """The header says ES256; the listed key is RSA and signed with PS256."""
    return _rsa("PS256", -7)


# --- algorithm -----------------------------------------
@_group.vector(
    "RFC 9052, 3.1",
    "cose.alg_unprotected",
    notes="Nobody signed what stands there: anybody changes it.",
)
def alg_unprotected() -> Case:
    """`alg` stands in the unprotected header only."""
    return _protected(_header(l1=None), {1: -7})


@_group.vector("RFC 9052, 3", "cose.duplicate_label")
def alg_in_both_headers() -> Case:
    """`alg` stands in both headers and differs."""
    return _protected(_header(), {1: -37})


@_group.vector("RFC 9052, 3.1", "cose.alg_missing")
def alg_missing() -> Case:
    """No header names an algorithm."""
    return _protected(_header(l1=None))


@_group.vector("RFC 9053, 2", "crypto.algorithm_unknown")
def alg_unknown() -> Case:
    """`alg` is a number that nobody registered."""
    return _protected(_header(l1=-9999))


@_group.vector("RFC 9053, 3.1", "crypto.algorithm_symmetric")
def alg_hmac() -> Case:
    """`alg` is HMAC 256/256."""
    return _protected(_header(l1=5))


@_group.vector("RFC 9053, 2.1", "crypto.key_type_mismatch")
def alg_of_another_curve() -> Case:
    """`alg` says ES384; the listed key is on P-256."""
    return _protected(_header(l1=-35))


@_group.vector("RFC 9053, 2.1", "crypto.key_type_mismatch")
def alg_of_another_family() -> Case:
    """`alg` says PS256; the listed key is on P-256."""
    return _protected(_header(l1=-37))


# --- signature -----------------------------------------
@_group.vector("RFC 9052, 4.4", "crypto.signature_invalid")
def signed_by_another_key() -> Case:
    """Signed by somebody else under the listed key's `kid`."""
    return _case(sign1(cwt(), signer=key("attacker")))


@_group.vector("RFC 9052, 4.4", "crypto.signature_invalid")
def payload_changed() -> Case:
    """The payload was replaced after signing."""
    return _tampered(2, cbor.dumps(cwt(l4=2_000_000_000)))


@_group.vector("RFC 9052, 4.4", "crypto.signature_invalid")
def protected_header_changed() -> Case:
    """A header parameter was added after signing."""
    return _tampered(0, cbor.dumps(_header(l3="application/cwt")))


@_group.vector("RFC 9053, 2.1", "crypto.signature_encoding")
def signature_truncated() -> Case:
    """The signature's last octet is missing."""
    return _tampered(3, _parts()[3][:-1])


@_group.vector("RFC 9053, 2.1", "crypto.signature_encoding")
def signature_empty() -> Case:
    """The signature is empty."""
    return _tampered(3, b"")


@_group.vector("FIPS 186-5, 6.4.2", "crypto.signature_invalid")
def signature_zero() -> Case:
    """R and S are zero."""
    return _tampered(3, bytes(64))


@_group.vector(
    "RFC 9052, 4.4",
    "crypto.signature_invalid",
    notes="A signature of another context is taken for one of this.",
)
def signed_under_another_context() -> Case:
    """The signature was made for the context `Signature` instead of `Signature1`."""
    protected, _, payload, _ = _parts()
    other = key().sign("ES256", cbor.dumps(["Signature", protected, b"", b"", payload]))
    return _tampered(3, other)


@_group.vector("RFC 9052, 4.4", "crypto.signature_invalid")
def signed_with_external_data() -> Case:
    """The signature covers external data that nobody agreed on."""
    protected, _, payload, _ = _parts()
    other = key().sign("ES256", cbor.dumps(["Signature1", protected, b"TEST-ONLY", payload]))
    return _tampered(3, other)


# --- header and structure
@_group.vector("RFC 9052, 3.1", "cose.crit_unknown")
def crit_unknown() -> Case:
    """`crit` names a parameter that nobody understands."""
    return _protected({**_header(), 2: [-70000], -70000: 1})


@_group.vector("RFC 9052, 3.1", "cose.crit")
def crit_empty() -> Case:
    """`crit` is an empty array."""
    return _protected(_header(l2=[]))


@_group.vector("RFC 9052, 3.1", "cose.crit")
def crit_unprotected() -> Case:
    """`crit` stands in the unprotected header."""
    return _protected(_header(), {2: [4]})


@_group.vector("RFC 9052, 3.1", "cose.kid")
def kid_is_text() -> Case:
    """`kid` is text instead of octets."""
    return _protected(_header(l4="key-1"))


@_group.vector(
    "RFC 9052, 3",
    "cbor.duplicate_key",
    notes="One reader takes the first `alg`, the other the last.",
)
def header_label_twice() -> Case:
    """The protected header names `alg` twice."""
    raw = b"\xa3" + cbor.dumps(1) + cbor.dumps(-37) + cbor.dumps(1) + cbor.dumps(-7)
    return _protected(raw + cbor.dumps(4) + cbor.dumps(cose_kid()))


@_group.vector("RFC 9052, 3", "cbor.trailing")
def header_with_a_second_item() -> Case:
    """Octets follow the map within the protected header."""
    return _protected(cbor.dumps(_header()) + b"\x00")


@_group.vector("RFC 9052, 3", "cose.structure")
def header_not_a_map() -> Case:
    """The protected header is an array."""
    return _protected(cbor.dumps([1, -7]))


@_group.vector("RFC 9052, 4.2", "cose.structure")
def three_parts() -> Case:
    """The array has three elements."""
    return _case(cbor.dumps(cbor.Tagged(18, _parts()[:3])))


@_group.vector("RFC 9052, 4.2", "cose.detached_payload", importance=Importance.PROFILE)
def payload_detached() -> Case:
    """The payload is nil, and nothing was handed in."""
    return _tampered(2, None)


@_group.vector("RFC 9052, 2", "cose.tag", notes="Another structure is read as this one.")
def tagged_as_mac() -> Case:
    """The message carries the tag 17 of COSE_Mac0."""
    return _case(cbor.dumps(cbor.Tagged(17, _parts())))


@_group.vector("RFC 9052, 2", "cbor.trailing")
def octets_after_the_message() -> Case:
    """Octets follow the message."""
    return _case(sign1(cwt()) + b"\x00")


@_group.vector(
    "RFC 9360, 2",
    "resolve.certificate_unlisted",
    notes="Whatever certificate a message brings is trusted.",
    importance=Importance.PROFILE,
)
def x5chain_instead_of_kid() -> Case:
    """No `kid`; a certificate that no list holds stands in `x5chain`."""
    return _protected(_header(l4=None), {33: b"\x30\x03\x02\x01\x01"})


# --- members of the wrong type -----------------------------------------
@_group.vector("RFC 9052, 3", "cose.structure")
def protected_header_not_octets() -> Case:
    """The protected header is a map instead of octets that hold one."""
    return _tampered(0, _header())


@_group.vector("RFC 9052, 3", "cose.structure")
def unprotected_header_not_a_map() -> Case:
    """The unprotected header is an array."""
    return _tampered(1, [])


@_group.vector("RFC 9052, 4.2", "cose.structure")
def payload_not_octets() -> Case:
    """The payload is a map instead of octets that hold one."""
    return _tampered(2, cwt())


@_group.vector("RFC 9052, 4.2", "cose.structure")
def signature_not_octets() -> Case:
    """The signature is text."""
    return _tampered(3, "TEST-ONLY")


@_group.vector("RFC 9052, 1.5", "cose.header_label")
def header_label_is_octets() -> Case:
    """A header label is a byte string."""
    return _protected({**_header(), b"x": 1})


@_group.vector("RFC 9052, 3.1", "cose.crit")
def crit_holds_octets() -> Case:
    """`crit` holds a byte string."""
    return _protected(_header(l2=[b"x"]))


@_group.vector("RFC 9052, 3.1", "cose.crit", twin="kid_unprotected")
def crit_names_an_unprotected_label() -> Case:
    """`crit` names `kid`, which stands in the unprotected header only."""
    return _protected(_header(l4=None, l2=[4]), {4: cose_kid()})


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5chain_of_one_in_an_array() -> Case:
    """`x5chain` is an array of one certificate, which must be bare octets."""
    return _protected({**_header(), 33: [b"\x30\x03\x02\x01\x01"]})


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5t_of_wrong_length() -> Case:
    """`x5t` says SHA-256 and holds twenty octets."""
    return _protected({**_header(), 34: [-16, bytes(20)]})


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5t_not_a_pair() -> Case:
    """`x5t` is bare octets."""
    return _protected({**_header(), 34: bytes(32)})


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5t_algorithm_is_octets() -> Case:
    """`x5t` names its hash algorithm in octets."""
    return _protected({**_header(), 34: [b"sha", bytes(32)]})


@_group.vector(
    "RFC 9360, 2",
    "cose.certificate_hint",
    notes="One reference is checked, the other is used.",
)
def x5chain_and_x5t_disagree() -> Case:
    """`x5t` is the digest of another certificate than the one in `x5chain`."""
    return _protected({**_header(), 33: b"\x30\x03\x02\x01\x01", 34: [-16, bytes(32)]})
