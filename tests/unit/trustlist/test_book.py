"""A snapshot makes its anchors when they are looked up: the same ones as all at once."""

from collections import Counter, defaultdict
from dataclasses import replace
from hashlib import sha256

import pytest

from defa_trust.trustlist import anchors as anchor_module
from defa_trust.trustlist import book
from defa_trust.trustlist.identity import certificate_identity
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.trustlist.snapshot import TrustSnapshot, cose_kids, issuer_names
from tests.bench.big_lists import authority
from tests.build import jwk_identity, key, service, snapshot, trust_list

KEYS = "https://keys.th.test.example/jwks"
PATTERN = Identity(IdentityKind.ISSUER_PATTERN, "https://id.test.example/{rp}/oidc")


def listed(territory, number, *identities, **more):
    issuer = f"https://issuer{number // 2}.test.example"
    more = {"issuer_ids": (issuer,), **more}
    return service(territory, identities, id=f"urn:test:{territory}:{number}", **more)


def crowd(territory):
    shared = certificate_identity(authority(1))
    return (
        listed(territory, 0, shared, jwk_identity(key(territory))),
        listed(territory, 1, shared),
        listed(territory, 2, jwk_identity(key(territory)), jwk_identity(key("both"), "key-2")),
        listed(territory, 3, certificate_identity(authority(1)), PATTERN, issuer_ids=()),
        listed(territory, 4, Identity(IdentityKind.JWKS, KEYS), issuer_ids=("https://x.example",)),
        listed(territory, 5),
    )


def trusted():
    return TrustSnapshot.build(
        [trust_list(state, crowd(state)) for state in ("TH", "SG")],
        key_sets={KEYS: (jwk_identity(key("fetched"), "key-9"), jwk_identity(key("both"), "b"))},
    )


def places(anchors):
    return Counter((a.service.territory, a.service.id, a.identity) for a in anchors)


def plainly(trust):
    """Every table, made by going through all that is listed."""
    tables = {name: defaultdict(list) for name in ("thumbprint", "certificate", "ski", "kid")}
    for item in trust.lists:
        for one in item.services:
            more = [
                found
                for identity in one.identities
                if identity.kind is IdentityKind.JWKS
                for found in trust.key_sets.get(identity.value, ())
            ]
            for identity in (*one.identities, *more):
                if identity.key is None:
                    continue
                entry = (item.territory, one.id, identity)
                tables["thumbprint"][identity.key.thumbprint].append(entry)
                if identity.certificate is None:
                    for kid in cose_kids(identity):
                        tables["kid"][item.territory, kid].append(entry)
                else:
                    fingerprint = sha256(identity.certificate).digest()
                    tables["certificate"][fingerprint].append(entry)
                    tables["kid"][item.territory, fingerprint[:8]].append(entry)
                    tables["ski"][item.territory, identity.ski].append(entry)
    return tables


@pytest.mark.parametrize("name", ["thumbprint", "certificate", "ski", "kid"])
def test_each_table_leads_to_every_listed_key_and_no_other(name):
    trust = trusted()
    expected = plainly(trust)[name]
    table = getattr(trust, f"by_{name}")
    assert table.keys() == expected.keys()
    assert len(table) == len(expected) > 0
    for wanted, entries in expected.items():
        assert wanted in table
        assert places(table[wanted]) == Counter(entries)


def test_issuers_hold_the_services_of_their_name():
    trust = trusted()
    named = defaultdict(list)
    for item in trust.lists:
        for one in item.services:
            for name in issuer_names(one):
                named[name].append(one)
    assert trust.by_issuer.keys() == named.keys()
    for name, services in named.items():
        found = trust.by_issuer[name]
        assert [one.territory for one in found] == ["SG", "TH"]
        assert [s for issuer in found for s in issuer.services] == services
        for issuer in found:
            assert issuer.anchors == tuple(a for s in issuer.services for a in trust.by_service[s])


