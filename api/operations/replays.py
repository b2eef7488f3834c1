"""Replays over the operations API: start, pause, seek, change speed, stop, list."""

import asyncio
import secrets
from typing import Annotated, Final, TypeVar

import msgspec
import orjson
from aiokafka.errors import KafkaError
from starlette.requests import Request
from starlette.responses import Response

from api.health.endpoints import NO_STORE
from api.problems import INVALID_PARAMETER, NO_SUCH_REPLAY, REPLAY_NOT_TAKEN, TOO_MANY_REPLAYS
from api.refusal import Refusal
from api.replays.list_replays import ReplayList, replay_fields
from api.view.utc_times import utc_times
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from schemas.namespace import topic_name
from schemas.replays import (
    REPLAY_ID,
    ReplayAction,
    ReplayCommand,
    ReplayPlan,
    ReplayStage,
    ReplayState,
    encode_replay_command,
)
from schemas.topics import REPLAY_COMMANDS

_SEND_WITHIN_S: Final = 10.0
_SPEED_MAX: Final = 10_000.0

Speed = Annotated[float, msgspec.Meta(ge=0, le=_SPEED_MAX)]


class _Start(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    recording: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    timetable: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    feed: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] | None = None
    id: Annotated[str, msgspec.Meta(pattern=f"^{REPLAY_ID}$")] | None = None
    speed: Speed = 1.0
    from_s: int | None = None
    to_s: int | None = None
    loop: bool = False
    shift_to_now: bool = False


class _Change(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    speed: Speed | None = None
    to_s: int | None = None


Asked = TypeVar("Asked", _Start, _Change)


class ReplayOperations:
    """The endpoints; commands go out on the topic that the replay service reads."""

    def __init__(self, settings: Settings, replays: ReplayList) -> None:
        self._settings = settings
        self._replays = replays

    async def list_all(self, _request: Request) -> Response:
        """Every replay and how it stands."""
        return _json({"replays": [replay_fields(state) for _, state in sorted(self._replays.states.items())]})

    async def start(self, request: Request) -> Response:
        """Start one.

        Raises:
            Refusal: the body is malformed, the id is taken, or as many run as may.
        """
        asked = _read(await request.body(), _Start)
        running = [state for state in self._replays.states.values() if state.stage is not ReplayStage.FAILED]
        if len(running) >= self._settings.replays_max:
            raise Refusal(TOO_MANY_REPLAYS, f"{len(running)} replays run, as many as may; stop one first.")
        name = asked.id or f"r{secrets.token_hex(4)}"
        if any(state.replay == name for state in running):
            raise Refusal(TOO_MANY_REPLAYS, f"A replay {name} runs already; stop it first, or give another id.")
        plan = ReplayPlan(
            recording=asked.recording, timetable=asked.timetable, feed=asked.feed or asked.timetable,
            speed=asked.speed, from_s=asked.from_s, to_s=asked.to_s, loop=asked.loop, shift_to_now=asked.shift_to_now,
        )  # fmt: skip
        await self._send(ReplayCommand(replay=name, action=ReplayAction.START, plan=plan))
        return _json({"replay": name, "view": f"/v1/replays/{name}/"}, status=202)

    async def change(self, request: Request) -> Response:
        """Pause, resume, seek, change speed or stop one.

        Raises:
            Refusal: there is no such replay or action, it cannot be done, or what the action needs is missing.
        """
        name, action = request.path_params["replay"], request.path_params["action"]
        state = self._replays.states.get(name)
        if state is None:
            raise Refusal(NO_SUCH_REPLAY, f"There is no replay {name}; GET /operations/replays lists them.")
        body = await request.body()
        asked = _read(body, _Change) if body.strip() else _Change()
        if action == ReplayAction.START or action not in set(ReplayAction):
            raise Refusal(INVALID_PARAMETER, f"{action}: use pause, resume, speed, seek or stop.")
        if action == ReplayAction.SPEED and asked.speed is None:
            raise Refusal(INVALID_PARAMETER, 'speed: send {"speed": 60}; 0 is as fast as it goes.')
        if action == ReplayAction.SEEK and asked.to_s is None:
            raise Refusal(INVALID_PARAMETER, 'seek: send {"to_s": 1771257600}, a recorded POSIX second.')
        _check_against(state, ReplayAction(action), asked.to_s)
        await self._send(ReplayCommand(replay=name, action=ReplayAction(action), to_s=asked.to_s, speed=asked.speed))
        return _json({"replay": name, "action": action}, status=202)

    async def _send(self, command: ReplayCommand) -> None:
        producer = make_producer(self._settings)
        try:
            async with asyncio.timeout(_SEND_WITHIN_S):
                await producer.start()
                await producer.send_and_wait(
                    topic_name(REPLAY_COMMANDS, self._settings.namespace),
                    encode_replay_command(command),
                    key=command.replay.encode(),
                )
        except (KafkaError, TimeoutError) as refused:
            raise Refusal(REPLAY_NOT_TAKEN, f"The broker did not take the command: {refused}") from None
        finally:
            await producer.stop()


def _check_against(state: ReplayState, action: ReplayAction, to_s: int | None) -> None:
    """Stop what the replay service could not do: it hears commands later and has nobody to answer.

    Raises:
        Refusal: the replay has failed or come to its end, or does not hold that second.
    """
    if state.stage is ReplayStage.FAILED and action is not ReplayAction.STOP:
        raise Refusal(
            INVALID_PARAMETER, f"Replay {state.replay} has failed ({state.error}); stop it and start another."
        )
    if state.stage is ReplayStage.FINISHED and action not in (ReplayAction.STOP, ReplayAction.SEEK):
        raise Refusal(INVALID_PARAMETER, f"Replay {state.replay} has come to its end; seek back, or stop it.")
    if action is ReplayAction.SEEK and to_s is not None and not state.first_s <= to_s <= state.last_s:
        find = utc_times().find
        raise Refusal(
            INVALID_PARAMETER,
            f"Replay {state.replay} goes from {find(state.first_s)} to {find(state.last_s)} ({state.first_s} to "
            f"{state.last_s}); {to_s} lies outside.",
        )


def _read(body: bytes, kind: type[Asked]) -> Asked:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as wrong:
        raise Refusal(INVALID_PARAMETER, f"The body is not what was expected: {wrong}") from None


def _json(fields: object, status: int = 200) -> Response:
    return Response(orjson.dumps(fields), status_code=status, media_type="application/json", headers=NO_STORE)
