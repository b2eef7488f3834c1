"""What the API answered at each sight of a script, abridged: for people who read how a scenario looks to an app."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import jmespath
import orjson
from jmespath.exceptions import JMESPathError

from headway.sandbox.check import Seen
from headway.sandbox.script import Script


def write_transcript(script: Script, seen: Iterable[Seen]) -> Iterator[str]:
    """The lines of a transcript: when and what was asked, what must be seen there, and the part of the answer told.

    The part is the sight's ``tell``, a line for each item where it is a list; times are the script's own.
    """
    for each in seen:
        sight = each.sight
        at: datetime = script.start_at + timedelta(seconds=sight.at_s)
        yield f"{at:%H:%M:%S}  GET {sight.get}"
        verdict = "not seen: " + "; ".join(each.wrong) if each.wrong else "seen"
        yield f"  {sight.because or '; '.join(sight.that)} - {verdict}"
        if sight.tell:
            yield from (f"  {line}" for line in _told(sight.tell, each.body))
        yield ""


def _told(expression: str, body: bytes) -> Iterator[str]:
    try:
        found = jmespath.search(expression, orjson.loads(body))
    except (orjson.JSONDecodeError, JMESPathError) as wrong:
        yield f"nothing to tell: {str(wrong).splitlines()[0]}"
        return
    for item in found if isinstance(found, list) and found else [found]:
        yield orjson.dumps(item).decode()
