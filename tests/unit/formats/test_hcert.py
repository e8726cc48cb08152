import json
import zlib
from hashlib import sha256

import pytest

from defa_trust.codec import base45, cbor
from defa_trust.crypto import KeyType
from defa_trust.formats import hcert
from defa_trust.formats.base import Asserted, PartRole, StatusMechanism, StatusReference
from defa_trust.request import Profile
from defa_trust.signing_crypto import SigningKey
from defa_trust.verdict import Outcome
from tests.cose_samples import (
    CLAIMS,
    DAY,
    HEADER,
    KEY,
    KID,
    NOW,
    OTHER,
    claims,
    code,
    message,
    parsed,
    parts,
    refused,
    text,
    verifies,
)

CERTIFICATE = CLAIMS[-260][1]


def with_claims(changes=None, drop=()):
    return code(payload=claims(changes, drop))


def groups(**members):
    """A certificate with exactly these groups."""
    base = {name: value for name, value in CERTIFICATE.items() if name != "v"}
    return {-260: {1: {**base, **members}}}


def codes_of(presented):
    return [finding.code.id for finding in presented.findings]


def test_good_code():
    data = code()
    presented = parsed(data)
    assert presented.format == hcert.NAME == "hcert"
    assert presented.digest == sha256(data).digest()
    assert presented.asserted == Asserted(
        territory="TH", expires=NOW + 300 * DAY, issued_at=NOW - 30 * DAY, types=("hcert:v",)
    )
    assert presented.issuer_part.role is PartRole.ISSUER
    assert presented.issuer_part.hint.kid == KID
    assert presented.findings == ()
    assert presented.holder_key_bound is False
    assert verifies(presented)
    assert not verifies(presented, OTHER)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"HC1:6BF", True), (b"HC2:6BF", True), (b"HC0:", True), (b"HC1:", True),
        (b"", False), (b"HC1", False), (b"hc1:6BF", False), (b"HCX:6BF", False),
        (b"HL0:6BF", False), (b" HC1:6BF", False), (b"eyJ.e30.AA", False), (b"HC:1", False),
    ],
)  # fmt: skip
def test_detect(data, answer):
    assert hcert.detect(data) is answer


# --- transport -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("HC2:", "hcert.context"), ("HC0:", "hcert.context"), ("HL0:", "hcert.prefix"),
        ("", "hcert.prefix"), ("hc1:", "hcert.prefix"), ("HC1", "hcert.prefix"),
        (" HC1:", "hcert.prefix"),
    ],
)  # fmt: skip
def test_prefix(prefix, expected):
    assert refused(text(message(), prefix)) == expected


def test_arbitrary_text_never_reaches_the_finding():
    with pytest.raises(Exception, match="HC1:") as caught:
        parsed(b"TEST-ONLY private text")
    assert "private" not in str(caught.value)


def test_text_longer_than_a_qr_code():
    assert refused(b"HC1:" + b"0" * (hcert.MAX_TEXT - 3)) == "hcert.too_long"
    assert refused(b"HC1:" + b"0" * (hcert.MAX_TEXT - 4)) == "zlib.broken"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t[:9] + b"a" + t[10:], "base45.alphabet"),
        (lambda t: t[:9] + b"\xff" + t[10:], "base45.alphabet"),
        (lambda t: t[:4] + b":::" + t[7:], "base45.overflow"),
        (lambda t: b"HC1:", "zlib.broken"),
    ],
)
def test_base45_faults(change, expected):
    assert refused(change(code())) == expected


def wrapped(stream):
    return ("HC1:" + base45.encode(stream)).encode()


def test_zlib_faults():
    stream = zlib.compress(message())
    assert verifies(parsed(wrapped(stream)))
    assert refused(wrapped(stream[:-1])) == "zlib.broken"
    assert refused(wrapped(stream[:-4] + bytes(4))) == "zlib.broken"
    assert refused(wrapped(stream + b"\x00")) == "zlib.trailing"
    assert refused(wrapped(stream + stream)) == "zlib.trailing"
    assert refused(wrapped(b"\x1f\x8b" + stream[2:])) == "zlib.broken"
    preset = zlib.compressobj(zdict=b"TEST-ONLY")
    assert refused(wrapped(preset.compress(message()) + preset.flush())) == "zlib.broken"


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_every_compression_level(level):
    assert verifies(parsed(wrapped(zlib.compress(message(), level))))


def test_inflation_is_bounded():
    at_cap = b"\x40" + bytes(hcert.MAX_INFLATED_BYTES - 1)
    assert refused(wrapped(zlib.compress(at_cap, 9))) == "cbor.trailing"
    assert refused(wrapped(zlib.compress(at_cap + b"\x00", 9))) == "zlib.too_large"


