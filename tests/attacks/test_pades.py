"""Attacks on signed PDF documents. Each stands beside its twin, which differs in the one fault."""

import random
from time import process_time
from zlib import compress

import pytest

from defa_trust.errors import Rejection
from defa_trust.formats import pades
from defa_trust.request import HolderBinding, Request
from tests.cms_samples import ask, cades, clock, codes_of
from tests.pdf_samples import FORGED, PAGE, TEXT, catalog, field, message, plain, signed, update

PASSED = ("TOTAL-PASSED", None, [])
CHANGED = ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE", ["pades.changed"])
REQUEST = Request("SG", HolderBinding.IF_PRESENT)


def answers(data):
    """Of each signature: indication, sub-indication, codes of what stands in the way."""
    return [
        (str(v.validity.indication), v.validity.sub_indication, codes_of(v))
        for v in ask(data).verdicts
    ]


def failed(code, sub="FORMAT_FAILURE"):
    return ("TOTAL-FAILED", sub, [code])


def refused(data):
    """The code by which a whole file is refused, within the time that is allowed."""
    begun = process_time()
    with pytest.raises(Rejection) as refusal:
        pades.parse(data, REQUEST)
    assert process_time() - begun < 2
    code = refusal.value.code.id
    verdict = ask(data, format="pades").verdict
    assert (codes_of(verdict), verdict.exit_code.value in (1, 3)) == ([code], True)
    return code


# --- twins ---------------------------------------------------------------------------------------
def test_good_signatures_pass():
    assert answers(signed()) == [PASSED]
    stamped = ask(signed(make=lambda covered: message(covered, timestamps=clock()))).verdict
    assert codes_of(stamped) == []
    assert [str(inner.validity.indication) for inner in stamped.nested] == ["TOTAL-PASSED"]


def test_a_document_is_told_from_its_first_octets():
    assert pades.detect(signed())
    assert pades.detect(b"\n" * 1000 + b"%PDF-1.7")
    assert not pades.detect(b"\n" * 1024 + b"%PDF-1.7")


# --- what is signed ------------------------------------------------------------------------------
def test_a_changed_octet():
    assert answers(signed().replace(b"pay 100", b"pay 999")) == [
        failed("signature.content_changed", "HASH_FAILURE")
    ]


@pytest.mark.parametrize(
    "shift",
    [(-1, 0, 0), (1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1)],
    ids=["gap too early", "gap too late", "resumes late", "overlap", "past the end"],
)
def test_a_gap_that_is_not_the_value(shift):
    """The digest is right for what is claimed to be covered: only the offsets are wrong."""
    assert answers(signed(shift=shift)) == [failed("pades.byte_range")]


def test_signature_wrapping():
    """The second range moved away, and what the gap held then replaced (SWA)."""
    good = signed()
    covers = good.index(b"/ByteRange [0 ") + 14
    gap, resumed, rest = (int(n) for n in good[covers : covers + 32].split())
    space = 40
    moved = good[:resumed] + b" " * space + good[resumed:]
    moved = (
        moved[:covers] + b"%010d %010d %010d" % (gap, resumed + space, rest) + moved[covers + 32 :]
    )
    assert answers(good) == [PASSED]
    assert refused(moved) == "pades.xref"


@pytest.mark.parametrize("ranges", [b"null", b"[]", b"[0 -1 -1 -1]", b"[0 1 2 3 4 5]"])
def test_universal_forgery_by_byte_range(ranges):
    good = signed()
    begun = good.index(b"/ByteRange ") + 11
    after = good.index(b"/Contents", begun)
    forged = good[:begun] + ranges.ljust(after - begun) + good[after:]
    assert answers(forged) == [failed("pades.byte_range")]


@pytest.mark.parametrize("value", [b"null", b"<>", b"<00>", b"(abc)"])
def test_universal_forgery_by_contents(value):
    dictionary = (
        b"<</Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents %s>>" % value
    )
    forged = plain({1: catalog(10), 10: field(11), 11: dictionary})
    (answer,) = answers(forged)
    assert answer[:2] == ("TOTAL-FAILED", "FORMAT_FAILURE")


