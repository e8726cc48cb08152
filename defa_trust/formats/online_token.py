"""Tokens that only the service which issued them can check (floor 3).

A verifier without a network can say of such a token which service to ask, and nothing else. The
format is never detected, since any text might be one: the request names it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from ..codes import identity_qr as codes
from ..errors import Rejection
from ..request import Request
from .base import Asserted, KeyHint, PartRole, Presented, SignedPart

MAX_TOKEN: Final = 4096
"""Ours."""


class OnlineToken:
    """One scheme's tokens: ``NAME`` is what a request and a service entry call them by."""

    FIRST_OCTETS: Final = b""

    def __init__(self, name: str, territory: str) -> None:
        self.NAME: Final = name
        self._territory = territory

    def detect(self, data: bytes, /) -> bool:  # noqa: ARG002 - any text might be one
        return False

    def parse(self, data: bytes, request: Request, /) -> Presented:  # noqa: ARG002 - as ``detect``
        if not 0 < len(data) <= MAX_TOKEN or not all(0x21 <= octet < 0x7F for octet in data):
            raise Rejection(codes.ONLINE_TOKEN, expected=MAX_TOKEN)
        return Presented(
            self.NAME,
            sha256(data).digest(),
            SignedPart(PartRole.ISSUER, b"", b"", (), KeyHint()),
            Asserted(territory=self._territory),
            dict,
            reveal_judges=False,
            points_to_no_key=True,
        )


EVERIFY: Final = OnlineToken("everify", "PH")
"""Philippines: an opaque token behind the citizen's consent, redeemed online."""
