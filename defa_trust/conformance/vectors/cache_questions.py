"""Timelines: another question, another input or another proof after something that passed."""

from __future__ import annotations

from typing import Final

from ...codec import base64url
from ...spec import SVC_PID_REVOCATION
from ..build import (
    MOMENT,
    NONCE,
    Json,
    arrangement,
    bound_request,
    jwk_identity,
    key,
    key_binding,
    member_list,
    period,
    recognised_by,
    recognition_list,
    request_of,
    sd_issuer,
    sd_payload,
    service,
    trust,
    vc,
    world,
)
from ..registry import Case, Group, Importance, Step
from ..status_lists import evidence, identity_world, token_jwt, token_reference
from .cache_timelines import asked, then

_group = Group("cache", features=("es256", "recognition", "timeline", "vc-jwt"),
               twin="the_same_again")  # fmt: skip
_PROFILE = Importance.PROFILE
_PRESENTED: Final = f"{sd_issuer(sd_payload())}~"


# --- the question -----------------------------------------
def _elsewhere() -> Json:
    """Thailand's credential, recognised by Singapore and by Malaysia."""
    return trust(
        member_list("TH", service()),
        recognition_list("SG", arrangement()),
        recognition_list("MY", arrangement("MY", "TH")),
    )


@_group.vector("DEFA profile, an answer is that of its question", importance=_PROFILE)
def asked_by_two_states_that_recognise() -> Case:
    """Two states ask after the other, and both recognise it."""
    return asked(*then(None, request=request_of(relyingState="MY")), trust=_elsewhere())


@_group.vector(
    "DEFA profile, an answer is that of its question",
    "recognition.list_missing",
    twin="asked_by_two_states_that_recognise",
    importance=_PROFILE,
    notes="One state's recognition answers for another's.",
)
def asked_by_another_state() -> Case:
    """The second question comes from a state that has no recognition list."""
    return asked(*then("recognition.list_missing", request=request_of(relyingState="VN")),
                  trust=_elsewhere())  # fmt: skip


@_group.vector(
    "DEFA profile, purposes",
    "recognition.purpose_not_covered",
    importance=_PROFILE,
    notes="An answer for one purpose is given for every purpose.",
)
def asked_for_another_purpose() -> Case:
    """The arrangement covers the first question's purpose, and not the second one's."""
    return asked(
        *then("recognition.purpose_not_covered", request=request_of(purpose="banking")),
        trust=recognised_by(arrangement(purposes=["health"])),
        request=request_of(purpose="health"),
    )


@_group.vector(
    "DEFA profile, limits",
    "recognition.volume_exhausted",
    importance=_PROFILE,
    notes="A counted corridor is kept open by a remembered answer.",
)
def volume_used_up_in_between() -> Case:
    """The corridor's last use of the day is granted; the next question finds none left."""
    used = request_of(volumeUsed={"maxPerDay": 1000})
    return asked(
        *then("recognition.volume_exhausted", request=used),
        trust=recognised_by(arrangement(limits={"maxPerDay": 1000})),
        request=request_of(volumeUsed={"maxPerDay": 999}),
    )


@_group.vector(
    "DEFA profile, policy",
    "list.transcribed",
    importance=_PROFILE,
    notes="An answer under one policy is given under another.",
)
def asked_under_a_stricter_policy() -> Case:
    """The second question is asked under a policy that refuses transcribed lists."""
    copied = member_list("TH", service(), publication="transcribed")
    return asked(
        *then("list.transcribed", request=request_of(policy={"transcribed": "refuse"})),
        trust=trust(copied, recognition_list("SG", arrangement())),
    )


# --- the input -----------------------------------------
@_group.vector(
    "RFC 7515, 5.2",
    "crypto.signature_invalid",
    notes="What is remembered is found by less than the whole input.",
)
def tampered_copy_of_what_passed() -> Case:
    """The second input is the first one with its last octets exchanged."""
    good = vc()
    message, _, signature = good.decode().rpartition(".")
    raw = bytearray(base64url.decode(signature.encode()))
    raw[-1] ^= 1
    other = f"{message}.{base64url.encode(bytes(raw))}".encode()
    return asked(*then("crypto.signature_invalid", data=other), data=good)


