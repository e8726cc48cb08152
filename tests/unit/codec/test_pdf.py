"""PDF objects and cross-references: what is read, and that nothing is mended."""

import pytest

from defa_trust.codec.pdf import Document
from defa_trust.codec.pdf_objects import Budget, Name, Parser, Ref, Stream, Text, Word
from defa_trust.codec.pdf_write import Data, Raw, Update, string, written
from defa_trust.errors import Rejection
from tests.pdf_samples import PAGE, TEXT, catalog, hybrid, packed, plain, update

HEADER = b"%PDF-1.7\n"
PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"


def value(data):
    return Parser(data, 0, len(data), Budget()).value()


def read(data):
    return Document(data, len(data), Budget())


def refusal(call, *arguments):
    with pytest.raises(Rejection) as refused:
        call(*arguments)
    return refused.value


# --- objects -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written_as", "expected"),
    [
        (b"12", 12),
        (b"-7", -7),
        (b"+7", 7),
        (b"3.50", 3.5),
        (b".5", 0.5),
        (b"-4.", -4.0),
        (b"/Name", Name("Name")),
        (b"/A#20B#2f", Name("A B/")),
        (b"/", Name("")),
        (b"true", Word.TRUE),
        (b"false", Word.FALSE),
        (b"null", Word.NULL),
        (b"12 3 R", Ref(12, 3)),
        (b"[1 2 0 R 3]", [1, Ref(2, 0), 3]),
        (b"[1 2 3]", [1, 2, 3]),
        (b"<</A 1/B[/C(d)]>>", {"A": 1, "B": [Name("C"), Text(b"d", 0, 0, False)]}),
        (b"<41 4>", Text(b"A@", 0, 0, True)),
        (b"<>", Text(b"", 0, 0, True)),
        (rb"(a(b)\)c)", Text(rb"a(b)\)c", 0, 0, False)),
        (b"% a comment\n 5", 5),
        (b"\x00\t\n\x0c\r 5", 5),
    ],
)
def test_what_objects_look_like(written_as, expected):
    found = value(written_as)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "malformed",
    [
        b"", b"<4G>", b"<41", b"(open", b"(open\\", b"[1 2", b"<</A 1", b"<</A>>", b"<<1 2>>", b"]",
        b">>", b"12x", b"truer", b"1..2", b"<</A 1 /A 1>>", b"/A#00", b"1e5", b"[12 0 Rx]",
    ],
)  # fmt: skip
def test_what_is_no_object(malformed):
    assert refusal(value, malformed).code.id == "pades.syntax"


def test_a_word_is_no_number():
    """In Python, True equals 1: here it does not."""
    assert value(b"[true]") != value(b"[1]")


def test_strings_that_are_written_differently_differ():
    assert value(rb"(\101)") != value(b"<5c313031>")
    assert hash(value(b"(A)")) == hash(value(b"<41>"))


# --- cross-references ----------------------------------------------------------------------------
def test_a_table_and_its_update():
    first = plain()
    second = update(first, {4: TEXT.replace(b"100", b"200")})
    document = read(second)
    assert document.sections == [document.head, read(first).head]
    found = document.get(Ref(4, 0))
    assert isinstance(found, Stream)
    assert second[found.begin : found.end] == b"(pay 200) "
    earlier = Document(second, len(first), Budget())
    stream = earlier.get(Ref(4, 0))
    assert second[stream.begin : stream.end] == b"(pay 100) "


def test_objects_in_a_stream():
    document = read(packed(HEADER, {4: TEXT}, {1: catalog(), 2: PAGES, 3: PAGE}))
    assert document.get(document.trailer["Root"])["Type"] == "Catalog"
    assert document.get(Ref(3, 0))["Contents"] == Ref(4, 0)
    assert document.entries[3].slot == 2


def test_a_string_in_an_object_stream_stands_nowhere():
    document = read(packed(HEADER, {}, {1: catalog(), 5: b"<</A [<41>]>>"}))
    (held,) = document.get(Ref(5, 0))["A"]
    assert (held.octets, held.begin, held.end) == (b"A", -1, -1)


@pytest.mark.parametrize("free", [False, True])
def test_a_hybrid_file(free):
    document = read(hybrid(HEADER, {1: catalog(), 2: PAGES, 3: PAGE}, {4: TEXT}, free=free))
    assert isinstance(document.get(Ref(4, 0)), Stream)


def test_what_the_table_has_counts_before_the_stream_beside_it():
    data = hybrid(HEADER, {1: catalog(), 4: b"(table)"}, {5: b"(stream)"})
    place = data.index(b"71 0 obj")
    moved = data[:place] + data[place:].replace(b"[5 1 ", b"[4 1 ").replace(b"[5 1]", b"[4 1]")
    assert read(moved).get(Ref(4, 0)) == Text(b"table", 0, 0, hexadecimal=False)


def test_a_free_object_is_null_and_hides_the_earlier_one():
    data = plain()
    head = len(data)
    data += (
        b"xref\n4 1\n0000000000 00001 f \ntrailer\n<</Size 9 /Root 1 0 R /Prev %s>>\n"
        % (data.rsplit(b"startxref", 1)[1].split()[0])
    )
    data += b"startxref\n%d\n%%%%EOF\n" % head
    assert read(data).get(Ref(4, 0)) is Word.NULL


