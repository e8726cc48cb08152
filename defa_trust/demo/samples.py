"""Good samples: every state in every format it issues, and the verdicts they must get (floor 13).

Holders are fictitious and say TEST-ONLY. What is expected is written down here and not computed
from the arrangements, so that it says something about them.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ..crypto import KeyType
from ..errors import MisuseError
from ..request import HolderBinding, MinimumLevel, Profile, Request
from ..signing_crypto import SigningKey
from ..trustlist.documents import time_text as when
from ..verdict import Indication, RecognitionOutcome
from .issue import (
    VCDM_1_1,
    VCDM_2,
    Hidden,
    hc1,
    issue_hcert,
    issue_sd_jwt,
    issue_sign1,
    issue_vc_jwt,
    issue_vc_jwt_1_1,
)
from .keys import NotKept, Signer
from .plans import DAY, REGION_EPOCH, VC_TYPE, VCT
from .states import STATES

PASSED, FAILED, OPEN = Indication.TOTAL_PASSED, Indication.TOTAL_FAILED, Indication.INDETERMINATE
_RECOGNISED: Final = RecognitionOutcome.RECOGNISED
_REFUSED: Final = RecognitionOutcome.NOT_RECOGNISED
_PILOT: Final = RecognitionOutcome.PILOT
_UNKNOWN: Final = RecognitionOutcome.INDETERMINATE
_NOT_ASKED: Final = RecognitionOutcome.NOT_EVALUATED

VERIFIER: Final = "https://bank.sg.test.example"
"""Audience of every proof of possession, whichever state asks."""
NONCE: Final = "TEST-ONLY-nonce-1"
REALM: Final = "test-bank"
"""The relying party for which the Malaysian sample was issued."""


class Expected(NamedTuple):
    """The verdict a sample must get: both answers, and the code that decides (if one does)."""

    indication: Indication
    recognition: RecognitionOutcome
    reason: str | None = None


_SUFFIXES: Final = {"cades": "p7m", "pades": "pdf", "xades": "xml"}
"""Names of files that hold signed documents; credentials are texts."""


class Sample(NamedTuple):
    """A TEST-ONLY credential, presentation or signed document; what to ask of it; the answers.

    ``request_hint`` holds members of ``Request`` in plain form: `purpose`, `sector`, `act`,
    `relyingParty`, `minLevel`, `audience`, `nonce`, `holderBinding`, `profiles`, `volumeUsed`,
    `format`, `sessionTranscript` (base64 of the CBOR).
    ``expect`` holds the answers by receiving state.
    """

    name: str
    state: str
    format: str
    data: bytes
    shows: str
    expect: Mapping[str, Expected]
    request_hint: Mapping[str, Any] = {}

    @property
    def file_name(self) -> str:
        suffix = _SUFFIXES.get(self.format) or ("json" if self.data[:1] == b"{" else "txt")
        return f"{self.state.lower()}-{self.format}-{self.name}.{suffix}"

    def request(self, relying_state: str, at: int = REGION_EPOCH) -> Request:
        """The question that ``expect`` answers."""
        return request_from(self.request_hint, relying_state, at)


def request_from(hint: Mapping[str, Any], relying_state: str, at: int) -> Request:
    """A request from its plain form (see ``Sample``)."""
    profiles = {Profile.VC_DATA_MODEL_1_1, *(Profile(name) for name in hint.get("profiles", ()))}
    level = hint.get("minLevel")
    session = hint.get("sessionTranscript")
    return Request(
        relying_state=relying_state,
        holder_binding=HolderBinding(hint.get("holderBinding", "if_present")),
        at=at,
        purpose=hint.get("purpose"),
        sector=hint.get("sector"),
        act=hint.get("act"),
        relying_party=hint.get("relyingParty"),
        min_level=None if level is None else MinimumLevel(**level),
        audience=hint.get("audience"),
        nonce=hint.get("nonce"),
        format=hint.get("format"),
        session_transcript=None if session is None else b64decode(session),
        profiles=frozenset(profiles),
        volume_used=tuple(sorted(hint.get("volumeUsed", {}).items())),
    )


def valid_for(**answers: tuple[RecognitionOutcome, str | None]) -> dict[str, Expected]:
    """TOTAL-PASSED, and recognised as each receiving state's entry says."""
    return {state: Expected(PASSED, *answer) for state, answer in answers.items()}


