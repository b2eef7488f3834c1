from pathlib import Path

import numpy as np
import pytest

from runtime.errors import UserError
from runtime.timetables.history_file import load_history, save_history
from transit.forecasting.memory import PLACE
from transit.history.history import History, arrays_of
from transit.history.learn import learn_history
from transit.history.observed import HopSeen, LagSeen


@pytest.fixture
def history() -> History:
    places = np.zeros(3, PLACE)
    places[1] = (9, 4.0, 3.5)
    hops = [HopSeen("a", "b", 5, 8, 1_000, 100 + i, 80, 20) for i in range(4)]
    return learn_history(hops, [LagSeen("a", 5, 8, 1_000, 30)], [places], 1)


def test_a_history_comes_back_from_its_file_as_it_was(history: History, tmp_path: Path) -> None:
    path = save_history(history, tmp_path)
    assert path.name == f"history-{history.hash}.history"
    again = load_history(path)
    assert (again.hash, again.days, again.observations) == (history.hash, 1, 5)
    for name, value in arrays_of(history).items():
        told = arrays_of(again)[name]
        if isinstance(value, np.ndarray):
            assert isinstance(told, np.ndarray)
            assert told.tobytes() == value.tobytes()
        else:
            assert list(told) == list(value)


def test_an_empty_history_can_be_kept_too(tmp_path: Path) -> None:
    empty = learn_history([], [], [], 0)
    assert load_history(save_history(empty, tmp_path / "none.history")).hash == empty.hash


@pytest.mark.parametrize("harm", ["cut", "alter", "other"])
def test_a_damaged_file_is_refused_in_one_line(history: History, tmp_path: Path, harm: str) -> None:
    path = save_history(history, tmp_path / "h.history")
    content = bytearray(path.read_bytes())
    if harm == "cut":
        content = content[: len(content) // 2]
    elif harm == "alter":
        place = content.index(np.float32(3.5).tobytes())
        content[place : place + 4] = np.float32(3.6).tobytes()
    else:
        content = bytearray(b"PK not a history")
    path.write_bytes(content)
    with pytest.raises(UserError, match="learn it again with `headway learn`") as refused:
        load_history(path)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.history: no such history"):
        load_history(tmp_path / "none.history")


def test_a_folder_that_is_not_there_yet_is_made(history: History, tmp_path: Path) -> None:
    path = save_history(history, tmp_path / "histories")
    assert path == tmp_path / "histories" / f"history-{history.hash}.history"
    assert load_history(path).hash == history.hash
