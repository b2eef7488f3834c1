"""The same figures for Prometheus, read when they are scraped."""

from collections.abc import Iterator
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.feeds.endpoints import feed_state
from api.operations.figures import ages_s
from api.streaming.build import Streams
from api.view.freshness import ViewState
from api.view.memory import View

_QUANTILES: Final = (("newest", 0.0), ("median", 0.5), ("oldest", 1.0))


class ViewCollector(Collector):
    """Reads one process's view."""

    def __init__(self, view: View, streams: Streams) -> None:
        self._view = view
        self._streams = streams

    def collect(self) -> Iterator[Metric]:
        """Every figure, with its unit in its name."""
        view, freshness, cache = self._view, self._view.freshness, self._view.rendered
        yield _gauge("headway_api_view_is_whole", "1 while the view is whole.", freshness.state is ViewState.WHOLE)
        yield _gauge("headway_api_lines", "Line groups with a value.", len(view.lines))
        yield _gauge("headway_api_vehicles", "Vehicles known.", len(view.vehicles))
        yield _gauge("headway_api_rendered_bytes", "Bytes of rendered answers kept.", cache.held_bytes)
        yield from self._stream_figures()
        yield self._line_ages()
        for name, help_text, count in (
            ("headway_api_announced_lines", "Values taken in on announcement.", freshness.announced),
            ("headway_api_caught_up_lines", "Values found without an announcement.", freshness.caught_up),
            ("headway_api_refused_values", "Stored values that could not be read.", freshness.undecodable),
            ("headway_api_store_losses", "Times the store was lost.", freshness.lost_count),
            ("headway_api_rendered_hits", "Requests answered from rendered bytes.", cache.hits),
            ("headway_api_renders", "Answers rendered.", cache.renders),
        ):
            yield CounterMetricFamily(name, help_text, value=count)
        yield self._source_failures()
        yield from self._feeds()

    def _stream_figures(self) -> Iterator[Metric]:
        hub, keeper = self._streams.hub, self._streams.keeper
        yield _gauge("headway_api_streams", "Streams open.", len(keeper))
        yield _gauge(
            "headway_api_stream_log_is_read", "1 once the last minutes of the log are read.", hub.ready.is_set()
        )
        yield _gauge("headway_api_stream_lines", "Line groups on the log of the last minutes.", len(hub.lines))
        ended = CounterMetricFamily("headway_api_streams_ended", "Streams cut, by problem.", labels=["problem"])
        for problem, count in keeper.ended.items():
            ended.add_metric([problem], count)
        yield ended

    def _source_failures(self) -> Metric:
        failures = CounterMetricFamily(
            "headway_api_source_failures",
            "Fetches of bike shares and station counts that failed.",
            labels=["of", "source"],
        )
        for kind, counted in (("bike_share", self._view.bikes.failures), ("counts", self._view.stations.failures)):
            for source, count in counted.items():
                failures.add_metric([kind, source], count)
        return failures

    def _line_ages(self) -> Metric:
        family = GaugeMetricFamily("headway_api_line_age_seconds", "Since a line's last poll.", labels=["of"])
        ages = ages_s(self._view)
        for name, part in _QUANTILES:
            if ages:
                family.add_metric([name], ages[int(part * (len(ages) - 1))])
        return family

    def _feeds(self) -> Iterator[Metric]:
        view = self._view
        up = GaugeMetricFamily("headway_feed_is_up", "1 while the feed is fetched.", labels=["feed"])
        lag = GaugeMetricFamily("headway_feed_lag_seconds", "Median age of reports at the poll.", labels=["feed"])
        refused = CounterMetricFamily("headway_feed_refused", "Reports refused.", labels=["feed", "reason"])
        for feed, status in view.feeds.items():
            up.add_metric([feed], feed_state(status, view.now(status.timetable)) == "up")
            if status.lag_s is not None:
                lag.add_metric([feed], status.lag_s)
            for reason, count in status.refused.items():
                refused.add_metric([feed, reason], count)
        yield from (up, lag, refused)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)