def everywhere(indication: Indication, reason: str, *states: str) -> dict[str, Expected]:
    """Not passed, for the same reason in each of ``states``: recognition is never asked."""
    return {state: Expected(indication, _NOT_ASKED, reason) for state in states}


YES: Final = (_RECOGNISED, None)
PILOT: Final = (_PILOT, "recognition.pilot")
NO_ARRANGEMENT: Final = (_REFUSED, "recognition.no_arrangement")
NO_LIST: Final = (_UNKNOWN, "recognition.list_missing")


def refused(reason: str) -> tuple[RecognitionOutcome, str]:
    return _REFUSED, f"recognition.{reason}"


def unknown(reason: str) -> tuple[RecognitionOutcome, str]:
    return _UNKNOWN, f"recognition.{reason}"


# --- what is in them ------------------------------------------------------------------------------
_HOLDERS: Final = {
    "BN": "Awang", "KH": "Sophea", "ID": "Budi", "LA": "Keo", "MY": "Aminah", "MM": "Hla",
    "PH": "Maria", "SG": "Tan", "TH": "Somchai", "TL": "Domingos", "VN": "Linh",
}  # fmt: skip


def holder_signer(state: str) -> Signer:
    """The holder's own key, whatever the state: ES256."""
    label = f"TEST-ONLY defa region {state} holder"
    return Signer(SigningKey.from_seed(label, KeyType.P256), "ES256", None)


def person(state: str) -> dict[str, Any]:
    """Claims of a person who does not exist."""
    return {
        "given_name": f"TEST-ONLY {_HOLDERS[state]}",
        "family_name": "TEST-ONLY Holder",
        "birthdate": "1990-01-15",
        "document_number": f"TEST-{state}-0000001",
        "nationalities": [state],
        "address": {"locality": "TEST-ONLY Town", "country": state},
    }


def vc_2_0(state: str, issuer: str, at: int, **members: Any) -> dict[str, Any]:
    """A credential of VCDM 2.0; a member that is ``None`` is left out."""
    credential = {
        "@context": [VCDM_2],
        "type": ["VerifiableCredential", VC_TYPE],
        "issuer": issuer,
        "validFrom": when(at - 20 * DAY),
        "validUntil": when(at + 700 * DAY),
        "credentialSubject": person(state),
        **members,
    }
    return {name: value for name, value in credential.items() if value is not None}


def vc_1_1(state: str, issuer: str, at: int, **members: Any) -> dict[str, Any]:
    """Claims of a JWT whose `vc` holds a credential of VCDM 1.1."""
    return {
        "iss": issuer,
        "nbf": at - 20 * DAY,
        "exp": at + 700 * DAY,
        "jti": f"urn:test:{state.lower()}:1",
        "vc": {
            "@context": [VCDM_1_1],
            "type": ["VerifiableCredential", VC_TYPE],
            "credentialSubject": person(state),
        },
        **members,
    }


def sd_claims(state: str, issuer: str, at: int, **members: Any) -> dict[str, Any]:
    """Claims of an SD-JWT VC: a person's are disclosed one by one, the address in two steps."""
    facts = person(state)
    claims = {
        "iss": issuer,
        "vct": VCT,
        "iat": at - 20 * DAY,
        "nbf": at - 20 * DAY,
        "exp": at + 700 * DAY,
        "cnf": {"jwk": holder_signer(state).key.jwk()},
        "given_name": Hidden(facts["given_name"]),
        "family_name": Hidden(facts["family_name"]),
        "birthdate": Hidden(facts["birthdate"]),
        "document_number": Hidden(facts["document_number"]),
        "nationalities": [Hidden(code) for code in facts["nationalities"]],
        "address": Hidden({name: Hidden(value) for name, value in facts["address"].items()}),
        **members,
    }
    return {name: value for name, value in claims.items() if value is not None}


def cwt_claims(state: str, at: int, **members: Any) -> dict[Any, Any]:
    """Claims of an HCERT: a vaccination certificate of a person and a product that do not exist."""
    return {
        1: state,
        4: at + 700 * DAY,
        6: at - 20 * DAY,
        -260: {
            1: {
                "ver": "1.3.0",
                "nam": {"fnt": "TEST<ONLY<HOLDER", "gnt": f"TEST<ONLY<{_HOLDERS[state].upper()}"},
                "dob": "1990-01-15",
                "v": [
                    {
                        "tg": "TEST-ONLY",
                        "dn": 1,
                        "sd": 1,
                        "dt": "2026-06-01",
                        "co": state,
                        "is": f"TEST-ONLY Provider of {STATES[state].name}",
                        "ci": f"URN:UVCI:TEST-ONLY:{state}:1",
                    }
                ],
            }
        },
        **members,
    }


def proof(at: int, **members: Any) -> dict[str, Any]:
    """Claims of a key-binding JWT, made a minute before the region's moment."""
    return {"aud": VERIFIER, "nonce": NONCE, "iat": at - 60, **members}


BOUND: Final = {"audience": VERIFIER, "nonce": NONCE, "holderBinding": "must_be_present"}

# --- what is expected ----------------------------------------------------------------------------
_BUY: Final = {"act": "sale-of-goods"}
_ACCOUNT: Final = {"purpose": "account-opening"}
_KH_BANK: Final = {"relyingParty": "https://bank.kh.test.example"}
_LIST_EXPIRED: Final = everywhere(OPEN, "list.expired", "LA", "SG", "TH")
_IDENTITY: Final[Mapping[str, tuple[Mapping[str, Any], dict[str, Expected]]]] = {
    "BN": (_BUY, valid_for(BN=YES, SG=YES, TL=YES, TH=NO_ARRANGEMENT, ID=NO_LIST)),
    "KH": (_ACCOUNT, valid_for(KH=YES, SG=YES, PH=YES, TL=YES, TH=NO_ARRANGEMENT)),
    "ID": (
        {},
        valid_for(
            ID=YES,
            SG=refused("not_yet_in_force"),
            MY=refused("no_longer_in_force"),
            TL=YES,
        ),
    ),
    "LA": ({}, _LIST_EXPIRED),
    "MY": (
        {"relyingParty": REALM},
        valid_for(MY=YES, BN=YES, TL=YES, SG=refused("suspended"), TH=refused("suspended")),
    ),
    "MM": ({}, everywhere(OPEN, "resolve.issuer_unknown", "MM", "SG", "TH")),
    "PH": (_KH_BANK, valid_for(PH=YES, SG=YES, KH=YES, VN=NO_ARRANGEMENT, TL=YES)),
    "SG": (
        _ACCOUNT | {"sector": "banking", "volumeUsed": {"maxPerDay": 12}},
        valid_for(
            SG=YES,
            TH=PILOT,
            MY=YES,
            PH=YES,
            KH=YES,
            TL=YES,
            VN=YES,
            BN=refused("observe_only"),
            ID=NO_LIST,
        ),
    ),
    "TH": (
        {"minLevel": {"proofing": 2, "authentication": 2}},
        valid_for(
            TH=refused("level_unmapped"),
            SG=YES,
            MY=NO_ARRANGEMENT,
            VN=refused("not_listed_here"),
            ID=NO_LIST,
        ),
    ),
    "TL": ({}, valid_for(TL=PILOT, SG=PILOT, TH=NO_ARRANGEMENT, ID=NO_LIST)),
    "VN": ({}, valid_for(VN=YES, SG=refused("observe_only"), TH=YES, TL=YES, MY=NO_ARRANGEMENT)),
}
"""By issuing state: what to ask, and the answers for its identity credential."""

