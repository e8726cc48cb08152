"""VICALs as a source of trust: who signed one, what came before it, and what its entries say."""

from __future__ import annotations

from typing import Any

from ...codec import cbor
from ...demo import pki
from ...formats.mdoc import MDL_DOCTYPE
from ..build import DAY, MOMENT, YEAR, Json
from ..mdocs import (
    ELEMENTS,
    date,
    device_signed,
    issuer_auth,
    issuer_signed,
    items,
    mdoc_request,
    response,
    security_object,
    text,
)
from ..paths import crl, document_signer, evidence
from ..registry import Case, Group
from ..vical_build import (
    ISSUED,
    content,
    entry,
    iaca,
    issue,
    provider,
    signed,
    vical_signer,
    vical_world,
)

_group = Group(
    "trust_list",
    features=("certificate-path", "es256", "mdoc", "mdoc-device-signature", "vical"),
    twin="vical_names_the_authority",
)
_LIST = "ISO/IEC 18013-5, C.1.7.1"
_SIGNER = "ISO/IEC 18013-5, C.1.7.2"
_NOBODY = "resolve.no_anchors"
_NO_STATE = "resolve.territory_unknown"
_SECOND = "vical_after_another"


def _licence(country: str = "TH") -> bytes:
    """A licence of Thailand, signed below the authority of ``country``."""
    signer = document_signer(iaca(country), country)
    entries = items(ELEMENTS)
    auth = issuer_auth(
        security_object(entries), signer=signer.key, unprotected={33: signer.certificate}
    )
    return text(response(issuer_signed(entries, auth=auth), device=device_signed()))


def _trusting(world: Json, country: str = "TH", **request: Any) -> Case:
    known = (evidence(crl(iaca(country))),)
    return Case(_licence(country), world, mdoc_request(**request), MOMENT, evidence=known)


def _case(data: bytes, **world: Any) -> Case:
    """The licence, and one VICAL."""
    return _trusting(vical_world(issue(data), **world))


def _entry(**members: Any) -> Case:
    """Thailand's entry with a fault, beside a good one of Viet Nam."""
    return _case(signed(content(entry(**members), _vietnam())))


def _vietnam() -> Json:
    return entry(iaca("VN").certificate)


def _second(data: bytes, first: Json | None = None) -> Case:
    """Two issues in turn. The first names Viet Nam's authority alone."""
    before = content(_vietnam()) if first is None else first
    return _trusting(vical_world(issue(signed(before)), issue(data, ISSUED + 7200)))


# --- good ones -----------------------------------------
@_group.vector(_LIST)
def vical_names_the_authority() -> Case:
    """A pinned provider's VICAL names the authority above the licence's signer."""
    return _case(signed())


@_group.vector(_LIST)
def vical_tagged_as_what_it_is() -> Case:
    """The same with the tag of a COSE_Sign1."""
    return _case(signed(tag=18))


@_group.vector(_LIST)
def vical_with_the_least_it_must_say() -> Case:
    """The entry has none of the members that may be absent."""
    optional = ("issuer", "subject", "notBefore", "notAfter", "issuingCountry", "issuingAuthority",
                "certificateProfile")  # fmt: skip
    return _case(signed(content(entry(**dict.fromkeys(optional)))))


@_group.vector(_LIST)
def vical_without_number_and_end() -> Case:
    """Neither a number nor a next update is stated."""
    return _case(signed(content(vicalIssueID=None, nextUpdate=None)))


@_group.vector(_SIGNER)
def vical_whose_signer_names_those_above() -> Case:
    """The message brings the certificate above its signer too, which changes nothing."""
    chain = [vical_signer().certificate, provider().certificate]
    return _case(signed(unprotected={33: chain}))


@_group.vector(_LIST)
def vical_after_another() -> Case:
    """A second issue follows the first, and names Thailand's authority."""
    return _second(signed(content(vicalIssueID=8, date=date(ISSUED + 1))))


@_group.vector(_LIST, refused="vical.contradiction")
def vical_with_a_bad_entry_of_another_state() -> Case:
    """An entry contradicts its certificate; Thailand's, beside it, does not."""
    bad = entry(iaca("VN").certificate, serialNumber=7)
    return _case(signed(content(bad, entry())))


# --- who signed it -----------------------------------------
@_group.vector(_SIGNER, _NOBODY, refused="vical.signer_not_pinned")
def vical_and_nobody_pinned() -> Case:
    """No signer is pinned."""
    return _case(signed(), signers=())


