"""Codes of VICALs: lists of issuing authorities that a provider verified (ISO/IEC 18013-5, C.1).

A refused list gives no authority; a refused entry is one that the list does not give.
"""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_ISO = "ISO/IEC 18013-5"
_LIST = f"{_ISO}, C.1.7.1"


def _refusal(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        f"vical.{name}",
        f"vical.{rule}",
        Stage.ACCEPT,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )


def _note(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(f"vical.{name}", f"vical.{rule}", Stage.ACCEPT, Outcome.MET, citation, text)


# --- the list ------------------------------------------------------------------------------------
STRUCTURE: Final = _refusal(
    "structure", "structure", _LIST, "The VICAL is not built as its standard says: {actual}."
)
VERSION: Final = _refusal(
    "version", "version", _LIST, "Only version 1.0 of a VICAL is read, not {actual}."
)
SIGNER_NOT_PINNED: Final = _refusal(
    "signer_not_pinned",
    "signer",
    f"{_ISO}, C.1.7.2",
    "The VICAL's signer ({actual}) is none of those that were pinned.",
)
SIGNER_VALIDITY: Final = _refusal(
    "signer_validity",
    "signer",
    f"{_ISO}, C.1.7.2",
    "The certificate of the VICAL's signer is not valid at this moment.",
)
SIGNER_USAGE: Final = _refusal(
    "signer_usage",
    "signer",
    f"{_ISO}, C.1.7.2",
    "The certificate of the VICAL's signer is for other purposes than {expected}.",
)
SIGNATURE: Final = _refusal(
    "signature",
    "signature",
    "RFC 9052, 4.4",
    "The VICAL's signature does not verify with the pinned signer's key.",
)
FUTURE: Final = _refusal(
    "issued_in_the_future", "time", _LIST, "The VICAL is dated {actual:time}, and now is earlier."
)
PAST_NEXT_UPDATE: Final = _refusal(
    "past_next_update", "time", _LIST, "A newer VICAL was due at {expected:time}."
)
TIMES: Final = _refusal(
    "times", "time", _LIST, "The next VICAL is announced for a time before this one."
)
ROLLBACK: Final = _refusal(
    "rollback",
    "rollback",
    _LIST,
    "A newer VICAL was accepted before: {expected}; this is {actual}.",
)
OTHER_CONTENT: Final = _refusal(
    "other_content",
    "rollback",
    _LIST,
    "Another VICAL with the same number or date ({actual}) was accepted before.",
)
ISSUE_ID: Final = _refusal(
    "issue_id",
    "rollback",
    _LIST,
    "VICALs of this provider were numbered before ({expected}), and this one is not.",
)
PROVIDER: Final = _refusal(
    "provider",
    "rollback",
    _LIST,
    "What was accepted before is of another provider than this VICAL.",
)
ACCEPTED: Final = _note(
    "accepted", "accepted", _LIST, "The VICAL {actual} is accepted as a source of authorities."
)
# --- its entries ---------------------------------------------------------------------------------
CERTIFICATE: Final = _refusal(
    "certificate", "entry", _LIST, "The certificate of entry {actual} cannot be read."
)
CONTRADICTION: Final = _refusal(
    "contradiction",
    "entry",
    _LIST,
    "What entry {actual} says of its certificate ({expected}) is not what the certificate says.",
)
NOT_AN_AUTHORITY: Final = _refusal(
    "not_an_authority",
    "entry",
    f"{_ISO}, B.1.2",
    "The certificate of entry {actual} is not one of an issuing authority.",
)
VALIDITY: Final = _refusal(
    "validity", "entry", f"{_ISO}, B.1.2", "The certificate of entry {actual} has ended."
)
COUNTRY: Final = _refusal(
    "country",
    "entry",
    f"{_ISO}, B.1.2",
    "The certificate of entry {actual} does not name one state.",
)
TWICE: Final = _refusal(
    "twice", "entry", _LIST, "The certificate of entry {actual} stands in the VICAL twice."
)
ELSEWHERE: Final = _note(
    "elsewhere",
    "scope",
    "defa_trust: territory of a list",
    "{actual} entries are of states whose lists are not made here.",
)
