"""PAdES: what of a document is signed, by whom, and what does not count (EN 319 142-1)."""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import Final

from ...codec import der
from ...formats.cades_sign import Placement, sign_info
from ...formats.cms import DATA
from ...formats.cms_attributes import CONTENT_TYPE
from ...formats.cms_sign import attribute, signed_data, signer_info, signing_certificate_v2
from ..build import DAY, MOMENT
from ..cms_build import ALICE, BOB, MALLORY, cades, case, clock, crls
from ..pdf_build import (
    FORGED,
    PAGE,
    PAGES,
    STORE,
    TEXT,
    catalog,
    compact,
    field,
    message,
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


def _shifted(*shift: int) -> Case:
    first, second, third = shift
    return case(compact(shift=(first, second, third)))


# --- what is signed ------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 6.3")
def one_signature() -> Case:
    """Level B-B: the signature covers the document but for its own value."""
    return case(compact())


@_group.vector(f"{_ISO}, 12.8.3.3")
def pkcs7_form() -> Case:
    """The older SubFilter adbe.pkcs7.detached, which is no PAdES baseline and can be sound."""
    return case(compact(subfilter=b"adbe.pkcs7.detached"))


@_group.vector(f"{_ISO}, 7.5.2")
def octets_before_the_header() -> Case:
    """The header stands within the first 1024 octets, and not at the first."""
    return case(
        compact(update(b"\n" * 900 + b"%PDF-1.7\n", {1: catalog(), 2: PAGES, 3: PAGE, 4: TEXT}))
    )


@_group.vector(f"{_EN}, 6.3", features=_STAMPS)
def time_stamped() -> Case:
    """Level B-T: the message carries a time-stamp over its signature."""
    return case(compact(make=lambda covered: message(covered, timestamps=clock()), room=12_000))


@_group.vector(f"{_EN}, 6.3", "signature.content_changed")
def amount_changed() -> Case:
    """One number on the page is another."""
    return case(compact().replace(b"pay 100", b"pay 999"))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def message_of_another_document() -> Case:
    """The value was taken from another signed document."""
    other = message(b"another document")
    return case(compact(make=lambda _: other))


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
    return case(compact().replace(b"/ByteRange [0 ", b"/ByteRange [1 "))


@_group.vector(f"{_ISO}, 12.8.1", "pades.byte_range")
def range_is_null() -> Case:
    """What is covered is not said (universal forgery)."""
    data = compact()
    begun = data.index(b"/ByteRange ") + 11
    after = data.index(b"/Contents", begun)
    return case(data[:begun] + b"null".ljust(after - begun) + data[after:])


@_group.vector(f"{_ISO}, 12.8.1", "pades.xref")
def wrapped() -> Case:
    """The second part was moved back and the gap widened, so that offsets in it no longer hold."""
    data = compact()
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
    return case(compact(make=inside, room=9000))


@_group.vector(f"{_EN}, 6.3", "pades.contents")
def two_signers_of_one_value() -> Case:
    """One signature dictionary speaks for one signer."""

    def both(covered: bytes) -> bytes:
        infos = [sign_info(covered, each, signing_time=None) for each in (ALICE, BOB)]
        return signed_data(infos, certificates=(ALICE.certificate, BOB.certificate, *ALICE.chain))

    return case(compact(make=both, room=8000))


@_group.vector(f"{_ISO}, 12.8.1", "pades.contents")
def octets_behind_the_message() -> Case:
    """What fills the value's place is not zero."""
    return case(compact(make=lambda covered: message(covered) + b"\x01"))


@_group.vector(f"{_ISO}, 12.8.3.3", "pades.weak_form")
def pkcs7_over_sha_1() -> Case:
    """The SubFilter adbe.pkcs7.sha1: the message carries the SHA-1 of the document."""

    def make(covered: bytes) -> bytes:
        return cades(sha1(covered, usedforsecurity=False).digest())

    return case(compact(subfilter=b"adbe.pkcs7.sha1", make=make))


@_group.vector(f"{_ISO}, 12.8.3.2", "pades.weak_form")
def bare_rsa_over_sha_1() -> Case:
    """The SubFilter adbe.x509.rsa_sha1 has no message at all."""
    return case(compact(subfilter=b"adbe.x509.rsa_sha1"))


@_group.vector(f"{_ISO}, 12.8.1", "pades.subfilter")
def form_nobody_knows() -> Case:
    """The SubFilter is of no standard."""
    return case(compact(subfilter=b"ETSI.CAdES.attached"))


# --- the file ------------------------------------------------------------------------------------
@_group.vector(f"{_ISO}, 7.5.5", "pades.trailing")
def object_behind_the_end() -> Case:
    """Readers that mend a file find an object behind its end."""
    return case(compact() + b"4 0 obj\n" + FORGED + b"\nendobj\n")


@_group.vector(f"{_ISO}, 7.5.4", "pades.xref", twin="validation_data_after_it")
def object_elsewhere() -> Case:
    """The table has the DSS an octet later than it begins: who mends that, may find another one."""
    data = update(compact(), STORE)
    place = data.index(b"20 0 obj")
    return case(data.replace(b"%010d" % place, b"%010d" % (place + 1)))


@_group.vector(f"{_ISO}, 7.5.4", "pades.xref")
def object_twice_in_a_table() -> Case:
    """One table has two places for what the page shows: readers disagree on it."""
    document = plain({5: FORGED.replace(b"5 0", b"4 0")})
    other = document.index(b"5 0 obj")
    twin = document[:other] + b"4" + document[other + 1 :]
    return case(compact(twin.replace(b"\n5 1\n", b"\n4 1\n")))


@_group.vector(f"{_ISO}, 7.5.6", "pades.xref")
def cross_references_in_a_circle() -> Case:
    """A section names itself as the one before."""
    document = plain()
    head = int(document.rsplit(b"startxref", 1)[1].split()[0])
    return case(document.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % head))


