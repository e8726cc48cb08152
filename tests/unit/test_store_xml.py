"""Lists of TS 119 612 in a trust folder: kept, verified again, updated, and good for a verdict."""

import json
from hashlib import sha256

import pytest

pytest.importorskip("lxml")

from defa_trust.conformance.build import cwt, hcert, qr, sign1
from defa_trust.evidence import record, replay
from defa_trust.fetch import Fetched, FetchError, FetchFault
from defa_trust.refresh import Result, Standing, UpdatePolicy, update
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_EAA
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.verdict import Indication, RecognitionOutcome
from defa_trust.verify import Verifier
from tests import eu_lists as eu
from tests import signed_lists as lists
from tests import xml_lists
from tests.eu_lists import DAY, GRANTED, LOTL_URL, NEXT, NOW, SINCE, SVC, WITHDRAWN
from tests.signed_lists import MEMBER, RECOGNITION, REGIONAL

DE, EU, SG = (MEMBER, "DE"), (REGIONAL, "EU"), (RECOGNITION, "SG")
DE_URL = "https://lists.test.example/DE.xml"
SG_URL = "https://lists.test.example/recognition-SG.jwt"


def recognition(**more):
    """SG recognises Germany's qualified attestations."""
    rule = lists.arrangement(
        "SG", "DE", service_types=[(SVC + "EAA/Q", SVC_EAA)], basis="autonomous", **more
    )
    rule["statusMap"] = {"valid": [GRANTED], "invalid": [WITHDRAWN]}
    return lists.signed(lists.recognition_document("SG", arrangements=[rule]))


@pytest.fixture
def store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(
        Pins(
            [
                eu.pin("EU", publication=eu.JOURNAL)._replace(location=LOTL_URL),
                lists.pin(RECOGNITION, "SG")._replace(location=SG_URL),
            ]
        )
    )
    return made


class Web:
    def __init__(self, **pages):
        self.pages = {
            LOTL_URL: eu.signed(eu.lotl()),
            DE_URL: eu.signed(eu.national()),
            SG_URL: recognition(),
        }
        self.asked = []

    def __call__(self, url, etag):
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(FetchFault.STATUS, url, "status 404")
        return Fetched(self.pages[url], None)


def run(store, web, *, now=NOW):
    summary = update(store, now=now, fetch=web, policy=UpdatePolicy(attempts=1))
    return {(line.type, line.territory): line for line in summary.lists}, summary


def outcome(lines, place):
    return lines[place].result, lines[place].code


def test_the_unions_list_leads_to_its_states(store):
    lines, summary = run(store, Web())
    assert summary.usable
    assert {line.result for line in lines.values()} == {Result.ACCEPTED}
    assert {path.name for path in (store.folder / "lists").iterdir()} == {
        "regional-EU.xml", "member_state-DE.xml", "recognition-SG.jwt"}  # fmt: skip
    lines, _ = run(store, Web())
    assert {line.result for line in lines.values()} == {Result.UNCHANGED}
    assert store.load(NOW).snapshot().territories == {"DE"}


def test_pins_are_kept_as_given(store):
    pin = store.pins.regions[0]
    assert (pin.binding.value, pin.profile, pin.publication) == (
        "612", SignerProfile.TS_119_612, eu.JOURNAL)  # fmt: skip
    entry = json.loads((store.folder / "pins.json").read_text())["pins"]
    assert [item.get("binding") for item in entry] == ["612", None] or [None, "612"]


def stays(store, url, page, place, code, result=Result.REJECTED):
    before = store.documents()[place]
    web = Web()
    web.pages[url] = page
    lines, _ = run(store, web)
    assert outcome(lines, place) == (result, code)
    assert lines[place].standing is Standing.FRESH
    assert store.documents()[place] == before


def test_a_bad_edition_replaces_no_good_one(store):
    run(store, Web())
    stays(store, DE_URL, b"<!doctype html><title>Maintenance</title>", DE, "xml.syntax")
    stays(store, DE_URL, eu.signed(eu.national(sequence=6)), DE, "list.rollback")
    stays(store, DE_URL, eu.signed(eu.national("DE", eu.service("two"))), DE, "list.split_view")
    stays(store, DE_URL, eu.signed(eu.national(sequence=8), "FR"), DE, "xmldsig.signer_not_pinned")
    stays(store, DE_URL, eu.signed(eu.national("FR")), DE, "xmldsig.signer_not_pinned")
    stays(store, LOTL_URL, eu.signed(eu.lotl(sequence=99)), EU, "list.rollback")
    changed = eu.signed(eu.national(sequence=8)).replace(b"service one", b"service 0ne")
    stays(store, DE_URL, changed, DE, "xmldsig.digest_mismatch")