@_group.vector(
    _SIGNER,
    _NOBODY,
    refused="vical.signer_not_pinned",
    notes="Whoever signed says who may sign.",
)
def vical_by_a_signer_that_only_the_message_brings() -> Case:
    """Another signer below the same authority, whose certificate is in the message."""
    return _case(signed(by=vical_signer("other VICAL signer")))


@_group.vector(_SIGNER, _NOBODY, refused="vical.signature")
def vical_signed_by_another_key() -> Case:
    """The pinned certificate is named, and another key signed."""
    return _case(signed(key=vical_signer("other VICAL signer").key))


@_group.vector(_SIGNER, _NOBODY, refused="vical.signer_validity")
def vical_by_a_signer_that_ended() -> Case:
    """The pinned signer's certificate ended a second before."""
    ended = vical_signer("ended VICAL signer", not_after=ISSUED + 3599)
    return _case(signed(by=ended), signers=[ended.certificate])


@_group.vector(
    _SIGNER,
    _NOBODY,
    refused="vical.signer_usage",
    notes="A certificate for documents is pinned by mistake and signs lists from then on.",
)
def vical_by_a_signer_of_documents() -> Case:
    """The pinned certificate is one for driving licences."""
    licences = vical_signer("document signer", extended=("1.0.18013.5.1.2",))
    return _case(signed(by=licences), signers=[licences.certificate])


@_group.vector(
    _SIGNER,
    _NOBODY,
    refused="vical.signer_usage",
    notes="A certificate that names no purpose, pinned by mistake, signs lists from then on.",
)
def vical_by_a_signer_of_anything() -> Case:
    """The pinned certificate has no extended key usage."""
    anything = vical_signer("signer of anything", extended=())
    return _case(signed(by=anything), signers=[anything.certificate])


@_group.vector(
    _SIGNER,
    _NOBODY,
    refused="vical.signer_usage",
    notes="A key for encryption, pinned by mistake, signs lists from then on.",
)
def vical_by_a_key_that_does_not_sign() -> Case:
    """The pinned certificate's key usage has no digital signature."""
    other = vical_signer("key for encryption", usages=("key_encipherment",))
    return _case(signed(by=other), signers=[other.certificate])


@_group.vector("RFC 9052, 3", _NOBODY, refused="cose.alg_unprotected")
def vical_algorithm_in_the_unprotected_header() -> Case:
    """The algorithm stands where nobody signed it."""
    beside = {1: -7, 33: vical_signer().certificate}
    return _case(signed(protected={}, unprotected=beside))


@_group.vector(_LIST, _NOBODY, refused="vical.signature")
def vical_altered() -> Case:
    """Another document type was written in after signing."""
    message = cbor.loads(signed())
    message[2] = cbor.dumps(content(entry(docType=[MDL_DOCTYPE, "org.example.id"])))
    return _case(cbor.dumps(message))


# --- when, and after what -----------------------------------------
@_group.vector(_LIST, _NOBODY, refused="vical.past_next_update")
def vical_that_should_have_been_replaced() -> Case:
    """The next one was due in the second in which it arrives."""
    return _case(signed(content(nextUpdate=date(ISSUED + 3600))))


@_group.vector(_LIST, _NOBODY, refused="vical.issued_in_the_future")
def vical_of_the_future() -> Case:
    """It is dated a day later than it arrives."""
    return _case(signed(content(date=date(ISSUED + DAY))))


@_group.vector(
    "TS 119 615, 4.3",
    "list.expired",
    notes="What was accepted once is believed for ever.",
)
def vical_whose_time_is_over() -> Case:
    """Accepted in time, and no other came: its next update was due four days ago."""
    old = content(date=date(MOMENT - 30 * DAY), nextUpdate=date(MOMENT - 4 * DAY))
    return _trusting(vical_world(issue(signed(old), MOMENT - 20 * DAY)))


@_group.vector(
    _LIST,
    _NO_STATE,
    refused="vical.rollback",
    twin=_SECOND,
    notes="An authority that was taken out comes back with an old issue.",
)
def vical_older_than_the_one_before() -> Case:
    """The second issue has a lower number than the first, which does not name Thailand."""
    return _second(signed(content(vicalIssueID=6, date=date(ISSUED + 1))))


@_group.vector(_LIST, _NO_STATE, refused="vical.rollback", twin=_SECOND)
def vical_of_a_higher_number_and_an_older_date() -> Case:
    """The second issue has the next number, and the date of the day before."""
    return _second(signed(content(vicalIssueID=8, date=date(ISSUED - DAY))))


