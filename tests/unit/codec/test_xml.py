"""The strict XML codec: what it refuses, and its canonical forms."""

import builtins

import pytest

pytest.importorskip("lxml")

from defa_trust.codec import xml
from defa_trust.errors import MissingExtraError, MisuseError, Rejection


def refusal(data, **more):
    try:
        xml.parse(data, **more)
    except Rejection as refused:
        return refused.code.id
    return None


def test_a_plain_document_is_read():
    root = xml.parse(b'<?xml version="1.0" encoding="UTF-8"?><a><b>x</b></a>')
    assert root.tag == "a"
    assert [child.tag for child in xml.children(root)] == ["b"]
    assert xml.leaf(root[0]) == "x"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xef\xbb\xbf",
        b'<?xml version="1.0"?>',
        b"<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
        b'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\r\n',
    ],
)
def test_heads_that_say_utf_8_are_read(head):
    assert refusal(head + b"<a/>") is None


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.1"?><a/>',
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="latin1"?><a>\xc3\xa9</a>',
        b"<a>\xff</a>",
        b"<a>\xed\xa0\x80</a>",
        "<a/>".encode("utf-16"),
    ],
)
def test_another_encoding_is_refused(data):
    assert refusal(data) == "xml.encoding"


@pytest.mark.parametrize(
    "data", [b"", b" ", b"x", b"<a>", b"<a></b>", b"<a/><a/>", b"<a b='1' b='2'/>", b"<a>&x;</a>",
             b"<a>\x00</a>", b"<a>&#0;</a>", b' <?xml version="1.0"?><a/>', b"<p:a/>"],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused(data):
    assert refusal(data) == "xml.syntax"


def test_a_refusal_does_not_quote_the_input():
    with pytest.raises(Rejection) as refused:
        xml.parse(b"<a>\n<secret-name></b></a>")
    assert "secret" not in str(refused.value)
    assert refused.value.actual == "line 2"


@pytest.mark.parametrize("text", [b"<!DOCTYPE a>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>"])
def test_a_document_type_is_refused(text):
    assert refusal(text + b"<a/>") == "xml.doctype"
    assert refusal(b"<a/>") is None


def test_caps_on_octets_depth_tags_and_prefixes(monkeypatch):
    assert refusal(b"<a/>", max_bytes=4) is None
    assert refusal(b"<a/>", max_bytes=3) == "xml.too_large"
    deep = b"<a>" * xml.MAX_DEPTH + b"</a>" * xml.MAX_DEPTH
    assert refusal(deep) is None
    assert refusal(b"<a>" + deep + b"</a>") == "xml.too_deep"
    assert refusal(b"<a>" * 100_000) == "xml.syntax"
    monkeypatch.setattr(xml, "MAX_TAGS", 8)
    assert refusal(b"<a>" + b"<b/>" * 6 + b"</a>") is None
    assert refusal(b"<a>" + b"<b/>" * 7 + b"</a>") == "xml.too_many"


def test_many_prefixes_would_take_minutes_and_are_refused():
    def with_prefixes(count):
        names = b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(count))
        return b"<a " + names + b"/>"

    assert refusal(with_prefixes(xml.MAX_PREFIXES)) is None
    assert refusal(with_prefixes(xml.MAX_PREFIXES + 1)) == "xml.too_many"


def test_text_is_misuse():
    with pytest.raises(MisuseError):
        xml.parse("<a/>")