@pytest.mark.parametrize("tags", [(), (18,), (61, 18)])
def test_uncompressed_needs_its_profile(tags):
    data = wrapped(message(tags=tags))
    assert refused(data) == "hcert.not_compressed"
    assert verifies(parsed(data, Profile.HCERT_UNCOMPRESSED))


def test_reason_names_the_profile_that_would_allow_it():
    with pytest.raises(Exception, match="hcert-uncompressed"):
        parsed(wrapped(message()))


def test_compressed_is_read_under_the_uncompressed_profile_too():
    assert verifies(parsed(code(), Profile.HCERT_UNCOMPRESSED))


def test_other_profiles_do_not_allow_it():
    assert refused(wrapped(message()), Profile.VC_DATA_MODEL_1_1) == "hcert.not_compressed"


def test_bare_cwt():
    presented = hcert.present(message(), b"digest")
    assert presented.digest == b"digest"
    assert verifies(presented)


# --- keys ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("protected", [HEADER, {1: -7}])
def test_kid_may_be_unprotected(protected):
    presented = parsed(code(protected=protected, unprotected={4: KID}))
    assert presented.issuer_part.hint.kid == KID
    assert codes_of(presented) == (["cose.kid_twice"] if 4 in protected else [])
    assert verifies(presented)


def test_protected_kid_counts():
    presented = parsed(code(unprotected={4: b"foo"}))
    assert presented.issuer_part.hint.kid == KID
    assert codes_of(presented) == ["cose.kid_disagrees"]


def test_x5chain_is_a_hint_only():
    presented = parsed(code(unprotected={33: b"\x30\x00"}))
    assert presented.issuer_part.hint.certificate == b"\x30\x00"
    assert presented.issuer_part.hint.kid == KID


@pytest.mark.parametrize("key_type", [KeyType.P384, KeyType.ED25519])
def test_other_algorithms(key_type):
    key = SigningKey.from_seed("TEST-ONLY hcert", key_type)
    label, alg = {KeyType.P384: (-35, "ES384"), KeyType.ED25519: (-8, "EdDSA")}[key_type]
    assert verifies(parsed(code(protected={1: label, 4: KID}, key=key, alg=alg)), key)


# --- claims --------------------------------------------------------------------------------------
@pytest.mark.parametrize("payload", [b"\x80", b"\x01", b"\x40", cbor.dumps([CLAIMS])])
def test_claims_must_be_a_map(payload):
    assert refused(code(payload=payload)) == "cwt.not_a_map"


def test_bytes_after_the_claims():
    assert refused(code(payload=cbor.dumps(CLAIMS) + b"\x00")) == "cbor.trailing"


def test_tagged_claims_are_refused():
    assert refused(code(payload=cbor.dumps(cbor.Tagged(61, CLAIMS)))) == "cwt.not_a_map"


@pytest.mark.parametrize("iss", ["TH", "SG", "XX"])
def test_issuer_code_is_a_territory(iss):
    asserted = parsed(with_claims({1: iss})).asserted
    assert (asserted.territory, asserted.issuer) == (iss, None)


@pytest.mark.parametrize("iss", ["th", "Th", "THA", "T", "T1", "ÄÖ", "https://issuer.test.example"])
def test_any_other_issuer_is_a_name(iss):
    asserted = parsed(with_claims({1: iss})).asserted
    assert (asserted.territory, asserted.issuer) == (None, iss)


def test_issuer_may_be_absent():
    asserted = parsed(with_claims(drop=(1,))).asserted
    assert (asserted.territory, asserted.issuer) == (None, None)


@pytest.mark.parametrize(
    "iss", [1, None, b"TH", "", ["TH"], "x" * 1025, "a\x1b[2J", cbor.Tagged(0, "TH")]
)
def test_issuer_malformed(iss):
    assert refused(with_claims({1: iss})) == "cwt.issuer"


@pytest.mark.parametrize("label", [4, 5, 6])
@pytest.mark.parametrize(
    "value",
    [
        "1793491200", b"\x01", None, True, [NOW], {}, -1, -0.5, hcert.MAX_DATE + 1, NOW * 1000,
        1 << 63, cbor.Tagged(1, NOW), cbor.Tagged(2, b"\x01"), cbor.UNDEFINED,
        float("nan"), float("inf"), float("-inf"), 1e300,
    ],
)  # fmt: skip
def test_dates_malformed(label, value):
    assert refused(with_claims({label: value})) == "cwt.date"


