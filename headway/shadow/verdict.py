"""The scorecard of a shadowed hour in a terminal: worst terminals and stops first, then the rest, doubts included."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from headway.score_report.summary import shown, spans
from headway.shadow.session import FeedTally, Session
from transit.scoring.place_duels import PlaceDuel
from transit.scoring.scorecard import AGENCY, OURS, Duel, Scorecard

WORST: Final = 10
EVEN_S: Final = 3.0
"""A difference smaller than this nobody at a stop can feel."""


def print_verdict(card: Scorecard, session: Session, console: Console) -> None:
    """Print it all; error = actual - predicted, so a negative bias is a vehicle that came before its time."""
    zone = ZoneInfo(session.timetable.timezone)
    began, ended = (datetime.fromtimestamp(at, zone) for at in (card.from_at, card.to_at))
    truth = card.truth
    console.rule(f"{began:%Y-%m-%d %H:%M} to {ended:%H:%M}: Headway beside the agency's predictor")
    console.print(
        f"{truth.runs} runs seen, {truth.arrivals} arrivals dated to within {shown(truth.width_median_s)} s (median), "
        f"{card.samples} moments compared; all errors in seconds, actual - predicted",
        highlight=False,
    )
    _print_places("Terminals: departures up to 15 minutes ahead, worst first", card.terminal_duels, console)
    _print_places("Stops: arrivals up to 15 minutes ahead, worst first", card.stop_duels, console)
    duel = next((found for found in card.duels if found.rival == AGENCY), None)
    if duel is None:
        console.print("The agency's feed spoke of no arrival that was seen: there is nothing to compare with.")
    else:
        console.print(_by_horizon(card, duel))
    console.print(_beside_the_error(card))
    console.print(_doubts(card, session), highlight=False)


def _print_places(title: str, places: tuple[PlaceDuel, ...], console: Console) -> None:
    if not places:
        return
    table = _table(title, "", "rows", "Headway", "agency", "bias H / A", "early % H / A")
    for place in places[:WORST]:
        ours, theirs = place.ours, place.theirs
        table.add_row(
            place.name,
            str(place.rows),
            *_marked(ours.mean_absolute_s, theirs.mean_absolute_s),
            f"{ours.mean_s:+.0f} / {theirs.mean_s:+.0f}",
            f"{100 * ours.early_60_ratio:.0f} / {100 * theirs.early_60_ratio:.0f}",
        )
    console.print(table)
    won = [_better(place.ours.mean_absolute_s, place.theirs.mean_absolute_s) for place in places]
    console.print(
        f"of all {len(places)} with enough rows: Headway better at {won.count('Headway')}, "
        f"agency at {won.count('agency')}, even at {won.count('even')}; early: left over 60 s before the time told\n",
        highlight=False,
    )


def _marked(ours_s: float, theirs_s: float) -> tuple[str, str]:
    """Both errors, the better one in bold."""
    better = _better(ours_s, theirs_s)
    ours, theirs = f"{ours_s:.0f}", f"{theirs_s:.0f}"
    return f"[bold]{ours}[/]" if better == "Headway" else ours, f"[bold]{theirs}[/]" if better == "agency" else theirs


def _better(ours_s: float, theirs_s: float) -> str:
    if abs(ours_s - theirs_s) < EVEN_S:
        return "even"
    return "Headway" if ours_s < theirs_s else "agency"


def _by_horizon(card: Scorecard, duel: Duel) -> Table:
    table = _table("Mean error by minutes ahead, on all rows where both speak", "", *spans(card), "5 min", "bias to 10")
    for name, errors in (("Headway", duel.ours), ("agency", duel.theirs)):
        table.add_row(
            name,
            *(shown(found.mean_absolute_s) for found in errors.by_actual),
            shown(errors.at_5_minutes.mean_absolute_s),
            " ".join("-" if found.mean_s is None else f"{found.mean_s:+.0f}" for found in errors.by_actual[:3]),
        )
    table.add_row("ratio", *(shown(ratio) if ratio is None else f"{ratio:.2f}" for ratio in duel.ratios))
    table.add_row("  95 % from", *("-" if span is None else f"{span[0]:.2f}" for span in duel.ratio_spans))
    table.add_row("  to", *("-" if span is None else f"{span[1]:.2f}" for span in duel.ratio_spans))
    table.add_row("early % H", *(shown(found.early_60_ratio, percent=True) for found in duel.ours.by_actual))
    table.add_row("early % A", *(shown(found.early_60_ratio, percent=True) for found in duel.theirs.by_actual))
    table.add_row("p10-p90 %", *(shown(b.inside_ratio, percent=True) for b in card.intervals_by_actual))
    table.caption = "ratio: Headway's of the agency's; where its 95 % span holds 1.00 the hour does not decide"
    return table


def _beside_the_error(card: Scorecard) -> Table:
    table = _table("What the error does not show", "", "Headway", "agency")
    ours, theirs = card.presence[OURS], card.presence.get(AGENCY)
    told = (card.reach[OURS], card.reach.get(AGENCY))
    for i, span in enumerate(spans(card)):
        table.add_row(
            f"arrivals foretold {span} minutes before, %",
            *(shown(bins[i].told_ratio, percent=True) if bins else "-" for bins in told),
        )
    table.add_row(
        "ghosts: promised for the next 10 min, never came, %",
        *(shown(found.ghost_ratio, percent=True) if found else "-" for found in (ours, theirs)),
    )
    table.add_row(
        "came under another id than promised, %",
        *(shown(found.renamed_ratio, percent=True) if found else "-" for found in (ours, theirs)),
    )
    table.add_row(
        "missed: came unpromised in the 10 min before, %",
        *(shown(found.missed_ratio, percent=True) if found else "-" for found in (ours, theirs)),
    )
    stable = (card.stability[OURS], card.stability.get(AGENCY))
    table.add_row("jitter: mean move in 30 s, s", *(shown(found.jitter_s) if found else "-" for found in stable))
    table.add_row(
        "calls whose time moved over 60 s and back, %",
        *(shown(found.reversed_ratio, percent=True) if found else "-" for found in stable),
    )
    return table


def _doubts(card: Scorecard, session: Session) -> str:
    """What this hour cannot tell."""
    truth, ours = card.truth, card.presence[OURS]
    happened = truth.arrivals + truth.undated
    undated = f"{100 * truth.undated / happened:.0f}" if happened else "-"
    watched_min = (card.to_at - card.from_at) // 60
    said = [
        f"{truth.undated} more arrivals ({undated} %) lie between reports too far apart to date them: scored by nobody",
        f"{ours.unjudged_promises} promises for the last ten minutes or later: nobody saw whether they were kept",
        "whoever speaks seldom is easily right: read the shares foretold beside the errors",
        "Headway began cold, with nothing learned; the agency's predictor has its history",
    ]
    if watched_min < 60:
        said.append(f"{watched_min} minutes are short: few promises over 15 minutes ahead could come due")
    for name, tally in (("positions", session.positions), ("trip updates", session.updates)):
        if tally.failures:
            said.append(_failures(name, tally))
    if truth.by_status_ratio:
        said.append(
            f"{100 * truth.by_status_ratio:.0f} % of arrivals are dated by the vehicles' own word that they stand"
        )
    return "What this cannot tell:\n" + "\n".join(f" - {line}" for line in said)


def _failures(name: str, tally: FeedTally) -> str:
    return f"{tally.failures} of {tally.polls} polls of {name} failed" + (
        f" (last: {tally.error})" if tally.error else ""
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right")
    return table
