"""CAdES files in the seam's terms: signers, what they state, and what came along."""

from base64 import encodebytes
from hashlib import sha256

import pytest

from defa_trust.codec import der
from defa_trust.codec.der import context, encode_oid, tlv
from defa_trust.content import Content
from defa_trust.errors import MisuseError, Rejection
from defa_trust.formats import cades as family
from defa_trust.formats.base import PartRole
from defa_trust.formats.cades_sign import Placement, sign_info
from defa_trust.formats.cms_evidence import CERTIFICATE_VALUES, REVOCATION_VALUES
from defa_trust.formats.cms_sign import (
    attribute,
    signed_attributes,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from defa_trust.formats.ess import SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2
from defa_trust.formats.signature import RefusedSignature, Signature, TimestampKind
from defa_trust.material import EvidenceKind
from defa_trust.request import HolderBinding, Request
from tests.build import DAY, NOW
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    ISSUING,
    cades,
    clock,
    indefinite,
    usual_attributes,
    with_signed_attributes,
)

REQUEST = Request("SG", HolderBinding.IF_PRESENT)


def parsed(data):
    return family.parse(data, REQUEST)


def only(data):
    (signature,) = parsed(data).signatures
    return signature


def with_attribute(*parts, **more):
    """The usual attributes and these, in order."""
    return with_signed_attributes(sorted([*usual_attributes().values(), *parts]), **more)


def test_one_signer_attached():
    data = cades()
    file = parsed(data)
    assert file.digest == sha256(data).digest()
    (signature,) = file.signatures
    assert signature.name == "signature 1"
    assert signature.part.role is PartRole.SIGNER
    (claim,) = signature.contents
    assert claim.content == Content.of(DOCUMENT)
    assert claim.expected == sha256(DOCUMENT).digest()
    (reference,) = signature.references
    assert reference.digest == sha256(ALICE.certificate).digest()
    assert reference.serial == signature.signer.serial
    assert reference.issuer == signature.signer.issuer
    assert signature.stated.signing_time == NOW - 2 * DAY
    assert not signature.timestamps
    assert not signature.unevaluated


def test_detached_leaves_the_content_to_the_caller():
    data = cades(Content.digested({"sha-256": sha256(DOCUMENT).digest()}),
                 placement=Placement.DETACHED)  # fmt: skip
    (claim,) = only(data).contents
    assert claim.content is None
    assert data == cades(placement=Placement.DETACHED)
    with pytest.raises(MisuseError):
        cades(Content.digested({"sha-512": bytes(64)}), placement=Placement.DETACHED)
    with pytest.raises(MisuseError):
        cades(Content.of(DOCUMENT))


def test_several_signers():
    infos = [sign_info(DOCUMENT, who, signing_time=NOW - DAY) for who in (ALICE, BOB)]
    file = parsed(signed_data(infos, content=DOCUMENT))
    assert [s.name for s in file.signatures] == ["signature 1", "signature 2"]
    assert len({s.part.signature for s in file.signatures}) == 2


def test_one_signer_that_cannot_be_judged_leaves_the_others():
    bad = signer_info(BOB, signed_attributes(usual_attributes()["content-type"]))
    good = sign_info(DOCUMENT, ALICE, signing_time=NOW - DAY)
    file = parsed(signed_data([bad, good], content=DOCUMENT))
    by_type = {type(s): s for s in file.signatures}
    assert by_type[RefusedSignature].finding.code.id == "cms.attribute_missing"
    assert by_type[Signature].references


def test_time_stamps_name_what_they_cover():
    signature = only(cades(timestamps=clock(), content_timestamps=clock()))
    content, over_signature = signature.timestamps
    assert content.kind is TimestampKind.CONTENT
    assert content.covers == Content.of(DOCUMENT)
    assert over_signature.kind is TimestampKind.SIGNATURE
    assert over_signature.covers == Content.of(signature.part.signature)
    detached = only(cades(placement=Placement.DETACHED, content_timestamps=clock()))
    assert detached.timestamps[0].covers is None


def test_more_time_stamps_than_anybody_needs_are_named():
    signed = signed_attributes(*usual_attributes().values())
    tokens = [der.seq(der.encode_integer(n)) for n in range(20)]
    stamp = attribute("1.2.840.113549.1.9.16.2.14", *tokens)
    data = signed_data([signer_info(ALICE, signed, unsigned=[stamp])], content=DOCUMENT)
    signature = only(data)
    assert len(signature.timestamps) == family.MAX_TIMESTAMPS
    assert signature.unevaluated == ("4 further time-stamps",)


