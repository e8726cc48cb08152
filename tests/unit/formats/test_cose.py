import hashlib

import pytest

from defa_trust.algorithms import ED448, ED25519, ES256, KeyType
from defa_trust.codec import cbor
from defa_trust.codec.cbor import Deviation
from defa_trust.formats.cose import MAX_KID_BYTES, RepeatedKid, parse_sign1, signed_bytes
from defa_trust.signing_crypto import SigningKey
from tests.cose_samples import HEADER, KEY, KID, message, parts, refusal

DER = b"\x30\x03\x02\x01\x01"


def refused(data, **more):
    return refusal(parse_sign1, data, **more)


def raw(*items, tags=(18,)):
    value = list(items)
    for tag in reversed(tags):
        value = cbor.Tagged(tag, value)
    return cbor.dumps(value)


def test_good_message_reads_and_verifies():
    sign1 = parse_sign1(message())
    assert sign1.protected == cbor.dumps(HEADER)
    assert sign1.protected_map == HEADER
    assert sign1.unprotected == {}
    assert sign1.algorithms == (ES256,)
    assert sign1.hint.kid == KID
    assert sign1.deviations == frozenset()
    assert KEY.verification_key.verify(ES256, sign1.signature, sign1.signed_bytes())


def test_memoryview_reads_like_bytes():
    assert parse_sign1(memoryview(message())) == parse_sign1(message())


@pytest.mark.parametrize("tags", [(), (18,), (61, 18)])
def test_legal_tags(tags):
    assert parse_sign1(message(tags=tags)).algorithms == (ES256,)


@pytest.mark.parametrize(
    "tags",
    [(17,), (98,), (61,), (18, 61), (18, 18), (61, 61, 18), (61, 18, 18), (55799, 18), (998,)],
)
def test_other_tags_are_refused(tags):
    assert refused(message(tags=tags)) == "cose.tag"


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65535, 65536])
def test_signed_bytes_is_the_sig_structure(size):
    data = bytes(size)
    expected = cbor.dumps(["Signature1", data, data, data])
    assert signed_bytes(data, data, data) == expected


def test_empty_protected_map_is_signed_as_empty_string():
    expected = cbor.dumps(["Signature1", b"", b"", b"payload"])
    assert signed_bytes(b"\xa0", b"", b"payload") == expected
    assert signed_bytes(b"", b"", b"payload") == expected


def test_external_data_is_covered():
    sign1 = parse_sign1(message(aad=b"TEST-ONLY"))
    verify = KEY.verification_key.verify
    assert verify(ES256, sign1.signature, sign1.signed_bytes(b"TEST-ONLY"))
    assert not verify(ES256, sign1.signature, sign1.signed_bytes())


@pytest.mark.parametrize("label", [-8])
def test_polymorphic_eddsa_stands_for_both_curves(label):
    key = SigningKey.from_seed("TEST-ONLY cose eddsa", KeyType.ED25519)
    sign1 = parse_sign1(message(protected={1: label}, key=key, alg="EdDSA"))
    assert sign1.algorithms == (ED25519, ED448)
    assert key.verification_key.verify(ED25519, sign1.signature, sign1.signed_bytes())


# --- structure -----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [0, 3, 5])
def test_not_four_parts(count):
    assert refused(cbor.dumps(cbor.Tagged(18, [*parts(), b""][:count]))) == "cose.structure"


@pytest.mark.parametrize("value", [{1: 2}, 7, b"", "text", None, True, 1.5])
def test_not_an_array(value):
    assert refused(cbor.dumps(value)) == "cose.structure"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, {1: -7}), (0, "text"), (0, None), (0, cbor.Tagged(24, b"\xa1\x01\x26")),
        (1, []), (1, b""), (1, None),
        (2, "text"), (2, {}), (2, False), (2, cbor.UNDEFINED), (2, cbor.Tagged(24, b"")),
        (3, "text"), (3, None), (3, [b""]),
    ],
)  # fmt: skip
def test_parts_of_wrong_type(place, value):
    changed = parts()
    changed[place] = value
    assert refused(raw(*changed)) == "cose.structure"


def test_bytes_after_the_message():
    assert refused(message() + b"\x00") == "cbor.trailing"


