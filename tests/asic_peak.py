"""Peak memory and time of judging one container, in a process of its own.

    python -m tests.asic_peak FILE

The kernel's own figure for the process (`VmHWM`), so that what compiled libraries take counts too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

from tests.asic_samples import Form, extended
from tests.cms_samples import ask, codes_of


def peak() -> int:
    """`VmHWM` of this process, in octets."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise LookupError("VmHWM")


def main() -> None:
    for form in Form:  # what is loaded once is no cost of the container
        ask(extended(form))
    before = peak()
    data = Path(sys.argv[1]).read_bytes()
    begun = process_time()
    verdict = ask(data).verdict
    found = {
        "container": len(data),
        "process": peak(),
        "beyond": peak() - before - len(data),
        "seconds": round(process_time() - begun, 2),
        "indication": str(verdict.validity.indication),
        "codes": codes_of(verdict),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
