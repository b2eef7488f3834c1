"""What a stream was asked for, and which parts of a line's frame belong to it."""

from dataclasses import dataclass

from api.streaming.events import PlainLine, Told
from api.streaming.line_frame import LineFrame, RunFrame
from api.streaming.manner import PLAIN, Manner


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A subscription. ``None`` stands for all.

    ``groups`` are keys of line groups that can bear on it; ``lines`` public line ids, ``stops`` public stop ids,
    ``vehicles`` public vehicle ids. A run belongs to it where it is of a wanted line, is driven by a wanted vehicle or
    has a wanted stop ahead of it; of the last kind only the calls at those stops do. ``manner`` is how it is told.
    """

    groups: frozenset[str] | None
    lines: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    vehicles: frozenset[str] = frozenset()
    everything: bool = False
    manner: Manner = PLAIN

    def select(self, frame: LineFrame) -> Told | None:
        """The frame as this subscription gets it; ``None`` where nothing in it can belong.

        A line group that was polled without news for the subscription is told all the same, empty: its client knows
        that what it holds is current, and that it has missed nothing.
        """
        if self.everything or frame.lines <= self.lines:
            return frame.whole()
        if not (self.stops or self.lines) and self.vehicles.isdisjoint(frame.vehicles()):
            return None
        runs: list[bytes] = []
        gone: list[str] = []
        for run in frame.runs:
            if run.line in self.lines or run.vehicle in self.vehicles:
                runs.append(run.write())
                continue
            if run.was in self.vehicles:
                gone.append(run.id)
                continue
            if self.stops:
                self._select_stops(run, runs, gone)
        gone += [
            each.id
            for each in frame.gone
            if each.line in self.lines or each.vehicle in self.vehicles or each.stops.has_ahead(self.stops)
        ]
        if self.groups is None and not (runs or gone):
            return None
        return PlainLine(frame.write(runs, gone))

    def _select_stops(self, run: RunFrame, runs: list[bytes], gone: list[str]) -> None:
        """A run that has a wanted stop ahead with its calls there; one that has just passed the last as gone."""
        if run.stops.has_ahead(self.stops):
            calls = [call for stop, call in run.calls if stop in self.stops]
            runs.append(run.write(calls))
        elif run.stops.has_passed(self.stops):
            gone.append(run.id)
