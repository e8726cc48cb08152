"""PAdES and other signatures of PDF documents (EN 319 142-1; ISO 32000-2, 12.8) (floor 3).

A signature covers octets, not objects. So each must cover its revision from the first octet to the
last but for the one token that holds its value, and what came after is compared with what was
signed (``pdf_revisions``). The message within is CMS, and judged like any other.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime
from hashlib import sha256
from mmap import mmap
from typing import Any, Final, NamedTuple

from ..codec.ber import Cursor
from ..codec.pdf import Document
from ..codec.pdf_objects import Budget, Octets, Ref, Text, Word, too_much
from ..codec.pdf_text import text_of
from ..codes import pades as codes
from ..codes import signature as signature_codes
from ..content import Content
from ..errors import Rejection
from ..finding import Finding
from ..request import Request
from .base import PartRole
from .cades import MAX_TIMESTAMPS, signature_of
from .cms import read_signed_data
from .cms_signer import SignerInfo
from .pdf_evidence import ValidationData, archived_revocation, validation_data
from .pdf_revisions import FILLED, FURTHER, Form, compare
from .signature import (
    AttachedTimestamp,
    RefusedSignature,
    Signature,
    SignedFile,
    Stated,
    TimestampKind,
)

NAME: Final = "pades"
FIRST_OCTETS: Final[bytes | None] = None

MAX_FIELDS: Final = 4096
MAX_SIGNATURES: Final = 64
"""Ours: of one document."""
MAX_CONTENTS: Final = 16 << 20

_HEADER: Final = b"%PDF-"
_WITHIN: Final = 1024
_CADES: Final = "ETSI.CAdES.detached"
_PKCS7: Final = "adbe.pkcs7.detached"
_OVER_SHA_1: Final = ("adbe.pkcs7.sha1", "adbe.x509.rsa_sha1")
_TIMESTAMP: Final = "ETSI.RFC3161"
_ARCHIVE: Final = "what a document time-stamp proves of validation data (level B-LTA)"
_LOCKS: Final = "locks of form fields (FieldMDP)"
_DATE: Final = re.compile(rb"D:(\d{14})(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)?")


def detect(data: Octets) -> bool:
    """A PDF's header within the first 1024 octets, where readers look for it."""
    return _HEADER in data[:_WITHIN]


class _Held(NamedTuple):
    """One signature dictionary whose octets stand where they must. ``end`` is its revision's."""

    number: int
    entries: dict[str, Any]
    subfilter: str
    message: bytes
    covers: Content
    gap: int
    end: int


def parse(data: Octets, request: Request) -> SignedFile:  # noqa: ARG001 - the same everywhere
    """Read a PDF document's signatures. A file that is mapped into memory is never copied.

    Raises ``Rejection`` (`pades.*`) where the document cannot be read or holds none; what is wrong
    with one signature stands in its place.
    """
    octets = data if isinstance(data, (bytes, mmap)) else bytes(data)
    if not detect(octets):
        raise Rejection(codes.SYNTAX, where="offset 0", actual="no header")
    budget = Budget()
    final = Document(octets, len(octets), budget)
    found = _found(final)
    names = found.names()
    signatures: list[Signature | RefusedSignature] = []
    evidence = validation_data(final)
    for held in found.signatures:
        try:
            signatures.append(_signature(held, names[held.number], final, found, evidence))
        except Rejection as refusal:
            finding = refusal.finding(PartRole.SIGNER)
            signatures.append(RefusedSignature(names[held.number], finding))
    for fault in found.refused:
        name = f"signature {len(signatures) + 1}"
        signatures.append(RefusedSignature(name, fault.finding(PartRole.SIGNER)))
    if not signatures:
        if alone := len(found.stamps) + len(found.unread):
            said = f"{alone} document time-stamp{'s' if alone > 1 else ''}"
            raise Rejection(codes.TIMESTAMP_ALONE, where="AcroForm", actual=said)
        raise Rejection(codes.NO_SIGNATURE, where="AcroForm")
    held_by = sorted((*found.signatures, *found.stamps), key=lambda each: each.end)
    covered = tuple([f"{names[each.number]}: 0 to {each.end}" for each in held_by])
    findings = (Finding(codes.REVISIONS, len(octets), covered),) if covered else ()
    return SignedFile(
        NAME,
        sha256(octets).digest(),
        tuple(signatures),
        evidence.certificates,
        evidence.items,
        findings,
    )


