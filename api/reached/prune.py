"""Leave out of an answer what a reach does not hold."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from api.reached.count_classes import class_counts
from api.reached.shapes import BASE, Shape
from transit.grants.reach import Reach

_GONE: Final = object()


class Boundary(Protocol):
    """What of the network a reach holds."""

    reach: Reach

    def has_line_id(self, public_id: str) -> bool:
        """Whether a line lies within."""

    def has_stop_id(self, public_id: str) -> bool:
        """Whether a stop lies within."""

    def fields_of_line(self, public_id: str) -> frozenset[str]:
        """The groups of fields that may be told of a line."""


class WholeNetwork:
    """A reach that is limited in its fields alone."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    def has_line_id(self, public_id: str) -> bool:
        """Every line lies within."""
        return bool(public_id)

    def has_stop_id(self, public_id: str) -> bool:
        """Every stop lies within."""
        return bool(public_id)

    def fields_of_line(self, public_id: str) -> frozenset[str]:  # noqa: ARG002 - the same of every line
        """The reach's fields."""
        return self.reach.fields


def prune(answer: Any, shape: Shape, view: Boundary) -> Any:  # type: ignore[explicit-any, unused-ignore]  # any JSON
    """The answer without the members and objects that are not granted; ``None`` where nothing of it is."""
    kept = _Pruning(view).keep(answer, shape, view.reach.fields)
    if kept is _GONE:
        return None
    classes = view.reach.count_classes
    return class_counts(kept, classes) if classes else kept


class _Pruning:
    def __init__(self, view: Boundary) -> None:
        self._view = view

    def keep(self, value: Any, shape: Shape, fields: frozenset[str]) -> Any:  # type: ignore[explicit-any, unused-ignore]
        if isinstance(value, list):
            kept = [self.keep(each, shape, fields) for each in value]
            return [each for each in kept if each is not _GONE]
        if isinstance(value, str) and shape.stop:
            return value if self._view.has_stop_id(value) else _GONE
        if not isinstance(value, dict):
            return value
        if not self._is_inside(value, shape):
            return _GONE
        if shape.line and (line_id := _find(value, shape.line)) is not None:
            fields = self._view.fields_of_line(line_id)
        members = shape.members
        if members is None:
            return value
        found = {}
        for name, member in value.items():
            part = members.get(name)
            if part is not None and (part.group == BASE or part.group in fields):
                kept = self.keep(member, part, fields)
                if kept is not _GONE:
                    found[name] = kept
        return found

    def _is_inside(self, value: Mapping[str, Any], shape: Shape) -> bool:
        view = self._view
        if shape.place and not view.reach.has_place(value.get("latitude"), value.get("longitude")):
            return False
        line_id = _find(value, shape.line) if shape.line else None
        if line_id is not None and not view.has_line_id(line_id):
            return False
        stops = (_find(value, path) for path in (shape.stop, shape.to) if path)
        return all(stop_id is None or view.has_stop_id(stop_id) for stop_id in stops)


def _find(value: Mapping[str, Any], path: str) -> str | None:
    found: Any = value
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None
