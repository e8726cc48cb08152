"""Change one line of the library, import it, and see which check notices.

One process imports everything once. For each mutant it forks a child that forgets the changed
module and all that stands on it, imports them again with the change, and runs the scenarios until
one of them fails. The files on disk are never touched.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """``old`` stands exactly once in the source of ``module`` and becomes ``new``; and so does each
    pair in ``also``, where two places say the same and either would do."""

    name: str
    module: str
    old: str
    new: str
    also: tuple[tuple[str, str], ...] = ()


class Outcome(NamedTuple):
    """``killed_by`` is the scenario that noticed, ``None`` where none did."""

    name: str
    killed_by: str | None
    how: str


_READ = importlib.machinery.SourceFileLoader.get_code


def source_of(module):
    found = importlib.util.find_spec(module)
    return Path(found.origin).read_text(encoding="utf-8")


def mutated(mutant):
    source = source_of(mutant.module)
    for old, new in ((mutant.old, mutant.new), *mutant.also):
        if source.count(old) != 1:
            raise ValueError(f"{mutant.name}: {old!r} stands {source.count(old)} times")
        source = source.replace(old, new)
    return compile(source, f"<{mutant.module}, {mutant.name}>", "exec")


def _stands_on(module, name):
    """Whether ``name`` is to be imported again once ``module`` is: all of it, or what is above."""
    if name == module or name.startswith("tests"):
        return True
    if module.startswith("defa_trust.cache"):
        return name.startswith("defa_trust.cache")
    if module == "defa_trust.verify":
        return name.startswith(("defa_trust.cache", "defa_trust.verify"))
    return name.startswith("defa_trust")


def install(mutant):
    """Forget ``mutant.module`` and its users; the next import reads the changed source."""
    code = mutated(mutant)

    def get_code(self, fullname):
        return code if fullname == mutant.module else _READ(self, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code
    for name in [name for name in sys.modules if _stands_on(mutant.module, name)]:
        if name == __name__:
            continue
        module = sys.modules.pop(name)
        parent, _, child = name.rpartition(".")
        if parent in sys.modules and getattr(sys.modules[parent], child, None) is module:
            delattr(sys.modules[parent], child)


def attempt(scenarios):
    """Run every scenario of that module; returns the first that fails and what it said."""
    try:
        found = importlib.import_module(scenarios).SCENARIOS
    except Exception as fault:  # noqa: BLE001  a mutant may be unable to start
        return "import", repr(fault)
    for scenario in found:
        try:
            scenario()
        except Exception as fault:  # noqa: BLE001  any failure counts, and is shown
            line = traceback.extract_tb(fault.__traceback__)[-1]
            return scenario.__name__, f"{type(fault).__name__} at {line.name}:{line.lineno}"
    return None, ""


def outcome(mutant, scenarios):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            install(mutant)
            answer = json.dumps(attempt(scenarios))
            os.write(writing, answer.encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise RuntimeError(f"{mutant.name}: the child died")
    return Outcome(mutant.name, *json.loads(answer))


def main(mutants, scenarios):
    """``python -m tests.mutation.…``: a line of JSON for each mutant, after the unchanged one."""
    importlib.import_module(scenarios)
    killed_by, how = attempt(scenarios)
    print(json.dumps(Outcome("unchanged", killed_by, how)._asdict()), flush=True)
    for mutant in mutants:
        print(json.dumps(outcome(mutant, scenarios)._asdict()), flush=True)


def table(lines):
    """The list, to be read."""
    shown = []
    for line in lines:
        found = json.loads(line)
        fate = f"noticed by {found['killed_by']}" if found["killed_by"] else "NOT NOTICED"
        if found["name"] == "unchanged":
            fate = "passes" if not found["killed_by"] else f"FAILS: {found}"
        shown.append(f"{found['name']:<72} {fate}")
    return "\n".join(shown)
