"""``headway feed serve`` is the city's own server under the name that an operator looks for."""

from typing import Any

import pytest
from typer.testing import CliRunner

from headway import feed


def test_a_city_is_served_at_the_port_with_what_goes_wrong_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(feed, "run", lambda **said: asked.update(said))
    words = ["serve", "--gtfs", "city.zip", "--port", "8091", "--scenario", "detours", "--fault", "frozen_ratio=0.1"]
    ended = CliRunner().invoke(feed.app, words)
    assert ended.exit_code == 0, ended.output
    assert (asked["gtfs"], asked["port"], asked["speed"]) == ("city.zip", 8091, 1.0)
    assert (asked["scenario"], asked["fault"]) == (["detours"], ["frozen_ratio=0.1"])
