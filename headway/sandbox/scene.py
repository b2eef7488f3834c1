"""A script's city, poll by poll through the rules of door and tracker: pure computing, the same bytes every time."""

from typing import Final, NamedTuple

from headway.sandbox.closed_street import add_closure_alert, go_around
from headway.sandbox.script import Script
from headway.score_report.replay import Replay
from runtime.errors import UserError
from schemas.feed_status import FeedStatus
from schemas.line_forecasts import LineForecasts
from schemas.service_alerts import FeedAlerts, decode_feed_alerts
from simulators.city.city import City
from simulators.city.scenarios import ScenarioError, combine, read_fault, read_scenario
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from streams.doors.alert_record import AlertRecords
from streams.doors.feed_counts import FeedCounts
from streams.doors.poll import Poll
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

NAME: Final = "city"
"""Of the timetable and of its feed, as where `headway up` simulates the city."""

_DOWN: Final = "the feed does not answer"


class Told(NamedTuple):
    """What one poll left behind: the lines' values, the feed's state, and its alerts where they changed."""

    at: int
    lines: list[LineForecasts]
    status: FeedStatus
    alerts: FeedAlerts | None


def make_timetable(script: Script) -> Timetable:
    """The timetable of the script's city.

    Raises:
        UserError: the script names a stop or a line that the city does not have.
    """
    tables = tabulate(generate_network(script.lines, script.seed))
    joined = {name: b"".join(table) for name, table in tables.items()}
    timetable = compile_timetable(joined, name=NAME, source=f"{script.lines} lines, seed {script.seed}")
    for closure in script.closures:
        if timetable.stop_id.find(closure.stop) < 0:
            raise UserError(f"{script.name}: the city has no stop {closure.stop!r}")
        missing = [line for line in closure.lines if timetable.line_id.find(line) < 0]
        if missing:
            raise UserError(f"{script.name}: the city has no line {missing[0]!r}")
    return timetable


class Scene:
    """One performance of a script, from its warm-up on."""

    def __init__(self, script: Script, timetable: Timetable) -> None:
        """Set the stage.

        Raises:
            UserError: the script names a scenario or a fault that the city does not know.
        """
        try:
            faults, like = combine([*map(read_scenario, script.scenarios), *map(read_fault, script.faults)])
        except ScenarioError as wrong:
            raise UserError(f"{script.name}: {wrong}") from None
        self._script = script
        self._timetable = timetable
        self._city = City(timetable, script.seed, faults, like)
        self._replay = Replay(timetable, (), feed=NAME)
        self._counts = FeedCounts(NAME, "sandbox", recorded=False)
        self._at = 0
        self._alerts = AlertRecords(NAME, NAME, "", now_ms=lambda: self._at * 1000)

    def poll(self, at: int) -> Told:
        """Poll the city at ``at`` (POSIX s), which must rise from poll to poll."""
        self._at = at
        since = at - self._script.starts_at
        if any(outage.from_s <= since < outage.to_s for outage in self._script.outages):
            poll = Poll(at, error=_DOWN)
            lines = self._replay.apply_down(at)
        else:
            poll = Poll(at, self._message(at, since))
            lines = self._replay.apply(at, poll.content or b"")
        outcome = self._replay.sorted
        assert outcome is not None  # noqa: S101 - a poll was just applied
        records = self._alerts.list_changed(None if poll.error else outcome.alerts)
        return Told(
            at=at,
            lines=lines,
            status=self._counts.add(poll, outcome, self._timetable),
            alerts=decode_feed_alerts(records[0].value) if records and records[0].value else None,
        )

    def _message(self, at: int, since: int) -> bytes:
        """What the operator's servers say: updates and alerts of the control centre, then positions."""
        positions, updates, alerts = (
            self._city.positions_at(at),
            self._city.trip_updates_at(at),
            self._city.alerts_at(at),
        )
        for number, closure in enumerate(self._script.closures):
            if closure.from_s <= since < closure.to_s:
                go_around(positions, self._timetable, closure)
                add_closure_alert(alerts, number, closure)
        # repeated fields may be joined as bytes, and the last header counts
        return b"".join(each.SerializeToString(deterministic=True) for each in (updates, alerts, positions))
