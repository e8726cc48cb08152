"""Who may sign a list: pinned certificates alone, of the right state, over the octets received."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from ...codec import base64url
from ...codec import json as strict_json
from ...demo.keys import service_certificate
from ...publish import tl_signer_certificate
from ..build import DAY, MOMENT, YEAR, Json, public_jwk, request_of, vc
from ..lists import (
    certificate,
    envelope,
    offered,
    operator,
    pin,
    recognition,
    signed_world,
    signer,
    thai_list,
    update,
)
from ..registry import Case, Group, Importance

_group = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="directly_pinned")
_NONE = "resolve.no_anchors"


def _singapore() -> Json:
    return offered("recognition", "SG", envelope(recognition(), "SG"))


def _with(thailand: str, **members: Any) -> Case:
    """The small world, in which Thailand's list is exactly ``thailand``."""
    lists = signed_world(update(offered("member_state", "TH", thailand), _singapore()), **members)
    return Case(vc(), lists)


def _header(**members: Any) -> Case:
    return _with(envelope(thai_list(), "TH", header=members))


def _pinned(der: bytes) -> Case:
    """Thailand's list, rightly signed under ``der``, which is what is pinned."""
    pins = [pin("member_state", "TH", der), pin("recognition", "SG")]
    return _with(envelope(thai_list(), "TH", der=der), pins=pins)


def _replaced(der: bytes, old: bytes, new: bytes) -> bytes:
    """A certificate with one inner value replaced, all lengths around it corrected (X.690, 8.1).

    Its own signature breaks; a pinned certificate is compared octet by octet and needs none.
    """
    assert der.count(old) == 1
    if der.startswith(old):
        return new + der[len(old) :]
    head = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    length = der[1] if head == 2 else int.from_bytes(der[2:head], "big")
    if old not in der[: head + length]:
        return der[: head + length] + _replaced(der[head + length :], old, new)
    inner = _replaced(der[head : head + length], old, new)
    size = len(inner)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    prefix = bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets
    return der[:1] + prefix + inner + der[head + length :]


# --- pins -----------------------------------------
@_group.vector("TS 119 615, 4.2")
def directly_pinned() -> Case:
    """Two states without a region: Thailand's list and Singapore's are pinned directly."""
    return _with(envelope(thai_list(), "TH"))


@_group.vector("TS 119 615, 4.2", _NONE, notes='No pin read as "accept any signer".')
def no_pins() -> Case:
    """Nothing is pinned; both lists are offered."""
    return _with(envelope(thai_list(), "TH"), pins=[])


@_group.vector("TS 119 615, 4.2", _NONE)
def not_pinned() -> Case:
    """Singapore's list is pinned; Thailand's is offered without a pin."""
    return _with(envelope(thai_list(), "TH"), pins=[pin("recognition", "SG")])


@_group.vector("TS 119 615, 4.2")
def second_of_two_signers() -> Case:
    """The pin names two certificates, and the second one's key signed."""
    second = certificate("TH", "second")
    pins = [pin("member_state", "TH", certificate("TH"), second), pin("recognition", "SG")]
    return _with(envelope(thai_list(), "TH", by=signer("TH", "second"), der=second), pins=pins)


@_group.vector(
    "TS 119 615, 4.3",
    _NONE,
    refused="list.signer_not_pinned",
    notes="The certificate in `x5c` is trusted because it is there.",
)
def signer_not_pinned() -> Case:
    """A certificate in Thailand's name that nobody pinned signed the list."""
    foreign = certificate("TH", "attacker")
    return _with(envelope(thai_list(), "TH", by=signer("TH", "attacker"), der=foreign))


@_group.vector(
    "TS 119 615, 4.3",
    _NONE,
    refused="list.signature_invalid",
    notes="The header names a pinned certificate; whose key signed is not looked at.",
)
def signed_by_another_key() -> Case:
    """The header names the pinned certificate, and another key signed."""
    return _with(envelope(thai_list(), "TH", by=signer("TH", "attacker")))


@_group.vector(
    "TS 119 615, 4.3",
    _NONE,
    refused="list.signer_not_pinned",
    notes="All states' signers pooled: one state signs another's list.",
)
def signed_by_another_state() -> Case:
    """Thailand's list, signed by Singapore's operator, which is pinned for Singapore only."""
    return _with(envelope(thai_list(), "TH", by=signer("SG"), der=certificate("SG")))


@_group.vector(
    "TS 119 612, 5.7.1",
    _NONE,
    refused="list.signer_country",
    notes="A pin entered for the wrong state lets one speak for another.",
)
def signer_of_another_country() -> Case:
    """The pinned certificate of Thailand's list names Malaysia as its country."""
    return _pinned(
        tl_signer_certificate(
            signer("TH"),
            territory="MY",
            operator=operator("TH"),
            not_before=MOMENT - YEAR,
            not_after=MOMENT + YEAR,
        )
    )


