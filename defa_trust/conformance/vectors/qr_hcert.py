"""Health and identity codes: container, claims, and the state that a code names."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from ...codec import base45, cbor
from ...demo.keys import service_certificate
from ..build import (
    DAY,
    MOMENT,
    arrangement,
    cose_kid,
    cwt,
    hcert,
    jwk_identity,
    key,
    member_list,
    qr,
    recognition_list,
    request_of,
    service,
    sign1,
    stored,
    trust,
    world,
    zeros,
)
from ..registry import Case, Group, Importance

_group = Group("qr", features=("es256", "hcert"), twin="hc1")
_PROFILE = Importance.PROFILE
_VOLUME = "EU DCC specification volume 1"


def _claims(**members: Any) -> Case:
    return Case(hcert(**members), world())


def _text(text: bytes) -> Case:
    return Case(text, world())


def _raw(stream: bytes) -> Case:
    """A code whose compressed stream is exactly this."""
    return Case(("HC1:" + base45.encode(stream)).encode(), world())


# --- container -----------------------------------------
@_group.vector(f"{_VOLUME}, 4.2")
def hc1() -> Case:
    """A good code: prefix, base45, zlib, COSE, CWT."""
    return _claims()


@_group.vector(f"{_VOLUME}, 4.2.2", "hcert.context")
def prefix_hc2() -> Case:
    """The prefix is of a version nobody knows."""
    return _text(b"HC2:" + hcert()[4:])


@_group.vector(f"{_VOLUME}, 4.2.2", "hcert.prefix")
def prefix_missing() -> Case:
    """No prefix, and the request forces the format."""
    return Case(hcert()[4:], world(), request_of(format="hcert"))


@_group.vector(f"{_VOLUME}, 4.2.2", "hcert.prefix")
def prefix_in_lower_case() -> Case:
    """The prefix is `hc1:`, and the request forces the format."""
    return Case(b"hc1:" + hcert()[4:], world(), request_of(format="hcert"))


@_group.vector("RFC 9285, 6", "base45.alphabet")
def lower_case_letter() -> Case:
    """One letter of the base45 text is in lower case."""
    text = hcert()
    place = next(i for i in range(4, len(text)) if 0x41 <= text[i] <= 0x5A)
    return _text(text[:place] + text[place : place + 1].lower() + text[place + 1 :])


@_group.vector("RFC 9285, 6", "base45.length")
def text_cut() -> Case:
    """The text was cut, leaving a single character over."""
    text = hcert()
    return _text(text[: 4 + (len(text) - 4) // 3 * 3 - 2])


@_group.vector(f"{_VOLUME}, 4.2.1", importance=_PROFILE, features=("hcert-uncompressed",))
def uncompressed_allowed() -> Case:
    """A code without zlib, and the request allows that profile."""
    return Case(
        qr(sign1(cwt()), compressed=False), world(), request_of(profiles=["hcert-uncompressed"])
    )


@_group.vector(
    f"{_VOLUME}, 4.2.1",
    "hcert.not_compressed",
    twin="uncompressed_allowed",
    notes="One profile's leniency applied to all.",
)
def uncompressed_not_allowed() -> Case:
    """A code without zlib, and the request allows no such profile."""
    return Case(qr(sign1(cwt()), compressed=False), world())


@_group.vector("RFC 1950, 2.2", "zlib.broken")
def checksum_wrong() -> Case:
    """The compressed stream's checksum does not fit."""
    stream = stored(sign1(cwt()))
    return _raw(stream[:-1] + bytes([stream[-1] ^ 1]))


@_group.vector("RFC 1950, 2.2", "zlib.broken")
def stream_truncated() -> Case:
    """The compressed stream ends early."""
    return _raw(stored(sign1(cwt()))[:-6])


@_group.vector("RFC 1950, 2.2", "zlib.trailing", notes="Two texts for one credential.")
def octets_after_the_stream() -> Case:
    """Octets follow the compressed stream."""
    return _raw(stored(sign1(cwt())) + b"\x00")


@_group.vector(
    "defa_trust profile, 64 KiB",
    "zlib.too_large",
    importance=_PROFILE,
    notes="A few hundred octets become gigabytes.",
)
def zlib_bomb() -> Case:
    """A quarter of a mebibyte of zeros in a small code."""
    return _raw(zeros(258 * 1024 + 1))


# --- claims -----------------------------------------
@_group.vector("RFC 8392, 3.1.4")
def exp_next_second() -> Case:
    """The expiry is the second after the moment asked for."""
    return _claims(l4=MOMENT + 1)


@_group.vector("RFC 8392, 3.1.4", "time.expired", twin="exp_next_second")
def exp_this_second() -> Case:
    """The expiry is the very moment asked for."""
    return _claims(l4=MOMENT)


