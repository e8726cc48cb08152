"""``python -m tests.fuzz --minutes N --format F [--seed S]``: a summary; exit 1 for findings.

Two passes, each in a process of its own: over three fifths of the time the inputs are judged as
they are, over the rest in a world where every signature holds, so that what stands behind is
reached. ``--format all`` takes one format after the other, ``--minutes`` each. Inputs that found
something are kept under ``build/fuzz``; ``--only`` shows one number of a pass again.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import random
import sys
import time
from collections import Counter
from pathlib import Path

from defa_trust.errors import MisuseError

from . import oracle
from .mutate import mutant
from .subjects import ALL, subjects
from .trees import grow

KEPT = Path("build/fuzz")
PASSES = {"strict": 0.6, "behind": 0.4}


class Run:
    """One pass over one format."""

    def __init__(self, name, seed, behind):
        self.name = name
        self.seed = seed
        self.behind = behind
        self.subjects = subjects(name)
        self.known = None if behind else oracle.Known(self.subjects)
        if behind:
            oracle.believe_everything()
        self.seeds = [(subject.data, grow(subject.data)) for subject in self.subjects]
        self.outcomes = Counter()
        self.codes = Counter()
        self.slowest = (0.0, -1)
        self.findings = {}
        self.inputs = 0

    def input(self, number):
        """The input of this number: octets, the subject, the request, and what was done."""
        rng = random.Random(f"{self.seed}:{self.name}:{self.behind}:{number}")
        data, chosen, done = mutant(rng, self.seeds)
        subject = self.subjects[chosen]
        request = subject.request
        if rng.random() < 0.5:
            request = dataclasses.replace(request, format=self.name)
        return data, subject, request, done

    def one(self, number):
        data, subject, request, done = self.input(number)
        self.inputs += 1
        try:
            outcome = oracle.judge(subject, data, self.known, request)
        except oracle.Wrong as wrong:
            self.outcomes["WRONG"] += 1
            entry = (number, subject.name, done, str(wrong))
            if self.findings.setdefault(wrong.kind, entry) is entry:
                self._keep(number, data)
            return
        passed = outcome.indication == "TOTAL-PASSED"
        self.outcomes["TOTAL-PASSED, unchanged where signed" if passed else outcome.indication] += 1
        self.codes[outcome.code or "(none)"] += 1
        self.slowest = max(self.slowest, (outcome.seconds, number))

    def _keep(self, number, data):
        KEPT.mkdir(parents=True, exist_ok=True)
        label = "behind" if self.behind else "strict"
        (KEPT / f"{self.name}-{label}-{self.seed}-{number}.bin").write_bytes(data)

    def during(self, seconds):
        begun = time.process_time()
        while time.process_time() - begun < seconds:
            self.one(self.inputs)
        return time.process_time() - begun


def _pass(queue, name, seed, behind, seconds):
    run = Run(name, seed, behind)
    spent = run.during(seconds)
    whole = sum(len(list(tree.walk())) for _, tree in run.seeds)
    queue.put((run.inputs, spent, len(run.seeds), whole, run.outcomes, run.codes, run.slowest,
               run.findings))  # fmt: skip


def fuzz(name, minutes, seed):
    """Both passes over one format, told on standard output; the number of findings."""
    total = 0
    for label, share in PASSES.items():
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        arguments = (queue, name, seed, label == "behind", minutes * 60 * share)
        process = context.Process(target=_pass, args=arguments)
        process.start()
        result = None
        while result is None and (process.is_alive() or not queue.empty()):
            try:
                result = queue.get(timeout=1)
            except Exception:  # noqa: BLE001 - an empty queue: look again whether it lives
                continue
        process.join()
        if result is None:
            print(f"{name} {label}: the process ended by itself ({process.exitcode})")
            total += 1
            continue
        inputs, spent, seeds, nodes, outcomes, codes, slowest, findings = result
        print(f"{name} {label}: {inputs} inputs of {seeds} samples ({nodes} nodes) in {spent:.0f} s"
              f" of processor time; slowest {slowest[0] * 1000:.0f} ms (input {slowest[1]});"
              f" {len(findings)} findings")  # fmt: skip
        print("   ", ", ".join(f"{what} {count}" for what, count in outcomes.most_common()))
        print("   ", len(codes), "reasons:",
              ", ".join(f"{code} {count}" for code, count in codes.most_common(8)))  # fmt: skip
        for number, subject, done, text in findings.values():
            print(f"    FINDING {text}\n        input {number} of {subject}, {done}")
        total += len(findings)
    return total


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="of processor time, a format")
    parser.add_argument("--format", default="all", choices=("all", *ALL))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="PASS:NUMBER", help="show one input again")
    chosen = parser.parse_args(arguments)
    if chosen.only is not None:
        label, _, number = chosen.only.partition(":")
        run = Run(chosen.format, chosen.seed, label == "behind")
        data, subject, request, done = run.input(int(number))
        print(f"{len(data)} octets of {subject.name}, {done}\n{data[:2000]!r}")
        print(oracle.judge(subject, data, run.known, request))
        return 0
    found = 0
    for name in ALL if chosen.format == "all" else (chosen.format,):
        try:
            found += fuzz(name, chosen.minutes, chosen.seed)
        except MisuseError as fault:
            print(f"{name}: {fault}")
            found += 1
        sys.stdout.flush()
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
