"""What overrides make of the timetable's own calls, that no vehicle speaks for."""

from collections.abc import Sequence

from schemas.line_forecasts import Basis, Verdict, VerdictReason
from schemas.overrides import Override, OverrideKind
from transit.answers.calls_here import CallHere
from transit.answers.ladder import Standing
from transit.answers.run_ids import RunKey
from transit.overrides.edit_line import names_run, stop_rows
from transit.timetable.compiled import Timetable

_NOT_SERVED = Standing(Basis.WITHHELD, Verdict.NOT_COMING, VerdictReason.CANCELLED, is_tracked=False)
_AT_RISK = Standing(Basis.SCHEDULE, Verdict.AT_RISK, VerdictReason.DELAYS, is_tracked=False)
_WITHHELD = Standing(Basis.WITHHELD, Verdict.NOT_TRACKED, VerdictReason.NONE, is_tracked=False)


class AimedEdits:
    """The overrides in force on one line group, as they bear on calls of its timetable."""

    def __init__(self, overrides: Sequence[Override], timetable: Timetable) -> None:
        self._name = timetable.name
        self._timetable = timetable
        self._of_stops = [
            (override, stop_rows(override, timetable))
            # a delay says least: whatever else is said of a call counts before it
            for override in sorted(overrides, key=lambda each: each.kind is OverrideKind.DELAYS)
            if override.kind is not OverrideKind.RESTRICT_ENTRY and not override.vehicle
        ]

    def standing(self, here: CallHere, key: RunKey | None) -> Standing | None:
        """How a call stands that an override touches; ``None`` where none does.

        ``key`` without a start stands for all runs of a frequency's trip.
        """
        for override, stops in self._of_stops:
            if override.line and override.line != f"{self._name}:{here.line_id}":
                continue
            if override.run and (key is None or not names_run(override.run, key, self._timetable)):
                continue
            if override.direction_id not in (None, here.direction_id):
                continue
            if override.stops and here.stop not in stops:
                continue
            if override.kind is OverrideKind.WITHHOLD:
                return _WITHHELD
            if override.kind is OverrideKind.DELAYS:
                return _AT_RISK
            reason = VerdictReason.DETOUR if override.kind is OverrideKind.DETOUR else VerdictReason.CANCELLED
            return _NOT_SERVED._replace(reason=reason)
        return None
