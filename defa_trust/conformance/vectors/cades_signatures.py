"""CAdES: what is signed, by whom, and what does not count (EN 319 122-1, RFC 5652)."""

from __future__ import annotations

from hashlib import sha1, sha256

from ...codec import der
from ...codec.der import encode_oid, tlv
from ...formats.cades import COMMITMENT, SIGNING_TIME
from ...formats.cades_sign import Placement, sign_info
from ...formats.cms import read_signed_data
from ...formats.cms_attributes import MESSAGE_DIGEST
from ...formats.cms_sign import (
    attribute,
    issuer_and_serial,
    signed_attributes,
    signer_info,
    signing_certificate_v2,
)
from ...signer import SoftwareSigner
from ...spec import SVC_CA_PKC, SVC_EAA, SVC_TSA
from ..build import DAY, MOMENT, WITHDRAWN, YEAR, member_list, period
from ..cms_build import (
    ALICE,
    BOB,
    DOCUMENT,
    ISSUING,
    MADE,
    MALLORY,
    OUTSIDER,
    ROOT,
    TSA,
    attributes,
    cades,
    case,
    crls,
    item,
    listed,
    message,
    recognises,
    signed_with,
    signing_world,
)
from ..registry import Case, Group, Importance

_EN = "EN 319 122-1"
_AV = "EN 319 102-1"
_CMS = "RFC 5652"
_group = Group("cades", features=("cades", "certificate-path", "crl", "es256"), twin="attached")


def _detached(*items: tuple[str, bytes]) -> Case:
    data = cades(placement=Placement.DETACHED)
    return case(data, *(item(kind, octets) for kind, octets in items))


