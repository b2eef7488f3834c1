"""Headway beside the agency, place by place."""

from html import escape
from typing import Final

from headway.score_report.summary import shown
from transit.scoring.place_duels import PlaceDuel, PlaceSide

SHOWN: Final = 25


def places_section(title: str, places: tuple[PlaceDuel, ...]) -> str:
    """The worst places of either predictor; nothing where the agency's predictions were not at hand."""
    if not places:
        return ""
    ours_better = sum(place.ours.mean_absolute_s < place.theirs.mean_absolute_s for place in places)
    rows = "".join(_row(place) for place in places[:SHOWN])
    return (
        f"<h2>{escape(title)}, worst first</h2><p>Mean absolute error (s) on rows where both speak; the smaller one is "
        f"bold. Early: left over 60 s before the time told. Headway is nearer at {ours_better} of {len(places)} places."
        "</p><table><tr><th></th><th>vehicles</th><th>rows</th><th>Headway</th><th>agency</th><th>bias Headway</th>"
        f"<th>bias agency</th><th>early % Headway</th><th>early % agency</th></tr>{rows}</table>"
    )


def _row(place: PlaceDuel) -> str:
    ours, theirs = place.ours, place.theirs
    cells = [
        escape(place.name),
        str(place.vehicles),
        str(place.rows),
        _size(ours, theirs),
        _size(theirs, ours),
        f"{ours.mean_s:+.0f}",
        f"{theirs.mean_s:+.0f}",
        shown(ours.early_60_ratio, percent=True),
        shown(theirs.early_60_ratio, percent=True),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _size(side: PlaceSide, other: PlaceSide) -> str:
    text = shown(side.mean_absolute_s)
    return f"<b>{text}</b>" if side.mean_absolute_s < other.mean_absolute_s else text
