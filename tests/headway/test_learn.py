"""``headway learn``: a history out of what ``headway record --answers`` kept."""

from pathlib import Path

import pytest
from rich.console import Console

from headway.learn import Choice, learn_recordings
from runtime.errors import UserError
from runtime.timetables.gtfs_source import read_gtfs
from schemas.line_forecasts import Passage
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from streams.recorder.answer_rows import PASSAGES, passage_row
from streams.recorder.hourly_table import HourlyTable
from transit.history.learn import learn_history
from transit.history.observed import Observations
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

QUIET = Console(quiet=True)
HOUR_S = 3600
BEGIN = 1_795_478_400


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Timetable:
    place = tmp_path_factory.mktemp("city") / "city.zip"
    write_gtfs(tabulate(generate_network(14, 7)), place)
    return compile_timetable(read_gtfs(str(place)), name="city", source="city.zip")


def passages_of(city: Timetable, runs: int = 12) -> list[Passage]:
    """Vehicles of the timetable's first line that make their first five calls, a quarter of an hour apart."""
    pattern = int(city.trip_pattern[0])
    first = int(city.pattern_call_offset[pattern])
    told = []
    for run in range(runs):
        for k in range(5):
            stop, sequence = city.stop_id[int(city.call_stop[first + k])], int(city.call_sequence[first + k])
            at = BEGIN + 900 * run + 90 * k
            for kind, moment in (("arrival", at), ("departure", at + 20)):
                words = (city.line_id[0], f"{city.trip_id[0]}-{run}", 20261124, None, f"v{run}", stop, sequence)
                told.append(Passage(*words, k, kind, moment, moment - 5, moment + 5))
    return told


def keep(place: Path, told: list[Passage], timetable: str = "city") -> None:
    """An archive of passages over several hours, the last one still open."""
    table = HourlyTable(place / "passages", PASSAGES)
    for number, passage in enumerate(told):
        table.add([passage_row(f"{timetable}:1", passage)])
        table.flush(passage.at, {0: number})


def test_an_archive_of_passages_teaches_what_the_tracker_told(city: Timetable, tmp_path: Path) -> None:
    told = passages_of(city)
    keep(tmp_path, told)
    observed = Observations(city)
    observed.add(told)
    expected = learn_history(observed.hops(), observed.lags(), [], observed.days())
    found = learn_recordings(city, [tmp_path], Choice(name="city"), QUIET)
    assert found.observations > 40
    assert found.hash == expected.hash


def test_lines_and_moments_may_be_chosen_and_other_timetables_are_left_out(city: Timetable, tmp_path: Path) -> None:
    keep(tmp_path, passages_of(city))
    whole = learn_recordings(city, [tmp_path], Choice(name="city"), QUIET)
    early = learn_recordings(city, [tmp_path], Choice(until=BEGIN + HOUR_S, name="city"), QUIET)
    assert 0 < early.observations < whole.observations
    assert learn_recordings(city, [tmp_path], Choice(("no-such-line",), name="city"), QUIET).observations == 0
    assert learn_recordings(city, [tmp_path], Choice(name="metro"), QUIET).observations == 0


def test_a_broken_file_of_the_archive_is_named_in_one_line(city: Timetable, tmp_path: Path) -> None:
    keep(tmp_path, passages_of(city, 1))
    next((tmp_path / "passages").glob("*.parquet")).write_bytes(b"no table")
    with pytest.raises(UserError, match=r"the archive .* cannot be read"):
        learn_recordings(city, [tmp_path], Choice(name="city"), QUIET)
