"""Mutants of the cache and of the law it stands on: ``python -m tests.mutation.cache`` lists them.

Each component of the key is taken out once, each interval once from the intersection, each
condition on which an answer is kept or given once.
"""

from __future__ import annotations

import ast
import io
import sys
from contextlib import redirect_stdout

from .runner import Mutant, main, source_of, table

SCENARIOS = "tests.mutation.scenarios"

_ENTRY = "defa_trust.cache.entry"
_VERIFIER = "defa_trust.cache.verifier"
_SIGNATURES = "defa_trust.cache.signatures"
_SHARED = "defa_trust.cache.shared"
_SPINE = "defa_trust.verify"
_CONCLUDE = "defa_trust.conclude"
_FINDING = "defa_trust.finding"
_REQUEST = "defa_trust.request"
_POLICY = "defa_trust.policy"
_ALGORITHMS = "defa_trust.algorithms"
_SNAPSHOT = "defa_trust.trustlist.snapshot"
_ENGINE = "defa_trust.recognition.engine"
_RULES = "defa_trust.recognition.instrument_rules"
_TIMING = "defa_trust.timing"

_DIGEST = "sha256(raw + (request.digest + self._names)).digest()"
_TEXT = "(raw, request.digest, self._names)"
_SCOPE = "sha256(self.snapshot.digest + self.policy.digest).digest()"
_USED = "or (entry.used and not (type(evidence) is Evidence and entry.rests_on(evidence)))"
_MOMENT = "or not entry.start <= moment < entry.end"

KEY = [
    Mutant("key: no input (digest)", _VERIFIER, _DIGEST, _DIGEST.replace("raw + ", "")),
    Mutant("key: no input (text)", _VERIFIER, _TEXT, _TEXT.replace("raw, ", "")),
    Mutant("key: only the input's beginning", _VERIFIER, _DIGEST,
           _DIGEST.replace("raw", "raw[:99]")),
    Mutant("key: only the input's end", _VERIFIER, _DIGEST, _DIGEST.replace("raw", "raw[-99:]")),
    Mutant("key: only the input's length (text)", _VERIFIER, _TEXT,
           _TEXT.replace("raw", "len(raw)")),
    Mutant("key: the input without its line break", _VERIFIER, _DIGEST,
           _DIGEST.replace("raw", "raw.strip()")),
    Mutant("key: no request (digest)", _VERIFIER, _DIGEST,
           _DIGEST.replace("request.digest + ", "")),
    Mutant("key: no request (text)", _VERIFIER, _TEXT, _TEXT.replace("request.digest, ", "")),
    Mutant("key: no snapshot, no policy (digest)", _VERIFIER, _DIGEST,
           _DIGEST.replace(" + self._names", "")),
    Mutant("key: no snapshot, no policy (text)", _VERIFIER, _TEXT,
           _TEXT.replace(", self._names", "")),
    Mutant("key: no snapshot", _VERIFIER, _SCOPE, _SCOPE.replace("self.snapshot.digest + ", "")),
    Mutant("key: no policy", _VERIFIER, _SCOPE, _SCOPE.replace(" + self.policy.digest", "")),
]  # fmt: skip


def _without_each(module, owner, title):
    """A mutant for each element of the tuple `parts` that ``owner`` takes its digest of."""
    source = source_of(module)
    (assigned,) = (
        node.value
        for cls in ast.parse(source).body
        if isinstance(cls, ast.ClassDef) and cls.name == owner
        for node in ast.walk(cls)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "parts"
    )
    whole = ast.get_source_segment(source, assigned)
    for element in _elements(assigned):
        text = ast.get_source_segment(source, element)
        lines = source.splitlines(keepends=True)
        start = sum(map(len, lines[: element.lineno - 1])) + element.col_offset
        begin = sum(map(len, lines[: assigned.lineno - 1])) + assigned.col_offset
        place = start - begin
        instead = "*()" if isinstance(element, ast.Starred) else "None"
        yield Mutant(
            f"{title}: no {' '.join(text.split())}",
            module,
            whole,
            whole[:place] + instead + whole[place + len(text) :],
        )


def _elements(node):
    """The parts, and those of a part that is a tuple itself."""
    for element in node.elts:
        yield element
        for inner in ast.walk(element):
            if isinstance(inner, ast.Tuple):
                yield from inner.elts


