"""VICALs (ISO/IEC 18013-5, C.1) as a source of trust lists (floor 5).

A provider verified issuing authorities (IACAs) of many states and signed their certificates as one
COSE_Sign1. Nothing of it is an anchor by itself: ``accept_vical`` judges it by a pinned signer, its
dates and what was accepted before, each entry by its own certificate; ``list_of`` writes what it
says of one state as that state's list, marked as transcribed, which somebody then signs.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeGuard

from ..codec import cbor
from ..codec.cbor import Tagged
from ..codes import vical as codes
from ..errors import MisuseError, Rejection
from ..formats.cose import X5CHAIN, Sign1, parse_sign1
from ..spec import MEMBER_STATES, SVC_EAA
from ..verdict import Code, Finding, Outcome
from ..x509.certificate import UntrustedCertificate, read_certificate
from . import documents
from .acceptance import DEFAULT_ACCEPTANCE, AcceptancePolicy

VICAL_SIGNER: Final = "1.0.18013.5.1.8"
"""Extended key usage of a VICAL's signer (C.1.7.2)."""
MAX_ENTRIES: Final = 10_000
"""Ours: authorities of one list."""
FORMAT: Final = "mdoc"

_DAY: Final = 86_400
_LONGEST: Final = 184 * _DAY
"""Six months: how long a list of the profile may stand (TS 119 602, 6.3.14)."""
_SHOWN: Final = 16
_MAX_TEXT: Final = 512
_BIGNUM: Final = 2
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)


class VicalState(NamedTuple):
    """What was accepted last of one ``provider``: the mark against rollback. ``date`` is in Unix
    seconds, ``digest`` the SHA-256 (hex) of the payload, ``issue`` its `vicalIssueID`."""

    provider: str
    date: int
    digest: str
    issue: int | None = None


class VicalEntry(NamedTuple):
    """An issuing authority that the provider verified, and the document types it stands for."""

    certificate: UntrustedCertificate
    territory: str
    doctypes: tuple[str, ...]
    name: str | None


class Vical(NamedTuple):
    """An accepted VICAL. Times are Unix seconds; ``digest`` is the SHA-256 (hex) of the payload."""

    provider: str
    date: int
    next_update: int | None
    issue: int | None
    digest: str
    signer: bytes
    entries: tuple[VicalEntry, ...]

    @property
    def state(self) -> VicalState:
        """The mark that it leaves."""
        return VicalState(self.provider, self.date, self.digest, self.issue)


class VicalAcceptance(NamedTuple):
    """``vical`` is ``None`` where a finding says why not. Findings with the subject `entry` are of
    single entries, which the accepted list then lacks."""

    vical: Vical | None
    findings: tuple[Finding, ...]

    @property
    def code(self) -> str | None:
        """Id of the code that refused the list; ``None`` where it was accepted."""
        if self.vical is not None:
            return None
        return next(f.code.id for f in self.findings if f.code.outcome is not Outcome.MET)


def accept_vical(
    data: bytes,
    signers: Sequence[bytes],
    *,
    last: VicalState | None,
    now: int,
    policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
) -> VicalAcceptance:
    """Judge one VICAL as of ``now``. Never raises on input.

    ``signers`` are DER certificates, pinned byte for byte; without one nothing is accepted.
    ``last`` is the mark of what was accepted before from the same provider, ``None`` for the first.
    """
    if type(data) is not bytes:
        raise MisuseError(f"a VICAL is bytes, not {type(data).__name__}")
    if type(now) is not int:
        raise MisuseError(f"now is a whole number of Unix seconds, not {type(now).__name__}")
    findings: list[Finding] = []
    try:
        message = parse_sign1(data, max_bytes=policy.max_bytes)
        signer = _authenticated(message, signers, now, policy)
        vical = _read(message.payload, signer, now, policy, findings)
        _check_time(vical, now, policy)
        _check_past(vical, last)
    except Rejection as refusal:
        return VicalAcceptance(None, (*findings, refusal.finding("list")))
    findings.append(
        Finding(codes.ACCEPTED, None, _label(vical.state), evidence=vical.digest, subject="list")
    )
    return VicalAcceptance(vical, tuple(findings))


# --- who signed it -------------------------------------------------------------------------------
def _authenticated(
    message: Sign1, signers: Sequence[bytes], now: int, policy: AcceptancePolicy
) -> bytes:
    """The pinned certificate whose key made the signature. ``x5chain`` only chooses among pins."""
    named = message.hint.certificate
    if named is not None:
        chosen = [der for der in signers if der == named]
    else:
        chosen = list(signers) if len(signers) == 1 and X5CHAIN not in message.unprotected else []
    if not chosen:
        shown = "not named" if named is None else sha256(named).hexdigest()[:_SHOWN]
        raise Rejection(codes.SIGNER_NOT_PINNED, actual=shown)
    certificate = read_certificate(chosen[0])
    if not certificate.valid_at(now):
        raise Rejection(codes.SIGNER_VALIDITY)
    # C.1.7.2: both usages are there. Without one it may be a certificate for anything.
    signs = "digital_signature" in (certificate.key_usage or ())
    if certificate.is_ca or not signs or VICAL_SIGNER not in certificate.extended_key_usage:
        raise Rejection(codes.SIGNER_USAGE, expected=VICAL_SIGNER)
    key = certificate.key
    for algorithm in message.algorithms:
        if algorithm.key_type is key.key_type:
            break
    else:
        raise Rejection(codes.SIGNATURE)
    judged = policy.algorithms.judge(algorithm, key, now)
    if judged.outcome is not Outcome.MET:
        raise Rejection(judged.code, expected=judged.expected, actual=judged.actual)
    if not key.verify(algorithm, message.signature, message.signed_bytes()):
        raise Rejection(codes.SIGNATURE)
    return chosen[0]


