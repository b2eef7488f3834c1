"""Every call of the API. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from headway_client.calls.accuracy import (
    AccuracyCalls,
    AsyncAccuracyCalls,
)

from headway_client.calls.alerts import (
    AlertsCalls,
    AsyncAlertsCalls,
)

from headway_client.calls.answers import (
    AnswersCalls,
    AsyncAnswersCalls,
)

from headway_client.calls.archive import (
    ArchiveCalls,
    AsyncArchiveCalls,
)

from headway_client.calls.arrivals import (
    ArrivalsCalls,
    AsyncArrivalsCalls,
)

from headway_client.calls.audit import (
    AuditCalls,
    AsyncAuditCalls,
)

from headway_client.calls.city import (
    CityCalls,
    AsyncCityCalls,
)

from headway_client.calls.coverage import (
    CoverageCalls,
    AsyncCoverageCalls,
)

from headway_client.calls.feeds import (
    FeedsCalls,
    AsyncFeedsCalls,
)

from headway_client.calls.gtfs_realtime import (
    GtfsRealtimeCalls,
    AsyncGtfsRealtimeCalls,
)

from headway_client.calls.lines import (
    LinesCalls,
    AsyncLinesCalls,
)

from headway_client.calls.me import (
    MeCalls,
    AsyncMeCalls,
)

from headway_client.calls.nearby import (
    NearbyCalls,
    AsyncNearbyCalls,
)

from headway_client.calls.passages import (
    PassagesCalls,
    AsyncPassagesCalls,
)

from headway_client.calls.products import (
    ProductsCalls,
    AsyncProductsCalls,
)

from headway_client.calls.replays import (
    ReplaysCalls,
    AsyncReplaysCalls,
)

from headway_client.calls.runs import (
    RunsCalls,
    AsyncRunsCalls,
)

from headway_client.calls.siri import (
    SiriCalls,
    AsyncSiriCalls,
)

from headway_client.calls.static import (
    StaticCalls,
    AsyncStaticCalls,
)

from headway_client.calls.stops import (
    StopsCalls,
    AsyncStopsCalls,
)

from headway_client.calls.stream_ticket import (
    StreamTicketCalls,
    AsyncStreamTicketCalls,
)

from headway_client.calls.usage import (
    UsageCalls,
    AsyncUsageCalls,
)

from headway_client.calls.vehicles import (
    VehiclesCalls,
    AsyncVehiclesCalls,
)

from headway_client.calls.webhooks import (
    WebhooksCalls,
    AsyncWebhooksCalls,
)


class Headway(
    AccuracyCalls,
    AlertsCalls,
    AnswersCalls,
    ArchiveCalls,
    ArrivalsCalls,
    AuditCalls,
    CityCalls,
    CoverageCalls,
    FeedsCalls,
    GtfsRealtimeCalls,
    LinesCalls,
    MeCalls,
    NearbyCalls,
    PassagesCalls,
    ProductsCalls,
    ReplaysCalls,
    RunsCalls,
    SiriCalls,
    StaticCalls,
    StopsCalls,
    StreamTicketCalls,
    UsageCalls,
    VehiclesCalls,
    WebhooksCalls,
):
    """Every call of the API; see `Transport` for keys, retries and what is raised."""


class AsyncHeadway(
    AsyncAccuracyCalls,
    AsyncAlertsCalls,
    AsyncAnswersCalls,
    AsyncArchiveCalls,
    AsyncArrivalsCalls,
    AsyncAuditCalls,
    AsyncCityCalls,
    AsyncCoverageCalls,
    AsyncFeedsCalls,
    AsyncGtfsRealtimeCalls,
    AsyncLinesCalls,
    AsyncMeCalls,
    AsyncNearbyCalls,
    AsyncPassagesCalls,
    AsyncProductsCalls,
    AsyncReplaysCalls,
    AsyncRunsCalls,
    AsyncSiriCalls,
    AsyncStaticCalls,
    AsyncStopsCalls,
    AsyncStreamTicketCalls,
    AsyncUsageCalls,
    AsyncVehiclesCalls,
    AsyncWebhooksCalls,
):
    """Every call of the API; see `AsyncTransport` for keys, retries and what is raised."""


__all__ = [
    "AsyncHeadway",
    "Headway",
]
