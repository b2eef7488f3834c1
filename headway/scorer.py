"""``headway scorer``: judge the forecasts that were served by the arrivals that followed."""

from runtime.settings import load_settings
from streams.process import run_process
from streams.scorer.run_scorer import run_scorer


def scorer() -> None:
    """Write each line's accuracy, hour by hour and horizon by horizon, to forecast.scores.

    Examples:
        headway scorer

        HEADWAY_BROKER=kafka:9092 HEADWAY_STORE=redis://store:6379/0 HEADWAY_METRICS_PORT=9105 headway scorer
    """
    settings = load_settings()
    run_process(settings, "scorer", lambda health: run_scorer(settings, health), must_move=True)