def test_patterns_lead_to_their_services():
    trust = trusted()
    found = trust.by_pattern("https://id.test.example/bank/oidc")
    assert [(issuer.territory, party) for issuer, party in found] == [
        ("SG", "bank"),
        ("TH", "bank"),
    ]
    assert [[s.id for s in issuer.services] for issuer, _ in found] == [
        ["urn:test:SG:3"],
        ["urn:test:TH:3"],
    ]


def test_one_key_of_one_service_is_one_anchor_by_whatever_it_is_found():
    """What an anchor keeps, such as standings, is then kept once."""
    trust = trusted()
    [first] = [a for a in trust.by_service[trust.lists[0].services[0]] if a.identity.certificate]
    fingerprint = sha256(first.identity.certificate).digest()
    others = [trust.by_certificate[fingerprint], trust.by_kid["SG", fingerprint[:8]]]
    others.append(trust.by_ski["SG", first.identity.ski])
    others.append(trust.by_issuer["https://issuer0.test.example"][0].anchors)
    for anchors in others:
        assert any(anchor is first for anchor in anchors)


def test_keys_of_a_key_set_serve_only_those_who_point_there():
    trust = trusted()
    found = trust.by_thumbprint[key("fetched").verification_key.thumbprint]
    assert sorted(a.service.id for a in found) == ["urn:test:SG:4", "urn:test:TH:4"]
    bare = trusted()
    bare = TrustSnapshot.build(bare.lists)
    assert key("fetched").verification_key.thumbprint not in bare.by_thumbprint


def test_every_service_is_there_those_without_a_key_too():
    trust = trusted()
    assert len(trust.by_service) == 12
    assert list(trust.by_service) == [s for item in trust.lists for s in item.services]
    assert trust.by_service[trust.lists[0].services[5]] == ()


def test_a_service_that_no_list_holds_has_no_anchor():
    """Not even one that says the same as a listed one: it was listed nowhere."""
    trust = trusted()
    own = trust.lists[0].services[0]
    stranger = own._replace(name=own.name + " ")
    twin = own._replace()
    for _ in range(2):
        assert trust.by_service.get(stranger, "none") == "none"
        assert trust.by_service.get(twin, "none") == "none"
        with pytest.raises(KeyError):
            trust.by_service[stranger]
        assert len(trust.by_service[own]) == 2


def test_nothing_unknown_is_made_or_kept():
    trust = trusted()
    before = len(trust.by_kid), len(trust.by_issuer)
    assert trust.by_kid.get(("TH", b"nobody")) is None
    assert trust.by_issuer.get("https://nobody.test.example", ()) == ()
    assert ("TH", b"nobody") not in trust.by_kid
    with pytest.raises(KeyError):
        trust.by_kid["TH", b"nobody"]
    assert (len(trust.by_kid), len(trust.by_issuer)) == before


def test_building_makes_no_anchor_and_a_look_up_only_its_own(monkeypatch):
    made = []

    class Counted(anchor_module.ServiceAnchor):
        def __init__(self, *arguments):
            made.append(arguments[0].id)
            super().__init__(*arguments)

    monkeypatch.setattr(book, "ServiceAnchor", Counted)
    trust = trusted()
    assert made == []
    trust.by_issuer["https://issuer1.test.example"]
    assert set(made) == {"urn:test:SG:2", "urn:test:TH:2"}
    count = len(made)
    trust.by_issuer["https://issuer1.test.example"]
    assert len(made) == count


def test_two_states_with_the_same_key_stay_apart():
    shared = jwk_identity(key("both"))
    trust = snapshot(
        trust_list("TH", (listed("TH", 0, shared),)), trust_list("SG", (listed("SG", 0, shared),))
    )
    for state in ("TH", "SG"):
        [anchor] = trust.by_kid[state, key("both").verification_key.thumbprint]
        assert anchor.source.trust_list.territory == anchor.service.territory == state


def test_lists_of_other_types_anchor_nothing():
    one = trust_list("TH", crowd("TH"))
    recognition = replace(one, type=anchor_module.ListType.RECOGNITION)
    trust = TrustSnapshot.build([recognition])
    assert len(trust.by_thumbprint) == len(trust.by_service) == len(trust.by_issuer) == 0
