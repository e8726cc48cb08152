"""Whatever is done to a signed PDF: what passes shows the page that was signed.

What may be done to it is drawn: octets replaced, cut, doubled or moved; objects added in updates.
"""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from defa_trust.codec.pdf import Document
from defa_trust.codec.pdf_objects import Budget, Parser
from defa_trust.codec.pdf_write import written
from defa_trust.errors import Rejection
from defa_trust.formats import pades
from defa_trust.formats.pdf_revisions import Form, compare
from defa_trust.request import HolderBinding, Request
from tests.cms_samples import ask
from tests.pdf_samples import (
    FORGED,
    PAGE,
    TEXT,
    catalog,
    field,
    hybrid,
    packed,
    plain,
    signed,
    update,
)

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
GOOD = signed(room=6000)
STORE = {1: catalog(10, more=b" /DSS 20 0 R"), 20: b"<</Certs [21 0 R]>>"}
CONTINUED = update(GOOD, {**STORE, 21: b"<</Length 2>>\nstream\n00\nendstream"})
PASSED = "TOTAL-PASSED"


def passes(data):
    return [str(v.validity.indication) for v in ask(data).verdicts] == [PASSED]


def changed(draw, data):
    at = draw(st.integers(0, len(data) - 1))
    to = draw(st.integers(at, min(len(data), at + 40)))
    kind = draw(st.sampled_from(["octet", "cut", "double", "insert", "end"]))
    if kind == "octet":
        return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
    if kind == "cut":
        return data[:at] + data[to:]
    if kind == "double":
        return data[:to] + data[at:to] + data[to:]
    if kind == "insert":
        return data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at:]
    return data[:at]


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_changed_octets_never_pass(data):
    """One document whose end is signed, and one that was continued: of it, what follows may go."""
    whole = data.draw(st.sampled_from([GOOD, CONTINUED]))
    made = changed(data.draw, whole)
    assume(made != whole)
    if passes(made):
        # White space at the end of the file, a digit's sign: what is signed is all there.
        assert made.startswith(GOOD[: GOOD.index(b"/Contents")])
        assert shown(made) == shown(GOOD)


def shown(data):
    """What the page shows, as the last revision has it."""
    document = Document(data, len(data), Budget())
    page = document.get(document.get(document.get(root(document)["Pages"])["Kids"])[0])
    content = document.get(page["Contents"])
    return data[content.begin : content.end]


def root(document):
    return document.get(document.trailer["Root"])


OBJECTS = st.sampled_from(
    [
        TEXT, FORGED, PAGE, PAGE.replace(b"4 0 R", b"30 0 R"), b"<</Type /Annot>>", b"null", b"[]",
        b"<</Certs [4 0 R]>>", b"<</Certs [3 0 R]>>", catalog(10), catalog(10, 30), field(11),
        field(31), b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Pages /Kids [30 0 R] /Count 1>>", catalog(10, more=b" /DSS 20 0 R"),
        catalog(10, more=b" /DSS 4 0 R"), catalog(10, more=b" /DSS 3 0 R"), b"[10 0 R]",
    ]
)  # fmt: skip
NUMBERS = st.sampled_from([1, 2, 3, 4, 10, 20, 21, 30, 31])


@given(st.lists(st.dictionaries(NUMBERS, OBJECTS, min_size=1, max_size=4), min_size=1, max_size=3),
       st.data())  # fmt: skip
@settings(max_examples=250, deadline=None)
def test_updates_that_show_another_page_never_pass(updates, data):
    """Tables, streams and both together: the page of what passes is the page that was signed."""
    made = GOOD
    for objects in updates:
        way = data.draw(st.sampled_from(["table", "packed", "hybrid"]))
        streams = {n: o for n, o in objects.items() if b"stream" in o}
        others = {n: o for n, o in objects.items() if n not in streams}
        if way == "table":
            made = update(made, objects)
        elif way == "packed":
            made = packed(made, streams, others, holder=70 + 2 * len(made) % 20)
        else:
            made = hybrid(made, others, streams, free=data.draw(st.booleans()))
    if passes(made):
        assert shown(made) == shown(GOOD)
        assert root(Document(made, len(made), Budget())).get("OpenAction") is None


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused(noise):
    for data in (b"%PDF-" + noise, GOOD + noise, noise[:40] + GOOD):
        try:
            pades.parse(data, REQUEST)
        except Rejection as refusal:
            assert refusal.code.id.startswith(("pades.", "cms.", "der."))


VALUES = st.recursive(
    st.one_of(
        st.integers(-(10**9), 10**9),
        st.sampled_from(["true", "false", "null", "/Name", "/A#20B", "5 0 R", "<4142>", "(a\\)b)"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), inner, max_size=4),
    ),
    max_leaves=20,
)


def text(each):
    if isinstance(each, list):
        return "[" + " ".join(map(text, each)) + "]"
    if isinstance(each, dict):
        return "<<" + " ".join(f"/{key} {text(value)}" for key, value in each.items()) + ">>"
    return str(each)


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_what_is_read_is_written_back(given_value):
    octets = text(given_value).encode()
    found = Parser(octets, 0, len(octets), Budget()).value()
    again = written(found)
    assert Parser(again, 0, len(again), Budget()).value() == found


@given(st.dictionaries(st.integers(30, 60), OBJECTS, max_size=5))
@settings(max_examples=60, deadline=None)
def test_an_update_of_the_same_objects_adds_nothing(objects):
    data = plain(objects)
    again = update(data, {number: objects[number] for number in sorted(objects)[:2]})
    first, last = (Document(again, end, Budget()) for end in (len(data), len(again)))
    assert compare(first, last, Form.LOCKED) == ((), None)
