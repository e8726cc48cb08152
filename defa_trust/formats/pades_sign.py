"""PAdES baseline signatures B-B to B-LTA, made with any ``Signer`` (floor 3).

For tests, samples and sandboxes: enough of EN 319 142-1, 6 to build what the verifier reads. Each
step is an incremental update, and what it follows stays as it is, octet for octet. The same input
gives the same document, if the signer and the TSA do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from ..codec.pdf_objects import Name, Ref, Word
from ..codec.pdf_write import Data, Raw, Update, string
from ..content import Content
from ..errors import MisuseError, Rejection
from ..material import EvidenceKind, Item
from ..signer import Signer
from .cades_sign import TimestampSource, sign_info
from .cms_sign import signed_data

_RANGE: Final = b"[0 ########## ########## ##########]"
_SMALLEST: Final = 4096
_STAMP: Final = 8192
"""Octets that a time-stamp token is given."""
_DEEPEST: Final = 32


class Certify(IntEnum):
    """What a certification signature permits afterwards (ISO 32000-2, table 257)."""

    NOTHING = 1
    FILL_IN_FORMS = 2
    ANNOTATE = 3


def sign_pades(
    document: bytes,
    signer: Signer,
    *,
    signing_time: int,
    digest: str = "sha-256",
    commitments: Iterable[str] = (),
    reason: str | None = None,
    location: str | None = None,
    certify: Certify | None = None,
    timestamps: TimestampSource | None = None,
    evidence: Iterable[Item] = (),
    archive: TimestampSource | None = None,
    room: int | None = None,
) -> bytes:
    """The PDF document with one more signature, invisible, in an update of its own.

    ``signing_time`` is Unix seconds, and goes into the entry M. B-T with a source of ``timestamps``
    over the signature; B-LT with ``evidence`` too (certificates, CRLs, OCSP responses), in a
    further update; B-LTA with ``archive``, a source of time-stamps over all of it. ``room`` is how
    many octets the signature is given. Raises ``MisuseError`` where the document cannot be read or
    the room is too small.
    """
    entries: dict[str, Any] = {"SubFilter": Name("ETSI.CAdES.detached"), "M": _date(signing_time)}
    if reason is not None:
        entries["Reason"] = string(reason)
    if location is not None:
        entries["Location"] = string(location)
    if certify is not None:
        parameters = {"Type": Name("TransformParams"), "V": Name("1.2"), "P": int(certify)}
        reference = {
            "Type": Name("SigRef"),
            "TransformMethod": Name("DocMDP"),
            "TransformParams": parameters,
        }
        entries["Reference"] = [reference]
    held = (signer.certificate, *signer.chain)

    def message(covered: Content) -> bytes:
        info = sign_info(
            covered,
            signer,
            signing_time=None,
            digest=digest,
            commitments=commitments,
            timestamps=timestamps,
        )
        return signed_data([info], digests=[digest], certificates=held)

    if room is None:
        room = _SMALLEST + sum(map(len, held)) + (0 if timestamps is None else _STAMP)
    signed = _continued(document, entries, message, room, certifies=certify is not None)
    given = tuple(evidence)
    if given:
        if timestamps is None:
            raise MisuseError("level B-LT has a time-stamp too: give timestamps")
        signed = add_validation_data(signed, given)
    if archive is not None:
        signed = add_document_timestamp(signed, archive, digest=digest)
    return signed


def add_validation_data(document: bytes, evidence: Iterable[Item]) -> bytes:
    """The document with certificates, CRLs and OCSP responses in its DSS (EN 319 142-1, 5.4.2.2).

    NOTE: without VRI dictionaries, which are optional and name what is in the DSS anyway.
    """
    update = _update(document)
    keys = {
        EvidenceKind.CERTIFICATE: "Certs",
        EvidenceKind.CRL: "CRLs",
        EvidenceKind.OCSP: "OCSPs",
    }
    root = update.root
    store = update.get(root).get("DSS")
    if not isinstance(store, Ref):
        held = store if isinstance(store, dict) else {"Type": Name("DSS")}
        store = update.add(held)
        update.put(root, "DSS", store)
    for kind, key in keys.items():
        octets = dict.fromkeys(item.octets for item in evidence if item.kind is kind)
        if octets:
            update.append(store, key, [update.add(Data(each)) for each in octets])
    return update.octets()


def add_document_timestamp(
    document: bytes,
    source: TimestampSource,
    *,
    digest: str = "sha-256",
    room: int = _STAMP,
) -> bytes:
    """The document with a time-stamp over all of it (EN 319 142-1, 5.4.3; ISO 32000-2, 12.8.5)."""

    def token(covered: Content) -> bytes:
        value = covered.digest(digest)
        if value is None:
            raise MisuseError(f"the {digest} of the document is not at hand")
        return source(digest, value)

    entries = {"Type": Name("DocTimeStamp"), "SubFilter": Name("ETSI.RFC3161")}
    return _continued(document, entries, token, room, certifies=False)


# --- one signature or time-stamp -----------------------------------------------------------------
def _update(document: bytes) -> Update:
    try:
        update = Update(document)
        if not isinstance(update.get(update.root), dict):
            raise MisuseError("the PDF has no catalog")
    except Rejection as refusal:
        raise MisuseError(f"the PDF cannot be continued: {refusal}") from None
    return update


def _continued(
    document: bytes,
    entries: dict[str, Any],
    make: Callable[[Content], bytes],
    room: int,
    *,
    certifies: bool,
) -> bytes:
    """A field, its dictionary with places to fill, and these filled with what is made."""
    update = _update(document)
    place = b"<" + b"0" * (2 * room) + b">"
    value = update.add(
        {
            "Type": Name("Sig"),
            "Filter": Name("Adobe.PPKLite"),
            **entries,
            "ByteRange": Raw(_RANGE),
            "Contents": Raw(place),
        }
    )
    _field(update, value)
    if certifies:
        if "Perms" in update.get(update.root):
            raise MisuseError("the PDF is certified already")
        update.put(update.root, "Perms", {"DocMDP": value})
    out = bytearray(update.octets())
    begun = out.rindex(_RANGE + b" /Contents " + place)
    gap = begun + len(_RANGE) + len(b" /Contents ")
    resumed = gap + len(place)
    ranges = b"[0 %d %d %d]" % (gap, resumed, len(out) - resumed)
    out[begun : begun + len(_RANGE)] = ranges.ljust(len(_RANGE))
    view = memoryview(out)
    made = make(Content.of(view[:gap], view[resumed:])).hex().encode()
    view.release()
    if len(made) > 2 * room:
        raise MisuseError(f"{len(made) // 2} octets are needed, and room is {room}")
    out[gap + 1 : gap + 1 + len(made)] = made
    return bytes(out)


def _field(update: Update, value: Ref) -> None:
    """A field without extent, of the form and of the first page (ISO 32000-2, 12.7.5.5)."""
    document = update.document
    root = update.root
    try:
        page = _first_page(update)
        form = update.get(root).get("AcroForm")
        known = document.get(form)
        fields = document.get(known.get("Fields", [])) if isinstance(known, dict) else []
    except Rejection as refusal:
        raise MisuseError(f"the PDF cannot be continued: {refusal}") from None
    number = len(fields) + 1 if type(fields) is list else 1
    field = update.add(
        {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": string(f"Signature{number}"),
            "V": value,
            "F": 132,
            "Rect": [0, 0, 0, 0],
            "P": page,
        }
    )
    if isinstance(form, Ref):
        update.append(form, "Fields", [field])
        if known.get("SigFlags") != 3:
            update.put(form, "SigFlags", 3)
    else:
        held = {**known, "SigFlags": 3} if isinstance(known, dict) else {"SigFlags": 3}
        listed = held.get("Fields", [])
        if isinstance(listed, Ref) and type(fields) is list:
            update.objects[listed.number] = [*fields, field]
        else:
            held["Fields"] = [*(listed if type(listed) is list else ()), field]
        update.put(root, "AcroForm", held)
    update.append(page, "Annots", [field])


def _first_page(update: Update) -> Ref:
    """The leftmost leaf of the page tree (7.7.3.2)."""
    node = update.get(update.root).get("Pages")
    for _ in range(_DEEPEST):
        held = update.document.get(node)
        if not isinstance(node, Ref) or not isinstance(held, dict):
            break
        if held.get("Type") == "Page":
            return node
        kids = update.document.get(held.get("Kids", Word.NULL))
        if type(kids) is not list or not kids:
            break
        node = kids[0]
    raise MisuseError("the PDF has no page")


def _date(moment: int) -> Any:
    """A date (7.9.4) in UTC."""
    return string(datetime.fromtimestamp(moment, UTC).strftime("D:%Y%m%d%H%M%SZ"))


__all__ = ["Certify", "add_document_timestamp", "add_validation_data", "sign_pades"]