def test_another_generation_is_null():
    assert read(plain()).get(Ref(4, 1)) is Word.NULL
    assert read(plain()).get(Ref(77, 0)) is Word.NULL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"0000000009 00000 n ", b"0000000010 00000 n "),
        (b"0000000009 00000 n ", b"000000009 000000 n "),
        (b"\ntrailer", b"\ntrailor"),
        (b"trailer\n<<", b"trailer\n[<"),
        (b"%%EOF", b"%%EOD"),
        (b"startxref\n", b"startxref\n1"),
        (b"/Root 1 0 R", b"/Root 1 0 R /Prev (0)"),
        (b"/Root 1 0 R", b"/Root 1 0 R /XRefStm 9"),
        (b"/Root 1 0 R", b"/Root 1 0 R /Prev 99999"),
    ],
)
def test_cross_references_that_do_not_hold(old, new):
    data = plain()
    assert old in data
    at = data.rindex(old)
    broken = data[:at] + new + data[at + len(old) :]

    def all_of():
        document = read(broken)
        return [document.get(Ref(number, 0)) for number in document.numbers()]

    assert refusal(all_of).code.id in ("pades.xref", "pades.syntax")


def test_a_refusal_is_the_same_when_it_is_asked_for_again():
    data = plain()
    place = data.index(b"4 0 obj")
    document = read(data.replace(b"%010d" % place, b"%010d" % (place + 2)))
    first = refusal(document.get, Ref(4, 0))
    assert str(refusal(document.get, Ref(4, 0))) == str(first)


@pytest.mark.parametrize(
    "rows",
    [
        b"/W [1 3] ", b"/W [1 3 (1)] ", b"/W [0 0 0] ", b"/W [1 9 1] ", b"/W [1 3 1] /Index [1] ",
        b"/W [1 3 1] /Index [1 99] ", b"/W [1 3 1] /Index [-1 1] ", b"/W [1 3 1] /Size (1) ",
    ],
)  # fmt: skip
def test_cross_reference_streams_that_are_none(rows):
    size = b"" if b"/Size" in rows else b"/Size 9 "
    section = b"<</Type /XRef %s%s/Root 1 0 R /Length 5>>\nstream\n\x01\0\0\x09\0\nendstream"
    data = HEADER + b"5 0 obj\n" + section % (rows, size)
    data += b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(HEADER)
    assert refusal(read, data).code.id in ("pades.xref", "pades.too_much")


@pytest.mark.parametrize(
    ("entries", "octets", "code"),
    [
        (b"/N 1 /First 4", b"9 0 null", "pades.xref"),  # another object
        (b"/N 0 /First 4", b"5 0 null", "pades.xref"),
        (b"/N (1) /First 4", b"5 0 null", "pades.xref"),
        (b"/N 1 /First 4", b"5 -1 null", "pades.xref"),
        (b"/N 1 /First 99", b"5 0 null", "pades.syntax"),
        (b"/N 9 /First 4", b"5 0 null", "pades.syntax"),
        (b"/N 1 /First 4 /Filter /LZWDecode", b"5 0 null", "pades.syntax"),
        (b"/N 1 /First 4 /Filter /FlateDecode", b"5 0 null", "pades.syntax"),
    ],
)
def test_object_streams_that_do_not_hold(entries, octets, code):
    holder = b"<</Type /ObjStm %s /Length %d>>\nstream\n%s\nendstream" % (
        entries, len(octets), octets,
    )  # fmt: skip
    good = packed(HEADER, {70: holder}, {1: catalog(), 5: b"null"}, holder=80)
    rows = good.replace(b"\x02\x00\x00\x50\x01", b"\x02\x00\x00\x46\x00")
    assert refusal(read(rows).get, Ref(5, 0)).code.id == code


# --- what is written -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "octets",
    [
        b"<</A 1 /B [/C#20D 5 0 R true null -3 2.5] /E <4142> /F (a\\)b)>>",
        b"[]",
        b"<</Nested <</Deep [[[1]]]>>>>",
    ],
)
def test_what_is_read_is_written_back(octets):
    found = value(octets)
    assert value(written(found)) == found


def test_texts_of_other_scripts():
    assert string("Hà Nội").octets.startswith(b"\xfe\xff")
    assert written(string("abc")) == b"<616263>"
    assert written(Data(b"xy", (("A", 1),))) == b"<</A 1 /Length 2>>\nstream\nxy\nendstream"
    assert written(Raw(b"[0 ###]")) == b"[0 ###]"
    with pytest.raises(TypeError):
        written(object())


def test_an_update_keeps_what_is_there():
    data = update(plain(), {5: b"<</ID 1>>"}, trailer=b" /Info 5 0 R /ID [<aa> <bb>]")
    changed = Update(data)
    added = changed.add({"A": 1})
    changed.put(changed.root, "Names", added)
    made = changed.octets()
    assert made.startswith(data)
    document = read(made)
    assert document.get(document.get(document.trailer["Root"])["Names"]) == {"A": 1}
    assert document.trailer["Info"] == Ref(5, 0)
    first, second = document.trailer["ID"]
    assert first.octets == b"\xaa"
    assert len(second.octets) == 16
