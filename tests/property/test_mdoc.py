"""Whatever is done to an mdoc: it is refused, or it says what it said before."""

from hypothesis import example, given
from hypothesis import strategies as st

from defa_trust.codec import base64url, cbor
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


IN_PROXIMITY = mdocs.mdoc_request(mdocs.PROXIMITY, readerKey=mdocs.READER.jwk(private=True))
MAC_REQUEST = request_of(IN_PROXIMITY, mdocs.MOMENT)
MAC = base64url.decode(
    mdocs.text(mdocs.response(device=mdocs.device_signed(auth=mdocs.device_mac())))
)


def verdict(octets, request=REQUEST):
    return VERIFIER.evaluate(octets, request).verdict


def holds_no_others(found):
    """What passed shows the issuer's claims or fewer: ``nameSpaces`` is optional and unsigned, so
    one that is renamed is one that was never presented (ISO/IEC 18013-5, 8.3.2.1.2.2)."""
    if found.validity.indication is Indication.TOTAL_PASSED:
        spaces = found.claims["nameSpaces"]
        assert found.claims == {**CLAIMS, "nameSpaces": spaces}
        assert spaces.items() <= CLAIMS["nameSpaces"].items()


def test_the_good_ones_pass():
    assert verdict(GOOD).validity.indication is Indication.TOTAL_PASSED
    assert verdict(MAC, MAC_REQUEST).validity.indication is Indication.TOTAL_PASSED
    assert verdict(MAC).validity.indication is Indication.INDETERMINATE


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
@example(0, 1)
@example(GOOD.index(b"nameSpaces"), 1)
def test_a_changed_octet_changes_no_claim(place, mask):
    changed = bytearray(GOOD)
    changed[place] ^= mask
    holds_no_others(verdict(bytes(changed)))


@given(st.integers(0, len(MAC) - 1), st.integers(1, 255))
@example(MAC.index(b"deviceMac") + len("deviceMac") + 4, 1)
@example(len(MAC) - 1, 1)
def test_a_changed_octet_of_a_document_with_a_mac_changes_no_claim(place, mask):
    changed = bytearray(MAC)
    changed[place] ^= mask
    holds_no_others(verdict(bytes(changed), MAC_REQUEST))


@given(st.binary(max_size=40), st.integers(0, 8))
def test_no_other_mac_passes(tag, alg):
    _, bare, payload, good = mdocs.device_mac()["deviceMac"]
    auth = {"deviceMac": [cbor.dumps({1: alg}), bare, payload, tag]}
    shown = mdocs.text(mdocs.response(device=mdocs.device_signed(auth=auth)))
    assert tag != good
    assert verdict(shown, MAC_REQUEST).validity.indication is Indication.TOTAL_FAILED


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