class _Found(NamedTuple):
    """What a document holds, each in the order of its revisions."""

    signatures: tuple[_Held, ...]
    stamps: tuple[_Held, ...]
    refused: tuple[Rejection, ...]
    """Signatures whose octets do not stand where they must."""
    unread: tuple[str, ...]
    """Codes of time-stamps of which the same is true: they prove nothing, and do no harm."""

    def names(self) -> dict[int, str]:
        """By the number of the dictionary."""
        named = [("signature", self.signatures), (TimestampKind.DOCUMENT, self.stamps)]
        return {
            each.number: f"{what} {number}"
            for what, held in named
            for number, each in enumerate(held, 1)
        }


def _found(final: Document) -> _Found:
    held: list[_Held] = []
    refused: list[Rejection] = []
    unread: list[str] = []
    for number, entries in _signature_dictionaries(final):
        try:
            held.append(_held(final, number, entries))
        except Rejection as refusal:
            if entries.get("SubFilter") == _TIMESTAMP:
                unread.append(refusal.code.id)
            else:
                refused.append(refusal)
    held.sort(key=lambda each: each.end)
    return _Found(
        tuple([each for each in held if each.subfilter != _TIMESTAMP]),
        tuple([each for each in held if each.subfilter == _TIMESTAMP]),
        tuple(refused),
        tuple(unread),
    )


# --- where the signatures are --------------------------------------------------------------------
def _signature_dictionaries(document: Document) -> list[tuple[int, dict[str, Any]]]:
    """Values of the form's signature fields, each once (ISO 32000-2, 12.7.5.5)."""
    root = document.get(document.trailer.get("Root"))
    form = document.get(root.get("AcroForm")) if isinstance(root, dict) else None
    fields = document.get(form.get("Fields")) if isinstance(form, dict) else None
    open_: list[tuple[Any, Any]] = [(f, None) for f in fields] if type(fields) is list else []
    seen: set[int] = set()
    found: dict[int, dict[str, Any]] = {}
    while open_:
        reference, inherited = open_.pop()
        if isinstance(reference, Ref):
            if reference.number in seen:
                continue
            seen.add(reference.number)
        if len(seen) > MAX_FIELDS or len(open_) > MAX_FIELDS:
            raise too_much(MAX_FIELDS, "form fields")
        field = document.get(reference)
        if not isinstance(field, dict):
            continue
        kind = document.get(field.get("FT", inherited))
        kids = document.get(field.get("Kids"))
        if type(kids) is list:
            open_ += [(kid, kind) for kid in kids]
        value = field.get("V")
        if kind != "Sig" or value is None or document.get(value) is Word.NULL:
            continue
        held = document.get(value)
        if not isinstance(value, Ref) or not isinstance(held, dict):
            raise Rejection(codes.PLACE, actual="its dictionary is no object of its own")
        found[value.number] = held
        if len(found) > MAX_SIGNATURES:
            raise too_much(MAX_SIGNATURES, "signatures")
    return sorted(found.items())


