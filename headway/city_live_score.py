"""``headway city score --broker``: what a running Headway tells of a city, against the city's truth on its topics."""

import time
from typing import Final

import polars as pl
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from headway.city_score import RUN, TruthScore, judge_by_truth
from headway.city_truth.read import read_causes, read_truth
from runtime.errors import ServiceError, UserError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.timetables.timetable_folder import TimetableFolder
from schemas.line_forecasts import LineForecasts, decode_public
from schemas.line_value import decode_line_value
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS
from transit.scoring.served import SAMPLE_STEP_S, ServedCollector
from transit.timetable.compiled import Timetable

_POLL_MS: Final = 500
_STALLED_AFTER_S: Final = 120.0
_SETTLES_S: Final = 60
"""Calls of the last minute are told by then."""


class Sampling:
    """What the lines said at each sample time, in event time: the newest value of each at that moment."""

    def __init__(self, timetables: TimetableFolder, timetable: Timetable | None = None) -> None:
        self._timetables, self._timetable = timetables, timetable
        self._latest: dict[str, LineForecasts] = {}
        self._collector: ServedCollector | None = None if timetable is None else ServedCollector(timetable)
        self.begin = 0
        self.now = 0

    def take(self, forecasts: LineForecasts) -> None:
        """One line's next value; samples that are due before it are taken from what lines said till then."""
        if self._collector is None:
            self._collector = ServedCollector(self._timetables.get(forecasts.timetable))
        at = forecasts.computed_at
        if not self.now:
            self.begin = self.now = at
        for due in range((self.now // SAMPLE_STEP_S + 1) * SAMPLE_STEP_S, at + 1, SAMPLE_STEP_S):
            for each in self._latest.values():
                self._collector.add(each, due)
        self.now = max(self.now, at)
        self._latest[forecasts.line_group] = forecasts

    def table(self) -> pl.DataFrame:
        """One row a sample and call (transit.scoring.served)."""
        return pl.DataFrame() if self._collector is None else self._collector.table()


async def score_live(
    settings: Settings, *, seconds: int, timetable: Timetable | None, console: Console
) -> tuple[TruthScore, pl.DataFrame]:
    """Listen to what lines say for ``seconds`` of their own time, then judge it; and what caused delays meanwhile.

    Raises:
        ServiceError: the broker cannot be reached, nothing is said, or no truth is told there.
        UserError: what was said cannot be judged.
    """
    sampling = Sampling(TimetableFolder(settings.timetables), timetable)
    await _listen(settings, sampling, seconds, console)
    truth, told_at = await read_truth(settings)
    _check_together(settings, sampling.now, told_at if len(truth) else 0)
    served, truth = of_whole_runs(sampling.table(), truth)
    end = min(sampling.now, told_at)
    try:
        score = judge_by_truth(served, truth, begin=sampling.begin, end=end, known_until=told_at)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    return score, await read_causes(settings)


def _check_together(settings: Settings, now: int, told_at: int) -> None:
    """Stop where the truth is not of the hour of what was said.

    Raises:
        UserError: the truth ends before it, is that of a city with a clock of its own, or is none.
    """
    if told_at < now - _SETTLES_S:
        raise UserError(
            f"the truth on {settings.broker} ends before what was said: run the city with `--truth`, as "
            "`headway up --truth` does"
        )
    if told_at > now + _SETTLES_S:
        raise UserError(
            f"the truth on {settings.broker} is {told_at - now} s ahead of what was said: a city whose feed is polled "
            "live is judged by this machine's clock; run it without --speed and --start-at"
        )


def of_whole_runs(served: pl.DataFrame, truth: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answers that the truth can judge, and the truth of whole runs.

    Runs that were under way when it began are not known from their first stop on, which the floor counts from.
    """
    runs = list(RUN[:-1])
    whole = truth.filter(pl.col("is_first")).select(runs).unique()
    begun_before = truth.join(whole, on=runs, how="anti", nulls_equal=True).select(runs).unique()
    return (
        served.join(begun_before, on=runs, how="anti", nulls_equal=True),
        truth.join(whole, on=runs, how="semi", nulls_equal=True),
    )


async def _listen(settings: Settings, sampling: Sampling, seconds: int, console: Console) -> None:
    consumer = make_consumer(settings)
    name = topic_name(LINE_FORECASTS, settings.namespace)
    try:
        await consumer.start()
        assigned = [TopicPartition(name, number) for number in range(settings.line_partitions)]
        consumer.assign(assigned)
        await consumer.seek_to_end(*assigned)
        stalled_at = time.monotonic() + _STALLED_AFTER_S
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("listening to the lines", total=seconds)
            while not sampling.now or sampling.now < sampling.begin + seconds:
                if time.monotonic() > stalled_at:
                    raise ServiceError(f"nothing more is said on {name} of the broker at {settings.broker}")
                values = [
                    decode_public(decode_line_value(record.value).public)
                    for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values()
                    for record in records
                    if record.value is not None
                ]
                for forecasts in sorted(values, key=lambda each: each.computed_at):
                    stalled_at = time.monotonic() + _STALLED_AFTER_S
                    sampling.take(forecasts)
                progress.update(task, completed=sampling.now - sampling.begin)
    except KafkaError as refused:
        raise ServiceError(f"{name} on the broker at {settings.broker} cannot be read: {refused}") from None
    finally:
        await consumer.stop()


def print_causes(causes: pl.DataFrame, console: Console) -> None:
    """What was not as planned, by its cause: how often, and the seconds that it cost."""
    table = Table("cause", "times", "seconds, mean", "seconds, longest")
    by_cause = causes.group_by("cause").agg(pl.len(), pl.mean("seconds"), pl.max("seconds").alias("longest"))
    for cause, times, mean, longest in by_cause.sort("cause").iter_rows():
        table.add_row(cause, f"{times}", f"{mean:.0f}", f"{longest:.0f}")
    console.print(table)
