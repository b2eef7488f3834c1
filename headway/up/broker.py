"""The broker that ``headway up`` runs on: a local Tansu, a local Apache Kafka, or one that runs elsewhere."""

from pathlib import Path
from typing import Final

from headway.up.options import KAFKA, TANSU, TANSU_LINES_MAX
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.kafka_jars import get_jars
from runtime.embedded.kafka_probe import count_brokers
from runtime.embedded.tansu import Tansu
from runtime.errors import UserError

LocalBroker = Tansu | KafkaCluster

_PORT_MAX: Final = 65535


def make_broker(asked: str, folder: Path) -> LocalBroker | None:
    """The local broker to start; ``None`` where ``asked`` is the address of one that runs.

    Raises:
        UserError: the local broker cannot be had here, or nothing answers at the address.
    """
    if asked == TANSU:
        return Tansu(folder / "tansu")
    if asked == KAFKA:
        get_jars()
        return KafkaCluster(folder / "kafka")
    _check_address(asked)
    return None


def refuse_too_many_lines(asked: str, lines: int) -> None:
    """Stop where Tansu's memory would not last.

    Raises:
        UserError: the timetable has too many lines for it.
    """
    if asked == TANSU and lines > TANSU_LINES_MAX:
        raise UserError(
            f"{lines} lines are too many for Tansu, which keeps all in memory ({TANSU_LINES_MAX} at most): "
            "add --broker kafka"
        )


def _check_address(address: str) -> None:
    for server in address.split(","):
        host, colon, port = server.rpartition(":")
        if not colon or not host or not port.isdigit() or not 0 < int(port) <= _PORT_MAX:
            raise UserError(f"--broker {address}: use tansu, kafka, or HOST:PORT of a broker that runs")
        if count_brokers(host, int(port)) > 0:
            return
    raise UserError(f"--broker {address}: no broker answers there")
