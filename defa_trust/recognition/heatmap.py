"""The matrix as one picture in one file (floor 9): HTML with an SVG, nothing fetched, no script.

Outcomes differ by letter and by pattern as well as by colour (WCAG 2.2, 1.4.1), and a cell shows a
band for each outcome in it: a pilot is never drawn as a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final, NamedTuple

from ..spec import MEMBER_STATES
from ..verdict import RecognitionOutcome, shown_time
from .matrix import ANY, LETTERS, OUTCOMES, Case, Cell, Matrix
from .missing import remedy

_SIDE: Final = 56
_LEFT: Final = 190
_TOP: Final = 72


class _Look(NamedTuple):
    fill: str
    ink: str
    words: str


LOOKS: Final[Mapping[RecognitionOutcome, _Look]] = {
    RecognitionOutcome.RECOGNISED: _Look("#1b7f4d", "#ffffff", "recognised"),
    RecognitionOutcome.PILOT: _Look("url(#pilot)", "#3d2c00", "pilot corridor only"),
    RecognitionOutcome.INDETERMINATE: _Look("#c9d3e6", "#1f2d4d", "could not be established"),
    RecognitionOutcome.NOT_RECOGNISED: _Look("#b5493a", "#ffffff", "not recognised"),
    RecognitionOutcome.NOT_EVALUATED: _Look(
        "url(#nothing)", "#2b2b2b", "not evaluated: nothing of it could verify"
    ),
}
_NONE: Final = _Look("#f4f4f4", "#6b6b6b", "no such service listed")
_OWN: Final = _Look("#e3e3e3", "#8a8a8a", "the state itself")
_PATTERNS: Final = """\
<defs>
<pattern id="pilot" width="10" height="10" patternUnits="userSpaceOnUse">
<rect width="10" height="10" fill="#f2c14e"/>
<path d="M-2,2 L2,-2 M0,10 L10,0 M8,12 L12,8" stroke="#fff3cf" stroke-width="2.5"/>
</pattern>
<pattern id="nothing" width="8" height="8" patternUnits="userSpaceOnUse">
<rect width="8" height="8" fill="#d9d9d9"/>
<circle cx="4" cy="4" r="1.2" fill="#a8a8a8"/>
</pattern>
</defs>"""
_STYLE: Final = """\
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #ffffff;
 margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
