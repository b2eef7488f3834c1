"""What a partner uploads is read whole, or refused with the row that is wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.crosswalk.entries import Entry, Kind
from transit.crosswalk.read_upload import read_upload


def test_csv_and_json_say_the_same_and_gtfs_columns_are_understood() -> None:
    csv = b"\xef\xbb\xbfstop_id,stop_name,stop_lat,stop_lon,colour\nS1, Bridge ,48.85,2.31,red\nS2,,,,\n"
    json = b'[{"id": "S1", "name": "Bridge", "latitude": 48.85, "longitude": "2.31"}, {"id": "S2", "name": null}]'
    expected = [Entry(id="S1", name="Bridge", latitude=48.85, longitude=2.31), Entry(id="S2")]
    assert read_upload(csv, Kind.STOPS, is_json=False) == expected
    assert read_upload(json, Kind.STOPS, is_json=True) == expected
    lines = read_upload(b"id,name,from,to\nL,1,A,B\n", Kind.LINES, is_json=False)
    assert lines == [Entry(id="L", name="1", origin="A", destination="B")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no rows"),
        (b"a,b\n1,2\n", "first line must name the columns"),
        (b"id\nS1\nS1\n", "row 2: id 'S1' stands in row 1 already"),
        (b"id\nS 1\n", "row 1: id 'S 1'"),
        (b'id\n"S,1"\n', "without spaces and commas"),
        (b"id,latitude,longitude\nS1,91,0\n", "row 1: latitude '91' is no number of degrees up to 90"),
        (b"id,latitude,longitude\nS1,nan,0\n", "latitude 'nan'"),
        (b"id,latitude\nS1,48\n", "gives one of latitude and longitude"),
        (b"id,name\nS1," + b"x" * 201 + b"\n", "row 1: name is longer than 200"),
        (b"id\n\xff\n", "no CSV in UTF-8"),
        (b"id\n" + b"".join(b"%d\n" % n for n in range(3001)), "more than 3,000 rows; 3,000 lines at most"),
        (b"id" + b"," * 64 + b"\nS1\n", "names 65 columns; 64 at most"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        read_upload(content, Kind.LINES, is_json=False)


@pytest.mark.parametrize("content", [b"{", b"{}", b'[{"id": [1]}]', b'[{"name": "x"}]', b"[1]"])
def test_json_that_is_no_list_of_rows_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|id"):
        read_upload(content, Kind.STOPS, is_json=True)


@given(content=st.binary(max_size=300), is_json=st.booleans())
def test_whatever_is_sent_it_is_read_or_refused(content: bytes, is_json: bool) -> None:
    try:
        found = read_upload(content, Kind.STOPS, is_json=is_json)
    except ValueError:
        return
    assert all(entry.id for entry in found)


def test_no_more_rows_are_read_of_a_csv_than_are_told_of() -> None:
    content = b"id\n" + b"1\n" * 3001 + b'"' + b"x" * 200_000
    with pytest.raises(ValueError, match="more than 3,000 rows"):
        read_upload(content, Kind.LINES, is_json=False)
