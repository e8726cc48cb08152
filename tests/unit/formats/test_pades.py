"""What is read of a signed PDF: forms, times, levels, revisions, validation data."""

import pytest

from defa_trust.codec import der
from defa_trust.codec.der import context, seq, tlv
from defa_trust.demo.pdf_page import one_page
from defa_trust.formats import pades
from defa_trust.formats.cms_sign import attribute
from defa_trust.formats.pades_sign import add_document_timestamp, add_validation_data, sign_pades
from defa_trust.formats.pdf_evidence import REVOCATION_ARCHIVAL, archived_revocation
from defa_trust.formats.signature import RefusedSignature, TimestampKind
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, ask, cades, clock, codes_of, crls, responses
from tests.pdf_samples import message, signed, update

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
PAGE = one_page(["TEST-ONLY"])
CRLS = [Item(EvidenceKind.CRL, der) for der in crls()]
MADE = NOW - 2 * DAY


def read(data):
    file = pades.parse(data, REQUEST)
    assert not any(isinstance(s, RefusedSignature) for s in file.signatures), file
    return file


def form(data, **more):
    (said,) = [f for f in ask(data, **more).verdict.findings if f.code.id == "signature.form"]
    return said.actual


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        (b"(D:20260901120000Z)", 1788264000),
        (b"(D:20260901190000+07'00')", 1788264000),
        (b"(D:20260901190000+07'00)", 1788264000),
        (b"(D:20260901040000-08'00')", 1788264000),
        (b"(D:20260901120000)", 1788264000),
        (b"(D:20260901120000Z00'00')", 1788264000),
        (b"(D:20261301120000Z)", None),
        (b"(D:2026)", None),
        (b"20260901", None),
    ],
)
def test_the_entry_m(date, moment):
    """ISO 32000-2, 7.9.4; what is no date states nothing, and is no baseline."""
    data = signed(stated=b" /M " + date)
    (signature,) = read(data).signatures
    assert signature.stated.signing_time == moment
    assert form(data) == ("none of the baseline" if moment is None else "B-B")


def test_the_time_of_signing_is_in_the_entry_alone():
    """EN 319 142-1, 6.3: the signature passes, and is of no baseline level."""
    both = signed(make=lambda covered: message(covered, signing_time=MADE))
    verdict = ask(both).verdict
    assert codes_of(verdict) == []
    assert form(both) == "none of the baseline"
    assert "pades.time_place" in [f.code.id for f in verdict.findings]
    assert form(signed()) == "B-B"


def test_pkcs7_is_no_baseline_and_may_state_its_time_itself():
    data = signed(
        subfilter=b"adbe.pkcs7.detached",
        make=lambda covered: message(covered, signing_time=MADE, timestamps=clock()),
    )
    assert form(data) == "none of the baseline"
    assert read(data).signatures[0].stated.signing_time == MADE
    plain = signed(subfilter=b"adbe.pkcs7.detached")
    assert read(plain).signatures[0].stated.signing_time == 1788264000


def test_archive_level_is_recognised_and_its_part_named():
    made = {"signing_time": MADE, "timestamps": clock(), "evidence": CRLS}
    long_term = sign_pades(PAGE, ALICE, **made)
    archived = sign_pades(PAGE, ALICE, **made, archive=clock())
    assert form(long_term) == "B-LT"
    assert form(archived) == "B-LTA"
    (named,) = [f for f in ask(archived).verdict.findings if f.code.id == "signature.unevaluated"]
    assert "B-LTA" in named.text
    # A time-stamp before the validation data archives nothing.
    early = add_validation_data(
        add_document_timestamp(sign_pades(PAGE, ALICE, signing_time=MADE), clock()), CRLS
    )
    assert form(early) == "B-LT"


def test_a_document_time_stamp_is_named_with_its_range():
    first = add_document_timestamp(sign_pades(PAGE, ALICE, signing_time=MADE), clock())
    second = sign_pades(first, BOB, signing_time=MADE)
    stamped, after = ask(second).verdicts
    (inner,) = stamped.nested
    assert inner.subject.object == "signature 1, document time-stamp 1"
    assert after.nested == ()
    (said,) = [f for f in stamped.findings if f.code.id == "pades.signed_revisions"]
    assert said.expected == len(second)
    assert said.actual[1:] == (
        f"document time-stamp 1: 0 to {len(first)}",
        f"signature 2: 0 to {len(second)}",
    )
    kinds = [stamp.kind for stamp in read(second).signatures[0].timestamps]
    assert kinds == [TimestampKind.DOCUMENT]


