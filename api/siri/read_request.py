"""A SIRI request document: what it asks for, as the parameters of SIRI Lite."""

import xml.etree.ElementTree as ET
from typing import Final, NamedTuple
from urllib.parse import urlencode

from api.ids import ID_CHARACTERS_MAX
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal

EXAMPLE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Siri xmlns="http://www.siri.org.uk/siri" version="2.0"><ServiceRequest>
<StopMonitoringRequest version="2.0"><MonitoringRef>town:B</MonitoringRef></StopMonitoringRequest>
</ServiceRequest></Siri>"""
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


class _NoDocumentType(ET.TreeBuilder):
    """Builds the tree of a document in any encoding, and refuses one that could define entities."""

    def doctype(self, _name: str, _pubid: str, _system: str) -> None:
        raise Refusal(INVALID_PARAMETER, "The request declares a document type; a SIRI request needs none.")


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
        Refusal: it is no XML, declares a document type, asks for nothing that is served, or by too long a word.
    """
    try:
        root = ET.fromstring(body, ET.XMLParser(target=_NoDocumentType()))  # noqa: S314 - no entities, 64 KiB
    except ET.ParseError as wrong:
        raise Refusal(INVALID_PARAMETER, f"The request is no XML: {wrong}.") from None
    for element in root.iter():
        service = _SERVICES.get(_local(element.tag))
        if service is not None:
            found = {_local(each.tag): (each.text or "").strip() for each in element.iter()}
            asked = {name: found[name] for name in _PARAMETERS[service] if found.get(name)}
            for name, said in asked.items():
                if len(said) > ID_CHARACTERS_MAX:
                    raise Refusal(INVALID_PARAMETER, f"{name}: more than {ID_CHARACTERS_MAX} characters.")
            return SiriRequest(service, asked)
    served = ", ".join(_SERVICES)
    raise Refusal(INVALID_PARAMETER, f"The request asks for nothing that is served: {served}.")


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
