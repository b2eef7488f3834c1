"""The compose file as its engine would read it: anchors merged, variables filled in."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\})")


def load_compose(variables: dict[str, str]) -> dict[str, Any]:
    """The file's services by name, every ``${NAME:-default}`` filled in from ``variables``."""
    parsed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = _fill(parsed["services"], variables)
    assert isinstance(services, dict)
    return services


def read_env_file(name: str) -> dict[str, str]:
    """An ``--env-file``."""
    lines = [line for line in (ROOT / "docker" / name).read_text().splitlines() if line and not line.startswith("#")]
    return {key: value.strip("'") for key, _, value in (line.partition("=") for line in lines)}


def command_of(service: dict[str, Any]) -> list[str]:
    """What the service runs, its image's entry point being ``headway``."""
    return [*service.get("entrypoint", ["headway"]), *service["command"]]


def _fill(node: Any, variables: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, variables) for value in node]
    return _VARIABLE.sub(lambda found: _value(found, variables), node) if isinstance(node, str) else node


def _value(found: re.Match[str], variables: dict[str, str]) -> str:
    if found["dollar"]:
        return "$"
    value = variables.get(found["name"], "")
    if value or found["how"] is None:
        return value
    if found["how"] == "?":
        raise KeyError(f"{found['name']}: {found['rest']}")
    return found["rest"]


def replace_all(text: str, places: dict[str, str]) -> str:
    """``text`` with each place of the compose network replaced by where that server is here."""
    for there, here in places.items():
        text = text.replace(there, here)
    return text


def service_environment(service: dict[str, Any], places: dict[str, str], **ours: str) -> dict[str, str]:
    """The service's environment, on this machine; a name without a value is one that nobody has set."""
    values = {name: value for name, value in service["environment"].items() if value is not None}
    said = {name: replace_all(value, places) for name, value in values.items()}
    return {**os.environ, **said, **ours}
