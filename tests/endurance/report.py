"""What an endurance run found, for people, and whether it is sound."""

from bisect import bisect_left
from typing import Final

from rich.console import Console
from rich.table import Table

from schemas.line_forecasts import encode_passage
from schemas.topics import ALL, HOUR_MS
from tests.endurance.city_recording import City
from tests.endurance.rule_run import ByRule
from tests.endurance.stream_run import Found, Look

HEARD_WITHIN_S: Final = 65
"""A call with a report of its run this long before and after it can be seen; else its device hid it."""

FLAT: Final = 1.15
"""Memory at the end against half-way."""


def is_sound(found: Found, expected: ByRule) -> bool:
    """Whether every value and passage is there, byte for byte, all was read, and memory is flat."""
    return (
        found.digests == expected.digests
        and found.passages == encoded(expected)
        and not any(found.unread.values())
        and all(ratio <= FLAT for ratio in _growth(found.looks).values())
    )


def encoded(expected: ByRule) -> dict[str, bytes]:
    """The passages as they must lie on their topic."""
    return {name: encode_passage(passage) for name, passage in expected.passages.items()}


def print_found(found: Found, expected: ByRule, city: City | None, console: Console) -> None:
    """Print figures."""
    table = Table("what", "figure")
    speed = expected.recorded_s / found.took_s
    table.add_row(
        "recorded / took", f"{expected.recorded_s / 3600:.2f} h / {found.took_s:.0f} s = {speed:.0f} x real time"
    )
    same = sum(found.digests.get(key) == digests for key, digests in expected.digests.items())
    table.add_row("lines whose values are the rules' byte for byte", f"{same} of {len(expected.digests)}")
    table.add_row("values / written twice", f"{sum(map(len, found.digests.values()))} / {found.written_twice}")
    missing = len(expected.passages.keys() - found.passages.keys())
    extra = len(found.passages.keys() - expected.passages.keys())
    table.add_row("passages / missing / too many", f"{len(found.passages)} / {missing} / {extra}")
    same_passages = sum(found.passages.get(name) == packed for name, packed in encoded(expected).items())
    table.add_row("passages byte for byte", f"{same_passages} of {len(expected.passages)}")
    first, last = _first(found.looks), found.looks[-1]
    running_s = last.after_s - first.after_s
    share = (last.values - first.values) / max(last.values, 1)
    table.add_row("once running", f"{share * expected.recorded_s / max(running_s, 0.1):.0f} x real time")
    for name in sorted(last.cpu_s.keys() & first.cpu_s.keys()):
        spent_s = last.cpu_s[name] - first.cpu_s[name]
        table.add_row(f"processor time of {name}", f"{spent_s:.1f} s for {share * expected.recorded_s / 3600:.2f} h")
    half = _half(found.looks)
    for name, ratio in _growth(found.looks).items():
        at_end = next(look.memory_mb[name] for look in reversed(found.looks) if name in look.memory_mb)
        table.add_row(
            f"memory of {name}, half-way to end", f"{half.memory_mb[name]:.0f} to {at_end:.0f} MB ({ratio:.2f})"
        )
    for what, figure in judge_disk(found.looks, expected.recorded_s / 3600).items():
        table.add_row(what, figure)
    for who, records in sorted(found.unread.items()):
        table.add_row(f"left unread by {who}", f"{records}")
    if city is not None:
        for what, figure in judge_by_truth(found, expected, city).items():
            table.add_row(what, figure)
    console.print(table)


def judge_by_truth(found: Found, expected: ByRule, city: City) -> dict[str, str]:
    """Calls that were made against arrivals that were told; what devices hid is set apart."""
    told: dict[tuple[str, str], set[int]] = {}
    for passage in expected.passages.values():
        if passage.id in found.passages and passage.kind == "arrival":
            told.setdefault((passage.trip_id, str(passage.service_date)), set()).add(passage.stop_sequence)
    made = seen = hidden = 0
    rows = city.truth.filter(~city.truth["is_first"])
    for trip, day, start, sequence, at in rows.select(
        "trip_id", "start_date", "start_time", "stop_sequence", "arrival"
    ).iter_rows():
        if start is not None:
            continue
        made += 1
        if sequence in told.get((trip, day), ()):
            seen += 1
        elif not _could_be_seen(city.reported.get((trip, day), []), at):
            hidden += 1
    lost = made - seen - hidden
    return {
        "calls made (by timetable times)": f"{made}",
        "told": f"{seen} ({seen / max(made, 1):.2%})",
        "hidden by silent devices": f"{hidden} ({hidden / max(made, 1):.2%})",
        "unexplained": f"{lost} ({lost / max(made, 1):.2%})",
    }


def judge_disk(looks: list[Look], recorded_h: float) -> dict[str, str]:
    """What each topic takes of the broker's disk, and the most that its retention lets it take at that pace.

    Records carry the time of their poll, so nothing comes of age within a hastened run: a flat disk is one whose pace
    is flat and whose topics all end. The pace is by value, for the city sleeps at night.
    """
    half, last = _half(looks), looks[-1]
    found: dict[str, str] = {}
    for topic in (each for each in ALL if each.keyed_by_line):
        at_half, at_end = (
            sum(size for name, size in look.disk_bytes.items() if name.endswith(topic.name)) for look in (half, last)
        )
        if not at_end:
            continue
        early = at_half / half.values
        late = (at_end - at_half) / max(last.values - half.values, 1)
        an_hour_mb = at_end / 1e6 / recorded_h
        kept_ms = topic.retention_ms or topic.max_compaction_lag_ms or 0
        found[f"disk of {topic.name}"] = (
            f"{an_hour_mb:.1f} MB an hour; a value {early:.0f} then {late:.0f} bytes; "
            f"kept {kept_ms / HOUR_MS:.3g} h: {an_hour_mb * kept_ms / HOUR_MS:.0f} MB at most"
        )
    return found


def _could_be_seen(moments: list[int], at: float) -> bool:
    place = bisect_left(moments, at)
    before = moments[place - 1] if place else None
    after = moments[place] if place < len(moments) else None
    return before is not None and after is not None and at - before <= HEARD_WITHIN_S and after - at <= HEARD_WITHIN_S


def _half(looks: list[Look]) -> Look:
    most = looks[-1].values
    return next(look for look in looks if look.values >= most / 2)


def _first(looks: list[Look]) -> Look:
    """When the first values had come: before it processes start, load their kernels and meet the broker."""
    return next(look for look in looks if look.values > 0)


def _growth(looks: list[Look]) -> dict[str, float]:
    """Memory at the end against half-way, of processes that ran at both."""
    half, last = _half(looks), looks[-1]
    return {name: last.memory_mb[name] / mb for name, mb in half.memory_mb.items() if name in last.memory_mb}
