"""mdoc: session transcripts whose encoding the reader's side chose."""

from __future__ import annotations

from ..mdocs import (
    device_auth,
    device_signed,
    issuer_signed,
    mdoc_request,
    mdoc_world,
    response,
    text,
)
from ..registry import Case, Group

_group = Group(
    "mdoc",
    features=("es256", "mdoc", "mdoc-device-signature"),
    twin="transcript_with_octets_in_chunks",
)
_CHUNKS = bytes.fromhex("83f6f65f4401020304420506ff")
"""[null, null, octets in two chunks]."""


def _signed_over(transcript: bytes) -> Case:
    shown = device_signed(auth=device_auth(transcript))
    return Case(text(response(issuer_signed(), device=shown)), mdoc_world(), mdoc_request(_CHUNKS))


@_group.vector("ISO/IEC 18013-5, 9.1.3.4; RFC 8949, 3.2.3")
def transcript_with_octets_in_chunks() -> Case:
    """The transcript holds octets in two chunks: it is signed as it stands."""
    return _signed_over(_CHUNKS)


@_group.vector(
    "ISO/IEC 18013-5, 9.1.3.4; RFC 8949, 3.2.3",
    "crypto.signature_invalid",
    notes="The transcript is decoded and encoded anew before it is compared.",
)
def transcript_joined_by_the_device() -> Case:
    """The device signed the same transcript with its octets in one piece."""
    return _signed_over(bytes.fromhex("83f6f646010203040506"))
