"""Line and bar charts as inline SVG: no script, nothing from outside."""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 560
RIGHT: Final = 20
"""Half of the widest label below the axis."""
HEIGHT: Final = 260
LEFT: Final = 48
BOTTOM: Final = 34
TOP: Final = 12
COLORS: Final = ("#0b6e4f", "#c1440e", "#5a6acf", "#8a6d3b", "#7b8794", "#b83280", "#2c7da0")


class Line(NamedTuple):
    """One line of a chart; a ``None`` leaves a gap."""

    name: str
    values: Sequence[float | None]
    dashed: bool = False


def line_chart(labels: Sequence[str], lines: Sequence[Line], *, unit: str, most: float | None = None) -> str:
    """Lines over evenly spaced labels, from 0 up."""
    known = [value for line in lines for value in line.values if value is not None]
    top = most or max([*known, 1.0]) * 1.08
    step_x = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)

    def point(i: int, value: float) -> tuple[float, float]:
        return LEFT + i * step_x, TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(value, top) / top)

    parts = [_frame(labels, top, unit, step_x)]
    for number, line in enumerate(lines):
        color = COLORS[number % len(COLORS)]
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        points = [point(i, value) for i, value in enumerate(line.values) if value is not None]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.2"{dash}/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"><title>{escape(line.name)}: '
            f"{value:.1f} {escape(unit)} at {escape(labels[i])}</title></circle>"
            for i, value in enumerate(line.values)
            if value is not None
            for x, y in [point(i, value)]
        ]
    legend = "".join(
        f'<span><i style="background:{COLORS[n % len(COLORS)]}"></i>{escape(line.name)}</span>'
        for n, line in enumerate(lines)
    )
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(parts)}</svg><p class="legend">{legend}</p>'


def _frame(labels: Sequence[str], top: float, unit: str, step_x: float) -> str:
    parts = []
    for i in range(5):
        y = TOP + (HEIGHT - TOP - BOTTOM) * i / 4
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="y">{top * (1 - i / 4):.0f}</text>')
    parts += [
        f'<text x="{LEFT + i * step_x:.1f}" y="{HEIGHT - 14}" class="x">{escape(label)}</text>'
        for i, label in enumerate(labels)
    ]
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" class="unit">{escape(unit)}</text>')
    return "".join(parts)


def bar_list(rows: Sequence[tuple[str, float, str]]) -> str:
    """Named bars, longest as wide as the list; each row is (name, length, what to write beside it)."""
    longest = max([length for _, length, _ in rows], default=1.0) or 1.0
    return "".join(
        f'<div class="bar"><span>{escape(name)}</span><b style="width:{100 * length / longest:.1f}%"></b>'
        f"<em>{escape(text)}</em></div>"
        for name, length, text in rows
    )