def test_only_one_detached_message_of_one_signer():
    assert answers(signed(make=cades)) == [failed("pades.contents")]
    assert answers(signed(make=lambda covered: message(covered) + b"\x01")) == [
        failed("pades.contents")
    ]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (b"adbe.pkcs7.sha1", ("INDETERMINATE", "pades.weak_form")),
        (b"adbe.x509.rsa_sha1", ("INDETERMINATE", "pades.weak_form")),
        (b"ETSI.CAdES.attached", ("TOTAL-FAILED", "pades.subfilter")),
    ],
)
def test_forms_that_are_not_judged_are_named(name, answer):
    """Over SHA-1, which is weak and not broken by this; or of no standard."""
    (verdict,) = ask(signed(subfilter=name)).verdicts
    assert (verdict.validity.indication, *codes_of(verdict)) == answer
    assert name.decode() in verdict.problems[0].text


def test_pkcs7_is_told_apart():
    (verdict,) = ask(signed(subfilter=b"adbe.pkcs7.detached")).verdicts
    assert codes_of(verdict) == []
    assert "pades.pkcs7" in [finding.code.id for finding in verdict.findings]


def test_another_documents_message():
    other = message(b"something else")
    assert answers(signed(make=lambda _: other)) == [
        failed("signature.content_changed", "HASH_FAILURE")
    ]


# --- what came after -----------------------------------------------------------------------------
STORE = {1: catalog(10, more=b" /DSS 20 0 R"), 20: b"<</Certs [21 0 R]>>"}
STREAM = b"<</Length 2>>\nstream\n00\nendstream"


def test_validation_data_may_follow():
    assert answers(update(signed(), {**STORE, 21: STREAM})) == [PASSED]


def test_a_further_invisible_signature_may_follow():
    assert answers(signed(signed(), at=12, fields=(10,))) == [PASSED, PASSED]


@pytest.mark.parametrize(
    "objects",
    [
        {4: FORGED},
        {3: PAGE.replace(b"4 0 R", b"30 0 R"), 30: FORGED},
        {2: b"<</Type /Pages /Kids [3 0 R 3 0 R] /Count 2>>"},
        {1: catalog(10).replace(b"2 0 R", b"30 0 R"), 30: b"<</Type /Pages /Kids [] /Count 0>>"},
        {1: catalog(10, more=b" /OpenAction 30 0 R"), 30: b"<</S /JavaScript>>"},
        {3: PAGE.replace(b">>", b" /Annots [30 0 R]>>"), 30: b"<</Type /Annot>>"},
        {1: catalog(10, 30), 30: b"<</FT /Tx /T (amount) /V (999)>>"},
        {1: catalog(10).replace(b"/Fields", b"/NeedAppearances true /Fields")},
        {10: field(11, rect=b"[0 0 9 9]")},
        {**STORE, 21: STREAM, 4: FORGED},
    ],
    ids=[
        "page content", "page", "page tree", "other pages", "action", "annotation", "form value",
        "appearances", "the signature's own field", "beside validation data",
    ],
)  # fmt: skip
def test_incremental_updates_that_change_the_document(objects):
    assert answers(update(signed(), objects)) == [CHANGED]