def test_a_document_that_is_only_time_stamped():
    """Nobody signed it, which is no fault of the document; one that is neither has none at all."""
    once = add_document_timestamp(PAGE, clock())
    for data, said in ((once, "1 document time-stamp"),
                       (add_document_timestamp(once, clock()), "2 document time-stamps"),
                       (signed(subfilter=b"ETSI.RFC3161", make=lambda _: b"0\0", shift=(0, 1, 0)),
                        "1 document time-stamp")):  # fmt: skip
        verdict = ask(data).verdict
        assert verdict.validity == ("INDETERMINATE", "GENERIC")
        assert codes_of(verdict) == ["pades.timestamp_alone"]
        assert said in verdict.problems[0].text
    verdict = ask(PAGE).verdict
    assert verdict.validity == ("TOTAL-FAILED", "FORMAT_FAILURE")
    assert codes_of(verdict) == ["pades.no_signature"]


def test_a_document_time_stamp_moves_the_control_time():
    """Level B-T without an attribute: the signer's certificate was revoked afterwards."""
    signature = sign_pades(PAGE, ALICE, signing_time=MADE)
    revoked = [(ALICE.certificate, NOW - DAY, None)]
    given = Evidence([Item(EvidenceKind.CRL, der) for der in crls(NOW - 3600, revoked=revoked)])
    assert codes_of(ask(signature, given=given).verdict) == ["revocation.revoked"]
    stamped = add_document_timestamp(signature, clock(NOW - 2 * DAY + 60))
    assert codes_of(ask(stamped, given=given).verdict) == []
    assert form(stamped, given=given) == "B-T"


def test_a_document_time_stamp_of_another_document_proves_nothing():
    signature = sign_pades(PAGE, ALICE, signing_time=MADE)
    token = clock()("sha-256", bytes(32))
    stamped = add_document_timestamp(signature, lambda *_: token)
    (inner,) = ask(stamped).verdict.nested
    assert inner.validity.sub_indication == "HASH_FAILURE"
    assert codes_of(ask(stamped).verdict) == []


def test_a_time_stamp_whose_range_does_not_hold_is_named():
    """It proves nothing and does no harm; the signature before it is judged as if it were not."""
    token = clock()("sha-256", bytes(32))
    broken = signed(
        signed(), at=12, fields=(10,), subfilter=b"ETSI.RFC3161", make=lambda _: token,
        shift=(0, 1, 0),
    )  # fmt: skip
    (verdict,) = ask(broken).verdicts
    assert codes_of(verdict) == []
    (named,) = [f for f in verdict.findings if f.code.id == "signature.unevaluated"]
    assert "pades.byte_range" in named.text


# --- validation data -----------------------------------------------------------------------------
def archival(*parts):
    return attribute(REVOCATION_ARCHIVAL, seq(*parts))


def test_revocation_in_adobes_attribute():
    """ISO 32000-2, 12.8.3.3.2: signed with the rest, so it is older than the signature."""
    crl = tlv(context(0), seq(*crls()))
    ocsp = tlv(context(1), seq(*responses()))
    for parts in ((crl,), (ocsp,), (crl, ocsp)):
        data = signed(make=lambda covered, p=parts: message(covered, further=[archival(*p)]))
        assert codes_of(ask(data, given=Evidence([])).verdict) == [], parts
    assert codes_of(ask(signed(), given=Evidence([])).verdict) != []


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (seq(tlv(context(2), seq())), "other information in"),
        (tlv(der.OCTET_STRING, b""), "Adobe"),
        (seq(tlv(context(0), b"\x30\x05\x00")), "Adobe"),
        (b"\x30\x80\x00\x00", "Adobe"),
    ],
    ids=["other", "no sequence", "cut short", "indefinite"],
)
def test_what_adobes_attribute_holds_beside(value, named):
    items, unread = archived_revocation({REVOCATION_ARCHIVAL: (value,)})
    assert items == ()
    assert named in unread[0]


def test_no_attribute_no_data():
    assert archived_revocation({}) == ((), ())


@pytest.mark.parametrize(
    "store",
    [b"[]", b"<</Certs 5>>", b"<</CRLs [4 0 R 99 0 R 5]>>", b"<</OCSPs 99 0 R>>"],
)
def test_a_store_that_holds_nothing_to_be_used(store):
    data = update(signed(more=b" /DSS 20 0 R"), {20: store})
    file = read(data)
    assert all(item.kind is not EvidenceKind.OCSP for item in file.evidence)


def test_one_message_of_no_document():
    """Only what is in the form counts; an attached message is another family's."""
    assert not pades.detect(cades())