def test_what_is_stored_is_verified_again(store):
    run(store, Web())
    path = store.folder / "lists" / "member_state-DE.xml"
    path.write_bytes(path.read_bytes().replace(b"service one", b"service 0ne"))
    assert [m.code for m in store.load(NOW).missing] == ["xmldsig.digest_mismatch"]
    assert store.load(NOW).snapshot().territories == set()
    store.put(*DE, eu.signed(eu.national(sequence=6)))
    assert [m.code for m in store.load(NOW).missing] == ["list.rollback"]


def test_stale_and_expired(store):
    run(store, Web())
    assert store.load(NEXT).missing[0].code == "list.regional_expired"
    direct = TrustStore(store.folder.parent / "direct")
    direct.init(Pins([eu.pin("DE")]))
    assert direct.add(eu.signed(eu.national()), now=NOW).trust_list
    assert direct.load(NEXT + DAY).lists
    assert direct.load(NEXT + 184 * DAY).missing[0].code == "list.too_old"


def test_one_place_has_one_list_whatever_its_syntax(tmp_path):
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([lists.pin(MEMBER, "TH")]))
    in_json, in_xml = lists.signed(lists.member_document()), xml_lists.signed("TH")
    for data in (in_json, in_xml, in_json):
        store.put(MEMBER, "TH", data)
        assert store.documents() == {(MEMBER, "TH"): data}
        assert len(list((store.folder / "lists").iterdir())) == 1


# --- pivots --------------------------------------------------------------------------------------
def edition(sequence, by, names, **more):
    signers = [eu.operator("EU", name)[1] for name in names]
    return eu.signed(eu.lotl(signers=signers, sequence=sequence, **more), label=by)


PIVOT_URLS = [f"https://lists.test.example/eu-lotl-pivot-{number}.xml" for number in (99, 100)]


@pytest.fixture
def before(tmp_path):
    """A folder that pinned the first signer and saw edition 98."""
    made = TrustStore(tmp_path / "trust")
    pin = eu.pin("EU", signers=[eu.operator("EU", "a")[1]], publication=eu.JOURNAL)
    made.init(Pins([pin._replace(location=LOTL_URL)]))
    assert made.add(edition(98, "a", "a"), now=NOW).trust_list
    return made


def web_with_pivots():
    web = Web()
    web.pages = {
        LOTL_URL: edition(101, "c", "c", pivots=PIVOT_URLS[::-1]),
        PIVOT_URLS[0]: edition(99, "a", "b"),
        PIVOT_URLS[1]: edition(100, "b", "bc"),
        DE_URL: eu.signed(eu.national()),
    }
    return web


def test_an_update_follows_the_pivots_that_the_list_announces(before):
    lines, _ = run(before, web_with_pivots())
    assert outcome(lines, EU) == (Result.ACCEPTED, None)
    assert lines[EU].successions == (99, 100)
    assert outcome(lines, DE) == (Result.ACCEPTED, None)
    pin = before.pins.regions[0]
    assert pin.signers == (eu.operator("EU", "b")[1], eu.operator("EU", "c")[1])
    assert (pin.publication, pin.location) == (eu.JOURNAL, LOTL_URL)
    assert [entry.sequence for entry in before.successions()] == [99, 100]
    assert before.load(NOW).missing == ()
    # From then on no pivot is asked for, and the signer of long ago is nobody.
    web = web_with_pivots()
    web.pages[LOTL_URL] = edition(102, "c", "c", pivots=PIVOT_URLS[::-1])
    lines, _ = run(before, web)
    assert outcome(lines, EU) == (Result.ACCEPTED, None)
    assert not set(web.asked) & set(PIVOT_URLS)
    web.pages[LOTL_URL] = edition(103, "a", "a", pivots=PIVOT_URLS[::-1])
    lines, _ = run(before, web)
    assert outcome(lines, EU) == (Result.REJECTED, "xmldsig.signer_not_pinned")


def test_a_pivot_that_is_missing_leaves_the_folder_as_it_was(before):
    web = web_with_pivots()
    del web.pages[PIVOT_URLS[1]]
    lines, _ = run(before, web)
    assert lines[EU].result is Result.REJECTED
    assert before.successions() == ()
    assert before.load(NOW).lists[0].sequence == 98