@_group.vector(f"{_ISO}, 7.3.7", "pades.syntax")
def key_twice_in_a_dictionary() -> Case:
    """The catalog has two page trees."""
    return case(compact(more=b" /Pages 9 0 R"))


@_group.vector(f"{_ISO}, 7.3", "pades.too_much", importance=Importance.PROFILE)
def nested_without_end() -> Case:
    """The catalog is an array in an array, and so on."""
    return case(plain({1: b"[" * 4000}))


@_group.vector(f"{_ISO}, 7.6", "pades.encrypted")
def encrypted() -> Case:
    """The document is encrypted: nothing is known of its signatures."""
    return case(update(compact(), {4: TEXT}, trailer=b" /Encrypt 9 0 R"))


@_group.vector(f"{_ISO}, 12.7", "pades.no_signature")
def no_signature() -> Case:
    """A document that nobody signed."""
    return case(plain())


@_group.vector("EN 319 142-1, 5.4.3", "pades.timestamp_alone")
def time_stamp_alone() -> Case:
    """A document time-stamp proves a time; nobody signed."""

    def stamp(covered: bytes) -> bytes:
        return clock()("sha-256", sha256(covered).digest())

    return case(compact(subfilter=b"ETSI.RFC3161", make=stamp, stated=b""))


# --- the signer ----------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def signed_by_an_outsider() -> Case:
    """No list names the authority of the signer's certificate."""
    return case(compact(make=lambda covered: message(covered, signer=MALLORY)))


@_group.vector(f"{_AV}, 5.2.5", "revocation.revoked")
def revoked() -> Case:
    """The signer's certificate was revoked, and nothing shows that the document is older."""
    return case(compact(), lists=crls(MOMENT - 600, [(ALICE, MOMENT - DAY)]))


@_group.vector(f"{_EN}, 5.3", "cms.attribute_missing")
def message_digest_left_out() -> Case:
    """The message does not say what it is over."""
    kept = [
        attribute(CONTENT_TYPE, der.encode_oid(DATA)),
        signing_certificate_v2(ALICE.certificate),
    ]
    info = signer_info(ALICE, der.set_of(*kept))
    whole = signed_data([info], certificates=(ALICE.certificate, *ALICE.chain))
    return case(compact(make=lambda _: whole))
