"""Every sample gets exactly the verdict it must get, and an independent library agrees."""

import json
from collections import Counter

import jwt
import pytest
from cbor2 import loads as cbor_loads

from defa_trust.codec import base64url
from defa_trust.crypto import VerificationKey
from defa_trust.demo import keep
from defa_trust.demo.bad_samples import FAULTS
from defa_trust.demo.keys import NotKept, kept_rsa, kept_signature
from defa_trust.demo.region import build_region
from defa_trust.demo.samples import FAILED, OPEN, PASSED
from defa_trust.demo.states import STATES
from defa_trust.demo.table import OWN_SCHEMES, SHOWN, of_own_schemes, selected, verdict_rows
from defa_trust.errors import MisuseError
from defa_trust.verdict import ExitCode, RecognitionOutcome, VerifiedVerdict
from defa_trust.verify import Verifier

SAMPLES = build_region().samples


def ids(sample):
    return sample.file_name


# --- verdicts -------------------------------------------------------------------------------------
@pytest.mark.parametrize("sample", SAMPLES, ids=ids)
def test_the_verdict_is_the_expected_one_in_every_state(sample, region, rows):
    found = [row for row in rows if row.sample == sample.file_name]
    assert [row.relying for row in found] == list(sample.expect)
    for row in found:
        assert row.as_expected, row
        assert row.exit_code == {
            FAILED: ExitCode.REFUSED.value, OPEN: ExitCode.INDETERMINATE.value
        }.get(sample.expect[row.relying].indication, row.exit_code)  # fmt: skip


def test_names_are_unique():
    assert max(Counter(sample.file_name for sample in SAMPLES).values()) == 1


def test_every_state_has_a_good_sample_in_every_format():
    good = {(s.state, s.format) for s in SAMPLES if s.name.startswith("good")}
    common = {(cc, name) for cc in STATES for name in ("hcert", "vc-jwt", "sd-jwt-vc")}
    own = {
        ("SG", "oidc-id-token-jwe"), ("MY", "oidc-id-token"), ("TH", "oidc-id-token"),
        ("PH", "claim-169"), ("PH", "philsys-v1"), ("BN", "mdoc"), ("SG", "vc-data-integrity"),
    }  # fmt: skip
    assert good == common | own


def test_a_good_sample_of_a_states_own_scheme_is_judged_by_three_other_states():
    for sample in SAMPLES:
        if sample.name.startswith("good") and sample.format not in ("hcert", "vc-jwt", "sd-jwt-vc"):
            assert len(sample.expect.keys() - {sample.state}) >= 3, sample.file_name


@pytest.mark.parametrize("place", OWN_SCHEMES, ids="-".join)
def test_every_form_a_states_schemes_are_known_to_use_is_judged_by_three_other_states(place, rows):
    ((home, abroad),) = [
        found for found in of_own_schemes(rows) if (found[0].issuing, found[0].format) == place
    ]
    assert home.relying == home.issuing == place[0]
    assert len({row.relying for row in abroad} - {place[0]}) == 3
    assert {row.sample for row in abroad} == {home.sample}
    assert all(row.as_expected for row in (home, *abroad))


def test_unlike_answers_from_abroad_are_shown_first(rows):
    (abroad,) = [
        abroad for home, abroad in of_own_schemes(rows) if home.sample.startswith("sg-oidc")
    ]
    assert [row.recognition for row in abroad] == ["PILOT", "RECOGNISED", "NOT-RECOGNISED"]


def test_every_kind_of_answer_occurs(rows):
    answers = {(row.validity, row.recognition) for row in rows}
    assert answers == {
        ("TOTAL-PASSED", "RECOGNISED"),
        ("TOTAL-PASSED", "PILOT"),
        ("TOTAL-PASSED", "NOT-RECOGNISED"),
        ("TOTAL-PASSED", "INDETERMINATE"),
        ("TOTAL-FAILED", "NOT-EVALUATED"),
        ("INDETERMINATE", "NOT-EVALUATED"),
    }


