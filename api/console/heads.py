"""The head that all pages share: a page begins with one comment that says its title, where its files are, and which.

``<!-- head: Headway for staff; /static/; partners.css staff.css -->``

Styles are linked, modules (``.js``) fetched early.
"""

import re
from html import escape
from typing import Final

_WISHED: Final = re.compile(rb"<!-- head: (?P<title>[^;\n]+); (?P<below>/[\w/]*/);(?P<files>(?: [\w.-]+)*) -->\n")
_ALWAYS: Final = ("console.css",)


def with_head(page: bytes) -> bytes:
    """The page whole.

    Raises:
        ValueError: it does not say what its head is to hold.
    """
    wished = _WISHED.match(page)
    if wished is None:
        raise ValueError("a page begins with <!-- head: title; /below/; files -->")
    below = wished["below"].decode()
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(wished['title'].decode())}</title>",
        f'<link rel="icon" href="{below}icon.svg" type="image/svg+xml">',
        *(_link(below, name) for name in (*_ALWAYS, *wished["files"].decode().split())),
        "</head>",
        "",
    ]
    return "\n".join(lines).encode() + page[wished.end() :]


def _link(below: str, name: str) -> str:
    kind = "modulepreload" if name.endswith(".js") else "stylesheet"
    return f'<link rel="{kind}" href="{below}{name}">'