_CHOICES = "getattr(self, name).value for name in _REVOCATION_CHOICES"
DIGESTS = [
    *_without_each(_REQUEST, "Request", "request's digest"),
    *_without_each(_POLICY, "VerificationPolicy", "policy's digest"),
    *_without_each(_POLICY, "RevocationPolicy", "revocation policy's digest"),
    *(
        Mutant(f"revocation policy's digest: no {name}", _POLICY, _CHOICES,
               f"{_CHOICES} if name != {name!r}")
        for name in ("required", "unchecked", "past", "responders", "no_information")
    ),
    Mutant("algorithm policy's digest: no intervals", _ALGORITHMS,
           "[[name, *interval] for name, interval in allowed.items()]", "sorted(allowed)"),
    Mutant("algorithm policy's digest: no names", _ALGORITHMS,
           "[[name, *interval] for name, interval in allowed.items()]", "[]"),
    Mutant("snapshot's digest: no list's digest", _SNAPSHOT, " {x.digest} {x.via} ", " {x.via} "),
    Mutant("snapshot's digest: no way to the list", _SNAPSHOT, " {x.digest} {x.via} ",
           " {x.digest} "),
    Mutant("snapshot's digest: no signer", _SNAPSHOT, " {x.signer} {x.usable_until}",
           " {x.usable_until}"),
    Mutant("snapshot's digest: no end of the signer", _SNAPSHOT, " {x.signer} {x.usable_until}",
           " {x.signer}"),
    Mutant("snapshot's digest: no missing lists", _SNAPSHOT,
           'f"missing {x.type.value} {x.territory} {x.code}" for x in absent', '"" for x in ()'),
    Mutant("snapshot's digest: no reason why a list is missing", _SNAPSHOT,
           "missing {x.type.value} {x.territory} {x.code}", "missing {x.type.value} {x.territory}"),
    Mutant("snapshot's digest: no fetched keys", _SNAPSHOT,
           "[_named(identity) for identity in found]", "0"),
    Mutant("snapshot's digest: no algorithm of a fetched key", _SNAPSHOT,
           "(key.thumbprint.hex(), key.alg)", "(key.thumbprint.hex(),)"),
]  # fmt: skip


def _but(rule):
    """The conclusion's intersection without the intervals of one rule."""
    return Mutant(
        f"intersection: no interval of {rule}",
        _CONCLUDE,
        "        if begin > start:\n            start = begin\n"
        "        if until < end:\n            end = until\n",
        f"        if begin > start and code.rule != {rule!r}:\n            start = begin\n"
        f"        if until < end and code.rule != {rule!r}:\n            end = until\n",
    )


def _standing_but(rule):
    return Mutant(
        f"intersection: no interval of {rule} in a key's standing",
        _FINDING,
        "max((f.start for f in kept), default=TIME_MIN),\n"
        "            min((f.end for f in kept), default=TIME_MAX),",
        f"max((f.start for f in kept if f.code.rule != {rule!r}), default=TIME_MIN),\n"
        f"            min((f.end for f in kept if f.code.rule != {rule!r}), default=TIME_MAX),",
    )


_SPANNED = "    for finding in findings:\n        if finding.start > start:\n"


def _unless(*rules):
    return (
        f"    for finding in findings:\n        if finding.code.rule in {rules!r}:\n"
        "            continue\n        if finding.start > start:\n"
    )


def _recognition_but(*rules):
    name = f"intersection: no interval of {' and '.join(rules)}"
    return Mutant(name, _ENGINE, _SPANNED, _unless(*rules))