def test_a_header_that_is_not_at_the_first_octet():
    """Readers that count offsets from the header would find another update than this one."""
    objects = {1: catalog(), 2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>", 3: PAGE, 4: TEXT}
    moved = signed(update(b"\n" * 9 + b"%PDF-1.7\n", objects))
    assert answers(moved) == [PASSED]
    assert answers(update(moved, {**STORE, 21: STREAM})) == [CHANGED]


@pytest.mark.parametrize(
    "name",
    [b"(amount)", b"<616d6f756e74>", b"<feff0061006d006f0075006e0074>", b"(\\141mount)", b"7"],
)
def test_a_further_signature_by_the_name_of_another_field(name):
    good = signed(plain(FORM), fields=(30,))
    assert answers(signed(good, at=12, fields=(30, 10))) == [PASSED, PASSED]
    held = {1: catalog(30, 10, 12), 12: field(13).replace(b"(f13)", name), 13: b"<<>>"}
    assert answers(update(good, held))[0] == CHANGED
    fresh = {**held, 12: field(13)}
    assert answers(update(good, fresh))[0] == PASSED


def test_a_further_signature_that_is_visible():
    """Its appearance may lie over anything."""
    assert answers(signed(signed(), at=12, fields=(10,), rect=b"[0 0 9 9]")) == [CHANGED, PASSED]


def test_shadow_hide_and_replace():
    """A reference that led nowhere when it was signed, and to content afterwards."""
    shadow = plain({3: PAGE.replace(b"4 0 R", b"[4 0 R 40 0 R]")})
    assert answers(signed(shadow)) == [PASSED]
    assert answers(update(signed(shadow), {**STORE, 21: STREAM})) == [PASSED]
    assert answers(update(signed(shadow), {40: TEXT})) == [CHANGED]
    as_store = {1: catalog(10, more=b" /DSS 40 0 R"), 40: TEXT}
    assert answers(update(signed(shadow), as_store)) == [CHANGED]


def test_shadow_content_that_is_validation_data_as_well():
    """What the page shows is named by the DSS too: a new DSS would be a new page."""
    shadow = plain({20: b"<</Certs [4 0 R]>>"})
    good = signed(shadow, more=b" /DSS 20 0 R")
    assert answers(good) == [PASSED]
    assert answers(update(good, {20: b"<</Certs []>>"})) == [PASSED]
    assert answers(update(good, {4: FORGED})) == [CHANGED]


def test_shadow_validation_data_that_holds_the_catalog():
    shadow = plain({20: b"<</Certs [1 0 R]>>"})
    good = signed(shadow, more=b" /DSS 20 0 R")
    assert answers(update(good, {3: PAGE.replace(b"4 0 R", b"30 0 R"), 30: FORGED})) == [CHANGED]


def test_incremental_saving_without_cross_references():
    good = signed()
    assert refused(good + b"4 0 obj\n" + FORGED + b"\nendobj\n") == "pades.trailing"
    previous = good.rsplit(b"startxref", 1)[1]
    added = good + b"4 0 obj\n" + FORGED + b"\nendobj\nstartxref" + previous
    assert answers(added) == [CHANGED]


def test_another_catalog():
    other = update(signed(), {50: catalog(10), 4: TEXT})
    assert answers(other) == [PASSED]
    head, tail = other.rsplit(b"/Root 1 0 R", 1)
    assert answers(head + b"/Root 50 0 R" + tail) == [CHANGED]


def certified(level, document=None, **more):
    reference = b" /Reference [<</TransformMethod /DocMDP /TransformParams <</P %d>>>>]" % level
    return signed(document, entries=reference, **more)


FORM = {
    30: b"<</FT /Tx /T (amount) /V (100) /AP <</N 31 0 R>>>>",
    31: b"<</Length 3>>\nstream\n100\nendstream",
    32: b"<</FT /Sig /T (second) /Rect [0 0 5 5]>>",
}
FILLED = {
    30: b"<</FT /Tx /T (amount) /V (999) /AP <</N 40 0 R>>>>",
    40: b"<</Length 3>>\nstream\n999\nendstream",
}
PERMITS = b" /Perms <</DocMDP 11 0 R>>"


@pytest.mark.parametrize("level", [2, 3])
def test_a_form_is_filled_in_where_the_certification_permits_it(level):
    """And nowhere else: not where another signed, not where nobody certified, not with P = 1."""
    form = certified(level, plain(FORM), fields=(30, 32), more=PERMITS)
    assert answers(update(form, FILLED)) == [PASSED]
    assert answers(update(form, {31: FORM[31].replace(b"100", b"999")})) == [PASSED]
    assert answers(
        update(form, {32: FORM[32].replace(b"]", b"] /AP <</N 40 0 R>>"), 40: TEXT})
    ) == [PASSED]
    strict = certified(1, plain(FORM), fields=(30, 32), more=PERMITS)
    assert answers(update(strict, FILLED)) == [CHANGED]
    unnamed = certified(level, plain(FORM), fields=(30, 32))
    assert answers(update(unnamed, FILLED)) == [CHANGED]
    approved = signed(plain(FORM), fields=(30, 32))
    assert answers(update(approved, FILLED)) == [CHANGED]
    assert answers(update(signed(form, at=12, fields=(30, 32, 10), more=PERMITS), FILLED)) == [
        PASSED, CHANGED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "objects",
    [
        {30: FORM[30].replace(b"/T (amount)", b"/T (amount) /A 40 0 R"), 40: b"<</S /JavaScript>>"},
        {30: FORM[30].replace(b"(amount)", b"(other)")},
        {30: FORM[30].replace(b"/Tx", b"/Ch")},
        {30: FORM[30].replace(b"31 0 R", b"4 0 R")},
        {31: b"<</Length 4>>"},
        {4: FORGED},
        {**FILLED, 4: FORGED},
    ],
    ids=["action", "name", "type", "shows the page", "no stream", "page", "value and page"],
)  # fmt: skip
def test_what_filling_in_does_not_cover(objects):
    form = certified(2, plain(FORM), fields=(30,), more=PERMITS)
    assert answers(update(form, objects)) == [CHANGED]


@pytest.mark.parametrize("parts", ["one field", "widget below"])
def test_the_looks_of_a_signature_that_is_made_stay(parts):
    """Who seems to have signed is no value of the form."""
    held = b"<</FT /Sig /T (first) /V 35 0 R /AP <</N 31 0 R>>>>"
    objects = {**FORM, 30: held, 35: b"<</Type /Sig /SubFilter /adbe.pkcs7.sha1>>"}
    if parts == "widget below":
        objects[30] = b"<</FT /Sig /T (first) /V 35 0 R /Kids [33 0 R]>>"
        objects[33] = held = b"<</Subtype /Widget /Parent 30 0 R /AP <</N 31 0 R>>>>"
    form = certified(2, plain(objects), fields=(30,), more=PERMITS)
    first = answers(form)[0]
    assert first == PASSED
    number = 33 if parts == "widget below" else 30
    other = {number: held.replace(b"31 0 R", b"40 0 R"), 40: FILLED[40]}
    assert answers(update(form, other))[0] == CHANGED
    assert answers(update(form, {31: FORM[31].replace(b"100", b"999")}))[0] == CHANGED


def test_a_form_value_that_is_content_as_well():
    """Shadow: the appearance that may be replaced is what the page shows."""
    shadow = plain({**FORM, 3: PAGE.replace(b"4 0 R", b"31 0 R")})
    form = certified(2, shadow, fields=(30,), more=PERMITS)
    assert answers(form) == [PASSED]
    assert answers(update(form, {31: FORM[31].replace(b"100", b"999")})) == [CHANGED]


def test_looks_of_a_form_that_has_only_signatures():
    """Defaults of the form, where no field takes its looks from them; fonts, where one does."""
    defaults = {40: b"<<>>", 10: field(11)}
    now = catalog(10).replace(b"/Fields", b"/DR <</Font 40 0 R>> /DA (/F 0 Tf) /Fields")
    assert answers(update(signed(), {1: now, **defaults})) == [PASSED]
    good = signed(plain(FORM), fields=(30,))
    now = catalog(30, 10).replace(b"/Fields", b"/DR <</Font 40 0 R>> /DA (/F 0 Tf) /Fields")
    assert answers(good) == [PASSED]
    assert answers(update(good, {1: now, **defaults})) == [CHANGED]


def test_what_is_written_anew_is_compared():
    """The page's resources under another number: the same ones, or another font."""
    page = PAGE.replace(b">>", b" /Resources 50 0 R>>", 1)
    document = plain({3: page, 50: b"<</Font <</F 51 0 R>>>>", 51: b"<</Type /Font>>"})
    moved = {3: page.replace(b"50 0 R", b"60 0 R")}
    same = {**moved, 60: b"<</Font <</F 61 0 R>>>>", 61: b"<</Type /Font>>"}
    assert answers(update(signed(document), same)) == [PASSED]
    assert answers(update(signed(document), {**same, 61: b"<</Type /Font /F 1>>"})) == [CHANGED]
    assert answers(update(signed(document), {**same, 51: b"<</Type /Font /F 1>>"})) == [CHANGED]


def test_a_version_number_may_follow():
    newer = {1: catalog(10, more=b" /Version /2.0")}
    assert answers(update(signed(), newer)) == [PASSED]
    assert answers(update(signed(), {1: catalog(10, more=b" /Version /9.9")})) == [CHANGED]
    assert answers(update(signed(), {1: catalog(10, more=b" /Version [/2.0]")})) == [CHANGED]


def test_offsets_of_the_white_space_before_an_object():
    """As an older writer has them; one octet within the object is refused."""
    good = plain()
    table = good.rindex(b"xref\n", 0, good.rindex(b"startxref"))

    def shifted(by):
        return good.replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + by))

    assert answers(signed(shifted(-1))) == [PASSED]
    assert refused(shifted(1)) == "pades.xref"


