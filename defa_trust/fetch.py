"""The network edge (floor 12): fetch with guards; ``gather()`` asks, fetches and asks again.

The spine does no I/O. It lists what it needs; this module fetches it under rules that hold whatever
the URL's origin: HTTPS only (CRLs and OCSP may come over plain HTTP), public addresses only, the
connection goes to the address that was checked, no redirect to another host, bounded size and time.
Nothing fetched is believed: it goes back through the same doors as everything else.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from .codec import json as strict_json
from .crypto import VerificationKey
from .errors import MisuseError, Rejection
from .fetch_addresses import is_public
from .material import NO_EVIDENCE, Evidence, EvidenceKind, Item
from .request import Request
from .spec import MAX_STATUS_TOKEN_BYTES
from .trustlist.did_document import read_did_document, web_address
from .trustlist.hosts import host_of, may_fetch
from .trustlist.model import Identity, IdentityKind
from .trustlist.snapshot import TrustSnapshot
from .verdict import Indication, Need, NeedKind, Report
from .verify import Verifier, wall_clock

MAX_KEY_SET_BYTES: Final = 1 << 20
MAX_KEYS: Final = 64
KEYS_REMEMBERED: Final = 86_400
"""Ours: seconds for which fetched keys serve. A key that its issuer took out of the set, because it
was stolen, is believed for no longer."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_ADDRESSES: Final = 8
"""Ours: of one name, of which one after the other is tried; each was checked."""
_ETAG: Final = re.compile(r'(?:W/)?"[!#-~]{0,256}"')
"""RFC 9110, 8.8.3, without obs-text; what else a server sends is not sent back to it."""


class FetchFault(StrEnum):
    """Why nothing was fetched. "Could not fetch" is never "revoked" and never "good"."""

    URL = "fetch.url"
    ADDRESS = "fetch.address"
    NAME = "fetch.name"
    CONNECTION = "fetch.connection"
    TIME = "fetch.time"
    SIZE = "fetch.size"
    STATUS = "fetch.status"
    REDIRECT = "fetch.redirect"
    CONTENT = "fetch.content"
    HOST = "fetch.host"
    """No host that the state's trust list names or the operator allows: nothing was asked for."""


class FetchError(Exception):
    """A fetch that failed, with a stable code; neither Rejection nor MisuseError."""

    def __init__(self, fault: FetchFault, url: str, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {url} {detail}".rstrip())
        self.fault = fault
        self.url = url


class Addresses(StrEnum):
    """Which addresses a name may lead to."""

    PUBLIC_ONLY = "public_only"
    ALLOW_PRIVATE = "allow_private"
    """For a closed government network, and for tests on loopback. Chosen by the operator."""


class Schemes(StrEnum):
    """Over which schemes something may be fetched."""

    HTTPS_ONLY = "https_only"
    HTTP_TOO = "http_too"
    """For what is signed itself and published on plain HTTP (RFC 5280, 8: CRLs; RFC 6960, A.1)."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Bounds of one fetch; seconds and bytes."""

    max_bytes: int = 16 << 20
    timeout: float = 10.0
    max_redirects: int = 3
    addresses: Addresses = Addresses.PUBLIC_ONLY
    tls: ssl.SSLContext | None = None
    schemes: Schemes = Schemes.HTTPS_ONLY


Fetch = Callable[[str], bytes]
"""What ``gather`` is given: a URL in, the octets out, or ``FetchError``."""

Ask = Callable[[Need], bytes]
"""The same for a CRL or an OCSP response: the need in, the octets out, or ``FetchError``."""


class Question(NamedTuple):
    """What is posted, and of which media type."""

    body: bytes
    media_type: str


class Fetched(NamedTuple):
    """``body`` is ``None`` where the server says that what the ETag names is still current."""

    body: bytes | None
    etag: str | None = None


class _Answer(NamedTuple):
    status: int
    location: str | None
    etag: str | None
    body: bytes


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was checked; TLS, where there is any, proves the host's name."""

    def __init__(
        self,
        host: str,
        port: int,
        addresses: list[str],
        deadline: float,
        tls: ssl.SSLContext | None,
    ) -> None:
        super().__init__(host, port)
        self._addresses = addresses[:_MAX_ADDRESSES]
        self._deadline = deadline
        self._over = False
        self._tls = tls
        if tls is not None:
            self.default_port = http.client.HTTPS_PORT  # it is left out of the header Host
        self.channel: socket.socket | None = None

    def connect(self) -> None:
        # A second look-up of the name could answer otherwise (DNS rebinding).
        self._hold(self._plain())
        if self._tls is not None:
            secured = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._hold(secured)
            secured.do_handshake()

    def cut(self) -> None:
        """End the connection from another thread: whoever waits for a byte gets none."""
        self._over = True
        if self.channel is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.channel, socket.SHUT_RDWR)

    def _hold(self, channel: socket.socket) -> None:
        self.channel = self.sock = channel
        channel.settimeout(self._left())
        if self._over:  # cut while there was nothing to cut
            raise TimeoutError

    def _plain(self) -> socket.socket:
        """Each address has its share of the time: a name of many that are silent takes no more."""
        for number, address in enumerate(self._addresses[:-1]):
            share = self._left() / (len(self._addresses) - number)
            with suppress(OSError):
                return socket.create_connection((address, self.port), share)
        return socket.create_connection((self._addresses[-1], self.port), self._left())

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def https_get(url: str, policy: FetchPolicy | None = None) -> bytes:
    """GET one HTTPS URL under the guards above; raises ``FetchError``.

    Only status 200 counts. A redirect is followed on the same host only; every hop is checked anew.
    """
    body = https_get_if_changed(url, None, policy).body
    if body is None:  # pragma: no cover - 304 counts only where an ETag was sent
        raise FetchError(FetchFault.STATUS, url, "status 304")
    return body


