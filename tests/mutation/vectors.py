"""Do the vectors bite? Wrong turns in our own verifier, one at a time, put to the vectors alone.

``python -m tests.mutation.vectors`` draws changes by a fixed seed over the modules that decide,
lets the vectors judge each, and writes ``build/mutants.json``. A change that no vector notices is a
survivor; one that cannot change any answer stands with its reason in ``survivors.json``, which is
strict: an entry that is noticed, or that does not exist any more, is a complaint too.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FunctionType

import defa_trust
from defa_trust.conformance.generate import kind
from defa_trust.conformance.harness import answer
from defa_trust.conformance.run import Mark, default_vectors, load, score

from .changes import Change, changed, changes_of

ROOT = Path(__file__).resolve().parents[2]
SEED = "defa_trust vectors v1"
REASONS = Path(__file__).with_name("survivors.json")
LIMIT = 60
"""Seconds for the vectors that reach a change; a verifier that hangs has been noticed."""

AREAS: dict[str, tuple[int, tuple[str, ...]]] = {
    "crypto": (40, ("crypto", "algorithms", "key_reading", "codec.json", "codec.cbor",
                    "codec.base64url", "codec.base45", "codec.deflate")),
    "authenticate": (60, ("authenticate", "conclude", "verify", "timing", "formats.jose",
                          "formats.sd_jwt", "formats.sd_jwt_disclosure", "formats.vc_jwt",
                          "formats.cose", "formats.cwt", "formats.mdoc", "formats.mdoc_device")),
    "resolve": (30, ("resolve", "resolve_path", "trustlist.identity", "trustlist.patterns",
                     "trustlist.authorities", "trustlist.status_signers")),
    "list acceptance": (60, ("trustlist.accept", "trustlist.acceptance", "trustlist.envelope",
                             "trustlist.assemble", "trustlist.signed", "trustlist.past",
                             "trustlist.succession", "trustlist.contradictions",
                             "trustlist.services", "trustlist.arrangements")),
    "path": (70, ("x509.path", "x509.name_constraints", "x509.policies", "x509.judge",
                  "x509.profiles", "x509.revocation", "x509.crl", "x509.crl_entries",
                  "x509.crl_scope", "x509.ocsp", "x509.speakers", "x509.names")),
    "status": (30, ("status", "status_path", "formats.status_list", "formats.status_list_w3c",
                    "formats.status_entry")),
    "recognition": (60, ("recognition.engine", "recognition.scope_rules",
                         "recognition.instrument_rules", "recognition.law_rules",
                         "recognition.reliability_rules", "recognition.levels",
                         "recognition.listed", "recognition.lookups", "recognition.absence")),
}  # fmt: skip


def path_of(module: str) -> Path:
    return ROOT / "defa_trust" / (module.replace(".", "/") + ".py")


def drawn(share: float = 1.0) -> dict[str, list[Change]]:
    """The changes of each area, by the seed; ``share`` of them for a quick look."""
    chosen = {}
    for area, (count, modules) in AREAS.items():
        every = [c for module in modules for c in changes_of(module, path_of(module))]
        every.sort(key=lambda change: change.order(SEED))
        chosen[area] = every[: max(1, round(count * share))]
    return chosen


def import_everything() -> None:
    for found in pkgutil.walk_packages(defa_trust.__path__, "defa_trust."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


# --- children ------------------------------------------------------------------------------------
def in_child(work):
    """``work()`` in a fork of this process, as JSON; ``None`` where it died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(0)
        try:
            with os.fdopen(writing, "w") as pipe:
                pipe.write(json.dumps(work()))
        except BaseException as fault:  # noqa: BLE001  nothing may leave the child
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else None


def reached(vectors) -> dict[str, list[int]]:
    """Which vectors call each function: ``path:first line`` to places in ``vectors``."""
    inside = str(ROOT / "defa_trust") + os.sep
    found: dict[str, list[int]] = {}

    def called(frame, event, arg):
        code = frame.f_code
        if code.co_filename.startswith(inside):
            here.add(f"{code.co_filename}:{code.co_firstlineno}")

    for place, vector in enumerate(vectors):
        here: set[str] = set()
        sys.settrace(called)
        try:
            answer(vector)
        finally:
            sys.settrace(None)
        for key in here:
            found.setdefault(key, []).append(place)
    return found


