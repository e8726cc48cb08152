"""CRLs and OCSP responses from where certificates say they are (floor 12).

The addresses stand in certificates whose path was found, and yet lead only to hosts that the trust
list of the state names or the operator allows. Both kinds of answer are signed and mostly published
on plain HTTP, so that alone goes over it. What comes back is checked for being such an answer at
all; whether it says anything is decided by the spine.
"""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Callable, Collection, Iterable
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from .errors import Rejection
from .fetch import Ask, FetchError, FetchFault, FetchPolicy, Question, Schemes, https_get, post
from .material import EvidenceKind, Item
from .spec import MAX_CRL_BYTES, MAX_OCSP_BYTES
from .trustlist.hosts import may_fetch
from .trustlist.snapshot import TrustSnapshot
from .verdict import Need, NeedKind
from .x509.crl import read_crl
from .x509.ocsp import read_ocsp, with_nonce

MAX_ASKED: Final = 16
"""Ours: addresses asked for one verdict; a path of four certificates names about eight."""
NONCE_OCTETS: Final = 32
"""RFC 9654, 2.1."""
CRL_POLICY: Final = FetchPolicy(max_bytes=MAX_CRL_BYTES, timeout=30.0, schemes=Schemes.HTTP_TOO)
OCSP_POLICY: Final = FetchPolicy(max_bytes=MAX_OCSP_BYTES, schemes=Schemes.HTTP_TOO)
_KINDS: Final = {NeedKind.OCSP: EvidenceKind.OCSP, NeedKind.CRL: EvidenceKind.CRL}


def ask(
    need: Need, crl_policy: FetchPolicy = CRL_POLICY, ocsp_policy: FetchPolicy = OCSP_POLICY
) -> bytes:
    """The CRL at the need's URL (GET), or the answer to its question (POST, RFC 6960, A.1).

    An OCSP request goes out with a fresh nonce. A response with another nonce is an answer to
    somebody else (RFC 9654, 2); one without a nonce was made ahead of time and lives by its
    `nextUpdate`. Raises ``FetchError``.
    """
    if need.kind is not NeedKind.OCSP:
        return https_get(need.what, crl_policy)
    if need.question is None:
        raise FetchError(FetchFault.CONTENT, need.what, "no question")
    nonce = secrets.token_bytes(NONCE_OCTETS)
    question = Question(with_nonce(need.question, nonce), "application/ocsp-request")
    body = post(need.what, question, ocsp_policy)
    try:
        echoed = read_ocsp(body).nonce
    except Rejection as refusal:
        raise FetchError(FetchFault.CONTENT, need.what, refusal.code.id) from None
    if echoed is not None and not secrets.compare_digest(echoed, nonce):
        raise FetchError(FetchFault.CONTENT, need.what, "an answer to another nonce")
    return body


class RevocationEdge:
    """Asks each question of one ``gather()`` once, within the bounds; notes what came of it."""

    def __init__(
        self,
        hosts: Collection[str],
        how: Ask | None,
        fetched: list[str],
        failed: list[tuple[str, str]],
    ) -> None:
        self._hosts = hosts
        self._ask = ask if how is None else how
        self._fetched = fetched
        self._failed = failed
        self._asked: set[Need] = set()

    def answers(
        self, needs: Iterable[Need], snapshot: TrustSnapshot, now: Callable[[], int]
    ) -> list[Item]:
        """Evidence for ``needs``: OCSP responses, and CRLs only where not one of those came."""
        new = [n for n in needs if n.kind in _KINDS and n not in self._asked]
        items: list[Item] = []
        for kind in (NeedKind.OCSP, NeedKind.CRL):
            for need in new:
                if need.kind is kind and len(self._asked) < MAX_ASKED:
                    self._asked.add(need)
                    try:
                        items.append(self._answer(need, snapshot, now))
                        self._fetched.append(need.what)
                    except FetchError as error:
                        self._failed.append((need.what, error.fault.value))
            if items:
                break
        return items

    def _answer(self, need: Need, snapshot: TrustSnapshot, now: Callable[[], int]) -> Item:
        if not may_ask(need, snapshot, self._hosts):
            raise FetchError(FetchFault.HOST, need.what)
        octets = self._ask(need)
        try:
            if need.kind is NeedKind.CRL:
                read_crl(octets)
            else:
                read_ocsp(octets)
        except Rejection as refusal:
            raise FetchError(FetchFault.CONTENT, need.what, refusal.code.id) from None
        return Item(_KINDS[need.kind], octets, _place(need), now())


def may_ask(need: Need, snapshot: TrustSnapshot, hosts: Collection[str]) -> bool:
    """Whether the need's host is named by the trust list of its territory, or among ``hosts``.

    ``hosts`` are names, or `name:port` for other ports than 80 and 443.
    """
    try:
        parts = urlsplit(need.what)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme == "http" and parts.hostname and port != http.client.HTTPS_PORT:
        # The host is what is listed; whether its pages are secured says nothing of who it is.
        place = parts.hostname if port in (None, 80) else f"{parts.hostname}:{port}"
        return may_fetch(urlunsplit(("https", place, "/", "", "")), snapshot, need.territory, hosts)
    return may_fetch(need.what, snapshot, need.territory, hosts)


def _place(need: Need) -> str:
    """The address of an answer as evidence: one responder answers several questions."""
    if need.question is None:
        return need.what
    return f"{need.what}#{sha256(need.question).hexdigest()[:32]}"


__all__ = ["CRL_POLICY", "OCSP_POLICY", "RevocationEdge", "ask", "may_ask"]
