from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from api.accuracy import endpoints
from api.view.scored_hours import Sums
from transit.accuracy.tally import HourTally

City = Any
Ask = Callable[..., Any]


async def test_lines_and_hours_add_up(city: City, ask: Ask) -> None:
    city.view.scores.lines = {"town:1": city.scores("1", 6, 7), "town:2": city.scores("2", 7)}
    answer = await ask("/v1/accuracy")
    assert [each["forecasts"] for each in answer["overall"]["by_horizon"]] == [30] * 5
    assert [hour["starts_at"] for hour in answer["hours"]] == ["2026-02-16T06:00:00-05:00", "2026-02-16T07:00:00-05:00"]
    assert [hour["by_horizon"][0]["forecasts"] for hour in answer["hours"]] == [10, 20]
    assert [[line["id"] for line in each["lines"]] for each in answer["lines"]] == [["town:1"], ["town:2"]]
    assert answer["overall"]["by_horizon"][1]["mean_absolute_error_s"] == 30.0
    assert answer["overall"]["by_horizon"][1]["early_ratio"] == 0.1
    assert answer["overall"]["censoring"] == {
        "arrivals": 18, "scored": 12, "unsure": 3, "unforetold": 3, "unanswered": 6
    }  # fmt: skip


async def test_one_line_and_the_newest_hours_alone(city: City, ask: Ask) -> None:
    city.view.scores.lines = {"town:1": city.scores("1", 5, 6, 7), "town:2": city.scores("2", 7)}
    answer = await ask("/v1/accuracy", line="town:1", hours=2)
    assert [hour["starts_at"] for hour in answer["hours"]] == ["2026-02-16T07:00:00-05:00"]
    assert len(answer["lines"]) == 1


async def test_an_answer_unpacks_no_record_and_writes_no_line_anew_that_did_not_change(
    city: City, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.view.scores.lines = {"town:1": city.scores("1", 6, 7), "town:2": city.scores("2", 7)}
    before = await ask("/v1/accuracy")
    written = []
    write = endpoints._written

    def note(sums: Sums) -> dict[str, orjson.Fragment]:
        written.append(sums)
        return write(sums)

    monkeypatch.setattr(endpoints, "_written", note)
    monkeypatch.setattr(HourTally, "of", lambda _: pytest.fail("a record was unpacked"))
    city.view.rendered.drop_all()
    assert await ask("/v1/accuracy") == before
    assert written == []
    city.view.scores.lines["town:2"] = city.scores("2", 6, 7)
    city.view.rendered.drop_all()
    assert (await ask("/v1/accuracy"))["overall"]["by_horizon"][0]["forecasts"] == 40
    assert len(written) == 1


async def test_a_line_that_lacks_an_hour_is_counted_in_its_others(city: City, ask: Ask) -> None:
    city.view.scores.lines = {"town:1": city.scores("1", 5, 6, 7), "town:2": city.scores("2", 5, 7)}
    answer = await ask("/v1/accuracy")
    assert [hour["by_horizon"][0]["forecasts"] for hour in answer["hours"]] == [20, 10, 20]


async def test_a_bin_without_forecasts_has_no_figures_rather_than_none_wrong(ask: Ask) -> None:
    answer = await ask("/v1/accuracy")
    assert answer["since"] is None
    assert answer["overall"]["by_horizon"][0]["forecasts"] == 0
    assert answer["overall"]["by_horizon"][0]["mean_absolute_error_s"] is None


async def test_a_line_nobody_knows_is_a_problem(client: httpx.AsyncClient) -> None:
    answered = await client.get("/v1/accuracy", params={"line": "town:none"})
    assert answered.status_code == 404
    assert answered.json()["type"] == "/problems/unknown-line"
