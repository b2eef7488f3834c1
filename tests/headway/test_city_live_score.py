import polars as pl

from headway.city_live_score import within_truth


def test_runs_begun_before_the_truth_and_promises_for_after_it_are_not_judged() -> None:
    words = {"start_date": "20261124", "start_time": None}
    truth = pl.DataFrame(
        [
            {"trip_id": "old", **words, "stop_sequence": 7, "is_first": False},
            {"trip_id": "new", **words, "stop_sequence": 1, "is_first": True},
            {"trip_id": "new", **words, "stop_sequence": 2, "is_first": False},
        ],
        schema_overrides={"start_time": pl.String},
    )
    served = pl.DataFrame(
        [
            {"trip_id": trip, **words, "stop_sequence": 2, "p50": p50}
            for trip, p50 in (("old", 500.0), ("new", 500.0), ("new", 990.0), ("ghost", 500.0))
        ],
        schema_overrides={"start_time": pl.String},
    )
    judged, whole = within_truth(served, truth, 1000)
    assert judged.select("trip_id", "p50").rows() == [("new", 500.0), ("ghost", 500.0)]
    assert whole["trip_id"].to_list() == ["new", "new"]
