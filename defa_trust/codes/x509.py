"""Codes of certificates and of the paths they make."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _unreadable(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(id, rule, Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


# --- reading -------------------------------------------------------------------------------------
MALFORMED: Final = _unreadable(
    "certificate.malformed",
    "certificate.form",
    "RFC 5280, 4.1; ITU-T X.690",
    "A certificate cannot be read ({actual}).",
)
NAME: Final = _unreadable(
    "certificate.name",
    "certificate.form",
    "RFC 5280, 4.1.2.4",
    "A distinguished name is malformed ({actual}).",
)
EXTENSION: Final = _unreadable(
    "certificate.extension",
    "certificate.form",
    "RFC 5280, 4.2",
    "An extension is malformed ({actual}).",
)
