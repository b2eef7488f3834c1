"""The contract's operations as a client calls them: a name, what it takes, what it gives."""

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from headway.contract.schema_types import python_type, type_name

_METHOD_END: Final = re.compile(r"_v1_.*$")
_JSON: Final = "application/json"
_MODELS: Final = "models."


class Parameter(NamedTuple):
    """One parameter: as it is called in Python and in the request."""

    python: str
    sent: str
    annotation: str
    is_required: bool


class Operation(NamedTuple):
    """One operation that answers in JSON, or for its ``{form}`` in bytes."""

    name: str
    method: str
    path: str
    summary: str
    in_path: tuple[Parameter, ...]
    in_query: tuple[Parameter, ...]
    body: str | None
    answer: str
    answer_name: str | None

    @property
    def gives_bytes(self) -> bool:
        """Whether the form is the caller's choice, and the answer as it came."""
        return "{form}" in self.path


def list_operations(contract: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation that a key opens and that answers at once, in the contract's order."""
    for path, operations in contract["paths"].items():
        for method, told in operations.items():
            content = told["responses"].get("200", told["responses"].get("201", {})).get("content", {})
            if path.startswith("/v1/") and (_JSON in content or "{form}" in path):
                yield _operation(path, method, told, content.get(_JSON, {}).get("schema", {}))


def _operation(path: str, method: str, told: Mapping[str, Any], answer: Mapping[str, Any]) -> Operation:
    parameters = [(each["in"], _parameter(each)) for each in told.get("parameters", ())]
    query = [each for place, each in parameters if place == "query"]
    body = told.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
    return Operation(
        name=_METHOD_END.sub("", told["operationId"]),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        in_path=tuple(each for place, each in parameters if place == "path"),
        in_query=tuple(sorted(query, key=lambda each: not each.is_required)),
        body=None if body is None else python_type(body, _MODELS),
        answer=python_type(answer, _MODELS),
        answer_name=type_name(answer["$ref"]) if "$ref" in answer else None,
    )


def _parameter(told: Mapping[str, Any]) -> Parameter:
    annotation = python_type(told["schema"], _MODELS)
    is_required = told.get("required", False)
    if not is_required and "None" not in annotation.split(" | "):
        annotation += " | None"
    return Parameter(_snake(told["name"]), told["name"], annotation, is_required)


def _snake(name: str) -> str:
    """The name as Python spells it; where it is a word of Python's own, with an underscore behind it."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake
