"""All pages have one head, which each says what to fill it with."""

from pathlib import Path

import pytest

import api
from api.console.heads import with_head

PAGES = sorted(Path(next(iter(api.__path__))).rglob("static/*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_whole_and_links_only_files_that_there_are(page: Path) -> None:
    text = with_head(page.read_bytes()).decode()
    assert text.startswith('<!doctype html>\n<html lang="en">\n<head>\n')
    assert text.count("<head>") == text.count("</head>") == text.count("<body") == 1
    here = {each.name for folder in {page.parent, *(other.parent for other in PAGES)} for each in folder.iterdir()}
    head = text[: text.index("</head>")]
    linked = {part.partition('"')[0].rpartition("/")[2] for part in head.split('href="')[1:]}
    assert {"console.css", "icon.svg"} <= linked <= here


def test_a_page_that_does_not_say_its_head_is_refused() -> None:
    with pytest.raises(ValueError, match="a page begins with"):
        with_head(b"<!doctype html>")
    assert b"<title>A &amp; B</title>" in with_head(b"<!-- head: A & B; /x/; -->\n<body>")