def https_get_if_changed(
    url: str, etag: str | None = None, policy: FetchPolicy | None = None
) -> Fetched:
    """As ``https_get``, conditional on an ETag of an earlier answer (RFC 9110, 13.1.2).

    A 304 counts only where an ETag was sent. Raises ``FetchError``.
    """
    known = etag if etag is not None and _ETAG.fullmatch(etag) else None
    rules = policy or FetchPolicy()
    deadline = time.monotonic() + rules.timeout
    tls = rules.tls or ssl.create_default_context()
    current = url
    for _ in range(rules.max_redirects + 1):
        answer = _one(current, known, rules, tls, deadline)
        if answer.status == http.client.OK:
            tag = answer.etag if answer.etag and _ETAG.fullmatch(answer.etag) else None
            return Fetched(answer.body, tag)
        if answer.status == http.client.NOT_MODIFIED and known is not None:
            return Fetched(None, known)
        if answer.status not in _REDIRECTS or answer.location is None:
            raise FetchError(FetchFault.STATUS, current, f"status {answer.status}")
        try:
            following = urljoin(current, answer.location)
            same_host = urlsplit(following)[:2] == urlsplit(current)[:2]
        except ValueError:
            raise FetchError(FetchFault.REDIRECT, current, "to a malformed URL") from None
        if not same_host:
            raise FetchError(FetchFault.REDIRECT, current, "to another host or scheme")
        current = following
    raise FetchError(FetchFault.REDIRECT, url, "too many")


def post(url: str, question: Question, policy: FetchPolicy | None = None) -> bytes:
    """POST to one URL under the guards above; raises ``FetchError``.

    Only status 200 counts, and no redirect is followed: nobody else gets the question.
    """
    rules = policy or FetchPolicy()
    deadline = time.monotonic() + rules.timeout
    tls = rules.tls or ssl.create_default_context()
    answer = _one(url, None, rules, tls, deadline, question)
    if answer.status != http.client.OK:
        raise FetchError(FetchFault.STATUS, url, f"status {answer.status}")
    return answer.body


def _one(
    url: str,
    etag: str | None,
    rules: FetchPolicy,
    tls: ssl.SSLContext,
    deadline: float,
    question: Question | None = None,
) -> _Answer:
    host, port, target, secured = _split(url, rules.schemes)
    addresses = _resolve(url, host, port, rules.addresses)
    connection = _Pinned(host, port, addresses, deadline, tls if secured else None)
    method, body_sent = "GET", None
    headers = {"Accept-Encoding": "identity"}
    if etag is not None:
        headers["If-None-Match"] = etag
    if question is not None:
        method, body_sent = "POST", question.body
        headers["Content-Type"] = question.media_type
    # A socket's timeout begins anew with each byte: a handshake or a header that drips never ends.
    watch = threading.Timer(_left(url, deadline), connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, target, body_sent, headers)
        with connection.getresponse() as response:
            body = b""
            if response.status == http.client.OK:
                body = _read(url, response, rules.max_bytes, connection, deadline)
            _left(url, deadline)
            location, tag = response.getheader("Location"), response.getheader("ETag")
            return _Answer(response.status, location, tag, body)
    except TimeoutError:
        raise FetchError(FetchFault.TIME, url) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        _left(url, deadline)
        raise FetchError(FetchFault.CONNECTION, url, type(error).__name__) from None
    finally:
        watch.cancel()
        connection.close()
        if connection.channel is not None:
            # A response that ends with the connection has taken the socket over.
            connection.channel.close()


