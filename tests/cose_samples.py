"""TEST-ONLY COSE and HCERT samples, built with our own encoders from seeded keys."""

import zlib

from defa_trust.codec import base45, cbor
from defa_trust.crypto import KeyType
from defa_trust.errors import Rejection
from defa_trust.formats import hcert
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import SigningKey

NOW = 1_793_491_200
DAY = 86_400
KEY = SigningKey.from_seed("TEST-ONLY cose samples", KeyType.P256)
OTHER = SigningKey.from_seed("TEST-ONLY cose samples other", KeyType.P256)
KID = KEY.verification_key.thumbprint[:8]
HEADER = {1: -7, 4: KID}
CLAIMS = {
    1: "TH",
    4: NOW + 300 * DAY,
    6: NOW - 30 * DAY,
    -260: {
        1: {
            "ver": "1.3.0",
            "dob": "1990-01-15",
            "nam": {"fnt": "TEST<ONLY"},
            "v": [{"ci": "URN:UVCI:TEST-ONLY", "dn": 2, "sd": 2}],
        }
    },
}


def request(*profiles, **more):
    more = {"profiles": frozenset(profiles), **more}
    return Request("SG", HolderBinding.IF_PRESENT, **more)


def encoded(value):
    return value if isinstance(value, bytes) else cbor.dumps(value)


def claims(changes=None, drop=()):
    """The good claims with some replaced or dropped."""
    merged = {**CLAIMS, **(changes or {})}
    return {label: value for label, value in merged.items() if label not in drop}


def parts(*, payload=None, protected=None, unprotected=None, key=KEY, alg="ES256", aad=b""):
    """The four parts of a signed message; bytes are taken as they are."""
    head = encoded(HEADER if protected is None else protected)
    body = encoded(CLAIMS if payload is None else payload)
    to_sign = cbor.dumps(["Signature1", b"" if head == b"\xa0" else head, aad, body])
    return [head, unprotected or {}, body, key.sign(alg, to_sign)]


def message(*, tags=(18,), **more):
    """A COSE_Sign1 in the given tags, outermost first."""
    value = parts(**more)
    for tag in reversed(tags):
        value = cbor.Tagged(tag, value)
    return cbor.dumps(value)


def text(cose, prefix="HC1:"):
    return (prefix + base45.encode(zlib.compress(cose))).encode()


def code(**more):
    """A good QR text, or one with what the arguments change."""
    return text(message(**more))


def verifies(presented, key=KEY):
    """Whether the issuer's part verifies with the key, as authentication would check it."""
    part = presented.issuer_part
    for algorithm in part.algorithms:
        if algorithm.key_type is key.key_type:
            try:
                return key.verification_key.verify(algorithm, part.signature, part.data)
            except Rejection:
                return False
    return False


def refusal(function, *args, **more):
    """The code id of the rejection that the call must raise."""
    try:
        function(*args, **more)
    except Rejection as rejection:
        assert str(rejection)
        return rejection.code.id
    raise AssertionError("accepted")


def refused(data, *profiles):
    return refusal(hcert.parse, data, request(*profiles))


def parsed(data, *profiles):
    return hcert.parse(data, request(*profiles))
