"""Attacks on XAdES signatures. Each stands beside its twin, which differs in the one fault."""

from copy import deepcopy
from time import process_time

import pytest
from cryptography.x509 import ReasonFlags

from defa_trust.codec import base64url, xml
from defa_trust.content import Content
from defa_trust.demo import pki
from defa_trust.formats import xml_signature
from defa_trust.formats.xades_properties import MAX_TIMESTAMPS
from defa_trust.formats.xades_sign import Detached, XmlPlacement
from defa_trust.formats.xmldsig import DS, XADES
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import Profile
from defa_trust.verdict import RecognitionOutcome, SubIndication
from tests.attacks.test_cades import MALLORY_CA, SHORT, covering
from tests.build import DAY, NOW, YEAR
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    ask,
    clock,
    codes_of,
    crls,
    evidence,
)
from tests.xades_samples import (
    INVOICE,
    changed,
    digest_into,
    ds,
    find,
    with_manifest,
    xades,
)

PASSED = "TOTAL-PASSED"
FAILED = "TOTAL-FAILED"
OPEN = "INDETERMINATE"
READS_PARTS = frozenset({Profile.XML_PART})
PARTS = b'<Envelope xmlns="urn:test:envelope">' + INVOICE + b"</Envelope>"


def answer(report, number=0):
    verdict = report.verdicts[number]
    validity = verdict.validity
    return str(validity.indication), validity.sub_indication, codes_of(verdict)


def passes(report):
    assert answer(report) == (PASSED, None, [])
    assert report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED


def test_the_twin_of_most_passes():
    passes(ask(xades()))
    passes(ask(xades(PARTS, part="invoice"), profiles=READS_PARTS))
    passes(ask(xades(DOCUMENT, placement=XmlPlacement.ENVELOPING)))


# --- the document --------------------------------------------------------------------------------
def test_changed_document():
    data = xades().replace(b"<Total>1000<", b"<Total>9000<")
    assert answer(ask(data)) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


def test_element_added_beside_the_signature():
    def add(root):
        xml.add(root, "{urn:test:invoice}Total", "9000")

    assert answer(ask(changed(xades(), add)))[:2] == (FAILED, SubIndication.HASH_FAILURE)


def test_comment_that_cuts_a_value_in_two():
    """Canonical XML drops it, so the signature holds; and nothing but canonical octets is read."""
    data = xades().replace(b"<Total>1000<", b"<Total>1<!-- -->000<")
    passes(ask(data))


def test_comment_that_makes_a_pdf_of_it():
    """Nobody signed the comment, and anybody could have put it there."""
    passes(ask(xades().replace(b"<Invoice", b"<!--%PDF-1.7--><Invoice", 1)))


# --- wrapping ------------------------------------------------------------------------------------
def wrapped(place):
    """A signed part moved under another element, with a forged one where it was."""

    def work(root):
        part = find(root, "Invoice", "urn:test:invoice")
        forged = deepcopy(part)
        find(forged, "Total", "urn:test:invoice").text = "9000"
        place(root, part, forged)

    return changed(xades(PARTS, part="invoice"), work)


def test_wrapping_with_a_second_element_of_the_same_identifier():
    def place(root, part, forged):
        root.insert(0, forged)

    report = ask(wrapped(place), profiles=READS_PARTS)
    assert answer(report) == (FAILED, SubIndication.FORMAT_FAILURE, ["xades.id_repeated"])


def test_wrapping_with_the_signed_part_moved_into_a_place_nobody_reads():
    """Intact, and only a part: unless the request reads that part, it is not taken for all."""

    def place(root, part, forged):
        forged.set("Id", "other")
        root.insert(0, forged)
        holder = xml.add(find(root, "Signature"), f"{{{DS}}}Object")
        holder.append(part)

    report = ask(wrapped(place))
    assert answer(report)[0] == OPEN
    assert "xades.partial" in answer(report)[2]


def test_wrapping_of_an_enveloping_signature_with_a_second_object():
    def add(root):
        extra = xml.add(root, f"{{{DS}}}Object", base64url.encode_standard(b"forged"))
        extra.set("Id", "forged")

    report = ask(changed(xades(DOCUMENT, placement=XmlPlacement.ENVELOPING), add))
    assert answer(report) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["xades.partial"])


