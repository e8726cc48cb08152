"""Attacks on signed PDF documents by what is added after signing: where readers see different
documents in the same octets, and what is told apart by its number. Each stands beside its twin."""

import pytest

from tests.attacks.test_pades import (
    CHANGED,
    FILLED,
    FORM,
    PASSED,
    PERMITS,
    STORE,
    STREAM,
    answers,
    certified,
    refused,
)
from tests.cms_samples import ask
from tests.pdf_samples import (
    FORGED,
    PAGE,
    TEXT,
    catalog,
    field,
    packed,
    place,
    plain,
    section,
    signed,
    update,
)

GOOD = signed(room=6000)
DATA = {**STORE, 21: STREAM}
OLD = {1: catalog(10), 3: PAGE, 10: field(11)}
CONTINUED = update(GOOD, DATA)


def test_the_twins_pass():
    assert answers(GOOD) == [PASSED]
    assert answers(CONTINUED) == [PASSED]
    assert answers(section(GOOD, {})) == [PASSED]


# --- octets in which readers see different documents ---------------------------------------------
@pytest.mark.parametrize("size", [b"4 ", b"0 ", b"-1", b"()"])
def test_a_size_that_leaves_the_page_out(size):
    """Objects beyond /Size are missing to readers that mind it (7.5.5, table 15)."""
    before, after = CONTINUED.rsplit(b"/Size 99", 1)
    assert answers(before + b"/Size 12" + after) == [PASSED]
    assert answers(before + b"/Size " + size + after) == [CHANGED]


def test_a_size_that_left_content_out_when_it_was_signed():
    hidden = plain({3: PAGE.replace(b"4 0 R", b"[4 0 R 40 0 R]"), 40: FORGED})
    assert answers(update(signed(hidden, size=41), DATA)) == [PASSED]
    assert answers(signed(hidden, size=40)) == [PASSED]
    assert answers(update(signed(hidden, size=40), DATA)) == [CHANGED]


def test_an_object_that_no_table_has():
    """Who mends a file takes the last object of a number, wherever it stands (ISA)."""
    forged = b"4 0 obj\n" + FORGED + b"\nendobj\n"
    assert answers(section(GOOD, {}, forged.replace(b"4 0 obj", b"44 0 obj"))) == [PASSED]
    assert answers(section(GOOD, {}, forged)) == [CHANGED]
    assert answers(section(GOOD, {}, b"4\t00000\nobj" + FORGED + b"\nendobj\n")) == [CHANGED]
    named = plain({3: PAGE.replace(b"4 0 R", b"[4 0 R 40 0 R]")})
    unnamed = forged.replace(b"4 0 obj", b"40 0 obj")
    assert answers(section(signed(named), {}, unnamed)) == [CHANGED]


def test_an_object_that_was_replaced_and_put_back():
    """By the tables it is the one that was signed; by its place in the file, the other."""
    back = section(update(GOOD, {4: FORGED}), {4: (place(GOOD, 4), 0, b"n")})
    assert answers(back) == [CHANGED]
    again = section(CONTINUED, {4: (place(GOOD, 4), 0, b"n")})
    assert answers(again) == [PASSED]


def test_a_trailer_of_no_table():
    other = {50: catalog().replace(b"2 0 R", b"51 0 R"), 51: b"<</Type /Pages /Kids [] /Count 0>>"}
    assert answers(update(GOOD, other)) == [PASSED]
    stray = b"trailer\n<</Size 99 /Root 50 0 R>>\n"
    assert answers(section(update(GOOD, other), {}, stray)) == [CHANGED]


