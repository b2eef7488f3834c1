"""``headway webhooks``: tell partners' webhooks what they wait for."""

from runtime.settings import load_settings
from streams.process import run_process
from streams.webhooks.run_webhooks import run_webhooks


def webhooks() -> None:
    """Note what partners' webhooks wait for and send it until ended; killed, it loses nothing and notes nothing twice.

    Examples:
        headway webhooks

        HEADWAY_WEBHOOK_NETWORKS='["10.1.0.0/16"]' headway webhooks
    """
    settings = load_settings()
    run_process(settings, "webhooks", lambda health: run_webhooks(settings, health), must_move=True)