def _held(document: Document, number: int, entries: dict[str, Any]) -> _Held:
    """Offsets against the real tokens: from 0, one gap, and that is the value and no octet more."""
    subfilter = entries.get("SubFilter")
    if subfilter not in (_CADES, _PKCS7, _TIMESTAMP):
        code = codes.WEAK_FORM if subfilter in _OVER_SHA_1 else codes.SUBFILTER
        raise Rejection(code, actual=str(subfilter)[:64])
    value, ranges = entries.get("Contents"), entries.get("ByteRange")
    if not isinstance(value, Text) or not value.hexadecimal or value.begin < 0:
        raise Rejection(codes.CONTENTS, actual="no hexadecimal string of its own")
    if type(ranges) is not list or len(ranges) != 4 or any(type(n) is not int for n in ranges):
        raise Rejection(codes.BYTE_RANGE, actual="no four numbers")
    first, gap, resumed, rest = ranges
    if first != 0:
        raise Rejection(codes.BYTE_RANGE, actual="it does not begin at 0")
    if (gap, resumed) != (value.begin, value.end):
        raise Rejection(
            codes.BYTE_RANGE,
            expected=f"{value.begin} to {value.end}",
            actual=f"it leaves out {gap} to {resumed}, the value is {value.begin} to {value.end}",
        )
    end = resumed + rest
    if rest <= 0 or end > len(document.data):
        raise Rejection(codes.BYTE_RANGE, actual=f"it ends at {end} of {len(document.data)}")
    view = memoryview(document.data)
    return _Held(
        number,
        entries,
        subfilter,
        _message(value.octets),
        Content.of(view[:gap], view[resumed:end]),
        gap,
        end,
    )


def _message(padded: bytes) -> bytes:
    """The message without the zeros that fill its place."""
    if not padded or len(padded) > MAX_CONTENTS:
        raise Rejection(codes.CONTENTS, actual=f"{len(padded)} octets")
    _, after = Cursor(padded).span()
    if padded[after:].strip(b"\x00"):
        raise Rejection(codes.CONTENTS, actual="octets after it that are not zero")
    return padded[:after]


# --- one signature -------------------------------------------------------------------------------
def _signature(
    held: _Held, name: str, final: Document, found: _Found, store: ValidationData
) -> Signature:
    message = read_signed_data(held.message)
    if message.content is not None:
        raise Rejection(codes.CONTENTS, actual="it carries content")
    if len(message.signers) != 1:
        raise Rejection(codes.CONTENTS, actual=f"{len(message.signers)} signers")
    signer = message.signers[0]
    if not isinstance(signer, SignerInfo):
        raise signer
    read = signature_of(signer, name, held.covers)
    stated = read.stated
    by_attribute = stated.signing_time is not None
    stated_at = _date(held.entries.get("M"))
    if stated_at is not None and not (by_attribute and held.subfilter == _PKCS7):
        stated = stated._replace(signing_time=stated_at)
    stated = _said_by_entries(stated, held.entries)
    over = [stamp for stamp in found.stamps if stamp.gap >= held.end]
    timestamps = (
        *read.timestamps,
        *(AttachedTimestamp(TimestampKind.DOCUMENT, each.message, each.covers) for each in over),
    )
    unevaluated = read.unevaluated
    if len(timestamps) > MAX_TIMESTAMPS:
        unevaluated += (f"{len(timestamps) - MAX_TIMESTAMPS} further time-stamps",)
    unevaluated += tuple([f"a document time-stamp that is none ({code})" for code in found.unread])
    findings, locked = _later(held, final)
    if locked:
        unevaluated += (_LOCKS,)
    form = None
    if held.subfilter == _PKCS7:
        form = "none of the baseline"
        findings = (Finding(codes.PKCS7, None, _PKCS7, subject=PartRole.SIGNER), *findings)
    elif by_attribute or stated_at is None:
        form = "none of the baseline"
        findings = (Finding(codes.TIME_PLACE, subject=PartRole.SIGNER), *findings)
    elif store.begins is not None and any(stamp.gap > store.begins for stamp in over):
        form = "B-LTA"
        unevaluated += (_ARCHIVE,)
    if form is not None:
        findings += (Finding(signature_codes.FORM, None, form, subject=PartRole.SIGNER),)
    archived, unread = archived_revocation(signer.signed)
    return read._replace(
        stated=stated,
        timestamps=timestamps[:MAX_TIMESTAMPS],
        certificates=(*read.certificates, *message.certificates),
        evidence=(*read.evidence, *message.revocations, *archived),
        unevaluated=unevaluated + unread,
        findings=(*read.findings, *findings),
    )


