"""did:web: where its document is, which keys in it count, and that only a list makes them count."""

import json

import pytest

from defa_trust.codec import json as strict_json
from defa_trust.conformance.build import vc_payload
from defa_trust.conformance.vectors import jose_data_integrity as made
from defa_trust.crypto import KeyType
from defa_trust.errors import Rejection
from defa_trust.fetch import gather
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.did_document import read_did_document, web_address
from defa_trust.trustlist.identity import format_did_key
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.build import NOW, arrangement, recognition_list, service, snapshot, trust_list, world

DID = "did:web:issuer.th.test.example"
ADDRESS = "https://issuer.th.test.example/.well-known/did.json"
PUBLIC = made.key("issuer", KeyType.ED25519).verification_key
MULTIKEY = format_did_key(PUBLIC).removeprefix("did:key:")
METHOD = {"id": f"{DID}#key-1", "type": "Multikey", "controller": DID,
          "publicKeyMultibase": MULTIKEY}  # fmt: skip
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)


def document(**members):
    whole = {
        "id": DID,
        "verificationMethod": [METHOD],
        "assertionMethod": [f"{DID}#key-1"],
        **members,
    }
    return strict_json.compact(whole)


@pytest.mark.parametrize(
    ("did", "address"),
    [
        (DID, ADDRESS),
        ("did:web:a.example%3A8443", "https://a.example:8443/.well-known/did.json"),
        ("did:web:a.example:issuers:1", "https://a.example/issuers/1/did.json"),
        ("did:web:a.example%3A8443:x", "https://a.example:8443/x/did.json"),
        ("did:web:a.example:..", None),
        ("did:web:a.example:.:x", None),
        ("did:web:a.example:%2e%2e", None),
        ("did:web:a.example%2Fx", None),
        ("did:web:user%40a.example", None),
        ("did:web:a.example::x", None),
        ("did:web:", None),
        ("did:web:A.EXAMPLE", None),
        ("did:webs:a.example", None),
        ("did:key:" + MULTIKEY, None),
        (DID + "#key-1", None),
        (DID + "\n", None),
    ],
)
def test_where_its_document_is(did, address):
    assert web_address(did) == address


def test_keys_for_assertions_by_their_method():
    (identity,) = read_did_document(document(), DID)
    assert (identity.kind, identity.value) == (IdentityKind.JWK, f"{DID}#key-1")
    assert identity.key.thumbprint == PUBLIC.thumbprint


@pytest.mark.parametrize(
    "members",
    [
        {"verificationMethod": [{**METHOD, "id": "#key-1"}]},
        {"assertionMethod": ["#key-1"]},
        {"verificationMethod": [], "assertionMethod": [METHOD]},
        {"verificationMethod": [METHOD, {"id": f"{DID}#key-2", "controller": DID}, 7, None]},
    ],
)
def test_other_ways_to_write_the_same(members):
    assert len(read_did_document(document(**members), DID)) == 1


@pytest.mark.parametrize(
    "members",
    [
        {"id": "did:web:evil.example"},
        {"id": None},
        {"verificationMethod": []},
        {"verificationMethod": {}},
        {"verificationMethod": [METHOD, METHOD]},
        {"verificationMethod": [METHOD] * 65},
        {"verificationMethod": [{**METHOD, "controller": "did:web:evil.example"}]},
        {"verificationMethod": [{**METHOD, "id": "did:web:evil.example#key-1"}]},
        {"verificationMethod": [{**METHOD, "publicKeyJwk": PUBLIC.jwk()}]},
        {"verificationMethod": [{**METHOD, "publicKeyMultibase": "u" + MULTIKEY[1:]}]},
        {"assertionMethod": []},
        {"assertionMethod": [f"{DID}#key-2"]},
        {"assertionMethod": f"{DID}#key-1"},
        {"assertionMethod": [METHOD, f"{DID}#key-1"]},
        {"assertionMethod": [], "authentication": [f"{DID}#key-1"]},
    ],
)
def test_what_names_no_key_for_assertions(members):
    with pytest.raises(Rejection) as caught:
        read_did_document(document(**members), DID)
    assert caught.value.code.id == "list.identity"


def pointing():
    own = service("TH", (Identity(IdentityKind.DID, DID),), ())
    return Verifier(
        snapshot(trust_list("TH", (own,)), recognition_list("SG", (arrangement("SG", "TH"),)))
    )


def credential(**options):
    whole = made.proved(vc_payload(issuer=DID), verificationMethod=f"{DID}#key-1", **options)
    return made.text(whole)


def test_a_listed_did_is_fetched_remembered_and_judged():
    asked = []

    def fetch(url):
        asked.append(url)
        return document()

    done = gather(pointing(), credential(), REQUEST, fetch=fetch)
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED
    again = gather(done.verifier, credential(), REQUEST, fetch=fetch)
    assert again.report.verdict == done.report.verdict
    assert asked == [ADDRESS]


def test_without_its_document_nothing_is_established():
    verdict = pointing().evaluate(credential(), REQUEST).verdict
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert [(need.kind.value, need.what) for need in verdict.needs] == [("did_document", DID)]


def test_a_document_of_another_did_changes_nothing():
    done = gather(
        pointing(), credential(), REQUEST, fetch=lambda _: document(id="did:web:evil.example")
    )
    assert done.report.verdict.validity.indication is Indication.INDETERMINATE
    assert done.failed == ((DID, "fetch.content"),)


def test_a_did_that_no_list_names_is_never_fetched():
    done = gather(Verifier(world()), credential(), REQUEST, fetch=lambda _: pytest.fail("fetched"))
    assert done.report.verdict.reason.code.id == "resolve.issuer_unknown"


def test_a_key_of_the_document_verifies_nothing_that_another_signed():
    done = gather(pointing(), credential(label="thief"), REQUEST, fetch=lambda _: document())
    assert done.report.verdict.validity.indication is Indication.TOTAL_FAILED


def test_another_method_of_dids_is_not_fetched():
    did = "did:ebsi:zTEST"
    own = service("TH", (Identity(IdentityKind.DID, did),), ())
    whole = made.proved(vc_payload(issuer=did), verificationMethod=f"{did}#key-1")
    trust = Verifier(snapshot(trust_list("TH", (own,))))
    done = gather(trust, made.text(whole), REQUEST, fetch=lambda _: pytest.fail("fetched"))
    assert done.failed == ((did, "fetch.url"),)
    json.dumps(done.report.as_json())
