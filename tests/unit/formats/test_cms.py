"""SignedData in DER and BER, and every way in which it can be wrong."""

from hashlib import sha256

import pytest

from defa_trust.algorithm_ids import signature_identifier
from defa_trust.algorithms import PS256, RS256, KeyType
from defa_trust.codec import der
from defa_trust.codec.der import context, encode_oid, set_of, tlv
from defa_trust.demo import pki
from defa_trust.demo.keys import kept_rsa
from defa_trust.errors import Rejection
from defa_trust.formats import cms
from defa_trust.formats import cms_attributes as names
from defa_trust.formats.cms import read_signed_data
from defa_trust.formats.cms_sign import attribute, signed_attributes, signed_data, signer_info
from defa_trust.formats.cms_signer import SignerInfo
from defa_trust.material import EvidenceKind
from defa_trust.signer import SoftwareSigner
from tests.build import DAY, NOW
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    ISSUING,
    cades,
    indefinite,
    usual_attributes,
    with_signed_attributes,
)

SHA_1 = der.seq(encode_oid("1.3.14.3.2.26"))


def only(data):
    """The one signer of a message; raises what was wrong with it."""
    (signer,) = read_signed_data(data).signers
    if isinstance(signer, Rejection):
        raise signer
    return signer


def refused(data):
    with pytest.raises(Rejection) as caught:
        only(data)
    return caught.value.code.id


def test_a_message_is_reduced_to_what_was_signed():
    data = cades()
    message = read_signed_data(data)
    (signer,) = message.signers
    assert message.content_type == cms.DATA
    assert b"".join(message.chunks) == DOCUMENT
    assert set(message.certificates) == {ALICE.certificate, *ALICE.chain}
    assert signer.digest == "sha-256"
    assert signer.message_digest == sha256(DOCUMENT).digest()
    # The signed bytes are those of the message but for the tag (RFC 5652, 5.4).
    assert signer.signed_bytes[:1] == b"\x31"
    assert b"\xa0" + signer.signed_bytes[1:] in data
    row = next(a for a in signer.algorithms if a.key_type is KeyType.P256)
    assert ALICE.key.verification_key.verify(row, signer.signature, signer.signed_bytes)


@pytest.mark.parametrize("segment", [None, 5, 1000])
def test_ber_says_the_same_and_keeps_the_signed_bytes(segment):
    plain = cades()
    written = indefinite(plain, segment)
    assert written != plain
    one, other = read_signed_data(plain), read_signed_data(written)
    assert b"".join(other.chunks) == DOCUMENT
    assert one.signers == other.signers
    assert one.certificates == other.certificates


def test_detached_content_and_revocations():
    crl = pki.crl(ISSUING, issued=NOW - DAY, next_update=NOW + DAY)
    basic = der.seq(der.encode_integer(1))
    choice = tlv(context(1), encode_oid("1.3.6.1.5.5.7.48.1.1"), basic)
    response = tlv(context(1), encode_oid("1.3.6.1.5.5.7.16.2"), der.seq())
    strange = tlv(context(1), encode_oid("2.999.5"), der.seq())
    attributes = signed_attributes(*usual_attributes().values())
    data = signed_data(
        [signer_info(ALICE, attributes)], revocations=[crl, choice, response, strange]
    )
    message = read_signed_data(data)
    assert message.content is None
    assert message.chunks is None
    kinds = sorted((item.kind, len(item.octets)) for item in message.revocations)
    assert [kind for kind, _ in kinds] == [EvidenceKind.CRL, EvidenceKind.OCSP, EvidenceKind.OCSP]
    wrapped = next(i.octets for i in message.revocations if basic in i.octets)
    assert wrapped == cms.ocsp_response(basic)


def test_a_signer_named_by_key_identifier():
    attributes = signed_attributes(*usual_attributes().values())
    data = signed_data([signer_info(ALICE, attributes, key_id=b"\x01\x02")], content=DOCUMENT)
    assert only(data).signer.key_id == b"\x01\x02"


def test_each_signer_is_read_by_itself():
    attributes = signed_attributes(*usual_attributes().values())
    bad = signed_attributes(usual_attributes()["content-type"])
    data = signed_data([signer_info(ALICE, attributes), signer_info(BOB, bad)], content=DOCUMENT)
    kinds = {type(signer) for signer in read_signed_data(data).signers}
    assert kinds == {SignerInfo, Rejection}


# --- signed attributes ----------------------------------------------------------------------
def test_the_usual_attributes_pass():
    parts = usual_attributes()
    assert only(with_signed_attributes(sorted(parts.values()))).message_digest


def test_attributes_out_of_order():
    parts = sorted(usual_attributes().values())
    assert refused(with_signed_attributes(parts[::-1])) == "cms.attributes_unsorted"


