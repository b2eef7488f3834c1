"""What became of each request of a load run, and the capacity report made from it."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field

import numpy as np

OK, NOT_MODIFIED, TOO_MANY = 200, 304, 429


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the report: requests of one plan, or of one kind of partner."""

    name: str
    requests: int
    requests_per_s: float
    fresh: int
    not_modified: int
    refused: int
    failed: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. ``cpu_ms_per_request`` is the server's, where it runs on this machine; None elsewhere."""

    host: str
    lasted_s: float
    by_plan: list[Group]
    by_partner: list[Group]
    cpu_ms_per_request: float | None
    server_cpu_ratio: float | None

    def as_fields(self) -> dict[str, object]:
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """Statuses and times (ms) of every request, by (plan, partner)."""

    seen: dict[tuple[str, str], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, plan: str, partner: str, status: int, took_ms: float) -> None:
        """Count one request; ``status`` 0 stands for no answer at all."""
        self.seen[plan, partner].append((status, took_ms))

    @property
    def requests(self) -> int:
        return sum(len(answers) for answers in self.seen.values())

    def by_plan(self, lasted_s: float) -> list[Group]:
        return self._grouped(0, lasted_s)

    def by_partner(self, lasted_s: float) -> list[Group]:
        return self._grouped(1, lasted_s)

    def _grouped(self, part: int, lasted_s: float) -> list[Group]:
        groups: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for key, answers in self.seen.items():
            groups[key[part]].extend(answers)
        return [_group(name, answers, lasted_s) for name, answers in sorted(groups.items())]


def _group(name: str, answers: list[tuple[int, float]], lasted_s: float) -> Group:
    statuses = np.array([status for status, _ in answers])
    times = np.array([took for _, took in answers])
    known = np.isin(statuses, (OK, NOT_MODIFIED, TOO_MANY))
    return Group(
        name=name,
        requests=len(answers),
        requests_per_s=round(len(answers) / lasted_s, 1),
        fresh=int((statuses == OK).sum()),
        not_modified=int((statuses == NOT_MODIFIED).sum()),
        refused=int((statuses == TOO_MANY).sum()),
        failed=int((~known).sum()),
        p50_ms=round(float(np.percentile(times, 50)), 2),
        p99_ms=round(float(np.percentile(times, 99)), 2),
    )
