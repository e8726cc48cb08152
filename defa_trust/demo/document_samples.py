"""Signed documents of the test region, and the verdicts they must get (floor 13).

One function a format makes a document from a ``Work``; ``FORMS`` names them, and nothing else here
knows a format. What is expected is written down and not computed. Signers are fictitious, and every
document says TEST-ONLY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from typing import Final, NamedTuple

from ..codec import base64url, json
from ..formats.cades_sign import Placement, TimestampSource, sign_cades
from ..formats.jades_sign import JadesForm, sign_jades
from ..formats.pades_sign import add_validation_data, sign_pades
from ..formats.tst_sign import authority as time_authority
from ..formats.xades_sign import XmlPlacement, sign_xades
from ..material import Item
from ..signer import Signer
from .document_signers import (
    document_signer,
    namesake,
    revocation_evidence,
    time_stamping_unit,
    unlisted_authority,
)
from .pdf_page import one_page
from .plans import DAY
from .samples import (
    FAILED,
    NO_ARRANGEMENT,
    NO_LIST,
    OPEN,
    PASSED,
    PILOT,
    YES,
    Expected,
    Sample,
    everywhere,
    refused,
    valid_for,
)

SIGNED: Final = -10 * DAY
"""When documents were signed, in seconds from the region's moment; time-stamped a minute later."""
_STAMPED: Final = SIGNED + 60
_LISTED: Final = -DAY
"""When the CRLs and OCSP responses in them were issued."""
_REVOKED: Final = -5 * DAY
"""When a certificate was revoked, or ended: after the time-stamp."""
_FEW: Final = 3


class Work(NamedTuple):
    """What is to be signed, by whom, and what the document is to hold. Times are Unix seconds."""

    content: bytes
    signer: Signer
    signing_time: int
    timestamps: TimestampSource | None
    evidence: tuple[Item, ...]


class Form(NamedTuple):
    """One format of signed documents.

    ``make`` signs, ``content`` is what is signed, and says `two parties` somewhere in the clear.
    ``written`` turns a certificate into the octets that stand for it in a document. ``changed``
    puts octets in the place of others that what is signed, or what holds the certificate, has;
    ``notices`` is the code that says so of what is signed.
    ``needs`` is a module of an extra, without which the region has no such documents.
    """

    make: Callable[[Work], bytes]
    content: bytes
    written: Callable[[bytes], bytes]
    changed: Callable[[bytes, bytes, bytes], bytes] = bytes.replace
    notices: str = "signature.content_changed"
    needs: str | None = None

    @property
    def at_hand(self) -> bool:
        return self.needs is None or find_spec(self.needs) is not None


def _cades(work: Work) -> bytes:
    """CMS with the content inside: levels B-B, B-T, and B-LT."""
    return sign_cades(
        work.content,
        work.signer,
        placement=Placement.ATTACHED,
        signing_time=work.signing_time,
        timestamps=work.timestamps,
        evidence=work.evidence,
    )


def _xades(work: Work) -> bytes:
    """An XML document that holds its own signature: levels B-B, B-T and B-LT."""
    return sign_xades(
        work.content,
        work.signer,
        placement=XmlPlacement.ENVELOPED,
        signing_time=work.signing_time,
        mime_type="text/xml",
        timestamps=work.timestamps,
        evidence=work.evidence,
    )


def _pades(work: Work) -> bytes:
    """A PDF document; the CRLs and OCSP responses of B-LT stand in its DSS."""
    signed = sign_pades(
        work.content, work.signer, signing_time=work.signing_time, timestamps=work.timestamps
    )
    return add_validation_data(signed, work.evidence) if work.evidence else signed


def _jades(work: Work) -> bytes:
    """A JWS in flattened JSON, the content inside."""
    return sign_jades(
        work.content,
        work.signer,
        form=JadesForm.FLATTENED,
        signing_time=work.signing_time,
        timestamps=work.timestamps,
        evidence=work.evidence,
    )


def _in_base64(certificate: bytes) -> bytes:
    return base64url.encode_standard(certificate).encode()


def _in_hexadecimal(certificate: bytes) -> bytes:
    return certificate.hex().encode()


