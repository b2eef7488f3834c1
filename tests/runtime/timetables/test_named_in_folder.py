"""Overrides name what is in a timetable of the deployment, or are refused."""

from pathlib import Path
from typing import Any

import pytest

from runtime.errors import UserError
from runtime.timetables.named_in_folder import check_named
from runtime.timetables.timetable_file import save_timetable
from schemas.overrides import Override, OverrideKind
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable


def override(**named: Any) -> Override:
    return Override(id="", kind=OverrideKind.SKIP_STOP, starts_at=0, ends_at=1, **named)


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ({"stops": ("small:a", "small:z")}, "stop small:z"),
        ({"line": "small:L9", "stops": ("small:a",)}, "line small:L9"),
        ({"run": "small:t9:20260216"}, "run small:t9:20260216"),
        ({"run": "small:t1"}, "run small:t1"),
        ({"stops": ("other:a",)}, "stop other:a"),
    ],
)
def test_what_no_timetable_has_is_refused(
    timetable: Timetable, tmp_path: Path, named: dict[str, Any], what: str
) -> None:
    save_timetable(timetable, tmp_path)
    with pytest.raises(UserError, match=f"no timetable here has the {what};"):
        check_named(tmp_path, override(**named))


def test_what_any_version_of_a_timetable_has_passes(
    timetable: Timetable, tables: dict[str, bytes], tmp_path: Path
) -> None:
    save_timetable(timetable, tmp_path)
    later = tables["stops.txt"] + b"c,Gamma,48.85,2.32\n"
    times = tables["stop_times.txt"] + b"t1,8:09:00,8:09:00,c,3\n"
    both = tables | {"stops.txt": later, "stop_times.txt": times}
    save_timetable(compile_timetable(both, name="small", source="memory"), tmp_path)
    check_named(tmp_path, override(line="small:L1", run="small:t1:20260216:28800", stops=("small:a", "small:c")))
    check_named(tmp_path, override(vehicle="feed:7"))


def test_where_no_timetable_is_at_hand_nothing_is_refused(tmp_path: Path) -> None:
    check_named(tmp_path / "none", override(stops=("small:z",)))
