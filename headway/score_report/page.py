"""The scorecard as one page that needs nothing else: tables and pictures."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final

from headway.score_report.boards import boards_section
from headway.score_report.charts import Line, bar_list, line_chart
from headway.score_report.places import places_section
from headway.score_report.summary import NAMES, shown, spans
from runtime.errors import UserError
from transit.scoring.errors import ErrorTable
from transit.scoring.intervals import IntervalBin
from transit.scoring.scorecard import Place, Scorecard

STYLE: Final = """
:root{color-scheme:light dark;--ink:#17212b;--soft:#5b6773;--rule:#d8dee4;--paper:#fff;--wash:#f4f7f6}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9aa7b4;--rule:#2d3842;--paper:#12181e;--wash:#1a222a}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1180px;margin:2rem auto;
padding:0 1.2rem}h1{font-size:1.7rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}p{margin:.3rem 0;
color:var(--soft)}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{padding:.32rem .55rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{
text-align:left}tr.ours{background:var(--wash);font-weight:600}.grid{stroke:var(--rule)}svg{width:100%;height:auto}
svg text{fill:var(--soft);font-size:11px}text.y{text-anchor:end}text.x{text-anchor:middle}text.unit{text-anchor:end}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:1.4rem 2rem}
.two>div:only-child{max-width:560px}.legend span{margin-right:
1rem}.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin-right:.35rem}.bar{display:grid;
grid-template-columns:minmax(9rem,40%) 1fr auto;gap:.6rem;align-items:center;font-size:.86rem}.bar b{background:#c1440e;
height:.7rem;border-radius:2px}.bar em{font-style:normal;color:var(--soft)}.facts{display:flex;flex-wrap:wrap;gap:1rem;
margin:1rem 0}.facts div{background:var(--wash);border-radius:8px;padding:.6rem 1rem}.facts b{display:block;
font-size:1.25rem}
"""

_COMMON_INTRO: Final = (
    "<h2>Every predictor on the same rows</h2><p>Mean absolute error (s) by actual horizon (minutes), on rows where "
    "all speak and a vehicle was seen on a hop ahead. Error = actual - predicted: a negative bias is a vehicle that "
    "came before its time.</p>"
)


def write_page(card: Scorecard, place: Path, *, title: str, zone: str) -> None:
    """Write the page; ``zone`` is the city's, for its clock times.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        place.write_text(make_page(card, title, zone), encoding="utf-8")
    except OSError as wrong:
        raise UserError(f"--html: {place} cannot be written: {wrong.strerror}") from None


def make_page(card: Scorecard, title: str, zone: str) -> str:
    """The page's text."""
    sections = [
        _head(card, title),
        _COMMON_INTRO + _error_table(card, list(card.common.items())),
        '<div class="two">' + _error_picture(card) + _early_picture(card) + "</div>",
        *(_duel(card, i) for i, duel in enumerate(card.duels) if duel.rival in ("agency", "historical_mean")),
        "<h2>How sure it is</h2>" + _interval_table(card) + '<div class="two">' + _calibration(card) + "</div>",
        "<h2>Headway's own rows, part by part</h2>" + _error_table(card, [(s.name, s.errors) for s in card.strata]),
        _worst_places(card),
        places_section("Terminals: departures up to 15 minutes ahead", card.terminal_duels),
        places_section("Stops: arrivals up to 15 minutes ahead", card.stop_duels),
        _departures(card),
        boards_section(card.boards, zone),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}: accuracy</title><style>{STYLE}</style>{''.join(sections)}</html>"
    )


def _head(card: Scorecard, title: str) -> str:
    ours = card.presence["p50"]
    stable = card.stability["p50"]
    inside = [found.inside_ratio for found in card.intervals_by_actual if found.inside_ratio is not None]
    facts = [
        ("5 minutes ahead, mean / median error", f"{_seconds(card.own)} s"),
        ("ETA Benchmark", f"{shown(card.own.benchmark_mean, percent=True)} %"),
        ("p10-p90 holds", f"{100 * sum(inside) / len(inside):.0f} %" if inside else "-"),
        ("ghosts / missed", f"{shown(ours.ghost_ratio, percent=True)} / {shown(ours.missed_ratio, percent=True)} %"),
        ("jitter", f"{shown(stable.jitter_s)} s"),
        ("age of the reports behind", f"{shown(card.staleness_s['median'])} s"),
    ]
    began, ended = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M") for at in (card.from_at, card.to_at))
    truth = card.truth
    return (
        f"<h1>{escape(title)}: how right the arrival times were</h1><p>{began} to {ended} UTC; "
        f"{'lines ' + escape(', '.join(card.lines)) if card.lines else 'all lines'}; {truth.runs} runs, "
        f"{truth.arrivals} arrivals known to within {shown(truth.width_median_s)} s (median; nine in ten "
        f"{shown(truth.width_p90_s)} s), {truth.undated} more happened but cannot be dated; {card.served_rows} "
        f'forecasts at {card.samples} samples.</p><div class="facts">'
        + "".join(f"<div><b>{escape(value)}</b>{escape(name)}</div>" for name, value in facts)
        + "</div>"
    )


def _seconds(errors: ErrorTable) -> str:
    return f"{shown(errors.at_5_minutes.mean_absolute_s)} / {shown(errors.at_5_minutes.median_absolute_s)}"


