"""Attacks on who is found behind an issuer's name, each beside its honest twin."""

import time
from base64 import b64encode
from hashlib import sha256

import pytest

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.conformance import paths
from defa_trust.conformance.build import MOMENT, vc
from defa_trust.conformance.build import request_of as wanted
from defa_trust.conformance.trust import evidence_of, request_of, snapshot_of
from defa_trust.policy import TranscribedLists, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.resolve import resolve
from defa_trust.trustlist.accept import accept
from defa_trust.trustlist.identity import certificate_identity
from defa_trust.trustlist.model import Identity, IdentityKind, Publication
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import Indication, RecognitionOutcome
from defa_trust.verify import Verifier
from tests import signed_lists
from tests.build import (
    DAY,
    NOW,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
    vc_jwt,
)
from tests.unit.test_resolve import asked, pointing
from tests.unit.trustlist.test_envelope import certificate

REALM = "https://sso.my.test.example/realms/bank"
PATTERN = Identity(IdentityKind.ISSUER_PATTERN, "https://sso.my.test.example/realms/{rp}")


def judge(trust, signer, relying_party="bank"):
    token = vc_jwt(signer, issuer=REALM)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, relying_party=relying_party)
    return Verifier(trust).evaluate(token, request).verdict


def patterned(*others):
    own = service("MY", (PATTERN, jwk_identity(key("my"))), issuer_ids=())
    return snapshot(trust_list("MY", (own,)), *others)


def test_the_states_own_pattern_leads_to_its_own_key():
    verdict = judge(patterned(), key("my"))
    assert verdict.validity.indication is Indication.TOTAL_PASSED
    assert verdict.subject.territory == "MY"


@pytest.mark.parametrize("signer", ["my", "thief"])
def test_a_state_writes_out_one_name_of_anothers_pattern(signer):
    """TH lists, letter by letter, an issuer that MY's pattern covers: nobody's, as with two exact
    names. Before, the exact name won, and the relying party was not compared either."""
    squatter = service("TH", (jwk_identity(key("thief")),), issuer_ids=(REALM,))
    verdict = judge(patterned(trust_list("TH", (squatter,))), key(signer))
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert verdict.reason.code.id == "resolve.territory_ambiguous"


def test_a_state_writes_out_a_name_beside_anothers_pattern():
    """The twin: one path segment more, which MY's pattern does not cover."""
    neighbour = service("TH", (jwk_identity(key("thief")),), issuer_ids=(REALM + "/x",))
    verdict = judge(patterned(trust_list("TH", (neighbour,))), key("my"))
    assert verdict.validity.indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize(
    "pattern",
    ["https://sso.my.test.example/realms/{rp}", "https://sso.my.test.example/{rp}/bank"],
)
@pytest.mark.parametrize("relying_party", ["bank", "realms", None])
def test_two_states_claim_one_name_by_patterns(pattern, relying_party):
    other = service(
        "TH",
        (Identity(IdentityKind.ISSUER_PATTERN, pattern), jwk_identity(key("thief"))),
        issuer_ids=(),
    )
    for signer in ("my", "thief"):
        verdict = judge(patterned(trust_list("TH", (other,))), key(signer), relying_party)
        assert verdict.validity.indication is Indication.INDETERMINATE
        assert verdict.reason.code.id == "resolve.territory_ambiguous"


