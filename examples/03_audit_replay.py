"""Record what a verdict stood on, and reach the same verdict again later, for audit or dispute."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from defa_trust import HolderBinding, Request, TrustSnapshot, TrustStore, Verifier, record, replay
from defa_trust.demo.region import write_region


def main(folder: Path) -> None:
    region = write_region(folder)
    store = TrustStore(folder / "trust")
    assembly = store.load(region.at)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing))

    credential = (folder / "samples" / "th-vc-jwt-good.txt").read_bytes()
    request = Request("SG", HolderBinding.IF_PRESENT, at=region.at)
    report = verifier.evaluate(credential, request)
    bundle = record(
        credential, request, report, verifier, pins=store.pins, documents=store.documents()
    )
    print(f"recorded {len(bundle)} bytes; they hold the credential, so keep them like one")

    # Years later, on another machine: nothing but the bundle, and the pins you compare it with.
    outcome = replay(bundle)
    print(f"same verdict: {outcome.same}; pinned as here: {outcome.pinned_by(store.pins)}")

    # Whoever changes what was recorded is told what no longer fits.
    forged = bundle.replace(b'"outcome":"RECOGNISED"', b'"outcome":"NOT-RECOGNISED"', 1)
    for difference in replay(forged).differences:
        print(f"  forged: {difference}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary) / "region")
