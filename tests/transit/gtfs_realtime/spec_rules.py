"""All of GTFS-realtime's rules, by the numbers under which validators know them."""

import re
from collections.abc import Callable

from tests.transit.gtfs_realtime import error_rules, warning_rules
from tests.transit.gtfs_realtime.moments import Found, Moment

RULES: dict[str, Callable[[Moment], Found]] = {
    name.upper(): rule
    for rules in (error_rules, warning_rules)
    for name, rule in vars(rules).items()
    if re.fullmatch(r"[ew]0\d\d", name)
}
"""Every rule by its number."""


def check(moment: Moment) -> dict[str, list[str]]:
    """The rules that a moment's feeds break, each with what was found."""
    found = {number: list(rule(moment)) for number, rule in RULES.items()}
    return {number: each for number, each in found.items() if each}
