"""Terminals minute by minute: the wait for the next departure as promised, beside what left."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from statistics import fmean
from typing import Final
from zoneinfo import ZoneInfo

from transit.scoring.terminal_boards import TerminalBoard

WIDTH: Final = 1120
HEIGHT: Final = 190
LEFT: Final = 40
BOTTOM: Final = 26
TOP: Final = 8
TICK_S: Final = 900
GAP_S: Final = 61
"""Minutes further apart than this are not joined: in between nobody was asked."""

STYLE: Final = {"left": ("#9aa7b4", "3.5", ""), "ours": ("#0b6e4f", "1.6", ""), "theirs": ("#c1440e", "1.4", "4 3")}


def boards_section(boards: tuple[TerminalBoard, ...], zone: str) -> str:
    """One picture a terminal."""
    if not boards:
        return ""
    pictures = "".join(_picture(board, ZoneInfo(zone)) for board in boards)
    return (
        f"<h2>{len(boards)} terminals: what was promised each minute beside what left</h2><p>Minutes until the next "
        "departure, by the clock: grey what left, green what riders were told (vehicles, and the timetable where none "
        "is on a run yet), orange (dashed) the agency where its predictions are at hand. Where green is missing, the "
        "next vehicle was shown as held, without minutes; where grey is, a vehicle left that nobody can date.</p>"
        f"{pictures}"
    )


def _picture(board: TerminalBoard, zone: ZoneInfo) -> str:
    waits = [wait for told in (board.left, board.ours, board.theirs) for wait in told if wait is not None]
    top_s = max([*waits, 300])
    lines = [("left", board.left), ("ours", board.ours), ("theirs", board.theirs)]
    drawn = "".join(_line(board.minutes, waits_s, top_s, STYLE[name]) for name, waits_s in lines)
    return (
        f"<h3>{escape(board.name)}</h3><p>{board.departures} departures seen; mean distance from the true wait: "
        f"Headway {_distance(board.left, board.ours)}"
        + (f", agency {_distance(board.left, board.theirs)}" if board.theirs else "")
        + f"; held at {board.held} minutes, told within two minutes of none that left for seven at {board.unkept}"
        + (f"; not compared at {board.undated}" if board.undated else "")
        + f'</p><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{_frame(board.minutes, top_s, zone)}{drawn}</svg>'
    )


def _distance(left: Sequence[int | None], told: Sequence[int | None]) -> str:
    apart = [abs(a - b) for a, b in zip(left, told, strict=True) if a is not None and b is not None]
    return f"{fmean(apart):.0f} s in {len(apart)} minutes" if apart else "said nothing"


def _x(minute: int, minutes: Sequence[int]) -> float:
    return LEFT + (WIDTH - LEFT - 8) * (minute - minutes[0]) / max(minutes[-1] - minutes[0], 1)


def _line(minutes: Sequence[int], waits_s: Sequence[int | None], top_s: int, style: tuple[str, str, str]) -> str:
    """The pieces between gaps."""
    pieces: list[list[str]] = [[]]
    before = None
    for minute, wait in zip(minutes, waits_s, strict=False):
        if wait is None or (before is not None and minute - before > GAP_S):
            pieces.append([])
        if wait is not None:
            y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - wait / top_s)
            pieces[-1].append(f"{_x(minute, minutes):.1f},{y:.1f}")
        before = minute
    color, width, dash = style
    return "".join(
        f'<polyline points="{" ".join(piece)}" fill="none" stroke="{color}" stroke-width="{width}" '
        f'stroke-dasharray="{dash}"/>'
        for piece in pieces
        if piece
    )


def _frame(minutes: Sequence[int], top_s: int, zone: ZoneInfo) -> str:
    parts = []
    step_s = max(300, round(top_s / 4 / 300) * 300)
    for wait_s in range(0, top_s + 1, step_s):
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - wait_s / top_s)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 8}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="y">{wait_s // 60}</text>')
    first = minutes[0] + (-minutes[0]) % TICK_S
    for at in range(first, minutes[-1] + 1, TICK_S):
        clock = datetime.fromtimestamp(at, zone).strftime("%H:%M")
        parts.append(f'<text x="{_x(at, minutes):.1f}" y="{HEIGHT - 8}" class="x">{clock}</text>')
    return "".join(parts)
