import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from runtime.embedded.child import Child, ChildPlan
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.settings import Settings
from tests.integration.compose_file import command_of, load_compose, read_env_file, replace_all, service_environment

READY_WITHIN_S = 180.0
STREAMS = ("door", "tracker", "splitter", "scorer", "serving", "metering", "webhooks", "city-file", "replays")


@dataclass
class Host:
    """This machine in place of the compose network: real servers, and every service's own command."""

    services: dict[str, Any]
    places: dict[str, str]
    folder: Path
    children: list[Child] = field(default_factory=list)

    def environment(self, name: str, **ours: str) -> dict[str, str]:
        service = self.services[name]
        binaries = str(Path(sys.executable).parent)
        environment = service_environment(service, self.places, **ours)
        return {**environment, "PATH": f"{binaries}:{environment['PATH']}"}

    def run_to_its_end(self, name: str) -> None:
        command = command_of(self.services[name])
        done = subprocess.run(
            command, env=self.environment(name), capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self, name: str, **ours: str) -> None:
        command = [replace_all(word, self.places) for word in command_of(self.services[name])]
        log = self.folder / f"{name}.log"
        plan = ChildPlan(name=name, command=command, log=log, environment=self.environment(name, **ours))
        self.children.append(Child(plan))

    def wait_healthy(self, name: str, ports: dict[str, str]) -> None:
        check = [replace_all(word, ports) for word in self.services[name]["healthcheck"]["test"][1:]]
        assert check[0] == "python"
        until = time.monotonic() + READY_WITHIN_S
        while subprocess.run([sys.executable, *check[1:]], capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < until, (self.folder / f"{name}.log").read_text()[-3000:]
            time.sleep(0.3)


@pytest.fixture
def host(kafka: KafkaCluster, valkey: Valkey, postgres_url: str, tmp_path: Path, namespace: str) -> Iterator[Host]:
    services = load_compose({**read_env_file("city.env"), "HEADWAY_OPERATOR_TOKEN": "token-of-the-test"})
    city_port = str(find_free_port())
    places = {
        "kafka-1:9092": kafka.address,
        "redis://valkey:6379": f"redis://{valkey.address}",
        "postgresql://headway:headway@postgres:5432/headway": postgres_url,
        "/var/lib/headway": str(tmp_path / "data"),
        "http://city:8090": f"http://127.0.0.1:{city_port}",
        "8090": city_port,
        "0.0.0.0": "127.0.0.1",  # noqa: S104 - the text is replaced, nothing is bound
    }
    for service in services.values():
        service["environment"] = {**service.get("environment", {}), "HEADWAY_NAMESPACE": namespace}
    (tmp_path / "data").mkdir()
    machine = Host(services, places, tmp_path)
    yield machine
    for child in machine.children:
        child.ask_to_stop()
    for child in machine.children:
        child.stop()


@pytest.mark.timeout(600)
def test_every_service_of_the_compose_file_starts_as_written_and_a_partner_gets_arrivals(host: Host) -> None:
    for name in ("topics-init", "ledger-init", "city-timetable"):
        host.run_to_its_end(name)
    host.run_to_its_end("city-timetable")
    host.start("city")
    ports = {name: str(find_free_port()) for name in STREAMS}
    for name in STREAMS:
        host.start(name, HEADWAY_METRICS_PORT=ports[name])
    api_port = str(find_free_port())
    host.start("api", HEADWAY_API_PORT=api_port, HEADWAY_OPERATIONS_PORT=str(find_free_port()))
    for name in STREAMS:
        host.wait_healthy(name, {"9100": ports[name]})
    host.wait_healthy("api", {"8000": api_port})

    key = add_partner(host)
    until = time.monotonic() + READY_WITHIN_S
    while not (live := live_vehicles(f"http://127.0.0.1:{api_port}", key)):
        assert time.monotonic() < until
        time.sleep(0.5)
    assert live > 0


def test_three_brokers_keep_every_record_three_times_and_wait_for_two() -> None:
    services = load_compose({**read_env_file("cluster.env"), "HEADWAY_FEEDS": "[]"})
    brokers = [services[f"kafka-{number}"]["environment"] for number in (1, 2, 3)]
    assert [broker["KAFKA_NODE_ID"] for broker in brokers] == ["1", "2", "3"]
    assert {broker["KAFKA_DEFAULT_REPLICATION_FACTOR"] for broker in brokers} == {"3"}
    assert {broker["KAFKA_MIN_INSYNC_REPLICAS"] for broker in brokers} == {"2"}
    assert services["tracker"]["environment"]["HEADWAY_REPLICATION"] == "3"
    assert services["tracker"]["environment"]["HEADWAY_BROKER"].count(",") == 2


def test_every_service_that_runs_on_says_how_its_health_is_told() -> None:
    services = load_compose({"HEADWAY_FEEDS": "[]"})
    lasting = {name for name, service in services.items() if service.get("restart") == "unless-stopped"} - {"city"}
    assert {name for name in lasting if "healthcheck" in services[name]} == lasting


def test_without_feeds_the_compose_file_says_what_to_do() -> None:
    with pytest.raises(KeyError, match="name your feeds"):
        load_compose({})


def add_partner(host: Host) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "headway", "partners", "add", "Map of the test", "--json"],
        env=host.environment("api"),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["key"])


def live_vehicles(base: str, key: str) -> int:
    lines = ask(f"{base}/v1/lines", key)["lines"]
    return sum(len(ask(f"{base}/v1/lines/{line['id']}/vehicles", key)["vehicles"]) for line in lines[:5])


def ask(url: str, key: str) -> dict[str, Any]:
    with urlopen(Request(url, headers={"X-API-Key": key}), timeout=60) as answer:  # noqa: S310 - our own server
        parsed = json.load(answer)
    assert isinstance(parsed, dict)
    return parsed


def test_what_operators_may_set_reaches_every_process() -> None:
    services = load_compose(read_env_file("city.env"))
    by_the_file = {"NAMESPACE", "TIMETABLE_FOLDER"} | {
        f"{port}_{part}" for port in ("API", "ADMIN", "OPERATIONS") for part in ("HOST", "PORT")
    }
    by_headway_itself = {"API_LISTENER", "REPLAY"}
    told = {name.upper() for name in Settings.model_fields} - by_the_file - by_headway_itself
    ours = {name: each["environment"] for name, each in services.items() if each["image"].startswith("headway")}
    assert "tracker" in ours
    assert {name: told - {key.removeprefix("HEADWAY_") for key in said} for name, said in ours.items()} == {
        key: set() for key in ours
    }
