"""The servers of a run end together within what is left of its five seconds."""

from pathlib import Path
from typing import Any

import pytest

from headway.up.options import UpOptions
from headway.up.run import ALL_WITHIN_S, SERVERS_WITHIN_S, STOP_WITHIN_S
from headway.up.servers import Servers


class Stubborn:
    """A server that takes all the time it is given."""

    def __init__(self, clock: list[float], told: list[str], name: str) -> None:
        self._clock, self._told, self._name = clock, told, name

    def ask_to_stop(self) -> None:
        self._told.append(f"{self._name} asked")

    def stop(self, within_s: float) -> None:
        self._clock[0] += within_s
        self._told.append(f"{self._name} ended after {self._clock[0]:g}")


def test_all_are_asked_before_one_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = [0.0], list[str]()
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    servers: Any = Servers(UpOptions(folder=tmp_path))
    servers.store, servers.broker = Stubborn(clock, told, "store"), Stubborn(clock, told, "broker")
    servers.stop(1.5)
    assert told == ["store asked", "broker asked", "store ended after 1.5", "broker ended after 1.5"]


def test_what_is_given_to_processes_and_what_is_left_to_servers_make_five_seconds() -> None:
    assert STOP_WITHIN_S + SERVERS_WITHIN_S <= ALL_WITHIN_S <= 5.0
