"""Each part of the engine is taken out by constants that there are, everywhere they count."""

import importlib
import sys

import pytest

from tests.ablation.parts import PARTS, Change, Part, take_out


def every_change() -> list[Change]:
    return [change for part in PARTS.values() for change in part.changes]


@pytest.mark.parametrize("change", every_change(), ids=lambda change: f"{change.module}.{change.name}")
def test_every_part_is_taken_out_by_a_constant_that_there_is_and_that_differs(change: Change) -> None:
    assert float(getattr(importlib.import_module(change.module), change.name)) != change.value


def test_who_imported_a_constant_by_its_name_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "PACE_SHRINK"
    holders = [module for key, module in sys.modules.items() if key.startswith("transit.") and hasattr(module, name)]
    assert len(holders) > 1
    for module in holders:
        monkeypatch.setattr(module, name, getattr(module, name))
    take_out(PARTS["line-pace"])
    assert {getattr(module, name) for module in holders} == {1e9}


def test_equal_names_of_other_constants_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    spots, hop_times = (
        importlib.import_module(f"transit.{name}") for name in ("forecasting.spots", "tracking.hop_times")
    )
    monkeypatch.setattr(spots, "SHRINK", spots.SHRINK)
    before = hop_times.SHRINK
    take_out(PARTS["spots"])
    assert (1e9, before) == (spots.SHRINK, hop_times.SHRINK)


def test_a_constant_that_there_is_not_is_an_error() -> None:
    with pytest.raises(AttributeError):
        take_out(Part("", "both", (Change("transit.forecasting.spots", "NO_SUCH", 0.0),)))
