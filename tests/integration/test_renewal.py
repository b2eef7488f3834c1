import asyncio
import os
import re
import time
from pathlib import Path

import pytest

from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from schemas.namespace import topic_name
from schemas.topics import FEED_REJECTS
from tests.integration.running_headway import Poller, RunningHeadway
from tests.integration.test_up import wait_fresh

CAP_MB = 40
_RENEWED = re.compile(
    r"renewed in ([\d.]+) s: (\d+) MB before, (\d+) now, (\d+) records carried over, (\d+) unread, epoch (\d+)"
)


@pytest.mark.timeout(900)
def test_a_day_of_messages_renews_the_broker_while_partners_go_on_being_answered(tmp_path: Path) -> None:
    """What a day would pile up is sent within seconds, three times over."""
    with RunningHeadway(tmp_path / "up", "--broker-memory-mb", str(CAP_MB), "--poll-s", "1") as headway:
        url, key = headway.sample()
        with Poller(url, key) as poller:
            for days in (1, 2, 3):
                asyncio.run(fill(broker_of(headway)))
                wait_renewals(headway, days)
                wait_fresh(poller, time.time())
        assert poller.failures == []
        assert poller.answered > 50
        renewals = [[float(figure) for figure in found] for found in _RENEWED.findall(headway.printed)]
        epochs = [renewal[5] for renewal in renewals]
        assert epochs == sorted(set(epochs))
        for _took_s, before_mb, now_mb, carried, unread, _epoch in renewals:
            assert before_mb > CAP_MB > now_mb
            assert carried >= 14  # the city's lines, at least
            assert unread == 0
        assert "ended with code" not in headway.printed


def wait_renewals(headway: RunningHeadway, count: int) -> None:
    until = time.monotonic() + 300
    while len(_RENEWED.findall(headway.printed)) < count:
        assert time.monotonic() < until, headway.printed
        time.sleep(0.1)


def broker_of(headway: RunningHeadway) -> str:
    command = headway.children()[headway.find_child("memory://tansu/")]
    found = re.search(r"--listener-url tcp://(\S+)", command)
    assert found, command
    return found[1]


async def fill(broker: str) -> None:
    """Send what no compression makes smaller, to a topic that nobody reads."""
    settings = Settings(broker=broker)
    async with make_producer(settings) as producer:
        for _ in range(6):
            await producer.send_and_wait(topic_name(FEED_REJECTS), os.urandom(5 << 20), key=b"ballast")