_DOCUMENTS: Final[Mapping[str, dict[str, Expected]]] = {
    "BN": valid_for(BN=YES, SG=refused("service_type_unmapped"), TL=YES),
    "KH": valid_for(KH=YES, SG=refused("service_type_unmapped"), TL=YES),
    "ID": valid_for(ID=YES, TL=YES, VN=NO_ARRANGEMENT),
    "LA": _LIST_EXPIRED,
    "MY": valid_for(MY=YES, TL=YES, VN=NO_ARRANGEMENT),
    "MM": everywhere(OPEN, "resolve.territory_unknown", "MM", "SG", "TH"),
    "PH": valid_for(PH=YES, SG=YES, TL=YES, VN=NO_ARRANGEMENT),
    "SG": valid_for(SG=YES, TH=YES, MY=refused("service_type_unmapped"), ID=NO_LIST, TL=YES),
    "TH": valid_for(TH=YES, SG=YES, PH=YES, MY=NO_ARRANGEMENT),
    "TL": valid_for(TL=YES, SG=refused("service_type_unmapped"), TH=NO_ARRANGEMENT),
    "VN": valid_for(VN=YES, TL=YES, SG=refused("service_type_unmapped")),
}
"""The same for its HCERT."""


def identity_expectations(state: str) -> tuple[dict[str, Any], dict[str, Expected]]:
    """What to ask of a state's good identity credential, and the answers."""
    hint, expected = _IDENTITY[state]
    return dict(hint), dict(expected)


# --- the samples ---------------------------------------------------------------------------------
def issuer_of(state: str) -> str:
    """The issuer identifier of a state's identity service; MY has one for each relying party."""
    plan = STATES[state]
    pattern = plan.by_slug["identity"].pattern
    return plan.issuer if pattern is None else pattern.replace("{rp}", REALM)


def good_samples(at: int) -> Iterator[Sample]:
    """Good samples of every state. Those whose signature is salted exist for the region's own
    moment only and are left out for another."""
    yield from state_samples(at)
    if at == REGION_EPOCH:
        yield _really_compressed()


def state_samples(at: int) -> Iterator[Sample]:
    """All good samples but the one that is kept whole."""
    for state in STATES:
        for make in (_hcert, _vc_jwt, _sd_jwt, _sd_jwt_json):
            try:
                yield make(state, at)
            except NotKept:
                continue
    yield from _further(at)


def _hcert(state: str, at: int) -> Sample:
    signer = STATES[state].signer("documents")
    claims = cwt_claims(state, at)
    label = f"{state.lower()}-hcert"
    hint: dict[str, Any] = {}
    if state == "PH":
        # Third QR generation of the Philippines, as one implementation reads it: no zlib.
        data, hint = hc1(issue_sign1(claims, signer, label)), {"profiles": ["hcert-uncompressed"]}
    else:
        data = issue_hcert(claims, signer, label)
    return Sample("good", state, "hcert", data, "a QR certificate", _DOCUMENTS[state], hint)


def _vc_jwt(state: str, at: int) -> Sample:
    signer = STATES[state].signer("identity")
    hint, expect = identity_expectations(state)
    label = f"{state.lower()}-vc-jwt"
    if state in ("MY", "ID", "VN"):
        claims = vc_1_1(state, issuer_of(state), at)
        return Sample(
            "good-1.1", state, "vc-jwt", issue_vc_jwt_1_1(claims, signer, label),
            "a W3C credential, data model 1.1", expect, hint,
        )  # fmt: skip
    data = issue_vc_jwt(vc_2_0(state, issuer_of(state), at), signer, label)
    return Sample("good", state, "vc-jwt", data, "a W3C credential", expect, hint)


