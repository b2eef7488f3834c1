"""``make ablation``: what each part of the engine buys on a recording: it is scored whole, and without each part.

``make ablation ARGS="--gtfs gtfs.zip --positions vehicle_positions.zip --lines C53,D96"``

Each is a process with kernels of its own, which takes a minute; rows are those on which every baseline speaks.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Final

import msgspec
from rich.console import Console

from headway.score import load_timetable, score_recording, split_lines
from tests.ablation.parts import PARTS, take_out
from transit.scoring.errors import ErrorTable
from transit.scoring.scorecard import OURS, Scorecard

WHOLE: Final = "nothing"


def main() -> int:
    """Score the recording once for each part, and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        prog="make ablation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gtfs", required=True)
    parser.add_argument("--positions", required=True, type=Path)
    parser.add_argument("--lines", default="")
    parser.add_argument("--only", action="append", choices=[WHOLE, *PARTS], help="this part; may be repeated")
    parser.add_argument("--without", choices=[WHOLE, *PARTS], help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.without is not None:
        return _score(chosen)
    names = list(dict.fromkeys([WHOLE, *(chosen.only or PARTS)]))
    console = Console(soft_wrap=True)
    whole: Scorecard | None = None
    for name in names:
        card = _score_apart(name, chosen)
        if whole is None:
            whole = card
            _print_head(console, whole)
        console.print(_row(name, card, whole), markup=False, highlight=False)
    return 0


def _score(chosen: argparse.Namespace) -> int:
    """In a process of its own: take the part out, score, leave the scorecard behind."""
    if chosen.without != WHOLE:
        take_out(PARTS[chosen.without])
    timetable = load_timetable(chosen.gtfs)
    console = Console(stderr=True, quiet=True)
    card, _ = score_recording(timetable, chosen.positions, split_lines(chosen.lines), None, console)
    chosen.report.write_bytes(msgspec.json.encode(card))
    return 0


def _score_apart(name: str, chosen: argparse.Namespace) -> Scorecard:
    with tempfile.TemporaryDirectory(prefix="headway-ablation-") as made:
        report = Path(made) / "card.json"
        command = [sys.executable, "-m", "tests.ablation", "--gtfs", chosen.gtfs, "--positions", str(chosen.positions)]
        command += ["--lines", chosen.lines, "--without", name, "--report", str(report)]
        # kernels with other constants are other kernels: they must not be kept beside the true ones
        subprocess.run(command, check=True, env={**os.environ, "NUMBA_CACHE_DIR": made})
        return msgspec.json.decode(report.read_bytes(), type=Scorecard)


def _print_head(console: Console, whole: Scorecard) -> None:
    bins = [f"{each.from_s // 60}-{each.to_s // 60}" for each in _ours(whole).by_actual]
    titles = ["without", *bins, "all", "bias to 10 min", "jitter s", *_lines_of(whole), "first half", "second half"]
    titles += ["early > 60 s, 0-3 / 3-6", "departures s / early"]
    console.print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}", markup=False, highlight=False)


def _row(name: str, card: Scorecard, whole: Scorecard) -> str:
    """Errors (s) by actual horizon, and by how much they are larger (%) than the whole's: in all, by line, by half."""
    ours = _ours(card)
    errors = [_figure(each.mean_absolute_s) for each in ours.by_actual]
    bias = " ".join(_figure(each.mean_s) for each in ours.by_actual[:3])
    moves = card.stability[OURS].jitter_s
    changes = [_change(_mean(ours), _mean(_ours(whole)))]
    parts = [_change(_error(card, line), _error(whole, line)) for line in _lines_of(whole)]
    halves = [_change(_half(card, half), _half(whole, half)) for half in range(2)]
    words = WHOLE if name == WHOLE else PARTS[name].words
    ends = [_early(ours), _departures(card)]
    return f"| {' | '.join([words, *errors, *changes, bias, _figure(moves), *parts, *halves, *ends])} |"


def _ours(card: Scorecard) -> ErrorTable:
    return card.common[OURS]


def _mean(errors: ErrorTable) -> float:
    """Of the bins, whatever their rows."""
    return fmean(each.mean_absolute_s for each in errors.by_actual if each.mean_absolute_s is not None)


def _lines_of(card: Scorecard) -> list[str]:
    return sorted(each.name for each in card.strata if each.name.startswith("line "))


def _error(card: Scorecard, stratum: str) -> float:
    return next(_mean(each.errors) for each in card.strata if each.name == stratum)


def _half(card: Scorecard, half: int) -> float:
    """The mean over bins of one half of the recording's half hours."""
    hours = [each.errors for each in card.strata if each.name.startswith("half hour ")]
    mine = hours[: len(hours) // 2] if half == 0 else hours[len(hours) // 2 :]
    means = []
    for bins in zip(*(each.by_actual for each in mine), strict=True):
        known = [(each.mean_absolute_s, each.count) for each in bins if each.mean_absolute_s is not None]
        if known:
            means.append(sum(mean * count for mean, count in known) / sum(count for _, count in known))
    return fmean(means) if means else float("nan")


def _early(errors: ErrorTable) -> str:
    """Shares (%) of arrivals a minute and more before their time, up to 3 and to 6 minutes ahead."""
    return " / ".join(f"{100 * (each.early_60_ratio or 0.0):.1f}" for each in errors.by_actual[:2])


def _departures(card: Scorecard) -> str:
    """Error (s) of departures from first stops, and the share (%) that left a minute and more before their time."""
    if card.departures is None:
        return "-"
    ours = card.departures.ours
    return f"{_figure(ours.mean_absolute_s)} / {100 * (ours.early_60_ratio or 0.0):.1f}"


def _change(is_now: float, was: float) -> str:
    return f"{100 * (is_now / was - 1):+.1f} %"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
