"""Whatever is done to an mdoc: it is refused, or it says what it said before."""

from hypothesis import example, given
from hypothesis import strategies as st

from defa_trust.codec import base64url
from defa_trust.conformance import mdocs
from defa_trust.conformance.trust import request_of, snapshot_of
from defa_trust.errors import Rejection
from defa_trust.formats import mdoc
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier

REQUEST = request_of(mdocs.mdoc_request(), mdocs.MOMENT)
VERIFIER = Verifier(snapshot_of(mdocs.mdoc_world()))
GOOD = base64url.decode(mdocs.text(mdocs.response()))
CLAIMS = mdoc.parse(GOOD, REQUEST).reveal()


def verdict(octets):
    return VERIFIER.evaluate(octets, REQUEST).verdict


def holds_no_others(found):
    """What passed shows the issuer's claims or fewer: ``nameSpaces`` is optional and unsigned, so
    one that is renamed is one that was never presented (ISO/IEC 18013-5, 8.3.2.1.2.2)."""
    if found.validity.indication is Indication.TOTAL_PASSED:
        spaces = found.claims["nameSpaces"]
        assert found.claims == {**CLAIMS, "nameSpaces": spaces}
        assert spaces.items() <= CLAIMS["nameSpaces"].items()


def test_the_good_one_passes():
    assert verdict(GOOD).validity.indication is Indication.TOTAL_PASSED


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
@example(0, 1)
@example(GOOD.index(b"nameSpaces"), 1)
def test_a_changed_octet_changes_no_claim(place, mask):
    changed = bytearray(GOOD)
    changed[place] ^= mask
    holds_no_others(verdict(bytes(changed)))


@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.binary(max_size=12))
def test_a_spliced_document_changes_no_claim(start, end, put):
    begin, stop = sorted((start, end))
    holds_no_others(verdict(GOOD[:begin] + put + GOOD[stop:]))


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_nothing_else_escapes(data):
    for octets in (data, b"\xa3" + data, base64url.encode(data).encode()):
        mdoc.detect(octets)
        try:
            mdoc.documents(octets, REQUEST)
        except Rejection:
            continue
