"""Where nothing is presented (floor 9): using a digital identity is a choice, and its absence is no
failure of anybody's.
"""

from __future__ import annotations

from ..codes import recognition_rules as codes
from ..trustlist.model import LawStatement
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import Finding
from . import law_rules

NOTHING_PRESENTED = Finding(codes.NOTHING_PRESENTED, "a credential or another way", None)


def voluntary(receiving: str, trusted: TrustSnapshot, moment: int) -> Finding:
    """Whether the receiving state's law leaves everybody the choice. A note, whatever it says."""
    source = trusted.recognition.get(receiving)
    law: tuple[LawStatement, ...] = () if source is None else source.law
    return law_rules.voluntary(receiving, law, moment)


def nothing_presented(receiving: str, trusted: TrustSnapshot, moment: int) -> list[Finding]:
    """The findings of a verdict on nothing: INDETERMINATE, never a refusal."""
    return [NOTHING_PRESENTED, voluntary(receiving, trusted, moment)]