# --- what it says --------------------------------------------------------------------------------
def _read(
    payload: bytes, signer: bytes, now: int, policy: AcceptancePolicy, findings: list[Finding]
) -> Vical:
    content = cbor.loads(payload, max_bytes=policy.max_bytes)
    if type(content) is not dict:
        raise _malformed("no map")
    version = content.get("version")
    if version != "1.0":
        raise Rejection(codes.VERSION, actual=version if _is_text(version) else "no version")
    provider = content.get("vicalProvider")
    if not _is_text(provider):
        raise _malformed("`vicalProvider` is no text")
    issue = content.get("vicalIssueID")
    if issue is not None and (type(issue) is not int or issue < 0):
        raise _malformed("`vicalIssueID` is no number from 0 up")
    infos = content.get("certificateInfos")
    if type(infos) is not list or len(infos) > MAX_ENTRIES:
        raise _malformed(f"`certificateInfos` is no array of at most {MAX_ENTRIES}")
    date, next_update = _date(content, "date"), None
    if "nextUpdate" in content:
        next_update = _date(content, "nextUpdate")
    entries: dict[bytes, VicalEntry] = {}
    elsewhere = 0
    for number, info in enumerate(infos):
        try:
            entry = _entry(number, info, now)
            _check_new(number, entry, entries)
        except Rejection as refusal:
            if refusal.code is codes.STRUCTURE:
                raise
            findings.append(refusal.finding("entry"))
            continue
        if entry.territory in MEMBER_STATES:
            entries[entry.certificate.der] = entry
        else:
            elsewhere += 1
    if elsewhere:
        findings.append(Finding(codes.ELSEWHERE, None, elsewhere, subject="list"))
    digest = sha256(payload).hexdigest()
    return Vical(provider, date, next_update, issue, digest, signer, tuple(entries.values()))


def _entry(number: int, info: object, now: int) -> VicalEntry:
    """One CertificateInfo: what it says must be what its certificate says."""
    where = f"entry {number}"
    if type(info) is not dict or type(info.get("certificate")) is not bytes:
        raise _malformed(f"{where} has no certificate")
    doctypes = info.get("docType")
    if type(doctypes) is not list or not doctypes or not all(map(_is_text, doctypes)):
        raise _malformed(f"{where} has no document types")
    ski, serial = info.get("ski"), _number(info.get("serialNumber"))
    if type(ski) is not bytes or serial is None:
        raise _malformed(f"{where} has no key identifier or serial number")
    name = info.get("issuingAuthority")
    if name is not None and not _is_text(name):
        raise _malformed(f"`issuingAuthority` of {where}")
    try:
        certificate = read_certificate(info["certificate"])
    except Rejection:
        raise Rejection(codes.CERTIFICATE, actual=number) from None
    _check_said(number, info, certificate, ski, serial)
    usage = certificate.key_usage
    if not certificate.is_ca or (usage is not None and "key_cert_sign" not in usage):
        raise Rejection(codes.NOT_AN_AUTHORITY, actual=number)
    if certificate.not_after < now:
        raise Rejection(codes.VALIDITY, actual=number)
    country = certificate.country
    if country is None or not _is_country(country):
        raise Rejection(codes.COUNTRY, actual=number)
    return VicalEntry(certificate, country.upper(), tuple(dict.fromkeys(doctypes)), name)


def _check_new(number: int, entry: VicalEntry, others: Container[bytes]) -> None:
    if entry.certificate.der in others:
        raise Rejection(codes.TWICE, actual=number)


def _check_said(
    number: int, info: dict[Any, Any], certificate: UntrustedCertificate, ski: bytes, serial: int
) -> None:
    said: list[tuple[str, bool]] = [
        ("serialNumber", serial == certificate.serial),
        ("ski", ski == certificate.ski),
    ]
    for member, held in (
        ("issuer", certificate.issuer_name),
        ("subject", certificate.subject_name),
    ):
        if member in info:
            said.append((member, info[member] == held))
    for member, moment in (
        ("notBefore", certificate.not_before),
        ("notAfter", certificate.not_after),
    ):
        if member in info:
            said.append((member, _date(info, member) == moment))
    if "issuingCountry" in info:
        # ISO 3166-1, or 3166-2 with the part of the country behind a hyphen.
        country = info["issuingCountry"]
        same = _is_text(country) and country.partition("-")[0] == (certificate.country or "")
        said.append(("issuingCountry", same))
    for member, holds in said:
        if not holds:
            raise Rejection(codes.CONTRADICTION, expected=member, actual=number)


