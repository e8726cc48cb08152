"""`make interop`: the vectors put to other implementations, each through a harness in examples/.

Every disagreement stands with its reason in exceptions/interop.json, and an entry that is not
needed any more is a complaint like a disagreement that has none. Writes build/interop.json and
build/interop.html.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from defa_trust.conformance import report
from defa_trust.conformance.run import (
    GROUPS,
    Mark,
    OurOwn,
    Program,
    Scored,
    default_vectors,
    load,
    run,
    tally,
)

REPOSITORY = Path(__file__).resolve().parents[2]
HARNESSES = REPOSITORY / "examples" / "harnesses"
EXCEPTIONS = Path(__file__).parent / "exceptions" / "interop.json"


class Implementation(NamedTuple):
    """``needs`` is the program without which it is left out; ``setup`` runs in its folder first.

    ``{here}`` in the command stands for the folder that the harness was copied to."""

    name: str
    folder: str
    command: tuple[str, ...]
    groups: tuple[str, ...]
    needs: str
    setup: tuple[str, ...] = ()


IMPLEMENTATIONS = (
    Implementation(
        "Node crypto, by hand", "node-plain", ("node", "{here}/harness.js"), ("jose",), "node"
    ),
    Implementation(
        "jose (Node)",
        "node-jose",
        ("node", "{here}/harness.mjs"),
        ("jose",),
        "node",
        ("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"),
    ),
    Implementation(
        "@sd-jwt/sd-jwt-vc (Node)",
        "node-sd-jwt",
        ("node", "{here}/harness.mjs"),
        ("sd_jwt",),
        "node",
        ("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"),
    ),
    Implementation(
        "PyJWT", "pyjwt", (sys.executable, "{here}/harness.py"), ("jose",), sys.executable
    ),
    Implementation(
        "Go standard library",
        "go-std",
        ("{here}/harness",),
        ("jose", "x509"),
        "go",
        ("go", "build", "-o", "harness", "."),
    ),
    Implementation(
        "EU DSS (Java)",
        "java-dss",
        ("java", "-cp", "{here}/target/classes:{here}/target/dependency/*", "Harness"),
        ("asic", "cades", "jades", "pades", "timestamp", "xades"),
        "mvn",
        ("mvn", "-q", "-B", "compile", "dependency:copy-dependencies"),
    ),
)


def main() -> int:
    excepted = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    results: dict[str, list[Scored]] = {}
    complaints: list[str] = []
    vectors = load(default_vectors())
    print("defa_trust, every group …", flush=True)
    results["defa_trust"] = list(run(vectors, OurOwn(), 3))
    complaints += [f"defa_trust: {s.id}: {s.detail}" for s in unmet(results["defa_trust"])]
    with tempfile.TemporaryDirectory() as place:
        for each in IMPLEMENTATIONS:
            if shutil.which(each.needs) is None:
                print(f"{each.name}: left out, there is no {each.needs} here")
                continue
            print(f"{each.name}, {', '.join(each.groups)} …", flush=True)
            scores = results[each.name] = ask(each, Path(place))
            complaints += judged(each.name, scores, excepted.get(each.name, {}))
    matrix(results)
    write(results, {v["id"]: v["description"] for v in vectors})
    for complaint in complaints:
        print(f"  {complaint}")
    return 1 if complaints else 0


def ask(each: Implementation, place: Path) -> list[Scored]:
    """Set up a copy of the harness, so that the checkout stays clean, and put the vectors."""
    folder = place / each.folder
    shutil.copytree(HARNESSES / each.folder, folder, ignore=shutil.ignore_patterns("node_modules"))
    if each.setup:
        subprocess.run(each.setup, cwd=folder, check=True)
    command = shlex.join(part.format(here=folder) for part in each.command)
    return list(run(load(default_vectors(), each.groups), Program(command, 30.0), 1))


def unmet(scores: list[Scored]) -> list[Scored]:
    return [s for s in scores if s.mark not in (Mark.PASSED, Mark.SKIPPED)]


def judged(name: str, scores: list[Scored], excepted: dict[str, str]) -> list[str]:
    """What is not explained, and explanations that nothing needs."""
    found = {s.id: s for s in unmet(scores)}
    said = [f"{name}: {s.mark.value}: {s.id}" for s in found.values() if s.id not in excepted]
    return said + [f"{name}: {id} agrees now" for id in excepted if id not in found]


def matrix(results: dict[str, list[Scored]]) -> None:
    """Implementation × group: passed of asked; wrong acceptances behind an exclamation mark."""
    groups = [g for g in GROUPS if any(s.group == g for scores in results.values() for s in scores)]
    width = max(len(name) for name in results) + 2
    print("\n" + "".ljust(width) + "".join(group.rjust(14) for group in groups))
    for name, scores in results.items():
        rows = tally(scores)
        cells = []
        for group in groups:
            row = rows.get(group)
            if row is None:
                cells.append("–")
                continue
            asked = sum(row.values()) - row[Mark.SKIPPED.value]
            wrong = row[Mark.WRONGLY_ACCEPTED.value]
            cells.append(f"{row[Mark.PASSED.value]}/{asked}" + (f" !{wrong}" if wrong else ""))
        print(name.ljust(width) + "".join(cell.rjust(14) for cell in cells))


def write(results: dict[str, list[Scored]], texts: dict[str, str]) -> None:
    build = REPOSITORY / "build"
    build.mkdir(exist_ok=True)
    shape = {
        name: [{"id": s.id, "mark": s.mark.value, "detail": s.detail} for s in scores]
        for name, scores in results.items()
    }
    (build / "interop.json").write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")
    title = "Conformance vectors, implementation by implementation"
    page = report.html(results, texts, title)
    (build / "interop.html").write_text(page, encoding="utf-8")
    print("\nwritten: build/interop.json, build/interop.html")


if __name__ == "__main__":
    sys.exit(main())