def install(change: Change) -> None:
    """Put the changed code into the function itself, for whoever holds it."""
    new, old = changed(change, path_of(change.module))
    same = [
        function
        for function in gc.get_objects()
        if isinstance(function, FunctionType)
        and (function.__code__.co_filename, function.__code__.co_firstlineno,
             function.__code__.co_qualname)
        == (old.co_filename, old.co_firstlineno, old.co_qualname)
    ]  # fmt: skip
    if not same:
        raise LookupError(change.name)
    for function in same:
        function.__code__ = new


def noticed(vectors, places) -> tuple[str, str] | None:
    """The first vector that is answered otherwise than it expects, and how."""
    for place in places:
        vector = vectors[place]
        try:
            scored = score(vector, answer(vector), 3)
        except Exception as fault:  # noqa: BLE001  a crash is noticed too
            return vector["id"], f"{type(fault).__name__}"
        if scored.mark is not Mark.PASSED:
            return vector["id"], scored.mark.value
    return None


def all_who_notice(change: Change, vectors, reach) -> list[str]:
    """Every vector that was seen to reach ``change`` and is answered otherwise with it."""

    def work():
        install(change)
        _, old = changed(change, path_of(change.module))
        near = reach.get(f"{old.co_filename}:{old.co_firstlineno}", [])
        return [vectors[place]["id"] for place in near if noticed(vectors, [place])]

    return in_child(work) or []


def each_negative(changes, vectors, reach) -> int:
    """Which negative vectors notice at least one of ``changes``, and which none."""
    found: set[str] = set()
    for change in changes:
        found.update(all_who_notice(change, vectors, reach))
    asked = [v["id"] for v in vectors if kind(v) == "negative"]
    idle = [name for name in asked if name not in found]
    print(f"{len(asked) - len(idle)} of {len(asked)} negative vectors notice one of "
          f"{len(changes)} changes")  # fmt: skip
    for name in idle:
        print(f"notices none of them: {name}")
    return 0


def fate(change: Change, vectors, reach, *, near_only=False) -> tuple[str, str] | None:
    """Who notices ``change``: (vector, how), or nobody.

    Those that were seen to reach it are asked first. The others may reach it too, where the answer
    was remembered while it was looked at; ``near_only`` spares them, and may miss a notice.
    """

    def work():
        signal.signal(signal.SIGALRM, _too_long)
        try:
            install(change)
        except Exception as fault:  # noqa: BLE001  nothing was changed, so nothing can be noticed
            return [f"not installed: {type(fault).__name__}: {fault}"]
        signal.alarm(LIMIT)
        try:
            _, old = changed(change, path_of(change.module))
            near = reach.get(f"{old.co_filename}:{old.co_firstlineno}", [])
            found = noticed(vectors, near)
            if found is None and not near_only:
                others = set(range(len(vectors))).difference(near)
                found = noticed(vectors, sorted(others))
        except TimeoutError:
            return ["-", "time-out"]
        return found or []

    found = in_child(work)
    if found is None:
        return "-", "died"
    if len(found) == 1:
        raise RuntimeError(f"{change.name}: {found[0]}")
    return tuple(found) if found else None


def _too_long(signum, frame):
    raise TimeoutError


