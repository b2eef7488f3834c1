"""What answers about `replays` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


Replay = TypedDict("Replay", {"id": "str", "stage": "Literal['starting', 'running', 'paused', 'finished', 'failed']", "timetable": "str", "feed": "str", "speed": "float", "loop": "bool", "shift_to_now": "bool", "shift_s": "int", "round": "int", "from": "str | None", "to": "str | None", "position": "str | None", "position_s": "int", "progress": "float", "updated_at": "str | None", "error": "str | None"})


class ReplaysAnswer(TypedDict):
    """The replays that run, by id."""

    replays: list[Replay]
