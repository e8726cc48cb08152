"""ISO/IEC 18013-5, annex D, and isomdl's documents: to the last digest, then one octet changed.

The corpus has good documents only. Each changed copy is ours: its octet lies in an item, in the
security object or in the signature, so that none may be accepted.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.authenticate import authenticate
from defa_trust.codec import cbor
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY
from defa_trust.errors import Rejection
from defa_trust.formats import mdoc
from defa_trust.request import HolderBinding, Request
from defa_trust.x509.certificate import read_certificate
from tests.conformance.corpora import Case

CORPUS = "mdoc"
MOMENT = 1_609_459_200  # 2021-01-01, within the validity of annex D's document
_STEP = 7
"""Every seventh octet of the signed parts is changed in turn."""


def cases(folder: Path) -> Iterator[Case]:
    for name, octets in documents(folder):
        reason = out_of_scope(octets)
        if reason is not None:
            yield Case(name, "accept", out_of_scope=reason)
            continue
        yield Case(name, "accept", *judge(octets))
        for place in signed_places(octets):
            changed = bytearray(octets)
            changed[place] ^= 0x01
            yield Case(f"{name}, octet {place} changed", "reject", *judge(bytes(changed)))


def documents(folder):
    annex = json.loads((folder / "iso_18013_5_annex_d.json").read_text(encoding="utf-8"))
    yield "annex D", bytes.fromhex(annex["ISO_18013_5_ANNEX_D_DEVICE_RESPONSE"])
    for path in sorted((folder / "isomdl" / "definitions").glob("*.cbor")):
        if path.stem in ("issuer_signed", "device_response"):
            yield f"isomdl {path.stem}", bytes.fromhex(path.read_text(encoding="ascii").strip())


def out_of_scope(octets):
    """Why a document is none; ``None`` where it must verify."""
    top = cbor.loads(octets)
    for document in top.get("documents", ()):
        auth = document["issuerSigned"]["issuerAuth"]
        if isinstance(auth, cbor.Tagged) and auth.value[2] == b"This is the content.":
            return "a structure with a placeholder where the security object belongs"
    return None


def signed_places(octets):
    """Every seventh octet of the items' contents, of the security object and of the signature."""
    presented = mdoc.parse(octets, _REQUEST)
    part = presented.issuer_part
    # The security object is the last member of the Sig_structure that was signed.
    payload = cbor.loads(part.data)[3]
    for piece in (payload, part.signature, *(claim.data for claim in presented.digest_claims)):
        begin = octets.index(piece)
        yield from range(begin, begin + len(piece), _STEP)


_REQUEST = Request("SG", HolderBinding.IF_PRESENT)


def judge(octets):
    """``accept`` where signature and digests hold with the key of the certificate in the message.

    Whether that certificate counts is the trust list's business and not this corpus's.
    """
    try:
        presented = mdoc.parse(octets, _REQUEST)
        key = read_certificate(presented.issuer_part.hint.certificate).key
    except Rejection as refusal:
        return "reject", refusal.code.id
    findings = []
    good = authenticate(presented, key, DEFAULT_ALGORITHM_POLICY, MOMENT, findings)
    last = findings[-1].code.id
    return ("accept", last) if good is not None else ("reject", last)
