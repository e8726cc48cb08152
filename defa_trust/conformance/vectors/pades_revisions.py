"""PAdES: what may follow a signature, and what may not (EN 319 142-1; ISO 32000-2, 12.8.2.2)."""

from __future__ import annotations

from typing import Any, Final

from ...codec.der import context, seq, tlv
from ...formats.cms_sign import attribute
from ...formats.pades_sign import add_document_timestamp, add_validation_data
from ...formats.pdf_evidence import REVOCATION_ARCHIVAL
from ...material import EvidenceKind, Item
from ..build import DAY, MOMENT
from ..cms_build import ALICE, BOB, SHORT, case, clock, crls
from ..pdf_build import (
    FORGED,
    PAGE,
    PAGES,
    STORE,
    TEXT,
    Objects,
    catalog,
    compact,
    hybrid,
    message,
    packed,
    plain,
    update,
)
from ..registry import Case, Group, Importance

_EN = "EN 319 142-1"
_ISO = "ISO 32000-2"
_AV = "EN 319 102-1"
_group = Group(
    "pades", features=("pades", "certificate-path", "crl", "es256"), twin="one_signature"
)

_STAMPS: Final = ("rfc3161",)
_FORM: Final = {
    30: b"<</FT /Tx /T (amount) /V (100) /AP <</N 31 0 R>>>>",
    31: b"<</Length 3>>\nstream\n100\nendstream",
}
_FILLED: Final = {
    30: b"<</FT /Tx /T (amount) /V (999) /AP <</N 40 0 R>>>>",
    40: b"<</Length 3>>\nstream\n999\nendstream",
}
_PERMITS: Final = b" /Perms <</DocMDP 11 0 R>>"


def _updated(objects: Objects, document: bytes | None = None) -> Case:
    return case(update(compact() if document is None else document, objects))


def _certified(level: int, document: bytes | None = None, **more: Any) -> bytes:
    reference = b" /Reference [<</TransformMethod /DocMDP /TransformParams <</P %d>>>>]" % level
    return compact(document, entries=reference, **more)


def _second(first: bytes, **more: Any) -> bytes:
    """Bob's signature in a further update."""
    return compact(
        first, at=12, fields=[10], make=lambda covered: message(covered, signer=BOB), **more
    )


def _stored(data: bytes, lists: tuple[bytes, ...]) -> bytes:
    return add_validation_data(data, [Item(EvidenceKind.CRL, each) for each in lists])


# --- what may follow -----------------------------------------------------------------------------
@_group.vector(f"{_EN}, 5.4.2")
def validation_data_after_it() -> Case:
    """A further update holds certificates in a DSS, and nothing else."""
    return _updated(STORE)


@_group.vector(f"{_EN}, 6.3", features=_STAMPS)
def long_term() -> Case:
    """Level B-LT: a time-stamp, and in the DSS all that is known of revocation."""
    stamped = compact(make=lambda covered: message(covered, timestamps=clock()), room=12_000)
    return case(_stored(stamped, crls()), lists=())


