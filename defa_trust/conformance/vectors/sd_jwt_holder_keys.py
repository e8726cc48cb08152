"""The holder's key in `cnf`: a public signing key, well formed, on its curve, large enough."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ..build import bound_request, present, public_jwk, sd_issuer, sd_payload, world
from ..kept import rsa_key
from ..registry import Case, Group

_group = Group(
    "sd_jwt",
    features=("es256", "key-binding", "sd-jwt-vc"),
    twin="bound_without_disclosures",
)


def _holder(**members: Any) -> Case:
    """The holder's P-256 key with members replaced; ``None`` drops one."""
    jwk = {**public_jwk("holder"), **members}
    return _key({name: value for name, value in jwk.items() if value is not None})


def _key(jwk: Any) -> Case:
    token = present(sd_issuer(sd_payload(cnf={"jwk": jwk})), binding={})
    return Case(token, world(), bound_request())


def _rsa(**members: Any) -> Case:
    return _key({**rsa_key().verification_key.jwk(), **members})


@_group.vector("RFC 7517, 4.2")
def holder_key_for_signatures() -> Case:
    """The holder's key says `use: sig` and `key_ops: [verify]`."""
    return _holder(use="sig", key_ops=["verify"])


@_group.vector("RFC 7517, 4.2", "crypto.key_use", twin="holder_key_for_signatures")
def holder_key_for_encryption() -> Case:
    """The holder's key says `use: enc`."""
    return _holder(use="enc")


@_group.vector("RFC 7517, 4.3", "crypto.key_use", twin="holder_key_for_signatures")
def holder_key_cannot_verify() -> Case:
    """The holder's key says `key_ops: [deriveKey]`."""
    return _holder(key_ops=["deriveKey"])


@_group.vector("RFC 7517, 4.3", "crypto.key_form", twin="holder_key_for_signatures")
def holder_key_operation_twice() -> Case:
    """`key_ops` names one operation twice, which the clause forbids."""
    return _holder(key_ops=["verify", "verify"])


@_group.vector("RFC 7517, 4.4", "crypto.key_algorithm_unfit")
def holder_key_for_another_algorithm() -> Case:
    """The holder's P-256 key says `alg: ES384`."""
    return _holder(alg="ES384")


@_group.vector(
    "RFC 7518, 6.2.1",
    "crypto.key_invalid",
    notes="A point off the curve leaks secrets elsewhere and means nothing here.",
)
def holder_key_off_the_curve() -> Case:
    """The holder's point is not on its curve."""
    return _holder(y=public_jwk("holder")["x"])


@_group.vector("RFC 7518, 6.2.1.2", "crypto.key_form")
def holder_key_coordinate_short() -> Case:
    """A coordinate lacks an octet."""
    return _holder(x=base64url.encode(base64url.decode(public_jwk("holder")["x"])[1:]))


@_group.vector("RFC 7518, 6.2.1.2", "crypto.key_form")
def holder_key_coordinate_long() -> Case:
    """A coordinate has a zero octet before it."""
    return _holder(x=base64url.encode(b"\0" + base64url.decode(public_jwk("holder")["x"])))


@_group.vector("RFC 7518, 6.2.1.3", "crypto.key_form")
def holder_key_coordinate_missing() -> Case:
    """A coordinate is missing."""
    return _holder(y=None)


@_group.vector("RFC 7518, 6.2.1.1", "crypto.key_type_unknown")
def holder_key_curve_unknown() -> Case:
    """The curve is one that nobody registered."""
    return _holder(crv="P-255")


@_group.vector("RFC 7517, 4.1", "crypto.key_type_unknown")
def holder_key_type_unknown() -> Case:
    """`kty` is one that nobody registered."""
    return _holder(kty="XX")


@_group.vector("RFC 7517, 4.1", "crypto.key_form")
def holder_key_not_an_object() -> Case:
    """The holder's key is text."""
    return _key("TEST-ONLY")


@_group.vector("RFC 8017, 3.1", "crypto.key_invalid")
def holder_rsa_exponent_one() -> Case:
    """The holder's RSA exponent is 1: every message is its own signature."""
    return _rsa(e="AQ")


@_group.vector("RFC 8017, 3.1", "crypto.key_invalid")
def holder_rsa_exponent_even() -> Case:
    """The holder's RSA exponent is even."""
    return _rsa(e="AQAA")


@_group.vector("RFC 8017, 3.1", "crypto.key_invalid")
def holder_rsa_modulus_even() -> Case:
    """The holder's RSA modulus is even."""
    modulus = base64url.decode(rsa_key().verification_key.jwk()["n"])
    return _rsa(n=base64url.encode(modulus[:-1] + bytes([modulus[-1] & 0xFE])))


@_group.vector("RFC 7518, 6.3.1.1", "crypto.key_form")
def holder_rsa_modulus_with_a_zero() -> Case:
    """The holder's RSA modulus has a zero octet before it."""
    modulus = base64url.decode(rsa_key().verification_key.jwk()["n"])
    return _rsa(n=base64url.encode(b"\0" + modulus))


@_group.vector("RFC 7518, 3.3", "crypto.rsa_key_too_small", notes="Factored in an afternoon.")
def holder_rsa_too_small() -> Case:
    """The holder's RSA modulus has 512 bits."""
    modulus = base64url.decode(rsa_key().verification_key.jwk()["n"])
    return _rsa(n=base64url.encode(modulus[:63] + b"\x01"))


@_group.vector("RFC 8017, 3.1", "crypto.rsa_key_too_large", notes="One verification takes seconds.")
def holder_rsa_too_large() -> Case:
    """The holder's RSA modulus has 65,536 bits."""
    return _rsa(n=base64url.encode(b"\xff" * 8192))


@_group.vector(
    "RFC 8032, 5.1.7",
    "crypto.key_invalid",
    notes="A key of small order verifies the same signature over any message.",
)
def holder_ed25519_of_small_order() -> Case:
    """The holder's Ed25519 key is the neutral point."""
    neutral = base64url.encode(b"\x01" + bytes(31))
    return _key({"kty": "OKP", "crv": "Ed25519", "x": neutral})