@_group.vector(
    "RFC 7515, 5.2",
    "crypto.signature_invalid",
    notes="A signature remembered as good is taken for that of another message.",
)
def signature_moved_to_another_message() -> Case:
    """The second input has the first one's signature and another subject."""
    good = vc()
    signature = good.decode().rpartition(".")[2]
    message = vc(credentialSubject={"familyName": "TEST-ONLY Thief"}).decode().rpartition(".")[0]
    other = f"{message}.{signature}".encode()
    return asked(*then("crypto.signature_invalid", data=other), data=good)


# --- proofs of possession -----------------------------------------
_KB = ("es256", "key-binding", "recognition", "sd-jwt-vc", "timeline")
_bound = Group("cache", features=_KB, twin="a_new_proof_each_time")


def _proved(*steps: Step) -> Case:
    return Case(
        (_PRESENTED + key_binding(_PRESENTED)).encode(), world(), bound_request(), steps=steps
    )


@_bound.vector("RFC 9901, 7.3")
def a_new_proof_each_time() -> Case:
    """The same credential with a new proof for a new nonce."""
    again = (_PRESENTED + key_binding(_PRESENTED, nonce="TEST-ONLY-nonce-4712")).encode()
    return _proved(*then(None, data=again, request=bound_request(nonce="TEST-ONLY-nonce-4712")))


@_bound.vector(
    "RFC 9901, 7.3",
    "holder.nonce_mismatch",
    notes="A presentation that was good once is good for whoever recorded it.",
)
def proof_replayed_for_another_nonce() -> Case:
    """The same presentation is shown again, and the verifier has asked for another nonce."""
    return _proved(*then("holder.nonce_mismatch", request=bound_request(nonce=f"{NONCE}-2")))


@_bound.vector(
    "RFC 9901, 7.3",
    "holder.audience_mismatch",
    notes="A presentation made for one verifier is good at another.",
)
def proof_replayed_to_another_verifier() -> Case:
    """The same presentation is shown to another verifier."""
    other = bound_request(audience="https://other.sg.test.example")
    return _proved(*then("holder.audience_mismatch", request=other))


@_bound.vector(
    "RFC 9901, 7.3",
    "holder.proof_too_old",
    notes="A remembered presentation never grows old.",
)
def proof_grows_old_in_between() -> Case:
    """The proof is 290 seconds old, and 301 when it is shown again."""
    return _proved(Step(MOMENT + 280), Step(MOMENT + 291, ("holder.proof_too_old",)))


# --- status services -----------------------------------------
@_group.vector(
    "draft-ietf-oauth-status-list-21, 11.3",
    "status.signer_not_in_standing",
    features=("status-list-jwt", "trust"),
    twin="status_service_then_and_now",
    notes="The issuer was listed all along, and who speaks for it only later.",
)
def asked_before_the_status_service_was_listed() -> Case:
    """Asked as of a moment, and then as of a time before the status service was granted."""
    return _by_status_service(Step(MOMENT), Step(MOMENT - 60, ("status.signer_not_in_standing",)))


@_group.vector("draft-ietf-oauth-status-list-21, 11.3", features=("status-list-jwt", "trust"))
def status_service_then_and_now() -> Case:
    """Asked twice about a credential whose status another service of the issuer states."""
    return _by_status_service(Step(MOMENT), Step(MOMENT + 60))


def _by_status_service(*steps: Step) -> Case:
    states = service(
        id="urn:test:TH-status",
        name="TEST-ONLY status service of TH",
        type=SVC_PID_REVOCATION,
        issuerIds=[],
        identities=[jwk_identity("status", kid="status-1")],
        history=[period(start=MOMENT - 30)],
    )
    octets = token_jwt(signer=key("status"), header={"kid": "status-1"})
    return asked(
        *steps,
        data=vc(status=token_reference()),
        trust=identity_world(states),
        evidence=(evidence(octets),),
    )
