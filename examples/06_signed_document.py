"""Signed documents across borders: who signed, what that is at home, and what it counts for here.

The last one is checked by its digest alone, so that the document need not leave the house.
"""

from __future__ import annotations

import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from defa_trust import HolderBinding, Request, TrustSnapshot, TrustStore, VerifiedVerdict, Verifier
from defa_trust.content import Content
from defa_trust.demo.document_signers import document_signer, revocation_evidence
from defa_trust.demo.region import write_region
from defa_trust.formats.cades_sign import Placement, sign_cades
from defa_trust.material import NO_EVIDENCE, Evidence

ASKED = (
    ("id-pades-good.pdf", ("MY", "TH")),
    ("th-xades-good.xml", ("SG", "VN")),
    ("vn-cades-good.p7m", ("TH", "MY")),
    ("kh-jades-tampered.json", ("PH",)),
)


def main(folder: Path) -> None:
    region = write_region(folder)
    assembly = TrustStore(folder / "trust").load(region.at)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing))

    def judge(name: str, data: bytes, state: str, evidence: Evidence, **more: Content) -> None:
        request = Request(state, HolderBinding.IF_PRESENT, at=region.at, **more)
        verdict = verifier.evaluate(data, request, evidence).verdict
        validity, here = verdict.validity, verdict.recognition
        word = validity.sub_indication or here.outcome
        print(f"{name} in {state}: {validity.indication}, {word}")
        if here.effect is not None:
            print(f"    at home: {here.term}; here: {here.effect}")
        if isinstance(verdict, VerifiedVerdict):
            print(f"    signed by {verdict.claims['signer']}")

    for name, states in ASKED:
        for state in states:
            judge(name, (folder / "signed" / name).read_bytes(), state, NO_EVIDENCE)

    # What is signed stays elsewhere: here there are its digest, and what a CA said of the signer.
    signer = document_signer("SG")
    digest = Content.digested({"sha-256": sha256(b"TEST-ONLY contract").digest()})
    signed = sign_cades(digest, signer, placement=Placement.DETACHED, signing_time=region.at - 60)
    fetched = Evidence(revocation_evidence("SG", signer, region.at - 30))
    judge("by digest", signed, "TH", fetched, content=digest)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary) / "region")
