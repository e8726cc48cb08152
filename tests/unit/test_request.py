"""A request is checked where it is made, and its digest names every part but the moment."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from defa_trust.errors import MisuseError
from defa_trust.request import HolderBinding, MinimumLevel, Profile, Request
from defa_trust.signing_crypto import AgreementKey

PLAIN = Request("SG", HolderBinding.IF_PRESENT)


def test_holder_binding_is_a_required_choice():
    with pytest.raises(TypeError):
        Request("SG")
    with pytest.raises(MisuseError):
        Request("SG", True)


@pytest.mark.parametrize("state", ["XX", "sg", "", "ASEAN", None])
def test_the_relying_state_is_one_of_eleven(state):
    with pytest.raises(MisuseError, match="relying_state"):
        Request(state, HolderBinding.IF_PRESENT)


def test_the_moment():
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert replace(PLAIN, at=noon).at == 1793534400
    with pytest.raises(MisuseError, match="time zone"):
        replace(PLAIN, at=noon.replace(tzinfo=None))
    for odd in (1.5, True, "2026"):
        with pytest.raises(MisuseError):
            replace(PLAIN, at=odd)


def test_levels_are_one_to_three():
    with pytest.raises(MisuseError):
        MinimumLevel(4)


@pytest.mark.parametrize(
    "change",
    [
        {"relying_state": "TH"},
        {"holder_binding": HolderBinding.MUST_BE_ABSENT},
        {"purpose": "p"},
        {"sector": "s"},
        {"relying_party": "r"},
        {"act": "a"},
        {"min_level": MinimumLevel(1)},
        {"audience": "a"},
        {"nonce": "n"},
        {"format": "hcert"},
        {"profiles": frozenset({Profile.HCERT_UNCOMPRESSED})},
        {"max_proof_age": 10},
        {"volume_used": (("maxPerDay", 1),)},
        {"session_transcript": b"\x80"},
        {"reader_key": AgreementKey.from_seed("reader")},
    ],
)
def test_every_member_but_the_moment_changes_the_digest(change):
    assert replace(PLAIN, **change).digest != PLAIN.digest


def test_a_readers_key_is_compared_by_its_public_half_and_never_shown():
    one, same = (AgreementKey.from_seed("reader") for _ in range(2))
    assert replace(PLAIN, reader_key=one) == replace(PLAIN, reader_key=same)
    assert replace(PLAIN, reader_key=one).digest == replace(PLAIN, reader_key=same).digest
    assert replace(PLAIN, reader_key=one) != replace(PLAIN, reader_key=AgreementKey.from_seed("x"))
    assert one.jwk(private=True)["d"] not in repr(replace(PLAIN, reader_key=one))
    with pytest.raises(MisuseError, match="reader_key"):
        replace(PLAIN, reader_key=one.jwk(private=True))


def test_the_moment_does_not():
    assert replace(PLAIN, at=5).digest == PLAIN.digest


def test_a_request_is_frozen():
    with pytest.raises(FrozenInstanceError):
        PLAIN.purpose = "other"
