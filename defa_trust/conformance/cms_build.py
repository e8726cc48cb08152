"""TEST-ONLY signers, authorities, CRLs and CAdES files of vectors (floor 13).

Everything is a function of its arguments: keys come from labels, ECDSA nonces from RFC 6979.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.x509 import ReasonFlags

from ..algorithms import DIGESTS
from ..codec import der
from ..demo import pki
from ..formats import cms_attributes as cms
from ..formats.cades import SIGNING_TIME
from ..formats.cades_sign import Placement, TimestampSource, sign_cades
from ..formats.cms import DATA
from ..formats.cms_sign import attribute, signed_data, signer_info, signing_certificate_v2
from ..formats.tst_sign import authority as time_authority
from ..signer import SoftwareSigner
from ..spec import SVC_CA_PKC, SVC_TSA
from .build import DAY, MOMENT, YEAR, Json, arrangement, member_list, recognition_list, trust
from .build import service as plain_service
from .registry import Case

DOCUMENT: Final = b"TEST-ONLY contract between two parties that do not exist.\n"
MADE: Final = MOMENT - 2 * DAY

ROOT: Final = pki.authority("Root CA of VN", "VN")
ISSUING: Final = pki.authority("Issuing CA of VN", "VN", above=ROOT, path_length=0)
ALICE: Final = pki.signer("Alice", "VN", ISSUING)
BOB: Final = pki.signer("Bob", "VN", ISSUING)
SHORT: Final = pki.signer(
    "Short", "VN", ISSUING, not_before=MOMENT - YEAR, not_after=MOMENT - 10 * DAY - 1
)
"""Her certificate has ended; only a time-stamp shows that she signed before that."""
TSA: Final = pki.tsa("Time-stamping unit of VN", "VN", ISSUING)
OUTSIDER: Final = pki.authority("Root CA of Mallory", "VN")
MALLORY: Final = pki.signer("Mallory", "VN", OUTSIDER)


def clock(moment: int = MOMENT - DAY, unit: SoftwareSigner = TSA) -> TimestampSource:
    """A test TSA, whose clock stands at ``moment`` (Unix seconds)."""
    return time_authority(unit, moment)


def cades(
    content: bytes = DOCUMENT,
    signer: SoftwareSigner = ALICE,
    placement: Placement = Placement.ATTACHED,
    **more: Any,
) -> bytes:
    """A CAdES-B-B signature made two days before the moment; ``more`` as of ``sign_cades``."""
    return sign_cades(content, signer, **{"placement": placement, "signing_time": MADE, **more})


def attributes(signer: SoftwareSigner = ALICE, content: bytes = DOCUMENT) -> dict[str, bytes]:
    """The signed attributes of level B-B, by name."""
    digest = DIGESTS["sha-256"](content)
    return {
        "content-type": attribute(cms.CONTENT_TYPE, der.encode_oid(DATA)),
        "signing-time": attribute(SIGNING_TIME, der.encode_time(MADE)),
        "message-digest": attribute(cms.MESSAGE_DIGEST, der.tlv(der.OCTET_STRING, digest)),
        "signing-certificate": signing_certificate_v2(signer.certificate),
    }


def message(*infos: bytes, content: bytes = DOCUMENT, certificates: Iterable[bytes] = ()) -> bytes:
    """A message of these SignerInfos, with Alice's certificates unless told otherwise."""
    held = [*certificates] or [ALICE.certificate, *ALICE.chain]
    return signed_data([*infos], content=content, certificates=held)


def signed_with(parts: Iterable[bytes], *, signer: SoftwareSigner = ALICE, **more: Any) -> bytes:
    """A message whose one signer signed exactly these attributes, in DER order unless ``more``
    says ``ordered=False``."""
    listed = [*parts]
    if more.pop("ordered", True):
        listed.sort()
    return message(signer_info(signer, der.tlv(der.SET, *listed)), **more)


# --- a world in which they count -----------------------------------------------------------------
def listed(
    *certificates: bytes, type: str = SVC_CA_PKC, territory: str = "VN", name: str = "CA",
    **members: Any,
) -> Json:  # fmt: skip
    """A listed CA or TSA service with these certificates."""
    found = [
        {"kind": "x509", "certificate": b64encode(one).decode("ascii")} for one in certificates
    ]
    return plain_service(
        territory,
        id=f"urn:test:{territory}-{name}",
        name=f"TEST-ONLY {name} of {territory}",
        type=type,
        issuerIds=[],
        identities=found,
        **members,
    )


def signing_world(
    *services: Json, arrangements: Iterable[Json] | None = None, others: Iterable[Json] = ()
) -> Json:
    """VN lists its root and a time-stamping unit; SG recognises its signatures."""
    offered = services or (
        listed(ROOT.certificate),
        listed(TSA.certificate, type=SVC_TSA, name="TSA"),
    )
    given = [recognises()] if arrangements is None else [*arrangements]
    return trust(member_list("VN", *offered), recognition_list("SG", *given), *others)


def recognises(recognised: str = "VN", type: str = SVC_CA_PKC, **members: Any) -> Json:
    """SG's arrangement on services of one type."""
    return arrangement(
        "SG", recognised, serviceTypeMap=[{"home": type, "recognised": type}], **members
    )


def crls(
    moment: int = MOMENT - DAY,
    revoked: Iterable[tuple[SoftwareSigner, int]] = (),
    reason: ReasonFlags | None = None,
    until: int = MOMENT + 7 * DAY,
) -> tuple[bytes, bytes]:
    """Complete CRLs of both authorities; ``revoked`` says whom the issuing one named, and when."""
    named = [(pki.serial_of(who.certificate), when, reason) for who, when in revoked]
    return (
        pki.crl(ISSUING, issued=moment, next_update=until, revoked=named),
        pki.crl(ROOT, issued=moment, next_update=until),
    )


def item(kind: str, octets: bytes) -> Mapping[str, Any]:
    """One piece of evidence."""
    return {"kind": kind, "uri": None, "base64": b64encode(octets).decode("ascii")}


def case(
    data: bytes | None = None,
    *more: Mapping[str, Any],
    lists: Iterable[bytes] | None = None,
    world: Json | None = None,
    **rest: Any,
) -> Case:
    """A vector of a signed file (by default Alice's), with CRLs that revoke nobody."""
    held = crls() if lists is None else tuple(lists)
    return Case(
        cades() if data is None else data,
        trust=signing_world() if world is None else world,
        evidence=(*(item("crl", one) for one in held), *more),
        **rest,
    )
