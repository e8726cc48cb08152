"""Search and validation of paths: what is found, what is said, and how long it holds.

What must pass and what must not is in the vectors (group x509), one fault each.
"""

import random

import pytest

from defa_trust.algorithms import DEFAULT_ALGORITHM_POLICY
from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import DAY, MOMENT, YEAR
from defa_trust.conformance.certificates import certificate, ders, key_of, key_usage
from defa_trust.errors import MisuseError, Rejection
from defa_trust.finding import Interval, Outcome
from defa_trust.x509 import extensions as ext
from defa_trust.x509.anchors import AnchorSet, Constraints, Purpose, TrustAnchor
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.path import (
    ANY_TERRITORY,
    CertificatePool,
    Limits,
    PathOptions,
    Reading,
    ValidatedPath,
    find_path,
)
from defa_trust.x509.policies import ExplicitPolicy, PolicyInputs
from defa_trust.x509.profiles import ANY, MDOC_DS, SIGNER


def trusted(*made, **limits):
    return AnchorSet([TrustAnchor.from_certificate(m.der, Constraints(**limits)) for m in made])


def find(leaf, pool, anchors, moment=MOMENT, profile=SIGNER, **options):
    findings = []
    path = find_path(leaf, pool, anchors, PathOptions(moment, profile, **options), findings)
    assert (path is None) == any(f.outcome is not Outcome.MET for f in findings)
    return path, findings


def codes(findings):
    return [finding.code.id for finding in findings]


ROOT = certificate("root")
CA = certificate("authority", ROOT, ca=True)
LEAF = certificate("signer", CA)


# --- what is handed out --------------------------------------------------------------------------
def test_a_path_says_what_it_stands_on():
    path, findings = find(LEAF.der, [CA.der], trusted(ROOT))
    assert [c.der for c in path.certificates] == [LEAF.der, CA.der]
    assert path.anchor.origin.der == ROOT.der
    assert path.key == LEAF.key.verification_key
    assert path.issuer_keys == (CA.key.verification_key, ROOT.key.verification_key)
    assert path.policies == frozenset()
    assert codes(findings) == ["path.valid", "certificate.fit"]
    assert (findings[0].expected, findings[0].actual) == (path.anchor.digest, 2)
    assert findings[0].interval == path.interval


def test_nobody_else_makes_a_path():
    path, _ = find(LEAF.der, [CA.der], trusted(ROOT))
    with pytest.raises(TypeError):
        ValidatedPath(path.certificates, path.anchor, path.interval, None, object())


def test_policies_are_worked_out_when_asked_for():
    ca = certificate("authority", ROOT, ca=True, extensions=[make.policies(ext.ANY_POLICY)])
    leaf = certificate("signer", ca, extensions=[make.policies("1.2.3", "1.2.4")])
    path, _ = find(leaf.der, [ca.der], trusted(ROOT))
    assert path.policies == {"1.2.3", "1.2.4"}
    wanted = PolicyInputs(frozenset({"1.2.4", "1.2.5"}), ExplicitPolicy.REQUIRED)
    path, _ = find(leaf.der, [ca.der], trusted(ROOT), policies=wanted)
    assert path.policies == {"1.2.4"}


