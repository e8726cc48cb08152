"""A TEST-ONLY signer, TSA and document for tests of CMS, CAdES and time-stamps."""

from defa_trust.algorithms import DIGESTS
from defa_trust.codec.der import OCTET_STRING, SET, element, encode_oid, encode_time, tlv
from defa_trust.demo import pki
from defa_trust.formats.cades_sign import Placement, sign_cades
from defa_trust.formats.cms import DATA
from defa_trust.formats.cms_attributes import CONTENT_TYPE, MESSAGE_DIGEST
from defa_trust.formats.cms_sign import (
    attribute,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from defa_trust.formats.tst_sign import authority as time_authority
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import DEFAULT_POLICY
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.identity import certificate_identity
from defa_trust.verify import Verifier
from tests.build import (
    DAY,
    NOW,
    arrangement,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

DOCUMENT = b"TEST-ONLY contract between two parties that do not exist.\n"

ROOT = pki.authority("Root CA of VN", "VN")
ISSUING = pki.authority("Issuing CA of VN", "VN", above=ROOT, path_length=0)
ALICE = pki.signer("Alice", "VN", ISSUING)
BOB = pki.signer("Bob", "VN", ISSUING)
TSA = pki.tsa("Time-stamping unit of VN", "VN", ISSUING)


def clock(moment=NOW - DAY):
    """The test TSA, whose clock stands at this moment."""
    return time_authority(TSA, moment)


def cades(content=DOCUMENT, signer=ALICE, placement=Placement.ATTACHED, **more):
    """A CAdES-B-B signature made two days ago; B-T with ``timestamps=clock()``."""
    return sign_cades(
        content, signer, **{"placement": placement, "signing_time": NOW - 2 * DAY, **more}
    )


# --- other spellings of the same message -------------------------------------------------------
def indefinite(data, segment=None, depth=6):
    """DER rewritten with indefinite lengths in its upper levels, as streaming producers write it;
    ``segment`` cuts octet strings of those levels into pieces of so many octets."""
    tag, body, after = element(data, 0, len(data))
    if not depth or (not tag & 0x20 and tag != OCTET_STRING):
        return data[:after]
    if tag == OCTET_STRING:
        if segment is None:
            return data[:after]
        pieces = [data[i : min(i + segment, after)] for i in range(body, after, segment)]
        return b"\x24\x80" + b"".join(tlv(OCTET_STRING, piece) for piece in pieces) + b"\0\0"
    parts, pos = [], body
    while pos < after:
        _, _, next_pos = element(data, pos, after)
        # What must be DER stays so: signed attributes, certificates, CRLs.
        part = data[pos:next_pos]
        parts.append(part if _kept(tag, part) else indefinite(part, segment, depth - 1))
        pos = next_pos
    return bytes((tag,)) + b"\x80" + b"".join(parts) + b"\0\0"


def _kept(outer, part):
    """Whether an element is signed as it stands: signed attributes, or what lies in a [0] or [1]
    set of certificates and CRLs."""
    if outer == 0xA0 and part[:1] == b"\x30" and len(part) > 300:
        return b"\x06\x03\x55\x04" in part  # a certificate: it holds names
    return part[:1] == b"\xa0" and b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04" in part[:60]


def with_signed_attributes(attributes, content=DOCUMENT, signer=ALICE, certificates=None, **more):
    """A message whose one signer signed exactly these attributes, in their order."""
    signed = tlv(SET, *attributes)
    return signed_data(
        [signer_info(signer, signed, **more)],
        content=content,
        certificates=(signer.certificate, *signer.chain) if certificates is None else certificates,
    )


def usual_attributes(content=DOCUMENT, signer=ALICE, digest="sha-256", moment=NOW - 2 * DAY):
    """content-type, signing-time, message-digest and signing-certificate-v2, by name and sorted."""
    return {
        "content-type": attribute(CONTENT_TYPE, encode_oid(DATA)),
        "signing-time": attribute("1.2.840.113549.1.9.5", encode_time(moment)),
        "message-digest": attribute(MESSAGE_DIGEST, tlv(OCTET_STRING, DIGESTS[digest](content))),
        "signing-certificate": signing_certificate_v2(signer.certificate, digest),
    }


# --- a world in which they count ---------------------------------------------------------------
def authority_service(
    *certificates, type=SVC_CA_PKC, territory="VN", history=None, name="CA", **more
):
    """A listed CA or TSA service with these certificates."""
    return service(
        territory,
        [certificate_identity(der) for der in certificates],
        issuer_ids=(),
        history=history,
        type=type,
        id=f"TEST-ONLY-{territory}-{name}",
        name=f"TEST-ONLY {name} of {territory}",
        **more,
    )


def signing_world(*services, arrangements=None, lists=()):
    """VN lists a CA (its root) and a TSA (the unit itself); SG recognises certificates of VN."""
    listed = services or (
        authority_service(ROOT.certificate),
        authority_service(TSA.certificate, type=SVC_TSA, name="TSA"),
    )
    if arrangements is None:
        arrangements = (arrangement("SG", "VN", service_types=((SVC_CA_PKC, SVC_CA_PKC),)),)
    return snapshot(trust_list("VN", listed), recognition_list("SG", arrangements), *lists)


def crls(moment=NOW - DAY, revoked=(), root_revoked=(), until=NOW + 7 * DAY):
    """Complete CRLs of both authorities: ``revoked`` is (certificate, moment, reason)."""

    def entries(given):
        return [(pki.serial_of(der), when, reason) for der, when, reason in given]

    return (
        pki.crl(ISSUING, issued=moment, next_update=until, revoked=entries(revoked)),
        pki.crl(ROOT, issued=moment, next_update=until, revoked=entries(root_revoked)),
    )


def evidence(*items, lists=None):
    """CRLs (by default those of yesterday that revoke nobody) and further items."""
    made = [Item(EvidenceKind.CRL, der) for der in (crls() if lists is None else lists)]
    return Evidence([*made, *items])


def ask(data, world=None, given=None, at=NOW, policy=DEFAULT_POLICY, **more):
    """The report of SG on a signed file."""
    verifier = Verifier(signing_world() if world is None else world, policy)
    request = Request("SG", HolderBinding.IF_PRESENT, at=at, **more)
    return verifier.evaluate(data, request, evidence() if given is None else given)


def codes_of(verdict):
    """Codes of everything that stands in the way."""
    return sorted(finding.code.id for finding in verdict.problems)


def responses(moment=NOW - DAY, until=NOW + 7 * DAY, signer=ALICE, revoked=None):
    """OCSP responses about a signer of VN and the authority above: good, or revoked since then."""
    return (
        pki.ocsp(ISSUING, signer.certificate, issued=moment, next_update=until, revoked=revoked),
        pki.ocsp(ROOT, ISSUING.certificate, issued=moment, next_update=until),
    )
