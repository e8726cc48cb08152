"""What must hold of a shared tier, asked of whatever library is imported."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from defa_trust import verify
from defa_trust.cache import CachedVerifier, KeyBy, SharedTier, VerdictCache
from defa_trust.codes import status as status_codes
from defa_trust.material import Evidence, EvidenceKind, Recorder
from defa_trust.policy import VerificationPolicy
from defa_trust.trustlist.documents import time_text
from defa_trust.trustlist.model import Status
from defa_trust.verdict import Finding
from defa_trust.verify import Verifier
from tests.build import NOW, vc_jwt, world

from .cache_scenarios import (
    _URI,
    ENDLESS,
    PLAIN,
    TOKEN,
    WORLD,
    _given,
    _history,
    agree,
)


class _Shelf:
    def __init__(self):
        self.held, self.asked, self.broken = {}, 0, False

    def get(self, name):
        self.asked += 1
        if self.broken:
            raise OSError("gone")
        return self.held.get(name)

    def put(self, name, octets, _):
        self.held[name] = octets


_TIER_KEY = b"TEST-ONLY".ljust(32, b".")


def _process(shelf, mode=KeyBy.DIGEST, snapshot=WORLD, **more):
    tier = SharedTier(shelf, more.pop("key", _TIER_KEY), pause=60, **more)
    plain = Verifier(snapshot, VerificationPolicy(), clock=lambda: NOW)
    return CachedVerifier(plain, VerdictCache(key_by=mode, signatures=0, shared=tier))


def _told(verifier):
    stats = verifier.cache.stats()
    return stats.shared_hits, stats.shared_misses, stats.shared_faults


def processes_share_just_what_depends_on_the_same():
    ended = world(history=_history(-5, first=Status.WITHDRAWN))
    token = vc_jwt(validUntil=time_text(NOW + 5))
    late = replace(PLAIN, at=NOW + 6)
    for mode in KeyBy:
        shelf = _Shelf()
        first = agree(_process(shelf, mode), token, PLAIN)
        assert first.exit_code == 0
        for other in KeyBy:
            sharing = _process(shelf, other)
            agree(sharing, token, PLAIN)
            assert _told(sharing) == (1, 0, 0)
        for data, request, snapshot in (
            (TOKEN, PLAIN, WORLD),
            (token[:-3] + b"AAA", PLAIN, WORLD),
            (token, replace(PLAIN, relying_state="MY"), WORLD),
            (token, PLAIN, ended),
            (token, late, WORLD),
        ):
            sharing = _process(shelf, mode, snapshot)
            agree(sharing, data, request)
            assert _told(sharing)[0] == 0
    shelf = _Shelf()
    agree(_process(shelf), b"noise", PLAIN)
    assert not shelf.held


def _said(authenticated, *arguments):
    """As ``_status``, in codes that are in the table: others do not travel."""
    evidence = next(part for part in arguments if isinstance(part, Evidence | Recorder))
    good = evidence.named(EvidenceKind.STATUS_LIST, _URI) == b"good"
    code = status_codes.GOOD if good else status_codes.NOT_CHECKED
    arguments[-1].append(Finding(code))
    return ()


def the_shared_tier_keeps_to_the_evidence():
    good = (EvidenceKind.STATUS_LIST, b"good", _URI)
    revoked = (EvidenceKind.STATUS_LIST, b"revoked", _URI)
    before, verify.check_status = verify.check_status, _said
    try:
        shelf = _Shelf()
        for items in ((good,), (revoked,), (), (good,)):
            last = _process(shelf)
            agree(last, TOKEN, PLAIN, _given(*items))
        assert _told(last) == (1, 0, 0)
    finally:
        verify.check_status = before


def a_server_is_never_believed():
    """Its records change places, octets or owners; each twin that is left alone answers."""
    forged = TOKEN[:-3] + b"AAA"
    shelf, names = _Shelf(), {}
    for token in (TOKEN, ENDLESS):
        agree(_process(shelf), token, PLAIN)
        names[token] = next(name for name in shelf.held if name not in names.values())
    kept = dict(shelf.held)
    one, two = names.values()
    body = kept[one]
    asking = _process(shelf)
    seen = []
    shelf.get = seen.append
    agree(asking, forged, PLAIN)
    del shelf.get
    strange = _Shelf()
    agree(_process(strange, key=_TIER_KEY[::-1]), TOKEN, PLAIN)
    assert strange.held.keys() != {one}
    lies = [
        {seen[0]: body},
        {one: kept[two], two: kept[one]},
        {one: body[:-40] + bytes([body[-40] ^ 1]) + body[-39:]},
        {one: bytes(32) + body[32:]},
        {one: next(iter(strange.held.values()))},
        {one: body[:32]},
        {seen[0]: sha256(seen[0] + body[32:]).digest() + body[32:]},
    ]
    for lie in lies:
        shelf.held = {**kept, **lie}
        for token in (TOKEN, ENDLESS, forged):
            agree(_process(shelf), token, PLAIN)
        # What was refused has been laid there anew by now.
        shelf.held = {**kept, **lie}
        told = _process(shelf)
        agree(told, forged if seen[0] in lie else TOKEN, PLAIN)
        assert _told(told) == (0, 0, 1)
    shelf.held = kept
    for other in ({"scope": b"another"}, {"scope": b"the one"}, {"key": _TIER_KEY[::-1]}):
        apart = _process(shelf, **other)
        agree(apart, TOKEN, PLAIN)
        assert _told(apart) == (0, 1, 0)


def another_version_meets_no_record_of_this_one():
    from defa_trust.cache import shared

    shelf = _Shelf()
    agree(_process(shelf), TOKEN, PLAIN)
    before, shared.__version__ = shared.__version__, "another"
    try:
        other = _process(shelf)
    finally:
        shared.__version__ = before
    agree(other, TOKEN, PLAIN)
    assert _told(other) == (0, 1, 0)


def a_dead_server_is_left_alone():
    shelf = _Shelf()
    shelf.broken = True
    verifier = _process(shelf)
    for token in (TOKEN, ENDLESS, b"noise"):
        agree(verifier, token, PLAIN)
    assert shelf.asked == 1


SCENARIOS = (
    processes_share_just_what_depends_on_the_same,
    the_shared_tier_keeps_to_the_evidence,
    a_server_is_never_believed,
    another_version_meets_no_record_of_this_one,
    a_dead_server_is_left_alone,
)