def test_protected_header_must_be_one_map():
    assert refused(message(protected=b"\x80")) == "cose.structure"
    assert refused(message(protected=cbor.dumps(HEADER) + b"\xa0")) == "cbor.trailing"
    assert refused(message(protected=b"\xa2\x01\x26\x01\x26")) == "cbor.duplicate_key"


# --- algorithm -----------------------------------------------------------------------------------
@pytest.mark.parametrize("protected", [b"", {}, {4: KID}])
def test_algorithm_missing(protected):
    assert refused(message(protected=protected)) == "cose.alg_missing"


@pytest.mark.parametrize("protected", [b"", {}, {4: KID}])
def test_algorithm_only_unprotected(protected):
    assert refused(message(protected=protected, unprotected={1: -7})) == "cose.alg_unprotected"


@pytest.mark.parametrize("alg", [-7, -37])
def test_algorithm_in_both_headers(alg):
    assert refused(message(unprotected={1: alg})) == "cose.duplicate_label"


@pytest.mark.parametrize(
    ("alg", "code"),
    [
        (5, "crypto.algorithm_symmetric"), ("HS256", "crypto.algorithm_symmetric"),
        ("none", "crypto.algorithm_none"), ("ES256", "crypto.algorithm_unknown"),
        (-9999, "crypto.algorithm_unknown"), (-7.0, "crypto.algorithm_unknown"),
        (None, "crypto.algorithm_unknown"), ([-7], "crypto.algorithm_unknown"),
        (-1 << 63, "crypto.algorithm_unknown"), (True, "crypto.algorithm_unknown"),
        (-47, "crypto.algorithm_unknown"), (-65535, "crypto.algorithm_unknown"),
    ],
)  # fmt: skip
def test_algorithms_outside_the_table(alg, code):
    assert refused(message(protected={1: alg, 4: KID})) == code


# --- labels and crit -----------------------------------------------------------------------------
@pytest.mark.parametrize("bucket", ["protected", "unprotected"])
def test_labels_are_integers_or_text(bucket):
    odd = {b"\x01": 1}
    header = {**HEADER, **odd} if bucket == "protected" else HEADER
    extra = odd if bucket == "unprotected" else {}
    assert refused(message(protected=header, unprotected=extra)) == "cose.header_label"
    assert parse_sign1(message(protected={**HEADER, "x": 1}, unprotected={"y": 1})).hint.kid == KID


@pytest.mark.parametrize("label", [3, 33, "x", -70000])
def test_no_label_may_be_in_both_headers(label):
    data = message(protected={**HEADER, label: b"1"}, unprotected={label: b"1"})
    assert refused(data, repeated_kid=RepeatedKid.PROTECTED_COUNTS) == "cose.duplicate_label"


def test_repeated_kid_is_a_choice():
    data = message(unprotected={4: b"other"})
    assert refused(data) == "cose.duplicate_label"
    assert parse_sign1(data, repeated_kid=RepeatedKid.PROTECTED_COUNTS).hint.kid == KID


def test_repeated_algorithm_is_refused_whatever_the_choice():
    data = message(unprotected={1: -7})
    assert refused(data, repeated_kid=RepeatedKid.PROTECTED_COUNTS) == "cose.duplicate_label"


@pytest.mark.parametrize("labels", [[1], [1, 4], [2], [4, 4]])
def test_crit_naming_what_is_processed(labels):
    assert parse_sign1(message(protected={**HEADER, 2: labels})).hint.kid == KID


@pytest.mark.parametrize("labels", [[], None, {}, 1, "1", [b"x"], [True], [[1]], [None], [1.0]])
def test_crit_malformed(labels):
    assert refused(message(protected={**HEADER, 2: labels})) == "cose.crit"


def test_crit_names_an_absent_label():
    assert refused(message(protected={1: -7, 2: [4]}, unprotected={4: KID})) == "cose.crit"


@pytest.mark.parametrize("label", [3, 33, -70000, "ext"])
def test_crit_unknown(label):
    header = {**HEADER, 2: [1, label], label: b"1"}
    assert refused(message(protected=header)) == "cose.crit_unknown"


@pytest.mark.parametrize("labels", [[1], [-70000], []])
def test_crit_unprotected(labels):
    assert refused(message(unprotected={2: labels})) == "cose.crit"