def _changed_jws(data: bytes, old: bytes, new: bytes) -> bytes:
    """What is changed stands in base64url: the payload, and the protected header."""
    file = json.loads_object(data)
    for member in ("payload", "protected"):
        octets = base64url.decode(file[member])
        file[member] = base64url.encode(octets.replace(old, new))
    return json.compact(file)


_SENTENCE: Final = "TEST-ONLY contract between two parties that do not exist."
_TEXT: Final = f"{_SENTENCE}\n".encode()
_INVOICE: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<TaxInvoice xmlns="urn:test.example:tax-invoice:1" number="TEST-ONLY-0001">\n'
    b"  <Note>TEST-ONLY invoice between two parties that do not exist</Note>\n"
    b'  <Seller taxIdentifier="0000000000000">TEST-ONLY seller</Seller>\n'
    b'  <Buyer taxIdentifier="0000000000001">TEST-ONLY buyer</Buyer>\n'
    b'  <Line number="1" item="TEST-ONLY goods"><Amount currency="THB">1000.00</Amount></Line>\n'
    b'  <Tax rate="7">70.00</Tax>\n'
    b'  <Total currency="THB">1070.00</Total>\n'
    b"</TaxInvoice>\n"
)

_NOT_SIGNATURES: Final = refused("service_type_unmapped")
"""There is an arrangement between the two states, and not about signatures."""

FORMS: Final[Mapping[str, Form]] = {
    "cades": Form(_cades, _TEXT, bytes),
    "jades": Form(_jades, _TEXT, _in_base64, _changed_jws, "crypto.signature_invalid"),
    "pades": Form(_pades, one_page([_SENTENCE]), _in_hexadecimal),
    "xades": Form(_xades, _INVOICE, _in_base64, needs="lxml"),
}
"""How a document is made, by the name of its format."""
FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "BN": ("cades",),
    "KH": ("jades",),
    "ID": ("pades",),
    "LA": ("xades",),
    "MY": ("pades",),
    "MM": ("cades",),
    "PH": ("pades",),
    "SG": ("pades",),
    "TH": ("xades", "pades"),
    "TL": ("cades",),
    "VN": ("cades", "pades", "xades"),
}
"""The formats in which a state signs documents here. Where nothing is known of them
(``profiles/states.json``), a common one stands in: BN, KH, LA, MY, MM, PH and TL."""
WHOLE: Final = frozenset({("ID", "pades"), ("KH", "jades"), ("TH", "xades"), ("VN", "cades")})
"""States and formats with every fault; all others have the first few documents."""

_GOOD: Final[Mapping[str, dict[str, Expected]]] = {
    "BN": valid_for(BN=YES, SG=YES, TL=YES, MY=NO_ARRANGEMENT, ID=NO_LIST),
    "KH": valid_for(KH=YES, PH=YES, SG=_NOT_SIGNATURES, TH=NO_ARRANGEMENT, TL=YES),
    "ID": valid_for(ID=YES, MY=YES, SG=_NOT_SIGNATURES, TH=NO_ARRANGEMENT, VN=NO_ARRANGEMENT),
    "LA": everywhere(OPEN, "list.expired", "LA", "TH", "TL", "SG"),
    "MY": valid_for(MY=YES, BN=YES, SG=_NOT_SIGNATURES, VN=NO_ARRANGEMENT, TL=YES),
    "MM": everywhere(OPEN, "path.no_issuer", "MM", "PH", "TL", "SG"),
    "PH": valid_for(PH=YES, KH=YES, MY=refused("not_listed_here"), VN=NO_ARRANGEMENT, TL=YES),
    "SG": valid_for(SG=YES, TH=YES, VN=YES, MY=_NOT_SIGNATURES, ID=NO_LIST),
    "TH": valid_for(
        TH=YES, SG=YES, MY=NO_ARRANGEMENT, VN=refused("not_listed_here"), TL=YES, ID=NO_LIST
    ),
    "TL": valid_for(TL=YES, PH=YES, SG=_NOT_SIGNATURES, TH=NO_ARRANGEMENT, ID=NO_LIST),
    "VN": valid_for(VN=YES, TH=YES, SG=PILOT, MY=NO_ARRANGEMENT, TL=YES, ID=NO_LIST),
}
"""By issuing state: the answers for a document that stands."""
_ASKED: Final[Mapping[str, Mapping[str, str]]] = {"BN": {"act": "sale-of-goods"}}
"""By issuing state: what whoever asks says of its purpose."""