@_group.vector(_LIST, _NO_STATE, refused="vical.other_content", twin=_SECOND)
def vical_of_the_same_number_with_other_content() -> Case:
    """Two issues of one number, the second with another authority in it."""
    return _second(signed(content(vicalIssueID=7, date=date(ISSUED + 1))))


@_group.vector(_LIST, _NO_STATE, refused="vical.issue_id", twin=_SECOND)
def vical_that_leaves_its_number_out() -> Case:
    """The first issue had a number; the second has none to compare."""
    return _second(signed(content(vicalIssueID=None, date=date(ISSUED + 1))))


@_group.vector(_LIST, _NO_STATE, refused="vical.provider", twin=_SECOND)
def vical_of_another_provider() -> Case:
    """The pinned signer speaks for another provider from the second issue on."""
    other = content(vicalIssueID=8, date=date(ISSUED + 1), vicalProvider="TEST-ONLY another")
    return _second(signed(other))


@_group.vector(
    _LIST,
    _NO_STATE,
    twin=_SECOND,
    notes="What every issue named is added up.",
)
def vical_that_names_the_authority_no_more() -> Case:
    """The first issue named Thailand's authority; the second, accepted, does not."""
    later = content(_vietnam(), vicalIssueID=8, date=date(ISSUED + 1))
    return _second(signed(later), content())


# --- what it says -----------------------------------------
@_group.vector(_LIST, _NOBODY, refused="vical.version")
def vical_of_another_version() -> Case:
    """Version 2.0, of which nobody knows what it means."""
    return _case(signed(content(version="2.0")))


@_group.vector("RFC 8949, 5.6", _NOBODY, refused="cbor.duplicate_key")
def vical_with_a_key_twice() -> Case:
    """The version stands there twice."""
    octets = cbor.dumps(content())
    assert octets[0] < 0xB6
    twice = bytes([octets[0] + 1]) + octets[1:] + cbor.dumps("version") + cbor.dumps("1.0")
    return _case(signed(twice))


@_group.vector(_LIST, _NO_STATE, refused="vical.contradiction")
def vical_entry_with_another_serial_number() -> Case:
    """The entry's serial number is not that of its certificate."""
    return _entry(serialNumber=7)


@_group.vector(
    _LIST,
    _NO_STATE,
    refused="vical.contradiction",
    notes="The entry's word decides for which state an authority speaks.",
)
def vical_entry_that_names_another_country() -> Case:
    """The certificate is Malaysia's, and the entry says Thailand."""
    mine = iaca("MY").certificate
    return _trusting(
        vical_world(issue(signed(content(entry(mine, issuingCountry="TH"), _vietnam())))), "MY"
    )


@_group.vector(_LIST, _NO_STATE, refused="vical.not_an_authority")
def vical_entry_of_a_signer_itself() -> Case:
    """The entry holds the licence's own signer, which certifies nobody."""
    own = entry(document_signer(iaca()).certificate)
    return _case(signed(content(own, _vietnam())))


@_group.vector(_LIST, _NO_STATE, refused="vical.validity")
def vical_entry_of_an_authority_that_ended() -> Case:
    """The authority's certificate ended a day before."""
    ended = pki.authority("IACA of TH", "TH", not_before=MOMENT - YEAR, not_after=ISSUED - DAY)
    return _case(signed(content(entry(ended.certificate), _vietnam())))


@_group.vector(
    _LIST,
    "resolve.credential_type_out_of_scope",
    notes="An authority verified for one kind of document vouches for all.",
)
def vical_entry_for_other_documents() -> Case:
    """The provider verified the authority for another document type."""
    return _case(signed(content(entry(docType=["org.example.id"]))))


@_group.vector(
    "ISO/IEC 18013-5, 9.3.3",
    "path.no_issuer",
    notes="All authorities of the VICAL are one pool, whatever their state.",
)
def vical_authority_of_another_state() -> Case:
    """A licence of Thailand by a signer below Malaysia's authority, which the VICAL names too."""
    both = content(entry(), entry(iaca("MY").certificate))
    return _trusting(vical_world(issue(signed(both))), "MY")


@_group.vector("ISO/IEC 18013-5, C.1", "list.transcribed")
def vical_where_lists_must_be_the_states_own() -> Case:
    """The verifier's policy takes no list that somebody else transcribed."""
    policy = {"transcribed": "refuse"}
    return _trusting(vical_world(issue(signed())), policy=policy)