@_group.vector(
    "TS 119 612, 5.7.1",
    _NONE,
    refused="list.signer_certificate",
    notes="Any certificate of the operator, made for whatever purpose, signs lists.",
)
def signer_not_for_lists() -> Case:
    """The pinned certificate lacks the extended key usage for signing lists."""
    return _pinned(service_certificate(signer("TH"), "TH", operator("TH"), "TEST-ONLY signer"))


@_group.vector("TS 119 612, 5.7.1", _NONE, refused="list.signer_certificate")
def signer_for_certificates_too() -> Case:
    """The pinned certificate's key usage also allows signing certificates and CRLs."""
    # KeyUsage as BIT STRING: digitalSignature and contentCommitment; then with bits 5 and 6.
    plain, wider = bytes.fromhex("030206c0"), bytes.fromhex("030201c6")
    der = certificate("TH")
    assert der.count(plain) == 1
    return _pinned(der.replace(plain, wider))


@_group.vector("TS 119 612, 5.7.1", _NONE, refused="list.signer_certificate")
def signer_is_an_authority() -> Case:
    """The pinned certificate is a certification authority's."""
    # BasicConstraints: an empty SEQUENCE; then with cA TRUE.
    plain, authority = bytes.fromhex("04023000"), bytes.fromhex("040530030101ff")
    return _pinned(_replaced(certificate("TH"), plain, authority))


@_group.vector("RFC 5280, 4.1.2.5", _NONE, refused="list.signer_expired")
def signer_expired() -> Case:
    """The pinned certificate expired last week."""
    return _pinned(certificate("TH", "", MOMENT - YEAR, MOMENT - 7 * DAY))


@_group.vector("TS 119 612, 5.7.1", _NONE, refused="list.signer_organisation")
def signer_of_another_operator() -> Case:
    """The list names another operator than the signer's certificate."""
    return _with(envelope(thai_list(operator="TEST-ONLY another operator"), "TH"))


# --- header -----------------------------------------
@_group.vector(
    "TS 119 182-1, 5.1",
    _NONE,
    refused="list.header",
    notes="One reference is checked, the other's key is used.",
)
def references_disagree() -> Case:
    """`x5t#S256` names the pinned certificate, `x5c` holds another."""
    return _header(x5c=[b64encode(certificate("TH", "attacker")).decode()])


@_group.vector("TS 119 182-1, 5.1", _NONE, refused="list.header")
def no_reference() -> Case:
    """Neither `x5c` nor `x5t#S256` is there."""
    return _header(x5c=None, **{"x5t#S256": None})


@_group.vector(
    "RFC 8725, 3.10",
    _NONE,
    refused="list.header",
    notes="The list brings the key that verifies it.",
)
def jwk_in_the_header() -> Case:
    """The header brings a key (`jwk`)."""
    return _header(jwk=public_jwk("attacker"))


@_group.vector("RFC 8725, 3.1", _NONE, refused="crypto.algorithm_none")
def alg_none() -> Case:
    """`alg` is `none`."""
    return _header(alg="none")


@_group.vector("RFC 8725, 3.1", _NONE, refused="crypto.algorithm_symmetric")
def alg_hs256() -> Case:
    """`alg` is HS256."""
    return _header(alg="HS256")


@_group.vector(
    "DEFA profile, envelope", _NONE, refused="list.algorithm", importance=Importance.PROFILE
)
def alg_not_for_lists() -> Case:
    """`alg` is RS256, which signs no lists."""
    return _header(alg="RS256")


@_group.vector("RFC 7515, 4.1.11", _NONE, refused="list.header_critical")
def crit_unknown() -> Case:
    """`crit` names a member that no reader need treat as critical: only `sigT` may stand there."""
    return _header(crit=["iat"])


@_group.vector("RFC 7797, 6", _NONE, refused="list.header")
def b64_false() -> Case:
    """`b64` is false."""
    return _header(b64=False)


@_group.vector("TS 119 182-1, 5.2.1")
def signing_time_of_older_producers() -> Case:
    """The older `sigT` instead of `iat`, critical as it must be."""
    return _header(iat=None, sigT="2026-10-02T00:00:00Z", crit=["sigT"])


@_group.vector("TS 119 182-1, 5.1.11", _NONE, refused="list.header")
def signing_time_twice() -> Case:
    """Both `iat` and `sigT` are there."""
    return _header(sigT="2026-10-02T00:00:00Z", crit=["sigT"])


