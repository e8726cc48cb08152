"""JAdES through the seam: what is detected, stated and carried, and what cannot be read."""

import json

import pytest

from defa_trust.codec import base64url
from defa_trust.errors import Rejection
from defa_trust.formats import jades as family
from defa_trust.formats import jades_header
from defa_trust.formats.signature import RefusedSignature, SignaturePolicy
from defa_trust.material import EvidenceKind
from defa_trust.request import HolderBinding, Request
from tests.build import NOW
from tests.cms_samples import ALICE, BOB, DOCUMENT, ask, clock, crls, evidence
from tests.jades_samples import (
    compact,
    flattened,
    general,
    header_of,
    revocations,
    stamped,
)

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)


def only(data):
    (signature,) = family.parse(data, REQUEST).signatures
    assert not isinstance(signature, RefusedSignature), signature.finding
    return signature


def form(data, given=None):
    (said,) = [f for f in ask(data, given=given).verdict.findings if f.code.id == "signature.form"]
    return said.actual


def test_levels():
    assert form(compact()) == "B-B"
    assert form(flattened(unsigned=[stamped(clock())])) == "B-T"
    both = [stamped(clock()), revocations(*crls())]
    assert form(flattened(unsigned=both), evidence(lists=())) == "B-LT"
    assert form(compact(header=header_of(sigT=None, crit=None, sigPl={}))) == "none of the baseline"


def test_what_the_signer_states():
    digest = base64url.encode(bytes(32))
    signature = only(
        compact(
            header=header_of(
                cty="text/plain",
                srCms=[{"commId": {"id": "urn:oid:1.2.840.113549.1.9.16.6.1"}}],
                sigPId={"id": "urn:oid:1.2.3", "hashAV": {"digAlg": "S256", "digVal": digest}},
                sigPl={"addressCountry": "VN", "addressLocality": "Hue", "other": 1},
                srAts=[{"claimed": {"mediaType": "text/plain", "vals": ["clerk"]}},
                       {"certified": [{}]}],
            )
        )
    )  # fmt: skip
    stated = signature.stated
    assert stated.signing_time == 1_767_225_600
    assert stated.content_type == "text/plain"
    assert stated.commitments == ("1.2.840.113549.1.9.16.6.1",)
    assert stated.policy == SignaturePolicy("1.2.3", "sha-256", bytes(32))
    assert stated.place == {"country": "VN", "locality": "Hue"}
    assert stated.roles == ("clerk",)
    assert signature.unevaluated == ("srAts `certified`",)
    assert signature.certificates == (ALICE.certificate, *ALICE.chain)
    assert only(compact(header=header_of(sigT=None, crit=None, iat=7))).stated.signing_time == 7


def test_what_is_carried_in_both_spellings():
    made = [stamped(clock()), revocations(*crls())]
    for clear in (True, False):
        signature = only(flattened(unsigned=made, clear=clear))
        assert len(signature.timestamps) == 1
        assert [item.kind for item in signature.evidence] == [EvidenceKind.CRL] * 2
        assert signature.unevaluated == ()
    mixed = json.loads(flattened(unsigned=made))
    mixed["header"]["etsiU"].append({})
    assert only(json.dumps(mixed).encode()).unevaluated == ("etsiU",)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a.b", "jades.structure"),
        (b"{", "json.syntax"),
        (b"{}", "jades.structure"),
        (b'{"payload": 1}', "jades.structure"),
        (b'{"signatures": []}', "jades.structure"),
        (b'{"signatures": [1]}', "jades.structure"),
        (json.dumps({"signatures": [{}] * 33}).encode(), "jades.too_many"),
        (b'{"x": [' + b"[]," * (1 << 19) + b"1]}", "jades.too_many"),
    ],
)
def test_files_that_cannot_be_read(data, code):
    with pytest.raises(Rejection) as caught:
        family.parse(data, REQUEST)
    assert caught.value.code.id == code


def test_detection_by_the_signed_header_alone():
    assert all(family.detect(data) for data in (compact(), flattened(), general(ALICE, BOB)))
    assert family.detect(compact(header=header_of(sigT=None, crit=None, iat=7)))
    plain = header_of(sigT=None, crit=None)
    assert not family.detect(compact(header=plain))
    assert not family.detect(compact(header=header_of(typ="vc+jwt")))
    later = json.loads(flattened(header=plain)) | {"header": {"etsiU": [], "sigT": "x"}}
    assert not family.detect(json.dumps(later).encode())
    for data in (b"", b"ey", b"eyJ.x.y", b"{", b'{"protected": "A"}', DOCUMENT, b"\xff" * 40):
        assert not family.detect(data)


def test_every_cut_and_every_flipped_octet_ends_in_an_answer():
    """And none passes but for what is not signed: the spelling of the JSON around it."""
    data = compact(b"TEST-ONLY")
    for place in range(0, len(data), 7):
        for broken in (data[:place], data[:place] + b"*" + data[place + 1 :]):
            assert ask(broken, format="jades").exit_code.value in (1, 3)


def test_a_chain_is_remembered_by_its_text_and_a_large_one_is_not():
    before = jades_header._remembered.cache_info()
    for _ in range(2):
        assert only(compact()).certificates == (ALICE.certificate, *ALICE.chain)
    texts = header_of()["x5c"]
    assert only(compact(header=header_of(x5c=texts[:1]))).certificates == (ALICE.certificate,)
    long = [*texts, *texts[1:] * 3]
    assert sum(map(len, long)) < jades_header.MAX_REMEMBERED_CHAIN
    large = base64url.encode_standard(bytes(jades_header.MAX_REMEMBERED_CHAIN))
    held = only(compact(header=header_of(x5c=[texts[0], large]))).certificates
    assert len(held[1]) == jades_header.MAX_REMEMBERED_CHAIN
    after = jades_header._remembered.cache_info()
    assert after.hits - before.hits >= 1
    assert after.misses - before.misses <= 2
    for broken in ("x", 1, {}, [1], [texts[0], 1], [[texts[0]]], [""], ["!"]):
        for _ in range(2):
            (refused,) = family.parse(compact(header=header_of(x5c=broken)), REQUEST).signatures
            assert isinstance(refused, RefusedSignature)
