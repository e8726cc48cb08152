"""Codes of ZIP containers (PKWARE APPNOTE 6.3.3, ISO/IEC 21320-1), read strictly."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_LIMIT = "defa_trust limit"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "zip", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unchecked(id: str, citation: str, text: str) -> Code:
    return Code(
        id,
        "zip",
        Stage.PARSE,
        Outcome.UNKNOWN,
        citation,
        text,
        Indication.INDETERMINATE,
        SubIndication.GENERIC,
    )


# --- the container -------------------------------------------------------------------------------
TRUNCATED: Final = _fault(
    "zip.truncated",
    "APPNOTE 6.3.3, 4.3.16",
    "The ZIP container has no end record at its end: it is cut short, or something follows it.",
)
AMBIGUOUS: Final = _fault(
    "zip.ambiguous",
    "APPNOTE 6.3.3, 4.3.16",
    "The ZIP container ends in {actual} records that each could be its end record: two readers "
    "could see two containers.",
)
DIRECTORY: Final = _fault(
    "zip.directory",
    "APPNOTE 6.3.3, 4.3.12 and 4.3.16",
    "The directory of the ZIP container does not hold together ({actual}).",
)
GAP: Final = _fault(
    "zip.gap",
    "APPNOTE 6.3.3, 4.3.6",
    "The ZIP container holds octets that belong to none of its entries ({actual}).",
)
OVERLAP: Final = _fault(
    "zip.overlap",
    "APPNOTE 6.3.3, 4.3.6",
    "Entries of the ZIP container share octets ({actual}).",
)
ZIP64: Final = _unchecked(
    "zip.zip64",
    "APPNOTE 6.3.3, 4.5.3",
    "The ZIP container is in the form for large ones (ZIP64), which is not read ({actual}).",
)

# --- an entry ------------------------------------------------------------------------------------
MISMATCH: Final = _fault(
    "zip.mismatch",
    "APPNOTE 6.3.3, 4.3.7, 4.3.9 and 4.3.12",
    "What stands before an entry and the directory say different things of it ({actual}).",
)
FLAGS: Final = _fault(
    "zip.flags", "APPNOTE 6.3.3, 4.4.4", "An entry has flags that are not read ({actual})."
)
ENCRYPTED: Final = _unchecked(
    "zip.encrypted", "APPNOTE 6.3.3, 4.4.4", "An entry is encrypted ({actual})."
)
METHOD: Final = _unchecked(
    "zip.method",
    "APPNOTE 6.3.3, 4.4.5; ISO/IEC 21320-1",
    "An entry is compressed in a way that is not read ({actual}).",
)
EXTRA: Final = _fault(
    "zip.extra",
    "APPNOTE 6.3.3, 4.5 and 4.6.9",
    "An entry has extra fields that are malformed, or give it a second name ({actual}).",
)
NAME: Final = _fault(
    "zip.name", "APPNOTE 6.3.3, 4.4.17", "The name of an entry is none that is read ({actual})."
)
NAME_REPEATED: Final = _fault(
    "zip.name_repeated", "EN 319 162-1, 4.2", "Two entries have the same name ({actual})."
)
NAME_ALIKE: Final = _fault(
    "zip.name_alike",
    "EN 319 162-1, 4.2; Unicode Standard, 3.13",
    "The names of two entries differ by case or by Unicode form only ({actual}): unpacked, one "
    "could take the place of the other.",
)
BROKEN: Final = _fault(
    "zip.broken", "RFC 1951; APPNOTE 6.3.3, 4.4", "An entry is damaged ({actual})."
)

# --- limits --------------------------------------------------------------------------------------
TOO_MANY: Final = _fault(
    "zip.too_many", _LIMIT, "The ZIP container has {actual} entries; at most {expected} are read."
)
TOO_LARGE: Final = _fault(
    "zip.too_large",
    _LIMIT,
    "What the ZIP container says of itself unpacks to more than {expected} octets ({actual}).",
)
RATIO: Final = _fault(
    "zip.ratio",
    _LIMIT,
    "The ZIP container says it unpacks to more than {expected} times its octets ({actual}).",
)
