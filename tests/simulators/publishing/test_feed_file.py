from pathlib import Path

from simulators.publishing.feed_file import place_of, publish_file


def test_a_folder_holds_one_file_that_is_replaced_whole(tmp_path: Path) -> None:
    place = place_of(tmp_path / "feed")
    publish_file(b"one", place)
    publish_file(b"two", place)
    assert [path.name for path in place.parent.iterdir()] == ["vehicle_positions.pb"]
    assert place.read_bytes() == b"two"


def test_a_file_may_be_named() -> None:
    assert place_of(Path("a/b.pb")) == Path("a/b.pb")