_BOUNDS = "_interval((max(start, bounds[0]), min(end, bounds[1])))"
_PAIR = "start, end = max(best[2].start, standing.start), min(best[2].end, standing.end)"
INTERVALS = [
    Mutant("hit: before the interval", _VERIFIER, _MOMENT, "or not moment < entry.end"),
    Mutant("hit: after the interval", _VERIFIER, _MOMENT, "or not entry.start <= moment"),
    Mutant("hit: at the very end", _VERIFIER, _MOMENT, "or not entry.start <= moment <= entry.end"),
    Mutant("hit: not at the very beginning counts as before", _VERIFIER, _MOMENT,
           "or not entry.start - 1 <= moment < entry.end"),
    Mutant("waiting: whatever the moment", _ENTRY, "self.start <= moment < self.end and (", "("),
    _but("time.expiry"),
    _but("time.not_before"),
    _but("time.issued_at"),
    _but("crypto.algorithm"),
    _but("status"),
    _but("status.freshness"),
    _but("status.signer"),
    _but("revocation.status"),
    _standing_but("list.fresh"),
    _standing_but("service.status"),
    _standing_but("certificate.validity"),
    _standing_but("path"),
    Mutant("intersection: no beginning of a key's standing", _CONCLUDE,
           "prepared, start, end, rules, passed = standing",
           "prepared, _, end, rules, passed = standing\n    start = -(1 << 53)"),
    Mutant("intersection: no end of a key's standing", _CONCLUDE,
           "prepared, start, end, rules, passed = standing",
           "prepared, start, _, rules, passed = standing\n    end = 1 << 53"),
    Mutant("intersection: no beginning of the recognition", _CONCLUDE, _BOUNDS,
           "_interval((start, min(end, bounds[1])))"),
    Mutant("intersection: no end of the recognition", _CONCLUDE, _BOUNDS,
           "_interval((max(start, bounds[0]), end))"),
    Mutant("intersection: no standing of another entry with the key", _SPINE, _PAIR,
           "start, end = best[2].start, best[2].end"),
    _recognition_but("recognition.period"),
    _recognition_but("recognition.prior_listing"),
    _recognition_but("recognition.reciprocity"),
    _recognition_but("recognition.state_exclusion"),
    # Stage and status are those of one period: either alone bounds the answer as both do.
    _recognition_but("recognition.status", "recognition.stage"),
    Mutant("intersection: no standing of the recognition list", _ENGINE,
           "freshness, span = standing.findings, Interval(standing.start, standing.end)",
           "freshness, span = standing.findings, ALWAYS",
           # Its findings are shown and bound the answer, too.
           ((_SPANNED, _unless("recognition.list")),)),
    Mutant("intersection: no arrangement that was tried and not chosen", _ENGINE,
           "        span = span.intersect(tried.span)\n", ""),
    Mutant("interval of an expiry one second too long", _TIMING,
           "_say(codes.NOT_EXPIRED, expires, TIME_MIN, expires)",
           "_say(codes.NOT_EXPIRED, expires, TIME_MIN, expires + 1)"),
    Mutant("interval of a grace one second too long", _RULES,
           "codes.IN_GRACE, grace, arrangement.id, *held(end, grace))",
           "codes.IN_GRACE, grace, arrangement.id, *held(end, grace + 1))"),
]  # fmt: skip

_ANSWERS = "(not self.used or self.rests_on(evidence))"
KEEPING = [
    Mutant("hit: whatever the evidence", _VERIFIER, _USED, ""),
    Mutant("waiting: whatever the evidence", _ENTRY, f"and {_ANSWERS}", ""),
    Mutant("evidence: changed counts as unchanged", _ENTRY,
           "if not unchanged(self.used, evidence):", "if False:"),
    Mutant("evidence: what was looked for in vain is no dependency", _VERIFIER,
           "        used = recorder.used\n",
           "        used = tuple(d for d in recorder.used if d.digest is not None)\n"),
    Mutant("evidence: what was found is no dependency", _VERIFIER,
           "        used = recorder.used\n",
           "        used = tuple(d for d in recorder.used if d.digest is None)\n"),
    Mutant("evidence: look-ups are not recorded", _VERIFIER,
           "self._judge(raw, request, recorder, moment)",
           "self._judge(raw, request, evidence, moment)"),
    Mutant("evidence: another one is taken for the last one seen", _ENTRY,
           "if evidence.digest == self.seen:", "if self.seen:"),
    Mutant("kept: a holder's proof", _ENTRY,
           'if finding.subject == "holder" and code not in HOLDER_PROOF_ABSENT:', "if False:"),
    Mutant("kept: what a corridor counts", _ENTRY, 'if code.rule == "recognition.volume":',
           "if False:"),
    Mutant("kept: whatever may not be", _VERIFIER, " or not may_be_kept(verdict):", ":"),
    Mutant("claims: as parsing left them", _ENTRY,
           "reveal = None if raw is None else ClaimsOf(raw, request)",
           "reveal = verdict.reveal"),
    Mutant("claims: decoded once for all", _ENTRY, "return presented.reveal()",
           "ClaimsOf.kept = getattr(ClaimsOf, 'kept', {})\n"
           "        if self.raw not in ClaimsOf.kept:\n"
           "            ClaimsOf.kept[self.raw] = presented.reveal()\n"
           "        return ClaimsOf.kept[self.raw]"),
    Mutant("claims: handed out without any", _VERIFIER,
           "entry.parts + (claims, ())", "entry.parts + (None, ())"),
    Mutant("claims: handed out without any to whoever waited", _ENTRY,
           "ClaimsOf(raw, request), ()))",
           "None, ()))"),
    Mutant("stamp: always as of", _VERIFIER, "        as_of = moment is not None\n",
           "        as_of = True\n"),
    Mutant("stamp: the moment of the entry", _VERIFIER,
           "report: Report = _new(Report, ((verdict,), moment, ",
           "report: Report = _new(Report, ((verdict,), entry.start, "),
    Mutant("memory: nothing is remembered", _VERIFIER, "        cache.memory.put(entry, now)\n",
           ""),
    Mutant("flight: everybody verifies", _VERIFIER,
           "flight = cache.flights.join(key, mine)", "flight = mine"),
    Mutant("flight: nobody looks again before taking off", _VERIFIER,
           "if entry is not None and entry.answers(moment, evidence):\n            flight.entry",
           "if False:\n            flight.entry"),
    Mutant("signature: no key", _SIGNATURES, "(key.thumbprint, head, signature, data)",
           "(head, signature, data)"),
    Mutant("signature: no algorithm of the key", _SIGNATURES, "{key.alg}", ""),
    Mutant("signature: no algorithm", _SIGNATURES, "{algorithm.name}", ""),
    Mutant("signature: no end of it", _SIGNATURES, "{len(signature)}", ""),
    Mutant("signature: not itself", _SIGNATURES, "(key.thumbprint, head, signature, data)",
           "(key.thumbprint, head, data)"),
    Mutant("signature: no data", _SIGNATURES, "(key.thumbprint, head, signature, data)",
           "(key.thumbprint, head, signature)"),
    Mutant("signature: remembered where it does not hold", _SIGNATURES, "        if valid:\n",
           "        if True:\n"),
    Mutant("signature: nothing is remembered", _SIGNATURES, "        if valid:\n",
           "        if False:\n"),
    Mutant("signature: a holder's proof comes this way too", "defa_trust.authenticate",
           "valid = check_part(proof.part, proof.key, policy, at, findings)",
           "from .cache.verifier import LATEST\n"
           "    valid = check_part(proof.part, proof.key, policy, at, findings, LATEST[-1])"),
]  # fmt: skip