def test_without_the_extra_the_message_names_it(monkeypatch):
    genuine = builtins.__import__

    def without(name, *args, **more):
        if name == "lxml":
            raise ModuleNotFoundError(name="lxml")
        return genuine(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    xml._etree.cache_clear()
    with pytest.raises(MissingExtraError, match=r"defa-trust\[xml\]"):
        xml.parse(b"<a/>")
    monkeypatch.undo()
    assert refusal(b"<a/>") is None


# --- canonical forms -----------------------------------------------------------------------------
DOCUMENT = (
    b'<?xml version="1.0"?><!-- out --><r xmlns="urn:d" xmlns:u="urn:unused" xml:lang="en">'
    b'<x b="2" a="1"/><?keep me?><!-- in --><y><![CDATA[<]]></y></r>'
)


def test_the_canonical_document_has_no_comments_and_sorted_attributes():
    root = xml.parse(DOCUMENT)
    assert xml.canonical_document(root, xml.Canonical.EXCLUSIVE) == (
        b'<r xmlns="urn:d" xml:lang="en"><x a="1" b="2"></x><?keep me?><y>&lt;</y></r>'
    )


def test_exclusive_leaves_the_ancestors_out_and_inclusive_brings_them_in():
    element = xml.parse(DOCUMENT)[0]
    assert xml.canonical_element(element, xml.Canonical.EXCLUSIVE) == (
        b'<x xmlns="urn:d" a="1" b="2"></x>'
    )
    assert xml.canonical_element(element, xml.Canonical.INCLUSIVE) == (
        b'<x xmlns="urn:d" xmlns:u="urn:unused" a="1" b="2" xml:lang="en"></x>'
    )


def test_inclusive_takes_the_nearest_language_and_the_own_one_first():
    root = xml.parse(b'<a xml:lang="en"><b xml:lang="th"><c/><d xml:lang="vi"/></b></a>')
    c, d = root[0]
    assert xml.canonical_element(c, xml.Canonical.INCLUSIVE) == b'<c xml:lang="th"></c>'
    assert xml.canonical_element(d, xml.Canonical.INCLUSIVE) == b'<d xml:lang="vi"></d>'


def test_text_behind_the_element_is_no_part_of_it():
    root = xml.parse(b"<a><b/>tail</a>")
    for method in xml.Canonical:
        assert xml.canonical_element(root[0], method) == b"<b></b>"


def test_a_relative_namespace_has_no_canonical_form():
    root = xml.parse(b'<a xmlns="b"/>')
    with pytest.raises(Rejection) as refused:
        xml.canonical_document(root, xml.Canonical.EXCLUSIVE)
    assert refused.value.code.id == "xml.syntax"


def test_detaching_leaves_the_text_behind_where_it_is():
    for data, left in (
        (b"<a>1<b/>2</a>", b"<a>12</a>"),
        (b"<a>1<c/>2<b/>3</a>", b"<a>1<c></c>23</a>"),
    ):
        root = xml.parse(data)
        xml.detach(root.find("b"))
        assert xml.canonical_document(root, xml.Canonical.EXCLUSIVE) == left


def test_identifiers_are_found_in_every_spelling():
    root = xml.parse(
        b'<a Id="x"><b ID="x" id="x"/><c id="x"/><d xml:id="x"/><e name="x" iD="x"/>'
        b'<f xmlns:p="urn:p" p:Id="x" Id="y"/></a>'
    )
    found = xml.identified(root)
    assert [element.tag for element in found["x"]] == ["a", "b", "c", "d"]
    assert [element.tag for element in found["y"]] == ["f"]
    assert found.keys() == {"x", "y"}


def test_a_leaf_holds_text_only():
    root = xml.parse(b"<a><b>x</b><c>x<!-- --></c><d>x<?y?></d><e/></a>")
    assert [xml.leaf(child) for child in root] == ["x", None, None, ""]


def test_what_xml_cannot_hold_is_refused_when_written():
    root = xml.build("a", {})
    with pytest.raises(Rejection):
        xml.add(root, "b", "\x00")


def test_a_part_without_an_element_is_the_document_without_it():
    """In a tree of its own, with what its ancestors give it, a part has the same canonical form."""
    data = (
        b'<r xmlns="urn:a" xmlns:p="urn:b" xmlns:q="urn:b" xml:lang="en"><!-- c --><p:part Id="x">'
        b'one<q:gone/>two<?pi?><b xmlns:z="urn:z" q:a="1&#13;&#10;"/><p:in xmlns="">three</p:in>'
        b"</p:part>tail</r>"
    )
    for method in xml.Canonical:
        for prefixes in ((), ("q", "#default")):
            whole = xml.parse(data)
            part, gone = whole[1], whole[1][0]
            copy = xml.with_context(part, xml_attributes=method is xml.Canonical.INCLUSIVE)
            xml.detach(xml.at_place(copy, xml.place_of(gone, part)))
            found = xml.canonical_document(copy, method, prefixes=prefixes)
            xml.detach(gone)
            assert found == xml.canonical_element(part, method, prefixes=prefixes)
            assert b"onetwo" in found
            assert (b"xml:lang" in found) is (method is xml.Canonical.INCLUSIVE)


def test_places_and_sizes():
    root = xml.parse(b"<a><b/><!-- c --><d><e/><f/></d></a>")
    place = xml.place_of(root[2][1], root)
    assert place == (2, 1)
    assert xml.at_place(xml.copy_of(root), place).tag == "f"
    assert xml.place_of(root, root) == ()
    assert [xml.size(root), xml.size(root[2]), xml.size(root[0])] == [5, 3, 1]
