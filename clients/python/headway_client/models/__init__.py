"""The types of all answers. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from headway_client.models.accuracy import (
    Accuracy,
    AccuracyAnswer,
    Censoring,
    HorizonAccuracy,
    HourAccuracy,
    LineAccuracy,
)

from headway_client.models.alerts import (
    ActivePeriod,
    AlertTold,
    AlertsAnswer,
    Informed,
)

from headway_client.models.answers import (
    AnswerExplained,
    Happened,
    Matched,
    ReportSeen,
    ServedThen,
    StopThere,
    ToldAgain,
)

from headway_client.models.arrivals import (
    BatchAnswer,
    BatchItem,
    BatchRequest,
    LineRuns,
)

from headway_client.models.city import (
    CityAnswer,
    CityRun,
)

from headway_client.models.coverage import (
    CoverageAnswer,
    GroupCoverage,
    LineCoverage,
)

from headway_client.models.feeds import (
    Feed,
    FeedsAnswer,
    TimetableState,
)

from headway_client.models.gtfs_realtime import (
    FeedAnswer,
    FeedKind,
)

from headway_client.models.health import (
    Liveness,
    Readiness,
)

from headway_client.models.lines import (
    ConditionsAnswer,
    CrowdingNow,
    Direction,
    DirectionConditions,
    Headways,
    HeadwaysNow,
    LineDetail,
    LineSummary,
    LinesAnswer,
    Pattern,
    PatternCall,
    SectionNow,
    ServiceLevel,
    VehiclesAnswer,
)

from headway_client.models.me import (
    CrosswalkDecision,
    CrosswalkDecisions,
    CrosswalkMatch,
    CrosswalkReport,
    CrosswalkState,
    CrosswalksAnswer,
    Grant,
    GrantAsked,
    GrantRequest,
    GrantedArea,
    GrantsAnswer,
    Key,
    KeyRestricted,
    KeyRotated,
    KeysAnswer,
    MeAnswer,
    Need,
    NeedPosted,
    NeedsAnswer,
    NewKey,
    Opening,
    RequestsAnswer,
    RestrictedKey,
    SentArea,
)

from headway_client.models.nearby import (
    NearbyAnswer,
    NearbyArrival,
    NearbyBikes,
    NearbyStop,
    OppositeStop,
)

from headway_client.models.passages import (
    PassageMade,
    PassagesAnswer,
)

from headway_client.models.replays import (
    Replay,
    ReplaysAnswer,
)

from headway_client.models.runs import (
    Term,
    WhyAnswer,
    WhyLeg,
)

from headway_client.models.shared import (
    Arrival,
    ArrivalsAnswer,
    CarriageCrowding,
    CarriageOccupancy,
    ClassProbabilities,
    Crowding,
    Datum,
    Headway,
    Line,
    LineOfPast,
    Occupancy,
    Partner,
    PlanTerms,
    Problem,
    RestsOn,
    RunAnswer,
    RunCall,
    Stop,
    StopName,
    Vehicle,
    Warned,
)

from headway_client.models.siri import (
    SiriAnswer,
)

from headway_client.models.static import (
    StaticChanges,
    StaticFile,
    StaticVersion,
    StaticVersions,
)

from headway_client.models.stops import (
    DestinationDay,
    EndDeparture,
    FirstLastAnswer,
    FoundStop,
    PlatformCrowding,
    StationCrowding,
    StationCrowdingAnswer,
    StopDetail,
    StopsAnswer,
)

from headway_client.models.stream import (
    StaticEvent,
    StreamEvent,
    StreamedCall,
    StreamedLine,
    StreamedRun,
)

from headway_client.models.stream_ticket import (
    TicketAnswer,
)

from headway_client.models.usage import (
    Advice,
    GrantUsage,
    StatementAnswer,
    StatementLine,
    UsageAnswer,
    UsageNow,
    UsageOf,
    UsageSums,
    UsageWindow,
)

from headway_client.models.vehicles import (
    VehicleAnswer,
)

from headway_client.models.webhooks import (
    ReplayWanted,
    WebhookWanted,
)

__all__ = [
    "Accuracy",
    "AccuracyAnswer",
    "ActivePeriod",
    "Advice",
    "AlertTold",
    "AlertsAnswer",
    "AnswerExplained",
    "Arrival",
    "ArrivalsAnswer",
    "BatchAnswer",
    "BatchItem",
    "BatchRequest",
    "CarriageCrowding",
    "CarriageOccupancy",
    "Censoring",
    "CityAnswer",
    "CityRun",
    "ClassProbabilities",
    "ConditionsAnswer",
    "CoverageAnswer",
    "CrosswalkDecision",
    "CrosswalkDecisions",
    "CrosswalkMatch",
    "CrosswalkReport",
    "CrosswalkState",
    "CrosswalksAnswer",
    "Crowding",
    "CrowdingNow",
    "Datum",
    "DestinationDay",
    "Direction",
    "DirectionConditions",
    "EndDeparture",
    "Feed",
    "FeedAnswer",
    "FeedKind",
    "FeedsAnswer",
    "FirstLastAnswer",
    "FoundStop",
    "Grant",
    "GrantAsked",
    "GrantRequest",
    "GrantUsage",
    "GrantedArea",
    "GrantsAnswer",
    "GroupCoverage",
    "Happened",
    "Headway",
    "Headways",
    "HeadwaysNow",
    "HorizonAccuracy",
    "HourAccuracy",
    "Informed",
    "Key",
    "KeyRestricted",
    "KeyRotated",
    "KeysAnswer",
    "Line",
    "LineAccuracy",
    "LineCoverage",
    "LineDetail",
    "LineOfPast",
    "LineRuns",
    "LineSummary",
    "LinesAnswer",
    "Liveness",
    "Matched",
    "MeAnswer",
    "NearbyAnswer",
    "NearbyArrival",
    "NearbyBikes",
    "NearbyStop",
    "Need",
    "NeedPosted",
    "NeedsAnswer",
    "NewKey",
    "Occupancy",
    "Opening",
    "OppositeStop",
    "Partner",
    "PassageMade",
    "PassagesAnswer",
    "Pattern",
    "PatternCall",
    "PlanTerms",
    "PlatformCrowding",
    "Problem",
    "Readiness",
    "Replay",
    "ReplayWanted",
    "ReplaysAnswer",
    "ReportSeen",
    "RequestsAnswer",
    "RestrictedKey",
    "RestsOn",
    "RunAnswer",
    "RunCall",
    "SectionNow",
    "SentArea",
    "ServedThen",
    "ServiceLevel",
    "SiriAnswer",
    "StatementAnswer",
    "StatementLine",
    "StaticChanges",
    "StaticEvent",
    "StaticFile",
    "StaticVersion",
    "StaticVersions",
    "StationCrowding",
    "StationCrowdingAnswer",
    "Stop",
    "StopDetail",
    "StopName",
    "StopThere",
    "StopsAnswer",
    "StreamEvent",
    "StreamedCall",
    "StreamedLine",
    "StreamedRun",
    "Term",
    "TicketAnswer",
    "TimetableState",
    "ToldAgain",
    "UsageAnswer",
    "UsageNow",
    "UsageOf",
    "UsageSums",
    "UsageWindow",
    "Vehicle",
    "VehicleAnswer",
    "VehiclesAnswer",
    "Warned",
    "WebhookWanted",
    "WhyAnswer",
    "WhyLeg",
]
