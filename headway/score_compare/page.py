"""A comparison as a page of its own, and as a table in a terminal."""

from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from headway.score_report.charts import Line, line_chart
from headway.score_report.page import STYLE
from runtime.errors import UserError
from transit.scoring.comparison import ComparedPart, Comparison, Difference


def tell(figure: Difference, *, percent: bool = False) -> str:
    """A difference as people read it: what, between what, and whether it is real."""
    times, unit = (100.0, " %") if percent else (1.0, "")
    said = f"{times * figure.change:+.2f}{unit} ({times * figure.low:+.2f} to {times * figure.high:+.2f})"
    return said + (" real" if figure.is_real else " not told from chance")


def print_comparison(found: Comparison, names: tuple[str, str], paper: Console, *, told: tuple[str, ...] = ()) -> None:
    """A table of each; ``told`` is what the two rest on."""
    table = Table(
        "", "rows", "runs", f"error s: {names[0]}", names[1], "change, 95 %", "inside p10-p90", "change, 95 %"
    )
    for part in (found.overall, *found.horizons, *found.lines):
        table.add_row(
            part.name,
            f"{part.rows}",
            f"{part.runs}",
            f"{part.error_s.a:.1f}",
            f"{part.error_s.b:.1f}",
            tell(part.error_s),
            f"{part.inside_ratio.a:.1%} / {part.inside_ratio.b:.1%}",
            tell(part.inside_ratio, percent=True),
        )
    paper.print(table)
    for each in told:
        paper.print(each, highlight=False, markup=False)
    paper.print(f"told by one alone: {names[0]} {found.only_a} rows, {names[1]} {found.only_b}", highlight=False)
    paper.print(verdict(found, names), highlight=False)


def verdict(found: Comparison, names: tuple[str, str]) -> str:
    """Which of the two erred less, in a sentence."""
    error = found.overall.error_s
    if not error.is_real:
        return f"no difference of the mean error can be told from chance: {tell(error)} s"
    better, worse = names if error.change > 0 else (names[1], names[0])
    return f"{better} erred less than {worse}, by {abs(error.change):.2f} s of {max(error.a, error.b):.1f} s"


def write_comparison(
    found: Comparison, names: tuple[str, str], place: Path, *, title: str, told: tuple[str, ...] = ()
) -> None:
    """Write the page.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        place.write_text(make_comparison_page(found, names, title, told), encoding="utf-8")
    except OSError as wrong:
        raise UserError(f"--html: {place} cannot be written: {wrong.strerror}") from None


def make_comparison_page(found: Comparison, names: tuple[str, str], title: str, told: tuple[str, ...] = ()) -> str:
    """The page's text; ``told`` is what the two rest on."""
    labels = [part.name for part in found.horizons]
    errors = [
        Line(names[0], [part.error_s.a for part in found.horizons]),
        Line(names[1], [part.error_s.b for part in found.horizons], dashed=True),
    ]
    inside = [
        Line(names[0], [100 * part.inside_ratio.a for part in found.horizons]),
        Line(names[1], [100 * part.inside_ratio.b for part in found.horizons], dashed=True),
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}: two versions</title><style>{STYLE}</style><h1>{escape(title)}: {escape(names[0])} "
        f"beside {escape(names[1])}</h1><p>{escape(verdict(found, names))}.</p>"
        + "".join(f"<p>{escape(each)}.</p>" for each in told)
        + f"<p>{found.overall.rows} forecasts of "
        f"{found.overall.runs} runs that both told; {escape(names[0])} alone told {found.only_a}, {escape(names[1])} "
        f"{found.only_b}. A change is {escape(names[1])} less {escape(names[0])}, with the span of 95 % of draws "
        'of whole runs; it is called real where that span does not hold nought.</p><div class="two"><div>'
        + line_chart(labels, errors, unit="mean absolute error, s, by minutes ahead")
        + "</div><div>"
        + line_chart(labels, inside, unit="% within p10 to p90, by minutes ahead", most=100.0)
        + "</div></div><h2>By minutes ahead</h2>"
        + _table((found.overall, *found.horizons), names)
        + "<h2>By line</h2>"
        + _table(found.lines, names)
        + "</html>"
    )


def _table(parts: tuple[ComparedPart, ...], names: tuple[str, str]) -> str:
    head = ["", "rows", "runs"]
    for what in ("error s", "inside %", "band s"):
        head += [f"{what}: {names[0]}", names[1], "change (95 %)"]
    rows = []
    for part in parts:
        cells = [part.name, f"{part.rows}", f"{part.runs}"]
        for figure, times in ((part.error_s, 1.0), (part.inside_ratio, 100.0), (part.width_s, 1.0)):
            cells += [f"{times * figure.a:.1f}", f"{times * figure.b:.1f}", tell(figure, percent=times > 1)]
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    return "<table><tr>" + "".join(f"<th>{escape(each)}</th>" for each in head) + f"</tr>{''.join(rows)}</table>"
