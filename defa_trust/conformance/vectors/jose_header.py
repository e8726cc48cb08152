"""JWS headers, algorithms and signatures: the token selects among listed keys and brings none."""

from __future__ import annotations

import hmac
from typing import Any

from ...codec import base64url
from ...codec import json as strict_json
from ...crypto import KeyType
from ..build import (
    jwk_identity,
    jws,
    key,
    public_jwk,
    request_of,
    segment,
    vc,
    vc_header,
    vc_payload,
    world,
)
from ..registry import Case, Group

_group = Group("jose", features=("es256", "vc-jwt"), twin="es256")
_any = Group("jose", features=("vc-jwt",))
_ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _headed(**members: Any) -> Case:
    return Case(vc(header=members), world())


def _signed(header: dict[str, Any] | bytes, payload: dict[str, Any] | bytes | None = None) -> Case:
    """A token whose header is exactly this, truly signed with ES256."""
    return Case(jws(vc_payload() if payload is None else payload, header).encode(), world())


def _with_signature(signature: bytes | str) -> Case:
    message = vc().decode().rpartition(".")[0]
    text = signature if isinstance(signature, str) else base64url.encode(signature)
    return Case(f"{message}.{text}".encode(), world())


def _raw_signature() -> bytes:
    return base64url.decode(vc().rpartition(b".")[2])


def _by(key_type: KeyType, alg: str, said: str | None = None) -> Case:
    identity = jwk_identity("issuer", key_type)
    token = vc(header={"alg": said or alg}, signer=key("issuer", key_type), alg=alg)
    return Case(token, world(identities=[identity]))


# --- algorithms that pass
@_group.vector("RFC 7518, 3.4")
def es256() -> Case:
    """A good credential, signed with ES256 by the listed key its `kid` names."""
    return Case(vc(), world())


@_any.vector("RFC 7518, 3.4", features=("es384",))
def es384() -> Case:
    """The same with ES384."""
    return _by(KeyType.P384, "ES384")


@_any.vector("RFC 7518, 3.4", features=("es512",))
def es512() -> Case:
    """The same with ES512, whose integers take 66 octets each."""
    return _by(KeyType.P521, "ES512")


@_any.vector("RFC 8037, 3.1", features=("ed25519",))
def eddsa_by_its_older_name() -> Case:
    """An Ed25519 signature under the older, polymorphic name `EdDSA`."""
    return _by(KeyType.ED25519, "Ed25519", "EdDSA")


@_any.vector("RFC 9864, 2.2", features=("ed25519",))
def ed25519() -> Case:
    """An Ed25519 signature under its fully specified name."""
    return _by(KeyType.ED25519, "Ed25519")


@_any.vector("RFC 9864, 2.2", features=("ed448",))
def ed448() -> Case:
    """An Ed448 signature under its fully specified name."""
    return _by(KeyType.ED448, "Ed448")


# --- algorithms that do not
@_group.vector("RFC 8725, 3.1", "crypto.algorithm_none", notes="Anybody writes tokens for anybody.")
def alg_none() -> Case:
    """`alg` is `none` and the signature is empty."""
    return Case(f"{segment(vc_header(alg='none'))}.{segment(vc_payload())}.".encode(), world())


@_group.vector("RFC 8725, 3.1", "crypto.algorithm_none", notes="`none` refused by exact case only.")
def alg_none_in_other_case() -> Case:
    """`alg` is `NONE`."""
    return Case(f"{segment(vc_header(alg='NONE'))}.{segment(vc_payload())}.".encode(), world())


@_group.vector(
    "RFC 8725, 3.1",
    "crypto.algorithm_symmetric",
    notes="The public key, which everybody has, serves as the shared secret.",
)
def alg_hs256_with_the_public_key() -> Case:
    """`alg` is HS256 and the MAC is made with the issuer's public key."""
    message = f"{segment(vc_header(alg='HS256'))}.{segment(vc_payload())}"
    secret = key().verification_key.spki()
    mac = hmac.digest(secret, message.encode(), "sha256")
    return Case(f"{message}.{base64url.encode(mac)}".encode(), world())


@_group.vector("RFC 7515, 4.1.1", "crypto.algorithm_unknown")
def alg_unknown() -> Case:
    """`alg` names nothing that is registered."""
    return _headed(alg="XX256")


@_group.vector("RFC 7515, 4.1.1", "crypto.algorithm_unknown")
def alg_in_lower_case() -> Case:
    """`alg` is `es256`: names are case-sensitive."""
    return _headed(alg="es256")