@pytest.mark.parametrize("label", ["CMS", "PKCS7"])
def test_pem(label):
    data = cades()
    text = (
        f"-----BEGIN {label}-----\n{encodebytes(data).decode()}-----END {label}-----\n"
    ).encode()
    assert family.detect(text)
    file = parsed(text)
    assert file.signatures == parsed(data).signatures
    assert file.digest == sha256(text).digest()
    for broken in (text.replace(b"=", b"!"), text[:-30], text.replace(b"END CMS", b"END PKCS7")):
        if broken != text:
            with pytest.raises(Rejection) as refused:
                parsed(broken)
            assert refused.value.code.id in ("cms.pem", "der.truncated")


def test_detection():
    assert family.detect(cades())
    assert family.detect(indefinite(cades(), 5))
    for other in (b"", b"{}", b"\x30\x03\x02\x01\x07", b"HC1:6BF", ALICE.certificate, b"eyJ.e30.AA",
                  b"-----BEGIN CERTIFICATE-----\n"):  # fmt: skip
        assert not family.detect(other)


# --- validation data ---------------------------------------------------------------------------
def crl():
    from defa_trust.demo import pki

    return pki.crl(ISSUING, issued=NOW - DAY, next_update=NOW + DAY)


def with_unsigned(*unsigned):
    signed = signed_attributes(*usual_attributes().values())
    return signed_data(
        [signer_info(ALICE, signed, unsigned=unsigned)],
        content=DOCUMENT,
        certificates=[ALICE.certificate],
        revocations=[crl()],
    )


def test_certificates_crls_and_ocsp_responses_are_evidence():
    basic = der.seq(der.encode_integer(5))
    values = der.seq(tlv(context(0), der.seq(crl())), tlv(context(1), der.seq(basic)))
    data = with_unsigned(
        attribute(CERTIFICATE_VALUES, der.seq(ISSUING.certificate)),
        attribute(REVOCATION_VALUES, values),
    )
    file = parsed(data)
    (signature,) = file.signatures
    assert signature.certificates == (ISSUING.certificate,)
    assert [item.kind for item in signature.evidence] == [EvidenceKind.CRL, EvidenceKind.OCSP]
    assert [item.kind for item in file.evidence] == [EvidenceKind.CRL]
    assert file.certificates == (ALICE.certificate,)
    assert not signature.unevaluated


def test_what_is_not_judged_is_named_and_never_skipped():
    data = with_unsigned(
        attribute("1.2.840.113549.1.9.6", der.seq()),
        attribute("0.4.0.1733.2.4", der.seq()),
        attribute("1.2.840.113549.1.9.16.2.49", der.seq()),
        attribute("2.999.66", der.seq()),
        attribute(CERTIFICATE_VALUES, der.encode_integer(1)),
        attribute(REVOCATION_VALUES, der.encode_integer(1)),
    )
    assert set(only(data).unevaluated) == {
        "countersignature",
        "archive-time-stamp-v3",
        "internal evidence record",
        "2.999.66",
        "certificate-values",
        "revocation-values",
    }


# --- references to the signing certificate -----------------------------------------------------
def v1(digest=bytes(20), tail=b""):
    entry = der.seq(tlv(der.OCTET_STRING, digest), tail)
    return attribute(SIGNING_CERTIFICATE, der.seq(der.seq(entry)))


def test_both_forms_of_the_reference_are_kept():
    first, second = only(with_attribute(v1())).references
    assert first.algorithm == "sha-1"
    assert second.algorithm == "sha-256"


@pytest.mark.parametrize("digest", ["sha-384", "sha-512", "sha3-256"])
def test_other_digests_of_the_certificate(digest):
    parts = usual_attributes()
    parts["signing-certificate"] = signing_certificate_v2(ALICE.certificate, digest)
    (reference,) = only(with_signed_attributes(sorted(parts.values()))).references
    assert reference.algorithm == digest


def v2(value):
    parts = usual_attributes()
    parts["signing-certificate"] = attribute(SIGNING_CERTIFICATE_V2, value)
    return with_signed_attributes(sorted(parts.values()))


