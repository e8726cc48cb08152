"""Small PDF documents, signed and changed, octet by octet: those of the vectors."""

from defa_trust.conformance.pdf_build import (
    FORGED,
    PAGE,
    TEXT,
    catalog,
    field,
    hybrid,
    message,
    packed,
    place,
    plain,
    section,
    signed,
    update,
)

__all__ = [
    "FORGED",
    "PAGE",
    "TEXT",
    "catalog",
    "field",
    "hybrid",
    "message",
    "packed",
    "place",
    "plain",
    "section",
    "signed",
    "update",
]
