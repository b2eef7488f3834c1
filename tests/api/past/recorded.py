"""What a recorder keeps of a view, and how a moment of it is named."""

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from runtime.recordings.kept_values import ALERTS, FEEDS, LINES, KeptValues
from schemas.feed_status import encode_feed_status
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, encode_line_value
from schemas.service_alerts import encode_feed_alerts
from streams.recorder.record_answers import alerts_of, state_of, value_of

City = Any


def written(at: float) -> str:
    return datetime.fromtimestamp(at, ZoneInfo("America/New_York")).isoformat()


def record(city: City, archive: Path) -> None:
    """Keep what the view knows, as the recorder does."""
    kept = {LINES: [], FEEDS: [], ALERTS: []}  # type: ignore[var-annotated]
    for key, line in city.view.lines.items():
        public = encode_public(city.view._written[key])
        packed = encode_line_value(LineValue(line.watermark, line.forecasts.computed_at, public, b"private"))
        kept[LINES] += value_of(SimpleNamespace(key=key.encode(), value=packed, timestamp=int(city.now * 1000)))
    for feed, status in city.view.feeds.items():
        kept[FEEDS] += state_of(SimpleNamespace(key=feed.encode(), value=encode_feed_status(status)))
    for feed, said in city.view.said.read.items():
        kept[ALERTS] += alerts_of(SimpleNamespace(key=feed.encode(), value=encode_feed_alerts(said)))
    for folder, values in kept.items():
        table = KeptValues(archive / folder, carries=folder != LINES)
        table.add(values)
        table.flush(int(city.now), {0: 1})