def test_objects_and_cross_references_in_streams_that_nothing_leads_to():
    """The page was in a stream of objects; now it is in another one, too."""
    pages = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
    good = signed(packed(b"%PDF-1.7\n", {4: TEXT}, {1: catalog(), 2: pages, 3: PAGE}))

    def holder(number, page):
        inside = b"%d 0 %s" % (number, page)
        head = b"<</Type /ObjStm /N 1 /First %d /Length %d>>" % (inside.index(b"<"), len(inside))
        return head + b"\nstream\n" + inside + b"\nendstream"

    forged = {90: FORGED, 95: holder(3, PAGE.replace(b"4 0 R", b"90 0 R"))}
    assert answers(update(good, {90: TEXT, 95: holder(91, PAGE)})) == [PASSED]
    assert answers(update(good, forged)) == [CHANGED]

    def table(number):
        entries = b"/Type /XRef /W [1 3 1] /Index [%d 1] /Size 99 /Root 1 0 R /Length 5" % number
        return b"<<%s>>\nstream\n\x02\0\0\x5f\0\nendstream" % entries

    assert answers(update(good, {96: table(91)})) == [PASSED]
    assert answers(update(good, {96: table(3)})) == [CHANGED]
    assert answers(update(good, {96: table(91).replace(b"/Root 1", b"/Root 4")})) == [CHANGED]


def test_an_object_that_is_none():
    assert answers(update(GOOD, {97: b"<</A 1>>"})) == [PASSED]
    assert answers(update(GOOD, {97: b"<</A 1"})) == [CHANGED]


def test_an_object_under_the_number_of_another_generation():
    """What names it names nothing any more; what named nothing names it."""

    def moved(document, number, body):
        row = {number: (len(document), 1, b"n")}
        return section(document, row, b"%d 1 obj\n%s\nendobj\n" % (number, body))

    assert answers(update(GOOD, {3: PAGE})) == [PASSED]
    assert answers(moved(GOOD, 3, PAGE)) == [CHANGED]
    other = PAGE.replace(b"4 0 R", b"6 0 R")
    kids = b"<</Type /Pages /Kids [3 0 R 5 1 R] /Count 2>>"
    shadow = signed(plain({2: kids, 5: other, 6: FORGED}))
    assert answers(update(shadow, {5: other})) == [PASSED]
    assert answers(moved(shadow, 5, other)) == [CHANGED]


def test_an_object_that_states_another_generation_than_the_table():
    """Where the table does not lead to what it names, readers look for it themselves."""

    def other(data, number):
        return data.replace(b"\n%d 0 obj" % number, b"\n%d 7 obj" % number)

    assert refused(other(CONTINUED, 10)) == "pades.xref"
    assert answers(signed(other(plain(), 3))) == [PASSED]
    assert answers(update(signed(other(plain(), 3)), DATA)) == [CHANGED]


def test_a_table_that_frees_what_the_stream_beside_it_has():
    """Of the two halves of a hybrid section some readers know one (7.5.8.4)."""
    rows = bytes((1,)) + place(GOOD, 4).to_bytes(3) + b"\0"
    beside = (
        b"71 0 obj\n<</Type /XRef /W [1 3 1] /Index [4 1] /Size 99 /Root 1 0 R /Length 5>>\n"
        b"stream\n%s\nendstream\nendobj\n" % rows
    )
    stated = b" /XRefStm %d" % len(GOOD)
    assert answers(section(GOOD, {}, beside)) == [PASSED]
    freed = {4: (0, 65535, b"f")}
    assert answers(section(GOOD, freed, beside, stated)) == [CHANGED]


def test_a_file_that_becomes_a_linearized_one():
    """Its first table then counts, which nobody had looked at when it was signed (annex F)."""

    def linear(length):
        first = b"%%PDF-1.7\n9 0 obj\n<</Linearized 1 /L %010d /N 1>>\nendobj\n" % length
        pages = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
        return signed(update(first, {1: catalog(), 2: pages, 3: PAGE, 4: TEXT}))

    length = len(update(linear(0), DATA))
    assert answers(linear(length)) == [PASSED]
    assert answers(update(linear(length + 1), DATA)) == [PASSED]
    assert answers(update(linear(length), DATA)) == [CHANGED]


