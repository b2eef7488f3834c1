"""A script's answers as people read them: when, what was asked, and the part that the script tells."""

from datetime import datetime

import msgspec
import pytest

from headway.sandbox.check import Seen
from headway.sandbox.command import check
from headway.sandbox.script import Script, Sight, list_shipped, read_script
from headway.sandbox.transcript import write_transcript
from runtime.errors import UserError

SCRIPT = Script(what="an outage", start_at=datetime.fromisoformat("2026-11-24T08:00:00+08:00"), name="short")
SIGHT = Sight(at_s=300, get="/v1/feeds", because="the feed is down", tell="feeds[].[id, state]")


def test_each_sight_is_told_at_its_hour_with_the_part_of_the_answer_a_line_an_item() -> None:
    body = b'{"feeds": [{"id": "a", "state": "down", "polls": 3}, {"id": "b", "state": "up"}]}'
    missed = Seen(msgspec.structs.replace(SIGHT, at_s=3600, tell="warnings"), ("feeds[1]: null",), "", b"{}")
    told = list(write_transcript(SCRIPT, [Seen(SIGHT, (), "", body), missed]))
    assert told == [
        "08:05:00  GET /v1/feeds",
        "  the feed is down - seen",
        '  ["a","down"]',
        '  ["b","up"]',
        "",
        "09:00:00  GET /v1/feeds",
        "  the feed is down - not seen: feeds[1]: null",
        "  null",
        "",
    ]


def test_an_answer_that_is_no_json_is_said_to_have_nothing_to_tell() -> None:
    told = list(write_transcript(SCRIPT, [Seen(SIGHT, (), "", b"\x0a\x0d")]))
    assert told[2].startswith("  nothing to tell: ")


@pytest.mark.parametrize("name", list_shipped())
def test_each_shipped_script_tells_what_is_answered_at_each_of_its_moments(name: str) -> None:
    script = read_script(name)
    assert all(sight.tell for sight in script.see)
    assert len({sight.at_s for sight in script.see}) > 1


def test_a_sandbox_that_runs_already_is_checked_by_its_own_script_alone() -> None:
    with pytest.raises(UserError, match="a sandbox runs one script"):
        check(["outage", "detour"], url="http://127.0.0.1:1")
