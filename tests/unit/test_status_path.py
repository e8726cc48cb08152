"""Status lists signed below a listed authority: whose certificates count, and how long."""

from base64 import b64encode
from hashlib import sha256

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.build import DAY, ISSUER, MOMENT
from defa_trust.conformance.paths import (
    NEXT_UPDATE,
    crl,
    document_signer,
    identity,
    issuer,
    listed,
    path_world,
    root,
)
from defa_trust.conformance.trust import snapshot_of
from defa_trust.demo import pki
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.spec import SVC_PID_ISSUANCE, SVC_PID_REVOCATION
from defa_trust.status_memo import MEMO
from defa_trust.verdict import Indication, NeedKind
from tests.status_tools import against, item, verdict

CRL = EvidenceKind.CRL
FRESH = Item(CRL, crl())
WORLD = snapshot_of(path_world())
OWN = issuer()


@pytest.fixture(autouse=True)
def fresh():
    MEMO.clear()


def header(signer, *chain, **more):
    certificates = [b64encode(der).decode() for der in (signer.certificate, *chain)]
    return {"kid": None, "x5c": certificates, **more}


def credential(signer=OWN, **claims):
    return build.vc(
        header=header(signer), signer=signer.key, status=lists.token_reference(), **claims
    )


def listing(signer=OWN, head=None, **more):
    return lists.token_jwt(signer=signer.key, header=header(signer) if head is None else head,
                           **more)  # fmt: skip


def judged(octets, *items, data=None, trust=WORLD, at=MOMENT):
    known = Evidence([item(octets), *(items or (FRESH,))])
    return verdict(data or credential(), known, trust=trust, at=at)


def codes(octets, *items, **more):
    return against(judged(octets, *items, **more))


# --- the credential's own certificate ------------------------------------------------------------
def test_the_credentials_own_certificate():
    assert codes(listing()) == []
    assert codes(listing(lst=lists.compressed({lists.INDEX: 1}))) == ["status.revoked"]


def test_without_a_name_its_own_key_is_meant():
    assert codes(listing(head={"kid": None})) == []


def test_named_by_its_digest():
    text = base64url.encode(sha256(OWN.certificate).digest())
    assert codes(listing(head={"kid": None, "x5t#S256": text})) == []
    other = base64url.encode(sha256(b"other").digest())
    assert codes(listing(head={"kid": None, "x5t#S256": other})) == ["status.signer_unbound"]