# --- intervals -----------------------------------------------------------------------------------
def test_the_interval_is_exact_at_both_ends():
    ca = certificate("authority", ROOT, ca=True, not_before=MOMENT - 2 * DAY, not_after=MOMENT + 9)
    leaf = certificate("signer", ca, not_before=MOMENT - DAY, not_after=MOMENT + YEAR // 2)
    anchors = trusted(ROOT)
    path, _ = find(leaf.der, [ca.der], anchors)
    assert path.interval == (MOMENT - DAY, MOMENT + 10)
    for moment, holds in (
        (MOMENT - DAY - 1, False),
        (MOMENT - DAY, True),
        (MOMENT + 9, True),
        (MOMENT + 10, False),
    ):
        found, findings = find(leaf.der, [ca.der], anchors, moment)
        assert (found is not None) == holds
        if not holds:
            assert all(finding.interval.holds_at(moment) for finding in findings)


def test_a_refusal_holds_as_long_as_no_other_candidate_would_pass():
    """The reported candidate fails for ever; another only until it begins."""
    usable = certificate("authority", ROOT, ca=True, not_before=MOMENT + DAY)
    barred = certificate("authority", ROOT, ca=True, extensions=[key_usage("crl_sign")])
    leaf = certificate("signer", usable, not_before=MOMENT - DAY)
    anchors, pool = trusted(ROOT), [barred.der, usable.der]
    found, findings = find(leaf.der, pool, anchors)
    assert found is None
    assert max(f.end for f in findings) == MOMENT + DAY
    assert find(leaf.der, pool, anchors, MOMENT + DAY - 1)[1] == findings
    assert find(leaf.der, pool, anchors, MOMENT + DAY)[0] is not None


def test_an_algorithm_that_ends_bounds_the_path():
    until = DEFAULT_ALGORITHM_POLICY.until({"ECDSA/P-256/SHA-256": MOMENT + 5})
    path, _ = find(LEAF.der, [CA.der], trusted(ROOT), algorithms=until)
    assert path.interval.end == MOMENT + 5
    found, findings = find(LEAF.der, [CA.der], trusted(ROOT), MOMENT + 5, algorithms=until)
    assert found is None
    assert codes(findings) == ["crypto.algorithm_expired"] * 2
    assert {finding.start for finding in findings} == {MOMENT + 5}


def test_an_anchors_own_time_bounds_the_path():
    path, _ = find(LEAF.der, [CA.der], trusted(ROOT, validity=Interval(MOMENT - 3, MOMENT + 3)))
    assert path.interval == (MOMENT - 3, MOMENT + 3)


# --- all findings --------------------------------------------------------------------------------
def test_every_fault_of_the_candidate_is_told_with_both_sides():
    ca = certificate("authority", ROOT, ca=True, extensions=[key_usage("crl_sign")])
    leaf = certificate(
        "signer", ca, not_after=MOMENT - DAY, extensions=[key_usage("key_encipherment")]
    )
    _, findings = find(leaf.der, [ca.der], trusted(ROOT))
    said = {f.code.id: (f.expected, f.actual, f.start) for f in findings}
    assert said["path.ca_key_usage"][:2] == (("crl_sign",), 2)
    assert said["path.expired"] == (MOMENT - DAY + 1, 1, MOMENT - DAY + 1)
    assert said["certificate.key_usage"][:2] == (
        ("content_commitment", "digital_signature"),
        ("key_encipherment",),
    )
    assert len(findings) == 3


def test_the_candidate_that_came_furthest_is_told():
    """One chain ends at nobody, one at the anchor with a fault."""
    other = certificate("other root")
    stray = certificate("authority", other, ca=True, key=key_of("authority"))
    leaf = certificate("signer", CA, not_after=MOMENT - 1)
    _, findings = find(leaf.der, [stray.der, CA.der], trusted(ROOT))
    assert codes(findings) == ["path.expired"]
    _, findings = find(leaf.der, [stray.der], trusted(ROOT))
    assert codes(findings) == ["path.expired", "path.no_issuer"]
    assert findings[1].actual == 2


def test_no_person_is_named_in_a_finding():
    leaf = certificate("Somchai Jaidee", CA, not_after=MOMENT - 1)
    for anchors in (trusted(ROOT), AnchorSet(), trusted(certificate("other root"))):
        _, findings = find(leaf.der, [CA.der], anchors)
        assert "Somchai" not in repr(findings) + "".join(f.text for f in findings)


# --- the pool ------------------------------------------------------------------------------------
def test_a_pool_has_no_order():
    first = certificate("first", ROOT, ca=True)
    old = certificate("second", first, ca=True, key=key_of("old"))
    new = certificate("second", first, ca=True, key=key_of("new"))
    again = certificate("second", first, ca=True, key=key_of("new"), not_after=MOMENT + DAY)
    leaf = certificate("signer", new)
    pool = ders([first, old, new, again, ROOT, certificate("stranger")])
    answers = set()
    for seed in range(12):
        random.Random(seed).shuffle(pool)
        path, findings = find(leaf.der, pool, trusted(ROOT))
        answers.add((tuple(c.der for c in path.certificates), tuple(findings)))
    assert len(answers) == 1


def test_what_cannot_be_read_is_counted_and_harms_nobody():
    pool = [b"", b"\x30\x00", CA.der[:-1], CA.der]
    assert find(LEAF.der, pool, trusted(ROOT))[0] is not None
    _, findings = find(LEAF.der, pool[:-1], trusted(ROOT))
    assert codes(findings) == ["path.no_issuer"]
    assert findings[0].expected == 3


def test_a_prepared_pool_and_a_certificate_that_was_opened_serve_again():
    pool, leaf = CertificatePool([CA.der]), open_certificate(LEAF.der)
    anchors = trusted(ROOT)
    assert find(leaf, pool, anchors)[1] == find(LEAF.der, [CA.der], trusted(ROOT))[1]
    assert find(leaf, pool, anchors)[0].certificates[0] is leaf


def test_more_than_fits_into_the_pool_is_told_where_nothing_was_found():
    pool = [certificate(f"stranger {n}").der for n in range(4)] + [CA.der]
    _, findings = find(LEAF.der, pool, trusted(ROOT), limits=Limits(pool=4))
    assert codes(findings) == ["path.no_issuer", "path.budget"]
    assert find(LEAF.der, pool, trusted(ROOT), limits=Limits(pool=5))[0] is not None


# --- budgets -------------------------------------------------------------------------------------
def test_depth_counts_certificates():
    chain = make.chain(3)
    leaf, pool, anchors = chain[0].der, ders(chain[1:-1]), trusted(chain[-1])
    assert find(leaf, pool, anchors, limits=Limits(depth=4))[0] is not None
    _, findings = find(leaf, pool, anchors, limits=Limits(depth=3))
    assert "path.budget" in codes(findings)


def test_links_and_chains_have_their_own_limits():
    keys = [key_of(f"one of many {n}") for n in range(6)]
    pool = [certificate("authority", ROOT, ca=True, key=key).der for key in keys]
    right = certificate(
        "authority", ROOT, ca=True, key=keys[5], without=[ext.SUBJECT_KEY_IDENTIFIER]
    )
    leaf = certificate("signer", right, without=[ext.AUTHORITY_KEY_IDENTIFIER])
    _, findings = find(leaf.der, pool, trusted(ROOT), limits=Limits(links=1))
    assert codes(findings) == ["path.budget"]
    assert (findings[0].expected, findings[0].actual) == (1, "links")
    barred = [
        certificate("authority", ROOT, ca=True, key=keys[5], not_after=MOMENT - n).der
        for n in range(1, 5)
    ]
    _, findings = find(leaf.der, barred, trusted(ROOT), limits=Limits(chains=2))
    assert (findings[0].expected, findings[0].actual) == (2, "candidate paths")
    assert find(leaf.der, [*barred, right.der], trusted(ROOT))[0] is not None


@pytest.mark.parametrize(
    "limits", [{"depth": 0}, {"links": 0}, {"chains": 0}, {"pool": -1}, {"depth": 65}]
)
def test_limits_that_limit_nothing_are_the_callers_fault(limits):
    with pytest.raises(MisuseError):
        Limits(**limits)


def test_a_loop_is_no_path():
    """Two authorities certified each other, and nobody else certified them."""
    one, two = key_of("one"), key_of("two")
    name_one, name_two = make.usual_name("one"), make.usual_name("two")
    first = certificate("one", issuer=name_two, key=one, signed_with=two)
    second = certificate("two", issuer=name_one, key=two, signed_with=one)
    leaf = certificate("signer", make.Made(first.der, one, name_one))
    _, findings = find(leaf.der, [first.der, second.der], trusted(ROOT))
    assert codes(findings) == ["path.no_issuer"]


# --- what is remembered --------------------------------------------------------------------------
def test_remembering_changes_no_answer():
    anchors = trusted(ROOT)
    pool = [CA.der]
    first = find(LEAF.der, pool, anchors)[1]
    assert set(anchors.known.certificates) == {CA.der}
    assert anchors.known.signatures
    other = certificate("another signer", CA)
    for leaf in (LEAF, other, certificate("late", CA, not_after=MOMENT - 1)):
        again = find(leaf.der, pool, anchors)[1]
        assert again == find(leaf.der, pool, trusted(ROOT))[1]
    assert first == find(LEAF.der, pool, anchors)[1]


def test_only_what_leads_to_an_anchor_is_remembered():
    anchors = trusted(ROOT)
    stranger = certificate("other root")
    false_ca = certificate("authority", stranger, ca=True)
    find(certificate("signer", false_ca).der, [stranger.der, false_ca.der], anchors)
    find(certificate("signer", CA, not_after=MOMENT - 1).der, [CA.der], anchors)
    assert not anchors.known.certificates
    assert not anchors.known.signatures


def test_what_is_remembered_of_an_authority_helps_no_other_certificate():
    """The same authority's name and key, forged by somebody else after the real one was seen."""
    anchors = trusted(ROOT)
    assert find(LEAF.der, [CA.der], anchors)[0] is not None
    forged = certificate("authority", ROOT, ca=True, signed_with=key_of("somebody else"))
    assert find(LEAF.der, [forged.der], anchors)[0] is None
    assert find(certificate("signer", forged).der, [forged.der], anchors)[0] is None


# --- reading -------------------------------------------------------------------------------------
BROKEN = (ext.AUTHORITY_INFO_ACCESS, False, b"\x30\x00")


@pytest.mark.parametrize("of", ["leaf", "authority"])
def test_a_path_that_was_read_whole_raises_no_more(of):
    ca = certificate("authority", ROOT, ca=True, extensions=[BROKEN] if of == "authority" else [])
    leaf = certificate("signer", ca, extensions=[BROKEN] if of == "leaf" else [])
    found, findings = find(leaf.der, [ca.der], trusted(ROOT))
    assert found is None
    assert codes(findings) == ["certificate.extension" if of == "leaf" else "path.form"]
    path, _ = find(leaf.der, [ca.der], trusted(ROOT), reading=Reading.AS_NEEDED)
    with pytest.raises(Rejection):
        _ = path.certificates[of == "authority"].ocsp_urls


def test_a_key_that_is_none_is_found_out():
    point = LEAF.key.verification_key.spki()
    off_curve = point[:-1] + bytes((point[-1] ^ 1,))
    leaf = certificate("signer", CA, spki=off_curve)
    assert codes(find(leaf.der, [CA.der], trusted(ROOT))[1]) == ["crypto.key_invalid"]
    path, _ = find(leaf.der, [CA.der], trusted(ROOT), reading=Reading.AS_NEEDED)
    with pytest.raises(Rejection):
        _ = path.key


# --- scope ---------------------------------------------------------------------------------------
def test_an_anchor_in_scope_is_found_among_others_of_its_name():
    th = TrustAnchor.from_certificate(ROOT.der, Constraints(territory="TH"))
    sg = TrustAnchor.from_certificate(ROOT.der, Constraints(territory="SG"))
    anchors = AnchorSet([sg, th])
    path, _ = find(LEAF.der, [CA.der], anchors, territory="TH")
    assert path.anchor is th
    assert find(LEAF.der, [CA.der], anchors)[0] is None
    assert find(LEAF.der, [CA.der], anchors, territory=ANY_TERRITORY)[0].anchor is sg


def test_a_purpose_is_the_profiles():
    anchors = trusted(ROOT, purposes=frozenset({Purpose.ANY}))
    assert find(LEAF.der, [CA.der], anchors)[0] is not None
    anchors = trusted(ROOT, purposes=frozenset({Purpose.SEAL, Purpose.TIMESTAMP}))
    _, findings = find(LEAF.der, [CA.der], anchors)
    assert (findings[0].expected, findings[0].actual) == (("seal", "timestamp"), "signature")


def test_a_listed_certificate_needs_no_issuer_and_still_a_purpose():
    anchors = trusted(LEAF)
    path, findings = find(LEAF.der, [], anchors)
    assert codes(findings) == ["path.listed", "certificate.fit"]
    assert path.certificates[0].der == LEAF.der
    _, findings = find(LEAF.der, [], anchors, profile=MDOC_DS)
    assert "certificate.extended_key_usage" in codes(findings)
    _, findings = find(LEAF.der, [CA.der], trusted(LEAF, ROOT), profile=SIGNER)
    assert codes(findings)[0] == "path.listed"


def test_where_the_listed_certificate_does_not_serve_its_path_may():
    short = Constraints(validity=Interval(MOMENT - 9, MOMENT))
    anchors = AnchorSet(
        [TrustAnchor.from_certificate(LEAF.der, short), TrustAnchor.from_certificate(ROOT.der)]
    )
    path, findings = find(LEAF.der, [CA.der], anchors)
    assert codes(findings)[0] == "path.valid"
    assert path.anchor.origin.der == ROOT.der
    assert path.interval.start == MOMENT


# --- algorithms ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["P-384", "P-521", "Ed25519", "Ed448"])
def test_every_kind_of_key_signs_certificates(name):
    from defa_trust.algorithms import KeyType

    root = certificate("root", key=key_of("root", KeyType(name)))
    ca = certificate("authority", root, ca=True, key=key_of("authority", KeyType(name)))
    assert find(certificate("signer", ca).der, [ca.der], trusted(root))[0] is not None


def test_post_quantum_signatures_are_a_policys_choice():
    from defa_trust.algorithms import AlgorithmPolicy, KeyType, PostQuantum

    root = certificate("root", key=key_of("root", KeyType.MLDSA44))
    leaf = certificate("signer", root)
    _, findings = find(leaf.der, [], trusted(root))
    assert codes(findings) == ["crypto.algorithm_not_allowed"]
    accepting = AlgorithmPolicy(post_quantum=PostQuantum.ACCEPT)
    assert find(leaf.der, [], trusted(root), algorithms=accepting)[0] is not None


# --- misuse --------------------------------------------------------------------------------------
def test_wrong_calls():
    options = PathOptions(MOMENT, ANY)
    for arguments in (
        (LEAF.der, [], [ROOT], options),
        (LEAF.der, [], trusted(ROOT), MOMENT),
        ("text", [], trusted(ROOT), options),
        (LEAF.der, ["text"], trusted(ROOT), options),
    ):
        with pytest.raises(MisuseError):
            find_path(*arguments, [])
