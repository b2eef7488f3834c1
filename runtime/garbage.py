"""Searches for garbage in a process that holds much for good and makes no cycles at work."""

import gc


def collect_seldom(thresholds: tuple[int, int, int]) -> None:
    """Leave what is there now out of every later search, and search as seldom as ``thresholds`` say.

    Everything that is loaded, mapped or compiled at the start would be gone through again and again while work waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*thresholds)