def test_every_fault_has_a_sample():
    assert {s.name for s in SAMPLES if s.name in FAULTS} == set(FAULTS)


def test_a_pilot_is_never_recognised_and_has_its_own_exit_code(rows):
    pilots = [row for row in rows if row.recognition == "PILOT"]
    assert {row.exit_code for row in pilots} == {ExitCode.PILOT.value}
    assert ("SG", "TH") in {(row.issuing, row.relying) for row in pilots}


def test_the_selection_for_people_is_complete(rows):
    shown = selected(rows)
    assert [(row.sample, row.relying) for row in shown] == list(SHOWN)
    assert len({(row.validity, row.recognition) for row in shown}) == 6


def test_an_open_question_says_what_would_answer_it(rows):
    needs = {row.sample: row.needs for row in rows if row.relying == "SG"}
    assert needs["mm-vc-jwt-good.txt"] == ("trust_list MM list.absent",)
    assert any("online.ph.test.example" in need for need in needs["ph-vc-jwt-online-only.txt"])
    assert needs["th-vc-jwt-good.txt"] == ()


def test_rows_serialise(rows):
    shape = json.loads(json.dumps([row.as_json() for row in rows]))
    assert all(entry["as_expected"] for entry in shape)


def test_only_the_recognition_list_decides_who_recognises(region, snapshot):
    sample = region.sample("sg-hcert-good.txt")
    verifier = Verifier(snapshot)
    answers = {}
    for state in ("TH", "MY"):
        verdict = verifier.evaluate(sample.data, sample.request(state)).verdict
        answers[state] = verdict.recognition.outcome
        assert verdict.validity.indication is PASSED
    assert answers == {
        "TH": RecognitionOutcome.RECOGNISED,
        "MY": RecognitionOutcome.NOT_RECOGNISED,
    }


def test_supplying_the_missing_list_turns_the_answer(region):
    from defa_trust.trustlist.assemble import assemble

    documents = {**region.documents, **region.withheld}
    whole = assemble(region.pins, documents, now=region.at).snapshot()
    sample = region.sample("mm-vc-jwt-good.txt")
    (row,) = [r for r in verdict_rows(region, whole, [sample]) if r.relying == "SG"]
    assert (row.validity, row.recognition) == ("TOTAL-PASSED", "RECOGNISED")
    assert not row.as_expected


def test_levels_are_those_of_the_receiving_state(region, snapshot):
    sample = region.sample("th-vc-jwt-good.txt")
    verdict = Verifier(snapshot).evaluate(sample.data, sample.request("SG")).verdict
    level = verdict.recognition.level
    assert (level.proofing, level.authentication, level.federation) == (2, 2, None)
    assert level.national == ("urn:defa:scale:th:ial", "2.3")