def test_sha_1_in_the_newer_form_is_named_as_what_it_is():
    sha_1 = der.seq(encode_oid("1.3.14.3.2.26"), b"\x05\0")
    (reference,) = only(v2(der.seq(der.seq(der.seq(sha_1, tlv(4, bytes(20))))))).references
    assert reference.algorithm == "sha-1"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (der.seq(der.seq()), "cms.attribute_form"),
        (der.seq(), "cms.attribute_form"),
        (der.encode_integer(1), "cms.attribute_form"),
        (der.seq(der.seq(der.seq(der.encode_integer(1)))), "cms.attribute_form"),
        (der.seq(der.seq(*[der.seq(tlv(4, bytes(32)))] * 17)), "cms.attribute_form"),
        (der.seq(der.seq(der.seq(tlv(4, bytes(32)), der.seq(der.seq())))), "cms.attribute_form"),
        (
            der.seq(der.seq(der.seq(der.seq(encode_oid("1.2.840.113549.2.5")), tlv(4, bytes(16))))),
            "cms.digest_weak",
        ),
    ],
)
def test_malformed_references(value, code):
    signature = only(v2(value))
    assert isinstance(signature, RefusedSignature)
    assert signature.finding.code.id == code


def test_without_any_reference_there_is_none():
    parts = usual_attributes()
    del parts["signing-certificate"]
    assert only(with_signed_attributes(sorted(parts.values()))).references == ()


# --- what the signer states --------------------------------------------------------------------
def utf8(text):
    return tlv(der.UTF8_STRING, text.encode())


def test_commitments_policy_place_and_roles():
    policy = der.seq(
        encode_oid("2.999.4"),
        der.seq(der.seq(encode_oid("2.16.840.1.101.3.4.2.1")), tlv(4, bytes(32))),
        der.seq(
            der.seq(
                encode_oid("1.2.840.113549.1.9.16.5.1"), tlv(der.IA5_STRING, b"https://p.example")
            )
        ),
    )
    place = der.seq(
        tlv(context(0), utf8("VN")),
        tlv(context(1), utf8("Hà Nội")),
        # Octets without a character set, as some signers write a line: left out.
        tlv(context(2), der.seq(utf8("Somewhere 1"), tlv(4, b"\xe9"), utf8("Floor 2"))),
    )
    claimed = der.seq(attribute("2.5.4.72", utf8("Director"), der.encode_integer(1)))
    roles = der.seq(tlv(context(0), claimed), tlv(context(1), der.seq()))
    stated = only(
        with_attribute(
            attribute(family.COMMITMENT, der.seq(encode_oid("1.2.840.113549.1.9.16.6.1")),
                      der.seq(encode_oid("1.2.840.113549.1.9.16.6.5"), der.seq())),
            attribute(family.POLICY, policy),
            attribute(family.LOCATION, place),
            attribute(family.ATTRIBUTES_V2, roles),
        )
    ).stated  # fmt: skip
    assert stated.commitments == ("1.2.840.113549.1.9.16.6.1", "1.2.840.113549.1.9.16.6.5")
    assert stated.policy.identifier == "2.999.4"
    assert stated.policy.algorithm == "sha-256"
    assert stated.policy.digest == bytes(32)
    assert stated.policy.uri == "https://p.example"
    assert stated.place == {
        "country": "VN",
        "locality": "Hà Nội",
        "address": ("Somewhere 1", "Floor 2"),
    }
    assert stated.roles == ("Director",)


def test_an_implied_policy():
    data = with_attribute(attribute(family.POLICY, b"\x05\0"))
    assert only(data).stated.policy.identifier == "implied"


def test_a_policy_digest_nobody_can_compare_stays_unnamed():
    hashed = der.seq(der.seq(encode_oid("2.999.1")), tlv(4, b"?"))
    data = with_attribute(attribute(family.POLICY, der.seq(encode_oid("2.999.4"), hashed)))
    assert only(data).stated.policy.algorithm is None


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (family.SIGNING_TIME, der.encode_integer(1)),
        (family.SIGNING_TIME, tlv(der.UTC_TIME, b"2610300000Z")),
        (family.COMMITMENT, der.encode_integer(1)),
        (family.COMMITMENT, der.seq()),
        (family.POLICY, der.seq()),
        (family.LOCATION, der.encode_integer(1)),
        (family.LOCATION, der.seq(tlv(context(7), b""))),
        (family.ATTRIBUTES_V1, der.encode_integer(1)),
    ],
)
def test_malformed_statements(oid, value):
    parts = usual_attributes()
    if oid == family.SIGNING_TIME:
        del parts["signing-time"]
    data = with_signed_attributes(sorted([*parts.values(), attribute(oid, value)]))
    signature = only(data)
    assert isinstance(signature, RefusedSignature)
    assert signature.finding.code.id == "cms.attribute_form"