# --- payload -------------------------------------------------------------------------------------
def test_detached_payload():
    head, unprotected, payload, signature = parts()
    detached = raw(head, unprotected, None, signature)
    assert refused(detached) == "cose.detached_payload"
    sign1 = parse_sign1(detached, detached=payload)
    assert KEY.verification_key.verify(ES256, sign1.signature, sign1.signed_bytes())
    assert not KEY.verification_key.verify(
        ES256, signature, parse_sign1(detached, detached=b"other").signed_bytes()
    )


def test_detached_payload_beside_an_attached_one():
    assert refused(message(), detached=b"other") == "cose.attached_payload"


def test_empty_payload_is_a_payload():
    assert parse_sign1(message(payload=b"")).payload == b""


# --- hints ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("kid", ["text", 1, None, [KID], b"", bytes(MAX_KID_BYTES + 1)])
def test_kid_malformed(kid):
    assert refused(message(protected={1: -7, 4: kid})) == "cose.kid"
    assert refused(message(protected={1: -7}, unprotected={4: kid})) == "cose.kid"
    both = message(unprotected={4: kid})
    assert refused(both, repeated_kid=RepeatedKid.PROTECTED_COUNTS) == "cose.kid"


def test_kid_in_either_header_or_none():
    assert parse_sign1(message(protected={1: -7}, unprotected={4: b"u"})).hint.kid == b"u"
    assert parse_sign1(message(protected={1: -7, 4: bytes(MAX_KID_BYTES)})).hint.kid
    assert parse_sign1(message(protected={1: -7})).hint.kid is None


@pytest.mark.parametrize("bucket", ["protected", "unprotected"])
@pytest.mark.parametrize("chain", [DER, [DER, b"ca"], [DER, b"ca", b"root"]])
def test_x5chain_gives_its_leaf_as_a_hint(bucket, chain):
    given = {33: chain}
    if bucket == "protected":
        data = message(protected={**HEADER, **given})
    else:
        data = message(unprotected=given)
    assert parse_sign1(data).hint.certificate == DER


@pytest.mark.parametrize("chain", [b"", [], [DER], [DER, b""], [DER, 1], "text", None, {}])
def test_x5chain_malformed(chain):
    assert refused(message(unprotected={33: chain})) == "cose.certificate_hint"


def test_x5t():
    wanted = hashlib.sha256(DER).digest()
    sign1 = parse_sign1(message(protected={**HEADER, 34: [-16, wanted]}))
    assert sign1.hint.certificate_sha256 == wanted
    other = parse_sign1(message(protected={**HEADER, 34: [-43, bytes(48)]}))
    assert other.hint.certificate_sha256 is None


@pytest.mark.parametrize(
    "value", [[-16], [-16, b"short"], [-16, "text"], b"x", [None, b""], [-16, bytes(32), 1], {}]
)
def test_x5t_malformed(value):
    assert refused(message(unprotected={34: value})) == "cose.certificate_hint"


def test_x5chain_and_x5t_must_agree():
    wanted = hashlib.sha256(DER).digest()
    good = parse_sign1(message(unprotected={33: DER, 34: [-16, wanted]}))
    assert good.hint.certificate_sha256 == wanted
    assert refused(message(unprotected={33: DER, 34: [-16, bytes(32)]})) == "cose.certificate_hint"


# --- encoding ------------------------------------------------------------------------------------
def test_original_header_bytes_are_what_is_verified():
    unsorted = b"\xa2" + cbor.dumps(4) + cbor.dumps(KID) + cbor.dumps(1) + cbor.dumps(-7)
    sign1 = parse_sign1(message(protected=unsorted))
    assert sign1.protected == unsorted
    assert sign1.deviations == {Deviation.UNSORTED_KEYS}
    assert KEY.verification_key.verify(ES256, sign1.signature, sign1.signed_bytes())


def test_indefinite_array_is_tolerated_and_reported():
    body = cbor.dumps(parts())
    assert body[0] == 0x84
    sign1 = parse_sign1(b"\xd2\x9f" + body[1:] + b"\xff")
    assert sign1.deviations == {Deviation.INDEFINITE_LENGTH}
    assert KEY.verification_key.verify(ES256, sign1.signature, sign1.signed_bytes())


def test_text_labels_from_a_message_never_reach_a_finding():
    secret = "TEST-ONLY private text"
    data = message(protected={**HEADER, secret: 1}, unprotected={secret: 1})
    with pytest.raises(Exception, match=r"cose\.duplicate_label") as caught:
        parse_sign1(data)
    assert secret not in str(caught.value)