@pytest.mark.parametrize("label", [4, 5, 6])
@pytest.mark.parametrize("value", [0, 1, NOW, hcert.MAX_DATE])
def test_dates(label, value):
    asserted = parsed(with_claims({label: value})).asserted
    names = {4: asserted.expires, 5: asserted.not_before, 6: asserted.issued_at}
    assert names[label] == value


def test_dates_may_be_absent():
    asserted = parsed(with_claims(drop=(4, 6))).asserted
    assert (asserted.not_before, asserted.expires, asserted.issued_at) == (None, None, None)


def test_fractions_only_ever_shorten_the_validity():
    presented = parsed(with_claims({4: NOW + 0.5, 5: NOW - 0.5, 6: NOW - 9.25}))
    asserted = presented.asserted
    assert (asserted.not_before, asserted.expires, asserted.issued_at) == (NOW, NOW, NOW - 9)
    (finding,) = presented.findings
    assert finding.code.id == "cwt.date_fraction"
    assert finding.outcome is Outcome.MET
    assert finding.actual == ("exp", "nbf", "iat")


def test_whole_floats_keep_their_value():
    asserted = parsed(with_claims({4: float(NOW)})).asserted
    assert asserted.expires == NOW
    assert type(asserted.expires) is int


def test_audience():
    assert parsed(with_claims({3: "https://verifier.test.example"})).asserted.audience == (
        "https://verifier.test.example",
    )
    assert parsed(with_claims({3: ["a", "b"]})).asserted.audience == ("a", "b")


@pytest.mark.parametrize("value", [1, None, "", [], [1], ["a", ""], b"a", {}])
def test_audience_malformed(value):
    assert refused(with_claims({3: value})) == "cwt.audience"


def test_status_reference():
    uri = "https://status.test.example/1"
    claim = {65535: {"status_list": {"idx": 7, "uri": uri}}}
    assert parsed(with_claims(claim)).asserted.status == (
        StatusReference(StatusMechanism.TOKEN_STATUS_LIST, uri, 7),
    )


@pytest.mark.parametrize(
    "value",
    [
        None, 1, [], {}, {"status_list": None}, {"other": {}}, {"status_list": {"idx": 1}},
        {"status_list": {"idx": -1, "uri": "u"}}, {"status_list": {"idx": True, "uri": "u"}},
        {"status_list": {"idx": 1, "uri": ""}},
        {"status_list": {"idx": 1, "uri": "a\nb"}}, {"status_list": {"idx": 1, "uri": "u"}, "x": 1},
        {"identifier_list": {"id": b"1", "uri": "u"}},
    ],
)  # fmt: skip
def test_status_that_cannot_be_followed_is_refused(value):
    assert refused(with_claims({65535: value})) == "cwt.status"


def test_confirmation_claim_marks_a_holder_key():
    assert parsed(with_claims({8: {1: {}}})).holder_key_bound is True


@pytest.mark.parametrize("label", ["exp", "iss", "hcert", "4", "-260", "65535"])
def test_text_labels_cannot_pose_as_registered_claims(label):
    assert refused(with_claims({label: 1})) == "cwt.claim_name"


def test_labels():
    assert refused(with_claims({b"\x04": 1})) == "cwt.claim_label"
    assert parsed(with_claims({"private": 1, -70000: 2})).asserted.territory == "TH"


@pytest.mark.parametrize("present", ["v", "t", "r"])
def test_group_gives_the_type(present):
    presented = parsed(with_claims(groups(**{present: [{"ci": "x"}]})))
    assert presented.asserted.types == (f"hcert:{present}",)
    nulls = dict.fromkeys("vtr")
    presented = parsed(with_claims(groups(**{**nulls, present: [{"ci": "x"}]})))
    assert presented.asserted.types == (f"hcert:{present}",)
    empty = {name: [] for name in "vtr"}
    presented = parsed(with_claims(groups(**{**empty, present: [{}, {}]})))
    assert presented.asserted.types == (f"hcert:{present}",)


@pytest.mark.parametrize(
    "members",
    [{}, {"v": []}, {"v": None}, {"v": [{}], "t": [{}]}, {"v": [{}], "t": [{}], "r": [{}]}],
)
def test_not_exactly_one_group(members):
    assert refused(with_claims(groups(**members))) == "hcert.group"


@pytest.mark.parametrize("value", [{}, "x", 1, [1], ["x"], [{}, 1], True, [None]])
def test_group_malformed(value):
    assert refused(with_claims(groups(v=value))) == "hcert.claim"


@pytest.mark.parametrize(
    "value", [None, [], b"", {}, {2: CERTIFICATE}, {1: []}, {1: None}, {1: CERTIFICATE, 2: {}},
              {"1": CERTIFICATE}, cbor.dumps({1: CERTIFICATE})]
)  # fmt: skip
def test_certificate_claim_malformed(value):
    assert refused(with_claims({-260: value})) == "hcert.claim"