def test_claims_of_a_presentation_are_those_disclosed_and_no_other(region, snapshot):
    sample = region.sample("th-sd-jwt-vc-good-bound.txt")
    verdict = Verifier(snapshot).evaluate(sample.data, sample.request("SG")).verdict
    assert isinstance(verdict, VerifiedVerdict)
    assert verdict.claims["given_name"] == "TEST-ONLY Somchai"
    assert verdict.claims["address"] == {"country": "TH"}
    assert verdict.claims["nationalities"] == ["TH"]
    assert "birthdate" not in verdict.claims


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.name.startswith("good")], ids=ids)
def test_another_byte_in_a_good_sample_never_changes_a_claim(sample, region, snapshot):
    """Nor adds one. A presentation without proof may lose some: that is what selective means."""
    verifier = Verifier(snapshot)
    relying = next(iter(sample.expect))
    request = sample.request(relying)
    before = verifier.evaluate(sample.data, request).verdict
    size = len(sample.data)
    for place in range(7, size, max(1, size // 12)):
        data = bytearray(sample.data)
        data[place] = ord("A") if data[place] != ord("A") else ord("B")
        verdict = verifier.evaluate(bytes(data), request).verdict
        if verdict.validity.indication is PASSED:
            assert verdict.claims.items() <= before.claims.items(), place


# --- an independent library -----------------------------------------------------------------------
def compact_jws(sample):
    """The issuer's JWS of a JOSE sample, in compact form."""
    if sample.data[:1] == b"{":
        whole = json.loads(sample.data)
        return f"{whole['protected']}.{whole['payload']}.{whole['signature']}"
    return sample.data.split(b"~")[0].decode()


def listed_keys(snapshot, state):
    return [
        identity.key
        for item in snapshot.lists
        if item.territory == state
        for service in item.services
        for identity in service.identities
        if identity.key is not None
    ]


def pyjwt_accepts(token, key: VerificationKey):
    alg = jwt.get_unverified_header(token)["alg"]
    try:
        public = jwt.PyJWK(key.jwk(), algorithm=alg).key
        jwt.api_jws.PyJWS().decode(token, public, algorithms=[alg])
    except (jwt.PyJWTError, NotImplementedError, TypeError, ValueError):
        return False
    return True


JOSE = [
    s for s in SAMPLES if s.format in ("vc-jwt", "sd-jwt-vc", "oidc-id-token", "oidc-id-token-jwe")
]


@pytest.mark.parametrize("sample", JOSE, ids=ids)
def test_pyjwt_agrees_about_the_signature(sample, region):
    from defa_trust.trustlist.assemble import assemble

    documents = {**region.documents, **region.withheld}
    snapshot = assemble(region.pins, documents, now=region.at).snapshot()
    token = compact_jws(sample)
    accepted = any(pyjwt_accepts(token, key) for key in listed_keys(snapshot, sample.state))
    unsigned_by_state = {
        "tampered", "wrong-key", "key-in-header", "alg-none", "other-states-key",
        "online-only",
    }  # fmt: skip
    assert accepted is (sample.name not in unsigned_by_state)


def test_cbor2_reads_the_same_claims(region, snapshot):
    from zlib import decompress

    from defa_trust.codec import base45

    for sample in region.samples:
        if sample.format != "hcert" or not sample.name.startswith("good"):
            continue
        packed = base45.decode(sample.data[4:])
        message = packed if packed[0] & 0x80 else decompress(packed)
        claims = cbor_loads(cbor_loads(message).value[2])
        assert claims[1] == sample.state


# --- what is kept ---------------------------------------------------------------------------------
def test_the_really_compressed_sample_is_smaller_and_says_the_same(region, snapshot):
    stored = region.sample("sg-hcert-good.txt")
    deflated = region.sample("sg-hcert-good-deflated.txt")
    assert len(deflated.data) < len(stored.data)
    verifier = Verifier(snapshot)
    claims = [
        verifier.evaluate(sample.data, sample.request("SG")).verdict.claims
        for sample in (stored, deflated)
    ]
    assert claims[0] == claims[1]


def test_kept_signatures_are_over_what_is_issued_now():
    names = {s.file_name for s in SAMPLES if s.state == "VN" and s.name.startswith("good")}
    assert {"vn-hcert-good.txt", "vn-sd-jwt-vc-good-bound.txt", "vn-vc-jwt-good-1.1.txt"} <= names


def test_a_kept_signature_serves_no_other_bytes():
    signer = STATES["VN"].signer("identity")
    with pytest.raises(NotKept):
        kept_signature("vn-vc-jwt", b"other bytes", signer)


def test_keeping_anew_gives_signatures_that_verify(tmp_path):
    assert keep.keep(tmp_path) == 3
    table = json.loads((tmp_path / "TEST-ONLY-signatures.json").read_text(encoding="utf-8"))
    assert set(table) == {"vn-hcert", "vn-sd-jwt", "vn-vc-jwt"}
    assert all(len(base64url.decode(entry["signature"])) == 384 for entry in table.values())
    assert (tmp_path / "TEST-ONLY-sg-hcert-deflated.txt").read_bytes().startswith(b"HC1:")


def test_an_unknown_kept_key_is_misuse():
    with pytest.raises(MisuseError, match="keeps no RSA key"):
        kept_rsa("xx")