@_group.vector("RFC 8392, 3.1.6", "time.issued_in_the_future", importance=_PROFILE)
def issued_in_the_future() -> Case:
    """The code says it was issued tomorrow."""
    return _claims(l6=MOMENT + DAY)


@_group.vector("RFC 8392, 3.1.5", "time.not_yet_valid")
def not_yet_valid() -> Case:
    """The code is valid from tomorrow."""
    return _claims(l5=MOMENT + DAY)


@_group.vector("RFC 8392, 3.1.4", "cwt.date")
def exp_as_text() -> Case:
    """The expiry is text."""
    return _claims(l4=str(MOMENT + DAY))


@_group.vector("RFC 8392, 3.1.4", "cwt.date", notes="No comparison with NaN is ever true.")
def exp_not_a_number() -> Case:
    """The expiry is NaN."""
    return _claims(l4=float("nan"))


@_group.vector("RFC 8392, 3.1.4", "cwt.date", notes="It never expires.")
def exp_infinite() -> Case:
    """The expiry is infinite."""
    return _claims(l4=float("inf"))


@_group.vector("RFC 8392, 3.1.4", "cwt.date", importance=_PROFILE)
def exp_in_milliseconds() -> Case:
    """The expiry is in milliseconds."""
    return _claims(l4=(MOMENT + DAY) * 1000)


@_group.vector(
    "RFC 8392, 3.1.4",
    "cbor.duplicate_key",
    notes="One reader takes the first expiry, the other the last.",
)
def exp_twice() -> Case:
    """The claims name the expiry twice."""
    body = cbor.dumps(cwt())
    assert body[0] == 0xA4
    twice = b"\xa5" + body[1:] + cbor.dumps(4) + cbor.dumps(MOMENT - DAY)
    return Case(qr(sign1(twice)), world())


@_group.vector("RFC 8392, 7.2", "cwt.not_a_map")
def claims_not_a_map() -> Case:
    """The payload is an array."""
    return Case(qr(sign1(cbor.dumps([1, "TH"]))), world())


@_group.vector(f"{_VOLUME}, 3.3.7", "hcert.claim")
def certificate_missing() -> Case:
    """The claim -260 is missing."""
    return _claims(lm260=None)


@_group.vector("EU DCC JSON schema 1.3.0, oneOf", "hcert.group")
def two_certificates_in_one() -> Case:
    """The code holds a vaccination and a test at once."""
    both = {
        1: {
            "v": [{"ci": "URN:UVCI:TEST-ONLY"}],
            "t": [{"ci": "URN:UVCI:TEST-ONLY"}],
            "ver": "1.3.0",
            "dob": "1990-01-15",
            "nam": {"fnt": "TEST<ONLY"},
        }
    }
    return _claims(lm260=both)


@_group.vector("RFC 8392, 7.2", "cbor.trailing")
def octets_after_the_claims() -> Case:
    """Octets follow the map of claims within the signed payload."""
    return Case(qr(sign1(cbor.dumps(cwt()) + b"\x00")), world())


@_group.vector("ISO/IEC 18004, table 7", "hcert.too_long", notes="Work without bound.")
def longer_than_any_code() -> Case:
    """More characters than any QR code can carry."""
    return _text(b"HC1:" + b"0" * 9000)


@_group.vector("RFC 8392, 1.1", "cwt.claim_label")
def claim_label_is_octets() -> Case:
    """A claim's label is a byte string."""
    return Case(qr(sign1({**cwt(), b"x": 1})), world())


@_group.vector(
    "RFC 8392, 3.1", "cwt.claim_name", notes="Two claims become one name: which one is read?"
)
def claim_named_like_another() -> Case:
    """A claim's label is the text `exp`, the name that label 4 stands for."""
    return Case(qr(sign1({**cwt(), "exp": MOMENT + 900 * DAY})), world())


@_group.vector("RFC 8392, 3.1.1", "cwt.issuer")
def issuer_is_a_number() -> Case:
    """The issuer is a number."""
    return _claims(l1=66)


@_group.vector(f"{_VOLUME}, 3.3.7", "hcert.claim")
def certificate_is_text() -> Case:
    """The certificate within the claim -260 is text."""
    return _claims(lm260={1: "TEST-ONLY"})


@_group.vector("EU DCC JSON schema 1.3.0, v", "hcert.claim")
def entries_are_text() -> Case:
    """The list of vaccinations holds text."""
    return _claims(lm260={1: {"v": ["TEST-ONLY"], "ver": "1.3.0"}})


# --- state and key -----------------------------------------
def _two_states(label_of_my: str = "issuer MY") -> dict[str, Any]:
    return trust(
        member_list("TH", service()),
        member_list("MY", service("MY", identities=[jwk_identity(label_of_my)])),
        recognition_list("SG", arrangement(), arrangement("SG", "MY")),
    )


