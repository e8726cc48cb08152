"""Lint rules of signers who hand over (floor 5): what nobody can take back once it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .lint_model import (
    Anchor,
    Fault,
    LintRule,
    Severity,
    Subject,
    certificate_in,
    declare,
    mapping,
    pointer_signers,
    rule,
    sequence,
)
from .model import ListType

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
_CLAUSE: Final = "DEFA profile, DefaSignerSuccession"

FOLLOWS: Final = declare(
    "succession.previous",
    _CLAUSE,
    ERROR,
    "Does a succession follow exactly the previous list?",
)


def _succession(subject: Subject) -> tuple[dict[str, Any], str] | None:
    found = subject.extension("DefaSignerSuccession")
    if found is None or subject.type is not ListType.REGIONAL:
        return None
    return mapping(found[0]), f"{found[2]}.DefaSignerSuccession"


def _successors(value: dict[str, Any], path: str) -> Iterator[Anchor]:
    for number, entry in enumerate(sequence(value.get("keys"))):
        certificate = certificate_in(entry)
        if certificate is not None:
            yield Anchor(f"{path}.keys[{number}]", certificate.key, certificate)


def change_faults(subject: Subject, digest: str | None) -> Iterator[tuple[LintRule, Fault]]:
    """``digest`` is that of the previous list's JWS signing input, where it is signed."""
    found = _succession(subject)
    if found is None or digest is None:
        return
    value, path = found
    if value.get("previousListSha256") != digest:
        text = f"The previous list's signing input has {digest}."
        yield FOLLOWS, Fault(f"{path}.previousListSha256", text)


@rule(
    "succession.one_signs_alone",
    _CLAUSE,
    ADVICE,
    "Does a succession leave no single key that signs alone?",
)
def one_signs_alone(subject: Subject) -> Iterator[Fault]:
    found = _succession(subject)
    if found is not None and found[0].get("threshold") == 1:
        yield Fault(f"{found[1]}.threshold", "Whoever steals one key signs for the region.")


@rule(
    "succession.no_reserve",
    _CLAUSE,
    WARNING,
    "Does a succession of several leave a key that may get lost?",
)
def no_reserve(subject: Subject) -> Iterator[Fault]:
    found = _succession(subject)
    if found is None:
        return
    keys = len(sequence(found[0].get("keys")))
    if keys > 1 and found[0].get("threshold") == keys:
        yield Fault(f"{found[1]}.threshold", "If one key is lost, nobody can sign or hand over.")


@rule(
    "succession.ends_before_next_update",
    "TS 119 612, 5.7.1; " + _CLAUSE,
    WARNING,
    "Do the successors' certificates outlast this list?",
)
def ends_before_next_update(subject: Subject) -> Iterator[Fault]:
    found = _succession(subject)
    until = subject.next_update
    if found is None or until is None:
        return
    for successor in _successors(*found):
        certificate = successor.certificate
        if certificate is not None and certificate.not_after < until:
            yield Fault(successor.path, "The certificate ends before NextUpdate.")


@rule(
    "succession.own_pointer",
    "TS 119 602, 6.3.13; " + _CLAUSE,
    WARNING,
    "Does the list's pointer to itself name those who sign next?",
)
def own_pointer(subject: Subject) -> Iterator[Fault]:
    found = _succession(subject)
    if found is None:
        return
    successors = {successor.key.thumbprint for successor in _successors(*found)}
    for pointer, path, kind, territory in subject.pointers():
        if kind != ListType.REGIONAL or territory != subject.territory:
            continue
        named = {signer.key.thumbprint for signer in pointer_signers(pointer, path)}
        if named != successors:
            yield Fault(
                f"{path}.ServiceDigitalIdentities", "It names other signers than the succession."
            )
