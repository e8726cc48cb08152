"""Attacks on the life of lists in XML: whose they are, how long they live, who signs the next."""

import pytest

pytest.importorskip("lxml")

from hashlib import sha256

from defa_trust import publish
from defa_trust.codec import base64url, xml
from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection
from defa_trust.formats.xmldsig import SIGNED_PROPERTIES
from defa_trust.formats.xmldsig_sign import sign_enveloped
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import AcceptancePolicy, ListState, Pin, accept
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.model import Binding
from defa_trust.trustlist.signed import mark_digest
from defa_trust.trustlist.ts119612.bridge import convert_to_602, convert_to_612
from defa_trust.trustlist.ts119612.from_602 import REGION_CODE, REGION_NAME
from defa_trust.trustlist.ts119612.model import Extension
from defa_trust.trustlist.ts119612.opening import read_unverified
from defa_trust.trustlist.ts119612.values import shown_time
from defa_trust.trustlist.ts119612.write import write_list
from tests import eu_lists as eu
from tests import signed_lists as lists
from tests import xml_lists
from tests.signed_lists import DAY, MEMBER, NOW, REGIONAL
from tests.successions import ders, officer


# --- territory -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stated", "state", "code"),
    [
        ("TH", "TH", None),
        ("TH", "SG", "list.signer_country"),
        (REGION_NAME, "TH", "list.territory_mismatch"),
        (REGION_NAME, "SG", "list.territory_mismatch"),
    ],
)
def test_a_states_list_that_calls_itself_the_regions(stated, state, code):
    """By the region's name it would escape the check of its signer's country, and still stand in
    Thailand's place: by the two letters that only the region's list may choose."""
    signer = eu.operator(state)
    found = eu.national(
        "TH",
        stated=stated,
        operator=eu.en(lists.operator_name(state)),
        extensions=(Extension(REGION_CODE, False, "TH"),),
    )
    pin = Pin(MEMBER, "TH", (signer[1],), binding=Binding.XML)
    assert accept(eu.signed(found, signer=signer), pin, last=None, now=NOW).code == code


def test_a_territory_that_is_no_code_is_refused_like_any_bad_list(tmp_path):
    """A store names files by it; what a stranger wrote is no mistake of whoever hands it in."""
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([eu.pin("DE")]))
    assert store.add(eu.signed(eu.national("DE")), now=NOW).code is None
    for stated in ("GERMANY", "de", "D", "../../x", REGION_NAME):
        data = eu.signed(eu.national("DE", stated=stated, sequence=8), "DE")
        assert store.add(data, now=NOW).code == "list.member_value"
    chosen = (Extension(REGION_CODE, False, "../../x"),)
    data = eu.national("DE", stated=REGION_NAME, type=REGIONAL.value, extensions=chosen)
    assert store.add(eu.signed(data, "DE"), now=NOW).code == "list.member_value"


@pytest.mark.parametrize(
    ("asked", "code"), [(None, None), ("ID", None), ("SG", "list.signer_country")]
)
def test_a_regions_signer_of_another_country_than_the_policy_asks(asked, code):
    """The same list in either syntax: what the operator asks of its signer holds for both."""
    policy = AcceptancePolicy(regional_country=asked)
    signer, document = lists.operator("AP"), lists.regional_document()
    pin = Pin(REGIONAL, "AP", (signer[1],))
    data = lists.signed(document)
    assert accept(data, pin, last=None, now=NOW, policy=policy).code == code
    written = sign_enveloped(convert_to_612(document).document, *signer, signed_at=lists.ISSUED)
    pin = pin._replace(binding=Binding.XML)
    assert accept(written, pin, last=None, now=NOW, policy=policy).code == code


def test_the_country_of_our_regions_signer_is_not_asked_of_the_unions():
    data = eu.signed(eu.lotl())
    assert eu.judge(data, "EU", policy=AcceptancePolicy(regional_country="ID")).code is None


# --- time ----------------------------------------------------------------------------------------
def test_a_closed_list_of_lists_introduces_nobody():
    """Without NextUpdate it never expires, so that its pointers could be shown for ever: of the
    states whose lists were closed with it, and of signers replaced since."""
    assert eu.judge(eu.signed(eu.lotl()), "EU").code is None
    assert eu.judge(eu.signed(eu.lotl()), "EU", now=NOW + 300 * DAY).code == "list.regional_expired"
    closed = eu.lotl(next_update=None)
    for now in (NOW, NOW + 300 * DAY):
        answer = eu.judge(eu.signed(closed), "EU", now=now)
        assert answer.code == "list.closed_with_services"
        assert "DE" in answer.findings[0].text
    alone = closed._replace(pointers=closed.pointers[:1])
    assert eu.judge(eu.signed(alone), "EU").trust_list.pointers == ()


# --- who signs the next --------------------------------------------------------------------------
def handed_over(sequence, by, *, to=None, previous=None):
    """An edition of the region's list in XML, in which its signers may hand over."""
    extensions = []
    if to is not None:
        succession = publish.signer_succession(
            signers=ders(to), threshold=1, valid_from=lists.ISSUED, previous=previous
        )
        before = mark_digest(previous, Binding.XML)
        succession["DefaSignerSuccession"]["previousListSha256"] = before
        extensions = [succession]
    document = lists.regional_document(sequence=sequence, extensions=extensions)
    written = convert_to_612(document).document
    return sign_enveloped(written, *officer(by), signed_at=lists.ISSUED)