def _later(held: _Held, final: Document) -> tuple[tuple[Finding, ...], bool]:
    """What came after the signed revision, and whether that has locks of fields.

    The signed revision is read by itself, as the signer's reader did.
    """
    whole = held.end == final.end
    signed = final if whole else Document(final.data, held.end, final.budget)
    inner = signed.entries.get(held.number)
    if inner is None or inner != final.entries.get(held.number):
        raise Rejection(codes.PLACE, actual="its dictionary is not part of what it covers")
    permitted = _permissions(signed, held)
    locked = permitted.fields_locked
    if whole:
        return (Finding(codes.WHOLE, None, final.end, subject=PartRole.SIGNER),), locked
    added, fault = compare(signed, final, permitted.form)
    if fault is not None:
        return (Finding(codes.CHANGED, None, fault, subject=PartRole.SIGNER),), locked
    if locked and (FILLED in added or FURTHER in added):
        return (Finding(codes.FIELD_LOCK, subject=PartRole.SIGNER),), locked
    if permitted.nothing and FURTHER in added:
        return (Finding(codes.NOT_PERMITTED, None, FURTHER, subject=PartRole.SIGNER),), locked
    said = added or ("nothing that is used",)
    return (Finding(codes.LATER, final.end - held.end, said, subject=PartRole.SIGNER),), locked


class _Permitted(NamedTuple):
    """``nothing``: certified with P = 1. ``fields_locked``: by a FieldMDP, not evaluated."""

    nothing: bool
    fields_locked: bool
    form: Form


def _permissions(signed: Document, held: _Held) -> _Permitted:
    """What may follow a signature (ISO 32000-2, 12.8.2.2 and 12.8.2.4).

    NOTE: P = 2 and 3 open the form for the signature that certifies, and for no other: what another
    one's certification is worth is not known here. What P = 3 allows of annotations is not used.
    """
    nothing = locked = False
    dictionaries = dict(_signature_dictionaries(signed))
    root = signed.get(signed.trailer.get("Root"))
    perms = signed.get(root.get("Perms")) if isinstance(root, dict) else None
    certifies = perms.get("DocMDP") if isinstance(perms, dict) else None
    form = Form.LOCKED
    for number, entries in (*dictionaries.items(), (None, signed.get(certifies))):
        references = signed.get(entries.get("Reference")) if isinstance(entries, dict) else None
        for each in references if type(references) is list else ():
            reference = signed.get(each)
            if not isinstance(reference, dict):
                continue
            method = signed.get(reference.get("TransformMethod"))
            parameters = signed.get(reference.get("TransformParams"))
            level = parameters.get("P", 2) if isinstance(parameters, dict) else 2
            locked = locked or method == "FieldMDP"
            if method == "DocMDP" and signed.get(level) not in (2, 3):
                nothing = True
            elif method == "DocMDP" and number == held.number:
                known = isinstance(certifies, Ref) and certifies.number == number
                form = Form.MAY_BE_FILLED if known else form
    return _Permitted(nothing, locked, Form.LOCKED if nothing else form)


def _said_by_entries(stated: Stated, entries: dict[str, Any]) -> Stated:
    """The entries Location and Reason, which stand for attributes (EN 319 142-1, 6.3).

    NOTE: one that is an object of its own is not read: what it says is not part of the dictionary.
    """
    place, reason = entries.get("Location"), entries.get("Reason")
    if isinstance(place, Text) and place.octets and stated.place is None:
        stated = stated._replace(place={"location": text_of(place)})
    if isinstance(reason, Text) and reason.octets:
        stated = stated._replace(reason=text_of(reason))
    return stated


def _date(value: Any) -> int | None:
    """A date (ISO 32000-2, 7.9.4) in Unix seconds; ``None`` where it is none or has no zone."""
    found = _DATE.fullmatch(value.octets) if isinstance(value, Text) else None
    if found is None:
        return None
    try:
        moment = timegm(datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").timetuple())  # noqa: DTZ007
    except ValueError:
        return None
    if found[2] is None:
        return moment
    shift = int(found[3]) * 3600 + int(found[4] or 0) * 60
    return moment - shift if found[2] == b"+" else moment + shift