def test_its_revocation_is_told_once():
    revoked = crl(revoked=[(pki.serial_of(OWN.certificate), MOMENT - DAY // 2, None)],
                  issued=MOMENT - DAY // 2)  # fmt: skip
    assert codes(listing(), Item(CRL, revoked)) == ["revocation.revoked"]


# --- another certificate of the same authority ---------------------------------------------------
NEXT = pki.signer(
    "next credential signer of TH", "TH", root(), usages=("digital_signature",),
    not_before=MOMENT - DAY, not_after=MOMENT + 400 * DAY,
)  # fmt: skip


def test_a_later_signer_of_the_same_service():
    """A signer's certificate ends long before the credentials that it signed."""
    assert codes(listing(NEXT)) == []


def test_the_answer_ends_with_the_signers_path():
    short = pki.signer(
        "short signer of TH", "TH", root(), usages=("digital_signature",),
        not_before=MOMENT - DAY, not_after=MOMENT + 99,
    )  # fmt: skip
    octets = listing(short)
    found = judged(octets)
    assert (against(found), found.interval.end) == ([], MOMENT + 100)
    later = judged(octets, at=MOMENT + 100)
    assert against(later) == ["status.signer_unbound"]
    assert later.interval.start == MOMENT + 100
    earlier = judged(octets, at=MOMENT - 3601)
    assert against(earlier) == []


def test_the_answer_ends_with_what_shows_that_the_signer_stands():
    found = judged(listing(NEXT, ttl=90 * DAY, exp=None))
    assert found.interval.end == NEXT_UPDATE


def test_a_revoked_signer_says_nothing():
    revoked = crl(revoked=[(pki.serial_of(NEXT.certificate), MOMENT - DAY // 2, None)],
                  issued=MOMENT - DAY // 2)  # fmt: skip
    assert codes(listing(NEXT), Item(CRL, revoked)) == ["status.signer_not_in_standing"]
    assert codes(listing(NEXT)) == []


def test_a_signer_whose_revocation_is_unknown_says_nothing():
    data = build.vc(status=lists.token_reference())
    own = build.service(identities=[build.jwk_identity(), identity(root().certificate)])
    trust = snapshot_of(build.trust(
        build.member_list("TH", own), build.recognition_list("SG", build.arrangement())
    ))  # fmt: skip
    octets = listing(issuer())
    known = Evidence([item(octets)])
    found = verdict(data, known, trust=trust)
    assert against(found) == ["status.signer_not_in_standing"]
    assert {need.kind for need in found.needs} == {NeedKind.STATUS_LIST, NeedKind.CRL}
    assert against(verdict(data, Evidence([item(octets), FRESH]), trust=trust)) == []


@pytest.mark.parametrize(
    "stranger",
    [
        issuer(root(label="another authority")),
        issuer(root("MY"), "MY"),
        document_signer(root(label="another authority")),
        pki.signer("time-stamps of TH", "TH", root(), usages=("key_cert_sign",)),
        pki.signer("old signer of TH", "TH", root(), usages=("digital_signature",),
                   not_before=MOMENT - 90 * DAY, not_after=MOMENT - 1),
    ],
    ids=["other authority", "other state", "other document signer", "other usage", "expired"],
)  # fmt: skip
def test_no_other_certificate(stranger):
    states = path_world(listed(), listed(territory="MY"))
    assert codes(listing(stranger), trust=snapshot_of(states)) == ["status.signer_unbound"]


def test_a_customer_of_the_authority_signs_no_statuses_of_another():
    other = issuer(uris=("https://other.th.test.example",))
    assert codes(listing(other)) == ["status.signer_unbound"]
    named = pki.signer("named signer of TH", "TH", root(), usages=("digital_signature",),
                       uris=(ISSUER,))  # fmt: skip
    assert codes(listing(named)) == []


def test_the_signature_must_be_that_certificates():
    octets = lists.token_jwt(signer=build.key("stranger"), header=header(NEXT))
    assert codes(octets) == ["status.list_signature_invalid"]


def test_a_certificate_selects_and_vouches_for_nothing():
    """An authority of the attacker's own, sent along."""
    fake = root(label="TEST-ONLY fake")
    own = issuer(fake)
    octets = listing(own, header(own, fake.certificate))
    assert codes(octets) == ["status.signer_unbound"]


# --- the authority of a status service -----------------------------------------------------------
def separate(**members):
    """A PID issuer with a listed key, and a status service with an authority."""
    other = build.service(
        **{
            "id": "urn:test:TH-status",
            "type": SVC_PID_REVOCATION,
            "issuerIds": [],
            "identities": [identity(root().certificate)],
            **members,
        }
    )
    return snapshot_of(lists.identity_world(other))


def test_the_authority_of_a_status_service():
    data = build.vc(status=lists.token_reference())
    assert SVC_PID_ISSUANCE != SVC_PID_REVOCATION
    octets = listing(NEXT)
    assert codes(octets, data=data, trust=separate()) == []
    assert codes(octets, data=data, trust=separate(entity="TEST-ONLY other")) == [
        "status.signer_unbound"
    ]
    assert codes(octets, data=data, trust=separate(issuerIds=[ISSUER], entity="x")) == []
    bound = separate(formats=["bitstring-status-list"])
    assert codes(octets, data=data, trust=bound) == ["status.signer_unbound"]


def test_remembering_changes_no_answer():
    octets = listing(NEXT)
    for at in (MOMENT, NEXT_UPDATE, MOMENT + 500 * DAY, MOMENT):
        warm = judged(octets, at=at)
        MEMO.clear()
        assert judged(octets, at=at) == warm
    assert warm.validity.indication is Indication.TOTAL_PASSED
