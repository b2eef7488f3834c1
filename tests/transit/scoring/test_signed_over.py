"""A vehicle that goes its last stops under the sign of its next run came to them."""

import polars as pl

from transit.scoring.presence import calls_that_happened
from transit.scoring.runs import RunIndex
from transit.scoring.signed_over import find_signed_over
from transit.timetable.compiled import Timetable

GAP_S = 30


IN_TRANSIT, STOPPED = 2, 1


def reached(
    town: Timetable, *, next_at_s: int, next_stop: str, train: int | None = None, same_sign: bool = False
) -> list[tuple[int, float]]:
    """A bus reports every 30 s up to 2500 m along ``out-1``, then under ``back-1`` at a stop; ``train``: its status."""
    index = RunIndex(town)
    out, back = index.number("out-1", "20260303", None, 0), index.number("back-1", "20260303", None, 0)
    stop = town.stop_id.find(next_stop)
    latitude, longitude = float(town.stop_latitude[stop]), float(town.stop_longitude[stop])
    rows: list[tuple[str, int, int, float, float, int | None]] = [
        ("v1", out, GAP_S * i, 0.0, 0.0, IN_TRANSIT) for i in range(6)
    ]
    rows.append(("v1", out if same_sign else back, GAP_S * 5 + next_at_s, latitude, longitude, train))
    reports = pl.DataFrame(
        rows, schema=["vehicle", "run", "observed_at", "latitude", "longitude", "status"], orient="row"
    ).with_columns(pl.col("run").cast(pl.Int32))
    along = [500.0 * i for i in range(6)] + [float("nan")] * same_sign
    standings = reports.filter(pl.col("run") == out).with_columns(
        pl.Series("progress_m", along), by_status=pl.lit(value=train is not None)
    )
    return [(int(run), float(m)) for run, m in find_signed_over(reports, standings, index).iter_rows()]


def test_a_bus_next_seen_at_its_last_stop_under_its_next_sign_drove_there(town: Timetable) -> None:
    ((run, reached_m),) = reached(town, next_at_s=60, next_stop="s3600-0")
    assert run == 0
    assert 3590.0 < reached_m < 3610.0


def test_a_bus_seen_elsewhere_is_not_taken_to_have_driven_on(town: Timetable) -> None:
    assert reached(town, next_at_s=60, next_stop="s0-9000") == []


def test_nor_one_that_is_back_at_a_stop_behind(town: Timetable) -> None:
    assert reached(town, next_at_s=60, next_stop="s400-0") == []


def test_nor_one_that_was_silent_in_between(town: Timetable) -> None:
    assert reached(town, next_at_s=600, next_stop="s3600-0") == []


def test_a_train_that_next_stands_at_its_last_station_ran_there(town: Timetable) -> None:
    ((run, reached_m),) = reached(town, next_at_s=40, next_stop="s3600-0", train=STOPPED)
    assert run == 0
    assert 3590.0 < reached_m < 3610.0


def test_it_did_so_under_its_own_sign_too_at_a_track_that_the_timetable_does_not_know(town: Timetable) -> None:
    assert len(reached(town, next_at_s=40, next_stop="s3600-0", train=STOPPED, same_sign=True)) == 1


def test_a_train_seen_running_beside_a_station_is_not_taken_to_have_called_there(town: Timetable) -> None:
    assert reached(town, next_at_s=40, next_stop="s3600-0", train=IN_TRANSIT) == []


def test_nor_one_that_was_out_of_sight_for_minutes(town: Timetable) -> None:
    assert reached(town, next_at_s=240, next_stop="s3600-0", train=STOPPED) == []


def test_calls_up_to_there_happened_though_nobody_knows_when() -> None:
    truth = pl.DataFrame(
        schema={
            "run": pl.Int32,
            "position": pl.Int32,
            "departure": pl.Boolean,
            "censored": pl.Boolean,
            "at": pl.Float64,
        }
    )
    standings = pl.DataFrame({"run": [0], "progress_m": [500.0]}, schema={"run": pl.Int32, "progress_m": pl.Float64})
    stops = pl.DataFrame(
        {"run": [0, 0, 0], "position": [1, 2, 3], "stop_m": [400.0, 800.0, 1200.0]},
        schema={"run": pl.Int32, "position": pl.Int32, "stop_m": pl.Float64},
    )
    further = pl.DataFrame({"run": [0], "reached_m": [800.0]}, schema={"run": pl.Int32, "reached_m": pl.Float64})
    came = calls_that_happened(truth, standings, stops, further)
    assert sorted(came["position"].to_list()) == [1, 2]
    assert came["at"].null_count() == 2
    assert calls_that_happened(truth, standings, stops)["position"].to_list() == [1]
