"""Puts the vectors to a harness and compares (floor 13).

A harness is any program that reads one vector a line and answers one result a line; without one,
our own implementation answers in this process. Crashes, silence and nonsense are results too.
"""

from __future__ import annotations

import json
import queue
import shlex
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from ..errors import MisuseError
from .harness import answer
from .registry import GROUPS, VERSION

LEVELS: Final = (1, 2, 3)
MAX_LINE: Final = 1 << 20
"""A result is a short line; a harness that writes more without a line break is stopped."""
MAX_SAID: Final = 300
"""Characters of a harness's own words that are shown."""
MAX_DETAIL: Final = 1000
"""Characters of what was expected and what came instead."""
GIVE_UP_AFTER: Final = 3
"""Consecutive failures to answer anything, after which a harness is not started again."""
_PERMISSIVE: Final = ("RECOGNISED", "PILOT")
_VALIDITIES: Final = ("TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE", "NOT-PASSED")
_FIRST: Final = frozenset({"id", "features", "task", "input", "expect", "description"})
"""Members that every vector has, whatever its task."""
_ANSWER: Final = frozenset({"outcome", "subIndication", "stage", "codes"})
_RECOGNITIONS: Final = (
    "RECOGNISED",
    "NOT-RECOGNISED",
    "PILOT",
    "INDETERMINATE",
    "NOT-EVALUATED",
)


class Mark(StrEnum):
    """How a harness did on one vector."""

    PASSED = "passed"
    FAILED = "failed"
    WRONGLY_ACCEPTED = "wrongly accepted"
    SKIPPED = "skipped"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"


class Scored(NamedTuple):
    """One vector's mark, and in words what was expected and said."""

    id: str
    group: str
    mark: Mark
    detail: str = ""


class NoAnswer(Exception):
    """The harness ended, fell silent, or wrote something that is no result."""

    def __init__(self, mark: Mark, detail: str) -> None:
        super().__init__(detail)
        self.mark = mark
        self.detail = detail


class Answerer(Protocol):
    """Anything that answers one vector."""

    def ask(self, vector: Mapping[str, Any]) -> Mapping[str, Any]:
        """The result; raises ``NoAnswer``."""
        ...

    def close(self) -> None: ...