@_group.vector("RFC 7515, 4.1.1", "jose.header_member")
def alg_not_a_string() -> Case:
    """`alg` is an array that holds the right name."""
    return _headed(alg=["ES256"])


@_group.vector("RFC 7515, 4.1.1", "jose.header_member")
def alg_absent() -> Case:
    """The header has no `alg`."""
    return _headed(alg=None)


@_group.vector(
    "RFC 8725, 3.1",
    "crypto.key_type_mismatch",
    notes="A key used under an algorithm it was not made for.",
)
def alg_of_another_curve() -> Case:
    """`alg` says ES384; the listed key is on P-256."""
    return _headed(alg="ES384")


@_group.vector("RFC 8725, 3.1", "crypto.key_type_mismatch")
def alg_of_another_family() -> Case:
    """`alg` says EdDSA; the listed key is on P-256."""
    return _headed(alg="EdDSA")


# --- signatures -----------------------------------------
@_group.vector("RFC 7515, 5.2", "crypto.signature_invalid")
def payload_changed() -> Case:
    """The payload was replaced after signing."""
    head, _, signature = vc().decode().split(".")
    other = segment(vc_payload(validUntil="2037-10-01T00:00:00Z"))
    return Case(f"{head}.{other}.{signature}".encode(), world())


@_group.vector("RFC 7515, 5.2", "crypto.signature_invalid")
def header_changed() -> Case:
    """A member was added to the header after signing."""
    _, payload, signature = vc().decode().split(".")
    head = segment(vc_header(cty="vc"))
    return Case(f"{head}.{payload}.{signature}".encode(), world())


@_group.vector("RFC 7515, 5.2", "crypto.signature_invalid")
def signed_by_another_key() -> Case:
    """Signed by somebody else under the listed key's `kid`."""
    return Case(vc(signer=key("attacker")), world())


@_group.vector("RFC 7515, 5.2", "crypto.signature_encoding")
def signature_empty() -> Case:
    """The signature is empty, though `alg` is ES256."""
    return _with_signature(b"")


@_group.vector("RFC 7518, 3.4", "crypto.signature_encoding")
def signature_truncated() -> Case:
    """The signature's last octet is missing."""
    return _with_signature(_raw_signature()[:-1])


@_group.vector("RFC 7518, 3.4", "crypto.signature_encoding")
def signature_extended() -> Case:
    """The signature has one octet too many."""
    return _with_signature(_raw_signature() + b"\0")


@_group.vector(
    "RFC 7518, 3.4",
    "crypto.signature_encoding",
    notes="A second form for every signature: one token, many cache and replay keys.",
)
def signature_der() -> Case:
    """The right signature as a DER sequence instead of R and S side by side."""
    raw = _raw_signature()

    def integer(octets: bytes) -> bytes:
        body = octets.lstrip(b"\0") or b"\0"
        body = b"\0" + body if body[0] & 0x80 else body
        return b"\x02" + bytes([len(body)]) + body

    body = integer(raw[:32]) + integer(raw[32:])
    return _with_signature(b"\x30" + bytes([len(body)]) + body)


@_group.vector(
    "FIPS 186-5, 6.4.2",
    "crypto.signature_invalid",
    notes="The zero signature once passed in a widely used library.",
)
def signature_zero() -> Case:
    """R and S are both zero."""
    return _with_signature(bytes(64))


@_group.vector("FIPS 186-5, 6.4.2", "crypto.signature_invalid")
def signature_r_plus_order() -> Case:
    """R equals the order of the group, S is one."""
    return _with_signature(_ORDER_P256.to_bytes(32, "big") + (1).to_bytes(32, "big"))


