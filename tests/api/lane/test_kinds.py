import pytest

from api.lane.kinds import OTHER, kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (b"/v1/stops/city%3As1/arrivals", b"arrivals"),
        (b"/v1/replays/r1/stops/city%3As1/arrivals", b"arrivals"),
        (b"/v1/replays/r1/accuracy", b"accuracy"),
        (b"/v1/replays/r1/me", OTHER),
        (b"/v1/replays/r1", OTHER),
        (b"/v1/replays", OTHER),
        (b"/v1/me", b"me"),
    ],
)
def test_what_lies_below_a_replay_is_of_the_live_services_kind_and_never_a_partners_own(
    path: bytes, kind: bytes
) -> None:
    assert kind_of(path) == kind
