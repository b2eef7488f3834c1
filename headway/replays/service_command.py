"""``headway replays``: the service that runs replays beside the live service."""

from headway.replays.replay_service import run_replays
from runtime.settings import load_settings
from streams.process import run_process


def replays() -> None:
    """Take commands from the topic of replays and run a tree of processes for each, until stopped.

    Each replay has a namespace of its own; when it ends, its topics and keys are deleted. HEADWAY_REPLAYS_MAX caps
    how many there may be.

    Examples:
        headway replays

        HEADWAY_BROKER=kafka:9092 HEADWAY_STORE=redis://store:6379/0 HEADWAY_REPLAYS_MAX=1 headway replays
    """
    settings = load_settings()
    run_process(settings, "replays", lambda health: run_replays(settings, health), must_move=True)
