"""A SIRI request document: what it asks for, as the parameters of SIRI Lite."""

import xml.etree.ElementTree as ET
from typing import Final, NamedTuple
from urllib.parse import urlencode

from api.problems import INVALID_PARAMETER
from api.refusal import Refusal

BODY_MAX: Final = 65_536
EXAMPLE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Siri xmlns="http://www.siri.org.uk/siri" version="2.0"><ServiceRequest>
<StopMonitoringRequest version="2.0"><MonitoringRef>town:B</MonitoringRef></StopMonitoringRequest>
</ServiceRequest></Siri>"""
_NOTHING_OF: Final = (b"<!DOCTYPE", b"<!ENTITY")
_SERVICES: Final = {
    "StopMonitoringRequest": "stop-monitoring",
    "VehicleMonitoringRequest": "vehicle-monitoring",
    "EstimatedTimetableRequest": "estimated-timetable",
    "SituationExchangeRequest": "situation-exchange",
}
_PARAMETERS: Final = {
    "stop-monitoring": ("MonitoringRef", "LineRef", "DirectionRef", "MaximumStopVisits", "PreviewInterval"),
    "vehicle-monitoring": ("LineRef",),
    "estimated-timetable": ("LineRef",),
    "situation-exchange": ("LineRef",),
}


class SiriRequest(NamedTuple):
    """One service (as it stands in its path) and its parameters by name."""

    service: str
    parameters: dict[str, str]

    @property
    def path(self) -> str:
        """The path of the same request in SIRI Lite."""
        return f"/v1/siri/{self.service}.xml"

    @property
    def query(self) -> bytes:
        """Its query string."""
        return urlencode(self.parameters).encode()


def read_request(body: bytes) -> SiriRequest:
    """Read a ``Siri/ServiceRequest`` document; names of elements count, whatever their namespace.

    Raises:
        Refusal: it is too large, no XML, declares a document type, or asks for nothing that is served.
    """
    if len(body) > BODY_MAX:
        raise Refusal(INVALID_PARAMETER, f"The request has {len(body)} bytes; {BODY_MAX} at most.")
    if any(mark in body.upper() for mark in _NOTHING_OF):
        raise Refusal(INVALID_PARAMETER, "The request declares a document type; a SIRI request needs none.")
    try:
        root = ET.fromstring(body)  # noqa: S314 - no document type, no entities, 64 KiB
    except ET.ParseError as wrong:
        raise Refusal(INVALID_PARAMETER, f"The request is no XML: {wrong}.") from None
    for element in root.iter():
        service = _SERVICES.get(_local(element.tag))
        if service is not None:
            found = {_local(each.tag): (each.text or "").strip() for each in element.iter()}
            return SiriRequest(service, {name: found[name] for name in _PARAMETERS[service] if found.get(name)})
    served = ", ".join(_SERVICES)
    raise Refusal(INVALID_PARAMETER, f"The request asks for nothing that is served: {served}.")


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
