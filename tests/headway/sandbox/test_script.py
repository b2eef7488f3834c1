"""Sandbox scripts as they are read."""

from pathlib import Path

import pytest

from headway.sandbox.script import list_shipped, read_script
from runtime.errors import UserError


@pytest.mark.parametrize("name", ["bunching", "crowded-train", "detour", "last-bus", "outage"])
def test_each_shipped_script_is_whole_and_says_what_must_be_seen(name: str) -> None:
    script = read_script(name)
    assert name in list_shipped()
    assert script.name == name
    assert script.see
    assert all(sight.that and sight.because for sight in script.see)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what = 'x'", "start_at"),
        ("what = 'x'\nstart_at = 2026-11-24T08:00:00", "lacks its offset"),
        ("what = 'x'\nstart_at = 2026-11-24T08:00:00Z\nlines = 0", "lines"),
        ("what = 'x'\nstart_at = 2026-11-24T08:00:00Z\nspeed = 2", "speed"),
        ("what = 'x'\nstart_at = 2026-11-24T08:00:00Z\n[[see]]\nat_s=0\nget='/v1/lines'\nthat=['a[?']", "JMESPath"),
        ("what = ", "mine.toml"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(UserError, match=said):
        read_script(str(file))


def test_a_name_that_is_none_names_those_there_are() -> None:
    with pytest.raises(UserError, match="bunching, crowded-train, detour, last-bus, outage"):
        read_script("rain")