@pytest.mark.parametrize("subtype", [b"Text", b"Popup", b"FileAttachment"])
def test_a_field_that_is_another_annotation(subtype):
    """Its icon has a size of its own, whatever the rectangle says. A time-stamp that is none harms
    nobody, and its field must not show anything."""
    stamp = {13: b"<</SubFilter /ETSI.RFC3161>>", 3: PAGE.replace(b">>", b" /Annots [12 0 R]>>")}
    good = update(GOOD, {1: catalog(10, 12), 12: field(13), **stamp})
    assert answers(good) == [PASSED]
    icon = field(13).replace(b"/Widget", b"/" + subtype)
    assert answers(update(GOOD, {1: catalog(10, 12), 12: icon, **stamp})) == [CHANGED]


def test_two_new_fields_of_one_name():
    stamps = {13: b"<</SubFilter /ETSI.RFC3161>>", 15: b"<</SubFilter /ETSI.RFC3161>>"}
    two = {1: catalog(10, 12, 14), 12: field(13), 14: field(15), **stamps}
    assert answers(update(GOOD, two)) == [PASSED]
    alike = {**two, 14: field(15).replace(b"(f15)", b"(f13)")}
    assert answers(update(GOOD, alike)) == [CHANGED]


# --- what is told apart by its number ------------------------------------------------------------
LAYERS = b" /OCProperties <</OCGs [60 0 R] /D <</OFF [60 0 R]>>>>"
LAYER = b"<</Type /OCG /Name (draft)>>"
LAYERED = PAGE.replace(b">>", b" /Resources <</Properties <</L 60 0 R>>>>>>", 1)
SHOWN = b"/OC /L BDC (pay 999) EMC (pay 100)"


def layered():
    """A document with a layer that is off."""
    content = b"<</Length %d>>\nstream\n%s\nendstream" % (len(SHOWN), SHOWN)
    return signed(plain({3: LAYERED, 4: content, 60: LAYER}, more=LAYERS), more=LAYERS)


@pytest.mark.parametrize(
    "objects",
    [
        {1: catalog(10, more=LAYERS.replace(b"60 0 R", b"61 0 R")), 61: LAYER},
        {3: LAYERED.replace(b"60 0 R", b"61 0 R"), 61: LAYER},
        {3: LAYERED.replace(b"60 0 R", b"61 0 R"), 61: b"<</Name (draft) /Type /OCG>>"},
    ],
    ids=["catalog", "page", "written otherwise"],
)
def test_a_layer_under_another_number(objects):
    """The same in every word, and another layer: one that nobody switched off."""
    good = layered()
    assert answers(update(good, {1: catalog(10, more=LAYERS), 3: LAYERED, 60: LAYER})) == [PASSED]
    assert answers(update(good, objects)) == [CHANGED]


def test_layers_set_by_the_value_of_a_field():
    """Shadow: what switches the layers is a field of the form, whose value may be filled in."""
    layers = b" /OCProperties <</OCGs [60 0 R] /D 30 0 R>>"
    held = {**FORM, 30: FORM[30].replace(b"(100)", b"(100) /BaseState /ON"), 60: LAYER}
    form = certified(2, plain(held, more=layers), fields=(30,), more=PERMITS + layers)
    assert answers(form) == [PASSED]
    event = b"/AS [<</Event /View /OCGs [60 0 R] /Category [/View]>>] /BaseState"
    assert answers(update(form, {30: held[30].replace(b"/BaseState", event)})) == [CHANGED]


def test_information_that_is_validation_data_as_well():
    """Shadow: the trailer names an object that nothing but the DSS seems to use."""
    titled, info = {50: b"<</Title (contract)>>", 20: b"<</Other 50 0 R>>"}, b" /Info 50 0 R"
    store = b" /DSS 20 0 R"
    good = signed(plain(titled, more=store, trailer=info), more=store, trailer=info)
    assert answers(update(good, {20: b"<</Certs []>>"}, info)) == [PASSED]
    assert answers(update(good, {50: b"<</Title (other)>>"}, info)) == [CHANGED]