h1 { font-size: 1.4rem; margin-bottom: .2rem }
svg { max-width: 100%; height: auto }
table { border-collapse: collapse; width: 100%; font-size: .85rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem;
 border-bottom: 1px solid #dddddd; overflow-wrap: anywhere }
th, td:nth-child(1), td:nth-child(2), td:nth-child(4) { white-space: nowrap;
 overflow-wrap: normal }
ul { margin: 0; padding-left: 1.1rem }
.note { color: #555555 }"""


_CSP: Final = (
    '<meta http-equiv="Content-Security-Policy"'
    " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_FONT: Final = 'font-family="system-ui, DejaVu Sans, sans-serif"'
_HEADS: Final = (
    "from",
    "to",
    "service and credential types",
    "outcome",
    "why, or what is missing for a yes",
)


def heat_map(matrix: Matrix, names: Mapping[str, str]) -> str:
    """The whole page as text. ``names`` gives a state's name by its code; it may be empty."""
    asked = matrix.question
    start, end = (shown_time(moment) for moment in matrix.interval)
    terms = [
        ("service type", asked.service_type or "all"),
        ("purpose", asked.purpose),
        ("sector", asked.sector),
        ("relying party", asked.relying_party),
        ("act", asked.act),
    ]
    level = asked.min_level
    if level is not None:
        axes = ("proofing", "authentication", "federation")
        wanted = [f"{axis} {getattr(level, axis)}" for axis in axes if getattr(level, axis)]
        terms.append(("least level", ", ".join(wanted) or "none"))
    said = "; ".join(f"{name}: {value}" for name, value in terms if value is not None)
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        _CSP,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Who recognises whom</title>",
        f"<style>{_STYLE}</style></head><body>",
        "<h1>Who recognises whom</h1>",
        f'<p class="note">As of {_text(shown_time(asked.moment))}. {_text(said)}.<br>',
        f"On the same lists nothing here changes from {_text(start)} until {_text(end)}.</p>",
        svg(matrix, names),
        "<h2>Every listed service</h2>",
        f"<table><thead><tr>{heads}</tr></thead><tbody>",
        *_rows(matrix),
        "</tbody></table>",
        '<p class="note">This supports a legal judgement; it does not replace one.</p>',
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def svg(matrix: Matrix, names: Mapping[str, str]) -> str:
    """The picture alone, as an SVG 1.1 document: rows issue, columns receive."""
    count = len(MEMBER_STATES)
    width = _LEFT + count * _SIDE + 20
    height = _TOP + count * _SIDE + 30 + 24 * (len(OUTCOMES) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {_FONT} viewBox="0 0 {width} {height}"',
        f' width="{width}" height="{height}" role="img" aria-label="Heat map of recognition">',
        _PATTERNS,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _label(_LEFT + count * _SIDE / 2, _TOP - 40, "received in", "middle", 14),
        _label(_LEFT - 12, _TOP - 12, "issued by", "end", 14),
    ]
    for place, code in enumerate(MEMBER_STATES):
        middle = place * _SIDE + _SIDE / 2
        parts.append(_label(_LEFT + middle, _TOP - 12, code, "middle", 14, weight="bold"))
        name = f"{names[code]} {code}" if code in names else code
        parts.append(_label(_LEFT - 12, _TOP + middle + 5, name, "end", 13))
    for row, issuing in enumerate(MEMBER_STATES):
        for column, receiving in enumerate(MEMBER_STATES):
            at = (_LEFT + column * _SIDE, _TOP + row * _SIDE)
            parts += _cell(matrix.cells.get((issuing, receiving)), at, issuing, receiving)
    parts += _legend(_TOP + count * _SIDE + 24)
    parts.append("</svg>")
    return "\n".join(parts)


def _cell(cell: Cell | None, at: tuple[int, int], issuing: str, receiving: str) -> Iterator[str]:
    left, top = at
    if cell is None:
        bands = [("", _OWN)]
        title = f"{issuing}: the state itself"
    else:
        bands = [(LETTERS[outcome], LOOKS[outcome]) for outcome in cell.outcomes]
        bands = bands or [("", _NONE)]
        title = f"{issuing} to {receiving}: {_title(cell)}"
    yield f"<g><title>{_text(title)}</title>"
    inner = _SIDE - 4
    wide = inner / len(bands)
    for place, (letter, look) in enumerate(bands):
        x = left + 2 + place * wide
        yield (
            f'<rect x="{x:.2f}" y="{top + 2}" width="{wide:.2f}" height="{inner}"'
            f' fill="{look.fill}"/>'
        )
        if letter:
            yield _label(
                x + wide / 2, top + _SIDE / 2 + 6, letter, "middle", 17, weight="bold", ink=look.ink
            )
    yield "</g>"


def _title(cell: Cell) -> str:
    if not cell.cases:
        return f"no accepted list ({cell.absent})" if cell.absent else _NONE.words
    return "; ".join(f"{case.service.name}: {LOOKS[case.outcome].words}" for case in cell.cases)


def _legend(top: int) -> Iterator[str]:
    looks = [(LETTERS[outcome], LOOKS[outcome]) for outcome in OUTCOMES]
    for place, (letter, look) in enumerate([*looks, ("", _NONE)]):
        y = top + place * 24
        yield f'<rect x="{_LEFT}" y="{y}" width="20" height="20" fill="{look.fill}"/>'
        if letter:
            yield _label(_LEFT + 10, y + 15, letter, "middle", 13, weight="bold", ink=look.ink)
        yield _label(_LEFT + 30, y + 15, look.words, "start", 13)


def _rows(matrix: Matrix) -> Iterator[str]:
    for cell in matrix.cells.values():
        for case in cell.cases:
            types = ", ".join("any other" if t == ANY else t for t in case.credential_types)
            yield (
                f"<tr><td>{cell.issuing}</td><td>{cell.receiving}</td>"
                f"<td>{_text(case.service.name)}<br>{_text(types)}</td>"
                f"<td>{case.outcome.value}</td><td>{_why(case, cell)}</td></tr>"
            )


def _why(case: Case, cell: Cell) -> str:
    if not case.missing:
        return _text(case.answer.recognition.arrangement or "domestic")
    said = (
        f"{_text(found.text)} {_text(remedy(found, cell.issuing, cell.receiving))}"
        for found in case.missing
    )
    return _list(said)


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _label(
    x: float,
    y: float,
    text: str,
    anchor: str,
    size: int,
    *,
    weight: str = "normal",
    ink: str = "#1c1c1c",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
        f' font-weight="{weight}" fill="{ink}">{_text(text)}</text>'
    )


def _text(text: str) -> str:
    """Escaped for HTML; what is invisible or turns the reading order is shown as an escape."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
    return escape(shown)
