"""TEST-ONLY signatures that no seed can make again (floor 13): RSA-PSS is salted.

They are kept in ``fixed/TEST-ONLY-signatures.json`` by the digest of what they sign. After a change
of such a vector, ``python -m defa_trust.conformance.kept`` makes those that are missing.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from ..codec import base64url
from ..codec import json as strict_json
from ..demo.keys import kept_rsa
from ..signing_crypto import SigningKey

RSA_KEY: Final = "vn-civil"
"""Name of the region's TEST-ONLY RSA key that vectors use."""
_FILE: Final = Path(__file__).parent / "fixed" / "TEST-ONLY-signatures.json"
_made: dict[str, str] | None = None


def rsa_key() -> SigningKey:
    return kept_rsa(RSA_KEY)


@cache
def _kept() -> dict[str, str]:
    table: dict[str, str] = strict_json.loads_object(_FILE.read_bytes())
    return table


class KeptKey:
    """Signs like ``rsa_key()``; salted signatures (RFC 8017, 8.1) are taken from the file.

    Raises ``LookupError`` where none is kept over these bytes.
    """

    def sign(self, algorithm: str, data: bytes) -> bytes:
        if not algorithm.startswith("PS"):
            return rsa_key().sign(algorithm, data)
        name = f"{algorithm} {sha256(data).hexdigest()}"
        if _made is not None:
            text = _kept().get(name) or base64url.encode(rsa_key().sign(algorithm, data))
            _made[name] = text
            return base64url.decode(text)
        text = _kept().get(name, "")
        if not text:
            raise LookupError(f"no signature is kept for {name}")
        return base64url.decode(text)


def main() -> int:
    """Keep exactly the signatures that today's vectors need."""
    global _made  # noqa: PLW0603 - one recorder, in this program alone
    from .registry import definitions

    _made = {}
    for definition in definitions():
        definition.make()
    _FILE.write_text(json.dumps(_made, indent=1, sort_keys=True) + "\n", encoding="ascii")
    sys.stdout.write(f"{len(_made)} signatures are kept\n")
    return 0


if __name__ == "__main__":
    # Run as a program, this module is not the one that the vectors import.
    from defa_trust.conformance import kept  # noqa: PLW0406

    raise SystemExit(kept.main())
