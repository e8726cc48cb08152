"""VICALs of a vector, accepted or refused in order, and the lists that the last gives (floor 13).

The mark of what was accepted carries over from one issue to the next; a refused issue never
replaces an accepted one.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ..codec.json import canonical
from ..policy import VerificationPolicy
from ..trustlist.acceptance import AcceptancePolicy
from ..trustlist.decode import decode
from ..trustlist.snapshot import TrustSnapshot
from ..trustlist.vical import Vical, accept_vical, list_of
from ..verdict import Finding, Outcome
from .trust import snapshot_of

_SOURCE: Final = "https://vical.test.example/vical.cbor"


def snapshot_of_vicals(
    trust: Mapping[str, Any], policy: VerificationPolicy
) -> tuple[TrustSnapshot, list[Finding]]:
    """The snapshot after all issues, and why issues or entries of accepted ones were refused."""
    acceptance = AcceptancePolicy(algorithms=policy.algorithms)
    signers = [b64decode(der, validate=True) for der in trust["vicals"]["signers"]]
    refused: list[Finding] = []
    held: tuple[Vical, int] | None = None
    for issue in trust["vicals"]["issues"]:
        said = accept_vical(
            b64decode(issue["base64"], validate=True),
            signers,
            last=None if held is None else held[0].state,
            now=issue["at"],
            policy=acceptance,
        )
        refused += [f for f in said.findings if f.code.outcome is not Outcome.MET]
        if said.vical is not None:
            held = (said.vical, issue["at"])
    plain = snapshot_of({"lists": trust["lists"]})
    if held is None:
        return plain, refused
    vical, retrieved = held
    made = []
    for territory in sorted({entry.territory for entry in vical.entries}):
        document = list_of(
            vical,
            territory,
            operator=f"TEST-ONLY operator of {territory}",
            source=_SOURCE,
            retrieved=retrieved,
            sequence=vical.issue or 1,
        )
        octets = canonical(document)
        made.append(decode(document, digest=sha256(octets).hexdigest(), size=len(octets)))
    return TrustSnapshot.build((*plain.lists, *made)), refused
