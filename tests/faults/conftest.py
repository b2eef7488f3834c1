"""Every test of this folder harms real processes on a real Apache Kafka."""

from pathlib import Path

import pytest

from runtime.embedded.kafka import KafkaCluster

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark this folder's tests, so that a quick run can leave them out by name."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.faults)


@pytest.fixture
def broker(kafka: KafkaCluster) -> KafkaCluster:
    """Apache Kafka alone: the laptop's broker hands no partitions over under fire."""
    return kafka
