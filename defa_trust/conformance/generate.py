"""Writes ``test_vectors/`` from the register, byte for byte the same every time (floor 13).

``python -m defa_trust.conformance.generate [--check] [DIR]``. Before anything is written, each
vector is put to our own implementation: an expectation that we do not meet ourselves stops here.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ..codes import all_codes
from ..verdict import Finding, Indication, RecognitionOutcome, deciding
from .consequences import consequence
from .harness import answer
from .registry import (
    GROUPS,
    VERSION,
    Case,
    Definition,
    Importance,
    Step,
    definitions,
    fingerprint,
)

_JUDGED: Final = ("verify", "timeline", "presentation")
"""Tasks that ask both questions."""
_COUNTED: Final = ("positive", "negative", "indeterminate")


def default_directory() -> Path:
    """``test_vectors/`` of the checkout this package lies in."""
    return Path(__file__).resolve().parents[2] / "test_vectors"


def expectation(definition: Definition, case: Case) -> dict[str, Any]:
    """All three levels, from the codes alone: ``docs/verdicts.md`` fixes what each code means."""
    return _expected(definition, definition.codes, judged=case.task in _JUDGED)


def _expected(definition: Definition, against: Iterable[str], *, judged: bool) -> dict[str, Any]:
    """``judged``: whether recognition is asked for too."""
    table = all_codes()
    codes = sorted({*against, *definition.refused})
    unknown = [code for code in codes if code not in table]
    if unknown:
        raise ValueError(f"{definition.id} expects codes nobody has: {', '.join(unknown)}")
    findings = [Finding(table[code]) for code in against]
    decisive = deciding(findings)
    validity = Indication.TOTAL_PASSED
    recognition = RecognitionOutcome.RECOGNISED
    if not judged:
        recognition = RecognitionOutcome.NOT_EVALUATED
    if decisive is not None and decisive.code.indication is not None:
        validity, recognition = decisive.code.indication, RecognitionOutcome.NOT_EVALUATED
    elif decisive is not None and decisive.code.recognition is not None:
        recognition = decisive.code.recognition
    sub = decisive.code.sub_indication if decisive else None
    return {
        "outcome": {"validity": validity.value, "recognition": recognition.value},
        "subIndication": None if sub is None else sub.value,
        "stage": None if decisive is None else decisive.code.stage.value,
        "codes": codes,
    }


def entry(definition: Definition, case: Case) -> dict[str, Any]:
    """The vector as JSON (shape: ``schemas/test-vector.v1.schema.json``)."""
    vector: dict[str, Any] = {
        "id": definition.id,
        "description": definition.description,
        "standard": definition.standard,
        "clause": definition.clause,
        "features": _features(definition, case),
        "importance": Importance(definition.importance).value,
        "notes": definition.notes or consequence((*definition.refused, *definition.codes)),
        "twin": definition.twin,
    }
    if case.codec is not None:
        vector |= {"task": "decode", "codec": case.codec, "input": _inline(case.data)}
    elif case.certified is not None:
        vector |= {"task": "certificate", "input": _inline(case.data), "moment": case.moment}
        vector |= case.certified
        if case.evidence:
            vector["evidence"] = list(case.evidence)
    else:
        vector |= {"task": case.task, "input": _inline(case.data), "trust": case.trust}
        if not case.steps:
            vector["moment"] = case.moment
        vector["request"] = case.request
        if case.presentation is not None:
            vector["presentation"] = case.presentation
        if case.evidence:
            vector["evidence"] = list(case.evidence)
    if case.steps:
        if set(case.steps[-1].codes) != set(definition.codes):
            raise ValueError(f"{definition.id}: its last step is what it expects")
        vector["steps"] = [_step(definition, step) for step in case.steps]
    return {**vector, "expect": expectation(definition, case)}


def _step(definition: Definition, step: Step) -> dict[str, Any]:
    """One query of a timeline: the moment, what changes, what is expected."""
    changes = dict(step.changes)
    shape: dict[str, Any] = {"moment": step.moment}
    if "data" in changes:
        shape["input"] = _inline(changes.pop("data"))
    if "evidence" in changes:
        changes["evidence"] = list(changes["evidence"])
    unknown = changes.keys() - {"trust", "request", "evidence"}
    if unknown:
        raise ValueError(f"{definition.id}: a step changes no {', '.join(sorted(unknown))}")
    shape |= changes
    return {**shape, "expect": _expected(definition, step.codes, judged=True)}


def _features(definition: Definition, case: Case) -> list[str]:
    """The features registered, and those that follow from what the vector holds."""
    features = set(definition.features)
    if "policy" in case.request:
        features.add("policy")
    if definition.standard.startswith("W3C"):
        features.add("vc-data-model")
    return sorted(features)


def _inline(data: bytes) -> dict[str, str]:
    if all(0x20 <= octet < 0x7F for octet in data):
        return {"data": data.decode("ascii")}
    return {"base64": b64encode(data).decode("ascii")}


def kind(vector: Mapping[str, Any]) -> str:
    """How the index counts a vector: by validity and recognition together."""
    outcome = vector["expect"]["outcome"]
    if "INDETERMINATE" in outcome.values():
        return "indeterminate"
    granted = (RecognitionOutcome.RECOGNISED.value, RecognitionOutcome.PILOT.value)
    alone = vector["task"] not in _JUDGED
    if outcome["validity"] == Indication.TOTAL_PASSED.value and (
        alone or outcome["recognition"] in granted
    ):
        return "positive"
    return "negative"


def build() -> tuple[dict[str, bytes], list[str]]:
    """Every file by name, and what is wrong: unmet expectations, twins, repeated vectors."""
    faults: list[str] = []
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    seen: dict[str, str] = {}
    for definition in definitions():
        try:
            case = definition.make()
            vector = entry(definition, case)
            said = answer(vector)
        except Exception as fault:  # noqa: BLE001  # name the vector, then go on to the next
            faults.append(f"{definition.id}: {type(fault).__name__}: {fault}")
            continue
        same = seen.setdefault(definition.group + fingerprint(case), definition.id)
        if same != definition.id:
            faults.append(f"{definition.id}: tests the same bytes and question as {same}")
        wanted = {"id": definition.id, **vector["expect"]}
        if case.steps:
            wanted = {"id": definition.id, "steps": [step["expect"] for step in vector["steps"]]}
        if said != wanted:
            faults.append(f"{definition.id}: expected {wanted}, but we say {said}")
        groups[definition.group].append(vector)
    files = {f"{name}.json": _text(vectors) for name, vectors in groups.items() if vectors}
    files["index.json"] = _text(_index(groups, files))
    return files, faults


def _index(
    groups: Mapping[str, list[dict[str, Any]]], files: Mapping[str, bytes]
) -> dict[str, Any]:
    rows = {}
    totals = dict.fromkeys(_COUNTED, 0)
    for name, vectors in groups.items():
        if not vectors:
            continue
        counts = dict.fromkeys(_COUNTED, 0)
        for vector in vectors:
            counts[kind(vector)] += 1
            totals[kind(vector)] += 1
        file = f"{name}.json"
        rows[name] = {"file": file, "sha256": sha256(files[file]).hexdigest(), **counts}
    return {"version": VERSION, "total": {**totals, "all": sum(totals.values())}, "groups": rows}


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def differences(directory: Path, files: Mapping[str, bytes]) -> list[str]:
    """Names of files that are absent, stale, or left over from a group that is gone."""
    there = {path.name: path.read_bytes() for path in directory.glob("*.json")}
    return sorted(
        name for name in there.keys() | files.keys() if there.get(name) != files.get(name)
    )


def main(arguments: list[str]) -> int:
    """Exit 0 where all is well, 1 where something differs or fails, 2 on misuse."""
    check = "--check" in arguments
    rest = [argument for argument in arguments if argument != "--check"]
    if len(rest) > 1 or any(argument.startswith("-") for argument in rest):
        sys.stderr.write("usage: python -m defa_trust.conformance.generate [--check] [DIR]\n")
        return 2
    directory = Path(rest[0]) if rest else default_directory()
    files, faults = build()
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    stale = differences(directory, files)
    if faults:
        sys.stderr.write(f"{len(faults)} vectors are wrong; nothing was written\n")
        return 1
    if check:
        for name in stale:
            sys.stderr.write(f"{directory.name}/{name} differs from what the register makes\n")
        return 1 if stale else 0
    directory.mkdir(parents=True, exist_ok=True)
    for name in stale:
        path = directory / name
        if name in files:
            path.write_bytes(files[name])
        else:
            path.unlink()
    total = json.loads(files["index.json"])["total"]
    sys.stdout.write(f"{total['all']} vectors; {len(stale)} files rewritten\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