@_group.vector("TS 119 182-1, 5.1.11", _NONE, refused="list.header")
def signing_time_missing() -> Case:
    """Neither `iat` nor `sigT` is there."""
    return _header(iat=None)


@_group.vector("TS 119 182-1, 5.1.11", _NONE, refused="list.signed_in_the_future")
def signed_in_the_future() -> Case:
    """The list says it was signed tomorrow."""
    return _header(iat=MOMENT + DAY)


# --- octets -----------------------------------------
@_group.vector("RFC 7515, 5.2", _NONE, refused="list.signature_invalid")
def payload_changed() -> Case:
    """The payload was replaced after signing."""
    head, _, signature = envelope(thai_list(), "TH").split(".")
    other = base64url.encode(strict_json.compact(thai_list(sequence=6)))
    return _with(f"{head}.{other}.{signature}")


@_group.vector(
    "RFC 7515, 7.1", _NONE, refused="list.not_a_jws", notes="An error page cached as a list."
)
def error_page() -> Case:
    """A web server's error page instead of a list."""
    return _with("<html><body>503 Service Unavailable</body></html>")


@_group.vector("RFC 7515, 2", _NONE, refused="base64url.not_canonical")
def payload_padded() -> Case:
    """The payload was signed with padding at its end."""
    text = strict_json.compact(thai_list())
    head = envelope(thai_list(), "TH").partition(".")[0]
    body = base64url.encode(text + b" " * (-(len(text) + 2) % 3)) + "="
    message = f"{head}.{body}"
    signature = base64url.encode(signer("TH").sign("ES256", message.encode()))
    return _with(f"{message}.{signature}")


@_group.vector(
    "RFC 7493, 2.3",
    _NONE,
    refused="json.duplicate_member",
    notes="One reader sees one list, another reader another.",
)
def duplicate_member() -> Case:
    """The signed list has a member twice."""
    text = strict_json.compact(thai_list())
    return _with(envelope(text[:-1] + b',"LoTE":{}}', "TH"))


@_group.vector("RFC 8259, 9", _NONE, refused="json.too_deep")
def too_deep() -> Case:
    """The signed payload is a thousand arrays, one in the other."""
    return _with(envelope(b"[" * 1000 + b"]" * 1000, "TH"))


# --- policy -----------------------------------------
def _transcribed() -> str:
    publication = {
        "kind": "transcribed",
        "sourceUri": "https://authority.th.test.example/services",
        "retrieved": "2026-09-30T00:00:00Z",
        "sha256": "0" * 64,
        "transcriber": operator("TH"),
    }
    return envelope(thai_list(publication=publication), "TH")


@_group.vector("DEFA profile, DefaPublication", importance=Importance.PROFILE)
def transcribed() -> Case:
    """The list was transcribed from what the state publishes; the default policy takes it."""
    return _with(_transcribed())


@_group.vector(
    "DEFA profile, DefaPublication",
    _NONE,
    refused="list.transcribed_refused",
    twin="transcribed",
    importance=Importance.PROFILE,
)
def transcribed_refused() -> Case:
    """The same, and the verifier's policy refuses transcribed lists."""
    case = _with(_transcribed())
    return Case(case.data, case.trust, request_of(policy={"transcribed": "refuse"}))


@_group.vector("DEFA profile, DefaPublication", importance=Importance.PROFILE)
def published_where_transcribed_ones_are_refused() -> Case:
    """The state publishes its list itself; a policy that refuses transcribed lists takes it."""
    case = _with(envelope(thai_list(), "TH"))
    return Case(case.data, case.trust, request_of(policy={"transcribed": "refuse"}))


# --- x5c -----------------------------------------
@_group.vector("RFC 7515, 4.1.6", _NONE, refused="list.header")
def x5c_empty() -> Case:
    """`x5c` is an empty array."""
    return _header(x5c=[])


@_group.vector("RFC 7515, 4.1.6", _NONE, refused="list.header")
def x5c_as_a_text() -> Case:
    """`x5c` is one text, and no array."""
    return _header(x5c=b64encode(certificate("TH")).decode())


@_group.vector("RFC 7515, 4.1.6", _NONE, refused="list.header")
def x5c_with_a_number_behind() -> Case:
    """The second entry of `x5c` is a number."""
    return _header(x5c=[b64encode(certificate("TH")).decode(), 4711])


@_group.vector("RFC 7515, 4.1.6", _NONE, refused="list.header",
               notes="Memory and time for a header that nobody has authenticated.")  # fmt: skip
def header_of_a_megabyte() -> Case:
    """The protected header is larger than a header can be."""
    own = b64encode(certificate("TH")).decode()
    return _header(x5c=[own, *(["A" * 65536] * 3)])
