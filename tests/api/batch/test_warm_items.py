"""Items kept written for partners who ask for the same again and again."""

from typing import Any

import pytest

from api.batch.pieces import make_piece
from api.batch.warm_items import FORGET_AFTER_S, RENEW_AFTER_S, WARM_S, Made, WarmItems
from api.problems import UNKNOWN_STOP
from api.refusal import Refusal

City = Any
TARGET = b"stop town:B"


class Writer:
    """Writes the same item anew each time."""

    def __init__(self) -> None:
        self.written = 0
        self.is_gone = False

    def __call__(self) -> Made:
        if self.is_gone:
            raise Refusal(UNKNOWN_STOP, "It is gone.")
        self.written += 1
        return Made(make_piece(b"%d" % self.written), ("town:1",))


def _text(items: WarmItems, now: float) -> bytes | None:
    piece = items.find(TARGET, now)
    return None if piece is None else piece.plain()


@pytest.fixture
def written(city: City) -> tuple[WarmItems, Writer]:
    city.tell("1", city.run("t1-12", 1, 3))
    items, writer = WarmItems(), Writer()
    items.make(TARGET, city.view, writer, 100.0)
    return items, writer


def test_an_item_asked_for_once_is_told_for_a_second_and_until_its_line_says_something_new(
    city: City, written: tuple[WarmItems, Writer]
) -> None:
    items, _ = written
    assert (_text(items, 100.9), _text(items, 101.0)) == (b"1", None)
    items.make(TARGET, city.view, Writer(), 200.0)
    city.tell("1", city.run("t1-12", 2, 2))
    assert _text(items, 200.1) is None


def test_an_item_asked_for_again_is_told_while_it_is_kept_written(
    city: City, written: tuple[WarmItems, Writer]
) -> None:
    items, _ = written
    city.tell("1", city.run("t1-12", 2, 2))
    assert (_text(items, 102.0), _text(items, 100.0 + WARM_S)) == (b"1", None)


def test_nothing_is_told_from_before_an_override_or_another_timetable(
    city: City, written: tuple[WarmItems, Writer]
) -> None:
    items, _ = written
    assert _text(items, 102.0) == b"1"
    city.view.rendered.drop_all()
    assert _text(items, 102.1) is None


def test_what_is_asked_for_again_is_renewed_and_the_rest_is_let_go(
    city: City, written: tuple[WarmItems, Writer]
) -> None:
    items, writer = written
    items.make(b"other", city.view, Writer(), 100.0)
    _text(items, 102.0)
    for target in list(items._due(100.0 + RENEW_AFTER_S)):
        items._renew(target, 100.0 + RENEW_AFTER_S)
    assert (len(items), writer.written) == (1, 2)
    late = 102.0 + FORGET_AFTER_S + 1
    for target in list(items._due(late)):
        items._renew(target, late)
    assert len(items) == 0


def test_an_item_that_is_no_longer_there_is_let_go(written: tuple[WarmItems, Writer]) -> None:
    items, writer = written
    _text(items, 102.0)
    writer.is_gone = True
    items._renew(TARGET, 103.0)
    assert len(items) == 0