class OurOwn:
    """Our implementation, in this process."""

    def ask(self, vector: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return answer(vector)
        except Exception as fault:
            # Ours is held to what any program is: a bug costs one vector, and is shown.
            said = plain(f"{type(fault).__name__}: {fault}")
            raise NoAnswer(Mark.CRASHED, said) from fault

    def close(self) -> None:
        """Nothing to end."""


class Program:
    """A harness program, started again after a crash or a time-out.

    One vector is asked at a time, so that a silence or a crash belongs to exactly one vector.
    """

    def __init__(self, command: str, timeout: float) -> None:
        self._arguments = shlex.split(command)
        if not self._arguments:
            raise MisuseError("--harness needs a command")
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._failures = 0

    def ask(self, vector: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._failures >= GIVE_UP_AFTER:
            raise NoAnswer(Mark.CRASHED, f"not asked: no answer {GIVE_UP_AFTER} times in a row")
        try:
            result = self._ask(vector)
        except NoAnswer:
            self._failures += 1
            self.close()
            raise
        self._failures = 0
        return result

    def _ask(self, vector: Mapping[str, Any]) -> Mapping[str, Any]:
        process = self._start()
        assert process.stdin is not None
        # A harness that reads nothing fills the pipe: without the timer the write would never end.
        timer = threading.Timer(self._timeout, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(vector).encode("ascii") + b"\n")
            process.stdin.flush()
        except OSError:
            if not timer.is_alive():
                raise NoAnswer(Mark.TIMED_OUT, "the harness did not read the vector") from None
            raise NoAnswer(Mark.CRASHED, "the harness ended before it read the vector") from None
        finally:
            timer.cancel()
        try:
            line = self._lines.get(timeout=self._timeout)
        except queue.Empty:
            raise NoAnswer(Mark.TIMED_OUT, f"no answer within {self._timeout:g} s") from None
        if not line.endswith(b"\n"):
            said = "a line without end" if len(line) >= MAX_LINE else "nothing more"
            raise NoAnswer(Mark.CRASHED, f"the harness ended or wrote {said}")
        return read_result(line, vector["id"])

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(  # noqa: S603  # the caller names the command
                    self._arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            except OSError as fault:
                raise MisuseError(f"cannot start the harness: {fault}") from None
            self._lines = queue.Queue()
            reader = threading.Thread(
                target=_read_lines, args=(self._process, self._lines), daemon=True
            )
            reader.start()
        return self._process

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if process.stdin is not None:
            with suppress(OSError):  # the pipe went with the process
                process.stdin.close()
        process.wait()


def _read_lines(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        while True:
            line = stream.readline(MAX_LINE)
            lines.put(line)
            if not line.endswith(b"\n"):
                return


def read_result(line: bytes, expected_id: str) -> Mapping[str, Any]:
    """One line as a result; raises ``NoAnswer`` where it is none, or of another vector."""
    try:
        result = json.loads(line)
    except (ValueError, RecursionError):
        raise NoAnswer(Mark.CRASHED, "the answer is not JSON") from None
    fault = _shape_fault(result, expected_id)
    if fault is not None:
        raise NoAnswer(Mark.CRASHED, fault)
    if "error" in result:
        raise NoAnswer(Mark.CRASHED, f"the harness reports an error: {plain(result['error'])}")
    assert isinstance(result, dict)
    return result


def plain(text: str) -> str:
    """What a harness says, fit for a terminal, a page and a file in UTF-8: half a surrogate pair
    and characters that steer a screen become question marks."""
    return "".join(c if c.isprintable() else "?" for c in text[:MAX_SAID])


def _shape_fault(result: Any, expected_id: str) -> str | None:
    """What keeps ``result`` from being one, by hand: the schema library is no need of a runner."""
    if not isinstance(result, dict):
        return "the answer is not an object"
    if result.get("id") != expected_id:
        return f"the answer is to another vector than {expected_id}"
    if len({"outcome", "steps", "skipped", "error"} & result.keys()) != 1:
        return "the answer has not exactly one of outcome, steps, skipped, error"
    known = {"id", "steps", "skipped", "error", *_ANSWER}
    if result.keys() - known:
        return "the answer has unknown members"
    for name in ("skipped", "error"):
        if name in result and not (isinstance(result[name], str) and result[name]):
            return f"{name} is not a text"
    if "steps" in result:
        steps = result["steps"]
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            return "steps is not an array of objects"
        if not steps:
            return "steps is empty"
        if any(step.keys() - _ANSWER for step in steps):
            return "a step has unknown members"
        fault = next(filter(None, map(_answer_fault, steps)), None)
        return fault or _levels_fault(result)
    return _answer_fault(result) if "outcome" in result else _levels_fault(result)


def _answer_fault(result: Mapping[str, Any]) -> str | None:
    """What keeps the three levels of one answer from being that."""
    outcome = result.get("outcome")
    if not isinstance(outcome, dict) or outcome.get("validity") not in _VALIDITIES:
        return "outcome has no validity"
    if outcome.keys() - {"validity", "recognition"}:
        return "outcome has unknown members"
    if "recognition" in outcome and outcome["recognition"] not in _RECOGNITIONS:
        return "outcome has a recognition nobody knows"
    return _levels_fault(result)


def _levels_fault(result: Mapping[str, Any]) -> str | None:
    for name in ("subIndication", "stage"):
        if not isinstance(result.get(name), str | None):
            return f"{name} is not a text"
    codes = result.get("codes", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return "codes is not an array of texts"
    return None


def score(vector: Mapping[str, Any], result: Mapping[str, Any], level: int) -> Scored:
    """Compare one result with the expectation, up to ``level``."""
    name, group = vector["id"], group_of(vector)
    if "skipped" in result:
        return Scored(name, group, Mark.SKIPPED, plain(result["skipped"]))
    if "steps" not in vector:
        if "outcome" not in result:
            return Scored(name, group, Mark.FAILED, "expected an outcome, got steps")
        mark, detail = _compared(vector["expect"], result, vector["features"], level)
        return Scored(name, group, mark, detail)
    answers = result.get("steps", ())
    if len(answers) != len(vector["steps"]):
        detail = f"expected {len(vector['steps'])} steps, got {len(answers)}"
        return Scored(name, group, Mark.FAILED, detail)
    found = [
        (number, *_compared(step["expect"], said, vector["features"], level))
        for number, (step, said) in enumerate(zip(vector["steps"], answers, strict=True), 1)
    ]
    for worst in (Mark.WRONGLY_ACCEPTED, Mark.FAILED):
        for number, mark, detail in found:
            if mark is worst:
                return Scored(name, group, mark, f"step {number}: {detail}")
    return Scored(name, group, Mark.PASSED)


def _compared(
    wanted: Mapping[str, Any], result: Mapping[str, Any], features: Iterable[str], level: int
) -> tuple[Mark, str]:
    """One answer beside what is expected: the mark, and in words what differs."""
    said = result["outcome"]
    validity, recognition = said["validity"], said.get("recognition")
    accepted = validity == "TOTAL-PASSED" != wanted["outcome"]["validity"]
    stretched = (
        recognition in _PERMISSIVE
        and recognition != wanted["outcome"]["recognition"]
        and wanted["outcome"]["recognition"] != "RECOGNISED"
    )
    if accepted or stretched:
        return Mark.WRONGLY_ACCEPTED, _both(wanted["outcome"], said)
    lenient = level == 1 and validity == "NOT-PASSED"
    if lenient:
        same = wanted["outcome"]["validity"] != "TOTAL-PASSED"
        # A harness that does not tell refusals apart has not evaluated recognition either.
        same = same and recognition in (None, "NOT-EVALUATED")
    else:
        same = validity == wanted["outcome"]["validity"]
        if recognition is not None:
            same = same and recognition == wanted["outcome"]["recognition"]
        else:
            same = same and "recognition" not in features
    if not same:
        return Mark.FAILED, _both(wanted["outcome"], said)
    for at, member in ((2, "subIndication"), (2, "stage"), (3, "codes")):
        if level >= at:
            mine = wanted[member]
            theirs = result.get(member)
            if member == "codes":
                mine, theirs = sorted(mine), sorted(set(theirs or ()))
            if mine != theirs:
                return Mark.FAILED, f"{member}: {_both(mine, theirs)}"
    return Mark.PASSED, ""


def _both(expected: Any, actual: Any) -> str:
    return f"expected {json.dumps(expected)}, got {json.dumps(actual)}"[:MAX_DETAIL]


def group_of(vector: Mapping[str, Any]) -> str:
    return str(vector["id"]).partition("::")[0]


def default_vectors() -> Path:
    """The vectors of the checkout, or those shipped within the package."""
    package = Path(__file__).resolve().parents[1]
    for place in (package.parent / "test_vectors", package / "_test_vectors"):
        if (place / "index.json").is_file():
            return place
    raise MisuseError("no vectors are installed here: name their folder with --vectors DIR")


def load(
    directory: Path, groups: Iterable[str] = (), features: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Vectors of ``groups`` (all where empty) that have every one of ``features``, files inlined.

    Raises ``MisuseError`` for an unknown group, a folder without vectors or with those of another
    version, a wrong digest, or where nothing is left.
    """
    wanted, needed = set(groups), set(features)
    if wanted - set(GROUPS):
        unknown = ", ".join(sorted(wanted - set(GROUPS)))
        raise MisuseError(f"no group {unknown}; known: {', '.join(GROUPS)}")
    try:
        index = json.loads((directory / "index.json").read_bytes())
        if index["version"] != VERSION:
            raise MisuseError(f"vectors of version {index['version']}; read here: {VERSION}")
        vectors: list[dict[str, Any]] = []
        for name, row in index["groups"].items():
            raw = _read(directory, row)
            if not wanted or name in wanted:
                vectors += json.loads(raw)
        chosen = [v for v in vectors if needed <= set(v["features"])]
        for vector in chosen:
            if not vector.keys() >= _FIRST or type(vector["id"]) is not str:
                raise MisuseError(f"a vector without one of {', '.join(sorted(_FIRST))}")
            if "file" in vector["input"]:
                whole = b64encode(_read(directory, vector["input"]))
                vector["input"] = {"base64": whole.decode("ascii")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        kind = type(fault).__name__
        raise MisuseError(f"no vectors in {directory}: {kind}: {fault}") from None
    if not chosen:
        raise MisuseError("no vector has all of what was asked for")
    return chosen


def _read(directory: Path, named: Mapping[str, str]) -> bytes:
    """A file within the folder, by its name and the digest it must have."""
    path = (directory / named["file"]).resolve()
    if not path.is_relative_to(directory.resolve()):
        raise MisuseError(f"{named['file']} lies outside the vectors")
    raw = path.read_bytes()
    if sha256(raw).hexdigest() != named["sha256"]:
        raise MisuseError(f"{named['file']} is not the file that was named")
    return raw


def run(
    vectors: Iterable[Mapping[str, Any]],
    answerer: Answerer,
    level: int,
    progress: Callable[[Scored], None] = lambda _: None,
) -> Iterator[Scored]:
    """Ask and score, one vector after the other; always closes the harness."""
    if level not in LEVELS:
        raise MisuseError("a level is 1, 2 or 3")
    try:
        for vector in vectors:
            try:
                scored = score(vector, answerer.ask(vector), level)
            except NoAnswer as silence:
                scored = Scored(vector["id"], group_of(vector), silence.mark, silence.detail)
            progress(scored)
            yield scored
    finally:
        answerer.close()


def tally(scores: Iterable[Scored]) -> dict[str, dict[str, int]]:
    """Counts per group and mark, groups in their order."""
    rows: dict[str, dict[str, int]] = {}
    for scored in scores:
        row = rows.setdefault(scored.group, {mark.value: 0 for mark in Mark})
        row[scored.mark.value] += 1
    return {name: rows[name] for name in in_order(rows)}


def in_order(groups: Iterable[str]) -> list[str]:
    """Known groups in their order, then those of a newer set of vectors."""
    found = dict.fromkeys(groups)
    return [g for g in GROUPS if g in found] + [g for g in found if g not in GROUPS]


def exit_code(scores: Iterable[Scored]) -> int:
    """0 where nothing but passes and reasoned skips, else 1."""
    return int(any(s.mark not in (Mark.PASSED, Mark.SKIPPED) for s in scores))
