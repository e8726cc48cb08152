"""The table of algorithms, selection by name, and the policy's judgement."""

import hashlib

import pytest

from defa_trust import algorithms
from defa_trust.algorithms import (
    ALGORITHMS,
    COSE_ALGORITHMS,
    DEFAULT_ALGORITHM_POLICY,
    DIGESTS,
    ECDSA_DER,
    JOSE_ALGORITHMS,
    Algorithm,
    AlgorithmPolicy,
    KeyType,
    PostQuantum,
    SignatureEncoding,
    digest,
    select,
)
from defa_trust.codes import crypto as codes
from defa_trust.errors import MisuseError, Rejection
from defa_trust.signing_crypto import SigningKey
from defa_trust.verdict import Indication, Interval, Outcome, SubIndication

NOW = 1_700_000_000
P256 = SigningKey.from_seed("algorithms", KeyType.P256).verification_key
P384 = SigningKey.from_seed("algorithms", KeyType.P384).verification_key
MLDSA = SigningKey.from_seed("algorithms", KeyType.MLDSA44).verification_key
(ES256,) = JOSE_ALGORITHMS["ES256"]


class FakeRsa:
    key_type = KeyType.RSA

    def __init__(self, bits):
        self.bits = bits


def refused(function, *args, **kwargs):
    with pytest.raises(Rejection) as caught:
        function(*args, **kwargs)
    return caught.value


# --- the table -----------------------------------------------------------------------------------
def test_every_row_is_bound_to_one_key_type_and_one_encoding():
    for row in ALGORITHMS.values():
        assert isinstance(row.key_type, KeyType)
        assert isinstance(row.encoding, SignatureEncoding)
        assert row.hash in (None, "SHA-256", "SHA-384", "SHA-512")
        assert row.citation.startswith("RFC ")


@pytest.mark.parametrize(
    "name",
    ["none", "HS256", "HS384", "HS512", "RS1", "ES256K", "ES512K", "RSA1_5", "dir", "es256", ""],
)
def test_jose_table_holds_no_weak_or_foreign_name(name):
    assert name not in JOSE_ALGORITHMS


@pytest.mark.parametrize(
    ("cose", "name"),
    [
        (-7, "ES256"), (-9, "ES256"), (-35, "ES384"), (-51, "ES384"), (-36, "ES512"),
        (-52, "ES512"), (-19, "Ed25519"), (-53, "Ed448"), (-37, "PS256"), (-38, "PS384"),
        (-39, "PS512"), (-257, "RS256"), (-258, "RS384"), (-259, "RS512"), (-48, "ML-DSA-44"),
        (-49, "ML-DSA-65"), (-50, "ML-DSA-87"),
    ],
)  # fmt: skip
def test_cose_identifiers(cose, name):
    (row,) = select(cose, table=COSE_ALGORITHMS)
    assert row.name == name
    assert (row,) == JOSE_ALGORITHMS[name]


@pytest.mark.parametrize(("alg", "table"), [("EdDSA", JOSE_ALGORITHMS), (-8, COSE_ALGORITHMS)])
def test_polymorphic_eddsa_stands_for_both_curves(alg, table):
    assert [row.name for row in select(alg, table=table)] == ["Ed25519", "Ed448"]


def test_tables_cannot_be_changed():
    for table in (JOSE_ALGORITHMS, COSE_ALGORITHMS, ECDSA_DER, ALGORITHMS, DIGESTS):
        with pytest.raises(TypeError):
            table["x"] = 1
    with pytest.raises(AttributeError):
        ES256.key_type = KeyType.RSA


# --- selection -----------------------------------------------------------------------------------
@pytest.mark.parametrize("alg", ["none", "NONE", "nOnE"])
def test_none_in_any_case_is_refused_by_name(alg):
    assert refused(select, alg, table=JOSE_ALGORITHMS).code is codes.ALGORITHM_NONE


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_symmetric_jose_names_are_refused_by_name(alg):
    assert refused(select, alg, table=JOSE_ALGORITHMS).code is codes.ALGORITHM_SYMMETRIC


@pytest.mark.parametrize("alg", [4, 5, 6, 7, 25, 26])
def test_symmetric_cose_identifiers_are_refused_by_name(alg):
    assert refused(select, alg, table=COSE_ALGORITHMS).code is codes.ALGORITHM_SYMMETRIC


