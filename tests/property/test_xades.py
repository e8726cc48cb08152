"""Whatever is done to the octets of a signed document, no other document passes."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import xml
from defa_trust.codec.xml import Canonical
from defa_trust.errors import Rejection
from defa_trust.formats import xades as family
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication
from tests.cms_samples import ask
from tests.xades_samples import find, xades

GOOD = xades()
REQUEST = Request("SG", HolderBinding.IF_PRESENT)


def signed_content(data):
    root = xml.parse(data)
    xml.detach(find(root, "Signature"))
    return xml.canonical_document(root, Canonical.EXCLUSIVE)


CONTENT = signed_content(GOOD)


def holds_no_other(data):
    report = ask(data)
    if report.verdict.validity.indication is Indication.TOTAL_PASSED:
        assert signed_content(data) == CONTENT


@settings(max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_octet(place, mask):
    data = bytearray(GOOD)
    data[place] ^= mask
    holds_no_other(bytes(data))


@settings(max_examples=150)
@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.integers(0, 1 << 32))
def test_a_piece_moved_doubled_or_dropped(start, end, seed):
    begin, stop = sorted((start, end))
    chosen = random.Random(seed)
    piece = GOOD[begin : min(stop, begin + 400)]
    rest = GOOD[:begin] + GOOD[begin + len(piece) :]
    place = chosen.randrange(len(rest) + 1)
    holds_no_other(rest)
    holds_no_other(rest[:place] + piece + rest[place:])
    holds_no_other(GOOD[:place] + piece + GOOD[place:])


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_escapes(noise):
    for data in (
        noise,
        b"<a xmlns='http://www.w3.org/2000/09/xmldsig#'>" + noise,
        GOOD[:500] + noise,
    ):
        family.detect(data)
        try:
            family.parse(data, REQUEST)
        except Rejection:
            continue