def test_certificate_claim_missing():
    assert refused(with_claims(drop=(-260,))) == "hcert.claim"


# --- encoding ------------------------------------------------------------------------------------
def test_tolerated_encoding_is_reported_and_verifies():
    body = cbor.dumps(CLAIMS)
    assert body[0] == 0xA4
    presented = parsed(code(payload=b"\xbf" + body[1:] + b"\xff"))
    (finding,) = presented.findings
    assert finding.code.id == "cose.encoding_tolerated"
    assert finding.outcome is Outcome.MET
    assert finding.actual == ("indefinite length",)
    assert verifies(presented)


# --- reveal --------------------------------------------------------------------------------------
def test_reveal_names_the_claims():
    revealed = parsed(with_claims({5: NOW, 7: b"\x01\x02", -70000: 1, "x": "y"})).reveal()
    assert revealed == {
        "iss": "TH",
        "exp": NOW + 300 * DAY,
        "nbf": NOW,
        "iat": NOW - 30 * DAY,
        "cti": "0102",
        "-70000": 1,
        "x": "y",
        "hcert": CERTIFICATE,
    }


def test_reveal_is_fresh_each_time():
    presented = parsed(code())
    first = presented.reveal()
    first["hcert"]["v"][0]["ci"] = "changed"
    first["iss"] = "XX"
    second = presented.reveal()
    assert second["iss"] == "TH"
    assert second["hcert"] == CERTIFICATE


def test_reveal_is_json():
    odd = {
        "date": cbor.Tagged(0, "2026-01-01T00:00:00Z"),
        "bytes": b"\x01",
        "nothing": cbor.UNDEFINED,
        "nan": float("nan"),
        "number": 1.5,
        "flag": True,
        "both": {1: "integer", "1": "text"},
    }
    presented = parsed(with_claims(groups(v=[{"ci": "x"}], odd=odd)))
    revealed = presented.reveal()["hcert"]["odd"]
    json.dumps(revealed, allow_nan=False)
    assert revealed == {
        "date": "2026-01-01T00:00:00Z",
        "bytes": "01",
        "nothing": None,
        "nan": None,
        "number": 1.5,
        "flag": True,
        "both": [[1, "integer"], ["1", "text"]],
    }
    assert presented.reveal_judges is False


# --- key usage -----------------------------------------------------------------------------------
TEST, VACCINATION, RECOVERY = (f"1.3.6.1.4.1.1847.2021.1.{n}" for n in (1, 2, 3))


def test_both_spellings_of_every_usage():
    assert hcert.KEY_USAGE[TEST] == hcert.KEY_USAGE["1.3.6.1.4.1.0.1847.2021.1.1"] == "hcert:t"
    assert hcert.KEY_USAGE[VACCINATION] == "hcert:v"
    assert hcert.KEY_USAGE[RECOVERY] == "hcert:r"
    assert len(hcert.KEY_USAGE) == 6


@pytest.mark.parametrize(
    ("usages", "types", "met"),
    [
        ((), "hcert:v", None), ((hcert.ANY_EXTENDED_KEY_USAGE,), "hcert:v", None),
        ((VACCINATION,), "hcert:v", True), ((VACCINATION,), "hcert:t", False),
        ((TEST, RECOVERY), "hcert:r", True), ((TEST, RECOVERY), "hcert:v", False),
        ((TEST, "1.3.6.1.5.5.7.3.2"), "hcert:t", True), (("1.3.6.1.5.5.7.3.2",), "hcert:t", False),
    ],
)  # fmt: skip
def test_key_usage_binds_the_type(usages, types, met):
    finding = hcert.check_key_usage(usages, (types,))
    assert (None if finding is None else finding.outcome is Outcome.MET) is met


def test_key_usage_without_a_type_is_unfit():
    finding = hcert.check_key_usage((VACCINATION,), ())
    assert finding is not None
    assert finding.code.id == "hcert.key_usage_unfit"
    assert finding.text


def test_no_claim_of_the_person_is_asserted():
    presented = parsed(code())
    shown = repr((presented.asserted, presented.findings, presented.issuer_part.hint))
    for value in ("TEST<ONLY", "1990-01-15", "UVCI"):
        assert value not in shown


def test_signature_of_any_length_is_left_to_the_key():
    head, unprotected, payload, signature = parts()
    for changed in (b"", signature[:-1], signature + b"\x00", bytes(64)):
        data = text(cbor.dumps(cbor.Tagged(18, [head, unprotected, payload, changed])))
        assert not verifies(parsed(data), KEY)