SHARED = [
    Mutant("shared: no input (text)", _VERIFIER, "sha256(raw + (asked + scope)).digest()",
           "sha256(asked + scope).digest()"),
    Mutant("shared: no request (text)", _VERIFIER, "sha256(raw + (asked + scope)).digest()",
           "sha256(raw + scope).digest()"),
    Mutant("shared: no snapshot, no policy (text)", _VERIFIER,
           "sha256(raw + (asked + scope)).digest()", "sha256(raw + asked).digest()"),
    Mutant("shared: one name for all", _SHARED, "hmac.digest(self._names, question, sha256)",
           "hmac.digest(self._names, b'', sha256)"),
    Mutant("shared: a name that anybody can make", _SHARED,
           "hmac.digest(self._names, question, sha256)", "sha256(question).digest()"),
    Mutant("shared: a record is believed as it comes", _SHARED,
           "if not hmac.compare_digest(octets[:MAC_BYTES], self._authenticator(name, body)):",
           "if False:"),
    Mutant("shared: authenticated under no name", _SHARED,
           "hmac.digest(self._mac, name + body, sha256)", "hmac.digest(self._mac, body, sha256)"),
    Mutant("shared: authenticated without its body", _SHARED,
           "hmac.digest(self._mac, name + body, sha256)", "hmac.digest(self._mac, name, sha256)"),
    Mutant("shared: authenticated without the key", _SHARED,
           "hmac.digest(self._mac, name + body, sha256)", "sha256(name + body).digest()"),
    Mutant("shared: no scope", _SHARED, ".encode() + scope).digest()", ".encode()).digest()"),
    Mutant("shared: no version", _SHARED, "{__version__} ", ""),
    Mutant("shared: whatever the moment and the evidence", _VERIFIER,
           "may_be_kept(found.verdict) and entry.answers(moment, evidence)", "True"),
    Mutant("shared: on whatever evidence", _VERIFIER,
           'found.verdict, found.used, b"")', 'found.verdict, (), b"")'),
    Mutant("shared: what failed travels, too", "defa_trust.cache.record",
           "isinstance(verdict, VerifiedVerdict) and all(", "all("),
    Mutant("shared: a dead server is asked each time", _SHARED,
           "self._resting_until = monotonic() + self._pause\n            return FAULT\n",
           "return FAULT\n"),
    Mutant("shared: nothing is laid there", _VERIFIER, "if question and may_travel(verdict):",
           "if False:"),
]  # fmt: skip

OF_THE_CACHE = tuple(
    m for m in (*KEY, *INTERVALS, *KEEPING, *SHARED) if m.module.startswith("defa_trust.c")
)
MUTANTS = (*KEY, *DIGESTS, *INTERVALS, *KEEPING, *SHARED)


def run(mutants=MUTANTS):
    """Print a line of JSON for each."""
    main(mutants, SCENARIOS)


if __name__ == "__main__":
    if "--lines" in sys.argv:
        run(OF_THE_CACHE if "--quick" in sys.argv else MUTANTS)
    else:
        kept = io.StringIO()
        with redirect_stdout(kept):
            run()
        print(table(kept.getvalue().splitlines()))
