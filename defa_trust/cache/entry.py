"""What is kept of an answer, and which answers may be kept at all (floor 11).

An entry holds no claims: neither a decoded tree nor, unless the memory is keyed by the text, the
input. Whoever hits it brings the same octets again, and claims are rebuilt from those.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import getsizeof
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..codes import spine as codes
from ..errors import MisuseError
from ..formats.signature import SignedFile
from ..material import Dependency, Evidence, unchanged
from ..request import TEXTS, Request
from ..verdict import TIME_MAX, Finding, Verdict, VerifiedVerdict, from_parts
from ..verify import parse

if TYPE_CHECKING:
    from .ring import Ring

_verified: Final = from_parts(VerifiedVerdict)

HOLDER_PROOF_ABSENT: Final = frozenset(
    {codes.HOLDER_MISSING, codes.HOLDER_NOT_ASKED, codes.HOLDER_UNPROVED}
)
"""What is said of the holder where no proof was presented. Any other finding about a holder means
that there was one, and a proof is verified each time."""

ENTRY_BYTES: Final = 560
"""An entry beside its verdict and its input: itself, its key and its places in the tables.
Measured by ``tests/bench``; an upper bound that the byte limit counts with."""
_FINDING_BYTES: Final = 136
_VERDICT_BYTES: Final = 700
"""Subject with its digest, interval, recognition and the tuples themselves."""


REQUEST_BYTES: Final = 1400
"""A question that is held with its answer, beside its texts: itself, its digest and its terms."""
_LONGEST: Final = 512


class Held:
    """One key of a memory and its standing there. ``hits`` counts how often it answered."""

    __slots__ = ("counted", "epoch", "hits", "key", "ring", "scope", "size", "slot")

    good = True
    """Whether it may take the place of other good ones; the bad are kept among themselves."""
    end: int = TIME_MAX

    def __init__(self, key: Any, scope: bytes | None, size: int) -> None:
        self.key = key
        self.scope = scope
        self.size = size
        self.hits = self.counted = self.epoch = 0
        self.ring: Ring | None = None
        self.slot = 0

    def __reduce__(self) -> Any:
        raise no_pickling(self)


class Entry(Held):
    """An answer with everything it depends on that is not in its key.

    It answers at a moment in ``[start, end)``, and while every look-up in ``used`` finds what it
    found then, be it nothing. ``seen`` is the digest of the last evidence of which that was shown.
    """

    __slots__ = ("born", "end", "parts", "seen", "start", "used", "verdict")

    def __init__(
        self,
        key: Any,
        scope: bytes,
        size: int,
        verdict: Verdict,
        used: tuple[Dependency, ...],
        seen: bytes,
        born: float,
    ) -> None:
        super().__init__(key, scope, size)
        bare = isinstance(verdict, VerifiedVerdict) and verdict.reveal is None
        self.parts = verdict[:6] if bare else None
        self.verdict = None if bare else verdict
        self.start, self.end = verdict.interval
        self.used = used
        self.seen = seen
        self.born = born

    @property
    def good(self) -> bool:  # type: ignore[override]
        return self.parts is not None or isinstance(self.verdict, VerifiedVerdict)

    def rests_on(self, evidence: Evidence) -> bool:
        """Whether ``evidence`` answers what was looked up as it was answered then."""
        if evidence.digest == self.seen:
            return True
        if not unchanged(self.used, evidence):
            return False
        self.seen = evidence.digest
        return True

    def answers(self, moment: int, evidence: Evidence) -> bool:
        return self.start <= moment < self.end and (not self.used or self.rests_on(evidence))

    def handed_out(self, raw: bytes, request: Request) -> Verdict:
        """The verdict for whoever brings ``raw``, whose claims are rebuilt from just that."""
        if self.verdict is not None:
            return self.verdict
        return _verified((*(self.parts or ()), ClaimsOf(raw, request), ()))


class ClaimsOf(NamedTuple):
    """A ``reveal``: the claims of octets that were authenticated, decoded afresh at every call."""

    raw: bytes
    request: Request

    def __call__(self) -> Mapping[str, Any]:
        presented = parse(self.raw, self.request)
        if isinstance(presented, SignedFile):
            raise MisuseError("claims of signatures are read off their own verdicts")
        return presented.reveal()


def may_be_kept(verdict: Verdict) -> bool:
    """False for what must be established anew each time: a holder's proof, and what is counted.

    NOTE: nor is a signature of a file kept yet: it has verdicts within it, and claims that are not
    read off the file alone. What costs most of it, the path, is remembered with the snapshot.
    """
    if verdict.recognition.obligations or verdict.subject.object is not None or verdict.nested:
        return False
    for finding in verdict.findings:
        code = finding.code
        if finding.subject == "holder" and code not in HOLDER_PROOF_ABSENT:
            return False
        if code.rule == "recognition.volume":
            return False
    return True


def kept_form(verdict: Verdict, raw: bytes | None, request: Request) -> Verdict:
    """The verdict without what parsing left behind its claims.

    With ``raw`` it rebuilds claims from those octets; without, an entry asks its caller for them.
    """
    if not isinstance(verdict, VerifiedVerdict):
        return Verdict(*verdict[:6])
    reveal = None if raw is None else ClaimsOf(raw, request)
    return _verified((*verdict[:6], reveal, ()))


def texts_of(request: Request) -> int | None:
    """Octets that the texts of a question take, as far as it may be held with its answer; ``None``
    for one that holds a content, a transcript, long texts or the reader's private key of a session:
    its answer is kept without it."""
    held = (request.content, request.session_transcript, request.reader_key)
    if any(part is not None for part in held):
        return None
    if request.volume_used or request.established:
        return None
    size = 0
    for name in TEXTS:
        text = getattr(request, name)
        if text is not None:
            size += getsizeof(text)
    return size if size <= _LONGEST else None


def weight(verdict: Verdict, text: int) -> int:
    """Octets an entry is counted with: an estimate from above, whatever the input made it hold.

    ``text``: octets of an input kept as key, and of a question held with it.
    """
    size = ENTRY_BYTES + _VERDICT_BYTES + text + _facts(verdict.findings)
    subject = verdict.subject
    for name in (subject.issuer, subject.service, subject.territory):
        if name is not None:
            size += getsizeof(name)
    for need in verdict.needs:
        size += 100 + getsizeof(need.what)
    return size


def _facts(findings: tuple[Finding, ...]) -> int:
    size = _FINDING_BYTES * len(findings)
    for finding in findings:
        # By place, as in ``conclude``: every first sight comes by here with all its findings.
        for fact in (finding[1], finding[2]):
            if type(fact) is str:
                size += getsizeof(fact)
            elif type(fact) is tuple:
                size += getsizeof(fact) + sum([getsizeof(part) for part in fact])
    return size


def no_pickling(what: object) -> MisuseError:
    """For ``__reduce__``: a verdict that travelled as a pickle would be one that anybody wrote."""
    return MisuseError(
        f"a {type(what).__name__} is not pickled: build one in each process, from the trust store"
    )
