"""Recording and city in pictures: one page that needs nothing else."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from headway.city_realism.compare import TITLES, Likeness, Realism
from headway.score_report.charts import Line, line_chart
from headway.score_report.page import STYLE
from runtime.errors import UserError


def write_realism(found: Realism, place: Path, *, title: str) -> None:
    """Write the page.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        place.write_text(make_realism_page(found, title), encoding="utf-8")
    except OSError as wrong:
        raise UserError(f"--html: {place} cannot be written: {wrong.strerror}") from None


def make_realism_page(found: Realism, title: str) -> str:
    """The page's text."""
    began, half, ended = (
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M") for at in (found.from_at, found.half_at, found.to_at)
    )
    facts = "".join(
        f"<div><b>{each.distance:.3f}</b>Kolmogorov-Smirnov, {escape(each.what)}</div>" for each in found.likeness[:2]
    )
    pictures = "".join(_picture(found, name) for name in TITLES)
    rows = "".join(_row(each) for each in found.likeness)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}: how like it the city is</title><style>{STYLE}</style>"
        f"<h1>{escape(title)} and the simulated city on its timetable</h1><p>Recorded {began} to {ended} UTC. The "
        f"devices' gaps and errors were fitted on what came before {half}; they are compared with what came after it. "
        f"Traffic, riders and drivers are the city's own.</p>"
        f'<div class="facts">{facts}</div>'
        f'<div class="two">{pictures}</div><h2>In figures</h2><table><tr><th></th><th>recorded</th><th>simulated</th>'
        "<th>median recorded</th><th>simulated</th><th>nine in ten recorded</th><th>simulated</th>"
        f"<th>Kolmogorov-Smirnov</th><th>the recording's two halves</th></tr>{rows}</table></html>"
    )


def _picture(found: Realism, name: str) -> str:
    what, unit = TITLES[name]
    lines = [
        Line("recorded", [100 * share for share in found.recorded_shares[name]]),
        Line("simulated", [100 * share for share in found.simulated_shares[name]], dashed=True),
    ]
    labels = [f"{edge:g}" for edge in found.edges[name]]
    chart = line_chart(labels, lines, unit=f"% at most so many {unit}", most=100.0)
    return f"<div><h2>{escape(what[0].upper() + what[1:])}</h2>{chart}</div>"


def _row(each: Likeness) -> str:
    cells = [
        f"{escape(each.what)}, {each.unit}",
        f"{each.recorded}",
        f"{each.simulated}",
        f"{each.recorded_median:g}",
        f"{each.simulated_median:g}",
        f"{each.recorded_p90:g}",
        f"{each.simulated_p90:g}",
        f"{each.distance:.3f}",
        "-" if each.floor is None else f"{each.floor:.3f}",
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
