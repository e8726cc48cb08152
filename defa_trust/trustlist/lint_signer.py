"""Lint rules of who signs, and of the signature itself (floor 5).

Lint holds no pins: the certificate in the header, or the one given, is looked at and never trusted.
What is found here says whether pinning it would get the list accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..codec import base64url
from ..codec import json as strict_json
from ..codes import listing as codes
from ..errors import Rejection
from ..x509.certificate import UntrustedCertificate, read_certificate
from .envelope import EKU_TSL_SIGNING, open_envelope
from .lint_model import SCHEME, Fault, Severity, Subject, declare, rule, seconds, wordings
from .model import ListType

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
_DAY: Final = 86_400
_SIGNING_USAGES: Final = frozenset({"digital_signature", "content_commitment"})
HEADER: Final = "$signature"
"""Root of paths in the envelope, which is no member of the document."""

ENVELOPE: Final = declare(
    "signature.envelope",
    "TS 119 182-1, 5; DEFA profile, envelope",
    ERROR,
    "Is the list one compact JAdES B-B signature that verifies with its own certificate?",
)
UNCHECKED: Final = declare(
    "signature.unchecked",
    "TS 119 182-1, 5.1.7",
    ADVICE,
    "Is the signer's certificate at hand, so that signature and signer could be looked at?",
)
# Faults of the certificate, which rules below name one by one.
_PROFILE_CODES: Final = frozenset(
    {codes.SIGNER_CERTIFICATE, codes.SIGNER_COUNTRY, codes.SIGNER_EXPIRED}
)


def header_of(data: bytes) -> dict[str, Any]:
    """The protected header as it stands, or nothing."""
    try:
        found = strict_json.loads_object(base64url.decode(data.partition(b".")[0]), max_depth=4)
    except Rejection:
        return {}
    return found


def signer_of(header: dict[str, Any]) -> bytes | None:
    """DER of the certificate in `x5c`: the end entity's comes first (RFC 7515, 4.1.6)."""
    chain = header.get("x5c")
    if type(chain) is not list or not chain or type(chain[0]) is not str:
        return None
    try:
        return base64url.decode_standard(chain[0])
    except Rejection:
        return None


def signing_time(header: dict[str, Any]) -> int | None:
    claimed = header.get("iat")
    return claimed if type(claimed) is int else seconds(header.get("sigT"))


def certificate_of(der: bytes | None) -> UntrustedCertificate | None:
    if der is None:
        return None
    try:
        return read_certificate(der)
    except Rejection:
        return None


def envelope_faults(data: bytes, signer: bytes | None, at: int, max_bytes: int) -> Iterator[Fault]:
    """What refuses the envelope even for one who pinned ``signer``."""
    try:
        # With no certificate at hand the form is judged up to the point where one is looked up.
        open_envelope(data, [signer or b""], now=at, max_bytes=max_bytes)
    except Rejection as refusal:
        if signer is None and refusal.code is codes.SIGNER_NOT_PINNED:
            return
        if refusal.code not in _PROFILE_CODES:
            text = f"{refusal.finding().text} [{refusal.code.id}]"
            yield Fault(HEADER, text, refusal.code.citation)


# --- the certificate -----------------------------------------------------------------------------
@rule(
    "signer.country",
    "TS 119 612, 5.7.1",
    ERROR,
    "Is the signer's certificate of the list's territory?",
)
def country(subject: Subject) -> Iterator[Fault]:
    if subject.signer is None or subject.type is ListType.REGIONAL:
        return
    if subject.signer.country != subject.territory:
        said = subject.signer.country or "no single country"
        yield Fault(
            f"{SCHEME}.SchemeTerritory",
            f"The signer's certificate names {said[:16]}; the list is of {subject.territory}.",
        )


@rule(
    "signer.organisation",
    "TS 119 612, 5.7.1",
    ERROR,
    "Is the organisation of the signer's certificate the scheme operator?",
)
def organisation(subject: Subject) -> Iterator[Fault]:
    if subject.signer is None:
        return
    if subject.signer.organisation not in wordings(subject.scheme.get("SchemeOperatorName")):
        yield Fault(
            f"{SCHEME}.SchemeOperatorName",
            "The signer's certificate names another organisation, or none.",
        )


@rule(
    "signer.key_usage",
    "TS 119 612, 5.7.1; RFC 5280, 4.2.1.3",
    ERROR,
    "May the signer's key sign, and do nothing else?",
)
def key_usage(subject: Subject) -> Iterator[Fault]:
    if subject.signer is not None:
        usage = subject.signer.key_usage
        if not usage or not usage <= _SIGNING_USAGES:
            said = "no key usage" if not usage else ", ".join(sorted(usage))
            yield Fault(HEADER, f"digitalSignature and/or nonRepudiation; it has {said}.")


@rule(
    "signer.extended_key_usage",
    "TS 119 612, 5.7.1",
    ERROR,
    "Is the signer's certificate for signing lists (id-tsl-kp-tslSigning)?",
)
def extended_key_usage(subject: Subject) -> Iterator[Fault]:
    if subject.signer is not None and EKU_TSL_SIGNING not in subject.signer.extended_key_usage:
        yield Fault(HEADER, f"The extended key usage {EKU_TSL_SIGNING} is missing.")


@rule(
    "signer.authority",
    "TS 119 612, 5.7.1",
    ERROR,
    "Is the signer's certificate an end entity's?",
)
def authority(subject: Subject) -> Iterator[Fault]:
    if subject.signer is not None and subject.signer.is_ca:
        yield Fault(HEADER, "The certificate is a certification authority's.")


@rule(
    "signer.key_identifier",
    "TS 119 612, 5.7.1; RFC 5280, 4.2.1.2",
    ERROR,
    "Does the signer's certificate carry a subject key identifier?",
)
def key_identifier(subject: Subject) -> Iterator[Fault]:
    if subject.signer is not None and subject.signer.ski is None:
        yield Fault(HEADER, "The subject key identifier is missing.")


@rule(
    "signer.validity",
    "RFC 5280, 4.1.2.5",
    ERROR,
    "Is the signer's certificate valid when it signs and at the moment asked for?",
)
def validity(subject: Subject) -> Iterator[Fault]:
    signer = subject.signer
    if signer is None:
        return
    if subject.signed_at is not None and not signer.valid_at(subject.signed_at):
        yield Fault(HEADER, "The certificate was not valid at the time of signing.")
    if not signer.valid_at(subject.at):
        yield Fault(HEADER, "The certificate is not valid at the moment asked for.")


@rule(
    "signer.ends_before_next_update",
    "TS 119 612, 5.7.1",
    WARNING,
    "Does the signer's certificate outlast the list?",
)
def ends_before_next_update(subject: Subject) -> Iterator[Fault]:
    signer, until = subject.signer, subject.next_update
    if signer is not None and until is not None and signer.not_after < until:
        yield Fault(HEADER, "The certificate ends before NextUpdate; the list falls with it.")


@rule(
    "signature.time",
    "TS 119 182-1, 5.1.11; TS 119 602, 6.3.14",
    WARNING,
    "Was the list signed when it was issued, give or take a week?",
)
def signature_time(subject: Subject) -> Iterator[Fault]:
    if subject.signed_at is not None and subject.issued is not None:
        days = (subject.signed_at - subject.issued) / _DAY
        if abs(days) > 7:
            side = "after" if days > 0 else "before"
            yield Fault(f"{HEADER}.iat", f"Signed {abs(days):.0f} days {side} ListIssueDateTime.")
