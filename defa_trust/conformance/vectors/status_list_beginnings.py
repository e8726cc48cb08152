"""When a bitstring list begins, what it is for, and which signer's fault is told."""

from __future__ import annotations

from typing import Any

from ..build import MOMENT, vc
from ..registry import Case, Group, Importance
from ..status_lists import bitstring, bitstring_entry, evidence

_BSL = "W3C Bitstring Status List 1.0"
_group = Group(
    "status_list", features=("bitstring-status-list", "es256", "vc-jwt"), twin="bitstring_good"
)


def _case(**claims: Any) -> Case:
    return Case(vc(credentialStatus=bitstring_entry()), evidence=(evidence(bitstring(**claims)),))


@_group.vector("W3C VC-JOSE-COSE, 3.1.1", importance=Importance.PROFILE)
def bitstring_issued_before_it_begins() -> Case:
    """The list was made an hour before its beginning, and that was an hour ago."""
    return _case(iat=MOMENT - 7200)


@_group.vector(
    f"{_BSL}, 3.2",
    "status.list_from_the_future",
    twin="bitstring_issued_before_it_begins",
    notes="The time of its making stands in for the beginning of its validity.",
)
def bitstring_begins_after_it_was_issued() -> Case:
    """The list was made two hours ago, and is valid from tomorrow."""
    return _case(iat=MOMENT - 7200, validFrom="2026-11-02T00:00:00Z")


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed", notes="An object is read as its names.")
def bitstring_purpose_as_an_object() -> Case:
    """The list's purpose is an object that has the purpose as a name."""
    return _case(subject={"statusPurpose": {"revocation": True}})
