from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import (
    NO_TIME,
    Basis,
    LineConditions,
    LineForecasts,
    Passage,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
)
from schemas.line_value import Watermark
from schemas.scores import LineScores, decode_scores, encode_scores
from transit.accuracy.line_accuracy import LineAccuracy

DAWN = 1_771_246_800
"""A full hour."""


def run(next_position: int, calls: int, now: int, **changes: Any) -> RunForecast:
    fields: dict[str, Any] = dict.fromkeys(RunForecast.__struct_fields__)
    fields |= {
        "line_id": "L",
        "trip_id": "t",
        "service_date": 20260216,
        "vehicle_id": "bus",
        "state": RunState.EN_ROUTE,
        "basis": Basis.LIVE,
        "verdict": Verdict.EXPECTED,
        "verdict_reason": VerdictReason.NONE,
        "revision": Revision.NONE,
        "observed_at": now,
        "valid_until": now + 120,
        "pattern": 0,
        "next_position": next_position,
        "call_count": calls,
        "skipped": (),
        "carriages": (),
        "due": False,
    }
    return RunForecast(**(fields | changes))


def arrival(position: int, at: int, *, wide_s: int = 10, kind: str = "arrival") -> Passage:
    return Passage(
        "L", "t", 20260216, None, "bus", "s", position, position, kind, at, at - wide_s // 2, at + wide_s // 2
    )


def value(now: int, runs: tuple[RunForecast, ...], times: list[int], *passages: Passage) -> LineForecasts:
    packed = b"".join(at.to_bytes(2, "little", signed=True) for p50 in times for at in _row(p50))
    return LineForecasts("t:L", "hash", now, "f", None, runs, packed, passages, LineConditions(0, 0, 0, 0, {}))


def _row(p50: int) -> tuple[int, ...]:
    if p50 == NO_TIME:
        return (NO_TIME,) * 6
    return (p50 - 20, p50, p50 + 20, NO_TIME, NO_TIME, NO_TIME)


def journey(early_s: int = 0) -> list[tuple[Watermark, LineForecasts]]:
    """Six calls 150 s apart, polled every 10 s; each arrival comes ``early_s`` before it was foretold."""
    arrives = [DAWN + 150 * position for position in range(6)]
    said = [at + early_s for at in arrives]
    polls = []
    done = 0
    for offset, now in enumerate(range(DAWN - 5, DAWN + 2_900, 10)):
        passed = [position for position in range(done, 6) if arrives[position] <= now]
        done += len(passed)
        runs = (run(done, 6 - done, now),) if done < 6 else ()
        times = [at - now for at in said[done:]] if runs else []
        passages = [arrival(position, arrives[position]) for position in passed]
        polls.append((Watermark(1, 0, offset), value(now, runs, times, *passages)))
    return polls


def score(polls: list[tuple[Watermark, LineForecasts]], line: LineAccuracy | None = None) -> dict[int, LineScores]:
    line = line or LineAccuracy("t:L")
    records: dict[int, LineScores] = {}
    for mark, forecasts in polls:
        records |= {each.hour_starts_at: each for each in line.take(mark, forecasts)}
    return records | {each.hour_starts_at: each for each in line.publish()}


def test_a_forecast_that_came_true_has_no_error_and_lies_inside() -> None:
    record = score(journey())[DAWN]
    assert record.arrivals == record.scored + record.unforetold == 6
    # calls at 150, 300, 450, 600 and 750 s after the first half minute: 5, 10, 15, 20 and 25 samples
    assert record.count == (25, 23, 20, 7, 0)
    assert record.mean_absolute_error_s == (0.0,) * 5
    assert record.inside_ratio == (1.0, 1.0, 1.0, 1.0, 0.0)


def test_a_vehicle_that_came_before_its_time_has_a_negative_error_and_is_counted_early() -> None:
    record = score(journey(early_s=90))[DAWN]
    assert record.mean_error_s[:3] == (-90.0, -90.0, -90.0)
    assert record.early_ratio[:3] == (1.0, 1.0, 1.0)
    assert record.inside_ratio[:3] == (0.0, 0.0, 0.0)


def test_the_foretold_horizon_has_bins_of_its_own() -> None:
    record = score(journey(early_s=90))[DAWN]
    assert record.predicted is not None
    assert sum(record.predicted.count) == sum(record.count)
    assert record.predicted.count != record.count


