"""A verifier that remembers: the same answer at every moment, for a fraction of the work.

One cache outlives the trust snapshots: give it to each new verifier. With a server's address as
argument (`redis://…`) processes share what they worked out; the server is never believed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from defa_trust import HolderBinding, Request, TrustSnapshot, TrustStore, Verifier
from defa_trust.cache import CachedVerifier, RedisStore, SharedTier, VerdictCache
from defa_trust.demo.region import write_region


def main(folder: Path, server: str | None = None) -> None:
    region = write_region(folder)
    assembly = TrustStore(folder / "trust").load(region.at)
    snapshot = TrustSnapshot.build(assembly.lists, assembly.missing)
    # Real keys come from where secrets are kept, the same one for every worker.
    shared = SharedTier(RedisStore.at(server), os.urandom(32)) if server else None
    cache = VerdictCache(10_000, 64 << 20, shared=shared)
    clock = {"now": region.at}
    verifier = CachedVerifier(Verifier(snapshot, clock=lambda: clock["now"]), cache)

    token = (folder / "samples" / "th-vc-jwt-good.txt").read_bytes()
    request = Request("SG", HolderBinding.IF_PRESENT)  # keep one for each kind of question
    for _ in range(3):
        verdict = verifier.evaluate(token, request).verdict
        print(f"{verdict.validity.indication}, {verdict.recognition.outcome}")
    stats = cache.stats()
    print(f"{stats.misses} worked out, {stats.hits} from memory, {stats.size} octets held")

    # What was remembered ends with its interval, to the second.
    clock["now"] = verdict.interval.end
    late = verifier.evaluate(token, request).verdict
    print(f"at {clock['now']}: {late.validity.indication}, {cache.stats().misses} worked out")

    # A new snapshot: from the next call on nothing that the old one answered can be reached.
    clock["now"] = region.at
    lists = [listed for listed in assembly.lists if listed.territory != "TH"]
    after = verifier.renewed(TrustSnapshot.build(lists)).evaluate(token, request).verdict
    print(f"without the Thai list: {after.validity.indication}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name) / "region", *sys.argv[1:2])