def _replaced(old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    whole = cades() if data is None else data
    assert old in whole
    assert len(old) == len(new)
    return whole.replace(old, new)


# --- content -------------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 6")
def attached() -> Case:
    """Level B-B, the content inside, the signer's authority below a listed root."""
    return case()


@_group.vector(f"{_CMS}, 5.2")
def detached() -> Case:
    """The content came by itself."""
    return _detached(("content", DOCUMENT))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_missing", twin="detached")
def detached_without_content() -> Case:
    """Nobody brought the content: nothing is known of it."""
    return _detached()


@_group.vector(
    f"{_AV}, 5.2.7",
    "signature.content_changed",
    twin="detached",
    notes="The signature value alone is checked: any document passes.",
)
def detached_with_other_content() -> Case:
    """The content that was brought is another one."""
    return _detached(("content", DOCUMENT + b" "))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def changed_content() -> Case:
    """A word of the content was changed."""
    return case(_replaced(b"two parties", b"ten parties"))


@_group.vector(
    f"{_CMS}, 5.4",
    "crypto.signature_invalid",
    notes="The digest of the content is compared, and the signature is over it only.",
)
def changed_content_and_digest() -> Case:
    """The content was changed, and the message-digest attribute with it."""
    other = DOCUMENT.replace(b"two", b"ten")
    data = _replaced(DOCUMENT, other)
    return case(_replaced(sha256(DOCUMENT).digest(), sha256(other).digest(), data))


@_group.vector(f"{_AV}, 5.2.7", "crypto.signature_invalid")
def changed_signature_value() -> Case:
    """The last bit of the signature value was turned."""
    data = cades()
    info = read_signed_data(data).signers[0]
    value: bytes = info.signature  # type: ignore[union-attr]
    return case(_replaced(value, bytes((*value[:-1], value[-1] ^ 1)), data))


# --- attributes ----------------------------------------------------------------------------------
@_group.vector(
    f"{_CMS}, 5.3",
    "cms.attributes_unsorted",
    notes="Who sorts first and who takes what came verify other messages.",
)
def attributes_out_of_order() -> Case:
    """The signed attributes are in reverse, and so signed."""
    parts = sorted(attributes().values(), reverse=True)
    return case(signed_with(parts, ordered=False))


@_group.vector(
    f"{_CMS}, 11.3",
    "cms.attribute_repeated",
    notes="The first or the last counts, and each reader takes its own.",
)
def two_signing_times() -> Case:
    """Two signing times were signed."""
    later = attribute(SIGNING_TIME, der.encode_time(MOMENT))
    return case(signed_with([*attributes().values(), later]))


@_group.vector(f"{_EN}, 5.2.3")
def commitment() -> Case:
    """The signer states a commitment: proof of origin."""
    kind = attribute(COMMITMENT, der.seq(encode_oid("1.2.840.113549.1.9.16.6.1")))
    return case(signed_with([*attributes().values(), kind]))


@_group.vector(f"{_CMS}, 11.1", "cms.content_type")
def content_type_of_another() -> Case:
    """The signed content type is not the one of the content."""
    parts = attributes()
    parts["content-type"] = attribute("1.2.840.113549.1.9.3", encode_oid("1.2.840.113549.1.7.5"))
    return case(signed_with(parts.values()))


@_group.vector(
    "RFC 8933, 2",
    "cms.no_signed_attributes",
    importance=Importance.PROFILE,
    notes="A victim's attributes pass for content that the victim signed.",
)
def attributes_passed_off_as_content() -> Case:
    """No signed attributes; the content is the DER of the attributes somebody signed."""
    signed = signed_attributes(*attributes().values())
    bare = der.seq(
        der.encode_integer(1),
        der.seq(*issuer_and_serial(ALICE.certificate)),
        der.seq(encode_oid("2.16.840.1.101.3.4.2.1")),
        der.seq(encode_oid("1.2.840.10045.4.3.2")),
        tlv(der.OCTET_STRING, ALICE.sign(signed)),
    )
    return case(message(bare, content=signed))


@_group.vector(f"{_AV}, 5.2.8", "cms.digest_weak")
def digest_by_sha_1() -> Case:
    """The content is digested by SHA-1."""
    parts = attributes()
    digest = sha1(DOCUMENT, usedforsecurity=False).digest()
    parts["message-digest"] = attribute(MESSAGE_DIGEST, tlv(der.OCTET_STRING, digest))
    info = signer_info(ALICE, signed_attributes(*parts.values()))
    strong = der.seq(encode_oid("2.16.840.1.101.3.4.2.1"))
    weak = der.seq(encode_oid("1.3.14.3.2.26"))
    place, head = info.index(strong), der.Reader(info).take(der.SEQUENCE).pos
    return case(message(der.seq(info[head:place] + weak + info[place + len(strong) :])))


# --- the signing certificate ---------------------------------------------------------------------
@_group.vector(
    f"{_EN}, 5.2.2",
    "signature.certificate_unnamed",
    notes="Any certificate of the same key may be put in its place.",
)
def certificate_not_signed() -> Case:
    """The signing-certificate attribute was never there."""
    parts = attributes()
    del parts["signing-certificate"]
    return case(signed_with(parts.values()))


@_group.vector(f"{_EN}, 5.2.2", "signature.certificate_mismatch")
def certificate_of_another_named_outside() -> Case:
    """The unsigned identifier names Bob's certificate, the signed digest Alice's."""
    other = SoftwareSigner(ALICE.key, BOB.certificate)
    info = signer_info(other, signed_attributes(*attributes().values()))
    held = (ALICE.certificate, BOB.certificate, ISSUING.certificate)
    return case(message(info, certificates=held))


@_group.vector(f"{_EN}, 5.2.2", "signature.certificate_mismatch")
def certificate_of_another_signed() -> Case:
    """The signed digest is that of Bob's certificate; Alice's key signed."""
    parts = attributes()
    parts["signing-certificate"] = signing_certificate_v2(BOB.certificate)
    return case(signed_with(parts.values()))


@_group.vector("RFC 5280, 4.2.1.12; RFC 3161, 2.3", "certificate.extended_key_usage")
def signature_of_a_time_stamping_unit() -> Case:
    """The signer's certificate is of the listed authority, and for time-stamping alone."""
    return case(cades(signer=TSA))


@_group.vector(f"{_AV}, 5.2.3", "signature.certificate_absent", twin="certificate_brought")
def certificate_absent() -> Case:
    """The file holds the authority's certificate, and not the signer's."""
    return case(signed_with(attributes().values(), certificates=[ISSUING.certificate]))


@_group.vector(f"{_AV}, 5.2.3")
def certificate_brought() -> Case:
    """The signer's certificate is not in the file, and was brought."""
    data = signed_with(attributes().values(), certificates=[ISSUING.certificate])
    return case(data, item("certificate", ALICE.certificate))


# --- several signers -----------------------------------------------------------------------------
@_group.vector(
    f"{_CMS}, 5.1", "path.no_issuer", notes="One good signature is taken for the file's."
)
def signature_of_an_outsider() -> Case:
    """The one signer's root came along and is listed nowhere."""
    return case(cades(signer=MALLORY))


@_group.vector(f"{_CMS}, 5.3", "der.truncated")
def truncated() -> Case:
    """The file ends in its middle."""
    data = cades()
    return case(data[: len(data) // 2])


@_group.vector(f"{_CMS}, 5.1")
def two_signers() -> Case:
    """Alice and Bob signed the same content."""
    infos = [sign_info(DOCUMENT, who, signing_time=MADE) for who in (ALICE, BOB)]
    held = (ALICE.certificate, BOB.certificate, ISSUING.certificate)
    return case(message(*infos, certificates=held))


# --- trust ---------------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.6", "signature.no_authority")
def authority_listed_for_something_else() -> Case:
    """The root is listed as a service that attests attributes."""
    return case(world=signing_world(listed(ROOT.certificate, type=SVC_EAA)))


@_group.vector(f"{_AV}, 5.2.6", "signature.no_authority")
def authority_listed_for_time_stamps() -> Case:
    """The root is listed as a time-stamping service only."""
    return case(world=signing_world(listed(ROOT.certificate, type=SVC_TSA)))


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer", twin="authority_brought")
def authority_absent() -> Case:
    """Nobody brought the certificate between the signer and the listed root."""
    return case(cades(signer=SoftwareSigner(ALICE.key, ALICE.certificate)))


@_group.vector(f"{_AV}, 5.2.6")
def authority_brought() -> Case:
    """The certificate in between is not in the file, and was brought."""
    data = cades(signer=SoftwareSigner(ALICE.key, ALICE.certificate))
    return case(data, item("certificate", ISSUING.certificate))


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def authority_of_that_name() -> Case:
    """A root of another key is listed, and the file's own came along."""
    return case(world=signing_world(listed(OUTSIDER.certificate)))


@_group.vector("TS 119 612, 5.5", "resolve.territory_ambiguous", importance=Importance.PROFILE)
def authority_of_two_states() -> Case:
    """Two states list the same root."""
    other = member_list("TH", listed(ROOT.certificate, territory="TH"))
    return case(world=signing_world(others=[other]))


@_group.vector("TS 119 615, 4.4", "service.not_granted")
def authority_withdrawn() -> Case:
    """The service was withdrawn ten days ago, and nothing shows that the signature is older."""
    until = MOMENT - 10 * DAY
    past = [
        period("withdrawn", WITHDRAWN, until),
        period(start=MOMENT - YEAR, until=until),
    ]
    return case(world=signing_world(listed(ROOT.certificate, history=past)))


@_group.vector(
    "DEFA profile, recognition", "recognition.no_arrangement", importance=Importance.PROFILE
)
def recognised_by_nobody() -> Case:
    """Valid, and the receiving state has no arrangement with the signer's."""
    return case(world=signing_world(arrangements=[]))


@_group.vector(
    "DEFA profile, recognition", "recognition.service_type_unmapped", importance=Importance.PROFILE
)
def recognised_for_time_stamps_only() -> Case:
    """The arrangement is about time-stamping services."""
    return case(world=signing_world(arrangements=[recognises(type=SVC_TSA)]))


@_group.vector("DEFA profile, recognition", importance=Importance.PROFILE)
def recognised_with_another_effect() -> Case:
    """The arrangement gives signatures the effect of evidence only."""
    made = recognises(type=SVC_CA_PKC, effect="admissible_as_evidence")
    return case(world=signing_world(arrangements=[made]))


# --- revocation ----------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.5", "revocation.revoked")
def signer_revoked() -> Case:
    """The signer was revoked ten days ago, and nothing shows that the signature is older."""
    return case(lists=crls(revoked=[(ALICE, MOMENT - 10 * DAY)]))


@_group.vector(f"{_AV}, 5.2.5", "revocation.missing", notes="Not checked is read as: good.")
def revocation_unchecked() -> Case:
    """No revocation information is at hand."""
    return case(lists=())


@_group.vector(f"{_EN}, 5.5")
def revocation_lists_inside() -> Case:
    """The lists are in the file itself."""
    return case(cades(revocations=crls()), lists=())


@_group.vector(f"{_EN}, 5.5", "revocation.missing", twin="revocation_lists_inside")
def revocation_list_of_an_outsider_inside() -> Case:
    """The list in the file is signed by an authority that certified nobody here."""
    from ...demo import pki

    forged = pki.crl(OUTSIDER, issued=MOMENT - DAY, next_update=MOMENT + DAY)
    return case(cades(revocations=[forged]), lists=())
