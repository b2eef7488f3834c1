"""The scorecard as a page."""

from pathlib import Path

from transit.scoring.scorecard import Scorecard


def write_page(card: Scorecard, place: Path, *, title: str) -> None:
    """Write the page."""
    place.write_text(f"{title} {card.samples}")
