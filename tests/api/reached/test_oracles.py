"""The past is no oracle: of what a grant hides nobody learns by asking that it exists, or existed."""

from typing import Any

import pytest

from tests.api.reached.every_path import AS_OF, COMPUTED_AT
from transit.grants.area import Area, Box
from transit.grants.reach import Reach

LINE_1 = Reach(areas=(Area(lines=frozenset({"town:1"})),))
NORTH = Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),))
"""Stops C and D of line 1 lie in it, A and B do not; nor does any vehicle."""
NAMELESS = Reach(fields=frozenset({"expected"}))
NEVER = "as_of=2026-02-10T13:00:00Z"
"""Nothing was recorded then."""

PAST = (
    (LINE_1, "/v1/lines/town:{}/vehicles?", "2", "zz"),
    (LINE_1, "/v1/runs/town:{}:20260216?", "t2-0", "t9-9"),
    (LINE_1, "/v1/vehicles/town:{}?", "v-two", "v-none"),
    (NAMELESS, "/v1/vehicles/town:{}?", "v-one", "v-none"),
    (NORTH, "/v1/vehicles/town:{}?", "v-one", "v-none"),
    (NORTH, "/v1/stops/town:{}/arrivals?", "A", "Z"),
    (LINE_1, "/v1/arrivals?lines=town:{}&", "2", "zz"),
    (LINE_1, "/v1/arrivals?vehicles=town:{}&", "v-two", "v-none"),
    (NORTH, "/v1/arrivals?stops=town:{}&", "A", "Z"),
)
ANSWERS = (
    (LINE_1, "town:{}:20260216@20@%d", "t2-0", "t9-9"),
    (LINE_1, "town:{}:20260216@20@0", "t2-0", "t9-9"),
    (NORTH, "town:{}@%d", "t1-12:20260216@20", "t1-12:20260216@999"),
)


def _told(answered: Any, named: str) -> tuple[int, str]:
    local = named.removeprefix("town:")
    return answered.status_code, answered.text.replace(f"town:{local}", "…").replace(f"'{local}'", "…")


@pytest.mark.parametrize(("reach", "path", "hidden", "absent"), PAST)
@pytest.mark.usefixtures("whole")
async def test_what_is_hidden_was_never_there(asked: Any, reach: Reach, path: str, hidden: str, absent: str) -> None:
    for moment in (AS_OF, NEVER):
        told = [_told(await asked(path.format(named) + moment, reach), named) for named in (hidden, absent)]
        assert told[0] == told[1]
    assert (await asked(path.format(hidden) + AS_OF)).status_code == 200


@pytest.mark.parametrize(("reach", "answer", "hidden", "absent"), ANSWERS)
@pytest.mark.usefixtures("whole")
async def test_an_answer_that_is_hidden_is_kept_no_more_than_one_that_never_was(
    asked: Any, reach: Reach, answer: str, hidden: str, absent: str
) -> None:
    path = "/v1/answers/" + (answer % COMPUTED_AT if "%d" in answer else answer)
    told = [_told(await asked(path.format(named), reach), named) for named in (hidden, absent)]
    assert told[0] == told[1]
    assert told[0][0] == 404
    assert (await asked(path.format(hidden))).status_code == 200
