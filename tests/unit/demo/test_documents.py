"""Signed documents of the region: each gets its verdict, and nothing but what it says decides."""

import json
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.x509.ocsp import OCSPCertStatus, load_der_ocsp_response

from defa_trust.demo import document_samples
from defa_trust.demo.document_samples import FORMATS, FORMS, SIGNED, WHOLE
from defa_trust.demo.document_signers import (
    RESPONDERS,
    certification_authority,
    document_signer,
    namesake,
    revocation_evidence,
    revocation_list,
    time_stamping_unit,
)
from defa_trust.demo.plans import DAY, REGION_EPOCH
from defa_trust.demo.region import build_region, write_region
from defa_trust.demo.samples import FAILED, OPEN, PASSED
from defa_trust.demo.states import STATES
from defa_trust.demo.table import across, credentials, documents
from defa_trust.formats.registry import SIGNATURE_FORMATS
from defa_trust.material import NO_EVIDENCE, Evidence, EvidenceKind, Item
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.assemble import assemble
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import SubIndication, VerifiedVerdict
from defa_trust.verify import Verifier

SIGNED_SAMPLES = build_region().signed
GOOD = [s for s in SIGNED_SAMPLES if s.name == "good" and s.expect[s.state].indication is PASSED]
WITH_EVERY_FAULT = [s for s in GOOD if (s.state, s.format) in WHOLE]
SUB_INDICATIONS = {
    "expired-no-time-stamp": SubIndication.OUT_OF_BOUNDS_NO_POE,
    "revoked-no-time-stamp": SubIndication.REVOKED_NO_POE,
    "revoked-before": SubIndication.REVOKED_NO_POE,
    "revocation-not-checked": SubIndication.TRY_LATER,
    "tampered": SubIndication.HASH_FAILURE,
    "swapped-certificate": SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    "unlisted-authority": SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
}
UNCOUNTED = {
    "la-xades-good.xml": SubIndication.TRY_LATER,
    "mm-cades-good.p7m": SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
}
"""Documents of states whose list has expired, or is withheld."""
OF_ONE = {
    **UNCOUNTED,
    # A JWS has no digest of its content apart from the signature.
    "kh-jades-tampered.json": SubIndication.SIG_CRYPTO_FAILURE,
}


def ids(sample):
    return sample.file_name


def judged(snapshot, sample, relying, at=REGION_EPOCH, evidence=NO_EVIDENCE):
    return Verifier(snapshot).evaluate(sample.data, sample.request(relying, at), evidence).verdict


@pytest.mark.parametrize("sample", SIGNED_SAMPLES, ids=ids)
def test_the_verdict_is_the_expected_one_in_every_state(sample, rows):
    found = [row for row in rows if row.sample == sample.file_name]
    assert [row.relying for row in found] == list(sample.expect)
    assert len({row.relying for row in found} - {sample.state}) >= 2
    for row in found:
        assert row.as_expected, row
        expected = OF_ONE.get(sample.file_name) or SUB_INDICATIONS.get(sample.name)
        assert row.sub_indication == (None if expected is None else expected.value)


def test_every_state_signs_and_every_format_has_every_fault_somewhere():
    assert FORMATS.keys() == STATES.keys()
    assert {format for formats in FORMATS.values() for format in formats} == FORMS.keys()
    assert {format for _, format in WHOLE} == FORMS.keys()
    every = {"good", "good-expired-since", "good-revoked-since"} | SUB_INDICATIONS.keys()
    for state, formats in FORMATS.items():
        for format in formats:
            names = {s.name for s in SIGNED_SAMPLES if (s.state, s.format) == (state, format)}
            if (state, format) in WHOLE:
                assert names == every
            else:
                assert {"good", "tampered"} <= names < every


def test_a_format_whose_extra_is_missing_is_left_out_and_nothing_else(monkeypatch):
    monkeypatch.setattr(document_samples, "find_spec", lambda _name: None)
    left = {sample.file_name for sample in document_samples.document_samples(REGION_EPOCH)}
    assert left == {s.file_name for s in SIGNED_SAMPLES if FORMS[s.format].needs is None}
    assert left