@pytest.mark.parametrize("id", ["forged", "invoice"])
def test_wrapping_with_an_object_in_the_signature_of_a_document(id):
    """The document leaves its signature out: what is put into that is nobody's."""

    def add(root):
        root.insert(0, find(root, "Signature"))
        holder = xml.add(find(root, "Signature"), f"{{{DS}}}Object")
        holder.append(
            xml.parse(
                INVOICE.replace(b"1000", b"9000").replace(b'"invoice"', b'"%s"' % id.encode())
            )
        )

    moved = changed(xades(), lambda root: root.insert(0, find(root, "Signature")))
    passes(ask(moved))
    report = ask(changed(xades(), add))
    assert answer(report) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["xades.partial"])
    assert report.verdict.problems[0].actual == ("Invoice",)


def test_identifier_that_leads_nowhere():
    data = xades(PARTS, part="invoice").replace(b'Id="invoice"', b'Id="voice"')
    report = ask(data, profiles=READS_PARTS)
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["xades.reference_nowhere"],
    )  # fmt: skip


def as_text_alone(wrapper, path):
    """Of a signed document only the decoded text is signed: ``wrapper`` holds it now."""
    text = base64url.encode_standard(DOCUMENT)
    made = xades(DOCUMENT, placement=XmlPlacement.ENVELOPING)

    def move(root):
        outer = xml.parse(wrapper.replace(b"TEXT", text.encode()))
        held = next(root.iter(f"{{{DS}}}Object"))
        root.remove(held)
        outer.append(root)
        return outer

    return changed(made.replace(b'URI="#content"', f'URI="{path}"'.encode()), move)


def test_text_signed_without_the_elements_around_it():
    """Base64 drops tags: an element with others in it is not decoded, and a text alone is never the
    whole document."""
    data = as_text_alone(b'<a xmlns="urn:test:a"><b Id="t"><Total>TEXT</Total></b></a>', "#t")
    assert answer(ask(data, profiles=READS_PARTS))[2] == ["xades.transform"]
    part = as_text_alone(b'<a xmlns="urn:test:a"><b Id="t">TEXT</b></a>', "#t")
    assert "xades.partial" in answer(ask(part))[2]


# --- what SignedInfo says ------------------------------------------------------------------------
def test_reference_taken_out_of_signed_info():
    """The signature's value is over SignedInfo, so what is left out of it breaks it."""

    def take(root):
        info = find(root, "SignedInfo")
        info.remove(info[2])

    assert answer(ask(changed(xades(), take)))[:2] == (FAILED, SubIndication.FORMAT_FAILURE)


def test_digest_replaced_to_fit_a_changed_document():
    other = xades(INVOICE.replace(b"1000", b"9000"))

    def graft(root):
        mine, theirs = find(root, "DigestValue"), find(xml.parse(other), "DigestValue")
        mine.text = theirs.text
        find(root, "Total", "urn:test:invoice").text = "9000"

    assert answer(ask(changed(xades(), graft)))[:2] == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)


@pytest.mark.parametrize(
    "transform",
    [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "urn:test:unknown",
    ],
)
def test_transform_that_could_take_anything_away_is_not_run(transform):
    def change(root):
        find(root, "Transform").set("Algorithm", transform)

    report = ask(changed(xades(), change))
    assert answer(report) == (OPEN, SubIndication.GENERIC, ["xades.transform"])


@pytest.mark.parametrize(
    ("method", "code"),
    [
        (DS + "rsa-sha1", "crypto.algorithm_obsolete"),
        (DS + "hmac-sha1", "crypto.algorithm_symmetric"),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "crypto.algorithm_symmetric"),
        ("urn:test:unknown", "crypto.algorithm_unknown"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "crypto.key_type_mismatch"),
    ],
)
def test_signature_method_that_does_not_count(method, code):
    def change(root):
        find(root, "SignatureMethod").set("Algorithm", method)

    indication, _, said = answer(ask(changed(xades(), change)))
    assert indication != PASSED
    assert code in said