def test_a_list_of_patterns_costs_no_verifier_its_time():
    """A megabyte of patterns: neither the snapshot nor an unknown issuer tries them one by one."""
    crowd = [
        signed_lists.service(
            id=f"urn:test:{number}",
            issuer_ids=[],
            identity=publish.other_identity(
                *[f"issuer-pattern:https://a.b/{64 * number + n}/{{rp}}" for n in range(64)]
            ),
        )
        for number in range(230)
    ]
    document = signed_lists.member_document(entities=[signed_lists.entity("TH", *crowd)])
    found = accept(
        signed_lists.forged(document), signed_lists.pin(), last=None, now=signed_lists.NOW
    ).trust_list
    started = time.perf_counter()
    trust = TrustSnapshot.build([found])
    assert time.perf_counter() - started < 2
    [(issuer, party)] = trust.by_pattern("https://a.b/14719/bank")
    assert (issuer.territory, party) == ("TH", "bank")
    started = time.perf_counter()
    for number in range(1000):
        assert trust.by_pattern(f"https://a.b/{number}/bank/more") == ()
    assert trust.by_pattern("https://" + "/" * 1_000_000) == ()
    assert time.perf_counter() - started < 1


# --- lists that somebody else wrote down ---------------------------------------------------------
@pytest.mark.parametrize("refused", ["national", "recognition"])
def test_a_policy_that_refuses_transcribed_lists_refuses_the_recognition_list_too(refused):
    """Else whoever transcribes decides what a state recognises."""
    copied = {"publication": Publication.TRANSCRIBED}
    own = service("TH", (jwk_identity(key()),))
    trust = snapshot(
        trust_list("TH", (own,), **(copied if refused == "national" else {})),
        recognition_list("SG", (arrangement(),), **(copied if refused == "recognition" else {})),
    )
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    lenient = Verifier(trust).evaluate(vc_jwt(), request).verdict
    assert lenient.recognition.outcome is RecognitionOutcome.RECOGNISED
    strict = VerificationPolicy(transcribed=TranscribedLists.REFUSE)
    verdict = Verifier(trust, strict).evaluate(vc_jwt(), request).verdict
    if refused == "national":
        assert verdict.reason.code.id == "list.transcribed"
        assert verdict.recognition.outcome is RecognitionOutcome.NOT_EVALUATED
    else:
        assert verdict.reason.code.id == "recognition.list_transcribed"
        assert verdict.recognition.outcome is RecognitionOutcome.INDETERMINATE
        assert [need.kind.value for need in verdict.needs] == ["recognition_list"]


# --- certificates of authorities -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("usage", "signs"),
    [
        (("digital_signature",), True),
        (("content_commitment",), True),
        (("digital_signature", "key_cert_sign", "crl_sign"), True),
        (("key_cert_sign", "crl_sign"), False),
        (("key_encipherment",), False),
    ],
)
@pytest.mark.parametrize("hint", ["x5t#S256", "kid", None])
def test_an_authoritys_key_stands_behind_no_credential(usage, signs, hint):
    """RFC 5280, 4.2.1.3: a key for certificates and CRLs only. What it issued needs a path, so the
    answer is "not established", whichever way the token points to the authority itself."""
    signing_key, der = certificate(usage=usage)
    identity = certificate_identity(der)
    assert identity.signs is signs
    trust = snapshot(
        trust_list("TH", (service("TH", (identity,)),)), recognition_list("SG", (arrangement(),))
    )
    pointers = {
        "x5t#S256": base64url.encode(sha256(der).digest()),
        "kid": base64url.encode(signing_key.verification_key.thumbprint),
    }
    header = {"kid": None} if hint is None else {"kid": None, hint: pointers[hint]}
    token = vc_jwt(signing_key, header)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    verdict = Verifier(trust).evaluate(token, request).verdict
    if signs:
        assert verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    else:
        assert verdict.validity.indication is Indication.INDETERMINATE
        unlisted = "resolve.certificate_unlisted" if hint == "x5t#S256" else "resolve.key_unknown"
        assert verdict.reason.code.id == unlisted


def test_a_credential_names_one_states_issuer_and_another_state():
    """Territory bound end to end: the list that holds the issuer decides, and both must agree."""
    trust = snapshot(trust_list("TH", (service("TH", (jwk_identity(key()),)),)))
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    for territory, code in (("TH", None), (None, None), ("MY", "resolve.territory_mismatch")):
        findings = []
        found = resolve(asked(pointing(territory=territory), trust), request, findings)
        assert [finding.code.id for finding in findings] == ([] if code is None else [code])
        assert len(found.candidates) == (1 if code is None else 0)
        assert found.territory == "TH"


