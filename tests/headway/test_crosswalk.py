"""``headway crosswalk`` as a person meets it."""

import io
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from headway.crosswalk import crosswalk
from runtime.errors import UserError
from runtime.timetables import save_timetable
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.crosswalk.entries import Kind
from transit.timetable.compile import compile_timetable


@pytest.fixture
def version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A timetable in the folder that the command looks into: its hash."""
    monkeypatch.setenv("HEADWAY_DATA_FOLDER", str(tmp_path))
    tables = {name: b"".join(table) for name, table in tabulate(generate_network(1, 7)).items()}
    timetable = compile_timetable(tables, name="city", source="one line")
    save_timetable(timetable, tmp_path / "timetables")
    return timetable.hash


def _give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> io.BytesIO:
    """Put ``content`` on standard input; what is written to standard output."""
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=written))
    return written


@pytest.mark.parametrize(
    "content", [b"", b"id,name", b"{}", b'[{"name": "no id"}]', b'[{"id": "\xff"}]', b'[{"id": 7}]']
)
def test_standard_input_that_holds_no_entries_is_said_in_one_line(
    version: str, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    _give(monkeypatch, content)
    with pytest.raises(UserError, match=r"^stdin: no JSON list of entries such as .+: .+"):
        crosswalk(version, Kind.STOPS)


def test_each_entry_on_standard_input_has_its_match(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = _give(monkeypatch, b'[{"id": "S1", "name": "Nowhere"}]')
    crosswalk(version, Kind.STOPS)
    assert len(orjson.loads(written.getvalue())) == 1