def test_a_succession_in_xml_hands_over_a_list_in_xml(tmp_path):
    """The pin after it is of a list in the same syntax: one of another would refuse the very list
    that made it, and each that follows, and the folder would be left without a region."""
    first = handed_over(8, "0")
    pin = Pin(REGIONAL, "AP", ders("0"), "https://lists.test.example/ap.xml", binding=Binding.XML)
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin]))
    assert store.add(first, now=NOW).code is None
    over = handed_over(9, "0", to="0a", previous=first)
    answer = store.add(over, now=NOW)
    assert answer.code is None
    (hop,) = answer.hops
    mark = ListState.of(answer.trust_list)
    assert hop.after == pin._replace(signers=ders("0a"), handover=hop.after.handover)
    assert (hop.after.handover.sequence, hop.after.handover.digest) == mark
    assert [item.sequence for item in store.load(NOW).lists] == [9]
    assert store.add(first, now=NOW).code == "list.rollback"
    assert store.add(handed_over(10, "b"), now=NOW).code == "xmldsig.signer_not_pinned"
    assert store.add(handed_over(10, "a"), now=NOW).code is None
    assert [item.sequence for item in store.load(NOW).lists] == [10]


def test_a_succession_in_xml_to_keys_that_nobody_holds_is_none():
    """A list in XML has one signature, so nothing is handed to signers without its own."""
    first = handed_over(8, "0")
    pin = Pin(REGIONAL, "AP", ders("0"), binding=Binding.XML)
    answer = accept(handed_over(9, "0", to="a", previous=first), pin, last=None, now=NOW)
    assert answer.code == "list.succession_unproved"


# --- moments that no calendar has ----------------------------------------------------------------
EDGES = [
    ("9999-12-31T23:59:59Z", True),
    ("9999-12-31T23:59:59+14:00", True),
    ("9999-12-31T23:59:59-14:00", False),
    ("0001-01-01T00:00:00Z", True),
    ("0001-01-01T00:00:00+14:00", False),
    ("0000-01-01T00:00:00Z", False),
]


@pytest.mark.parametrize(("stated", "good"), EDGES)
def test_a_status_that_begins_outside_the_calendar(stated, good):
    """A moment that has a year where it is written and none in UTC can be shown to nobody."""
    written = write_list(eu.national("DE"))
    since = shown_time(eu.SINCE).encode()
    assert written.count(since) == 1
    signer = eu.operator("DE")
    data = sign_enveloped(written.replace(since, stated.encode()), *signer, signed_at=lists.ISSUED)
    answer = eu.judge(data)
    assert answer.code == (None if good else "list612.value")
    if good:
        shown = strict_json.compact(convert_to_602(read_unverified(data)).document)
        assert stated.endswith("14:00") or stated.encode() in shown
    else:
        with pytest.raises(Rejection):
            read_unverified(data)


@pytest.mark.parametrize(("stated", "good"), EDGES)
def test_a_signature_made_outside_the_calendar(stated, good):
    moment = "2026-10-31T00:00:00Z"
    root = xml.parse(eu.signed(eu.national("DE")))
    (time,) = root.iter(f"{xml_lists.XADES}SigningTime")
    assert time.text == moment
    time.text = stated
    properties = next(root.iter(f"{xml_lists.XADES}SignedProperties"))
    octets = xml.canonical_element(properties, xml.Canonical.EXCLUSIVE)
    about = next(
        reference.find(f"{xml_lists.DS}DigestValue")
        for reference in root.iter(f"{xml_lists.DS}Reference")
        if reference.get("Type") == SIGNED_PROPERTIES
    )
    about.text = base64url.encode_standard(sha256(octets).digest())
    answer = eu.judge(xml_lists.resign(root, "DE"))
    outside = {"list.signed_in_the_future", "list.signer_expired"}
    assert answer.code in (outside if good else {"xmldsig.structure"})


# --- extensions ----------------------------------------------------------------------------------
PLACES = {
    "scheme": lambda own: eu.national("DE", extensions=own),
    "provider": lambda own: eu.national(
        "DE", providers=(eu.provider(eu.service())._replace(extensions=own),)
    ),
    "service": lambda own: eu.national("DE", eu.service(extensions=own)),
    "history": lambda own: eu.national("DE", _with_past(own)),
    "list_of_lists": lambda own: eu.lotl(extensions=own),
}


def _with_past(own):
    found = eu.service(history=[(eu.GRANTED, eu.SINCE - DAY)])
    return found._replace(history=(found.history[0]._replace(extensions=own),))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["DefaDistrustAfter", "DefaClosed", "DefaAnythingElse"])
def test_a_critical_extension_of_our_own_in_a_list_of_another_kind(name, place):
    """It is read in lists of the profile alone. Passed over here, a service that its state calls
    distrusted would stay in good standing."""
    for critical, code in ((False, None), (True, "list612.extension_critical")):
        own = (Extension(name, critical, "2020-01-01T00:00:00Z"),)
        found = PLACES[place](own)
        assert eu.judge(eu.signed(found), found.territory).code == code


def test_a_critical_extension_of_the_standard_is_read():
    own = (eu.qualified(eu.QUALIFIER + "QCWithQSCD"), eu.additional(eu.QUALIFIER + "ForeSeals"))
    assert all(entry.critical for entry in own)
    assert eu.judge(eu.signed(eu.national("DE", eu.service(extensions=own)))).code is None
