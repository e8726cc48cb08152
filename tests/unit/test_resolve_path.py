"""Signers found by a path: whose they are, how long the answer holds, and what is still needed."""

from base64 import b64encode

import pytest

from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import DAY, MOMENT, request_of, vc, world
from defa_trust.conformance.paths import CRL, NEXT_UPDATE, crl, issuer
from defa_trust.conformance.trust import evidence_of, snapshot_of
from defa_trust.conformance.trust import request_of as question
from defa_trust.conformance.vectors import jose_paths
from defa_trust.demo import pki
from defa_trust.material import NO_EVIDENCE
from defa_trust.policy import RevocationPolicy, UncheckedStatus, VerificationPolicy
from defa_trust.resolve_path import names_issuer
from defa_trust.verdict import Indication, NeedKind, SubIndication
from defa_trust.verify import Verifier
from defa_trust.x509.certificate import open_certificate


def judged(case, policy=None, moment=MOMENT, evidence=None):
    snapshot = snapshot_of(case.trust)
    verifier = Verifier(snapshot) if policy is None else Verifier(snapshot, policy)
    known = evidence_of({"evidence": case.evidence}) if evidence is None else evidence
    return verifier.evaluate(case.data, question(case.request, moment), known).verdict


GOOD = jose_paths.x5c_of_a_listed_authority()


def test_it_passes_and_says_how():
    verdict = judged(GOOD)
    assert verdict.validity.indication is Indication.TOTAL_PASSED
    met = {finding.code.id for finding in verdict.findings}
    assert {"path.valid", "revocation.good", "revocation.path_checked"} <= met
    assert verdict.subject.service == "TEST-ONLY issuer of TH"


def test_it_holds_as_long_as_the_revocation_list_does():
    verdict = judged(GOOD)
    assert verdict.interval.end == NEXT_UPDATE
    assert judged(GOOD, moment=NEXT_UPDATE - 1).validity.indication is Indication.TOTAL_PASSED
    later = judged(GOOD, moment=NEXT_UPDATE)
    assert later.validity.indication is Indication.INDETERMINATE
    assert later.interval.start == NEXT_UPDATE


def test_the_need_names_the_list_and_the_state():
    verdict = judged(GOOD, evidence=NO_EVIDENCE)
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert [(n.kind, n.what, n.territory) for n in verdict.needs] == [(NeedKind.CRL, CRL, "TH")]


def test_a_policy_may_report_what_it_could_not_check():
    lenient = VerificationPolicy(revocation=RevocationPolicy(unchecked=UncheckedStatus.REPORT))
    verdict = judged(GOOD, lenient, evidence=NO_EVIDENCE)
    assert verdict.validity.indication is Indication.TOTAL_PASSED
    assert "revocation.not_checked_allowed" in {f.code.id for f in verdict.findings}
    assert lenient.digest != VerificationPolicy().digest


@pytest.mark.parametrize("moment", [MOMENT - 400 * DAY, MOMENT + 400 * DAY])
def test_outside_the_signers_period_nothing_passes(moment):
    assert judged(GOOD, moment=moment).validity.indication is not Indication.TOTAL_PASSED


def test_a_revoked_signer_fails_from_its_revocation_on():
    own = issuer()
    revoked = crl(revoked=[(pki.serial_of(own.certificate), MOMENT - DAY // 2, None)],
                  issued=MOMENT - DAY // 2)  # fmt: skip
    known = evidence_of(
        {"evidence": [{"kind": "crl", "uri": None, "base64": b64encode(revoked).decode()}]}
    )
    verdict = judged(GOOD, evidence=known)
    # EN 319 102-1, 5.5: nothing proves that the credential is older than the revocation.
    assert verdict.validity == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert verdict.reason.code.id == "revocation.revoked"


def test_a_listed_key_needs_no_path():
    verdict = Verifier(snapshot_of(world())).evaluate(vc(), question(request_of(), MOMENT)).verdict
    assert verdict.validity.indication is Indication.TOTAL_PASSED
    assert not any(f.code.rule == "path" for f in verdict.findings)


def names(*alternative):
    extensions = [make.alternative_names(*alternative)]
    return open_certificate(make.certificate("issuer", extensions=extensions).der)


@pytest.mark.parametrize(
    ("name", "of_it", "of_others"),
    [
        ("https://issuer.test.example/vc", make.dns("Issuer.test.example"), make.dns("")),
        ("did:web:issuer.test.example", make.uri("did:web:issuer.test.example"), make.dns("")),
        ("https://[issuer", make.uri("https://[issuer"), make.dns("issuer")),
        ("https://issuer.test.example", make.uri("https://issuer.test.example"), make.uri("")),
    ],
)
def test_whom_alternative_names_name(name, of_it, of_others):
    """An empty DNS name is that of nobody, and what is no address has no host."""
    assert names_issuer(names(of_it), name) is True
    assert names_issuer(names(of_others, of_it), name) is True
    assert names_issuer(names(of_others), name) is False
    assert names_issuer(names(make.email("a@issuer.test.example")), name) is None
