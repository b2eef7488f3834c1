"""What partners hold to: within one date the contract is only added to."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from api.contract import VERSION, read_contract
from api.contract.breaks import list_breaks

City = Any
Contract = dict[str, Any]
ARRIVALS = "/v1/stops/{stop_id}/arrivals"


def test_nothing_was_taken_away_since_the_contract_was_published(city: City) -> None:
    described = city.api.application.openapi()
    assert described["info"]["version"] == VERSION
    breaks = list(list_breaks(read_contract(), described))
    assert breaks == [], "give the API a new VERSION and write its contract: headway contract describe"


def _parameter(contract: Contract, name: str) -> Contract:
    parameters = contract["paths"][ARRIVALS]["get"]["parameters"]
    found: Contract = next(each for each in parameters if each["name"] == name)
    return found


def _members(contract: Contract, schema: str) -> Contract:
    found: Contract = contract["components"]["schemas"][schema]["properties"]
    return found


BREAKS: dict[str, Callable[[Contract], object]] = {
    "a path is gone": lambda told: told["paths"].pop("/v1/lines"),
    "a method is gone": lambda told: told["paths"]["/v1/arrivals"].pop("post"),
    "a parameter is gone": lambda told: told["paths"][ARRIVALS]["get"]["parameters"].pop(),
    "a parameter takes less": lambda told: _parameter(told, "limit")["schema"].update(maximum=10),
    "a parameter means something else unsaid": lambda told: _parameter(told, "limit")["schema"].update(default=1),
    "a parameter is needed": lambda told: told["paths"][ARRIVALS]["get"]["parameters"].append(
        {"in": "query", "name": "x", "required": True, "schema": {"type": "string"}}
    ),
    "a status is gone": lambda told: told["paths"][ARRIVALS]["get"]["responses"].pop("404"),
    "a form is gone": lambda told: told["paths"]["/v1/siri/stop-monitoring.{form}"]["get"]["responses"]["200"][
        "content"
    ].pop("application/xml"),
    "a schema is gone": lambda told: told["components"]["schemas"].pop("Arrival"),
    "a member is gone": lambda told: _members(told, "Arrival").pop("expected_at"),
    "a member is something else": lambda told: _members(told, "Arrival").update(stops_away={"type": "string"}),
    "a member may be missing": lambda told: told["components"]["schemas"]["Arrival"]["required"].remove("basis"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_contract_that_takes_something_away_needs_a_new_date(broken: str) -> None:
    later = copy.deepcopy(read_contract())
    BREAKS[broken](later)
    assert list(list_breaks(read_contract(), later))


def test_what_is_added_breaks_nobody() -> None:
    later = copy.deepcopy(read_contract())
    later["paths"]["/v1/more"] = later["paths"]["/v1/lines"]
    _members(later, "Arrival")["more"] = {"type": "string"}
    later["paths"][ARRIVALS]["get"]["parameters"].append({"in": "query", "name": "x", "schema": {"type": "string"}})
    _parameter(later, "limit")["schema"]["maximum"] = 1000
    assert list(list_breaks(read_contract(), later)) == []
