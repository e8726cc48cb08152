"""Results of a run as documents: JUnit XML for build servers, one HTML page for people (floor 13).

The page holds everything it needs: no script, no style sheet and no picture from elsewhere. With
several implementations it puts them side by side, vector by vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from .run import Mark, Scored, in_order, tally

Results = Mapping[str, Sequence[Scored]]
"""Scores by the name of the implementation."""

_FAILURES: Final = (Mark.FAILED, Mark.WRONGLY_ACCEPTED)
_ERRORS: Final = (Mark.CRASHED, Mark.TIMED_OUT)
_COLOURS: Final = {
    Mark.PASSED: "#1b7f4b",
    Mark.FAILED: "#b8860b",
    Mark.WRONGLY_ACCEPTED: "#b3261e",
    Mark.SKIPPED: "#8a8f98",
    Mark.CRASHED: "#6a1b9a",
    Mark.TIMED_OUT: "#5d4037",
}
_SIGNS: Final = {
    Mark.PASSED: "✓",
    Mark.FAILED: "✗",
    Mark.WRONGLY_ACCEPTED: "!",
    Mark.SKIPPED: "–",
    Mark.CRASHED: "†",
    Mark.TIMED_OUT: "…",
}
_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;color:#1d2129;margin:2rem auto;max-width:72rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{padding:.3rem .6rem;text-align:left;vertical-align:top}
thead th{border-bottom:2px solid #c8ccd2}tbody tr{border-bottom:1px solid #e6e8eb}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.bar{display:flex;min-width:16rem;height:.7rem;border-radius:.2rem;overflow:hidden;background:#eee}
code{font-size:.85rem}.what{color:#555;font-size:.85rem;overflow-wrap:anywhere}
.s{display:inline-block;width:1.2rem;text-align:center;color:#fff;border-radius:.2rem}
"""


def junit(scores: Sequence[Scored]) -> str:
    """JUnit XML: a suite a group, a case a vector. A wrong acceptance is a failure of that type."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for group in in_order(scored.group for scored in scores):
        cases = [s for s in scores if s.group == group]
        counts = {
            "tests": len(cases),
            "failures": sum(s.mark in _FAILURES for s in cases),
            "errors": sum(s.mark in _ERRORS for s in cases),
            "skipped": sum(s.mark is Mark.SKIPPED for s in cases),
        }
        numbers = " ".join(f'{name}="{count}"' for name, count in counts.items())
        lines.append(f'  <testsuite name="{_xml(group)}" {numbers}>')
        lines += [_case(scored) for scored in cases]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _case(scored: Scored) -> str:
    name = _xml(scored.id.partition("::")[2])
    head = f'    <testcase classname="{_xml(scored.group)}" name="{name}"'
    if scored.mark is Mark.PASSED:
        return f"{head}/>"
    detail = _xml(scored.detail)
    if scored.mark is Mark.SKIPPED:
        inner = f'<skipped message="{detail}"/>'
    else:
        tag = "failure" if scored.mark in _FAILURES else "error"
        inner = f'<{tag} type="{scored.mark.value}" message="{detail}"/>'
    return f"{head}>{inner}</testcase>"


def _xml(text: str) -> str:
    """An attribute's value; characters that XML 1.0 does not have become a question mark."""
    return escape("".join(c if _legal(c) else "?" for c in text), quote=True)


def _legal(c: str) -> bool:
    """XML 1.0, production 2."""
    return c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"


def html(results: Results, descriptions: Mapping[str, str], title: str) -> str:
    """One page: a bar for each implementation and group, then every vector on which one differs."""
    names = list(results)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{_legend()}</p>",
    ]
    for name in names:
        parts += _summary(name, results[name])
    parts += _differences(results, descriptions)
    return "\n".join([*parts, "</body></html>", ""])


def _legend() -> str:
    return " &nbsp; ".join(f"{_sign(mark)} {mark.value}" for mark in Mark)


def _sign(mark: Mark) -> str:
    return (
        f'<span class="s" style="background:{_COLOURS[mark]}" title="{mark.value}">'
        f"{_SIGNS[mark]}</span>"
    )


def _summary(name: str, scores: Sequence[Scored]) -> list[str]:
    head = "".join(f'<th class="n">{mark.value}</th>' for mark in Mark)
    rows = [
        f"<h2>{escape(name)}</h2>",
        f"<table><thead><tr><th>group</th><th>share</th>{head}</tr></thead><tbody>",
    ]
    for group, counts in tally(scores).items():
        whole = sum(counts.values())
        bar = "".join(
            f'<span style="width:{100 * counts[mark.value] / whole:.2f}%;'
            f'background:{_COLOURS[mark]}"></span>'
            for mark in Mark
            if counts[mark.value]
        )
        numbers = "".join(f'<td class="n">{counts[mark.value]}</td>' for mark in Mark)
        rows.append(
            f'<tr><td>{escape(group)}</td><td><div class="bar">{bar}</div></td>{numbers}</tr>'
        )
    return [*rows, "</tbody></table>"]


def _differences(results: Results, descriptions: Mapping[str, str]) -> list[str]:
    by_vector: dict[str, dict[str, Scored]] = {}
    for name, scores in results.items():
        for scored in scores:
            by_vector.setdefault(scored.id, {})[name] = scored
    fine = (Mark.PASSED, Mark.SKIPPED)
    shown = {
        vector: row
        for vector, row in sorted(by_vector.items())
        if any(s.mark not in fine for s in row.values())
    }
    if not shown:
        return ["<h2>Differences</h2><p>None: every vector that was asked passed.</p>"]
    head = "".join(f"<th>{escape(name)}</th>" for name in results)
    lines = [
        f"<h2>Differences ({len(shown)})</h2>",
        f"<table><thead><tr><th>vector</th>{head}</tr></thead><tbody>",
    ]
    for vector, row in shown.items():
        cells = "".join(f"<td>{_cell(row.get(name))}</td>" for name in results)
        texts = [descriptions.get(vector, "")]
        # Below the vector, where there is room: a column is as narrow as a name.
        texts += [f"{n}: {s.detail[:200]}" for n, s in row.items() if s.mark not in fine]
        said = "".join(f'<div class="what">{escape(text)}</div>' for text in texts)
        lines.append(f"<tr><td><code>{escape(vector)}</code>{said}</td>{cells}</tr>")
    return [*lines, "</tbody></table>"]


def _cell(scored: Scored | None) -> str:
    return "" if scored is None else _sign(scored.mark)