def left_out() -> tuple[str, ...]:
    """Formats that cannot be written here, because the package they need is not installed."""
    return tuple(name for name, form in FORMS.items() if not form.at_hand)


def document_samples(at: int) -> Iterator[Sample]:
    """Every signed document of the region as of ``at``, in the formats that can be written."""
    for state, formats in FORMATS.items():
        for format in formats:
            if FORMS[format].at_hand:
                some = _documents(state, format, at)
                yield from some if (state, format) in WHOLE else islice(some, _FEW)


def _documents(state: str, format: str, at: int) -> Iterator[Sample]:
    form = FORMS[format]
    usual = document_signer(state)
    stamps = time_authority(time_stamping_unit(state), at + _STAMPED)
    current = revocation_evidence(state, usual, at + _LISTED)
    good = dict(_GOOD[state])
    others = tuple(good)[:3]

    def made(
        signer: Signer = usual,
        timestamps: TimestampSource | None = stamps,
        evidence: tuple[Item, ...] = current,
    ) -> bytes:
        return form.make(Work(form.content, signer, at + SIGNED, timestamps, evidence))

    def sample(name: str, data: bytes, shows: str, expect: Mapping[str, Expected]) -> Sample:
        return Sample(name, state, format, data, shows, expect, _ASKED.get(state, {}))

    def open_(reason: str) -> dict[str, Expected]:
        return everywhere(OPEN, reason, *others)

    whole = made()
    yield sample(
        "good", whole, "a signed document with a time-stamp and its own evidence (B-LT)", good
    )
    yield sample(
        "tampered", form.changed(whole, b"two parties", b"six parties"),
        "a word was changed after signing",
        everywhere(FAILED, form.notices, *others),
    )  # fmt: skip
    if good[state].indication is not PASSED:
        return  # Without a list of the state that counts, no other document tells more.
    since = revocation_evidence(state, usual, at + _LISTED, revoked=at + _REVOKED)
    yield sample(
        "good-revoked-since", made(evidence=since),
        "the signer's certificate was revoked after the time-stamp", good,
    )  # fmt: skip
    ended = document_signer(state, not_after=at + _REVOKED - 1)
    # Of a certificate that has ended nobody need say anything more (RFC 5280, 3.3).
    then = revocation_evidence(state, ended, at + _REVOKED - DAY)
    yield sample(
        "good-expired-since", made(ended, evidence=then),
        "the signer's certificate ended after the time-stamp", good,
    )  # fmt: skip
    yield sample(
        "expired-no-time-stamp", made(ended, None, then),
        "the same, and nothing proves that it was signed before", open_("path.expired"),
    )  # fmt: skip
    yield sample(
        "revoked-no-time-stamp", made(timestamps=None, evidence=since),
        "it was revoked, and no time-stamp says before", open_("revocation.revoked"),
    )  # fmt: skip
    before = revocation_evidence(state, usual, at + _LISTED, revoked=at + SIGNED - DAY)
    yield sample(
        "revoked-before", made(evidence=before),
        "the signer's certificate was revoked a day before", open_("revocation.revoked"),
    )  # fmt: skip
    yield sample(
        "revocation-not-checked", made(evidence=()),
        "it brings no evidence of revocation, and nobody has fetched any",
        open_("revocation.missing"),
    )  # fmt: skip
    swapped = form.written(usual.certificate), form.written(namesake(state).certificate)
    yield sample(
        "swapped-certificate", form.changed(whole, *swapped),
        "another certificate for the same key was put in the place of the signer's",
        open_("signature.certificate_absent"),
    )  # fmt: skip
    yield sample(
        "unlisted-authority", made(document_signer(state, by=unlisted_authority(state))),
        "no list names the CA of its signer", open_("path.no_issuer"),
    )  # fmt: skip