@_group.vector(
    "RFC 4648, 3.5",
    "base64url.not_canonical",
    notes="Tokens differ as text and pass alike: replay lists and revocation by hash miss one.",
)
def signature_unused_bits() -> Case:
    """The signature's last character has a bit set that carries nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = base64url.encode(_raw_signature())
    return _with_signature(text[:-1] + alphabet[alphabet.index(text[-1]) | 1])


@_group.vector("RFC 7515, 2", "base64url.not_canonical")
def signature_padded() -> Case:
    """The signature carries base64 padding."""
    return _with_signature(base64url.encode(_raw_signature()) + "==")


# --- shape -----------------------------------------
@_group.vector("RFC 7515, 7.1", "input.format_unknown")
def two_segments() -> Case:
    """The signature segment is missing altogether."""
    return Case(vc().rpartition(b".")[0], world())


@_group.vector("RFC 7515, 7.1", "input.format_unknown")
def four_segments() -> Case:
    """A fourth segment follows the signature."""
    return Case(vc() + b".AAAA", world())


@_group.vector(
    "RFC 7515, 4",
    "json.duplicate_member",
    notes="One reader takes the first `alg`, the other the last.",
)
def header_duplicate_alg() -> Case:
    """The header names `alg` twice."""
    return _signed(b'{"alg":"none","typ":"vc+jwt","kid":"key-1","alg":"ES256"}')


@_group.vector("RFC 7519, 4", "json.duplicate_member")
def payload_duplicate_issuer() -> Case:
    """The payload names `issuer` twice."""
    body = strict_json.compact(vc_payload())
    return _signed(vc_header(), body[:-1] + b',"issuer":"https://issuer.my.test.example"}')


@_group.vector("RFC 7515, 4", "json.not_an_object")
def header_not_an_object() -> Case:
    """The header is a JSON array, and the request forces the format."""
    case = _signed(b'["ES256"]')
    return Case(case.data, case.trust, request_of(format="vc-jwt"))


@_group.vector("RFC 7515, 4")
def header_with_white_space() -> Case:
    """The header's JSON is written over several lines, in another order: its octets are signed."""
    return _signed(b'{\n "typ": "vc+jwt",\n "kid": "key-1",\n "alg": "ES256"\n}')


@_group.vector("RFC 7519, 7.2", "json.syntax")
def payload_not_json() -> Case:
    """The payload is signed text that is not JSON."""
    return _signed(vc_header(), b"TEST-ONLY")


@_group.vector("RFC 7519, 7.2", "json.not_an_object")
def payload_not_an_object() -> Case:
    """The payload is a signed JSON string."""
    return _signed(vc_header(), b'"TEST-ONLY"')


# --- header members -----------------------------------------
@_group.vector(
    "RFC 7515, 4.1.11",
    "jose.crit",
    notes="An extension that changes what is verified is silently ignored.",
)
def crit_unknown() -> Case:
    """`crit` names an extension that nobody understands."""
    return _headed(crit=["urn:test:ext"], **{"urn:test:ext": True})


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def crit_empty() -> Case:
    """`crit` is an empty array, which the clause forbids."""
    return _headed(crit=[])


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def crit_names_an_absent_member() -> Case:
    """`crit` names a member that the header does not have."""
    return _headed(crit=["urn:test:ext"])


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def crit_not_an_array() -> Case:
    """`crit` is a string."""
    return _headed(crit="exp", exp=1)


@_group.vector(
    "RFC 7797, 6",
    "jose.b64",
    notes="Header and payload no longer say which octets were signed.",
)
def b64_false() -> Case:
    """`b64` is false and named in `crit`."""
    return _headed(b64=False, crit=["b64"])


@_group.vector("RFC 7797, 6", "jose.b64")
def b64_false_without_crit() -> Case:
    """`b64` is false and not named in `crit`."""
    return _headed(b64=False)


@_group.vector("RFC 7516, 4.1.3", "jose.header_member")
def zip_in_a_signature() -> Case:
    """`zip`, which belongs to encryption."""
    return _headed(zip="DEF")


@_group.vector(
    "RFC 8725, 3.10",
    "crypto.signature_invalid",
    notes="Whoever writes a token brings the key that verifies it.",
)
def jwk_in_the_header() -> Case:
    """The attacker's public key stands in the header (`jwk`) and signed the token."""
    return Case(vc(header={"jwk": public_jwk("attacker")}, signer=key("attacker")), world())


@_group.vector(
    "RFC 8725, 3.10",
    "crypto.signature_invalid",
    notes="A fetch from an address of the attacker's choice, and the attacker's key.",
)
def jku_in_the_header() -> Case:
    """`jku` points to the attacker's key set."""
    header = {"jku": "https://attacker.test.example/keys"}
    return Case(vc(header=header, signer=key("attacker")), world())


@_group.vector("RFC 7515, 4.1.6", "jose.header_member")
def x5c_empty() -> Case:
    """`x5c` is an empty array."""
    return _headed(x5c=[])


@_group.vector("RFC 7515, 4.1.8", "jose.header_member")
def x5t_of_wrong_length() -> Case:
    """`x5t#S256` holds 20 octets, the length of SHA-1."""
    return _headed(**{"x5t#S256": base64url.encode(bytes(20))})


@_group.vector("RFC 7515, 4.1.4", "jose.header_member")
def kid_not_a_string() -> Case:
    """`kid` is a number."""
    return _headed(kid=1)