def test_weak_digest():
    def change(root):
        find(root, "DigestMethod").set("Algorithm", DS + "sha1")

    assert answer(ask(changed(xades(), change))) == (
        OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, ["xades.digest_weak"],
    )  # fmt: skip


def test_truncated_hmac_parameters_are_never_read():
    def change(root):
        xml.add(find(root, "SignatureMethod"), f"{{{DS}}}HMACOutputLength", "8")

    assert answer(ask(changed(xades(), change)))[2] == ["crypto.algorithm_unknown"]


# --- properties and certificates -----------------------------------------------------------------
NOWHERE = (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["xades.reference_nowhere"])


def test_signed_properties_stripped():
    """Then nothing says which certificate is the signer's own, nor when it signed."""

    def strip(root):
        held = find(root, "QualifyingProperties", XADES).getparent()
        held.getparent().remove(held)

    # The reference to them is still there.
    assert answer(ask(changed(xades(), strip))) == NOWHERE


def test_signed_properties_that_are_not_referred_to():
    """Properties beside a signature that never covered them: anybody's words."""

    def retarget(root):
        properties = find(root, "SignedProperties", XADES)
        properties.set("Id", "elsewhere")

    assert answer(ask(changed(xades(), retarget))) == NOWHERE


def test_properties_of_another_signature():
    def target(root):
        find(root, "QualifyingProperties", XADES).set("Target", "#sig-other")

    assert answer(ask(changed(xades(), target))) == (
        FAILED, SubIndication.FORMAT_FAILURE, ["xades.properties"],
    )  # fmt: skip


def test_swapped_certificate():
    """Bob's certificate in the place of Alice's: her signed properties name another."""

    def swap(root):
        find(root, "X509Certificate").text = base64url.encode_standard(BOB.certificate)

    assert answer(ask(changed(xades(), swap))) == (
        OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, ["signature.certificate_absent"],
    )  # fmt: skip


def test_foreign_signing_time_changes_the_signed_properties():
    def redate(root):
        find(root, "SigningTime", XADES).text = "2020-01-01T00:00:00Z"

    assert answer(ask(changed(xades(), redate))) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


def test_a_document_changed_under_two_signatures():
    report = ask(xades(xades(), signer=BOB).replace(b"<Total>1000<", b"<Total>9000<"))
    assert [answer(report, number)[1] for number in (0, 1)] == [SubIndication.HASH_FAILURE] * 2
    assert str(report.verdict.validity.indication) == FAILED


def both(second):
    """Alice signs one part of a document, and somebody else another."""
    other = INVOICE.replace(b'"invoice"', b'"offer"')
    parts = b'<Envelope xmlns="urn:test:envelope">' + INVOICE + other + b"</Envelope>"
    return xades(xades(parts, part="invoice"), second, part="offer")


def test_a_second_signature_that_is_broken_does_not_hide_behind_a_good_one():
    good = ask(both(BOB), profiles=READS_PARTS)
    assert [answer(good, number) for number in (0, 1)] == [(PASSED, None, [])] * 2

    def spoil(root):
        value = list(root.iter(f"{{{DS}}}SignatureValue"))[1]
        value.text = ("B" if value.text[0] == "A" else "A") + value.text[1:]

    report = ask(changed(both(BOB), spoil), profiles=READS_PARTS)
    assert answer(report) == (PASSED, None, [])
    assert answer(report, 1) == (
        FAILED, SubIndication.SIG_CRYPTO_FAILURE, ["crypto.signature_invalid"],
    )  # fmt: skip
    assert report.verdict is report.verdicts[1]
    assert report.exit_code.value == 1


def test_second_signature_of_an_outsider():
    report = ask(both(pki.signer("Mallory", "VN", MALLORY_CA)), profiles=READS_PARTS)
    assert answer(report) == (PASSED, None, [])
    assert answer(report, 1) == (
        OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, ["path.no_issuer"],
    )  # fmt: skip
    assert report.exit_code.value == 3


# --- manifests -----------------------------------------------------------------------------------
FILES = {"a.txt": b"TEST-ONLY a", "b.txt": b"TEST-ONLY b"}
GIVEN = [Item(EvidenceKind.CONTENT, octets, name) for name, octets in FILES.items()]