def test_a_certified_document_takes_no_further_signature():
    assert answers(signed(certified(2), at=12, fields=(10,))) == [PASSED, PASSED]
    assert answers(signed(certified(1), at=12, fields=(10,)))[0] == (
        "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE", ["pades.not_permitted"],
    )  # fmt: skip
    assert answers(update(certified(1), {**STORE, 21: STREAM})) == [PASSED]


def test_locks_of_fields_are_not_evaluated():
    locked = signed(entries=b" /Reference [<</TransformMethod /FieldMDP>>]")
    assert answers(locked) == [PASSED]
    assert answers(update(locked, {**STORE, 21: STREAM})) == [PASSED]
    assert answers(signed(locked, at=12, fields=(10,)))[0] == (
        "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE", ["pades.field_lock"],
    )  # fmt: skip
    (verdict,) = ask(locked).verdicts
    (named,) = [f for f in verdict.findings if f.code.id == "signature.unevaluated"]
    assert "FieldMDP" in named.text


# --- bad input -----------------------------------------------------------------------------------
def test_encrypted_documents_are_recognised():
    assert refused(update(signed(), {4: TEXT}, trailer=b" /Encrypt 9 0 R")) == "pades.encrypted"


def test_truncated_and_random_input_is_refused():
    good = signed()
    for cut in range(9, len(good) - 8, 701):
        assert refused(good[:cut]).startswith("pades.")
    noise = random.Random(7).randbytes(20_000)
    assert refused(b"%PDF-1.7\n" + noise) == "pades.xref"


