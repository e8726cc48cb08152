"""Our own implementation under the vectors, through its public API (floor 13).

``python -m defa_trust.conformance.harness`` reads one vector a line on standard input and answers
one result a line on standard output: the protocol of ``test_vectors/README.md``, and nothing else.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ..cache import CachedVerifier, VerdictCache
from ..codec import base45, base64url, cbor, deflate
from ..codec import json as strict_json
from ..codes.xades import EXTRA_MISSING
from ..errors import MisuseError, Rejection
from ..policy import VerificationPolicy
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import Finding, Indication, Outcome, RecognitionOutcome, Report, Verdict, deciding
from ..verify import Verifier
from ..x509.crl import read_crl
from ..x509.ocsp import read_ocsp
from .trust import evidence_of, policy_of, request_of, snapshot_of

MAX_INFLATED: Final = 64 * 1024
"""Output bound of the decode task `zlib`, as the README of the vectors fixes it."""

TASKS: Final = ("verify", "decode", "path", "certificate", "timeline", "presentation")
"""What is asked of a vector's input; a task of a newer set is skipped, as the README asks."""

STEP_PARTS: Final = ("input", "trust", "request", "evidence")
"""What a step of a timeline may change."""

CODECS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "json": strict_json.loads,
    "base64url": base64url.decode,
    "base64": base64url.decode_standard,
    "base45": base45.decode,
    "zlib": lambda data: deflate.inflate(data, max_output=MAX_INFLATED),
    "cbor": cbor.loads,
    "crl": lambda data: read_crl(data).entries(),
    "ocsp": read_ocsp,
    "cbor-deterministic": lambda data: cbor.loads(data, profile=cbor.CborProfile.DETERMINISTIC),
}


def answer(vector: Mapping[str, Any]) -> dict[str, Any]:
    """The result of one vector (shape: ``schemas/test-result.v1.schema.json``)."""
    if vector["task"] not in TASKS:
        return {"id": vector["id"], "skipped": f"no task {vector['task']!r} here"}
    if vector["task"] == "decode" and vector["codec"] not in CODECS:
        return {"id": vector["id"], "skipped": f"no codec {vector['codec']!r} here"}
    data = input_bytes(vector["input"])
    if vector["task"] == "decode":
        return {"id": vector["id"], **decoded(vector["codec"], data)}
    if vector["task"] == "certificate":
        from .certified import judged as certified

        return {"id": vector["id"], **described(*certified(vector, data))}
    if vector["task"] == "path":
        return {"id": vector["id"], **pathed(vector, data)}
    if vector["task"] == "presentation":
        from .presented import judged as presented

        return {"id": vector["id"], **described(*presented(vector, data))}
    if vector["task"] == "timeline":
        return {"id": vector["id"], "steps": timed(vector)}
    result = judged(vector, data)
    if EXTRA_MISSING.id in result["codes"]:
        return {"id": vector["id"], "skipped": "XML needs the extra xml"}
    return {"id": vector["id"], **result}


def input_bytes(source: Mapping[str, str]) -> bytes:
    """The bytes of an inline input; the runner has replaced files before it asks."""
    if "data" in source:
        return source["data"].encode("ascii")
    if "base64" in source:
        return b64decode(source["base64"], validate=True)
    raise MisuseError("an input is inline here: data or base64")


def decoded(codec: str, data: bytes) -> dict[str, Any]:
    """A decode task: well formed or not."""
    try:
        CODECS[codec](data)
    except Rejection as refusal:
        return described(Indication.TOTAL_FAILED, RecognitionOutcome.NOT_EVALUATED,
                         [refusal.finding()])  # fmt: skip
    return described(Indication.TOTAL_PASSED, RecognitionOutcome.NOT_EVALUATED, [])


def pathed(vector: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """A path task: a certificate leads to an anchor, or what stands in the way."""
    from .path_task import findings_of

    findings = findings_of(vector, data)
    against = deciding(findings)
    validity = Indication.TOTAL_PASSED
    if against is not None and against.code.indication is not None:
        validity = against.code.indication
    return described(validity, RecognitionOutcome.NOT_EVALUATED, findings)


def judged(vector: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """A verify task: the verdict, and where lists are signed also what was refused of them."""
    moment, policy = vector["moment"], policy_of(vector["request"])
    snapshot, refused = trusted(vector["trust"], policy, moment)
    request, evidence = request_of(vector["request"], moment), evidence_of(vector)
    result = _of(Verifier(snapshot, policy).evaluate(data, request, evidence))
    result["codes"] = sorted({*result["codes"], *(finding.code.id for finding in refused)})
    return result


def trusted(
    trust: Mapping[str, Any], policy: VerificationPolicy, moment: int
) -> tuple[TrustSnapshot, list[Finding]]:
    """What a verify task trusts, in whichever form it says so, and what was refused on the way."""
    if "pins" in trust:
        from .signed import snapshot_of_signed

        return snapshot_of_signed(trust, policy, moment)
    if "vicals" in trust:
        from .vicals import snapshot_of_vicals

        return snapshot_of_vicals(trust, policy)
    return snapshot_of(trust), []


def _of(report: Report) -> dict[str, Any]:
    """The three levels of a report on one object."""
    verdict: Verdict = report.verdict
    result = described(
        verdict.validity.indication, verdict.recognition.outcome, [*verdict.findings]
    )
    sub = verdict.validity.sub_indication
    return {**result, "subIndication": sub and str(sub)}


def timed(vector: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers of a timeline, by a verifier that remembers from one step to the next."""
    cache = VerdictCache()
    known = {name: vector[name] for name in STEP_PARTS if name in vector}
    snapshot = snapshot_of(known["trust"])
    answers = []
    for step in vector["steps"]:
        known |= {name: step[name] for name in STEP_PARTS if name in step}
        if "trust" in step:  # else what the snapshot itself remembers is asked as well
            snapshot = snapshot_of(known["trust"])
        policy = policy_of(known["request"])
        request, evidence = request_of(known["request"], step["moment"]), evidence_of(known)
        verifier = CachedVerifier(Verifier(snapshot, policy), cache)
        answers.append(_of(verifier.evaluate(input_bytes(known["input"]), request, evidence)))
    return answers


def described(
    validity: Indication, recognition: RecognitionOutcome, findings: Iterable[Finding]
) -> dict[str, Any]:
    """The three levels of a result. A code counts where it stands between input and full pass."""
    against = [
        finding
        for finding in findings
        if (finding.code.outcome is not Outcome.MET and not finding.code.evidential)
        or finding.code.recognition is not None
    ]
    decisive = deciding(against)
    sub = decisive.code.sub_indication if decisive else None
    return {
        "outcome": {"validity": validity.value, "recognition": recognition.value},
        "subIndication": None if sub is None else sub.value,
        "stage": None if decisive is None else decisive.code.stage.value,
        "codes": sorted({finding.code.id for finding in against}),
    }


def main() -> int:
    """Answer until standard input ends. A bug of ours is an ``error``, never a dead harness."""
    for line in sys.stdin:
        name = "unknown::unknown"
        try:
            vector = json.loads(line)
            name = vector["id"]
            result = answer(vector)
        except Exception as fault:  # noqa: BLE001  # whatever it is, the next vector must be asked
            result = {"id": name, "error": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
