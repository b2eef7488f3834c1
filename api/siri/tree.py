"""A SIRI document before it is written: elements in the order that its schema wants, the same for XML and JSON."""

from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import orjson

Value: TypeAlias = "str | bool | float | Tree"
Tree: TypeAlias = list[tuple[str, Value]]
"""Names and values; a name may bear the language of its words behind a bar: ``Summary|en``."""

NAMESPACE: Final = "http://www.siri.org.uk/siri"
VERSION: Final = "2.0"

_VERSIONED: Final = frozenset(
    {"Siri", "StopMonitoringDelivery", "VehicleMonitoringDelivery", "EstimatedTimetableDelivery"}
    | {"SituationExchangeDelivery"}
)
_REPEATED: Final = frozenset(
    {
        "StopMonitoringDelivery",
        "VehicleMonitoringDelivery",
        "EstimatedTimetableDelivery",
        "MonitoredStopVisit",
        "VehicleActivity",
        "EstimatedJourneyVersionFrame",
        "EstimatedVehicleJourney",
        "EstimatedCall",
        "PublishedLineName",
        "DirectionName",
        "DestinationName",
        "StopPointName",
        "VehicleJourneyName",
        "SituationExchangeDelivery",
        "PtSituationElement",
        "ValidityPeriod",
        "Summary",
        "Description",
        "InfoLink",
        "AffectedNetwork",
        "AffectedStopPoint",
        "AffectedVehicleJourney",
        "Consequence",
    }
)
"""Elements that may stand more than once: always a list in JSON."""


def known(*elements: tuple[str, object]) -> Tree:
    """Elements without those of which nothing is known."""
    return [
        (name, value if isinstance(value, (list, bool, int, float)) else str(value))
        for name, value in elements
        if value is not None and value != []
    ]


def write_xml(document: Tree) -> bytes:
    """The document as XML; a time, a number and a name look alike in it."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(document, parts)
    return "".join(parts).encode()


def _write(elements: Tree, parts: list[str]) -> None:
    for said, value in elements:
        name, _, language = said.partition("|")
        attributes = f' version="{VERSION}"' if name in _VERSIONED else ""
        if language:
            attributes = f" xml:lang={quoteattr(language)}"
        if name == "Siri":
            attributes = f' xmlns="{NAMESPACE}"{attributes}'
        parts.append(f"<{name}{attributes}>")
        if isinstance(value, list):
            _write(value, parts)
        elif isinstance(value, bool):
            parts.append("true" if value else "false")
        else:
            parts.append(escape("".join(mark for mark in str(value) if mark >= " ")))
        parts.append(f"</{name}>")


def write_json(document: Tree) -> bytes:
    """The document as SIRI Lite: the elements' names, lists where one may be repeated, JSON's own flags and numbers."""
    return orjson.dumps(_to_json(document))


def _to_json(elements: Tree) -> dict[str, object]:
    told: dict[str, object] = {}
    for said, value in elements:
        name, _, language = said.partition("|")
        member: object = _to_json(value) if isinstance(value, list) else value
        if language:
            member = {"lang": language, "value": member}
        if name in _REPEATED:
            kept = told.setdefault(name, [])
            if isinstance(kept, list):
                kept.append(member)
        else:
            told[name] = member
    return told
