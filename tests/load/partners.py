"""Partners as they really behave, as locust users."""

import time
from typing import ClassVar

from locust import between, constant_pacing, task
from locust.contrib.fasthttp import FastHttpUser

from tests.load.city_facts import CityFacts
from tests.load.tally import NOT_MODIFIED, TOO_MANY, Tally


class Partner(FastHttpUser):
    """What all partners share: a key of a plan, and a tally of what came back."""

    abstract = True
    connection_timeout = 5.0
    network_timeout = 10.0
    city: ClassVar[CityFacts]
    tally: ClassVar[Tally]
    keys: ClassVar[list[tuple[str, str]]]
    started: ClassVar[int] = 0

    def on_start(self) -> None:
        self.plan, self.key = self.keys[type(self).started % len(self.keys)]
        type(self).started += 1
        self.tags: dict[str, str] = {}

    def ask(self, path: str, *, kind: str, with_tag: bool = False) -> int:
        """One request; its status, 0 where nothing answered. 304 and 429 are answers, not failures."""
        headers = {"X-API-Key": self.key, "Accept-Encoding": "gzip"}
        if with_tag and path in self.tags:
            headers["If-None-Match"] = self.tags[path]
        began = time.perf_counter()
        with self.client.get(path, headers=headers, name=kind, catch_response=True) as answer:
            status = int(answer.status_code or 0)
            self.tally.note(self.plan, type(self).__name__, status, 1000 * (time.perf_counter() - began))
            if status in (NOT_MODIFIED, TOO_MANY):
                answer.success()
            if with_tag and "etag" in answer.headers:
                self.tags[path] = answer.headers["etag"]
            self.retry_after_s = float(answer.headers.get("retry-after") or 1) if status == TOO_MANY else 0.0
        return status


class OneStopPoller(Partner):
    """A display at a stop, or a rider with one stop open: the same question over and over, no tags."""

    weight = 5
    wait_time = between(4, 10)

    def on_start(self) -> None:
        super().on_start()
        self.stop_id = self.city.draw_stop()

    @task
    def look(self) -> None:
        self.ask(f"/v1/stops/{self.stop_id}/arrivals", kind="one stop")


class ThriftyPoller(Partner):
    """A partner's server that asks for its riders' stops with tags, often, and waits when told to."""

    weight = 4
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        super().on_start()
        self.stops = [self.city.draw_stop() for _ in range(4)]
        self.turn = 0
        self.quiet_until = 0.0

    @task
    def look(self) -> None:
        if time.monotonic() < self.quiet_until:
            return
        self.turn += 1
        stop = self.stops[self.turn % len(self.stops)]
        if self.ask(f"/v1/stops/{stop}/arrivals?per_line=2", kind="with tags", with_tag=True) == TOO_MANY:
            self.quiet_until = time.monotonic() + self.retry_after_s


class MapPanner(Partner):
    """A rider who drags a map about: stops near its middle, the vehicles of the lines in view, now and then a stop."""

    weight = 3
    wait_time = between(2, 6)

    @task
    def pan(self) -> None:
        latitude, longitude = self.city.draw_place()
        self.ask(f"/v1/stops?near={latitude},{longitude}&radius_m=500", kind="near")
        for line in self.city.draw_lines(4):
            self.ask(f"/v1/lines/{line}/vehicles", kind="vehicles", with_tag=True)
        self.ask(f"/v1/stops/{self.city.draw_stop()}/arrivals", kind="one stop")


class Overrunner(Partner):
    """A partner with a bug: asks without a pause and takes no notice of refusals. It has a key of its own."""

    fixed_count = 1
    wait_time = constant_pacing(0.004)

    @task
    def hammer(self) -> None:
        self.ask(f"/v1/stops/{self.city.draw_stop()}/arrivals", kind="overrun")