def test_an_arrival_seen_too_coarsely_is_counted_and_not_scored() -> None:
    polls = [
        (Watermark(1, 0, 0), value(DAWN - 100, (run(0, 1, DAWN - 100, valid_until=DAWN + 60),), [100])),
        (Watermark(1, 0, 1), value(DAWN, (), [], arrival(0, DAWN, wide_s=120))),
    ]
    record = score(polls)[DAWN]
    assert (record.arrivals, record.unsure, record.scored, sum(record.count)) == (1, 1, 0, 0)


def test_a_departure_is_not_scored_as_an_arrival() -> None:
    assert score([(Watermark(1, 0, 0), value(DAWN, (), [], arrival(0, DAWN, kind="departure")))]) == {}


def test_a_call_foretold_and_never_made_is_unanswered() -> None:
    start = DAWN + 60
    polls = [
        (Watermark(1, 0, n), value(now, (run(0, 2, now),), [400 - 10 * n, NO_TIME]))
        for n, now in enumerate(range(start, start + 600, 10))
    ]
    later = [
        (Watermark(1, 0, 100 + n), value(now, (), [])) for n, now in enumerate(range(start + 600, start + 2_700, 60))
    ]
    record = score(polls + later)[DAWN]
    assert (record.unanswered, record.arrivals) == (1, 0)


def test_a_call_that_is_told_to_be_skipped_is_promised_to_nobody() -> None:
    polls = [
        (Watermark(1, 0, 0), value(DAWN - 100, (run(0, 2, DAWN - 100, skipped=(1,)),), [60, 110])),
        (Watermark(1, 0, 1), value(DAWN + 20, (), [], arrival(0, DAWN - 40), arrival(1, DAWN + 10))),
    ]
    line = LineAccuracy("t:L")
    records = score(polls, line)
    assert records[DAWN].unforetold == 1
    assert records[DAWN - 3600].scored == 1


def test_an_expired_value_is_not_held_against_the_forecast() -> None:
    polls = [
        (Watermark(1, 0, 0), value(DAWN - 1_500, (run(0, 1, DAWN - 1_500),), [60])),
        (Watermark(1, 0, 1), value(DAWN, (), [], arrival(0, DAWN))),
    ]
    record = score(polls)[DAWN]
    assert sum(record.count) == 5


def test_a_late_passage_mends_the_record_of_its_hour() -> None:
    line = LineAccuracy("t:L")
    first = score([*journey()], line)
    late = value(DAWN + 4_000, (), [], arrival(9, DAWN + 3_000))
    (record,) = [each for each in line.take(Watermark(1, 0, 9_999), late) if each.hour_starts_at == DAWN]
    assert record.arrivals == first[DAWN].arrivals + 1
    assert record.count == first[DAWN].count


@given(st.lists(st.integers(0, 280), max_size=40), st.randoms(use_true_random=False))
def test_copies_and_late_writes_of_a_woken_worker_change_nothing(again: list[int], chance: Any) -> None:
    clean = journey(early_s=17)
    polls = list(clean)
    for index in again:
        place = chance.randint(index + 1, len(polls))
        polls.insert(place, clean[index])
    assert score(polls) == score(clean)


@given(st.integers(1, 280), st.integers(0, 90))
def test_whoever_takes_over_goes_on_to_the_same_record(dies_after: int, early_s: int) -> None:
    polls = journey(early_s)
    first = LineAccuracy("t:L")
    published = score(polls[:dies_after], first)
    second = LineAccuracy("t:L")
    for record in published.values():
        second.restore(decode_scores(encode_scores(record)))
    resumed = published | score(polls, second)
    whole = score(polls)
    assert {hour: _figures(record) for hour, record in resumed.items()} == {
        hour: _figures(record) for hour, record in whole.items()
    }


def _figures(record: LineScores) -> object:
    """All but how far it goes."""
    return [getattr(record, name) for name in LineScores.__struct_fields__ if name != "through"]


def test_memory_stays_bounded_however_long_a_line_runs() -> None:
    line = LineAccuracy("t:L")
    held = []
    for offset, now in enumerate(range(DAWN, DAWN + 4 * 3600, 20)):
        trip = f"t{now // 1200}"
        line.take(Watermark(1, 0, offset), value(now, (run(0, 2, now, trip_id=trip),), [600, 700]))
        held.append(line.samples)
    assert max(held) == max(held[: len(held) // 2])
    assert len(line._hours) <= 3
