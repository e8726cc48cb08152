"""Makes anew what cannot be made the same twice, and keeps it under ``fixed/`` (floor 13).

`python -m defa_trust.demo.keep`: needed only after the content of a kept sample changed. RSA-PSS
signatures are salted (RFC 8017, 8.1), and builds of zlib compress differently.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from typing import Final

from .issue import hc1, issue_sign1
from .keys import recording
from .plans import REGION_EPOCH
from .samples import cwt_claims, state_samples
from .states import STATES

FOLDER: Final = Path(__file__).parent / "fixed"


def keep(folder: Path = FOLDER) -> int:
    """Write the files; returns how many signatures were made."""
    with recording() as made:
        for _ in state_samples(REGION_EPOCH):
            pass
        table = dict(sorted(made.items()))
    text = json.dumps(table, indent=2) + "\n"
    (folder / "TEST-ONLY-signatures.json").write_text(text, encoding="utf-8")
    signer = STATES["SG"].signer("documents")
    message = issue_sign1(cwt_claims("SG", REGION_EPOCH), signer, "sg-hcert")
    code = hc1(zlib.compress(message, 9))
    (folder / "TEST-ONLY-sg-hcert-deflated.txt").write_bytes(code + b"\n")
    return len(table)


if __name__ == "__main__":
    sys.stdout.write(f"{keep()} signatures kept\n")
