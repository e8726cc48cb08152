"""Print build/bench.json as a table: `make bench` ends with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def line(row: dict[str, object]) -> str:
    goal = row["goal"]
    if goal is None:
        verdict = ""
    else:
        met = row["ratio"] <= goal if row["better"] == "lower" else row["ratio"] >= goal
        verdict = "met" if met else "MISSED"
    shown = "" if goal is None else f"{goal:g}"
    return (
        f"{row['name']:<52}{row['ratio']:>9.3f}{shown:>8}{verdict:>8}"
        f"{row['subject_us']:>12.1f}{row['baseline_us']:>12.1f}  {row['baseline']}"
    )


def main() -> int:
    if not SOURCE.exists():
        print("no build/bench.json: run make bench", file=sys.stderr)
        return 2
    rows = json.loads(SOURCE.read_text(encoding="utf-8"))
    head = f"{'benchmark':<52}{'ratio':>9}{'goal':>8}{'':>8}{'us':>12}{'baseline us':>12}"
    print(f"{head}  baseline")
    for row in rows:
        print(line(row))
        if row["note"]:
            print(f"    {row['note']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