@pytest.mark.parametrize(
    "alg",
    [
        "es256",
        "ES256 ",
        "ES256\0",
        "ЕS256",
        "A" * 10_000,
        -7,
        None,
        True,
        1.0,
        ["ES256"],
        {},
        b"ES256",
    ],
)
def test_unknown_jose_names(alg):
    refusal = refused(select, alg, table=JOSE_ALGORITHMS)
    assert refusal.code is codes.ALGORITHM_UNKNOWN
    assert len(refusal.finding().text) < 150


@pytest.mark.parametrize("alg", [-7.0, "ES256", True, 0, -8.0, -65535, -47, 1 << 70, None, [-7]])
def test_unknown_cose_identifiers(alg):
    assert refused(select, alg, table=COSE_ALGORITHMS).code is codes.ALGORITHM_UNKNOWN


def test_a_name_with_control_characters_is_not_echoed():
    assert "\x1b" not in refused(select, "\x1b[31mES256", table=JOSE_ALGORITHMS).finding().text


def test_format_faults_fail_for_good():
    for code in (codes.ALGORITHM_NONE, codes.ALGORITHM_SYMMETRIC, codes.ALGORITHM_UNKNOWN):
        assert code.indication is Indication.TOTAL_FAILED
        assert code.sub_indication is SubIndication.FORMAT_FAILURE


# --- policy --------------------------------------------------------------------------------------
def test_default_policy_allows_es256_without_end():
    finding = DEFAULT_ALGORITHM_POLICY.judge(ES256, P256, NOW)
    assert finding.code is codes.ALGORITHM_ALLOWED
    assert finding.interval == Interval()
    assert DEFAULT_ALGORITHM_POLICY.judge(ES256, P256, NOW) is finding


def test_algorithm_with_an_end_is_acceptable_until_that_moment_and_not_at_it():
    policy = DEFAULT_ALGORITHM_POLICY.until({"ES256": NOW})
    before = policy.judge(ES256, P256, NOW - 1)
    after = policy.judge(ES256, P256, NOW)
    assert (before.outcome, before.end) == (Outcome.MET, NOW)
    assert after.code is codes.ALGORITHM_EXPIRED
    assert (after.expected, after.start) == (NOW, NOW)
    assert after.code.indication is Indication.INDETERMINATE
    assert after.code.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_algorithm_with_a_start_is_acceptable_from_that_moment():
    policy = AlgorithmPolicy({"ES256": Interval(NOW, NOW + 10)})
    early = policy.judge(ES256, P256, NOW - 1)
    assert early.code is codes.ALGORITHM_NOT_YET_ALLOWED
    assert early.end == NOW
    assert policy.judge(ES256, P256, NOW).outcome is Outcome.MET


def test_algorithm_absent_from_the_list_is_not_allowed():
    policy = AlgorithmPolicy({"ES384": Interval()})
    assert policy.judge(ES256, P256, NOW).code is codes.ALGORITHM_NOT_ALLOWED
    assert policy.judge(JOSE_ALGORITHMS["ES384"][0], P384, NOW).outcome is Outcome.MET


def test_an_empty_list_allows_nothing():
    assert AlgorithmPolicy({}).judge(ES256, P256, NOW).code is codes.ALGORITHM_NOT_ALLOWED


def test_a_look_alike_row_is_not_allowed():
    forged = Algorithm("ES256", -7, KeyType.P256, None, SignatureEncoding.RAW, 64, "RFC 0")
    assert DEFAULT_ALGORITHM_POLICY.judge(forged, P256, NOW).code is codes.ALGORITHM_NOT_ALLOWED


def test_key_of_another_type_is_a_mismatch_whatever_the_list_says():
    finding = DEFAULT_ALGORITHM_POLICY.judge(ES256, P384, NOW)
    assert finding.code is codes.KEY_TYPE_MISMATCH
    assert (finding.expected, finding.actual) == ("P-256", "P-384")
    assert finding.code.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


@pytest.mark.parametrize(
    ("bits", "minimum", "code"),
    [
        (2047, 2048, codes.RSA_KEY_TOO_SMALL),
        (2048, 2048, codes.ALGORITHM_ALLOWED),
        (2048, 3072, codes.RSA_KEY_TOO_SMALL),
        (3072, 3072, codes.ALGORITHM_ALLOWED),
        (8192, 2048, codes.ALGORITHM_ALLOWED),
        (8193, 2048, codes.RSA_KEY_TOO_LARGE),
    ],
)
@pytest.mark.parametrize("name", ["RS256", "PS512"])
def test_rsa_sizes(bits, minimum, code, name):
    policy = AlgorithmPolicy(rsa_min_bits=minimum)
    assert policy.judge(JOSE_ALGORITHMS[name][0], FakeRsa(bits), NOW).code is code