def test_names_are_unique_and_every_document_says_test_only():
    assert len({sample.file_name for sample in SIGNED_SAMPLES}) == len(SIGNED_SAMPLES)
    for sample in SIGNED_SAMPLES:
        assert FORMS[sample.format].changed(sample.data, b"TEST-ONLY", b"") != sample.data


def test_the_documents_of_a_state_whose_list_does_not_count_are_open():
    open_ = {s.state for s in SIGNED_SAMPLES if s.name == "good" and s not in GOOD}
    assert open_ == {sample.partition("-")[0].upper() for sample in UNCOUNTED}
    assert {s.state for s in GOOD} == STATES.keys() - open_


@pytest.mark.parametrize("sample", GOOD, ids=ids)
def test_a_good_document_is_recognised_in_one_state_and_not_in_another(sample, snapshot):
    abroad = [cc for cc in sample.expect if cc != sample.state]
    assert len(abroad) >= 3
    found = {judged(snapshot, sample, cc).recognition.outcome.value for cc in abroad}
    assert {"RECOGNISED", "NOT-RECOGNISED"} <= found


EFFECTS = {
    "vn-cades-good.p7m": (
        "public digital signature",
        {
            "VN": ("RECOGNISED", "domestic"),
            "TH": ("RECOGNISED", "requirement_met_if_reliable"),
            "SG": ("PILOT", "evidence_weight_only"),
            "MY": ("NOT-RECOGNISED", None),
        },
    ),
    "th-xades-good.xml": (
        "reliable electronic signature",
        {
            "TH": ("RECOGNISED", "domestic"),
            "SG": ("RECOGNISED", "presumption_of_signatory"),
            "TL": ("RECOGNISED", "requirement_met_if_reliable"),
            "VN": ("NOT-RECOGNISED", None),
            "MY": ("NOT-RECOGNISED", None),
        },
    ),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_the_term_is_that_of_the_home_state_and_the_effect_that_of_the_receiving_one(
    name, region, snapshot
):
    sample = region.sample(name)
    term, effects = EFFECTS[name]
    answers = {}
    for state, (_outcome, effect) in effects.items():
        recognition = judged(snapshot, sample, state).as_json()["recognition"]
        answers[state] = (recognition["outcome"], recognition["effect"])
        assert recognition["term"] == (None if effect is None else term)
    assert answers == effects


@pytest.mark.parametrize(
    ("name", "relying", "here"),
    [
        ("id-pades-good.pdf", "MY", "equals_handwritten (digital signature)"),
        ("th-xades-good.xml", "SG", "presumption_of_signatory (secure electronic signature)"),
        ("vn-cades-good.p7m", "TH", "requirement_met_if_reliable (reliable electronic signature)"),
    ],
)
def test_the_effect_is_one_that_the_receiving_law_knows_under_its_own_term(
    name, relying, here, region, snapshot
):
    verdict = judged(snapshot, region.sample(name), relying)
    (said,) = [f for f in verdict.findings if f.code.id == "recognition.effect_stated"]
    assert said.actual == here


def twin(sample, name):
    """The document of the same state and format under another name."""
    place = (sample.state, sample.format, name)
    return next(s for s in SIGNED_SAMPLES if (s.state, s.format, s.name) == place)


@pytest.mark.parametrize("sample", WITH_EVERY_FAULT, ids=ids)
def test_who_signed_is_claimed_of_what_passed_only(sample, snapshot):
    relying = sample.state
    verdict = judged(snapshot, sample, relying)
    assert isinstance(verdict, VerifiedVerdict)
    assert f"TEST-ONLY Signer of {sample.state}" in str(verdict.claims["signer"])
    assert verdict.claims["signingTime"] == REGION_EPOCH + SIGNED
    form = next(f.actual for f in verdict.findings if f.code.id == "signature.form")
    assert form == "B-LT"
    for fault in ("tampered", "swapped-certificate"):
        assert not isinstance(judged(snapshot, twin(sample, fault), relying), VerifiedVerdict)


@pytest.mark.parametrize("sample", WITH_EVERY_FAULT, ids=ids)
def test_its_time_stamp_is_a_verdict_of_its_own(sample, snapshot):
    verdict = judged(snapshot, sample, sample.state)
    (stamp,) = verdict.nested
    assert stamp.validity.indication is PASSED
    assert f"Time-Stamping Authority of {STATES[sample.state].name}" in stamp.subject.service
    without = twin(sample, "expired-no-time-stamp")
    assert not judged(snapshot, without, sample.state).nested


@pytest.mark.parametrize("sample", GOOD, ids=ids)
def test_a_document_carries_what_its_authority_publishes(sample):
    file = SIGNATURE_FORMATS[sample.format].parse(sample.data, sample.request(sample.state))
    (signature,) = file.signatures
    kinds = {item.kind for item in (*signature.evidence, *file.evidence)}
    assert kinds == {EvidenceKind.OCSP if sample.state in RESPONDERS else EvidenceKind.CRL}


def test_an_independent_library_reads_the_response_and_its_signature():
    since = REGION_EPOCH - DAY
    serial = x509.load_der_x509_certificate(document_signer("TH").certificate).serial_number
    authority = x509.load_der_x509_certificate(certification_authority("TH").certificate)
    for revoked, status in ((None, OCSPCertStatus.GOOD), (since, OCSPCertStatus.REVOKED)):
        (item,) = revocation_evidence("TH", document_signer("TH"), since, revoked=revoked)
        response = load_der_ocsp_response(item.octets)
        assert (response.serial_number, response.certificate_status) == (serial, status)
        assert response.responder_name == authority.subject
        authority.public_key().verify(
            response.signature,
            response.tbs_response_bytes,
            ECDSA(response.signature_hash_algorithm),
        )


def test_a_namesake_has_another_name_the_same_key_and_the_same_size():
    for state in FORMATS:
        one, other = (
            x509.load_der_x509_certificate(signer.certificate)
            for signer in (document_signer(state), namesake(state))
        )
        assert one.public_key() == other.public_key()
        assert one.issuer == other.issuer
        assert one.subject != other.subject


@pytest.mark.parametrize("sample", WITH_EVERY_FAULT, ids=ids)
def test_what_was_not_checked_passes_once_the_list_is_there(sample, snapshot):
    sample = twin(sample, "revocation-not-checked")
    assert judged(snapshot, sample, sample.state).validity.indication is OPEN
    fetched = revocation_list(sample.state, REGION_EPOCH - DAY)
    evidence = Evidence([Item(EvidenceKind.CRL, fetched)])
    after = judged(snapshot, sample, sample.state, evidence=evidence)
    assert after.validity.indication is PASSED


@pytest.mark.parametrize("sample", WITH_EVERY_FAULT, ids=ids)
@pytest.mark.parametrize(
    ("type", "sub_indication"),
    [
        (SVC_TSA, SubIndication.OUT_OF_BOUNDS_NO_POE),
        (SVC_CA_PKC, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    ],
)
def test_only_what_the_list_names_counts(type, sub_indication, sample, snapshot):
    """Neither the certificates in the document nor those in its time-stamp make up for it."""
    sample = twin(sample, "good-expired-since")
    assert judged(snapshot, sample, sample.state).validity.indication is PASSED
    lists = [
        replace(item, services=tuple(s for s in item.services if s.type != type))
        for item in snapshot.lists
    ]
    verdict = judged(TrustSnapshot.build(lists), sample, sample.state)
    assert verdict.validity == (OPEN, sub_indication)


@pytest.mark.parametrize("sample", GOOD, ids=ids)
def test_no_other_byte_makes_another_claim(sample, snapshot):
    verifier = Verifier(snapshot)
    request = sample.request(sample.state)
    before = verifier.evaluate(sample.data, request).verdict.claims
    failed = 0
    for place in range(5, len(sample.data), len(sample.data) // 40):
        data = bytearray(sample.data)
        data[place] ^= 1
        verdict = verifier.evaluate(bytes(data), request).verdict
        if verdict.validity.indication is PASSED:
            assert verdict.claims == before, place
        else:
            failed += verdict.validity.indication is FAILED
    assert failed


# --- who stands behind them -----------------------------------------------------------------------
@pytest.mark.parametrize("state", FORMATS)
def test_the_list_names_the_authority_and_the_unit_and_no_signer(state, region):
    named = {}
    assembly = assemble(region.pins, {**region.documents, **region.withheld}, now=region.at)
    for item in assembly.lists:
        if item.territory == state:
            for service in item.services:
                for identity in service.identities:
                    if service.type in (SVC_CA_PKC, SVC_TSA):
                        named[service.type] = (identity.certificate, service.term)
    authority = certification_authority(state).certificate
    assert named[SVC_CA_PKC][0] == authority
    assert (named[SVC_CA_PKC][1] is None) is (state in ("LA", "MM", "TL"))
    assert named[SVC_TSA] == (time_stamping_unit(state).certificate, None)
    assert document_signer(state).certificate not in {found for found, _ in named.values()}


@pytest.mark.parametrize("state", FORMATS)
def test_every_certificate_says_that_it_is_of_a_test_authority(state):
    held = [
        certification_authority(state).certificate,
        time_stamping_unit(state).certificate,
        document_signer(state).certificate,
    ]
    for der in held:
        certificate = x509.load_der_x509_certificate(der)
        for name in (certificate.subject, certificate.issuer):
            assert name.rfc4514_string().count("TEST-ONLY") == 2


def test_the_same_bytes_every_time_and_the_same_answers_at_another_moment(region):
    again = build_region.__wrapped__()
    assert again.signed == region.signed
    later = build_region(REGION_EPOCH + 30 * DAY)
    assert {s.file_name for s in later.signed} == {s.file_name for s in region.signed}
    snapshot = later.snapshot()
    for sample in later.signed:
        for state, expected in sample.expect.items():
            verdict = judged(snapshot, sample, state, later.at)
            assert verdict.validity.indication is expected.indication, sample.file_name


# --- the folder and the table ---------------------------------------------------------------------
def test_documents_are_written_octet_for_octet_with_what_they_must_get(tmp_path, region):
    write_region(tmp_path)
    index = json.loads((tmp_path / "signed" / "index.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in index] == [s.file_name for s in region.signed]
    for sample in region.signed:
        assert (tmp_path / "signed" / sample.file_name).read_bytes() == sample.data
    assert (tmp_path / "keys" / "TEST-ONLY-vn-signing-ca.crt.der").is_file()
    (tmp_path / "signed" / "left-over.p7m").write_bytes(b"x")
    write_region(tmp_path)
    assert not (tmp_path / "signed" / "left-over.p7m").exists()


def test_every_row_is_of_a_credential_or_of_a_document(rows):
    assert len(credentials(rows)) + len(documents(rows)) == len(rows)
    assert {row.sample for row in documents(rows)} == {s.file_name for s in SIGNED_SAMPLES}


def test_each_state_and_format_is_shown_at_home_and_in_three_other_states(rows):
    found = across(rows)
    assert [(home.issuing, home.format) for home, _ in found] == [
        (state, format) for state, formats in FORMATS.items() for format in formats
    ]
    for home, abroad in found:
        assert home.relying == home.issuing
        assert len({row.relying for row in abroad} - {home.issuing}) == 3
        answers = {row.recognition for row in abroad}
        if home.validity == PASSED.value:
            assert {"NOT-RECOGNISED", "RECOGNISED"} <= answers
        else:
            assert answers == {"NOT-EVALUATED"}
