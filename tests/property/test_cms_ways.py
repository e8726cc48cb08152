"""The shorter way into a CMS message gives up or says what the longer one says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.errors import Rejection
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.cms import _ber_parts, _der_parts, read_signed_data
from defa_trust.formats.cms_signer import _ber_signer, _der_signer
from tests.cms_samples import cades, clock, crls, indefinite
from tests.conformance.corpora import corpus_path

MESSAGES = (
    cades(),
    cades(placement=Placement.DETACHED),
    cades(timestamps=clock(), content_timestamps=clock()),
    cades(revocations=crls()),
)


def longer(read, data):
    try:
        return read(data)
    except Rejection:
        return None


def compared(data):
    """Whether the shorter way was taken; asserts that it says the same where it was."""
    short = _der_parts(data)
    if short is None:
        return False
    long = longer(_ber_parts, data)
    assert long is not None, "the shorter way reads what the longer one refuses"
    assert [bytes(chunk) for chunk in short[1] or ()] == [bytes(c) for c in long[1] or ()]
    assert (short[1] is None) == (long[1] is None)
    assert (short[0], *short[2:]) == (long[0], *long[2:])
    for raw in short[4]:
        signer = _der_signer(raw)
        if signer is not None:
            assert signer == longer(_ber_signer, raw)
    return True


def test_whole_messages():
    assert [compared(data) for data in MESSAGES] == [True, True, True, False]
    assert not any(compared(indefinite(data, 9)) for data in MESSAGES)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(MESSAGES), st.integers(0, 1 << 20), st.integers(1, 255))
def test_one_changed_octet(data, place, flip):
    place %= len(data)
    compared(bytes((*data[:place], data[place] ^ flip, *data[place + 1 :])))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MESSAGES), st.integers(0, 1 << 20), st.binary(max_size=9), st.integers(0, 9))
def test_damage(data, place, junk, cut):
    place %= len(data)
    compared(data[:place] + junk + data[place + cut :])


@pytest.mark.corpus
def test_real_files():
    folder = corpus_path("ades") / "dss-cades"
    taken = [compared(path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    assert sum(taken) > 15
    for path in folder.rglob("*"):
        if path.is_file():
            assert read_signed_data(path.read_bytes()).signers