# --- what a snapshot prepared --------------------------------------------------------------------
def test_an_answer_prepared_for_one_patience_serves_no_other():
    """Two verifiers share a snapshot; one gives a stale list 90 days, the other none."""
    lists = (
        trust_list("TH", (service("TH", (jwk_identity(key()),)),), next_update=NOW),
        recognition_list("SG", (arrangement(),)),
    )
    shared = snapshot(*lists)
    patient = VerificationPolicy(national_list_grace=90 * DAY)
    strict = VerificationPolicy(national_list_grace=0)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    for policy, indication in (
        (patient, Indication.TOTAL_PASSED),
        (strict, Indication.INDETERMINATE),
        (patient, Indication.TOTAL_PASSED),
    ):
        verdict = Verifier(shared, policy).evaluate(vc_jwt(), request).verdict
        assert verdict.validity.indication is indication
        alone = Verifier(snapshot(*lists), policy).evaluate(vc_jwt(), request).verdict
        assert alone == verdict


def test_a_recognition_list_prepared_as_fresh_is_not_fresh_for_ever():
    lists = (
        trust_list("TH", (service("TH", (jwk_identity(key()),)),), next_update=NOW + 90 * DAY),
        recognition_list("SG", (arrangement(),), next_update=NOW + DAY),
    )
    verifier = Verifier(snapshot(*lists), VerificationPolicy(national_list_grace=0))
    for at, outcome in (
        (NOW + DAY - 1, RecognitionOutcome.RECOGNISED),
        (NOW + DAY, RecognitionOutcome.INDETERMINATE),
        (NOW + DAY - 1, RecognitionOutcome.RECOGNISED),
    ):
        request = Request("SG", HolderBinding.IF_PRESENT, at=at)
        assert verifier.evaluate(vc_jwt(), request).verdict.recognition.outcome is outcome


def test_a_binary_kid_of_another_issuer_of_the_same_state():
    """A COSE `kid` is looked up in the state's index; the issuer's own keys alone may answer."""
    mine = service("TH", (jwk_identity(key(), "mine"),))
    other = service(
        "TH", (jwk_identity(key("other"), "other"),), issuer_ids=("https://b.th",), id="TH-2"
    )
    trust = snapshot(trust_list("TH", (mine, other)))
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    for kid, code in ((b"mine", None), (b"other", "resolve.key_unknown")):
        findings = []
        found = resolve(asked(pointing(kid=kid), trust), request, findings)
        assert [finding.code.id for finding in findings] == ([] if code is None else [code])
        assert len(found.candidates) == (1 if code is None else 0)


@pytest.mark.parametrize("name", ["https://[th.test.example", "https://issuer.th.test.example]"])
def test_an_issuers_name_that_is_no_address(name):
    """A list may hold it (RFC 3986 has the brackets), and whoever presents it reaches every line
    that takes it for one."""
    own = {"uris": (name,)}, {"uris": ("https://other.test.example",)}, {"dns_names": ("",)}
    for names, good in zip(own, (True, False, False), strict=True):
        made = paths.issuer(**names)
        x5c = [b64encode(made.certificate).decode()]
        token = vc(header={"kid": None, "x5c": x5c}, signer=made.key, issuer=name)
        listed = paths.listed(issuerIds=[name])
        verifier = Verifier(snapshot_of(paths.path_world(listed)))
        given = evidence_of({"evidence": list(paths.fresh())})
        verdict = verifier.evaluate(token, request_of(wanted(), MOMENT), given).verdict
        said = [finding.code.id for finding in verdict.problems]
        assert said == ([] if good else ["resolve.certificate_of_another"])
