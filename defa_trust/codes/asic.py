"""Codes of ASiC containers: EN 319 162-1, and TS 102 918 before it."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_COVERAGE = "asic.coverage"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "asic.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unchecked(id: str, rule: str, citation: str, text: str, sub: SubIndication) -> Code:
    return Code(
        id, rule, Stage.PARSE, Outcome.UNKNOWN, citation, text, Indication.INDETERMINATE, sub
    )


def _noted(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(id, rule, Stage.PARSE, Outcome.MET, citation, text)


# --- the container -------------------------------------------------------------------------------
KIND: Final = _noted(
    "asic.kind",
    "asic.form",
    "EN 319 162-1, 4.3.2 and 4.4.2; A.1",
    "The container is of the kind {actual}, as {expected} says.",
)
KIND_CONFLICT: Final = _fault(
    "asic.kind_conflict",
    "EN 319 162-1, A.1",
    "The container's `mimetype` says that it is {expected}, and its comment {actual}.",
)
MEMBERS: Final = _fault(
    "asic.members",
    "EN 319 162-1, 4.3.3 and 4.4.3",
    "The container does not hold what one of its kind does: {actual}.",
)
DATA_OBJECTS: Final = _fault(
    "asic.data_objects",
    "EN 319 162-1, 4.3.3.1 and 4.4.3.1",
    "The container holds {actual} files to be signed; {expected} is expected.",
)
NO_SIGNATURE: Final = _fault(
    "asic.no_signature",
    "EN 319 162-1, 4.3.3.2 and 4.4.3.2",
    "The container holds no signature.",
)
TIMESTAMP_ALONE: Final = _unchecked(
    "asic.timestamp_alone",
    "asic.form",
    "EN 319 162-1, 4.3.3.2 and 4.4.3.2",
    "The container holds {actual} and no signature: nobody signed anything, and what is there was "
    "not evaluated.",
    SubIndication.GENERIC,
)
TOO_MUCH: Final = _fault(
    "asic.too_much", "defa_trust limit", "The container has more than {expected} {actual}."
)

# --- one signature -------------------------------------------------------------------------------
ATTACHED: Final = _fault(
    "asic.attached",
    "EN 319 162-1, 4.3.3.2 and 4.4.3.2",
    "The signature carries a content of its own, so it is over that and not over the container's.",
)
MANIFEST: Final = _fault(
    "asic.manifest",
    "EN 319 162-1, A.4",
    "The manifest is not built as one is: {actual}.",
)
MANIFEST_NONE: Final = _fault(
    "asic.manifest_none",
    "EN 319 162-1, 4.4.3.2",
    "No manifest names the signature {actual}, so that it covers nothing in the container.",
)
MANIFEST_SEVERAL: Final = _fault(
    "asic.manifest_several",
    "EN 319 162-1, 4.4.3.2",
    "{actual} manifests name one signature: which of them is signed, they cannot say.",
)
EXTENSION: Final = _unchecked(
    "asic.extension",
    "asic.form",
    "EN 319 162-1, A.4",
    "The manifest has an extension that is critical and not known ({actual}).",
    SubIndication.GENERIC,
)
SIGNATURE_MISSING: Final = _unchecked(
    "asic.signature_missing",
    "asic.form",
    "EN 319 162-1, 4.4.3.2",
    "A manifest names the signature {actual}, which the container does not hold.",
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
MISSING: Final = _unchecked(
    "asic.missing",
    _COVERAGE,
    "EN 319 162-1, 4.4.3.2; EN 319 102-1, 5.2.7",
    "The signature covers {actual}, and the container holds no file of that name.",
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
REFERENCE_AMBIGUOUS: Final = _fault(
    "asic.reference_ambiguous",
    "EN 319 162-1, 4.4.3.2; RFC 3986, 2.1",
    "A name in the signature fits two files of the container, decoded and as it stands.",
)

# --- what of the container is signed -------------------------------------------------------------
COVERS: Final = _noted(
    "asic.covers",
    _COVERAGE,
    "EN 319 162-1, 4.4.3; EN 319 102-1, 5.2.7",
    "Of the {expected} files of the container the signature covers: {actual}.",
)
COVERS_NOTHING: Final = _unchecked(
    "asic.covers_nothing",
    _COVERAGE,
    "EN 319 162-1, 4.3.3.2 and 4.4.3.2",
    "The signature covers none of the files that the container is there for.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
UNCOVERED: Final = _unchecked(
    "asic.uncovered",
    _COVERAGE,
    "EN 319 162-1, 4.4.1; EN 319 102-1, 5.2.7",
    "No signature covers {actual}: anybody could have put that into the container.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