def _sd_jwt(state: str, at: int) -> Sample:
    signer = STATES[state].signer("identity")
    hint, expect = identity_expectations(state)
    label = f"{state.lower()}-sd-jwt"
    algorithm = "sha3-256" if state == "KH" else "sha-256"
    issued = issue_sd_jwt(
        sd_claims(state, issuer_of(state), at), signer, label, decoys=2, digest_algorithm=algorithm
    )
    names = ("given_name", "family_name", "nationalities/0", "address", "address/country")
    data = issued.present(names, proof(at), holder_signer(state))
    return Sample(
        "good-bound", state, "sd-jwt-vc", data, "a presentation with the holder's proof",
        expect, hint | BOUND,
    )  # fmt: skip


def _sd_jwt_json(state: str, at: int) -> Sample:
    signer = STATES[state].signer("identity")
    hint, expect = identity_expectations(state)
    issued = issue_sd_jwt(
        sd_claims(state, issuer_of(state), at), signer, f"{state.lower()}-sd-jwt", decoys=2,
        digest_algorithm="sha3-256" if state == "KH" else "sha-256",
    )  # fmt: skip
    if state in ("SG", "VN"):
        data = issued.present_json(("given_name",), proof(at), holder_signer(state))
        return Sample(
            "good-json-bound", state, "sd-jwt-vc", data,
            "a presentation in JSON with the holder's proof", expect, hint | BOUND,
        )  # fmt: skip
    return Sample("good-json", state, "sd-jwt-vc", issued.present_json(("birthdate",)),
                  "a presentation in JSON that proves no possession", expect, hint)  # fmt: skip


def _further(at: int) -> Iterator[Sample]:
    """Second hierarchies, older keys, lower claims, and presentations without a proof."""
    hint, expect = identity_expectations("SG")
    older = STATES["SG"].signer("identity", "identity-2022")
    yield Sample(
        "good-older-key", "SG", "vc-jwt",
        issue_vc_jwt(vc_2_0("SG", issuer_of("SG"), at), older, "sg-older"),
        "an older key of the same service, on P-521", expect, hint,
    )  # fmt: skip
    hint, expect = identity_expectations("TH")
    issued = issue_sd_jwt(
        sd_claims("TH", issuer_of("TH"), at), STATES["TH"].signer("identity"), "th-unbound"
    )
    yield Sample(
        "good-unbound", "TH", "sd-jwt-vc", issued.present(("given_name",)),
        "a presentation that proves no possession, as the request allows", expect, hint,
    )  # fmt: skip
    second = (
        ("ID", "identity-non-instansi", "a private issuer: the other of two hierarchies"),
        ("VN", "identity-government", "the government's own hierarchy"),
    )
    for state, slug, shows in second:
        hint, expect = identity_expectations(state)
        plan = STATES[state]
        issuer = plan.by_slug[slug].issuers[0]
        data = issue_vc_jwt(vc_2_0(state, issuer, at), plan.signer(slug), slug)
        yield Sample(f"good-{slug}", state, "vc-jwt", data, shows, expect, hint)
    capped = STATES["TH"]
    issuer = capped.by_slug["identity-capped"].issuers[0]
    data = issue_vc_jwt(vc_2_0("TH", issuer, at), capped.signer("identity-capped"), "capped")
    yield Sample(
        "good-capped", "TH", "vc-jwt", data, "a provider with a ceiling, no level asked for",
        valid_for(TH=YES, SG=YES, MY=NO_ARRANGEMENT),
    )  # fmt: skip


@cache
def kept_text(name: str) -> bytes:
    """A sample that is kept whole under ``fixed/``."""
    path = files(__package__) / "fixed" / f"TEST-ONLY-{name}.txt"
    if not path.is_file():
        raise MisuseError(f"the region keeps no sample {name!r}")
    return path.read_bytes().strip()


def _really_compressed() -> Sample:
    return Sample(
        "good-deflated", "SG", "hcert", kept_text("sg-hcert-deflated"),
        "a QR certificate that was really compressed", dict(_DOCUMENTS["SG"]),
    )  # fmt: skip
