"""Attacks on JAdES signatures. Each stands beside its twin, which differs in the one fault."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest

from defa_trust.codec import base64url
from defa_trust.content import Content
from defa_trust.material import EvidenceKind, Item
from defa_trust.verdict import RecognitionOutcome, SubIndication
from tests.attacks.test_cades import SHORT
from tests.build import DAY, NOW
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    ask,
    clock,
    codes_of,
    crls,
    evidence,
)
from tests.jades_samples import (
    compact,
    container,
    flattened,
    general,
    header_of,
    revocations,
    stamped,
)

PASSED, FAILED, OPEN = "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"
FORMAT = SubIndication.FORMAT_FAILURE
UNENCODED = header_of(b64=False, crit=["b64"])
TEXT = b"TEST-ONLY text without dots"


def answer(report, number=0):
    verdict = report.verdicts[number]
    validity = verdict.validity
    return str(validity.indication), validity.sub_indication, codes_of(verdict)


def passes(report):
    for number in range(len(report.verdicts)):
        assert answer(report, number) == (PASSED, None, [])
    assert report.verdict.subject.format == "jades"
    assert report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED


def changed(data, **members):
    return json.dumps(json.loads(data) | members).encode()


def test_the_twins_pass():
    passes(ask(compact()))
    passes(ask(compact() + b"\r\n"))
    passes(ask(flattened()))
    passes(ask(general(ALICE, BOB)))
    passes(ask(compact(TEXT, header=UNENCODED)))
    passes(ask(flattened(DOCUMENT, header=UNENCODED)))
    passes(ask(compact(detached=True), content=Content.of(DOCUMENT)))
    passes(ask(compact(TEXT, header=UNENCODED, detached=True), content=Content.of(TEXT)))
    passes(ask(flattened(unsigned=[stamped(clock())])))
    passes(ask(compact(header=header_of(**{"x5t#S256": None}))))


# --- what is signed ------------------------------------------------------------------------------
@pytest.mark.parametrize("part", [0, 1, 2])
def test_any_segment_of_another_signature(part):
    segments = compact().split(b".")
    other = header_of(sigT="2026-01-02T00:00:00Z")
    segments[part] = compact(b"TEST-ONLY other", header=other).split(b".")[part]
    assert answer(ask(b".".join(segments))) == (
        FAILED, SubIndication.SIG_CRYPTO_FAILURE, ["crypto.signature_invalid"],
    )  # fmt: skip


def test_payload_changed_for_every_signer_of_a_file():
    data = changed(general(ALICE, BOB), payload=base64url.encode(b"TEST-ONLY other"))
    for number in (0, 1):
        assert answer(ask(data), number)[1] is SubIndication.SIG_CRYPTO_FAILURE


def test_another_document_than_the_one_at_hand():
    report = ask(compact(), content=Content.of(b"TEST-ONLY other"))
    assert answer(report) == (FAILED, SubIndication.HASH_FAILURE, ["signature.content_other"])


def test_detached_payload_that_is_another_or_absent():
    data = compact(detached=True)
    report = ask(data, content=Content.of(b"TEST-ONLY other"))
    assert answer(report)[:2] == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)
    missing = (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["jades.payload_missing"])
    assert answer(ask(data)) == missing
    digest = Content.digested({"sha-256": sha256(DOCUMENT).digest()})
    assert answer(ask(data, content=digest)) == missing


def test_encoded_text_passed_off_as_the_payload():
    """`b64` is signed, so the same octets do not become another document."""
    _, body, value = compact().split(b".")
    other = base64url.encode(json.dumps(header_of(b64=False, crit=["b64", "sigT"])).encode())
    report = ask(other.encode() + b"." + body + b"." + value)
    assert answer(report)[:2] == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)


# --- the header ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"crit": ["exp"], "exp": 1}, "jose.crit"),
        ({"crit": ["alg"]}, "jose.crit"),
        ({"crit": ["sigT", "sigT"]}, "jose.crit"),
        ({"crit": ["sigPl"]}, "jose.crit"),
        ({"crit": []}, "jose.crit"),
        ({"crit": "sigT"}, "jose.crit"),
        ({"b64": False}, "jades.b64"),
        ({"b64": "false", "crit": ["b64"]}, "jose.header_member"),
        ({"etsiU": []}, "jose.header_member"),
        ({"zip": "DEF"}, "jose.header_member"),
        ({"sigT": "2026-02-30T00:00:00Z"}, "jose.header_member"),
        ({"sigT": "2026-01-01"}, "jose.header_member"),
        ({"iat": 1}, "jose.header_member"),
        ({"x5c": []}, "jose.header_member"),
        ({"x5t#o": {"digAlg": "S512", "digVal": "AAAA"}}, "jose.header_member"),
        ({"sigX5ts": []}, "jose.header_member"),
        ({"srCms": [1]}, "jose.header_member"),
        ({"adoTst": {"tstTokens": []}}, "jose.header_member"),
    ],
)
def test_header_that_breaks_a_rule(members, code):
    assert answer(ask(compact(TEXT, header=header_of(**members)), format="jades")) == (
        FAILED, FORMAT, [code],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("alg", "code"),
    [("none", "crypto.algorithm_none"), ("HS256", "crypto.algorithm_symmetric")],
)
def test_algorithm_that_does_not_count(alg, code):
    assert answer(ask(compact(header=header_of(alg=alg))))[2] == [code]


@pytest.mark.parametrize("typ", ["vc+jwt", "dc+sd-jwt", "JWT", "statuslist+jwt"])
def test_a_token_never_passes_for_a_signed_document(typ):
    data = compact(header=header_of(typ=typ))
    assert ask(data).verdict.subject.format != "jades"
    assert answer(ask(data, format="jades")) == (FAILED, FORMAT, ["jades.type"])
    passes(ask(compact(header=header_of(typ="JOSE"))))


@pytest.mark.parametrize("name", ["alg", "x5c", "sigT", "kid"])
def test_unsigned_member_that_steers_a_reader(name):
    data = changed(flattened(), header={name: "x"})
    assert answer(ask(data)) == (FAILED, FORMAT, ["jades.unprotected"])


def test_algorithm_only_in_the_unsigned_header():
    data = changed(flattened(header=header_of(alg=None)), header={"alg": "ES256"})
    assert answer(ask(data)) == (FAILED, FORMAT, ["jose.header_member"])


def test_member_twice_in_the_file():
    data = flattened().replace(b'"payload"', b'"payload": "eA", "payload"')
    assert answer(ask(data)) == (FAILED, FORMAT, ["json.duplicate_member"])


def test_one_signature_beside_the_list_of_them():
    data = changed(general(ALICE), signature="AAAA")
    assert answer(ask(data)) == (FAILED, FORMAT, ["jades.structure"])


def test_signatures_that_read_the_payload_in_two_ways():
    data = general(ALICE, BOB, payload=b"eA", headers=[header_of(), header_of(BOB)])
    passes(ask(data))
    mixed = [header_of(), header_of(BOB, b64=False, crit=["b64"])]
    assert answer(ask(general(ALICE, BOB, payload=b"eA", headers=mixed))) == (
        FAILED, FORMAT, ["jades.b64_unlike"],
    )  # fmt: skip


# --- who signed ----------------------------------------------------------------------------------
def chain_of(signer):
    return [b64encode(der).decode() for der in (signer.certificate, *signer.chain)]


def test_swapped_certificate():
    """Bob's certificate and name, Alice's key."""
    thumbprint = base64url.encode(sha256(BOB.certificate).digest())
    both = header_of(x5c=chain_of(BOB), **{"x5t#S256": thumbprint})
    assert answer(ask(compact(header=both))) == (
        FAILED, SubIndication.SIG_CRYPTO_FAILURE, ["crypto.signature_invalid"],
    )  # fmt: skip
    one = header_of(x5c=chain_of(BOB))
    assert answer(ask(compact(header=one)))[:2] == (
        OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    )  # fmt: skip


def test_references_to_two_certificates():
    other = {"digAlg": "S256", "digVal": base64url.encode(sha256(BOB.certificate).digest())}
    report = ask(compact(header=header_of(**{"x5t#o": other})))
    assert answer(report) == (
        OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, ["signature.certificate_mismatch"],
    )  # fmt: skip


def test_reference_by_a_digest_that_does_not_count():
    weak = {"digAlg": "S1", "digVal": "AAAA"}
    assert answer(ask(compact(header=header_of(**{"x5t#o": weak})))) == (
        OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, ["jades.digest_weak"],
    )  # fmt: skip


def test_signer_who_names_no_certificate():
    bare = header_of(x5c=None, **{"x5t#S256": None})
    assert answer(ask(compact(header=bare)))[0] == OPEN


def test_second_signature_by_somebody_else_over_another_payload():
    data = json.loads(general(ALICE, BOB))
    data["signatures"][1]["signature"] = json.loads(general(BOB, payload=b"x"))["signatures"][0][
        "signature"
    ]
    report = ask(json.dumps(data).encode())
    assert answer(report) == (PASSED, None, [])
    assert answer(report, 1)[:2] == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)
    assert report.exit_code.value == 1


# --- time ----------------------------------------------------------------------------------------
THEN = evidence(lists=(*crls(NOW - 15 * DAY), *crls()))


def ended(*unsigned):
    return ask(flattened(signer=SHORT, header=header_of(SHORT), unsigned=unsigned), given=THEN)


def test_expired_signer_with_and_without_proof_of_time():
    passes(ended(stamped(clock(NOW - 20 * DAY))))
    out = (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert answer(ended())[:2] == out
    assert answer(ended(stamped(clock(NOW - 5 * DAY))))[:2] == out


def test_time_stamp_over_something_else():
    """Over the value's octets instead of its encoding, or over another signature."""
    for over in (b"TEST-ONLY", DOCUMENT):
        report = ended(stamped(clock(NOW - 20 * DAY), over))
        assert answer(report)[:2] == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)


