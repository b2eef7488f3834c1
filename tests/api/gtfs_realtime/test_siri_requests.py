"""SIRI by request documents: the same answers as SIRI Lite's."""

import re
from typing import Any

import pytest

City = Any

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Siri xmlns="http://www.siri.org.uk/siri" version="2.0"><ServiceRequest>
<RequestTimestamp>2026-02-16T08:00:00-05:00</RequestTimestamp><RequestorRef>test</RequestorRef>
{}</ServiceRequest></Siri>"""


def _same(text: str) -> str:
    return re.sub(r"<ResponseTimestamp>[^<]*</ResponseTimestamp>", "", text)


@pytest.mark.parametrize(
    ("document", "lite"),
    [
        (
            "<StopMonitoringRequest><MonitoringRef>town:B</MonitoringRef><LineRef>town:1</LineRef></StopMonitoringRequest>",
            "stop-monitoring.xml?MonitoringRef=town:B&LineRef=town:1",
        ),
        (
            "<VehicleMonitoringRequest version='2.0'><LineRef>town:1</LineRef></VehicleMonitoringRequest>",
            "vehicle-monitoring.xml?LineRef=town:1",
        ),
        (
            "<EstimatedTimetableRequest><Lines><LineRef>town:1</LineRef></Lines></EstimatedTimetableRequest>",
            "estimated-timetable.xml?LineRef=town:1",
        ),
        ("<SituationExchangeRequest version='2.0'/>", "situation-exchange.xml"),
    ],
)
async def test_a_request_document_is_answered_as_the_same_request_of_siri_lite(
    city: City, client: Any, document: str, lite: str
) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    posted = await client.post("/v1/siri", content=DOCUMENT.format(document).encode())
    assert posted.status_code == 200, posted.text
    assert posted.headers["content-type"] == "application/xml"
    assert _same(posted.text) == _same((await client.get(f"/v1/siri/{lite}")).text)


async def test_siri_lite_tells_flags_and_numbers_as_json_has_them(city: City, client: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    told = (await client.get("/v1/siri/stop-monitoring.json?MonitoringRef=town:B&LineRef=town:1")).json()
    delivery = told["Siri"]["ServiceDelivery"]
    visits = delivery["StopMonitoringDelivery"][0]["MonitoredStopVisit"]
    assert (delivery["Status"], delivery["MoreData"]) == (True, False)
    assert visits
    for journey in (visit["MonitoredVehicleJourney"] for visit in visits):
        call = journey["MonitoredCall"]
        assert isinstance(journey["Monitored"], bool)
        assert isinstance(call["VehicleAtStop"], bool)
        assert isinstance(call["Order"], int)
        assert isinstance(journey["DirectionRef"], str)
        assert journey["DestinationName"] == journey["DirectionName"]


async def test_two_documents_are_not_taken_for_one_another(city: City, client: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    ask = "<StopMonitoringRequest><MonitoringRef>town:{}</MonitoringRef></StopMonitoringRequest>"
    told = [(await client.post("/v1/siri", content=DOCUMENT.format(ask.format(stop)).encode())).text for stop in "BC"]
    assert "town:C" not in told[0].partition("<MonitoringRef>")[2].partition("</MonitoringRef>")[0]
    assert told[0] != told[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Siri",
        b"<Siri/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><Siri>&x;</Siri>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><Siri>&x;</Siri>".encode("utf-16"),
        DOCUMENT.format(
            f"<VehicleMonitoringRequest><LineRef>{'1' * 301}</LineRef></VehicleMonitoringRequest>"
        ).encode(),
        DOCUMENT.format(
            "<StopMonitoringRequest><MonitoringRef>town:B</MonitoringRef>"
            f"<MaximumStopVisits>{'1' * 5000}</MaximumStopVisits></StopMonitoringRequest>"
        ).encode(),
        b"<Siri><ServiceRequest><StopMonitoringRequest/></ServiceRequest></Siri>",
    ],
)
@pytest.mark.usefixtures("city")
async def test_a_document_that_asks_for_nothing_is_refused_with_a_reason(client: Any, body: bytes) -> None:
    answered = await client.post("/v1/siri", content=body)
    assert answered.status_code == 422
    assert answered.json()["detail"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_a_document_type_is_refused_as_such_in_any_encoding(client: Any, encoding: str) -> None:
    asks = DOCUMENT.replace("<Siri ", "<!DOCTYPE Siri><Siri ").partition("?>")[2]
    answered = await client.post("/v1/siri", content=asks.format("<SituationExchangeRequest/>").encode(encoding))
    assert "document type" in answered.json()["detail"]
