"""Inputs of the task `path`: a chain, what is trusted, and the question (floor 13)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from .build import MOMENT
from .certificates import Made
from .registry import Case

Json = Mapping[str, Any]


def text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def anchor(made: Made, **limits: Any) -> Json:
    """A trusted certificate, and what limits it (members as the schema names them)."""
    return {"certificate": text(made.der), **limits}


def limit(kind: str, octets: bytes) -> Json:
    """One subtree."""
    return {"kind": kind, "base64": text(octets)}


def path_case(
    *chain: Made,
    trusted: Iterable[Json] | None = None,
    pool: Iterable[Made] | None = None,
    moment: int = MOMENT,
    leaf: bytes | None = None,
    **request: Any,
) -> Case:
    """``chain``: the certificate asked about first, the root last.

    The root is trusted and what lies between is at hand, unless ``trusted`` and ``pool`` say
    otherwise. ``leaf`` replaces the octets of the first.
    """
    between = chain[1:-1] if pool is None else tuple(pool)
    anchors = [anchor(chain[-1])] if trusted is None else list(trusted)
    return Case(
        chain[0].der if leaf is None else leaf,
        {"anchors": anchors},
        {"profile": "signer", **request},
        moment,
        evidence=tuple(
            {"kind": "certificate", "uri": None, "base64": text(item.der)} for item in between
        ),
    )
