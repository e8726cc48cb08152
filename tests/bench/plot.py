"""Draw build/bench.json as build/bench.svg: goals met and missed, and cost as work grows."""

from __future__ import annotations

import json
import math
from html import escape
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "build" / "bench.json"
TARGET = SOURCE.with_suffix(".svg")
WIDTH, LEFT, BAR, CURVE = 1000, 430, 20, 260
COLOURS = ("#1b6ca8", "#b5472f", "#3c7d3c", "#7a5195", "#8a6d1d", "#4d4d4d", "#c2417c", "#2b8c8c")

DASHES = ("none", "6 3", "2 2")
"""A series has a colour and, where colours come round again, dashes of its own."""


def text(x, y, said, size=12, anchor="start", colour="#222"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        # Letters stand on a rim of white, so that a line behind them does not cross them out.
        f'fill="{colour}" stroke="#fff" stroke-width="3" paint-order="stroke">{escape(said)}</text>'
    )


def _met(row):
    ahead = row["ratio"] <= row["goal"] if row["better"] == "lower" else row["ratio"] >= row["goal"]
    return ahead or row["goal"] == row["ratio"]


def _bar(y, width, colour):
    place = f'x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{BAR - 6}"'
    return f'<rect {place} fill="{colour}"/>'


def bars(rows, top):
    """Each row with a goal: how much of the goal it takes (lower) or reaches (higher)."""
    scale = (WIDTH - LEFT - 90) / 2
    bottom = top + 14 + len(rows) * BAR
    drawn = [
        text(20, top, "Goals: the line is the goal; left of it is better", 15),
        (
            f'<line x1="{LEFT + scale:.1f}" y1="{top + 12}" x2="{LEFT + scale:.1f}" y2="{bottom}" '
            'stroke="#222" stroke-dasharray="4 3"/>'
        ),
    ]
    for place, row in enumerate(rows):
        y = top + 14 + place * BAR
        lower = row["better"] == "lower"
        over = row["ratio"] / row["goal"] if lower else row["goal"] / max(row["ratio"], 1e-9)
        width = min(over, 2.0) * scale
        drawn += [
            text(LEFT - 8, y + 13, row["name"], 11, "end"),
            _bar(y, width, "#3c7d3c" if _met(row) else "#b5472f"),
            text(LEFT + width + 5, y + 13, f"{row['ratio']:.3g} / {row['goal']:.3g}", 11),
        ]
    return drawn, bottom


def curves(rows, top):
    """Every series on logarithmic axes."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row.get("series"):
            found.setdefault(row["series"], []).append((max(row["x"], 1), max(row["ratio"], 1e-6)))
    if not found:
        return [], top
    points = [point for series in found.values() for point in series]
    xs, ys = ([math.log10(point[axis]) for point in points] for axis in (0, 1))
    low_x, low_y = math.floor(min(xs)), math.floor(min(ys))
    wide, high = math.ceil(max(xs)) - low_x or 1, math.ceil(max(ys)) - low_y or 1
    right = WIDTH - 360

    def place(x, y):
        return (
            60 + (math.log10(x) - low_x) / wide * (right - 60),
            top + 20 + CURVE - (math.log10(y) - low_y) / high * CURVE,
        )

    drawn = [text(20, top, "Cost as work grows: ratio to the row's baseline", 15)]
    for step in range(wide + 1):
        x, y = place(10 ** (low_x + step), 10**low_y)
        drawn.append(text(x, y + 16, f"{10 ** (low_x + step):,}", 11, "middle"))
        drawn.append(f'<line x1="{x:.1f}" y1="{top + 20}" x2="{x:.1f}" y2="{y}" stroke="#ddd"/>')
    for step in range(high + 1):
        x, y = place(10**low_x, 10 ** (low_y + step))
        drawn.append(text(x - 5, y + 4, f"{10.0 ** (low_y + step):g}", 11, "end"))
        drawn.append(f'<line x1="{x}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>')
    for number, (name, series) in enumerate(sorted(found.items())):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in sorted(series)))
        dashes = DASHES[number // len(COLOURS) % len(DASHES)]
        stroke = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        y = top + 34 + number * 18
        drawn += [
            f'<polyline points="{line}" {stroke}/>',
            f'<polyline points="{right + 15},{y - 4} {right + 45},{y - 4}" {stroke}/>',
            text(right + 52, y, name, 11, colour=colour),
        ]
    return drawn, top + CURVE + 50


def draw(rows):
    with_goals = [row for row in rows if row["goal"]]
    drawn, bottom = bars(with_goals, 30)
    more, end = curves(rows, bottom + 45)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{end + 10:.0f}" '
        f'font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(drawn + more)
        + "</svg>\n"
    )


def main():
    TARGET.write_text(draw(json.loads(SOURCE.read_text("utf-8"))), "utf-8")
    print(f"plotted to {TARGET.relative_to(TARGET.parents[1])}")


if __name__ == "__main__":
    main()
