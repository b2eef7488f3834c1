"""The city's truth on a real broker: written beside what its devices tell, read by scoring."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from headway.city_truth.publish import publishing
from headway.city_truth.read import read_causes, read_truth
from runtime.embedded.tansu import Tansu
from runtime.settings import Settings
from simulators.city.city import City
from simulators.city.truth import tabulate_truth
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

BEGIN = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    tables = {name: b"".join(table) for name, table in tabulate(generate_network(3, 7)).items()}
    return compile_timetable(tables, name="city", source="3 lines")


def test_what_scoring_reads_is_what_the_city_knows(tansu: Tansu, namespace: str, timetable: Timetable) -> None:
    settings = Settings(broker=tansu.address, namespace=namespace)
    city = City(timetable, 7)
    with publishing(settings, city) as truth:
        for at in range(BEGIN, BEGIN + 601, 60):
            city.feed_at(at)
            truth.publish(at)
            truth.publish(at)
    found, told_at = asyncio.run(read_truth(settings))
    assert told_at == BEGIN + 600
    exact = pl.concat([tabulate_truth(timetable, day) for day in city.driven_days()])
    exact = exact.filter((pl.col("departure") > BEGIN - 1) & (pl.col("departure") <= BEGIN + 600))
    order = ["trip_id", "start_time", "stop_sequence"]
    assert len(exact) > 20
    assert found.columns == exact.columns
    assert found.sort(order).select(pl.exclude("arrival", "departure")).rows() == (
        exact.sort(order).select(pl.exclude("arrival", "departure")).rows()
    )
    assert float((found.sort(order)["arrival"] - exact.sort(order)["arrival"]).abs().max() or 0.0) < 0.01  # type: ignore[arg-type]
    assert set(asyncio.run(read_causes(settings))["cause"]) >= {"signal"}
