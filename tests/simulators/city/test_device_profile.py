"""Devices that report as an agency's were seen to."""

import numpy as np
import pytest

from headway.city_realism.compare import ks_distance
from simulators.city.city import City
from simulators.city.device_profile import SHARES, DeviceProfile, find_moments, fit_profile, stray
from simulators.city.devices import IN_PROFILE, PERFECT, DeviceFaults, profiled
from transit.timetable.compiled import Timetable

GAPS = np.concatenate([np.full(400, 30.0), np.linspace(8, 29, 500), np.linspace(31, 60, 100)])
BESIDE = np.exp(np.random.default_rng(3).normal(-0.7, 1.6, 4000))
PROFILE = fit_profile(GAPS, BESIDE)
EIGHT = 1_795_478_400


def test_gaps_between_reports_are_as_the_profile_has_them() -> None:
    moments, _ = find_moments(7, PROFILE, 200, EIGHT + 3599)
    gaps = np.diff(np.where(np.isfinite(moments), moments, np.nan), axis=1)
    assert ks_distance(gaps[np.isfinite(gaps)], GAPS) < 0.06


def test_errors_lie_beside_a_way_as_the_profile_has_them_and_drift() -> None:
    vehicles, at = np.repeat(np.arange(400), 100), np.tile(EIGHT + 30.0 * np.arange(100), 400)
    north, east = stray(7, PROFILE, vehicles, at)
    assert ks_distance(np.abs(north), BESIDE) < 0.1
    far = np.hypot(north, east).reshape(400, 100) > 5
    assert np.mean(far[:, 1:][far[:, :-1]]) > 2 * far.mean()


def test_what_is_newest_does_not_depend_on_when_it_is_asked_for() -> None:
    told = set()
    for at in range(EIGHT + 3500, EIGHT + 3700, 10):
        moments, newest = find_moments(7, PROFILE, 3, at)
        told |= {(row, moments[row, newest[row]]) for row in range(3)}
        assert all(moments[row, newest[row]] <= at for row in range(3))
    steps = sorted(moment for row, moment in told if row == 0)
    assert len(steps) >= 4
    assert max(np.diff(steps)) <= 90


def test_the_same_seed_gives_the_same_feed_under_a_profile(timetable: Timetable) -> None:
    first, again = (City(timetable, 7, profiled(PROFILE)).positions_at(EIGHT) for _ in range(2))
    assert first.SerializeToString(deterministic=True) == again.SerializeToString(deterministic=True)
    assert len(first.entity) > 20
    other = City(timetable, 7, PERFECT).positions_at(EIGHT)
    assert first.SerializeToString(deterministic=True) != other.SerializeToString(deterministic=True)


def test_what_goes_wrong_beside_a_profile_goes_wrong_with_its_devices(timetable: Timetable) -> None:
    usual, wrong = (
        City(timetable, 7, profiled(PROFILE, faults)).positions_at(EIGHT).entity
        for faults in (DeviceFaults(), DeviceFaults(no_bearing=1.0, teleport_ratio=1.0))
    )
    assert [each.vehicle.timestamp for each in usual] == [each.vehicle.timestamp for each in wrong]
    assert any(each.vehicle.position.HasField("bearing") for each in usual)
    assert not any(each.vehicle.position.HasField("bearing") for each in wrong)
    leaps = [w.vehicle.position.latitude - u.vehicle.position.latitude for u, w in zip(usual, wrong, strict=True)]
    assert min(leaps) > 0.05


@pytest.mark.parametrize("name", IN_PROFILE)
def test_what_a_profile_says_is_not_said_twice(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is what the profile of devices says"):
        profiled(PROFILE, DeviceFaults(**{name: 0.77}))


@pytest.mark.parametrize("name", ["gap_s", "beside_m"])
def test_a_profile_holds_a_quantile_for_each_share(name: str) -> None:
    held = getattr(PROFILE, name)
    assert len(held) == len(SHARES)
    assert list(held) == sorted(held)
    assert isinstance(PROFILE, DeviceProfile)
