"""COSE: what stands in `x5t` beside the name of its hash algorithm."""

from __future__ import annotations

from typing import Any

from ..build import cose_kid, cwt, qr, sign1, world
from ..registry import Case, Group

_group = Group("cose", features=("es256", "hcert"), twin="x5t_of_another_hash")


def _x5t(value: Any) -> Case:
    header: dict[Any, Any] = {1: -7, 4: cose_kid(), 34: value}
    return Case(qr(sign1(cwt(), protected=header)), world())


@_group.vector("RFC 9360, 2")
def x5t_of_another_hash() -> Case:
    """`x5t` is a SHA-512 digest, which is no hint here; the `kid` names the key."""
    return _x5t([-44, bytes(64)])


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5t_hash_as_text() -> Case:
    """`x5t` says SHA-256 and holds a text of thirty-two characters."""
    return _x5t([-16, "0" * 32])


@_group.vector("RFC 9360, 2", "cose.certificate_hint")
def x5t_of_another_hash_as_text() -> Case:
    """`x5t` names SHA-512 and holds a text instead of octets."""
    return _x5t([-44, "0" * 64])
