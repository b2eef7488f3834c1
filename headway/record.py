"""``headway record``: keep what comes in, and what Headway makes of it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from runtime.errors import UserError
from runtime.recordings.archive_folder import make_archive_folder
from runtime.settings import FeedSettings, Settings, load_settings
from streams.health_port import Health
from streams.process import run_process
from streams.recorder.record_answers import record_answers
from streams.recorder.watched_feed import record_watched


def record(
    to: Annotated[Path, typer.Option(metavar="ARCHIVE", help="The folder to keep it in.")],
    *,
    feed: Annotated[
        list[str] | None, typer.Option(metavar="ID|ID=SOURCE", help="A feed of HEADWAY_FEEDS, or a source of its own.")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(help="Trip updates or alerts of that source, where they are published apart: a URL or file."),
    ] = None,
    answers: Annotated[
        bool, typer.Option(help="Keep passages and forecasts of the broker's topics as Parquet.")
    ] = False,
    forecasts_every_s: Annotated[
        int, typer.Option(min=1, max=3600, help="Of each line keep a forecast so often.")
    ] = 30,
    values_every_s: Annotated[
        int, typer.Option(min=1, max=900, help="Of each line keep what was served so often, for ?as_of=; 1: all.")
    ] = 1,
    keep_days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="Delete hours older than so many days; none if left out."),
    ] = None,
    poll_s: Annotated[float, typer.Option(min=0.2, max=3600, help="How often a source of its own is polled.")] = 10.0,
) -> None:
    """Keep feeds as they come in, by the hour, until stopped; a kill loses nothing that was received before.

    ARCHIVE/FEED/2026-11-25T19Z.zip holds what was received in that hour (UTC) as <posix seconds>.pb. The hour that
    is still open ends in .part, and is read by `headway replay` and `headway score` like the others. Hours are deleted
    only where --keep-days says so, of these feeds and answers alone; what was served stays thirty days at most.

    Examples:
        headway record --feed city=https://agency.example/vehicles.pb --to archive/

        headway record --feed city=http://agency.example/v.pb --beside http://agency.example/alerts.pb --to archive/

        headway record --feed city --answers --to archive/ --keep-days 400

        headway replay archive/city --speed 60
    """
    settings = load_settings()
    feeds = find_feeds(settings, feed or [], beside or [], to, poll_s)
    feeds = [each.model_copy(update={"archive_days": keep_days}) for each in feeds]
    if not feeds and not answers:
        raise UserError("nothing to record: add --feed ID=SOURCE, or --answers")
    make_archive_folder(to, option="--to")

    async def run(health: Health) -> None:
        work = [record_watched(each, health) for each in feeds]
        if answers:
            often = {"forecasts_every_s": forecasts_every_s, "values_every_s": values_every_s}
            work.append(record_answers(settings, to, health, keep_days=keep_days, **often))
        health.progress()
        await asyncio.gather(*work)

    run_process(settings, "record", run, must_move=True)


def find_feeds(settings: Settings, feeds: list[str], beside: list[str], to: Path, poll_s: float) -> list[FeedSettings]:
    """Feeds by their ids in HEADWAY_FEEDS, or as ``ID=SOURCE``, with their places in the archive.

    Raises:
        UserError: one is not known or malformed, or it is not said which of them something stands beside.
    """
    if beside and (len(feeds) != 1 or "=" not in feeds[0]):
        raise UserError("--beside stands beside one source: name that one alone, as --feed ID=SOURCE")
    return [_find(settings, words, tuple(beside), to, poll_s) for words in feeds]


def _find(settings: Settings, words: str, beside: tuple[str, ...], to: Path, poll_s: float) -> FeedSettings:
    name, equals, source = words.partition("=")
    known = {each.id: each for each in settings.feeds}
    if not equals:
        if name not in known:
            raise UserError(f"--feed {name}: HEADWAY_FEEDS names no such feed; write --feed {name}=URL")
        return known[name].model_copy(update={"archive": to / name})
    try:
        return FeedSettings(id=name, timetable=name, source=source, poll_s=poll_s, archive=to / name, beside=beside)
    except ValidationError as wrong:
        if wrong.errors()[0]["type"] == "string_pattern_mismatch":
            raise UserError(f"--feed {words}: call it by letters, digits, dots and dashes, 64 at most") from None
        raise UserError(f"--feed {words}: write it as ID=SOURCE, such as {name}=https://agency.example/v.pb") from None
