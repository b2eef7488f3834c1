import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.timetable.compiled import Strings

_texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=20)


@given(_texts)
def test_texts_come_back_as_they_were_packed(texts: list[str]) -> None:
    packed = Strings.of(texts)
    assert list(packed) == texts
    assert [packed[row] for row in range(len(packed))] == texts
    assert packed[1:] == texts[1:]


@given(_texts)
def test_the_first_of_equal_texts_is_found(texts: list[str]) -> None:
    packed = Strings.of(texts)
    assert [packed.find(text) for text in texts] == [texts.index(text) for text in texts]
    assert packed.find("no text of this length") == -1


def test_a_row_outside_is_an_index_error() -> None:
    for row in (-1, 2):
        with pytest.raises(IndexError):
            Strings.of(["a", "b"])[row]
