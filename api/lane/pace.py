"""A pace for what costs no quota: so many a second, and as many at once after a pause."""


class Pace:
    """``per_s`` a second at most, begun with a second's worth."""

    __slots__ = ("_at", "_left", "_per_s")

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._left = per_s
        self._at = 0.0

    def allows(self, now: float) -> bool:
        """Whether another fits in at ``now`` (monotonic, s); it is counted where it does."""
        self._left = min(self._per_s, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
