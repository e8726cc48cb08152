"""Samples that do not pass, each with one fault (floor 13).

The good twin of each is in ``samples``: same issuer, same claims, without the fault. What each must
get stands in one table, ``FAULTS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..codec import json as strict_json
from ..crypto import KeyType
from ..signing_crypto import SigningKey
from ..trustlist.documents import time_text
from ..verdict import Indication
from .issue import (
    IssuedSdJwt,
    disclosure,
    hc1,
    issue_hcert,
    issue_sd_jwt,
    issue_sign1,
    issue_vc_jwt,
)
from .keys import Signer
from .plans import DAY
from .samples import (
    BOUND,
    FAILED,
    OPEN,
    Sample,
    cwt_claims,
    everywhere,
    holder_signer,
    issuer_of,
    person,
    proof,
    sd_claims,
    vc_2_0,
)
from .states import STATES

_TH: Final = "TH"
_JWT: Final = "vc-jwt"
_SD_JWT: Final = "sd-jwt-vc"


class Fault(NamedTuple):
    """What a fault does to validity, the code that says so, and what it is."""

    indication: Indication
    reason: str
    what: str


FAULTS: Final[Mapping[str, Fault]] = {
    "expired": Fault(FAILED, "time.expired", "it expired a second ago"),
    "not-yet-valid": Fault(FAILED, "time.not_yet_valid", "it is valid from tomorrow"),
    "tampered": Fault(FAILED, "crypto.signature_invalid", "one claim was changed after signing"),
    "wrong-key": Fault(
        FAILED, "crypto.signature_invalid", "another key signed under the name of a listed one"
    ),
    "key-in-header": Fault(FAILED, "crypto.signature_invalid", "it brings its own key along"),
    "alg-none": Fault(FAILED, "crypto.algorithm_none", "it says that it needs no signature"),
    "other-type": Fault(
        FAILED,
        "resolve.credential_type_out_of_scope",
        "the list does not let the service issue this type",
    ),
    "damaged": Fault(FAILED, "zlib.broken", "two characters of the code changed places"),
    "unknown-kid": Fault(OPEN, "resolve.key_unknown", "it names a key that the list does not have"),
    "other-states-key": Fault(
        OPEN, "resolve.key_unknown", "a listed key of another state signed it"
    ),
    "unknown-issuer": Fault(OPEN, "resolve.issuer_unknown", "no list names its issuer"),
    "withdrawn-service": Fault(
        OPEN, "service.not_granted", "its issuer's status was withdrawn in June"
    ),
    "other-relying-party": Fault(
        FAILED, "resolve.relying_party_mismatch", "it was issued for another relying party"
    ),
    "no-relying-party": Fault(
        OPEN, "resolve.relying_party_needed", "the request does not say who relies on it"
    ),
    "status-not-checked": Fault(
        OPEN, "status.not_checked", "it names a status list that nobody has fetched"
    ),
    "revoked": Fault(FAILED, "status.revoked", "its issuer's status list revokes it"),
    "suspended": Fault(OPEN, "status.suspended", "its issuer's status list suspends it"),
    "status-expired": Fault(
        OPEN, "status.list_expired", "the status list that it names has expired"
    ),
    "status-of-another-state": Fault(
        OPEN, "status.signer_unbound", "another state's issuer signed the status list"
    ),
    "online-only": Fault(OPEN, "resolve.online_only", "only the service itself can check it"),
    "wrong-audience": Fault(
        FAILED, "holder.audience_mismatch", "the proof was made for another verifier"
    ),
    "wrong-nonce": Fault(FAILED, "holder.nonce_mismatch", "the proof answers another request"),
    "old-proof": Fault(FAILED, "holder.proof_too_old", "the proof is an hour old"),
    "no-proof": Fault(
        FAILED, "holder.proof_missing", "the request demands a proof, and there is none"
    ),
    "other-holder": Fault(FAILED, "crypto.signature_invalid", "somebody else made the proof"),
    "taken-after-proof": Fault(
        FAILED, "digest.mismatch", "a disclosure was taken away after the proof was made"
    ),
    "extra-disclosure": Fault(
        FAILED, "digest.mismatch", "a disclosure that the issuer never signed"
    ),
    "forged-disclosure": Fault(FAILED, "digest.mismatch", "the value of a disclosure was changed"),
    "legacy-typ": Fault(FAILED, "sd_jwt.typ", "the `typ` of older drafts, which nothing allows"),
    "in-the-open": Fault(
        FAILED, "resolve.format_out_of_scope", "its service encrypts, and it came in the open"
    ),
    "other-client": Fault(FAILED, "audience.mismatch", "it was issued for another client"),
    "replayed": Fault(FAILED, "id_token.nonce_mismatch", "it answers another request"),
    "no-jose": Fault(OPEN, "id_token.not_jose", "only its service can check it: it is no JOSE"),
    "other-states-name": Fault(FAILED, "claim169.issuer", "another state stands as its issuer"),
    "other-session": Fault(
        FAILED, "crypto.signature_invalid", "the device signed for another session"
    ),
    "forged-item": Fault(FAILED, "digest.mismatch", "the value of an element was changed"),
    "other-security-object": Fault(
        FAILED, "crypto.signature_invalid", "the security object of another document"
    ),
    "other-country": Fault(
        OPEN, "resolve.certificate_unlisted", "it names another state than its signer is listed in"
    ),
    "unsupported-proof": Fault(
        OPEN, "data_integrity.unsupported", "a BBS+ proof, which is recognised and not checked"
    ),
    "unsupported-suite": Fault(
        OPEN, "data_integrity.unsupported", "a suite that is recognised and not checked"
    ),
    "not-compressed": Fault(
        FAILED, "hcert.not_compressed", "a code without zlib, and no profile that allows it"
    ),
}


def bad_samples(at: int) -> Iterator[Sample]:
    """Every sample whose validity fails or cannot be established."""
    yield from _jose(at)
    yield from _resolution(at)
    yield from _sd_jwt(at)
    yield from _hcert(at)


def bad(state: str, format: str, name: str, data: bytes, /, **hint: Any) -> Sample:
    """The sample of a fault: judged in its own state and one other, with the same answer."""
    fault = FAULTS[name]
    states = ("SG", "TH") if state == "SG" else ("SG", state)
    expect = everywhere(fault.indication, fault.reason, *states)
    return Sample(name, state, format, data, fault.what, expect, hint)


def widely(sample: Sample, *states: str) -> Sample:
    """The same sample, judged with the same answer in further ``states``."""
    (answer, *_) = sample.expect.values()
    return sample._replace(expect={**sample.expect, **dict.fromkeys(states, answer)})


def stranger(state: str, kid: str | None) -> Signer:
    """A key that no list names, used with the name of one that is listed."""
    label = f"TEST-ONLY defa region {state} stranger"
    return Signer(SigningKey.from_seed(label, KeyType.P256), "ES256", kid)


def _jose(at: int) -> Iterator[Sample]:
    issuer, signer = issuer_of(_TH), STATES[_TH].signer("identity")

    def signed(
        by: Signer = signer, header: Mapping[str, Any] | None = None, **members: Any
    ) -> bytes:
        """The good credential with other ``members``, signed ``by`` whom it says."""
        return issue_vc_jwt(vc_2_0(_TH, issuer, at, **members), by, "th", **(header or {}))

    begun, ended = time_text(at - 400 * DAY), time_text(at - 1)
    yield bad(_TH, _JWT, "expired", signed(validFrom=begun, validUntil=ended))
    yield bad(_TH, _JWT, "not-yet-valid", signed(validFrom=time_text(at + DAY)))
    yield bad(_TH, _JWT, "tampered", _tampered(signed()))
    own = stranger(_TH, signer.kid)
    yield bad(_TH, _JWT, "wrong-key", signed(own))
    yield bad(_TH, _JWT, "key-in-header", signed(own, own.key.jwk()))
    yield bad(_TH, _JWT, "alg-none", _unsigned(signed()))
    other = ["VerifiableCredential", "TestDrivingLicence"]
    yield bad(_TH, _JWT, "other-type", signed(type=other))


def _resolution(at: int) -> Iterator[Sample]:
    def signed(state: str, issuer: str, by: Signer, **members: Any) -> bytes:
        return issue_vc_jwt(vc_2_0(state, issuer, at, **members), by, state.lower())

    issuer, signer = issuer_of(_TH), STATES[_TH].signer("identity")
    unlisted = Signer(signer.key, signer.algorithm, "th-1999")
    yield bad(_TH, _JWT, "unknown-kid", signed(_TH, issuer, unlisted))
    singapore = STATES["SG"]
    foreign = singapore.signer("identity")
    yield bad(_TH, _JWT, "other-states-key", signed(_TH, issuer, foreign))
    unheard = "https://unlisted.th.test.example"
    yield bad(_TH, _JWT, "unknown-issuer", signed(_TH, unheard, signer))
    closed = singapore.by_slug["attributes"].issuers[0]
    withdrawn = signed("SG", closed, singapore.signer("attributes"))
    yield bad("SG", _JWT, "withdrawn-service", withdrawn)
    malaysian = signed("MY", issuer_of("MY"), STATES["MY"].signer("identity"))
    yield bad("MY", _JWT, "other-relying-party", malaysian, relyingParty="another-bank")
    yield bad("MY", _JWT, "no-relying-party", malaysian)
    status = {
        "id": "https://status.sg.test.example/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://status.sg.test.example/1",
    }
    referenced = signed("SG", issuer_of("SG"), foreign, credentialStatus=status)
    yield bad("SG", _JWT, "status-not-checked", referenced)
    for state in ("PH", "KH"):
        online = STATES[state].by_slug["online"].issuers[0]
        data = signed(state, online, stranger(state, "online-1"))
        yield bad(state, _JWT, "online-only", data)


def _sd_jwt(at: int) -> Iterator[Sample]:
    signer, holder = STATES[_TH].signer("identity"), holder_signer(_TH)
    shown = ("given_name", "birthdate")

    def issue(typ: str = "dc+sd-jwt", **members: Any) -> IssuedSdJwt:
        claims = sd_claims(_TH, issuer_of(_TH), at, **members)
        return issue_sd_jwt(claims, signer, "th-sd-jwt", typ=typ, decoys=2)

    def presented(name: str, data: bytes) -> Sample:
        return bad(_TH, _SD_JWT, name, data, **BOUND)

    issued = issue()
    elsewhere = proof(at, aud="https://another.test.example")
    yield presented("wrong-audience", issued.present(shown, elsewhere, holder))
    replayed = proof(at, nonce="TEST-ONLY-nonce-0")
    yield presented("wrong-nonce", issued.present(shown, replayed, holder))
    yield presented("old-proof", issued.present(shown, proof(at, iat=at - 3600), holder))
    yield presented("no-proof", issued.present(shown))
    yield presented("other-holder", issued.present(shown, proof(at), stranger(_TH, None)))
    whole = issued.present(shown, proof(at), holder)
    yield presented("taken-after-proof", _without_first_disclosure(whole))
    admin = {"admin": disclosure("TEST-ONLY", "admin", True)}
    added = IssuedSdJwt(issued.jwt, {**issued.disclosures, **admin})
    yield presented("extra-disclosure", added.present((*shown, "admin"), proof(at), holder))
    older = {"birthdate": _forged(issued.disclosures["birthdate"])}
    forged = IssuedSdJwt(issued.jwt, {**issued.disclosures, **older})
    yield presented("forged-disclosure", forged.present(shown, proof(at), holder))
    yield presented("expired", issue(exp=at - 1).present(shown, proof(at), holder))
    yield presented("legacy-typ", issue("vc+sd-jwt").present(shown, proof(at), holder))
    status = {"status_list": {"idx": 7, "uri": "https://status.sg.test.example/2"}}
    claims = sd_claims("SG", issuer_of("SG"), at, status=status)
    listed = issue_sd_jwt(claims, STATES["SG"].signer("identity"), "sg-status")
    data = listed.present(("given_name",), proof(at), holder_signer("SG"))
    yield bad("SG", _SD_JWT, "status-not-checked", data, **BOUND)


def _hcert(at: int) -> Iterator[Sample]:
    signer = STATES["SG"].signer("documents")
    good = cwt_claims("SG", at)
    yield bad("SG", "hcert", "expired", issue_hcert({**good, 4: at - 1}, signer, "sg"))
    foreign = issue_hcert(cwt_claims(_TH, at), signer, "sg")
    yield bad(_TH, "hcert", "other-states-key", foreign)
    wrong = issue_hcert(good, stranger("SG", None), "sg", kid=signer.cose_kid)
    yield bad("SG", "hcert", "wrong-key", wrong)
    text = bytearray(issue_hcert(good, signer, "sg"))
    text[40:42] = text[41], text[40]
    yield bad("SG", "hcert", "damaged", bytes(text))
    # The Philippine code needs a profile that allows it; this request names none.
    plain = hc1(issue_sign1(cwt_claims("PH", at), STATES["PH"].signer("documents"), "ph"))
    yield bad("PH", "hcert", "not-compressed", plain)


# --- faults --------------------------------------------------------------------------------------
def _unsigned(token: bytes) -> bytes:
    header = strict_json.compact({"alg": "none", "typ": "vc+jwt"})
    return base64url.encode(header).encode() + b"." + token.split(b".")[1] + b"."


def _tampered(token: bytes) -> bytes:
    """The same token with another date of birth: well-formed in every respect."""
    head, body, signature = token.split(b".")
    born = person(_TH)["birthdate"].encode()
    changed = base64url.decode(body).replace(born, b"2008-01-15")
    return b".".join((head, base64url.encode(changed).encode(), signature))


def _forged(text: str) -> str:
    salt, name, _ = strict_json.loads(base64url.decode(text))
    return disclosure(salt, name, "2008-01-15")


def _without_first_disclosure(presentation: bytes) -> bytes:
    first, _, *rest = presentation.split(b"~")
    return b"~".join((first, *rest))
