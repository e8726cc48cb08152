"""``lint`` of a list of TS 119 612, XML: its own rules, and those of 602 that are 612's too.

A list of this profile is converted without loss and asked everything. Any other (the EU's, say) is
asked what TS 119 612 demands; what only this profile wants of a list is not asked. Paths are those
of the converted document, which ``trust convert`` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..errors import Rejection
from ..spec import UNION
from . import lint_change, lint_signer
from .lint_model import (
    CHECKS,
    SCHEME,
    Fault,
    LintRule,
    Severity,
    Subject,
    declare,
)
from .services import IN_OPERATION

if TYPE_CHECKING:
    from .ts119612.model import TrustedList

_ERROR, _WARNING, _ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
DOCUMENT: Final = "$document"
SIGNATURE: Final = "$signature"
_MOST_LOSSES: Final = 50
_VERSIONS: Final = (5, 6)

SYNTAX: Final = declare(
    "xml.syntax",
    "XML 1.0; TS 119 612, 5.1 and XML schema",
    _ERROR,
    "Is the document XML that can be read without a DTD, within bounds?",
)
FORM: Final = declare(
    "xml.form",
    "TS 119 612, 5 and XML schema",
    _ERROR,
    "Has every element the form and the place that readers of such lists ask for?",
)
ENVELOPED: Final = declare(
    "xml.signature",
    "TS 119 612, 5.7.1; EN 319 132-1, B-B",
    _ERROR,
    "Is the list signed by one enveloped XAdES signature that verifies with its certificate?",
)
UNSIGNED: Final = declare(
    "xml.unsigned", "TS 119 612, 5.7.1", _ADVICE, "Is the list signed, as it is published?"
)
VERSION: Final = declare(
    "xml.version", "TS 119 612, 5.3.1", _WARNING, "Is the list of version 5 or 6?"
)
CLOSED: Final = declare(
    "xml.closed",
    "TS 119 612, 5.3.15",
    _ERROR,
    "Is no service in operation in a list without NextUpdate, which is the last one?",
)
LOSS: Final = declare(
    "xml.conversion",
    "TS 119 612, annex D; TS 119 602, 6",
    _ADVICE,
    "Does all of the list survive the way to TS 119 602 and back?",
)

_OF_612: Final = frozenset(
    {
        "certificate.authority", "certificate.country", "certificate.expired",
        "certificate.organisation", "change.backdated", "change.gap", "change.issue",
        "change.past_rewritten", "change.place", "change.removed", "change.sequence",
        "change.sequence_jump", "change.signer_rotation", "change.status_before_issue",
        "history.key_identifier", "history.no_change", "history.order", "pointer.signer_expired",
        "scheme.information_address", "scheme.name_territory", "service.duplicate_key",
        "service.key_twice", "service.several_keys", "signer.authority", "signer.country",
        "signer.ends_before_next_update", "signer.extended_key_usage", "signer.key_identifier",
        "signer.key_usage", "signer.organisation", "signer.validity", "text.english_missing",
        "time.expired", "time.issued_in_the_future", "time.next_update_order", "time.six_months",
        "time.status_in_the_future",
    }
)  # fmt: skip
"""Rules that cite TS 119 612, or a standard behind both, and ask nothing of this profile alone."""
_OF_COUNTRY: Final = frozenset({"certificate.country", "signer.country"})
_NO_COUNTRY: Final = frozenset({UNION, "EL", "UK"})
"""Not asked of the Union, whose operator has its seat in a state, nor where a list spells its
territory otherwise than certificates spell the country (TS 119 612, 5.3.10)."""


class Examined(NamedTuple):
    """A list as lint sees it, or ``subject`` ``None`` where it cannot be read."""

    found: tuple[tuple[LintRule, Fault], ...]
    subject: Subject | None
    signed: bool


def document_of(data: bytes, max_bytes: int) -> tuple[TrustedList, Any, tuple[Any, ...]]:
    """The list, unverified; as a document of TS 119 602; and what was lost on the way.

    Raises ``Rejection``.
    """
    from .ts119612.bridge import convert_to_602
    from .ts119612.opening import read_unverified

    read = read_unverified(data, max_bytes=max_bytes)
    converted = convert_to_602(read)
    return read, converted.document, tuple(converted.losses)


def examine(data: bytes, *, at: int, signer: bytes | None, max_bytes: int) -> Examined:
    """The faults that only XML has, and what the other rules are asked of."""
    from ..codec import xml

    found: list[tuple[LintRule, Fault]] = []
    try:
        root = xml.parse(data, max_bytes=max_bytes)
    except Rejection as refusal:
        return Examined(((SYNTAX, _fault(refusal, DOCUMENT)),), None, signed=False)
    signature, named = _signature(root)
    signed = signature is not None
    signer = signer or named
    if signed:
        found += [(ENVELOPED, fault) for fault in _signature_faults(data, signer, at, max_bytes)]
    else:
        found.append((UNSIGNED, Fault(DOCUMENT, "No signature is there yet.")))
    try:
        read, document, losses = document_of(data, max_bytes)
    except Rejection as refusal:
        return Examined((*found, (FORM, _fault(refusal, DOCUMENT))), None, signed)
    subject = Subject(document, at, lint_signer.certificate_of(signer), None)
    found += [(rule, fault) for rule, fault in _own_faults(read, subject)]
    found += [
        (LOSS, Fault(loss.where, f"{loss.before} becomes {loss.after}."))
        for loss in losses[:_MOST_LOSSES]
    ]
    return Examined(tuple(found), subject, signed)


def generic_faults(
    subject: Subject, previous: Subject | None, digest: str | None
) -> Iterator[tuple[LintRule, Fault]]:
    """What TS 119 612 asks of a list that is none of this profile, whenever it was issued."""
    asked = _OF_612 - _OF_COUNTRY if subject.territory in _NO_COUNTRY else _OF_612
    for rule, check in CHECKS:
        if rule.id in asked:
            yield from ((rule, fault) for fault in check(subject))
    if previous is not None:
        for rule, fault in lint_change.change_faults(subject, previous, digest):
            if rule.id in asked:
                yield rule, fault


def _own_faults(read: TrustedList, subject: Subject) -> Iterator[tuple[LintRule, Fault]]:
    if read.version not in _VERSIONS:
        said = f"The list says version {read.version}; readers of today expect 5 or 6."
        yield VERSION, Fault(f"{SCHEME}.LoTEVersionIdentifier", said)
    if read.next_update is None:
        for service in subject.services:
            status, _, path = service.periods()[0]
            if status is not None and _operates(status):
                yield CLOSED, Fault(f"{path}.ServiceStatus", f"{service.label} is in operation.")


def _operates(status: str) -> bool:
    from .ts119612.services import status_of

    return status_of(status)[0] in IN_OPERATION


def _signature(root: Any) -> tuple[Any, bytes | None]:
    """The signature element if there is one, and the certificate that it brings."""
    from ..codec import base64url
    from ..formats.xmldsig import DS

    element = next(root.iter(f"{{{DS}}}Signature"), None)
    if element is None:
        return None, None
    text = element.findtext(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate", default="")
    try:
        return element, base64url.decode_standard("".join(text.split())) if text.split() else None
    except Rejection:
        return element, None


def _signature_faults(
    data: bytes, signer: bytes | None, at: int, max_bytes: int
) -> Iterator[Fault]:
    from ..formats.xmldsig import Signer, open_enveloped
    from ..x509.pinned_key import read_pinned_key

    if signer is None:
        yield Fault(SIGNATURE, "The signature is not verified: no certificate is there.")
        return
    try:
        pinned = Signer(signer, read_pinned_key(signer))
        open_enveloped(data, [pinned], now=at, max_bytes=max_bytes)
    except Rejection as refusal:
        yield _fault(refusal, SIGNATURE)


def _fault(refusal: Rejection, path: str) -> Fault:
    where = f" ({refusal.where})" if refusal.where else ""
    text = f"{refusal.finding().text}{where} [{refusal.code.id}]"
    return Fault(path, text, refusal.code.citation)
