"""Verify one credential of the test region from another state, and read both answers."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from defa_trust import HolderBinding, Request, TrustSnapshot, TrustStore, VerifiedVerdict, Verifier
from defa_trust.demo.region import write_region


def main(folder: Path) -> None:
    # The region is test data; a real verifier pins list signers with `defa-trust trust init`.
    region = write_region(folder)
    assembly = TrustStore(folder / "trust").load(region.at)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing))

    credential = (folder / "samples" / "th-vc-jwt-good.txt").read_bytes()
    for state in ("SG", "MY"):
        request = Request(state, HolderBinding.IF_PRESENT, at=region.at)
        verdict = verifier.evaluate(credential, request).verdict
        print(f"{state}: {verdict.validity.indication}, {verdict.recognition.outcome}")
        reason = verdict.reason
        print(f"    {reason.text if reason else 'nothing speaks against it'}")
        # Claims exist only on a verdict that passed; whether to use them is your decision.
        if isinstance(verdict, VerifiedVerdict):
            print(f"    claims: {', '.join(sorted(verdict.claims))}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary) / "region")
