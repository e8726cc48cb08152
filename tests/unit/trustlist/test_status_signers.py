"""Who may publish a status is said by the issuer's trust list, and by nothing else."""

import pytest

from defa_trust.crypto import KeyType
from defa_trust.formats.base import KeyHint
from defa_trust.publish import tl_signer_certificate
from defa_trust.spec import (
    MAX_CANDIDATES,
    STATUS_SERVICE_TYPES,
    SVC_EAA,
    SVC_IDENTITY_VERIFICATION,
    SVC_PID_ISSUANCE,
    SVC_PID_REVOCATION,
    SVC_PUB_EAA_ISSUANCE,
    SVC_PUB_EAA_REVOCATION,
    SVC_TSA,
)
from defa_trust.trustlist import status_signers as module
from defa_trust.trustlist.identity import certificate_identity
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.trustlist.status_signers import status_signers
from tests.build import NOW, YEAR, jwk_identity, key, service, snapshot, trust_list

ISSUER = "https://issuer.th.test.example"
OWN, OTHER, STATUS = key(), key("other"), key("status")


def issuing(**more):
    members = {"type": SVC_PID_ISSUANCE, "identities": (jwk_identity(OWN),), **more}
    return service("TH", **members)


def beside(territory="TH", **more):
    members = {
        "id": f"TEST-ONLY-{territory}-status",
        "type": SVC_PID_REVOCATION,
        "identities": (jwk_identity(STATUS, "status-1"),),
        "issuer_ids": (),
        **more,
    }
    return service(territory, **members)


def signers(own, *others, issuer=ISSUER, elsewhere=()):
    trust = snapshot(
        trust_list("TH", (own, *others)), *(trust_list(s.territory, (s,)) for s in elsewhere)
    )
    return status_signers(trust, trust.by_service[own][0], issuer)


def services(found):
    return [anchor.service.id for anchor in found.anchors]


def test_the_issuer_itself_with_each_of_its_keys():
    own = issuing(identities=(jwk_identity(OWN), jwk_identity(OTHER, "key-2")))
    found = signers(own)
    assert [anchor.key for anchor in found.anchors] == [
        OWN.verification_key, OTHER.verification_key,
    ]  # fmt: skip


def test_the_status_service_of_the_same_entity():
    own, other = issuing(), beside()
    assert services(signers(own, other)) == [own.id, other.id]


def test_a_status_service_that_names_the_issuer_whatever_its_entity():
    own, other = issuing(), beside(entity="TEST-ONLY other", issuer_ids=(ISSUER,))
    assert services(signers(own, other)) == [own.id, other.id]


@pytest.mark.parametrize(
    "other",
    [
        beside(entity="TEST-ONLY other"),
        beside(issuer_ids=("https://other.th.test.example",)),
        beside(type=SVC_TSA),
        beside(type=SVC_PID_ISSUANCE),
        beside(type=SVC_EAA),
        beside(type=SVC_PUB_EAA_REVOCATION),
        beside(type=SVC_PID_REVOCATION + "/"),
    ],
)
def test_nobody_else_of_the_same_list(other):
    own = issuing()
    assert services(signers(own, other)) == [own.id]


def test_nobody_of_another_state():
    own = issuing()
    foreign = beside("MY", entity=own.entity, issuer_ids=(ISSUER,))
    assert services(signers(own, elsewhere=(foreign,))) == [own.id]


def test_an_issuer_that_is_named_by_nobody_has_itself():
    own, other = issuing(), beside(entity="TEST-ONLY other", issuer_ids=(ISSUER,))
    assert services(signers(own, other, issuer=None)) == [own.id]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (SVC_PID_ISSUANCE, SVC_PID_REVOCATION),
        (SVC_PUB_EAA_ISSUANCE, SVC_PUB_EAA_REVOCATION),
        (SVC_EAA, None),
        (SVC_IDENTITY_VERIFICATION, None),
        (SVC_TSA, None),
    ],
)
def test_each_kind_of_issuer_has_its_own_kind_of_status_service(kind, status):
    assert STATUS_SERVICE_TYPES.get(kind) == status
    own = issuing(type=kind)
    kinds = (SVC_PID_REVOCATION, SVC_PUB_EAA_REVOCATION)
    others = [
        beside(id=f"TEST-ONLY-{n}", type=t, identities=(jwk_identity(key(t), t),))
        for n, t in enumerate(kinds)
    ]
    found = {anchor.service.type for anchor in signers(own, *others).anchors}
    assert found == {kind} | ({status} if status else set())


# --- hints ---------------------------------------------------------------------------------------
def test_a_hint_selects():
    own = issuing(identities=(jwk_identity(OWN), jwk_identity(OTHER, "key-2")))
    found = signers(own)
    assert [a.key for a in found.select(KeyHint("key-2"))] == [OTHER.verification_key]
    assert found.select(KeyHint("key-3")) == ()
    thumb = OWN.verification_key.thumbprint
    assert [a.key for a in found.select(KeyHint(thumb[:8]))] == [OWN.verification_key]
    assert [a.key for a in found.select(KeyHint(b"key-2"))] == [OTHER.verification_key]
    assert len(found.select(KeyHint())) == 2


def test_every_hint_must_agree():
    der = tl_signer_certificate(
        OTHER, territory="TH", operator="TEST-ONLY", not_before=NOW - YEAR, not_after=NOW + YEAR
    )
    listed = certificate_identity(der)
    own = issuing(identities=(jwk_identity(OWN), listed))
    found = signers(own)
    fingerprint = module.sha256(der).digest()
    assert [a.key for a in found.select(KeyHint(certificate=der))] == [OTHER.verification_key]
    by_digest = KeyHint(certificate_sha256=fingerprint)
    assert [a.key for a in found.select(by_digest)] == [OTHER.verification_key]
    assert [a.key for a in found.select(KeyHint(fingerprint[:8]))] == [OTHER.verification_key]
    assert found.select(KeyHint("key-1", certificate=der)) == ()
    assert found.select(KeyHint(certificate=der + b"\0")) == ()


def test_without_a_hint_there_are_few_candidates():
    many = tuple(jwk_identity(key(f"many {n}"), f"key-{n}") for n in range(MAX_CANDIDATES + 1))
    assert len(signers(issuing(identities=many)).select(KeyHint())) == MAX_CANDIDATES


def test_keys_of_a_key_set_count_as_the_services_own():
    url = "https://issuer.th.test.example/jwks"
    own = issuing(identities=(jwk_identity(OWN), Identity(IdentityKind.JWKS, url)))
    fetched = Identity(IdentityKind.JWK, "late", key("late", KeyType.ED25519).verification_key)
    trust = snapshot(trust_list("TH", (own,))).with_key_set(url, (fetched,))
    found = status_signers(trust, trust.by_service[own][0], ISSUER)
    assert [a.identity.value for a in found.select(KeyHint("late"))] == ["late"]


# --- prepared ------------------------------------------------------------------------------------
def test_it_is_worked_out_once():
    own = issuing()
    trust = snapshot(trust_list("TH", (own,)))
    anchor = trust.by_service[own][0]
    assert status_signers(trust, anchor, ISSUER) is status_signers(trust, anchor, ISSUER)


def test_an_issuer_of_many_names_fills_no_memory(monkeypatch):
    monkeypatch.setattr(module, "MAX_PREPARED", 3)
    own = issuing()
    trust = snapshot(trust_list("TH", (own,)))
    for number in range(20):
        status_signers(trust, trust.by_service[own][0], f"https://realm.test.example/{number}")
        assert len(trust.prepared) <= 3
