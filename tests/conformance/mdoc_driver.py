"""ISO/IEC 18013-5, annex D, and isomdl's documents: to the last digest, then one octet changed.

The corpus has good documents only. Each changed copy is ours: its octet lies in an item, in the
security object or in the signature, so that none may be accepted.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.authenticate import authenticate, check_holder
from defa_trust.codec import cbor
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY
from defa_trust.errors import Rejection
from defa_trust.formats import mdoc
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import AgreementKey
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
    yield from device_cases(folder)


def device_cases(folder: Path) -> Iterator[Case]:
    """Annex D's device authenticated itself with a MAC: its session's key and transcript check it,
    and neither another transcript nor a changed octet of the tag or of the transcript passes."""
    annex = json.loads((folder / "iso_18013_5_annex_d.json").read_text(encoding="utf-8"))
    octets = bytes.fromhex(annex["ISO_18013_5_ANNEX_D_DEVICE_RESPONSE"])
    whole = bytes.fromhex(annex["ISO_18013_5_ANNEX_D_SESSION_TRANSCRIPT_BYTES"])
    transcript = cbor.loads(whole).value
    yield Case("annex D, the device's MAC", "accept", *judge_device(octets, transcript))
    tag = cbor.loads(octets)["documents"][0]["deviceSigned"]["deviceAuth"]["deviceMac"][3]
    begin = octets.index(tag)
    for place in range(begin, begin + len(tag), _STEP):
        changed = bytearray(octets)
        changed[place] ^= 0x01
        name = f"annex D, octet {place} of the MAC changed"
        yield Case(name, "reject", *judge_device(bytes(changed), transcript))
    engagement, reader, handover = cbor.loads(transcript)
    for name, other in (
        ("engagement", [None, reader, handover]),
        ("reader", [engagement, None, handover]),
        ("handover", [engagement, reader, None]),
    ):
        said = judge_device(octets, cbor.dumps(other))
        yield Case(f"annex D, a session without its {name}", "reject", *said)


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
READER = AgreementKey.from_jwk(
    {
        "kty": "EC",
        "crv": "P-256",
        "x": "YOM5I4UEH1FAMFHyQVUxy1bdP5mccWhwE6rGdovIGH4",
        "y": "5Y3rj9vpB_fdU2gkVVGjR5b30iFcRAwzm7D3tnvszfo",
        "d": "3jtLnl9y3ZtYQGrjCRQ02kim-f0BDYj8sJWOLOvslHw",
    }
)
"""The reader's ephemeral key of annex D's session, which the standard prints with its secret."""


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


def judge_device(octets, transcript):
    """``accept`` where the device's MAC holds too, with annex D's own session."""
    request = Request(
        "SG", HolderBinding.MUST_BE_PRESENT, session_transcript=transcript, reader_key=READER
    )
    findings = []
    try:
        presented = mdoc.parse(octets, request)
        key = read_certificate(presented.issuer_part.hint.certificate).key
    except Rejection as refusal:
        return "reject", refusal.code.id
    good = authenticate(presented, key, DEFAULT_ALGORITHM_POLICY, MOMENT, findings)
    if good is not None:
        check_holder(good, request, DEFAULT_ALGORITHM_POLICY, MOMENT, 60, findings)
    last = findings[-1].code.id
    return ("accept", last) if last == "holder.proved" else ("reject", last)