def test_a_list_sends_nobody_to_another_host(before):
    web = web_with_pivots()
    elsewhere = "https://169.254.169.254/pivot-99.xml"
    web.pages[LOTL_URL] = edition(101, "c", "c", pivots=[elsewhere, "http://x/y.xml", "x.xml"])
    lines, _ = run(before, web)
    assert lines[EU].result is Result.REJECTED
    assert set(web.asked) <= {LOTL_URL, DE_URL}


# --- verdicts ------------------------------------------------------------------------------------
GONE = eu.service(status=WITHDRAWN, since=NOW - DAY, history=[(GRANTED, SINCE)])
KID = sha256(eu.service_certificate("one")).digest()[:8]


def attestation(territory="DE", *, signer="service one", **more):
    message = sign1(cwt(l1=territory, **more), protected={1: -7, 4: KID}, signer=lists.key(signer))
    return qr(message)


def verdict(store, data, *, now=NOW):
    verifier = Verifier(store.load(now).snapshot(), clock=lambda: now)
    return verifier.evaluate(data, Request("SG", HolderBinding.IF_PRESENT, at=now)).verdict


def test_singapore_recognises_a_qualified_service_of_germany(store):
    run(store, Web())
    found = verdict(store, attestation())
    assert found.validity.indication is Indication.TOTAL_PASSED
    assert found.recognition.outcome is RecognitionOutcome.RECOGNISED


def test_the_same_bytes_without_the_arrangement(store):
    web = Web()
    web.pages[SG_URL] = lists.signed(lists.recognition_document("SG"))
    run(store, web)
    found = verdict(store, attestation())
    assert found.validity.indication is Indication.TOTAL_PASSED
    assert found.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED


@pytest.mark.parametrize(
    ("service", "code"),
    [
        (GONE, "service.not_granted"),
        (eu.service(status="urn:something:new"), "service.not_granted"),
        (eu.service(since=NOW + DAY), "service.not_yet_granted"),
        (eu.service("two"), None),
        (eu.service(type=SVC + "CA/QC"), None),
    ],
)  # fmt: skip
def test_a_service_that_does_not_stand_verifies_nothing(store, service, code):
    web = Web()
    web.pages[DE_URL] = eu.signed(eu.national("DE", service))
    run(store, web)
    found = verdict(store, attestation())
    assert found.validity.indication is not Indication.TOTAL_PASSED
    if code is not None:
        assert code in {finding.code.id for finding in found.findings}


def test_one_state_vouches_for_no_other(store):
    """France's list, in its place, with Germany's key: a French attestation, and no German one."""
    web = Web()
    web.pages[LOTL_URL] = eu.signed(eu.lotl(eu.pointer("DE"), eu.pointer("FR")))
    web.pages[DE_URL] = eu.signed(eu.national("DE", eu.service("two")))
    web.pages["https://lists.test.example/FR.xml"] = eu.signed(eu.national("FR", eu.service("one")))
    run(store, web)
    assert verdict(store, attestation("DE")).validity.indication is not Indication.TOTAL_PASSED
    french = verdict(store, attestation("FR"))
    assert french.validity.indication is Indication.TOTAL_PASSED
    assert french.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED


def test_another_spelling_of_a_territory_in_the_attestation(store):
    web = Web()
    web.pages[LOTL_URL] = eu.signed(eu.lotl(eu.pointer("GR", code="EL")))
    greek = eu.national("GR", eu.service("one"), code="EL")
    web.pages["https://lists.test.example/EL.xml"] = eu.signed(greek)
    run(store, web)
    for spelling in ("GR", "EL"):
        found = verdict(store, attestation(spelling))
        assert found.validity.indication is Indication.TOTAL_PASSED


def test_a_thai_certificate_is_not_germanys(store):
    run(store, Web())
    assert verdict(store, hcert()).validity.indication is not Indication.TOTAL_PASSED


def test_evidence_with_xml_lists_is_replayed(store):
    run(store, Web())
    verifier = Verifier(store.load(NOW).snapshot(), clock=lambda: NOW)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    report = verifier.evaluate(attestation(), request)
    made = record(
        attestation(), request, report, verifier, pins=store.pins, documents=store.documents()
    )
    outcome = replay(made)
    assert outcome.same, outcome.differences
    assert outcome.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert outcome.pinned_by(store.pins)
    weaker = Pins([pin._replace(profile=SignerProfile.FIELD) if pin.territory == "EU" else pin
                   for pin in store.pins])  # fmt: skip
    assert not outcome.pinned_by(weaker)
