"""Authorities among a list's services: of one state and of the services asked about alone."""

from dataclasses import replace

from defa_trust.conformance.build import member_list, recognition_list, service, trust
from defa_trust.conformance.paths import identity, issuer, listed, path_world, root
from defa_trust.conformance.trust import snapshot_of
from defa_trust.spec import CREDENTIAL_SERVICE_TYPES, SVC_CA_PKC
from defa_trust.trustlist.authorities import authorities_of_state
from defa_trust.trustlist.snapshot import TrustSnapshot


def of(world, territory="TH", types=CREDENTIAL_SERVICE_TYPES):
    return authorities_of_state(snapshot_of(world), territory, types)


def test_a_listed_authority_is_an_anchor_of_its_state():
    found = of(path_world())
    (anchor,) = found.anchors.anchors
    assert anchor.origin.der == root().certificate
    assert anchor.territory == "TH"
    (owner,) = found.services[anchor.digest]
    assert owner.id == "urn:test:TH-1"


def test_a_listed_end_entity_is_none():
    assert len(of(path_world(listed(issuer().certificate))).anchors) == 0


def test_another_states_authorities_are_not_among_them():
    both = path_world(listed(), listed(territory="MY"))
    assert [a.origin.der for a in of(both).anchors] == [root().certificate]
    assert [a.origin.der for a in of(both, "MY").anchors] == [root("MY").certificate]


def test_a_state_without_a_list_has_none():
    found = of(path_world(), "VN")
    assert found.source is None
    assert len(found.anchors) == 0


def test_services_of_other_types_are_left_out():
    world = path_world(listed(type=SVC_CA_PKC))
    assert len(of(world).anchors) == 0
    assert len(of(world, types=frozenset({SVC_CA_PKC})).anchors) == 1


def test_one_authority_may_belong_to_two_services():
    shared = [identity(root().certificate)]
    two = [service("TH", identities=shared), service("TH", id="urn:test:TH-2", identities=shared)]
    found = of(trust(member_list("TH", *two), recognition_list("SG")))
    (anchor,) = found.anchors.anchors
    assert [owner.id for owner in found.services[anchor.digest]] == [
        "urn:test:TH-1",
        "urn:test:TH-2",
    ]


def test_they_are_worked_out_once_for_a_snapshot():
    snapshot = snapshot_of(path_world())
    first = authorities_of_state(snapshot, "TH", CREDENTIAL_SERVICE_TYPES)
    assert authorities_of_state(snapshot, "TH", CREDENTIAL_SERVICE_TYPES) is first
    other = snapshot_of(path_world())
    assert authorities_of_state(other, "TH", CREDENTIAL_SERVICE_TYPES) is not first


class Counted(tuple):  # noqa: SLOT001
    """Services, and how often somebody went through them all."""

    def __new__(cls, services):
        made = super().__new__(cls, services)
        made.times = 0
        return made

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_a_long_list_is_gone_through_once():
    lists = [
        replace(item, services=Counted(item.services)) for item in snapshot_of(path_world()).lists
    ]
    trusted = TrustSnapshot.build(lists)
    services = trusted.sources["TH"].trust_list.services
    first = authorities_of_state(trusted, "TH", CREDENTIAL_SERVICE_TYPES)
    assert len(first.anchors) == 1
    times = services.times
    assert times > 0
    assert authorities_of_state(trusted, "TH", CREDENTIAL_SERVICE_TYPES) is first
    assert services.times == times
