"""A recording beside the city on its timetable."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.city_realism.command import read_profile, realism
from headway.city_realism.compare import compare_city, ks_distance
from headway.city_realism.page import make_realism_page
from runtime.errors import UserError
from simulators.city.city import City
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.timetable.compile import compile_timetable

EIGHT = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
SAMPLES = st.lists(st.floats(0, 100), min_size=1, max_size=40)


def test_a_city_is_judged_by_what_its_devices_were_not_fitted_on() -> None:
    tables = {name: b"".join(table) for name, table in tabulate(generate_network(3, 7)).items()}
    timetable = compile_timetable(tables, name="city", source="three lines")
    recorded = City(timetable, 11)
    polls = [(at, recorded.positions_at(at).SerializeToString()) for at in range(EIGHT, EIGHT + 600, 10)]
    noted: list[int] = []
    found = compare_city(timetable, polls, 7, noted.append)
    gap, beside, hop, dwell, headway = found.likeness
    assert gap.distance < 0.2
    assert 0 <= beside.distance <= 1
    assert min(each.simulated for each in (gap, beside, hop, dwell, headway)) > 0
    assert found.from_at < found.half_at < found.to_at
    assert noted[-1] <= polls[-1][0]
    page = make_realism_page(found, "three & lines")
    assert page.count("<svg") == 5
    assert "three &amp; lines" in page
    assert "http" not in page.replace("http-equiv", "")
    with pytest.raises(ValueError, match="fewer than a hundred"):
        compare_city(timetable, polls[:2], 7, noted.append)


@given(SAMPLES, SAMPLES)
def test_the_distance_of_two_samples_is_the_same_either_way_and_nothing_from_itself(
    one: list[float], other: list[float]
) -> None:
    first, second = np.array(one), np.array(other)
    assert ks_distance(first, second) == ks_distance(second, first)
    assert 0 <= ks_distance(first, second) <= 1
    assert ks_distance(first, first) == 0


def test_samples_with_nothing_in_common_are_as_far_apart_as_can_be() -> None:
    assert ks_distance(np.array([1.0, 2.0]), np.array([3.0])) == 1


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    for text in ("{}", '{"gap_s": [1, 2], "beside_m": [1, 2]}', "no"):
        file.write_text(text)
        with pytest.raises(UserError, match="no profile of devices"):
            read_profile(file)


def test_a_timetable_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    for name in ("agency", "routes", "stops", "stop_times", "trips", "calendar"):
        (tmp_path / f"{name}.txt").write_text("nothing\n1\n")
    with pytest.raises(UserError, match=f"^{tmp_path}: .+"):
        realism(str(tmp_path), tmp_path / "none.zip", seed=7)
