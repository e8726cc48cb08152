"""A report says by its digest which certificate a signature, or a time-stamp, was judged by."""

from hashlib import sha1, sha256

import pytest

from defa_trust.codec import der
from defa_trust.formats.cms_sign import attribute
from defa_trust.formats.ess import SIGNING_CERTIFICATE
from defa_trust.request import Profile
from tests.asic_samples import simple
from tests.cms_samples import (
    ALICE,
    BOB,
    TSA,
    ask,
    cades,
    clock,
    usual_attributes,
    with_signed_attributes,
)
from tests.jades_samples import compact
from tests.pdf_samples import signed
from tests.xades_samples import xades

UNNAMED = frozenset({Profile.CMS_WITHOUT_SIGNING_CERTIFICATE})


def digest(signer):
    return sha256(signer.certificate).hexdigest()


def named(verdict):
    return [
        (finding.code.id, finding.evidence)
        for finding in verdict.findings
        if finding.rule == "signature.certificate"
    ]


@pytest.mark.parametrize("make", [cades, compact, signed, xades, simple])
def test_every_family(make):
    (verdict,) = ask(make()).verdicts
    assert named(verdict) == [("signature.certificate_named", digest(ALICE))]
    shown = [
        f["evidence"] for f in verdict.as_json()["findings"] if f["code"] == named(verdict)[0][0]
    ]
    assert shown == [digest(ALICE)]


def test_another_signer_is_another_digest():
    (verdict,) = ask(cades(signer=BOB)).verdicts
    assert named(verdict) == [("signature.certificate_named", digest(BOB))]


def test_the_unit_of_a_time_stamp():
    (verdict,) = ask(cades(timestamps=clock())).verdicts
    (stamp,) = verdict.nested
    assert named(stamp) == [("signature.certificate_named", digest(TSA))]


def test_named_by_sha_1():
    attributes = usual_attributes()
    short = der.seq(der.tlv(der.OCTET_STRING, sha1(ALICE.certificate).digest()))
    attributes["signing-certificate"] = attribute(SIGNING_CERTIFICATE, der.seq(der.seq(short)))
    (verdict,) = ask(with_signed_attributes(sorted(attributes.values()))).verdicts
    assert named(verdict) == [("signature.certificate_named_by_sha_1", digest(ALICE))]


def test_unnamed_it_is_the_one_that_fits_and_none_where_nothing_does():
    attributes = usual_attributes()
    del attributes["signing-certificate"]
    for profiles, code in ((UNNAMED, "certificate_unnamed_allowed"), ((), "certificate_unnamed")):
        for held, used in ((None, digest(ALICE)), ([BOB.certificate], None)):
            data = with_signed_attributes(sorted(attributes.values()), certificates=held)
            (verdict,) = ask(data, profiles=frozenset(profiles)).verdicts
            assert named(verdict)[0] == (f"signature.{code}", used)
