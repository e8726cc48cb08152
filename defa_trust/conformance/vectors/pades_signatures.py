"""PAdES: what of a document is signed, what may follow, and what does not count (EN 319 142-1)."""

from __future__ import annotations

from typing import Any, Final

from ...codec import der
from ...codec.der import context, seq, tlv
from ...formats.cades_sign import Placement, sign_info
from ...formats.cms import DATA
from ...formats.cms_attributes import CONTENT_TYPE
from ...formats.cms_sign import attribute, signed_data, signer_info, signing_certificate_v2
from ...formats.pades_sign import add_document_timestamp, add_validation_data
from ...formats.pdf_evidence import REVOCATION_ARCHIVAL
from ...material import EvidenceKind, Item
from ..build import DAY, MOMENT
from ..cms_build import ALICE, BOB, MALLORY, SHORT, cades, case, clock, crls
from ..pdf_build import (
    FORGED,
    PAGE,
    PAGES,
    TEXT,
    catalog,
    field,
    hybrid,
    message,
    packed,
    plain,
    signed,
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
_ROOM: Final = 5200
_STORE: Final = {1: catalog(10, more=b" /DSS 20 0 R"), 20: b"<</Certs [21 0 R]>>"}
_STREAM: Final = b"<</Length 2>>\nstream\n00\nendstream"
_FORM: Final = {
    30: b"<</FT /Tx /T (amount) /V (100) /AP <</N 31 0 R>>>>",
    31: b"<</Length 3>>\nstream\n100\nendstream",
}
_FILLED: Final = {
    30: b"<</FT /Tx /T (amount) /V (999) /AP <</N 40 0 R>>>>",
    40: b"<</Length 3>>\nstream\n999\nendstream",
}
_PERMITS: Final = b" /Perms <</DocMDP 11 0 R>>"


def _signed(document: bytes | None = None, **more: Any) -> bytes:
    return signed(document, **{"room": _ROOM, **more})


def _updated(objects: dict[int, bytes], document: bytes | None = None) -> Case:
    return case(update(_signed() if document is None else document, objects))


def _certified(level: int, document: bytes | None = None, **more: Any) -> bytes:
    reference = b" /Reference [<</TransformMethod /DocMDP /TransformParams <</P %d>>>>]" % level
    return _signed(document, entries=reference, **more)


def _second(first: bytes, **more: Any) -> bytes:
    """Bob's signature in a further update."""
    return _signed(
        first, at=12, fields=[10], make=lambda covered: message(covered, signer=BOB), **more
    )


def _stored(data: bytes, lists: tuple[bytes, ...]) -> bytes:
    return add_validation_data(data, [Item(EvidenceKind.CRL, each) for each in lists])


def _shifted(*shift: int) -> Case:
    first, second, third = shift
    return case(_signed(shift=(first, second, third)))


# --- what is signed ------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 6.3")
def one_signature() -> Case:
    """Level B-B: the signature covers the document but for its own value."""
    return case(_signed())


@_group.vector(f"{_ISO}, 12.8.3.3")
def pkcs7_form() -> Case:
    """The older SubFilter adbe.pkcs7.detached, which is no PAdES baseline and can be sound."""
    return case(_signed(subfilter=b"adbe.pkcs7.detached"))


@_group.vector(f"{_ISO}, 7.5.2")
def octets_before_the_header() -> Case:
    """The header stands within the first 1024 octets, and not at the first."""
    return case(
        _signed(update(b"\n" * 900 + b"%PDF-1.7\n", {1: catalog(), 2: PAGES, 3: PAGE, 4: TEXT}))
    )


@_group.vector(f"{_EN}, 6.3", features=_STAMPS)
def time_stamped() -> Case:
    """Level B-T: the message carries a time-stamp over its signature."""
    return case(_signed(make=lambda covered: message(covered, timestamps=clock()), room=12_000))


@_group.vector(f"{_EN}, 6.3", "signature.content_changed")
def amount_changed() -> Case:
    """One number on the page is another."""
    return case(_signed().replace(b"pay 100", b"pay 999"))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def message_of_another_document() -> Case:
    """The value was taken from another signed document."""
    other = message(b"another document")
    return case(_signed(make=lambda _: other))


# --- offsets -------------------------------------------------------------------------------------
@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def gap_begins_early() -> Case:
    """One octet before the value is not covered either."""
    return _shifted(-1, 0, 0)


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def gap_begins_late() -> Case:
    """The opening mark of the value is covered."""
    return _shifted(1, 0, 0)


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def gap_ends_late() -> Case:
    """One octet after the value is not covered either."""
    return _shifted(0, 1, -1)


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def gap_ends_early() -> Case:
    """The closing mark of the value is covered."""
    return _shifted(0, -1, 0)


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def range_past_the_end() -> Case:
    """It ends an octet after the document does."""
    return _shifted(0, 0, 1)


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def range_begins_within() -> Case:
    """The first octet of the document is not covered."""
    return case(_signed().replace(b"/ByteRange [0 ", b"/ByteRange [1 "))


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def range_is_null() -> Case:
    """What is covered is not said (universal forgery)."""
    data = _signed()
    begun = data.index(b"/ByteRange ") + 11
    after = data.index(b"/Contents", begun)
    return case(data[:begun] + b"null".ljust(after - begun) + data[after:])


@_group.vector(f"{_ISO}, 12.8.1", "pades.xref")
def wrapped() -> Case:
    """The second part was moved back and the gap widened, so that offsets in it no longer hold."""
    data = _signed()
    covers = data.index(b"/ByteRange [0 ") + 14
    gap, resumed, rest = (int(number) for number in data[covers : covers + 32].split())
    moved = data[:resumed] + b" " * 40 + data[resumed:]
    ranges = b"%010d %010d %010d" % (gap, resumed + 40, rest)
    return case(moved[:covers] + ranges + moved[covers + 32 :])


# --- the value -----------------------------------------------------------------------------------
@_group.vector(f"{_ISO}, 12.8.1", "pades.contents")
def value_is_null() -> Case:
    """There is a signature dictionary without a signature (universal forgery)."""
    held = b"<</SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents null>>"
    return case(plain({1: catalog(10), 10: field(11), 11: held}))


@_group.vector(f"{_ISO}, 12.8.3.3", "pades.contents")
def document_within_the_message() -> Case:
    """The message carries content of its own: readers disagree on what was signed."""
    inside = lambda covered: cades(covered, placement=Placement.ATTACHED, signing_time=MOMENT)  # noqa: E731
    return case(_signed(make=inside, room=9000))


@_group.vector(f"{_EN}, 6.3", "pades.contents")
def two_signers_of_one_value() -> Case:
    """One signature dictionary speaks for one signer."""

    def both(covered: bytes) -> bytes:
        infos = [sign_info(covered, each, signing_time=None) for each in (ALICE, BOB)]
        return signed_data(infos, certificates=(ALICE.certificate, BOB.certificate, *ALICE.chain))

    return case(_signed(make=both, room=8000))


@_group.vector(f"{_ISO}, 12.8.1", "pades.contents")
def octets_behind_the_message() -> Case:
    """What fills the value's place is not zero."""
    return case(_signed(make=lambda covered: message(covered) + b"\x01"))


@_group.vector(f"{_ISO}, 12.8.3.3", "pades.weak_form")
def pkcs7_over_sha_1() -> Case:
    """The SubFilter adbe.pkcs7.sha1 signs the SHA-1 of the document."""
    return case(_signed(subfilter=b"adbe.pkcs7.sha1"))


@_group.vector(f"{_ISO}, 12.8.3.2", "pades.weak_form")
def bare_rsa_over_sha_1() -> Case:
    """The SubFilter adbe.x509.rsa_sha1 has no message at all."""
    return case(_signed(subfilter=b"adbe.x509.rsa_sha1"))


@_group.vector(f"{_ISO}, 12.8.1", "pades.subfilter")
def form_nobody_knows() -> Case:
    """The SubFilter is of no standard."""
    return case(_signed(subfilter=b"ETSI.CAdES.attached"))


# --- what may follow -----------------------------------------------------------------------------
@_group.vector(f"{_EN}, 5.4.2")
def validation_data_after_it() -> Case:
    """A further update holds certificates in a DSS, and nothing else."""
    return _updated({**_STORE, 21: _STREAM})


@_group.vector(f"{_EN}, 6.3", features=_STAMPS)
def long_term() -> Case:
    """Level B-LT: a time-stamp, and in the DSS all that is known of revocation."""
    stamped = _signed(make=lambda covered: message(covered, timestamps=clock()), room=12_000)
    return case(_stored(stamped, crls()), lists=())


@_group.vector(f"{_EN}, 5.4.3", features=_STAMPS)
def document_time_stamp() -> Case:
    """A further update holds a time-stamp over the whole document: the certificate has ended since,
    and the document was there before."""
    made = _signed(make=lambda covered: message(covered, signer=SHORT))
    stamped = add_document_timestamp(made, clock(MOMENT - 20 * DAY), room=3000)
    return case(stamped, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.5", "path.expired", twin="document_time_stamp")
def certificate_ended() -> Case:
    """The signer's certificate has ended, and nothing shows that the document is older."""
    made = _signed(make=lambda covered: message(covered, signer=SHORT))
    return case(made, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.5.4", "path.expired", twin="document_time_stamp", features=_STAMPS)
def document_time_stamp_of_another_document() -> Case:
    """The token is good, and over other octets."""
    token = clock(MOMENT - 20 * DAY)("sha-256", bytes(32))
    made = _signed(make=lambda covered: message(covered, signer=SHORT))
    stamped = add_document_timestamp(made, lambda *_: token, room=3000)
    return case(stamped, lists=(*crls(MOMENT - 15 * DAY), *crls()))


@_group.vector(f"{_AV}, 5.2.5", features=_STAMPS)
def revoked_after_the_time_stamp() -> Case:
    """The certificate was revoked yesterday; a document time-stamp is older."""
    stamped = add_document_timestamp(_signed(), clock(MOMENT - 3 * DAY), room=3000)
    return case(stamped, lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(
    f"{_AV}, 5.2.5", "revocation.revoked", twin="revoked_after_the_time_stamp", features=_STAMPS
)
def revoked_before_the_time_stamp() -> Case:
    """The time-stamp is younger than the revocation."""
    stamped = add_document_timestamp(_signed(), clock(MOMENT - DAY // 2), room=3000)
    return case(stamped, lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(f"{_ISO}, 12.8.3.3.2")
def revocation_in_the_signed_attribute() -> Case:
    """Adobe's attribute holds the CRLs; nobody brought others."""
    held = attribute(REVOCATION_ARCHIVAL, seq(tlv(context(0), seq(*crls()))))
    return case(_signed(make=lambda covered: message(covered, further=[held]), room=9000), lists=())


@_group.vector(f"{_ISO}, 12.8.1")
def further_signature() -> Case:
    """Somebody else signed after that, invisibly; both are judged."""
    return case(_second(_signed()))


@_group.vector(f"{_ISO}, 7.5.2")
def newer_version_number() -> Case:
    """An update says that the document is of a later version."""
    return _updated({1: catalog(10, more=b" /Version /2.0")})


@_group.vector(f"{_ISO}, 7.5.8")
def cross_references_in_a_stream() -> Case:
    """The signed document has its cross-references, and objects, in streams."""
    document = packed(b"%PDF-1.7\n", {4: TEXT}, {1: catalog(), 2: PAGES, 3: PAGE})
    return case(_signed(document))


@_group.vector(f"{_ISO}, 7.5.8.4")
def hybrid_cross_references() -> Case:
    """What the page shows is free in the table, and found in the stream beside it."""
    document = hybrid(b"%PDF-1.7\n", {1: catalog(), 2: PAGES, 3: PAGE}, {4: TEXT}, free=True)
    return case(_signed(document))


@_group.vector(f"{_ISO}, 12.8.2.2.2")
def certified_and_continued_with_validation_data() -> Case:
    """P = 1 permits no change, and validation data are none."""
    return _updated({**_STORE, 21: _STREAM}, _certified(1))


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
    return case(_second(_signed(entries=b" /Reference [<</TransformMethod /FieldMDP>>]")))


@_group.vector(
    f"{_ISO}, 12.8.2.2", "pades.changed", twin="further_signature", importance=Importance.PROFILE
)
def further_signature_that_is_visible() -> Case:
    """Its looks may lie over anything."""
    return case(_second(_signed(), rect=b"[0 0 9 9]"))


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced() -> Case:
    """An update replaces what the page shows."""
    return _updated({4: FORGED})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_beside_validation_data() -> Case:
    """An update that adds validation data replaces what the page shows, too."""
    return _updated({**_STORE, 21: _STREAM, 4: FORGED})


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_in_an_object_stream() -> Case:
    """The new page is in an object stream, and so stands at no offset of its own."""
    moved = PAGE.replace(b"4 0 R", b"30 0 R")
    return case(packed(_signed(), {30: FORGED}, {3: moved}))


@_group.vector(f"{_ISO}, 7.5.8.4", "pades.changed", twin="validation_data_after_it")
def page_content_replaced_in_the_hidden_stream() -> Case:
    """The new content is named by the stream beside the table alone."""
    return case(hybrid(_signed(), {1: catalog(10)}, {4: FORGED}))


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
    return _updated({40: TEXT}, _signed(shadow))


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="validation_data_after_it")
def shadow_catalog() -> Case:
    """The trailer of an update names another catalog."""
    data = update(_signed(), {50: catalog(10), 4: TEXT})
    head, tail = data.rsplit(b"/Root 1 0 R", 1)
    return case(head + b"/Root 50 0 R" + tail)


@_group.vector(f"{_ISO}, 7.5.2", "pades.changed", twin="octets_before_the_header")
def update_of_a_document_whose_header_is_not_first() -> Case:
    """Readers that count offsets from the header would find another update than this one."""
    objects = {1: catalog(), 2: PAGES, 3: PAGE, 4: TEXT}
    signed_first = _signed(update(b"\n" * 900 + b"%PDF-1.7\n", objects))
    return _updated({**_STORE, 21: _STREAM}, signed_first)


@_group.vector(f"{_ISO}, 12.8.2.2", "pades.changed", twin="further_signature")
def further_signature_by_the_name_of_another_field() -> Case:
    """Fields of one name are one field: the new one stands for a value that was signed."""
    form = {**_FORM, 30: _FORM[30].replace(b"(amount)", b"(f13)")}
    first = _signed(plain(form), fields=(30,))
    by_bob = _signed(
        first, at=12, fields=(30, 10), make=lambda covered: message(covered, signer=BOB)
    )
    return case(by_bob)


# --- the file ------------------------------------------------------------------------------------
@_group.vector(f"{_ISO}, 7.5.5", "pades.trailing")
def object_behind_the_end() -> Case:
    """Readers that mend a file find an object behind its end."""
    return case(_signed() + b"4 0 obj\n" + FORGED + b"\nendobj\n")


@_group.vector(f"{_ISO}, 7.5.4", "pades.xref", twin="validation_data_after_it")
def object_elsewhere() -> Case:
    """The table has the DSS an octet later than it begins: who mends that, may find another one."""
    data = update(_signed(), {**_STORE, 21: _STREAM})
    place = data.index(b"20 0 obj")
    return case(data.replace(b"%010d" % place, b"%010d" % (place + 1)))


@_group.vector(f"{_ISO}, 7.5.4", "pades.xref")
def object_twice_in_a_table() -> Case:
    """One table has two places for what the page shows: readers disagree on it."""
    document = plain({5: FORGED.replace(b"5 0", b"4 0")})
    other = document.index(b"5 0 obj")
    twin = document[:other] + b"4" + document[other + 1 :]
    return case(_signed(twin.replace(b"\n5 1\n", b"\n4 1\n")))


@_group.vector(f"{_ISO}, 7.5.6", "pades.xref")
def cross_references_in_a_circle() -> Case:
    """A section names itself as the one before."""
    document = plain()
    head = int(document.rsplit(b"startxref", 1)[1].split()[0])
    return case(document.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % head))


@_group.vector(f"{_ISO}, 7.3.7", "pades.syntax")
def key_twice_in_a_dictionary() -> Case:
    """The catalog has two page trees."""
    return case(_signed(more=b" /Pages 9 0 R"))


@_group.vector(f"{_ISO}, 7.3", "pades.too_much", importance=Importance.PROFILE)
def nested_without_end() -> Case:
    """The catalog is an array in an array, and so on."""
    return case(plain({1: b"[" * 4000}))


@_group.vector(f"{_ISO}, 7.6", "pades.encrypted")
def encrypted() -> Case:
    """The document is encrypted: nothing is known of its signatures."""
    return case(update(_signed(), {4: TEXT}, trailer=b" /Encrypt 9 0 R"))


@_group.vector(f"{_ISO}, 12.7", "pades.no_signature")
def no_signature() -> Case:
    """A document that nobody signed."""
    return case(plain())


# --- the signer ----------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def signed_by_an_outsider() -> Case:
    """No list names the authority of the signer's certificate."""
    return case(_signed(make=lambda covered: message(covered, signer=MALLORY)))


@_group.vector(f"{_AV}, 5.2.5", "revocation.revoked")
def revoked() -> Case:
    """The signer's certificate was revoked, and nothing shows that the document is older."""
    return case(_signed(), lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(f"{_EN}, 5.3", "cms.attribute_missing")
def message_digest_left_out() -> Case:
    """The message does not say what it is over."""
    kept = [
        attribute(CONTENT_TYPE, der.encode_oid(DATA)),
        signing_certificate_v2(ALICE.certificate),
    ]
    info = signer_info(ALICE, der.set_of(*kept))
    whole = signed_data([info], certificates=(ALICE.certificate, *ALICE.chain))
    return case(_signed(make=lambda _: whole))
