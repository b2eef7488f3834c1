"""Names as people type them into a search."""

import unicodedata


def plain(text: str) -> str:
    """Text without accents and capitals."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return bare.casefold()
