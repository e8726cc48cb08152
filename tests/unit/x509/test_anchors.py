"""Anchors: made of certificates or keys, limited, immutable, and never by accident."""

import pytest

from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import MOMENT, YEAR
from defa_trust.conformance.certificates import certificate
from defa_trust.errors import MisuseError, Rejection
from defa_trust.finding import ALWAYS, Interval, Outcome
from defa_trust.x509 import anchors as module
from defa_trust.x509.anchors import AnchorSet, Constraints, OwnValidity, Purpose, TrustAnchor
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.extensions import GeneralName, NameConstraints, NameKind
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import SIGNER

ROOT = certificate("root")


def test_an_anchor_keeps_what_its_certificate_says():
    limits = make.name_constraints([make.dns("th.test.example")])
    der = certificate("root", extensions=[make.basic_constraints(path_length=2), limits]).der
    listed = NameConstraints(excluded=(GeneralName(NameKind.DNS, b"x.th.test.example"),))
    anchor = TrustAnchor.from_certificate(
        der,
        Constraints(Interval(MOMENT, MOMENT + 9), listed, path_length=1, territory="TH",
                    purposes=frozenset({Purpose.SEAL})),
    )  # fmt: skip
    assert anchor.validity == (MOMENT, MOMENT + 9)
    assert anchor.path_length == 1
    assert len(anchor.name_constraints) == 2
    assert (anchor.territory, anchor.purposes) == ("TH", {Purpose.SEAL})
    assert anchor.digest == open_certificate(der).sha256.hex()
    assert "TH" in repr(anchor)


def test_the_certificates_own_period_applies_unless_the_list_states_one_itself():
    der = certificate("root", not_after=MOMENT - 1).der
    assert TrustAnchor.from_certificate(der).validity == (MOMENT - YEAR, MOMENT)
    kept = TrustAnchor.from_certificate(der, own_validity=OwnValidity.IGNORE)
    assert kept.validity == ALWAYS


def test_a_name_and_a_key_are_an_anchor_too():
    anchor = TrustAnchor.from_key(ROOT.subject, ROOT.key.verification_key)
    assert anchor.origin is None
    findings = []
    leaf = certificate("signer", ROOT)
    options = PathOptions(MOMENT, SIGNER)
    assert find_path(leaf.der, [], AnchorSet([anchor]), options, findings) is not None
    assert all(finding.outcome is Outcome.MET for finding in findings)
    other = TrustAnchor.from_key(make.usual_name("other"), ROOT.key.verification_key)
    assert find_path(leaf.der, [], AnchorSet([other]), options, []) is None


def test_anchors_do_not_change():
    anchor = TrustAnchor.from_certificate(ROOT.der)
    with pytest.raises(AttributeError):
        anchor.territory = "SG"
    with pytest.raises(AttributeError):
        del anchor.key
    with pytest.raises(MisuseError):
        TrustAnchor()


def test_a_certificate_is_no_anchor():
    for thing in (open_certificate(ROOT.der), ROOT.der, None):
        with pytest.raises(MisuseError):
            AnchorSet([thing])


@pytest.mark.parametrize(
    "limits",
    [
        {"validity": Interval(5, 5)},
        {"path_length": -1},
        {"policies": frozenset()},
        {"purposes": frozenset({"signature"})},  # a text is no Purpose
    ],
)
def test_limits_that_make_no_sense(limits):
    with pytest.raises(MisuseError):
        Constraints(**limits)


def test_a_certificate_that_cannot_be_read_is_no_anchor():
    broken = certificate("root", extensions=[("2.5.29.17", False, b"\x30\x03\x02\x01\x01")]).der
    with pytest.raises(Rejection):
        TrustAnchor.from_certificate(broken)
    with pytest.raises(Rejection):
        TrustAnchor.from_certificate(broken[:-1])


def test_a_set_of_anchors_is_looked_up_by_name_and_by_octets():
    spelt = certificate("ROOT")
    anchors = AnchorSet(TrustAnchor.from_certificate(m.der) for m in (ROOT, spelt))
    assert len(anchors) == 2
    assert [a.origin.der for a in anchors] == [ROOT.der, spelt.der]
    assert len(anchors.named(open_certificate(ROOT.der).subject_key)) == 2
    assert len(anchors.spelt(ROOT.subject)) == 1
    assert anchors.of_certificate(ROOT.der)[0].origin.der == ROOT.der
    assert anchors.of_certificate(b"") == anchors.named(b"") == anchors.spelt(b"") == ()


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    known = AnchorSet().known
    made = [open_certificate(certificate(f"authority {n}").der) for n in range(5)]
    for item in made:
        known.remember((item,), ((item.der, item.spki),))
    assert list(known.certificates) == [item.der for item in made[2:]]
    assert len(known.signatures) == 3