# --- the run -------------------------------------------------------------------------------------
def judged(changes, vectors, reach, jobs, *, near_only=False):
    """(change, who noticed) of each change, by ``jobs`` processes; a line of progress meanwhile."""
    readers = []
    for job in range(jobs):
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.close(reading)
            with os.fdopen(writing, "w", buffering=1) as pipe:
                for place in range(job, len(changes), jobs):
                    found = fate(changes[place], vectors, reach, near_only=near_only)
                    row = [place, found]
                    pipe.write(json.dumps(row) + "\n")
            os._exit(0)
        os.close(writing)
        readers.append(os.fdopen(reading))
    fates = {}
    import selectors

    with selectors.DefaultSelector() as waiting:
        for reader in readers:
            waiting.register(reader, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                line = key.fileobj.readline()
                if not line:
                    waiting.unregister(key.fileobj)
                    continue
                place, found = json.loads(line)
                fates[place] = found
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{len(fates)} of {len(changes)} changes")
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    return [(change, fates[place]) for place, change in enumerate(changes)]


def complaints(rows, reasons) -> list[str]:
    """What keeps the run from being clean, given the reasons of survivors."""
    survivors = {change.name for _, change, found in rows if found is None}
    drawn_names = {change.name for _, change, _ in rows}
    said = [f"no vector notices: {name}" for name in sorted(survivors - set(reasons))]
    said += [
        f"noticed after all: {name}" for name in sorted((set(reasons) & drawn_names) - survivors)
    ]
    said += [f"not drawn any more: {name}" for name in sorted(set(reasons) - drawn_names)]
    return said


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.vectors")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", type=float, default=1.0, help="of the draw, for a quick look")
    parser.add_argument("--area", choices=list(AREAS), action="append")
    parser.add_argument("--each-negative", action="store_true",
                        help="which negative vectors notice any of the changes at all")  # fmt: skip
    parser.add_argument("--near", action="store_true",
                        help="only vectors seen to reach it: quicker, a lower bound")  # fmt: skip
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    import_everything()
    vectors = load(default_vectors())
    if in_child(lambda: noticed(vectors, range(len(vectors)))) != None:  # noqa: E711  null is "none"
        sys.stderr.write("the unchanged verifier does not answer as the vectors expect\n")
        return 2
    reach = in_child(lambda: reached(vectors))
    chosen = {a: c for a, c in drawn(asked.share).items() if not asked.area or a in asked.area}
    flat = [(area, change) for area, changes in chosen.items() for change in changes]
    if asked.each_negative:
        return each_negative([change for _, change in flat], vectors, reach)
    fates = judged([change for _, change in flat], vectors, reach, asked.jobs, near_only=asked.near)
    rows = [(area, change, found) for (area, change), (_, found) in zip(flat, fates, strict=True)]
    reasons = json.loads(REASONS.read_text("utf-8")) if REASONS.exists() else {}
    shown(rows, reasons, len(vectors), time.monotonic() - began)
    said = complaints(rows, reasons) if asked.share == 1 and not asked.area else [
        f"no vector notices: {c.name}" for _, c, f in rows if f is None and c.name not in reasons
    ]  # fmt: skip
    for line in said:
        print(line)
    return int(bool(said))


def shown(rows, reasons, vectors, seconds) -> None:
    """The table, and the whole list in ``build/mutants.json``."""
    total, killed = Counter(), Counter()
    for area, _, found in rows:
        total[area] += 1
        killed[area] += found is not None
    print(f"{'area':<18}{'mutants':>9}{'noticed':>9}{'survive':>9}")
    for area in total:
        print(f"{area:<18}{total[area]:>9}{killed[area]:>9}{total[area] - killed[area]:>9}")
    every, dead = sum(total.values()), sum(killed.values())
    print(f"{'all':<18}{every:>9}{dead:>9}{every - dead:>9}   {dead / every:.1%} noticed")
    alike = sum(found is None and change.name in reasons for _, change, found in rows)
    print(
        f"without {alike} that cannot change an answer: {dead / max(1, every - alike):.1%} noticed"
    )
    print(f"{vectors} vectors, {len({f[0] for _, _, f in rows if f})} of them first to notice, "
          f"{seconds:.0f} s")  # fmt: skip
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    (folder / "mutants.json").write_text(
        json.dumps(
            [
                {"area": area, "name": change.name, "line": change.line,
                 "noticedBy": found and found[0], "how": found and found[1],
                 "reason": reasons.get(change.name)}
                for area, change, found in rows
            ],
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