def test_appearances_that_are_made_anew_are_told_and_locked_fields_keep_theirs():
    now = catalog(30, 10, more=PERMITS).replace(b"/Fields", b"/NeedAppearances true /Fields")
    form = certified(2, plain(FORM), fields=(30,), more=PERMITS)
    report = ask(update(form, {1: now}))
    (later,) = [f for f in report.verdict.findings if f.code.id == "pades.later"]
    assert later.actual == ("values of form fields",)
    locks = b" /Reference [<</TransformMethod /DocMDP>> <</TransformMethod /FieldMDP>>]"
    locked = signed(plain(FORM), fields=(30,), entries=locks, more=PERMITS)
    store = {**DATA, 1: catalog(30, 10, more=PERMITS + b" /DSS 20 0 R")}
    assert answers(update(locked, store)) == [PASSED]
    assert answers(update(locked, {1: now}))[0][2] == ["pades.field_lock"]


# --- what else may not follow --------------------------------------------------------------------
@pytest.mark.parametrize(
    "objects",
    [
        {1: catalog(10).replace(b"/Fields", b"/XFA 30 0 R /Fields"), 30: TEXT},
        {1: catalog(10).replace(b"/Fields", b"/Q 2 /Fields")},
        {1: catalog(10).replace(b"/Fields", b"/CO [10 0 R] /Fields")},
        {1: catalog(10, more=b" /Names <<>>")},
        {1: catalog(10, more=b" /StructTreeRoot 30 0 R"), 30: b"<<>>"},
        {1: catalog(10, more=b" /OCProperties <</OCGs [] /D <<>>>>")},
        {1: catalog(10, more=b" /Perms <</DocMDP 11 0 R>>")},
        {1: catalog(10, more=b" /Extensions 30 0 R"), 30: b"<<>>"},
        {1: catalog(10, more=b" /DSS 3 0 R"), 3: PAGE.replace(b"4 0 R", b"30 0 R"), 30: FORGED},
        {10: field(30), 30: b"<</SubFilter /ETSI.RFC3161>>"},
        {3: PAGE.replace(b">>", b" /Annots [10 0 R]>>")},
    ],
    ids=[
        "XFA", "alignment of the form", "order of calculation", "names", "structure", "layers",
        "permissions", "extensions elsewhere", "validation data that is the page",
        "another value of the signed field", "the signed field on the page",
    ],
)  # fmt: skip
def test_further_changes_of_a_signed_document(objects):
    assert answers(update(GOOD, {number: OLD.get(number, b"null") for number in objects})) == [
        PASSED
    ]
    assert answers(update(GOOD, objects))[0][0] != PASSED[0]


def test_values_of_two_signature_fields_swapped():
    two = signed(GOOD, at=12, fields=(10,))
    assert answers(two) == [PASSED, PASSED]
    assert answers(update(two, {10: field(13), 12: field(11)})) == [CHANGED, CHANGED]


@pytest.mark.parametrize(
    "entries", [b" /ByteRange [0 1 2 3]", b" /Byte#52ange [0 1 2 3]", b" /#43ontents <00>"]
)
def test_a_key_of_the_signature_that_is_there_twice(entries):
    assert answers(signed(entries=b" /ByteRang [0 1 2 3]")) == [PASSED]
    assert refused(signed(entries=entries)) == "pades.syntax"


@pytest.mark.parametrize("level", [b"/2", b"(2)", b"-1", b"1", b"4", b"7 0 R", b"true"])
def test_permissions_that_are_none(level):
    """Whatever is not 2 or 3 permits nothing."""

    def form(level):
        stated = b"<</TransformMethod /DocMDP /TransformParams <</P %s>>>>" % level
        made = b" /Reference [%s]" % stated
        return signed(plain(FORM), fields=(30,), entries=made, more=PERMITS)

    assert answers(update(form(b"2"), FILLED)) == [PASSED]
    assert answers(update(form(level), FILLED)) == [CHANGED]