def test_values_out_of_order():
    values = [encode_oid("2.999.2"), encode_oid("2.999.1")]
    odd = der.seq(encode_oid("2.999.7"), tlv(der.SET, *values))
    parts = sorted([*usual_attributes().values(), odd])
    assert refused(with_signed_attributes(parts)) == "cms.attributes_unsorted"
    sorted_one = der.seq(encode_oid("2.999.7"), set_of(*values))
    assert only(with_signed_attributes(sorted([*usual_attributes().values(), sorted_one])))


def test_attributes_in_ber():
    parts = sorted(usual_attributes().values())
    ber = b"\x31\x80" + b"".join(parts) + b"\0\0"
    data = signed_data([signer_info(ALICE, ber)], content=DOCUMENT)
    assert refused(data) == "cms.attributes_not_der"
    long_form = b"\x31\x83\x00" + len(b"".join(parts)).to_bytes(2) + b"".join(parts)
    data = signed_data([signer_info(ALICE, long_form)], content=DOCUMENT)
    assert refused(data) == "cms.attributes_not_der"


@pytest.mark.parametrize("name", ["content-type", "message-digest"])
def test_missing(name):
    parts = usual_attributes()
    del parts[name]
    assert refused(with_signed_attributes(sorted(parts.values()))) == "cms.attribute_missing"


@pytest.mark.parametrize("name", ["content-type", "message-digest", "signing-time"])
def test_repeated(name):
    parts = usual_attributes()
    data = with_signed_attributes(sorted([*parts.values(), parts[name]]))
    assert refused(data) == "cms.attribute_repeated"


@pytest.mark.parametrize(
    "values", [(), (encode_oid(cms.DATA), encode_oid("2.999.1"))], ids=["none", "two"]
)
def test_not_exactly_one_value(values):
    parts = usual_attributes() | {"content-type": attribute(names.CONTENT_TYPE, *values)}
    assert refused(with_signed_attributes(sorted(parts.values()))) == "cms.attribute_values"


def test_content_type_of_another_message():
    parts = usual_attributes()
    parts["content-type"] = attribute(names.CONTENT_TYPE, encode_oid("1.2.840.113549.1.9.16.1.4"))
    assert refused(with_signed_attributes(sorted(parts.values()))) == "cms.content_type"


def test_a_message_digest_of_another_length():
    parts = usual_attributes()
    parts["message-digest"] = attribute(names.MESSAGE_DIGEST, tlv(der.OCTET_STRING, bytes(20)))
    assert refused(with_signed_attributes(sorted(parts.values()))) == "cms.attribute_form"


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        ("2.16.840.1.101.3.4.2.1", "cms.no_signed_attributes"),
        ("1.3.14.3.2.26", "cms.digest_weak"),  # SHA-1: weak in every form, so that is said
    ],
)
def test_no_signed_attributes_at_all(digest, code):
    info = der.seq(
        der.encode_integer(1),
        der.seq(*cms_issuer()),
        der.seq(encode_oid(digest)),
        signature_identifier(ALICE.algorithm),
        tlv(der.OCTET_STRING, ALICE.sign(DOCUMENT)),
    )
    assert refused(signed_data([info], content=DOCUMENT)) == code


def cms_issuer():
    from defa_trust.formats.cms_sign import issuer_and_serial

    return issuer_and_serial(ALICE.certificate)


def test_version_and_identifier_go_together():
    attributes = signed_attributes(*usual_attributes().values())
    info = signer_info(ALICE, attributes)
    wrong = info.replace(b"\x02\x01\x01", b"\x02\x01\x03", 1)
    assert refused(signed_data([wrong], content=DOCUMENT)) == "cms.version"


# --- algorithms --------------------------------------------------------------------------------
def test_a_weak_digest_is_named():
    attributes = signed_attributes(*usual_attributes().values())
    info = signer_info(ALICE, attributes)
    strong = der.seq(encode_oid("2.16.840.1.101.3.4.2.1"))
    place = info.index(strong)
    weak = der.seq(info[4:place] + SHA_1 + info[place + len(strong) :])
    with pytest.raises(Rejection) as caught:
        only(signed_data([weak], content=DOCUMENT))
    assert caught.value.code.id == "cms.digest_weak"
    assert caught.value.actual == "SHA-1"


def protection(digest, signature):
    return attribute(names.ALGORITHM_PROTECTION, der.seq(digest, b"\xa1" + signature[1:]))


@pytest.mark.parametrize(
    ("digest", "signature", "passes"),
    [
        ("2.16.840.1.101.3.4.2.1", ALICE.algorithm, True),
        ("2.16.840.1.101.3.4.2.3", ALICE.algorithm, False),
        ("2.16.840.1.101.3.4.2.1", RS256, False),
    ],
)
def test_algorithms_repeated_under_the_signature(digest, signature, passes):
    part = protection(der.seq(encode_oid(digest)), signature_identifier(signature))
    data = with_signed_attributes(sorted([*usual_attributes().values(), part]))
    if passes:
        assert only(data)
    else:
        assert refused(data) == "cms.algorithm_protection"


