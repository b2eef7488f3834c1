"""Which replays run, as the replay service tells it in the store."""

import asyncio
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from redis.exceptions import RedisError

from api.view.utc_times import utc_times
from runtime.settings import Settings
from runtime.store_connection import open_store
from schemas.replays import ReplayState, decode_replay_state
from schemas.store_keys import replays

_log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 0.5
_TIMEOUT_S: Final = 1.0

Fields = dict[str, object]


class ReplayList:
    """The replays by id; a store that is lost leaves what was known."""

    def __init__(self, settings: Settings) -> None:
        self._key = replays(settings.namespace)
        self._store = open_store(settings.store, timeout_s=_TIMEOUT_S, client_name="headway-api-replays")
        self.states: dict[str, ReplayState] = {}
        self.changed = asyncio.Event()

    async def watch(self) -> None:
        """Look twice a second, until cancelled."""
        try:
            while True:
                with suppress(RedisError, OSError):  # the view itself tells of a lost store, and counts it
                    self._take(await self._store.hgetall(self._key))
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await self._store.aclose()

    def _take(self, packed: dict[bytes | str, bytes | str]) -> None:
        states: dict[str, ReplayState] = {}
        for name, value in packed.items():
            if not isinstance(name, bytes) or not isinstance(value, bytes):
                continue
            try:
                states[name.decode()] = decode_replay_state(value)
            except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
                _log.warning("replay_state_refused", name=name.decode(errors="replace"), reason=str(wrong))
        self.states = states
        self.changed.set()


def replay_fields(state: ReplayState) -> Fields:
    """A replay as operators and partners read it; times are recorded ones."""
    plan, times = state.plan, utc_times()
    length_s = max(state.last_s - state.first_s, 1)
    return {
        "id": state.replay,
        "stage": state.stage.value,
        "timetable": plan.timetable,
        "feed": plan.feed,
        "speed": state.speed,
        "loop": plan.loop,
        "shift_to_now": plan.shift_to_now,
        "shift_s": state.shift_s,
        "round": state.round,
        "from": times.find(state.first_s),
        "to": times.find(state.last_s),
        "position": times.find(state.position_s),
        "position_s": state.position_s,
        "progress": round(min(max((state.position_s - state.first_s) / length_s, 0.0), 1.0), 4),
        "updated_at": times.find(state.updated_at),
        "error": state.error,
    }
