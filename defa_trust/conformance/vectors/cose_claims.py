"""COSE_Sign1 and CWT: audiences, and certificate hints of the wrong shape."""

from __future__ import annotations

from typing import Any

from ..build import VERIFIER, cose_kid, hcert, qr, request_of, sign1, world
from ..build import cwt as claims
from ..registry import Case, Group

_group = Group("cose", features=("es256", "hcert"), twin="audience_as_asked")


def _audience(value: Any) -> Case:
    return Case(hcert(l3=value), world(), request_of(audience=VERIFIER))


def _hint(**labels: Any) -> Case:
    header = {1: -7, 4: cose_kid(), **{int(name[1:]): value for name, value in labels.items()}}
    return Case(qr(sign1(claims(), protected=header)), world())


@_group.vector("RFC 8392, 3.1.3")
def audience_as_asked() -> Case:
    """The audience is the verifier's own name."""
    return _audience(VERIFIER)


@_group.vector("RFC 8392, 3.1.3")
def audience_among_others() -> Case:
    """The audience is an array in which the verifier's own name stands."""
    return _audience(["https://other.test.example", VERIFIER])


@_group.vector("RFC 8392, 3.1.3", "audience.mismatch", notes="What was made for another is used.")
def audience_of_another() -> Case:
    """The audience is another verifier."""
    return _audience("https://other.test.example")


@_group.vector("RFC 8392, 3.1.3", "cwt.audience")
def audience_as_a_number() -> Case:
    """The audience is a number."""
    return _audience(4711)


@_group.vector("RFC 8392, 3.1.3", "cwt.audience")
def audience_empty() -> Case:
    """The audience is an empty array, which addresses nobody."""
    return _audience([])


@_group.vector("RFC 8392, 3.1.3", "cwt.audience")
def audience_with_a_number() -> Case:
    """The audience is an array of the verifier's name and a number."""
    return _audience([VERIFIER, 4711])


@_group.vector("RFC 9360, 2", "cose.certificate_hint", twin="es256")
def x5t_digest_as_text() -> Case:
    """The certificate's digest in `x5t` is a text."""
    return _hint(l34=[-16, "00" * 32])


@_group.vector("RFC 9360, 2", "cose.certificate_hint", twin="es256")
def x5t_of_three_parts() -> Case:
    """`x5t` has three parts."""
    return _hint(l34=[-16, bytes(32), 0])