def test_post_quantum_needs_the_explicit_switch():
    (row,) = JOSE_ALGORITHMS["ML-DSA-44"]
    assert DEFAULT_ALGORITHM_POLICY.judge(row, MLDSA, NOW).code is codes.ALGORITHM_NOT_ALLOWED
    accepting = AlgorithmPolicy(post_quantum=PostQuantum.ACCEPT)
    assert accepting.judge(row, MLDSA, NOW).outcome is Outcome.MET


def test_brainpool_is_not_allowed_by_default():
    row = ECDSA_DER[KeyType.BRAINPOOL_P256R1, "SHA-256"]
    key = type("Key", (), {"key_type": KeyType.BRAINPOOL_P256R1, "bits": 256})()
    assert DEFAULT_ALGORITHM_POLICY.judge(row, key, NOW).code is codes.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize(
    "arguments",
    [
        {"allowed": {"HS256": Interval()}},
        {"allowed": {"EdDSA": Interval()}},
        {"allowed": {"ES256": Interval(5, 5)}},
        {"allowed": {"ES256": (1,)}},
        {"allowed": {"ES256": ("a", "b")}},
        {"rsa_min_bits": 512},
        {"rsa_min_bits": "2048"},
        {"rsa_max_bits": 1 << 20},
        {"rsa_min_bits": 4096, "rsa_max_bits": 2048},
        {"post_quantum": True},
    ],
)
def test_senseless_policies_are_misuse(arguments):
    with pytest.raises(MisuseError):
        AlgorithmPolicy(**arguments)


def test_until_never_allows_more():
    narrow = AlgorithmPolicy({"ES256": Interval(0, 10)})
    with pytest.raises(MisuseError):
        narrow.until({"ES384": 10})
    assert narrow.until({"ES256": 20}).allowed["ES256"] == Interval(0, 10)


def test_digest_names_the_content_whatever_its_order():
    one = AlgorithmPolicy({"ES256": Interval(), "ES384": Interval(0, 9)})
    two = AlgorithmPolicy({"ES384": Interval(0, 9), "ES256": Interval()})
    assert one == two
    assert hash(one) == hash(two)
    assert one.digest == two.digest
    others = {
        AlgorithmPolicy({"ES256": Interval(), "ES384": Interval(0, 8)}),
        AlgorithmPolicy({"ES256": Interval()}),
        AlgorithmPolicy(dict(one.allowed), rsa_min_bits=3072),
        AlgorithmPolicy(dict(one.allowed), rsa_max_bits=4096),
        AlgorithmPolicy(dict(one.allowed), post_quantum=PostQuantum.ACCEPT),
        one,
    }
    assert len({policy.digest for policy in others}) == 6


def test_a_policy_cannot_be_changed_from_outside():
    allowed = {"ES256": Interval()}
    policy = AlgorithmPolicy(allowed)
    allowed["ES384"] = Interval()
    assert "ES384" not in policy.allowed
    with pytest.raises(TypeError):
        policy.allowed["ES384"] = Interval()
    with pytest.raises(AttributeError):
        policy.rsa_min_bits = 1024


# --- digests -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_digests(name):
    expected = hashlib.new(name.replace("-", "", 1) if name[3] == "-" else name.replace("-", "_"))
    expected.update(b"abc")
    assert digest(name, b"abc") == DIGESTS[name](b"abc") == expected.digest()


@pytest.mark.parametrize(
    "name", ["SHA-256", "sha-1", "md5", "sha-224", "sha-256-128", "", None, 1, []]
)
def test_other_digests_are_refused(name):
    refusal = refused(digest, name, b"abc")
    assert refusal.code is codes.DIGEST_UNKNOWN
    assert "sha-256" in refusal.finding().text


def test_shown_keeps_short_names_and_hides_long_ones():
    assert algorithms.shown("ES256") == "`ES256`"
    assert algorithms.shown(None) == "(none given)"
    assert algorithms.shown("x" * 33) == "(33 characters, not shown)"
    assert algorithms.shown(1 << 80) == "(a int)"
