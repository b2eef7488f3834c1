"""Replays beside the live service: what an operator asks for, and how each one stands."""

from enum import StrEnum
from typing import Final

import msgspec

REPLAY_ID: Final = r"[a-z0-9][a-z0-9-]{0,15}"
"""A replay's id stands in topic names and in URLs."""


class ReplayAction(StrEnum):
    """What can be asked of a replay. ``SEEK`` begins anew at another time; nothing from before is carried over."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SPEED = "speed"
    SEEK = "seek"
    STOP = "stop"


class ReplayStage(StrEnum):
    """How a replay stands. ``FINISHED`` has come to its end and still answers; ``FAILED`` says why."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class ReplayPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A recording and the timetable it speaks, by name, as it is in force.

    ``speed`` is times real time, 0 as fast as it goes. It runs from the recorded second ``from_s`` on and before
    ``to_s``, again and again if ``loop``. ``shift_to_now`` moves all its times so that its first is the present.
    """

    recording: str
    timetable: str
    feed: str
    speed: float = 1.0
    from_s: int | None = None
    to_s: int | None = None
    loop: bool = False
    shift_to_now: bool = False


class ReplayCommand(msgspec.Struct, frozen=True, kw_only=True):
    """One command; ``plan`` goes with ``START``, ``to_s`` with ``SEEK`` and ``speed`` with ``SPEED``."""

    replay: str
    action: ReplayAction
    plan: ReplayPlan | None = None
    to_s: int | None = None
    speed: float | None = None


class ReplayState(msgspec.Struct, frozen=True, kw_only=True):
    """How a replay stands. Times are recorded seconds, unshifted; ``shift_s`` is what they were moved by.

    ``namespace`` is where its topics and keys lie, empty until they do; ``round`` counts its loops and seeks.
    """

    replay: str
    plan: ReplayPlan
    stage: ReplayStage
    namespace: str
    round: int
    speed: float
    first_s: int
    last_s: int
    position_s: int
    shift_s: int
    updated_at: int
    error: str | None = None


_command_decoder = msgspec.json.Decoder(ReplayCommand)
_state_decoder = msgspec.json.Decoder(ReplayState)
_encoder = msgspec.json.Encoder()


def encode_replay_command(command: ReplayCommand) -> bytes:
    """Pack a command (JSON), as it stands on its topic."""
    return _encoder.encode(command)


def decode_replay_command(packed: bytes) -> ReplayCommand:
    """Unpack a command.

    Raises:
        msgspec.DecodeError: the bytes are no command.
    """
    return _command_decoder.decode(packed)


def encode_replay_state(state: ReplayState) -> bytes:
    """Pack a state (JSON), as it stands in the store."""
    return _encoder.encode(state)


def decode_replay_state(packed: bytes) -> ReplayState:
    """Unpack a state.

    Raises:
        msgspec.DecodeError: the bytes are no state.
    """
    return _state_decoder.decode(packed)