def test_bombs_cost_their_bound():
    assert refused(plain({1: b"[" * 100_000})) == "pades.too_much"
    assert refused(plain({1: b"[" + b"1 " * 900_000 + b"]"})) == "pades.too_much"
    packed = compress(b" " * (64 << 20))
    bomb = b"<</Type /ObjStm /N 1 /First 9 /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream"
    document = plain({60: bomb % (len(packed), packed)})
    rows = compress(bytes([2, 0, 60, 0]))
    head = len(document)
    stream = b"<</Type /XRef /W [1 2 1] /Index [1 1] /Size 99 /Root 1 0 R /Filter /FlateDecode"
    previous = document.rsplit(b"startxref", 1)[1].split()[0]
    document += b"61 0 obj\n%s /Prev %s /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        stream, previous, len(rows), rows,
    )  # fmt: skip
    assert refused(document + b"startxref\n%d\n%%%%EOF\n" % head) == "pades.too_much"


def test_cross_references_in_a_circle():
    good = plain()
    head = int(good.rsplit(b"startxref", 1)[1].split()[0])
    looped = good.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % head)
    assert refused(looped) == "pades.xref"


def test_a_key_that_is_there_twice():
    assert refused(plain({1: catalog(10, more=b" /Pages 9 0 R")})) == "pades.syntax"


def test_no_signature():
    assert refused(plain()) == "pades.no_signature"
