"""Peak memory of accepting and indexing one signed list, in a process of its own.

    python -m tests.bench.peak FILE PIN SERVICES PAYLOAD

The kernel's own figure for the process (`VmHWM`), so that what compiled libraries take counts too.
"""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path

from defa_trust.trustlist.accept import accept
from defa_trust.trustlist.model import ListType
from defa_trust.trustlist.pin import Pin
from defa_trust.trustlist.snapshot import TrustSnapshot
from tests.signed_lists import NOW


def resident(name: str) -> int:
    """`VmRSS` or `VmHWM` of this process, in octets."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def snapshot(data: bytes, signer: bytes) -> TrustSnapshot:
    judged = accept(data, Pin(ListType.MEMBER_STATE, "TH", (signer,)), last=None, now=NOW)
    assert judged.trust_list is not None, judged.findings
    return TrustSnapshot.build([judged.trust_list])


def main() -> None:
    listed, pinned, small, traced = sys.argv[1:]
    signer = Path(pinned).read_bytes()
    snapshot(Path(small).read_bytes(), signer)  # what is loaded once is no cost of the list
    before = resident("VmRSS")
    if traced == "traced":
        tracemalloc.start()
    data = Path(listed).read_bytes()
    made = snapshot(data, signer)
    found = {"peak": resident("VmHWM") - before, "services": len(made.by_service), "kept": 0}
    if traced == "traced":
        del data
        found["kept"] = tracemalloc.get_traced_memory()[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
