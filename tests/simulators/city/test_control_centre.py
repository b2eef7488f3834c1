from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from headway.city_crowding import score_crowding
from headway.city_score import judge_by_truth
from runtime.settings import CrowdingSettings
from schemas.line_forecasts import Verdict
from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import PERFECT
from simulators.city.truth import tabulate_truth
from transit.timetable.compiled import Timetable

MORNING = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


@pytest.fixture(scope="module")
def troubled(timetable: Timetable) -> City:
    return City(timetable, 7, PERFECT, Conditions(cancelled_ratio=0.3, short_turn_ratio=0.1))


def test_trip_updates_tell_delays_short_turns_and_cancellations(troubled: City) -> None:
    updates = [entity.trip_update for entity in troubled.trip_updates_at(MORNING).entity]
    cancelled = [each for each in updates if each.trip.schedule_relationship == pb.TripDescriptor.CANCELED]
    delays = {call.arrival.delay for each in updates for call in each.stop_time_update if call.HasField("arrival")}
    skipped = [
        call
        for each in updates
        for call in each.stop_time_update
        if call.schedule_relationship == pb.TripUpdate.StopTimeUpdate.SKIPPED
    ]
    assert cancelled
    assert skipped
    assert len(delays) > 20


def test_a_cancelled_trip_has_no_vehicle_and_its_line_an_alert_in_both_languages(troubled: City) -> None:
    driven = [entity.vehicle.trip for entity in troubled.positions_at(MORNING).entity]
    seen = {(trip.trip_id, trip.start_time) for trip in driven}
    updates = [entity.trip_update.trip for entity in troubled.trip_updates_at(MORNING).entity]
    cancelled = {
        (trip.trip_id, trip.start_time): trip.route_id
        for trip in updates
        if trip.schedule_relationship == pb.TripDescriptor.CANCELED
    }
    assert not seen & set(cancelled)
    alerts = [entity.alert for entity in troubled.alerts_at(MORNING).entity]
    assert {alert.informed_entity[0].route_id for alert in alerts} == set(cancelled.values())
    assert {text.language for alert in alerts for text in alert.header_text.translation} == {"en", "zh"}


def test_answers_that_are_the_truth_have_no_error_and_promises_of_nothing_are_ghosts(
    troubled: City, timetable: Timetable
) -> None:
    troubled.positions_at(MORNING)
    truth = pl.concat([tabulate_truth(timetable, day) for day in troubled.driven_days()])
    ahead = truth.filter(~pl.col("is_first") & pl.col("arrival").is_between(MORNING, MORNING + 1800))
    served = ahead.select(
        pl.lit(MORNING).alias("sampled_at"), "trip_id", "start_date", "start_time", "stop_sequence",
        *(pl.col("arrival").alias(name) for name in ("p10", "p50", "p90")),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("load", "load_sd", "reported_load")),
        pl.lit(int(Verdict.EXPECTED)).alias("verdict"),
    )  # fmt: skip
    score = judge_by_truth(served, truth, begin=MORNING, end=MORNING + 1800)
    assert {each.mean_absolute_error_s for each in score.horizons} == {0.0}
    assert {each.inside for each in score.horizons} == {1.0}
    assert score.ghosts == 0.0
    assert score.crowding == ()
    assert {each.floor_s > 0.0 for each in score.horizons} == {True}
    assert [(each.verdict, each.came) for each in score.verdicts] == [("expected", 1.0)]
    promised_to_nobody = served.with_columns(pl.lit("no-such-trip").alias("trip_id"))
    ghostly = judge_by_truth(promised_to_nobody, truth, begin=MORNING, end=MORNING + 1800)
    assert ghostly.ghosts == 1.0
    assert ghostly.missed == 1.0


def test_crowding_that_is_the_truth_is_exact_and_stands_beside_what_simpler_answers_reach(
    troubled: City, timetable: Timetable
) -> None:
    troubled.positions_at(MORNING)
    truth = pl.concat([tabulate_truth(timetable, day) for day in troubled.driven_days()])
    runs = ["trip_id", "start_date", "start_time"]
    aboard = truth.sort(*runs, "arrival").with_columns((pl.col("load") / pl.col("room")).shift(1).over(runs).alias("l"))
    served = aboard.filter(pl.col("arrival").is_between(MORNING, MORNING + 1800)).select(
        pl.lit(MORNING).alias("sampled_at"), *runs, "stop_sequence",
        pl.col("l").alias("load"), pl.lit(0.05).alias("load_sd"), pl.lit(0.0).alias("reported_load"),
    )  # fmt: skip
    whole, *parts = score_crowding(served, truth, begin=MORNING, said=CrowdingSettings())
    assert (whole.exact, whole.near, whole.inside, whole.mean_absolute_error) == (1.0, 1.0, 1.0, 0.0)
    assert 0.0 < whole.persistence_exact < 1.0
    assert whole.average_near > whole.average_exact > 0.0
    assert whole.answers == sum(part.answers for part in parts)