def test_null_in_the_place_of_absent_parameters_is_the_same_algorithm():
    part = protection(
        der.seq(encode_oid("2.16.840.1.101.3.4.2.1"), b"\x05\0"),
        signature_identifier(ALICE.algorithm),
    )
    assert only(with_signed_attributes(sorted([*usual_attributes().values(), part])))


def test_another_spelling_of_the_protected_algorithm_is_another_algorithm():
    """A trailerField written out beside one left out: verifiers disagree, so nobody is taken."""
    signer = SoftwareSigner(kept_rsa("vn-civil"), ALICE.certificate, chosen=PS256)
    protected = protection(
        der.seq(encode_oid("2.16.840.1.101.3.4.2.1")), signature_identifier(PS256)
    )
    attributes = signed_attributes(*usual_attributes().values(), protected)
    info = signer_info(signer, attributes)
    assert only(signed_data([info], content=DOCUMENT)).algorithms == (PS256,)
    salt = tlv(context(2), der.encode_integer(32))
    place = info.rindex(signature_identifier(PS256))
    spelt = grown(info[place:], salt, salt + tlv(context(3), der.encode_integer(1)), whole=False)
    head = der.Reader(info).take(der.SEQUENCE).pos
    other = der.seq(info[head:place] + spelt)
    assert refused(signed_data([other], content=DOCUMENT)) == "cms.algorithm_protection"


@pytest.mark.parametrize("trailer", [False, True])
def test_pss_parameters_of_a_row_are_the_only_ones(trailer):
    key = kept_rsa("vn-civil")
    signer = SoftwareSigner(key, ALICE.certificate, chosen=PS256)
    attributes = signed_attributes(*usual_attributes().values())
    info = signer_info(signer, attributes)
    salt = tlv(context(2), der.encode_integer(32))
    assert salt in info
    if trailer:
        # RFC 4055, 3.1: a trailerField of 1 is the default, written out.
        info = grown(info, salt, salt + tlv(context(3), der.encode_integer(1)))
    assert only(signed_data([info], content=DOCUMENT)).algorithms == (PS256,)
    shorter = info.replace(salt, tlv(context(2), der.encode_integer(20)))
    assert refused(signed_data([shorter], content=DOCUMENT)) == "crypto.algorithm_parameters"


def grown(info, old, new, *, whole=True):
    """``info`` with the last member of PS256's parameters replaced by a longer one."""
    algorithm = signature_identifier(PS256)
    parameters = der.Reader(algorithm).take(der.SEQUENCE)
    parameters.oid()
    held = parameters.take(der.SEQUENCE).body().replace(old, new)
    other = der.seq(encode_oid("1.2.840.113549.1.1.10"), der.seq(held))
    place = info.index(algorithm)
    head = der.Reader(info).take(der.SEQUENCE).pos if whole else 0
    body = info[head:place] + other + info[place + len(algorithm) :]
    return der.seq(body) if whole else body


# --- the message -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d[:-1], "der.truncated"),
        (lambda d: d + b"\0", "der.trailing"),
        (lambda d: d[:1000], "der.truncated"),
        (lambda d: b"\x31" + d[1:], "der.tag"),
        (
            lambda d: d.replace(encode_oid(cms.SIGNED_DATA), encode_oid("1.2.840.113549.1.7.3"), 1),
            "cms.not_signed_data",
        ),
        (lambda _: b"\x30\x80", "der.truncated"),
        (lambda _: b"", "der.truncated"),
    ],
)
def test_no_signed_data(change, code):
    with pytest.raises(Rejection) as caught:
        read_signed_data(change(cades()))
    assert caught.value.code.id == code


def test_certificates_without_a_signer():
    with pytest.raises(Rejection) as caught:
        read_signed_data(signed_data([], certificates=[ALICE.certificate]))
    assert caught.value.code.id == "cms.no_signer"


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"certificates": [tlv(der.SEQUENCE, n.to_bytes(2)) for n in range(257)]}, "certificates"),
        ({"revocations": [tlv(der.SEQUENCE, n.to_bytes(2)) for n in range(257)]}, "CRLs"),
    ],
)
def test_counts_are_bounded(parts, what):
    with pytest.raises(Rejection) as caught:
        read_signed_data(signed_data([der.seq()], **parts))
    assert caught.value.code.id == "cms.too_many"
    assert what in caught.value.actual


def test_signers_and_attributes_are_bounded():
    with pytest.raises(Rejection) as caught:
        read_signed_data(signed_data([der.seq(der.encode_integer(n)) for n in range(65)]))
    assert caught.value.code.id == "cms.too_many"
    odd = [attribute(f"2.999.{n}", der.seq()) for n in range(100)]
    assert refused(with_signed_attributes(sorted([*usual_attributes().values(), *odd]))) == (
        "cms.too_many"
    )


def test_large_content_is_never_copied():
    import tracemalloc

    content = bytes(16 << 20)
    data = signed_data(
        [signer_info(ALICE, signed_attributes(*usual_attributes(content).values()))],
        content=content,
    )
    tracemalloc.start()
    message = read_signed_data(data)
    assert message.content.digest("sha-256") == message.signers[0].message_digest
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