def _number(value: object) -> int | None:
    """A biguint: an integer from 0 up, or the bignum of tag 2 (RFC 8949, 3.4.3)."""
    if type(value) is int and value >= 0:
        return value
    if type(value) is Tagged and value.tag == _BIGNUM and type(value.value) is bytes:
        return int.from_bytes(value.value, "big")
    return None


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()


def _is_text(value: object) -> TypeGuard[str]:
    return type(value) is str and 0 < len(value) <= _MAX_TEXT and value.isprintable()


def _date(content: dict[Any, Any], name: str) -> int:
    value = content.get(name)
    text = value.value if type(value) is Tagged and value.tag == 0 else None
    if type(text) is str and _DATE.fullmatch(text) is not None:
        try:
            return int(datetime.fromisoformat(f"{text[:-1]}+00:00").timestamp())
        except ValueError:
            pass
    raise _malformed(f"`{name}` is no moment in UTC without fractions")


def _malformed(what: str) -> Rejection:
    return Rejection(codes.STRUCTURE, actual=what)


# --- when, and after what ------------------------------------------------------------------------
def _check_time(vical: Vical, now: int, policy: AcceptancePolicy) -> None:
    if vical.date > now + policy.clock_skew:
        raise Rejection(codes.FUTURE, expected=now, actual=vical.date)
    if vical.next_update is None:
        return
    if vical.next_update <= vical.date:
        raise Rejection(codes.TIMES)
    if vical.next_update <= now:
        raise Rejection(codes.PAST_NEXT_UPDATE, expected=vical.next_update)


def _check_past(vical: Vical, last: VicalState | None) -> None:
    """C.1.7.1: the number rises with every issue; where there is none, the date has to."""
    if last is None or vical.digest == last.digest:
        return
    if last.provider != vical.provider:
        raise Rejection(codes.PROVIDER)
    if last.issue is not None and vical.issue is None:
        raise Rejection(codes.ISSUE_ID, expected=last.issue)
    numbered = last.issue is not None and vical.issue is not None
    before, after = (
        ((last.issue, last.date), (vical.issue, vical.date))
        if numbered
        else ((0, last.date), (0, vical.date))
    )
    code: Code | None = None
    if before[0] == after[0] and (numbered or before[1] == after[1]):
        code = codes.OTHER_CONTENT
    elif after[0] < before[0] or after[1] < before[1]:  # type: ignore[operator]
        code = codes.ROLLBACK
    if code is not None:
        raise Rejection(code, expected=_label(last), actual=_label(vical.state))


def _label(state: VicalState) -> str:
    dated = datetime.fromtimestamp(state.date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return dated if state.issue is None else f"#{state.issue} of {dated}"


# --- as a state's list ---------------------------------------------------------------------------
def list_of(
    vical: Vical,
    territory: str,
    *,
    operator: str,
    source: str,
    retrieved: int,
    sequence: int | None = None,
    **scheme: str,
) -> documents.Json:
    """What the VICAL says of one state, as an unsigned list of that state marked `transcribed`.

    One service for each authority: an attestation service (EAA) whose credential types are the
    document types that the provider verified, so that a path to it ends in no other. The list is
    dated like the VICAL, and stands as long, at most six months. ``sequence`` is the VICAL's own
    number unless given; ``scheme`` may hold `title`, `uri` and `contact`. Raises ``MisuseError``
    for a state of which the VICAL says nothing, and where there is no number.
    """
    entries = [entry for entry in vical.entries if entry.territory == territory]
    if not entries:
        raise MisuseError(f"the VICAL names no authority of {territory}")
    number = vical.issue if sequence is None else sequence
    if number is None or number < 1:
        raise MisuseError("this VICAL has no number above 0: give the list's sequence number")
    until = vical.date + _LONGEST
    if vical.next_update is not None:
        until = min(until, vical.next_update)
    services = [_service(entry) for entry in entries]
    return documents.member_state_list(
        territory=territory,
        operator=operator,
        sequence=number,
        issued=vical.date,
        next_update=until,
        entities=[
            documents.trusted_entity(
                name=f"Issuing authorities of {territory}, as {vical.provider} verified them",
                territory=territory,
                services=services,
                uri=source,
            )
        ],
        publication=documents.transcription(
            source=source,
            retrieved=retrieved,
            sha256=vical.digest,
            transcriber=operator,
        ),
        **scheme,  # type: ignore[arg-type]
    )


def _service(entry: VicalEntry) -> documents.Json:
    certificate = entry.certificate
    fingerprint = certificate.sha256.hex()
    return documents.service(
        id=f"urn:defa:vical:{entry.territory.lower()}:{fingerprint}",
        type=SVC_EAA,
        name=f"Issuing authority {fingerprint[:_SHOWN]}",
        identity=documents.certificate_identity(certificate.der),
        # The same in every edition: a later one must not say that there was nothing before it.
        since=max(certificate.not_before, 0),
        credential_types=entry.doctypes,
        formats=(FORMAT,),
    )