@_group.vector(f"{_EN}, 5.4.3", features=_STAMPS)
def document_time_stamp() -> Case:
    """A further update holds a time-stamp over the whole document: the certificate has ended since,
    and the document was there before."""
    made = compact(make=lambda covered: message(covered, signer=SHORT))
    stamped = add_document_timestamp(made, clock(MOMENT - 20 * DAY), room=3000)
    return case(stamped, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.5", "path.expired", twin="document_time_stamp")
def certificate_ended() -> Case:
    """The signer's certificate has ended, and nothing shows that the document is older."""
    made = compact(make=lambda covered: message(covered, signer=SHORT))
    return case(made, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.5.4", "path.expired", twin="document_time_stamp", features=_STAMPS)
def document_time_stamp_of_another_document() -> Case:
    """The token is good, and over other octets."""
    token = clock(MOMENT - 20 * DAY)("sha-256", bytes(32))
    made = compact(make=lambda covered: message(covered, signer=SHORT))
    stamped = add_document_timestamp(made, lambda *_: token, room=3000)
    return case(stamped, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.2.5", features=_STAMPS)
def revoked_after_the_time_stamp() -> Case:
    """The certificate was revoked yesterday; a document time-stamp is older."""
    stamped = add_document_timestamp(compact(), clock(MOMENT - 3 * DAY), room=3000)
    return case(stamped, lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(
    f"{_AV}, 5.2.5", "revocation.revoked", twin="revoked_after_the_time_stamp", features=_STAMPS
)
def revoked_before_the_time_stamp() -> Case:
    """The time-stamp is younger than the revocation."""
    stamped = add_document_timestamp(compact(), clock(MOMENT - DAY // 2), room=3000)
    return case(stamped, lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(f"{_ISO}, 12.8.3.3.2")
def revocation_in_the_signed_attribute() -> Case:
    """Adobe's attribute holds the CRLs; nobody brought others."""
    held = attribute(REVOCATION_ARCHIVAL, seq(tlv(context(0), seq(*crls()))))
    return case(compact(make=lambda covered: message(covered, further=[held]), room=9000), lists=())


@_group.vector(f"{_ISO}, 12.8.1")
def further_signature() -> Case:
    """Somebody else signed after that, invisibly; both are judged."""
    return case(_second(compact()))


@_group.vector(f"{_ISO}, 7.5.2")
def newer_version_number() -> Case:
    """An update says that the document is of a later version."""
    return _updated({1: catalog(10, more=b" /Version /2.0")})


@_group.vector(f"{_ISO}, 7.5.8")
def cross_references_in_a_stream() -> Case:
    """The signed document has its cross-references, and objects, in streams."""
    document = packed(b"%PDF-1.7\n", {4: TEXT}, {1: catalog(), 2: PAGES, 3: PAGE})
    return case(compact(document))


@_group.vector(f"{_ISO}, 7.5.8.4")
def hybrid_cross_references() -> Case:
    """What the page shows is free in the table, and found in the stream beside it."""
    document = hybrid(b"%PDF-1.7\n", {1: catalog(), 2: PAGES, 3: PAGE}, {4: TEXT}, free=True)
    return case(compact(document))


@_group.vector(f"{_ISO}, 12.8.2.2.2")
def certified_and_continued_with_validation_data() -> Case:
    """P = 1 permits no change, and validation data are none."""
    return _updated(STORE, _certified(1))


@_group.vector(f"{_ISO}, 12.8.2.2.2, table 257", importance=Importance.PROFILE)
def form_filled_where_permitted() -> Case:
    """The signer certified with P = 2; a value of the form was filled in afterwards."""
    form = _certified(2, plain(_FORM), fields=(30,), more=_PERMITS)
    return _updated(_FILLED, form)


# --- what may not --------------------------------------------------------------------------------
@_group.vector(
    f"{_ISO}, 12.8.2.2.2, table 257", "pades.changed", twin="form_filled_where_permitted"
)
def form_filled_where_nothing_is_permitted() -> Case:
    """The signer certified with P = 1."""
    form = _certified(1, plain(_FORM), fields=(30,), more=_PERMITS)
    return _updated(_FILLED, form)


@_group.vector(
    f"{_ISO}, 12.8.2.2.2, table 257", "pades.changed", twin="form_filled_where_permitted"
)
def form_value_that_the_page_shows() -> Case:
    """The looks of a value that may be filled in are what the page shows, too."""
    shadow = plain({**_FORM, 3: PAGE.replace(b"4 0 R", b"31 0 R")})
    form = _certified(2, shadow, fields=(30,), more=_PERMITS)
    return _updated({31: _FORM[31].replace(b"100", b"999")}, form)


@_group.vector(f"{_ISO}, 12.8.2.2.2, table 257", "pades.not_permitted", twin="further_signature")
def further_signature_where_nothing_is_permitted() -> Case:
    """The first signature certified with P = 1, and another one followed."""
    return case(_second(_certified(1)))


@_group.vector(f"{_ISO}, 12.8.2.4", "pades.field_lock", twin="further_signature")
def further_signature_over_locked_fields() -> Case:
    """The first signature locks fields, which nobody here evaluates."""
    return case(_second(compact(entries=b" /Reference [<</TransformMethod /FieldMDP>>]")))


@_group.vector(
    f"{_ISO}, 12.8.2.2", "pades.changed", twin="further_signature", importance=Importance.PROFILE
)
def further_signature_that_is_visible() -> Case:
    """Its looks may lie over anything."""
    return case(_second(compact(), rect=b"[0 0 9 9]"))


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced() -> Case:
    """An update replaces what the page shows."""
    return _updated({4: FORGED})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_beside_validation_data() -> Case:
    """An update that adds validation data replaces what the page shows, too."""
    return _updated({**STORE, 4: FORGED})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_in_an_object_stream() -> Case:
    """The new page is in an object stream, and so stands at no offset of its own."""
    moved = PAGE.replace(b"4 0 R", b"30 0 R")
    return case(packed(compact(), {30: FORGED}, {3: moved}))


@_group.vector(f"{_ISO}, 7.5.8.4", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_in_the_hidden_stream() -> Case:
    """The new content is named by the stream beside the table alone."""
    return case(hybrid(compact(), {1: catalog(10)}, {4: FORGED}))


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def annotation_added() -> Case:
    """An annotation lies over the page."""
    return _updated({3: PAGE.replace(b">>", b" /Annots [30 0 R]>>"), 30: b"<</Type /Annot>>"})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def action_added() -> Case:
    """The catalog has an action that runs on opening."""
    more = catalog(10, more=b" /OpenAction 30 0 R")
    return _updated({1: more, 30: b"<</S /JavaScript>>"})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def shadow_hide_and_replace() -> Case:
    """The page named an object that was not there when it was signed; an update supplies it."""
    shadow = plain({3: PAGE.replace(b"4 0 R", b"[4 0 R 40 0 R]")})
    return _updated({40: TEXT}, compact(shadow))


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def shadow_catalog() -> Case:
    """The trailer of an update names another catalog."""
    data = update(compact(), {50: catalog(10), 4: TEXT})
    head, tail = data.rsplit(b"/Root 1 0 R", 1)
    return case(head + b"/Root 50 0 R" + tail)


@_group.vector(f"{_ISO}, 7.5.2", "pades.changed", twin="octets_before_the_header")
def update_of_a_document_whose_header_is_not_first() -> Case:
    """Readers that count offsets from the header would find another update than this one."""
    objects = {1: catalog(), 2: PAGES, 3: PAGE, 4: TEXT}
    signed_first = compact(update(b"\n" * 900 + b"%PDF-1.7\n", objects))
    return _updated(STORE, signed_first)


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="further_signature")
def further_signature_by_the_name_of_another_field() -> Case:
    """Fields of one name are one field: the new one stands for a value that was signed."""
    form = {**_FORM, 30: _FORM[30].replace(b"(amount)", b"(f13)")}
    first = compact(plain(form), fields=(30,))
    by_bob = compact(
        first, at=12, fields=(30, 10), make=lambda covered: message(covered, signer=BOB)
    )
    return case(by_bob)
