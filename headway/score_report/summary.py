"""The scorecard as a person reads it in a terminal."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from rich.console import Console
from rich.table import Table

from transit.scoring.errors import ErrorTable
from transit.scoring.intervals import IntervalBin
from transit.scoring.scorecard import Scorecard

NAMES = {
    "p50": "Headway",
    "schedule": "B0 schedule",
    "schedule_delay": "B1 schedule + delay",
    "historical_mean": "B2 historical mean",
    "last_vehicle": "B3 last vehicle",
    "kalman": "B4 Kalman of TheTransitClock",
    "agency": "B5 agency",
}


def shown(value: float | None, *, percent: bool = False) -> str:
    """A figure, or a dash where there is none."""
    if value is None:
        return "-"
    return f"{100 * value:.1f}" if percent else f"{value:.1f}"


def spans(card: Scorecard) -> list[str]:
    """The horizon bins in minutes."""
    edges = card.horizon_edges_s
    return [f"{low // 60}-{high // 60}" for low, high in pairwise(edges)]


def print_summary(card: Scorecard, console: Console) -> None:
    """Print the tables that matter most."""
    truth = card.truth
    console.print(
        f"{truth.runs} runs, {truth.arrivals} arrivals ({truth.undated} more cannot be dated), known to within "
        f"{shown(truth.width_median_s)} s (median), {card.served_rows} forecasts at {card.samples} samples"
    )
    console.print(_errors("Every predictor on the same rows: mean absolute error (s) by actual horizon (min)", card))
    for duel in card.duels:
        if duel.rival in ("historical_mean", "agency"):
            table = _table(f"Headway and {NAMES[duel.rival]} on all rows where both speak", card)
            _add(table, "Headway", duel.ours)
            _add(table, NAMES[duel.rival], duel.theirs)
            table.add_row("ratio", "", *(shown(r, percent=True) for r in duel.ratios), *[""] * 5)
            console.print(table)
    for duel in card.rivals:
        table = _table(f"Headway and {duel.rival}, each right after the same report", card)
        _add(table, "Headway", duel.ours)
        _add(table, duel.rival, duel.theirs)
        table.add_row("ratio", "", *(shown(r, percent=True) for r in duel.ratios), *[""] * 5)
        console.print(table)
    own = _table("Headway's own rows", card)
    _add(own, "all", card.own)
    for stratum in card.strata:
        _add(own, stratum.name, stratum.errors)
    console.print(own)
    if card.renamed:
        renamed = _table("Trains that came under another id than they were promised under", card)
        for name, errors in card.renamed.items():
            _add(renamed, NAMES[name], errors)
        console.print(renamed)
    console.print(_intervals("p10 to p90: arrivals inside (%), by actual horizon", card, card.intervals_by_actual))
    for name, stability in card.stability.items():
        console.print(
            f"jitter {NAMES[name]}: {shown(stability.jitter_s)} s; reversed "
            f"{shown(stability.reversed_ratio, percent=True)} %"
        )
    for name, presence in card.presence.items():
        console.print(
            f"{NAMES[name]}: ghosts {shown(presence.ghost_ratio, percent=True)} % of {presence.near_promises}, "
            f"came under another id {shown(presence.renamed_ratio, percent=True)} %, "
            f"missed {shown(presence.missed_ratio, percent=True)} % of {presence.arrivals}"
        )
    _print_departures(card, console)
    _print_countdowns(card, console)
    _print_boards(card, console)
    console.print(f"took (s): {card.duration_s}; refused: {card.rejects or 'nothing'}")


def _print_boards(card: Scorecard, console: Console) -> None:
    """The busiest terminals as riders saw them, minute by minute."""
    if not card.boards:
        return
    table = Table(title="Terminals each minute: what was told beside what left", title_justify="left")
    names = ("terminal", "left", "minutes", "told", "undated", "mean distance s", "held", "unkept")
    for name in (*names, "agency's distance s"):
        table.add_column(name, justify="left" if name == "terminal" else "right")
    for board in card.boards:
        told = sum(wait is not None for wait in board.ours)
        ours, theirs = (mean_distance_s(board.left, waits) for waits in (board.ours, board.theirs))
        counts = (board.departures, len(board.minutes), told, board.undated)
        table.add_row(board.name, *map(str, counts), shown(ours), str(board.held), str(board.unkept), shown(theirs))
    console.print(table)


def mean_distance_s(left: Sequence[int | None], told: Sequence[int | None]) -> float | None:
    """How far what was told lay from the true wait on average, where both are known."""
    apart = [abs(a - b) for a, b in zip(left, told, strict=False) if a is not None and b is not None]
    return fmean(apart) if apart else None


def _print_countdowns(card: Scorecard, console: Console) -> None:
    seen = card.countdowns
    if seen is None:
        return
    without = shown(seen.without_minutes / max(seen.moments, 1), percent=True)
    console.print(
        f"countdowns to next stops: at {without} % of {seen.moments} looks no minutes ({seen.held} times held); "
        f"{seen.noughts} came to 0 before the vehicle, {seen.lasting} stood there over 30 s (longest "
        f"{seen.longest_s} s), {seen.silent} under a silent vehicle"
    )


def _print_departures(card: Scorecard, console: Console) -> None:
    if card.departures is None:
        return
    for name, errors in (
        ("Headway", card.departures.ours),
        ("schedule", card.departures.schedule),
        ("schedule + median lag", card.departures.schedule_lag),
    ):
        console.print(
            f"departures from first stops, {name}: {shown(errors.mean_absolute_s)} s (bias {shown(errors.mean_s)}), "
            f"earlier by > 60 s {shown(errors.early_60_ratio, percent=True)} % of {errors.count}"
        )


def _table(title: str, card: Scorecard) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("predictor")
    table.add_column("rows", justify="right")
    for span in spans(card):
        table.add_column(span, justify="right")
    for name in ("5 min", "bias to 10", "Benchmark %", "early 0-3, 3-6 %", "MBTA %"):
        table.add_column(name, justify="right")
    return table


def _errors(title: str, card: Scorecard) -> Table:
    table = _table(title, card)
    for name, errors in card.common.items():
        _add(table, NAMES[name], errors)
    return table


def _add(table: Table, name: str, errors: ErrorTable) -> None:
    five = errors.at_5_minutes
    table.add_row(
        name,
        str(errors.rows),
        *(shown(found.mean_absolute_s) for found in errors.by_actual),
        f"{shown(five.mean_absolute_s)} / {shown(five.median_absolute_s)}",
        " ".join(shown(found.mean_s) for found in errors.by_actual[:3]),
        shown(errors.benchmark_mean, percent=True),
        " ".join(shown(found.early_60_ratio, percent=True) for found in errors.by_actual[:2]),
        shown(errors.mbta_mean, percent=True),
    )


def _intervals(title: str, card: Scorecard, bins: tuple[IntervalBin, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for span in spans(card):
        table.add_column(span, justify="right")
    table.add_row("inside", *(shown(found.inside_ratio, percent=True) for found in bins))
    table.add_row("before p10", *(shown(found.below_ratio, percent=True) for found in bins))
    table.add_row("after p90", *(shown(found.above_ratio, percent=True) for found in bins))
    table.add_row("width s", *(shown(found.width_s) for found in bins))
    return table
