"""Situation Exchange: what is said to riders, from ``/v1/alerts``."""

from collections.abc import Iterable
from typing import Final

from api.alerts.write_alerts import UNDETERMINED
from api.siri.journey import Fields
from api.siri.services import PRODUCER
from api.siri.tree import Tree, known

SEVERITIES: Final = {
    "unknown_severity": "unknown",
    "info": "noImpact",
    "warning": "normal",
    "severe": "severe",
}
CONDITIONS: Final = {
    "no_service": "cancelled",
    "reduced_service": "disrupted",
    "significant_delays": "delayed",
    "detour": "diverted",
    "additional_service": "additionalService",
    "modified_service": "altered",
    "stop_moved": "altered",
    "no_effect": "normalService",
}
"""GTFS-realtime's effects in SIRI's ServiceConditionEnumeration; what has no like there is ``unknown``."""

REASONS: Final = {
    "accident": "accident",
    "holiday": "holiday",
    "police_activity": "policeActivity",
    "medical_emergency": "emergencyServicesCall",
    "demonstration": "demonstration",
}
"""Causes that SIRI's MiscellaneousReason has a word for."""


def situation_exchange(alerts: Iterable[Fields], now: str) -> Tree:
    """Each alert as a PtSituationElement."""
    return [("Situations", [("PtSituationElement", _situation(alert, now)) for alert in alerts])]


def _situation(alert: Fields, now: str) -> Tree:
    periods: Tree = [
        ("ValidityPeriod", known(("StartTime", period["starts_at"] or now), ("EndTime", period["ends_at"])))
        for period in alert["active_periods"]
    ]
    started = min((period["starts_at"] for period in alert["active_periods"] if period["starts_at"]), default=now)
    reason = REASONS.get(alert["cause"])
    links: Tree = [("InfoLink", [("Uri", url)]) for url in alert["url"].values()]
    affects = _affects(alert["informed"])
    return [
        ("CreationTime", started),
        ("ParticipantRef", PRODUCER),
        ("SituationNumber", alert["id"]),
        ("Source", [("SourceType", "other" if alert["source"] == "headway" else "feed")]),
        *(periods or [("ValidityPeriod", [("StartTime", now)])]),
        ("MiscellaneousReason", reason) if reason else ("UndefinedReason", alert["cause"]),
        ("Severity", SEVERITIES.get(alert["severity"], "unknown")),
        *((f"Summary|{_language(code)}", words) for code, words in alert["header"].items()),
        *((f"Description|{_language(code)}", words) for code, words in alert["description"].items()),
        *known(("InfoLinks", links), ("Affects", affects)),
        (
            "Consequences",
            [
                (
                    "Consequence",
                    [
                        ("Condition", CONDITIONS.get(alert["effect"], "unknown")),
                        ("Severity", SEVERITIES.get(alert["severity"], "unknown")),
                    ],
                )
            ],
        ),
    ]


def _language(code: str) -> str:
    return "" if code == UNDETERMINED else code


def _affects(informed: Iterable[Fields]) -> Tree:
    lines: dict[str, None] = {}
    stops: dict[str, None] = {}
    journeys: dict[tuple[str, str], None] = {}
    for each in informed:
        if each["trip_id"]:
            journeys[each["trip_id"], each["service_date"] or ""] = None
        elif each["line_id"]:
            lines[each["line_id"]] = None
        if each["stop_id"]:
            stops[each["stop_id"]] = None
    networks: Tree = [("AffectedNetwork", [("AffectedLine", [("LineRef", line)])]) for line in lines]
    points: Tree = [("AffectedStopPoint", [("StopPointRef", stop)]) for stop in stops]
    return known(
        ("Networks", networks),
        ("StopPoints", points),
        ("VehicleJourneys", [("AffectedVehicleJourney", _journey(*journey)) for journey in journeys]),
    )


def _journey(trip: str, date: str) -> Tree:
    if not date:
        return [("VehicleJourneyRef", trip)]
    return [("FramedVehicleJourneyRef", [("DataFrameRef", date), ("DatedVehicleJourneyRef", trip)])]