@_group.vector(f"{_VOLUME}, 3.3.3")
def issuer_of_two_states() -> Case:
    """Two states are listed; the code names TH and is signed by TH."""
    return Case(hcert(), _two_states())


@_group.vector(
    f"{_VOLUME}, 3.3.3",
    "resolve.key_unknown",
    twin="issuer_of_two_states",
    notes="All states' keys pooled: one state vouches for another.",
)
def issuer_claim_of_another_state() -> Case:
    """The code names TH; its `kid` and signature are of a key that MY lists."""
    message = sign1(cwt(), protected={1: -7, 4: cose_kid("issuer MY")}, signer=key("issuer MY"))
    return Case(qr(message), _two_states())


@_group.vector(f"{_VOLUME}, 3.3.3", "resolve.territory_unknown")
def state_without_a_list() -> Case:
    """The code names a state whose list has not been accepted."""
    return _claims(l1="VN")


@_group.vector(f"{_VOLUME}, 3.3.2", "resolve.key_unknown")
def kid_unknown() -> Case:
    """`kid` names no key of the state, though one of them signed."""
    return Case(qr(sign1(cwt(), protected={1: -7, 4: b"unknown!"})), world())


@_group.vector(
    f"{_VOLUME}, 3.3.2",
    "resolve.no_hint",
    notes='An absent `kid` treated as "try all keys of all states".',
)
def kid_absent() -> Case:
    """No header carries a `kid`."""
    return Case(qr(sign1(cwt(), protected={1: -7})), world())


def _collision(signer: str) -> Case:
    """TH and MY list different keys under one `kid`; the code names TH."""
    shared = b"collide!"
    lists = trust(
        member_list("TH", service(identities=[jwk_identity(kid=shared.decode())])),
        member_list("MY", service("MY", identities=[jwk_identity("issuer MY", kid="collide!")])),
        recognition_list("SG", arrangement(), arrangement("SG", "MY")),
    )
    return Case(qr(sign1(cwt(), protected={1: -7, 4: shared}, signer=key(signer))), lists)


@_group.vector(f"{_VOLUME}, 3.3.2", notes="An eight-octet `kid` is a hint, no name.")
def kid_shared_by_two_states() -> Case:
    """Keys of TH and MY share one `kid`; the code names TH and TH signed."""
    return _collision("issuer")


@_group.vector(f"{_VOLUME}, 3.3.2", "crypto.signature_invalid", twin="kid_shared_by_two_states")
def kid_shared_other_state_signed() -> Case:
    """Keys of TH and MY share one `kid`; the code names TH and MY signed."""
    return _collision("issuer MY")


def _same_state_collision(signer: str) -> Case:
    shared = "collide!"
    identities = [jwk_identity(kid=shared), jwk_identity("issuer next", kid=shared)]
    message = sign1(cwt(), protected={1: -7, 4: shared.encode()}, signer=key(signer))
    return Case(qr(message), world(identities=identities))


@_group.vector(f"{_VOLUME}, 3.3.2", notes="Only the first key of a shared `kid` is tried.")
def kid_shared_within_a_state() -> Case:
    """Two keys of the same service share one `kid`; the second signed."""
    return _same_state_collision("issuer next")


@_group.vector(f"{_VOLUME}, 3.3.2", "crypto.signature_invalid", twin="kid_shared_within_a_state")
def kid_shared_nobody_signed() -> Case:
    """Two keys of the same service share one `kid`; neither signed."""
    return _same_state_collision("attacker")


@_group.vector(
    "RFC 9901, 7.3",
    "holder.proof_missing",
    importance=_PROFILE,
    notes="A code is anybody's who has photographed it.",
)
def proof_demanded() -> Case:
    """The request demands a proof of possession, which no such code has."""
    return Case(
        hcert(),
        world(),
        request_of(
            holderBinding="must_be_present",
            audience="https://verifier.sg.test.example",
            nonce="TEST-ONLY",
        ),
    )


# --- certificates -----------------------------------------
def _certified(signer: str = "issuer") -> Case:
    """The list holds a certificate; `kid` is the start of its digest."""
    name = "TEST-ONLY issuer of TH"
    der = service_certificate(key(), "TH", name, name)
    identity = {"kind": "x509", "certificate": b64encode(der).decode()}
    protected = {1: -7, 4: sha256(der).digest()[:8]}
    return Case(
        qr(sign1(cwt(), protected=protected, signer=key(signer))), world(identities=[identity])
    )


@_group.vector(f"{_VOLUME}, 3.3.3", features=("x509",))
def kid_of_a_certificate() -> Case:
    """`kid` is the first eight octets of the listed certificate's SHA-256."""
    return _certified()


@_group.vector(
    f"{_VOLUME}, 3.3.3", "crypto.signature_invalid", twin="kid_of_a_certificate", features=("x509",)
)
def kid_of_a_certificate_another_signed() -> Case:
    """The same `kid`, and another key signed."""
    return _certified("attacker")