def by_references(files):
    detached = [Detached(name, Content.of(octets)) for name, octets in files.items()]
    return xades(detached, placement=XmlPlacement.DETACHED)


LISTED = pytest.mark.parametrize(
    "listing", [by_references, with_manifest, lambda files: with_manifest(files, type=None)]
)
"""Each file by a reference of its own, or by one of a manifest; with the manifest's type or not."""


def noted(report):
    """(given, and covered by no signature) where the report says so."""
    found = [f for f in report.verdict.findings if f.code.id == "signature.content_not_covered"]
    return [(f.expected, f.actual) for f in found]


@LISTED
def test_detached_file_that_nobody_supplied_is_not_taken_for_signed(listing):
    data = listing(FILES)
    report = ask(data, given=evidence(*GIVEN))
    passes(report)
    assert noted(report) == []
    report = ask(data, given=evidence(GIVEN[0]))
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["signature.content_missing"],
    )  # fmt: skip
    assert [need.what for need in report.verdict.needs] == ["b.txt"]


@LISTED
def test_changed_file_of_a_manifest(listing):
    forged = Item(EvidenceKind.CONTENT, b"TEST-ONLY B", "b.txt")
    assert answer(ask(listing(FILES), given=evidence(GIVEN[0], forged))) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


@LISTED
def test_manifest_that_omits_a_file(listing):
    """Whoever hands in two files is not told that all is well where one of them is signed."""
    data = listing({"a.txt": FILES["a.txt"]})
    passes(ask(data, given=evidence(GIVEN[0])))
    report = ask(data, given=evidence(*GIVEN))
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["signature.content_not_covered"],
    )  # fmt: skip
    assert noted(report) == [(2, 1)]


def test_manifest_that_lists_nothing_or_something_unknown():
    report = ask(with_manifest({}), given=evidence(*GIVEN))
    assert answer(report)[0] == OPEN
    assert noted(report) == [(2, 2)]

    def unknown(manifest):
        ds(manifest, "Transform")

    assert answer(ask(with_manifest(FILES, change=unknown), given=evidence(*GIVEN))) == (
        FAILED, SubIndication.FORMAT_FAILURE, ["xades.structure"],
    )  # fmt: skip


def test_manifest_changed_after_it_was_signed():
    def other(root):
        digest_into(ds(find(root, "Manifest"), "Reference", URI="c.txt"), b"TEST-ONLY c")

    passes(ask(with_manifest(FILES), given=evidence(*GIVEN)))
    report = ask(changed(with_manifest(FILES), other), given=evidence(*GIVEN))
    assert answer(report)[:2] == (FAILED, SubIndication.HASH_FAILURE)


def test_manifest_of_too_many_references():
    many = {f"{number}.txt": b"" for number in range(65)}
    assert answer(ask(with_manifest(many)))[2] == ["xades.too_many"]


# --- time ----------------------------------------------------------------------------------------
REVOKED = (ALICE.certificate, NOW - 2 * DAY, ReasonFlags.key_compromise)


