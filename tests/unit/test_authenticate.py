"""Signatures, digests and holder binding, with neither format nor trust list around them."""

from hashlib import sha256

import pytest

from defa_trust.authenticate import Authenticated, authenticate, check_contents, check_holder
from defa_trust.content import Content
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, JOSE_ALGORITHMS, KeyType
from defa_trust.formats.base import (
    Asserted,
    DigestClaim,
    HolderProof,
    KeyHint,
    PartRole,
    Presented,
    SignedPart,
)
from defa_trust.formats.signature import ContentClaim, Signature, SignerId, Stated
from defa_trust.request import HolderBinding, Request
from tests.build import NOW, key

DATA = b"TEST-ONLY signed bytes"


def part(signing_key=None, alg="ES256", role=PartRole.ISSUER, data=DATA, signature=None):
    signing_key = signing_key or key()
    made = signature if signature is not None else signing_key.sign(alg, DATA)
    return SignedPart(role, data, made, JOSE_ALGORITHMS[alg], KeyHint())


def presented(issuer_part=None, claims=(), proof=None):
    return Presented(
        "test",
        b"",
        issuer_part or part(),
        Asserted(),
        dict,
        tuple(claims),
        proof,
        proof is not None,
    )


def run(given, with_key=None):
    findings = []
    with_key = with_key or key()
    done = authenticate(given, with_key.verification_key, DEFAULT_ALGORITHM_POLICY, NOW, findings)
    return done, [finding.code.id for finding in findings]


def test_a_good_signature_is_authenticated():
    done, codes = run(presented())
    assert isinstance(done, Authenticated)
    assert codes == ["crypto.algorithm_allowed", "crypto.signature_valid"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (part(data=DATA + b"!"), "crypto.signature_invalid"),
        (part(signature=bytes(64)), "crypto.signature_invalid"),
        (part(signature=b""), "crypto.signature_encoding"),
        (part(signature=key().sign("ES256", DATA)[:-1]), "crypto.signature_encoding"),
        (part(key("other")), "crypto.signature_invalid"),
    ],
)
def test_a_bad_signature_is_not(given, code):
    done, codes = run(presented(given))
    assert done is None
    assert codes[-1] == code


def test_the_keys_type_picks_among_the_algorithms():
    edwards = key("ed", KeyType.ED25519)
    done, codes = run(presented(part(edwards, "EdDSA")), edwards)
    assert done is not None
    done, codes = run(presented(part(edwards, "EdDSA")))
    assert done is None
    assert codes == ["crypto.key_type_mismatch"]


def test_chunks_are_the_same_bytes():
    done, _ = run(presented(part(data=(DATA[:5], DATA[5:]))))
    assert done is not None


def claim(data=b"disclosure", expected=None):
    digest = sha256(b"disclosure").digest() if expected is None else expected
    return DigestClaim(data, "sha-256", frozenset({digest}), "disclosure 0")


def test_every_digest_claim_must_hold():
    assert run(presented(claims=[claim(), claim()]))[1][-1] == "digest.all_match"
    done, codes = run(presented(claims=[claim(), claim(b"changed")]))
    assert done is None
    assert codes[-1] == "digest.mismatch"
    assert run(presented(claims=[claim(expected=b"")]))[0] is None


def test_nobody_else_can_make_an_authenticated():
    with pytest.raises(TypeError):
        Authenticated(presented(), key().verification_key, object())


HOLDER = key("holder")


def proof(signing_key=HOLDER, audience="verifier", nonce="n-1", issued_at=NOW):
    made = part(signing_key, role=PartRole.HOLDER)
    return HolderProof(made, HOLDER.verification_key, audience, nonce, issued_at)


def hold(given, binding=HolderBinding.MUST_BE_PRESENT, at=NOW, **request):
    expectations = {"audience": "verifier", "nonce": "n-1", **request}
    done, _ = run(presented(proof=given))
    findings = []
    check_holder(
        done, Request("SG", binding, **expectations), DEFAULT_ALGORITHM_POLICY, at, 60, findings
    )
    return [finding.code.id for finding in findings]


PROVED = [
    "crypto.algorithm_allowed",
    "crypto.signature_valid",
    "holder.proof_recent",
    "holder.proved",
]


def test_a_proof_for_this_verifier_and_this_request():
    assert hold(proof()) == PROVED
    assert hold(proof(), HolderBinding.IF_PRESENT) == PROVED


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (proof(key("thief")), "crypto.signature_invalid"),
        (proof(audience="another"), "holder.audience_mismatch"),
        (proof(audience=None), "holder.audience_mismatch"),
        (proof(nonce="n-0"), "holder.nonce_mismatch"),
        (proof(nonce=None), "holder.nonce_mismatch"),
        (proof(issued_at=NOW - 301), "holder.proof_too_old"),
        (proof(issued_at=NOW - 300), "holder.proof_too_old"),
        (proof(issued_at=NOW + 61), "holder.proof_from_the_future"),
        (proof(issued_at=None), "holder.proof_too_old"),
    ],
)
@pytest.mark.parametrize("binding", [HolderBinding.MUST_BE_PRESENT, HolderBinding.IF_PRESENT])
def test_a_proof_that_is_there_is_never_skipped(given, code, binding):
    codes = hold(given, binding)
    assert code in codes
    assert "holder.proved" not in codes


@pytest.mark.parametrize("missing", ["audience", "nonce"])
def test_a_proof_without_expectations_proves_nothing(missing):
    codes = hold(proof(), HolderBinding.IF_PRESENT, **{missing: None})
    assert "holder.expectation_missing" in codes
    assert "holder.proved" not in codes


def test_presence_is_the_requests_choice():
    assert hold(None) == ["holder.proof_missing"]
    assert hold(None, HolderBinding.IF_PRESENT) == ["holder.absent_as_asked"]
    assert hold(None, HolderBinding.MUST_BE_ABSENT) == ["holder.absent_as_asked"]
    assert hold(proof(), HolderBinding.MUST_BE_ABSENT) == ["holder.proof_unwanted"]


def test_the_edges_of_a_proofs_age():
    assert hold(proof(issued_at=NOW - 299)) == PROVED
    assert hold(proof(issued_at=NOW + 60)) == PROVED


def test_a_nonce_is_shown_to_nobody():
    done, _ = run(presented(proof=proof(nonce="secret-of-somebody")))
    findings = []
    request = Request("SG", HolderBinding.IF_PRESENT, audience="verifier", nonce="ours")
    check_holder(done, request, DEFAULT_ALGORITHM_POLICY, NOW, 60, findings)
    shown = repr([(f.expected, f.actual) for f in findings])
    assert "secret-of-somebody" not in shown
    assert "ours" not in shown


# --- contents ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "supplied", "code"),
    [
        (b"a", None, None),
        (b"a", b"a", None),
        (b"a", b"b", "signature.content_other"),
        (None, b"a", "signature.content_missing"),
        (None, None, "signature.content_missing"),
    ],
)
def test_a_content_among_the_signed_octets_is_compared_with_the_callers_alone(
    content, supplied, code
):
    claim = ContentClaim("sha-256", None, None if content is None else Content.of(content))
    part = SignedPart(PartRole.SIGNER, b"", b"", (), None)
    signature = Signature("one", part, (claim,), (), SignerId(), Stated())
    findings = []
    given = None if supplied is None else Content.of(supplied)
    assert check_contents(signature, given, findings) is (code is None)
    assert [f.code.id for f in findings] == [code or "signature.content_intact"]
