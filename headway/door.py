"""``headway door``: feeds in."""

from typing import Annotated

import typer

from runtime.errors import UserError
from runtime.settings import FeedSettings, Settings, load_settings
from streams.doors.run_doors import run_doors
from streams.process import run_process


def door(
    *,
    feed: Annotated[list[str] | None, typer.Option(help="Only this feed of HEADWAY_FEEDS; may be repeated.")] = None,
    shared: Annotated[
        bool, typer.Option(help="Other doors may read the same feed: one polls, the others stand by.")
    ] = False,
) -> None:
    """Poll the feeds of HEADWAY_FEEDS until stopped; recordings end by themselves.

    Examples:
        HEADWAY_FEEDS='[{"id": "city", "timetable": "city", "source": "https://example.org/vehicles.pb"}]' headway door

        headway door --feed city --shared
    """
    settings = load_settings()
    feeds = _choose(settings, feed or [])
    run_process(
        settings,
        "door",
        lambda health: run_doors(
            settings,
            feeds,
            shared=shared,
            on_ready=health.progress,
            on_status=lambda _status: health.progress(),
            on_move=health.move,
        ),
        must_move=True,
    )


def _choose(settings: Settings, names: list[str]) -> tuple[FeedSettings, ...]:
    known = {feed.id: feed for feed in settings.feeds}
    if not known:
        raise UserError("no feeds: set HEADWAY_FEEDS to a JSON list of feeds with id, timetable and source")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(f"HEADWAY_FEEDS names no feed {unknown[0]!r}; it names {', '.join(known)}")
    return tuple(known[name] for name in names) or settings.feeds
