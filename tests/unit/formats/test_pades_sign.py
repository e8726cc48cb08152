"""PAdES documents that are made here are what the verifier reads; each level has its parts."""

import pytest

from defa_trust.codec.pdf import Document
from defa_trust.codec.pdf_objects import Budget
from defa_trust.demo.pdf_page import Table, one_page
from defa_trust.errors import MisuseError
from defa_trust.formats.pades_sign import (
    Certify,
    add_document_timestamp,
    add_validation_data,
    sign_pades,
)
from defa_trust.material import Evidence, EvidenceKind, Item
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, ISSUING, ask, clock, codes_of, crls
from tests.pdf_samples import catalog, field, plain, update

PAGE = one_page(["TEST-ONLY agreement", "It is (100) \\ 5"])
CRLS = [Item(EvidenceKind.CRL, der) for der in crls()]
MADE = NOW - 2 * DAY


def said(data, **more):
    """Of each signature: its problems, and the level whose parts it has."""
    return [
        (codes_of(v), *[str(f.actual) for f in v.findings if f.code.id == "signature.form"])
        for v in ask(data, **more).verdicts
    ]


def test_levels():
    made = {"signer": ALICE, "signing_time": MADE}
    assert said(sign_pades(PAGE, **made)) == [([], "B-B")]
    assert said(sign_pades(PAGE, **made, timestamps=clock())) == [([], "B-T")]
    long_term = sign_pades(PAGE, **made, timestamps=clock(), evidence=CRLS)
    assert said(long_term, given=Evidence([])) == [([], "B-LT")]
    assert long_term == sign_pades(PAGE, **made, timestamps=clock(), evidence=CRLS)
    assert long_term.startswith(PAGE)


@pytest.mark.parametrize("table", Table)
@pytest.mark.parametrize("certify", [None, *Certify])
def test_a_second_signature_follows_the_first(table, certify):
    page = one_page(["TEST-ONLY"], table)
    first = sign_pades(page, ALICE, signing_time=MADE, certify=certify)
    both = sign_pades(first, BOB, signing_time=MADE, timestamps=clock())
    stands = ["pades.not_permitted"] if certify is Certify.NOTHING else []
    assert [problems for problems, _ in said(both)] == [stands, []]
    assert said(first)[0] == ([], "B-B")


def test_the_signer_and_the_time_are_in_the_dictionary_alone():
    """EN 319 142-1, 6.3: no signing-time attribute; the entry M says it."""
    signed = sign_pades(
        PAGE, ALICE, signing_time=MADE, reason="Approved", location="Hà Nội",
        commitments=["1.2.840.113549.1.9.16.6.1"],
    )  # fmt: skip
    assert b"/M <443a" in signed
    (verdict,) = ask(signed).verdicts
    assert [f.actual for f in verdict.findings if f.code.id == "signature.signing_time"] == [MADE]
    document = Document(signed, len(signed), Budget())
    held = [
        value for number in document.numbers()
        if isinstance(value := document.get(_ref(document, number)), dict) and "Location" in value
    ]  # fmt: skip
    assert held[0]["Location"].octets == b"\xfe\xff" + "Hà Nội".encode("utf-16-be")


def _ref(document, number):
    from defa_trust.codec.pdf_objects import Ref

    return Ref(number, document.entries[number].generation)


def test_validation_data_is_added_to_what_is_there():
    one, other = CRLS
    signed = sign_pades(PAGE, ALICE, signing_time=MADE, timestamps=clock(), evidence=[one])
    both = add_validation_data(signed, [other, Item(EvidenceKind.CERTIFICATE, ISSUING.certificate)])
    assert both.startswith(signed)
    assert codes_of(ask(signed, given=Evidence([])).verdict) != []
    assert codes_of(ask(both, given=Evidence([])).verdict) == []


def test_a_document_time_stamp_covers_everything_before_it():
    signed = sign_pades(PAGE, ALICE, signing_time=MADE)
    stamped = add_document_timestamp(signed, clock())
    verdict = ask(stamped).verdict
    assert [str(inner.validity.indication) for inner in verdict.nested] == ["TOTAL-PASSED"]


def test_forms_of_other_writers_are_continued():
    """Fields, form and annotations that are objects of their own."""
    form = {
        1: b"<</Type /Catalog /Pages 2 0 R /AcroForm 20 0 R>>",
        20: b"<</Fields 21 0 R>>",
        21: b"[22 0 R]",
        22: field(23),
        23: b"null",
        3: b"<</Type /Page /Parent 2 0 R /Annots 24 0 R /MediaBox [0 0 9 9.50]>>",
        24: b"[22 0 R]",
    }
    first = sign_pades(plain(form), ALICE, signing_time=MADE)
    assert [problems for problems, _ in said(sign_pades(first, BOB, signing_time=MADE))] == [[], []]
    direct = plain({1: catalog(22).replace(b"[22 0 R]", b"21 0 R"), 21: b"[22 0 R]", 22: field(23)})
    first = sign_pades(direct, ALICE, signing_time=MADE)
    assert [problems for problems, _ in said(sign_pades(first, BOB, signing_time=MADE))] == [[], []]


@pytest.mark.parametrize(
    ("document", "more", "words"),
    [
        (b"no PDF", {}, "cannot be continued"),
        (update(plain(), {1: b"[]"}), {}, "no catalog"),
        (plain({2: b"<</Type /Pages /Kids []>>"}), {}, "no page"),
        (PAGE, {"room": 100}, "octets are needed"),
        (PAGE, {"evidence": CRLS}, "give timestamps"),
    ],
    ids=["no document", "no catalog", "no page", "room", "evidence alone"],
)
def test_what_cannot_be_signed(document, more, words):
    with pytest.raises(MisuseError, match=words):
        sign_pades(document, ALICE, signing_time=MADE, **more)


def test_a_document_is_certified_once():
    first = sign_pades(PAGE, ALICE, signing_time=MADE, certify=Certify.ANNOTATE)
    with pytest.raises(MisuseError, match="certified already"):
        sign_pades(first, BOB, signing_time=MADE, certify=Certify.NOTHING)
