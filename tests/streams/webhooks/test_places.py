"""Places: what lags leaves its own to those who answer."""

from streams.webhooks.places import AT_ONCE, AT_ONCE_SLOW, SLOW_KEPT, Places


def test_an_endpoint_that_lags_takes_no_place_of_those_who_answer_until_it_answers_in_time() -> None:
    places = Places()
    places.take("a")
    places.take("b")
    assert (places.free, places.free_slow) == (AT_ONCE - 2, AT_ONCE_SLOW)
    places.lag("a")
    assert (places.free, places.free_slow, places.slow()) == (AT_ONCE - 1, AT_ONCE_SLOW - 1, frozenset("a"))
    places.give_back("a", was_quick=False)
    assert (places.free_slow, places.slow()) == (AT_ONCE_SLOW, frozenset("a"))
    places.take("a")
    places.give_back("a", was_quick=True)
    assert places.slow() == frozenset()


def test_slow_endpoints_are_forgotten_from_the_longest_ago_on() -> None:
    places = Places()
    for number in range(SLOW_KEPT + 1):
        places.lag(f"w{number}")
    assert len(places.slow()) == SLOW_KEPT
    assert "w0" not in places.slow()