def _error_table(card: Scorecard, rows: list[tuple[str, ErrorTable]]) -> str:
    columns = ["", "rows", *spans(card), "5 min", "bias 0-3 3-6 6-10", "Benchmark %", "early > 60 s %", "RMSE", "P90"]
    body = []
    for name, errors in rows:
        ours = ' class="ours"' if name == "p50" else ""
        cells = [
            escape(NAMES.get(name, name)),
            str(errors.rows),
            *(
                _with_interval(b.mean_absolute_s, b.mean_absolute_low_s, b.mean_absolute_high_s)
                for b in errors.by_actual
            ),
            _seconds(errors),
            " ".join(shown(found.mean_s) for found in errors.by_actual[:3]),
            shown(errors.benchmark_mean, percent=True),
            shown(errors.overall.early_60_ratio, percent=True),
            shown(errors.overall.root_mean_square_s),
            shown(errors.overall.p90_absolute_s),
        ]
        body.append(f"<tr{ours}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<table><tr>{head}</tr>{''.join(body)}</table>"


def _with_interval(value: float | None, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return shown(value)
    return f'<span title="95 %: {low:.1f} to {high:.1f}">{shown(value)}</span>'


def _error_picture(card: Scorecard) -> str:
    lines = [
        Line(NAMES[name], [found.mean_absolute_s for found in errors.by_actual], dashed=name != "p50")
        for name, errors in card.common.items()
        if name != "schedule"
    ]
    return "<div>" + line_chart(spans(card), lines, unit="mean absolute error, s, by minutes ahead") + "</div>"


def _early_picture(card: Scorecard) -> str:
    lines = [
        Line(
            NAMES[name],
            [None if found.early_60_ratio is None else 100 * found.early_60_ratio for found in errors.by_actual],
            dashed=name != "p50",
        )
        for name, errors in card.common.items()
        if name != "schedule"
    ]
    return "<div>" + line_chart(spans(card), lines, unit="came > 60 s before the time told, %") + "</div>"


def _duel(card: Scorecard, number: int) -> str:
    found = card.duels[number]
    ratios = ", ".join(
        f"{span} min {shown(ratio, percent=True)} %" for span, ratio in zip(spans(card), found.ratios, strict=True)
    )
    rows = [("p50", found.ours), (found.rival, found.theirs)]
    return (
        f"<h2>Against {escape(NAMES[found.rival])} on all rows where both speak</h2><p>Error in parts of theirs: "
        f"{ratios}.</p>" + _error_table(card, rows)
    )


def _interval_table(card: Scorecard) -> str:
    def row(name: str, values: list[str]) -> str:
        return f"<tr><td>{name}</td>" + "".join(f"<td>{value}</td>" for value in values) + "</tr>"

    def ratios(bins: tuple[IntervalBin, ...], name: str) -> list[str]:
        return [shown(getattr(found, name), percent=True) for found in bins]

    actual, predicted = card.intervals_by_actual, card.intervals_by_predicted
    body = (
        row("inside p10-p90, % (by actual horizon)", ratios(actual, "inside_ratio"))
        + row("inside p10-p90, % (by predicted horizon)", ratios(predicted, "inside_ratio"))
        + row("before p10, %", ratios(predicted, "below_ratio"))
        + row("after p90, %", ratios(predicted, "above_ratio"))
        + row("mean width, s", [shown(found.width_s) for found in predicted])
        + row("pinball loss p10 / p90, s", [f"{shown(b.pinball_10_s)} / {shown(b.pinball_90_s)}" for b in predicted])
    )
    head = "".join(f"<th>{span}</th>" for span in ["", *spans(card)])
    return f"<table><tr>{head}</tr>{body}</table>"


def _calibration(card: Scorecard) -> str:
    labels = [f"{found.from_s // 60}" for found in card.calibration]
    lines = [
        Line("by p10 (should be 10)", [100 * found.by_p10_ratio for found in card.calibration]),
        Line("by p50 (50)", [100 * found.by_p50_ratio for found in card.calibration]),
        Line("by p90 (90)", [100 * found.by_p90_ratio for found in card.calibration]),
    ]
    return "<div>" + line_chart(labels, lines, unit="% come by then, by minutes foretold", most=100.0) + "</div>"


def _worst_places(card: Scorecard) -> str:
    return (
        "<h2>Where it errs most (up to 15 minutes ahead)</h2>"
        f'<div class="two"><div>{_worst(card.worst_stops)}</div><div>{_worst(card.worst_lines)}</div></div>'
    )


def _worst(places: tuple[Place, ...]) -> str:
    return bar_list(
        [
            (p.name, p.mean_absolute_s, f"{p.mean_absolute_s:.0f} s (bias {p.mean_s:+.0f}), {p.count} rows")
            for p in places
        ]
    )


def _departures(card: Scorecard) -> str:
    found = card.departures
    if found is None:
        return ""
    rows = "".join(
        f"<tr><td>{name}</td><td>{e.count}</td><td>{shown(e.mean_absolute_s)}</td><td>{shown(e.mean_s)}</td>"
        f"<td>{shown(e.early_60_ratio, percent=True)}</td></tr>"
        for name, e in (
            ("Headway", found.ours),
            ("schedule", found.schedule),
            ("schedule + median lag", found.schedule_lag),
        )
    )
    return (
        f"<h2>Departures from first stops, 0-15 minutes ahead ({found.departures} departures)</h2><table><tr><th></th>"
        f"<th>rows</th><th>mean absolute error s</th><th>bias s</th><th>left > 60 s early %</th></tr>{rows}</table>"
    )