def test_late_revocation_and_revocation_before_the_time_stamp():
    later = crls(revoked=[(ALICE.certificate, NOW - DAY // 2, ReasonFlags.superseded)], moment=NOW)
    stamped = xades(timestamps=clock())
    passes(ask(stamped, given=evidence(lists=later)))
    assert answer(ask(xades(), given=evidence(lists=later)))[1] is SubIndication.REVOKED_NO_POE
    before = crls(revoked=[REVOKED], moment=NOW)
    assert answer(ask(stamped, given=evidence(lists=before)))[1] is SubIndication.REVOKED_NO_POE


def test_expired_and_only_then_time_stamped():
    given = covering(SHORT)
    passes(ask(xades(signer=SHORT, timestamps=clock(NOW - 20 * DAY)), given=given))
    report = ask(xades(signer=SHORT, timestamps=clock(NOW - 5 * DAY)), given=given)
    assert answer(report) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, ["path.expired"])


def test_time_stamp_of_another_signature():
    other = xades(signer=BOB, timestamps=clock())

    def graft(root):
        token = find(xml.parse(other), "EncapsulatedTimeStamp", XADES).text
        find(root, "EncapsulatedTimeStamp", XADES).text = token

    report = ask(changed(xades(timestamps=clock()), graft))
    (stamp,) = report.verdict.nested
    assert str(stamp.validity.indication) == FAILED
    # It proves nothing, and whoever left it out would have had the same answer.
    passes(report)


# --- size ----------------------------------------------------------------------------------------
def test_too_many_signatures_references_and_nodes():
    def many(root):
        signature = find(root, "Signature")
        for _ in range(40):
            root.append(deepcopy(signature))

    report = ask(changed(xades(), many))
    assert answer(report) == (FAILED, SubIndication.FORMAT_FAILURE, ["xades.too_many"])

    def references(root):
        info = find(root, "SignedInfo")
        for _ in range(80):
            info.append(deepcopy(info[2]))

    assert answer(ask(changed(xades(), references)))[2] == ["xades.too_many"]


FILLER = b"<b/>" * 100_000


def quickly(work):
    """What ``work`` returns; the first version of each reader below took half a minute."""
    started = process_time()
    found = work()
    assert process_time() - started < 5
    return found


def test_one_identifier_on_very_many_elements():
    repeated = b'<b Id="invoice"/>' * 20_000
    data = xades(PARTS, part="invoice")
    passes(ask(data, profiles=READS_PARTS))
    data = data.replace(b"<Invoice", repeated + b"<Invoice", 1)
    report = quickly(lambda: ask(data, profiles=READS_PARTS))
    assert answer(report) == (FAILED, SubIndication.FORMAT_FAILURE, ["xades.id_repeated"])


def many_times(count):
    """A signature in a small part of a large document, over that part, ``count`` times."""

    def work(root):
        info = find(root, "SignedInfo")
        info[2].set("URI", "#part")
        for _ in range(count - 1):
            info.append(deepcopy(info[2]))

    signature = changed(xades(b'<part Id="part"/>'), work)
    return b"<a>" + FILLER + signature.partition(b"?>")[2].strip() + b"</a>"


def test_a_small_part_of_a_large_document_many_times():
    for count in (1, 60):
        verdict = quickly(lambda count=count: ask(many_times(count))).verdicts[0]
        assert "crypto.signature_invalid" in codes_of(verdict)
        assert "xades.too_many" not in codes_of(verdict)


def test_many_time_stamps_over_a_large_value():
    """A thousand of them, each of which canonicalises what it is over."""

    def stamps(count, value=""):
        def work(root):
            find(root, "SignatureValue").text += value
            section = find(root, "UnsignedSignatureProperties", XADES)
            for _ in range(count):
                section.append(deepcopy(find(root, "SignatureTimeStamp", XADES)))

        return changed(xades(timestamps=clock()), work)

    passes(ask(stamps(0)))
    report = quickly(lambda: ask(stamps(1_000, " " * 60_000)))
    assert len(report.verdict.nested) == MAX_TIMESTAMPS
    unread = [f.actual for f in report.verdict.findings if f.code.id == "signature.unevaluated"]
    assert "SignatureTimeStamp" in str(unread)
    report = quickly(lambda: ask(stamps(1_000, " " * 4_000_000)))
    assert answer(report) == (FAILED, SubIndication.FORMAT_FAILURE, ["xades.structure"])


def test_a_document_of_too_many_tags_is_not_parsed(monkeypatch):
    monkeypatch.setattr(xml, "_etree", None)  # whoever parses it now fails
    data = b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#">' + b"<b/>" * 1_000_001 + b"</a>"
    assert answer(ask(data)) == (FAILED, SubIndication.FORMAT_FAILURE, ["xml.too_many"])


def test_copies_and_canonical_forms_are_counted_by_their_tags(monkeypatch):
    data = xades(INVOICE.replace(b"<Total>", b"<b/>" * 50 + b"<Total>"))
    passes(ask(data))
    monkeypatch.setattr(xml_signature, "MAX_TAGS", 100)
    assert answer(ask(data)) == (FAILED, SubIndication.FORMAT_FAILURE, ["xades.too_many"])


def test_a_certificate_that_is_long_past_its_end():
    assert answer(ask(xades(), at=NOW + 20 * YEAR))[0] == OPEN
