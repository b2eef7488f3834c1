"""The view in memory: each line's last value as the store is to have it."""

from typing import NamedTuple

from schemas.line_value import Watermark, read_watermark, without_private


class ViewLine(NamedTuple):
    """A line's last value, less the tracker's private part, and when it came (POSIX seconds)."""

    watermark: Watermark
    packed: bytes
    written_at: float


class LineView:
    """Last values by line; ``changed`` lines are those the store does not have yet."""

    def __init__(self) -> None:
        self._lines: dict[str, ViewLine] = {}
        self.changed: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, key: str, value: bytes, written_at: float) -> bool:
        """Take a value if it answers a later message than the line's last.

        Raises:
            LineValueError: the bytes are no line's value.
        """
        mark = read_watermark(value)
        last = self._lines.get(key)
        if last is not None and mark <= last.watermark:
            return False
        self._lines[key] = ViewLine(mark, without_private(value), written_at)
        self.changed[key] = None
        return True

    def get(self, key: str) -> ViewLine:
        """A line's last value."""
        return self._lines[key]

    def next_changed(self, count: int) -> list[str]:
        """Up to ``count`` changed lines, the longest waiting first; they count as unchanged from now on."""
        keys = [key for key, _ in zip(self.changed, range(count), strict=False)]
        for key in keys:
            del self.changed[key]
        return keys

    def mark_changed(self, keys: "list[str]") -> None:
        """Lines that the store did not get after all."""
        self.changed = dict.fromkeys([*keys, *self.changed])

    def mark_all_changed(self) -> None:
        """The store has lost everything."""
        self.changed = dict.fromkeys(self._lines)

    def drop_older(self, than: float) -> None:
        """Forget lines that nothing has written since: the store forgets them too."""
        old = [key for key, line in self._lines.items() if line.written_at < than]
        for key in old:
            del self._lines[key]
            self.changed.pop(key, None)