def test_content_time_stamp_is_over_the_encoded_payload():
    encoded = base64url.encode(DOCUMENT).encode()
    token = clock(NOW - 20 * DAY)("sha-256", sha256(encoded).digest())
    (nested,) = ask(compact(header=header_of(adoTst=container(token)))).verdict.nested
    assert str(nested.validity.indication) == PASSED
    token = clock(NOW - 20 * DAY)("sha-256", sha256(DOCUMENT).digest())
    (nested,) = ask(compact(header=header_of(adoTst=container(token)))).verdict.nested
    assert str(nested.validity.indication) == FAILED


@pytest.mark.parametrize("clear", [True, False])
def test_revocation_lists_come_along_or_are_missing(clear):
    nothing = evidence(lists=())
    made = [stamped(clock()), revocations(*crls())]
    passes(ask(flattened(unsigned=made, clear=clear), given=nothing))
    assert answer(ask(flattened(unsigned=made[:1], clear=clear), given=nothing))[0] == OPEN


def test_late_revocation_in_a_list_that_came_along():
    revoked = crls(revoked=[(ALICE.certificate, NOW - 3 * DAY, None)])
    data = flattened(unsigned=[revocations(*revoked)])
    assert answer(ask(data, given=evidence(lists=()))) == (
        OPEN, SubIndication.REVOKED_NO_POE, ["revocation.revoked"],
    )  # fmt: skip


def test_unknown_and_broken_components_are_named():
    broken = [{"arcTst": {}}, {"cSig": "x"}, {"sigTst": {}}, {"a": 1, "b": 2}]
    report = ask(flattened(unsigned=[lambda _, each=each: each for each in broken]))
    (said,) = [f for f in report.verdict.findings if f.code.id == "signature.unevaluated"]
    assert said.actual == ("`arcTst`", "`cSig`", "`sigTst`", "a component of etsiU")


def test_contents_beside_a_payload_that_stands_in_the_file():
    """Each is compared with the payload: what is another is not signed by standing beside it."""

    def given(*contents):
        return evidence(
            *(Item(EvidenceKind.CONTENT, c, f"{n}.txt") for n, c in enumerate(contents))
        )

    passes(ask(compact(), given=given(DOCUMENT)))
    report = ask(compact(), given=given(b"TEST-ONLY other"))
    assert answer(report) == (FAILED, SubIndication.HASH_FAILURE, ["signature.content_other"])
    report = ask(compact(), given=given(DOCUMENT, b"TEST-ONLY other"))
    assert answer(report)[0] == OPEN
    assert answer(report)[2] == ["signature.content_not_covered"]