def _split(url: str, schemes: Schemes) -> tuple[str, int, str, bool]:
    """(host, port, target, whether it is HTTPS) of a URL that may be fetched."""
    try:
        parts = urlsplit(url)
        secured = parts.scheme == "https"
        port = parts.port or (http.client.HTTPS_PORT if secured else http.client.HTTP_PORT)
    except ValueError:
        raise FetchError(FetchFault.URL, url, "malformed") from None
    printable = url.isascii() and url.isprintable() and " " not in url
    allowed = secured or (schemes is Schemes.HTTP_TOO and parts.scheme == "http")
    if not allowed or not parts.hostname or not printable:
        raise FetchError(FetchFault.URL, url, "https and a host are needed")
    if parts.username is not None or parts.password is not None:
        raise FetchError(FetchFault.URL, url, "credentials in a URL are refused")
    target = parts.path or "/"
    target = f"{target}?{parts.query}" if parts.query else target
    return parts.hostname, port, target, secured


def _resolve(url: str, host: str, port: int, allowed: Addresses) -> list[str]:
    """The addresses to connect to: each one of the name must be allowed, not only the first."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(FetchFault.NAME, url, "the name does not resolve") from None
    addresses = [str(entry[4][0]) for entry in found]
    if allowed is Addresses.PUBLIC_ONLY and not all(map(is_public, addresses)):
        raise FetchError(FetchFault.ADDRESS, url, "the name leads to a private address")
    if not addresses:
        raise FetchError(FetchFault.NAME, url, "the name has no address")
    return list(dict.fromkeys(addresses))


def _left(url: str, deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchError(FetchFault.TIME, url)
    return left


def _read(
    url: str,
    response: http.client.HTTPResponse,
    limit: int,
    connection: _Pinned,
    deadline: float,
) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        # A server that sends one byte at a time must not reset the clock with each.
        if connection.channel is not None:
            connection.channel.settimeout(_left(url, deadline))
        chunk = response.read1(min(65_536, limit + 1 - size))
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > limit:
            raise FetchError(FetchFault.SIZE, url, f"more than {limit} bytes")
        chunks.append(chunk)


class Gathered(NamedTuple):
    """The last report, the verifier and the evidence that gave it (they hold what was fetched),
    and the log.

    ``fetched`` are URLs whose content was used; ``failed`` are (URL, code) of those that were not.
    """

    report: Report
    verifier: Verifier
    fetched: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    evidence: Evidence = NO_EVIDENCE


def gather(
    verifier: Verifier,
    data: bytes | str,
    request: Request,
    *,
    fetch: Fetch = https_get,
    lists: Callable[[Need], TrustSnapshot | None] | None = None,
    rounds: int = 3,
    evidence: Evidence = NO_EVIDENCE,
    hosts: Collection[str] = (),
    now: Callable[[], int] = wall_clock,
    ask: Ask | None = None,
) -> Gathered:
    """Evaluate; fetch what the verdict needs; evaluate again, at most ``rounds`` times.

    Key sets are fetched from the URL the *trust list* names, never from one in the message, and so
    are the documents of did:web; both serve for ``KEYS_REMEMBERED`` seconds. Status
    lists from where the authenticated credential says, if that is a host which the trust list of
    its state names or ``hosts`` holds. Missing trust and recognition lists go to ``lists``, which
    may return a newer snapshot. ``evidence`` is what the caller has already; ``now`` tells when
    something was fetched. CRLs and OCSP responses are asked for with ``ask`` (default:
    ``revocation_fetch.ask``), from such hosts alone, and a CRL only where OCSP did not answer. An
    online check stays a need: nobody here can answer it.
    """
    from .revocation_fetch import RevocationEdge

    if rounds < 1:
        raise MisuseError("gather needs at least one round")
    fetched: list[str] = []
    failed: list[tuple[str, str]] = []
    revocation = RevocationEdge(hosts, ask, fetched, failed)
    for _ in range(rounds):
        report = verifier.evaluate(data, request, evidence)
        snapshot, found = verifier.snapshot, evidence
        until = max(now(), report.at) + KEYS_REMEMBERED
        hopeless = report.verdict.validity.indication is Indication.TOTAL_FAILED
        for need in report.verdict.needs:
            newer: TrustSnapshot | None = None
            tried = need.what in fetched or any(url == need.what for url, _ in failed)
            try:
                if need.kind is NeedKind.KEY_SET and not tried:
                    identities = read_key_set(fetch(need.what), need.what)
                    newer = snapshot.with_key_set(need.what, identities, until)
                    fetched.append(need.what)
                elif need.kind is NeedKind.DID_DOCUMENT and not tried:
                    identities = fetch_did_document(need.what, fetch)
                    newer = snapshot.with_key_set(need.what, identities, until)
                    fetched.append(need.what)
                # For what has failed already no list is asked for (Token Status List, 8.3).
                elif need.kind is NeedKind.STATUS_LIST and not tried and not hopeless:
                    _check_host(need, snapshot, hosts)
                    found = found.with_items([fetch_status_list(need.what, fetch, now())])
                    fetched.append(need.what)
                elif need.kind in (NeedKind.TRUST_LIST, NeedKind.RECOGNITION_LIST) and lists:
                    newer = lists(need)
            except FetchError as error:
                failed.append((need.what, error.fault.value))
            snapshot = newer if newer is not None else snapshot
        if not hopeless:
            items = revocation.answers(report.verdict.needs, snapshot, now)
            found = found.with_items(items)
        if snapshot.digest == verifier.snapshot.digest and found.digest == evidence.digest:
            break
        evidence = found
        verifier = Verifier(snapshot, verifier.policy, clock=verifier.clock)
    else:
        report = verifier.evaluate(data, request, evidence)
    return Gathered(report, verifier, tuple(fetched), tuple(failed), evidence)


def _check_host(need: Need, snapshot: TrustSnapshot, hosts: Collection[str]) -> None:
    if host_of(need.what) is None:  # a mechanism nobody knows has no address either
        raise FetchError(FetchFault.URL, need.what)
    if not may_fetch(need.what, snapshot, need.territory, hosts):
        raise FetchError(FetchFault.HOST, need.what)


def fetch_status_list(url: str, fetch: Fetch, now: int) -> Item:
    """A status list as evidence that was fetched at ``now``; raises ``FetchError``."""
    octets = fetch(url)
    if len(octets) > MAX_STATUS_TOKEN_BYTES:
        raise FetchError(FetchFault.SIZE, url, f"more than {MAX_STATUS_TOKEN_BYTES} bytes")
    return Item(EvidenceKind.STATUS_LIST, octets, url, now)


def fetch_did_document(did: str, fetch: Fetch) -> tuple[Identity, ...]:
    """Keys of a did:web that a trust list names; raises ``FetchError``."""
    url = web_address(did)
    if url is None:
        raise FetchError(FetchFault.URL, did, "no method but did:web is fetched")
    try:
        return read_did_document(fetch(url), did)
    except Rejection:
        raise FetchError(FetchFault.CONTENT, url, "no DID document of that DID") from None


def read_key_set(body: bytes, url: str) -> tuple[Identity, ...]:
    """A JWK Set (RFC 7517, 5) as identities; keys of unknown kind or use are skipped, as it says.

    Raises ``FetchError`` (`fetch.content`) for anything that is no JWK Set or has no usable key.
    """
    try:
        document = strict_json.loads_object(body, max_bytes=MAX_KEY_SET_BYTES)
    except Rejection:
        raise FetchError(FetchFault.CONTENT, url, "no JWK Set") from None
    keys = document.get("keys")
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise FetchError(FetchFault.CONTENT, url, "no JWK Set, or too many keys")
    identities = tuple(_identities(keys))
    if not identities:
        raise FetchError(FetchFault.CONTENT, url, "no usable key")
    names = [identity.value for identity in identities if identity.value]
    if len(set(names)) != len(names):
        raise FetchError(FetchFault.CONTENT, url, "two keys share one kid")
    return identities


def _identities(keys: Iterable[object]) -> Iterable[Identity]:
    for entry in keys:
        if not isinstance(entry, dict):
            continue
        kid = entry.get("kid", "")
        try:
            key = VerificationKey.from_jwk(entry)
        except Rejection:
            continue
        if isinstance(kid, str):
            yield Identity(IdentityKind.JWK, kid, key)
