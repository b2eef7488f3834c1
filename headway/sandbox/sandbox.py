"""A sandbox: the API over a scene, and the clock that moves both."""

import asyncio
from typing import Final

from api.app import Api, build_view
from api.view.freshness import ViewState
from headway.sandbox.scene import NAME, Scene, Told
from headway.sandbox.script import Script
from runtime.settings import Settings
from runtime.timetables import save_timetable
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from transit.timetable.compiled import Timetable

STEP_MAX_S: Final = 6 * 3600
"""In one request; a longer way is several."""


class Sandbox:
    """One script on the stage. Its time stands still between steps; equal steps from a reset give equal answers."""

    def __init__(self, script: Script, timetable: Timetable, settings: Settings) -> None:
        self.script = script
        self._timetable = timetable
        self.at = float(script.starts_at)
        save_timetable(timetable, settings.timetables)
        self.api: Api = build_view(settings, load=lambda _: timetable, now=lambda: self.at, is_watched=False)
        self._scene = Scene(script, timetable)
        self._polled_at = script.starts_at - script.warm_up_s - script.poll_s
        self._performances = 0
        self._offset = 0
        self._turn = asyncio.Lock()
        version = TimetableVersion(
            hash=timetable.hash, from_service_date=None, activated_at=script.starts_at, source=timetable.source
        )
        view = self.api.view
        view.shelf.keep(view.shelf.read(timetable.hash))
        view.take_versions({NAME: TimetableVersions(name=NAME, versions=(version,))})
        view.freshness.turn(ViewState.WHOLE, script.starts_at)

    @property
    def elapsed_s(self) -> float:
        """How far the script is (s)."""
        return self.at - self.script.starts_at

    async def reset(self) -> None:
        """Back to the script's start, as if nothing had been asked and nothing had happened."""
        async with self._turn:
            await self._begin()

    async def step(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        async with self._turn:
            await self._go_on(self.at + seconds)

    async def go_to(self, elapsed_s: float) -> None:
        """Go to a moment of the script (s from its start): forward, or from the start anew where it has passed."""
        async with self._turn:
            if elapsed_s < self.elapsed_s:
                await self._begin()
            await self._go_on(self.script.starts_at + elapsed_s)

    async def _begin(self) -> None:
        script = self.script
        self._scene = await asyncio.to_thread(Scene, script, self._timetable)
        self._performances += 1
        self._polled_at = script.starts_at - script.warm_up_s - script.poll_s
        self.at = float(script.starts_at)
        self.api.view.forget_all()
        self.api.streams.overrides.apply(self.at)
        await self._go_on(float(script.starts_at))

    async def _go_on(self, until: float) -> None:
        while (due := self._polled_at + self.script.poll_s) <= until:
            told = await asyncio.to_thread(self._scene.poll, due)
            self._polled_at = due
            self._take(told)
        self.at = until
        self._look_again()

    def _take(self, told: Told) -> None:
        """Put a poll before the API, as serving and its watch of the store do."""
        view, hub = self.api.view, self.api.streams.hub
        self.at = float(told.at)
        view.take_feeds({told.status.feed: told.status}, told.at)
        if told.alerts is not None:
            view.said.read = {told.alerts.feed: told.alerts}
        self.api.streams.overrides.apply(self.at)
        for forecasts in told.lines:
            self._offset += 1
            watermark = Watermark(self._performances, 0, self._offset)
            view.take_line(watermark, forecasts)
            hub.feed(
                forecasts.line_group,
                self._offset,
                LineValue(watermark, forecasts.computed_at, encode_public(forecasts), b""),
            )

    def _look_again(self) -> None:
        """Answers that were rendered are of another moment."""
        self.api.streams.overrides.apply(self.at)
        self.api.view.rendered.drop_all()
