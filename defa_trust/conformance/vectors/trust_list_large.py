"""Signed lists beyond 64 KiB, which quick readers take in pieces."""

from __future__ import annotations

from ...codec import base64url
from ...codec import json as strict_json
from ..build import vc
from ..lists import envelope, offered, recognition, signed_world, signer, thai_list, update
from ..registry import Case, Group, Importance

_group = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="large_list")
_NONE = "resolve.no_anchors"
_PROFILE = Importance.PROFILE


def _large(left: int, change: str = "") -> Case:
    """Thailand's list with white space behind it: ``left`` octets more than whole groups of three
    in base64; ``change`` replaces the payload's last character before signing."""
    body = strict_json.compact(thai_list())
    size = (1 << 16) + 3 - (1 << 16) % 3 + left
    made = envelope(body + b" " * (size - len(body)), "TH")
    if change:
        message = made.rpartition(".")[0][:-1] + change
        signature = signer("TH").sign("ES256", message.encode())
        made = f"{message}.{base64url.encode(signature)}"
    return Case(
        vc(),
        signed_world(
            update(
                offered("member_state", "TH", made),
                offered("recognition", "SG", envelope(recognition(), "SG")),
            )
        ),
    )


@_group.vector("RFC 7515, 2", importance=_PROFILE)
def large_list() -> Case:
    """A list of more than 64 KiB whose base64 has no rest."""
    return _large(0)


@_group.vector("RFC 7515, 2", importance=_PROFILE)
def large_list_with_a_rest() -> Case:
    """A list of more than 64 KiB whose base64 ends in a group of two characters."""
    return _large(1)


@_group.vector(
    "RFC 4648, 3.5",
    _NONE,
    refused="base64url.not_canonical",
    twin="large_list_with_a_rest",
    importance=_PROFILE,
    notes="One list has several spellings, and each its own digest.",
)
def large_list_with_unused_bits_set() -> Case:
    """The last character of a large list's base64 has an unused bit that is set."""
    return _large(1, "B")
