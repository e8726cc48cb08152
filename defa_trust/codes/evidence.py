"""Codes of evidence bundles: what `replay` refuses to read."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication


def _malformed(id: str, text: str) -> Code:
    return Code(
        id,
        "evidence.form",
        Stage.PARSE,
        Outcome.NOT_MET,
        "defa_trust schema evidence.v1",
        text,
        Indication.TOTAL_FAILED,
        SubIndication.FORMAT_FAILURE,
    )


MALFORMED: Final = _malformed("evidence.malformed", "The evidence bundle cannot be read: {actual}.")
TOO_LARGE: Final = _malformed(
    "evidence.too_large", "The evidence bundle has {actual} bytes; at most {expected} are read."
)
