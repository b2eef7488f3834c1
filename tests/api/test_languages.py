"""Which language is chosen for what a request accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.languages import TAGS_MAX, Languages, read_wishes


def _languages(own: str = "en", *others: str) -> Languages:
    found = Languages()
    found.take(own, others)
    return found


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        (b"zh", "zh"),
        (b"ZH", "zh"),
        (b"zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (b"en-GB, zh;q=0.5", "en"),
        (b"en;q=0.3, zh;q=0.5", "zh"),
        (b"de, fr", ""),
        (b"de, *", ""),
        (b"zh;q=0", ""),
        (b"zh;q=none", ""),
        (b"", ""),
        (b";;;,,,q=1", ""),
        (b"\xff\xfe, zh", "zh"),
    ],
)
def test_the_dearest_language_that_there_are_names_in_is_chosen(header: bytes, tag: str) -> None:
    assert _languages("en", "zh").choose(header).tag == tag


@pytest.mark.parametrize(
    ("header", "tag"),
    [(b"zh-TW", "zh-Hant"), (b"zh-CN", "zh-Hans"), (b"zh-Hant-HK", "zh-Hant"), (b"zh", "zh-Hans"), (b"pt", "pt-BR")],
)
def test_a_country_or_a_broader_language_finds_the_script_that_the_feed_names(header: bytes, tag: str) -> None:
    assert _languages("en", "zh-Hant", "zh-Hans", "pt-BR").choose(header).tag == tag


def test_names_as_they_stand_are_in_the_feeds_own_language_where_all_timetables_agree() -> None:
    found = _languages("en", "zh")
    assert found.choose(b"").told == b"en"
    found.take("de", ())
    assert found.choose(b"").told == b""
    assert found.choose(b"de").told == b"de"


def test_a_choice_is_made_anew_when_a_timetable_brings_a_language() -> None:
    found = _languages("en")
    assert found.choose(b"zh").tag == ""
    found.take("en", ("zh",))
    assert found.choose(b"zh").tag == "zh"


def test_spellings_of_a_header_make_no_more_choices_than_there_are_languages() -> None:
    found = _languages("en", "zh", "fr")
    spelled = [f"zh;q=0.1{number}, x{number}".encode() for number in range(5000)]
    assert {found.choose(header).prefix for header in spelled} == {b"zh "}
    assert len(found._chosen) <= 1024
    found.choose(b"zh," + b"x" * 5000)
    assert all(len(header) <= 120 for header in found._chosen)


def test_languages_that_all_timetables_have_together_are_bounded() -> None:
    found = Languages()
    for number in range(200):
        found.take("", [f"x{number:03d}"])
    assert len(found._tags) == TAGS_MAX


@given(header=st.binary(max_size=2000))
def test_whatever_is_sent_one_of_the_known_languages_or_none_is_chosen(header: bytes) -> None:
    assert _languages("en", "zh").choose(header).tag in ("", "en", "zh")
    assert len(read_wishes(header)) <= 20
