"""A TEST-ONLY signer, TSA and document for tests of CMS, CAdES and time-stamps."""

from defa_trust.algorithms import DIGESTS
from defa_trust.codec.der import OCTET_STRING, SET, element, encode_oid, encode_time, tlv
from defa_trust.demo import pki
from defa_trust.formats.cades_sign import Placement, sign_cades
from defa_trust.formats.cms import CONTENT_TYPE, DATA, MESSAGE_DIGEST
from defa_trust.formats.cms_sign import (
    attribute,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from defa_trust.formats.tst_sign import authority as time_authority
from tests.build import DAY, NOW

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
