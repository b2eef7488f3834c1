"""The Python client's generated half: types of all answers, and a method for every operation, sync and async."""

import keyword
from collections.abc import Iterator, Mapping
from typing import Any, Final

from headway.contract.operations import Operation, list_operations
from headway.contract.schema_types import python_type, type_name

_HEAD: Final = '"""Generated from the contract of {version} by `headway contract`; do not edit."""\n'
_CLASS: Final = '''

class {name}({base}):
    """Every call of the API; see `{base}` for keys, retries and what is raised."""
'''


def write_models(contract: Mapping[str, Any]) -> str:
    """A module with a TypedDict for each schema."""
    parts = [_HEAD.format(version=contract["info"]["version"])]
    parts.append("\nfrom __future__ import annotations\n\nfrom typing import Any, Literal, NotRequired, TypedDict\n")
    for name, schema in contract["components"]["schemas"].items():
        parts.append("\n\n" + "\n".join(_model(type_name(name), schema)) + "\n")
    return "".join(parts)


def _model(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    members = schema.get("properties", {})
    if not members:
        yield f"{name} = {python_type(schema)}"
        return
    yield f"class {name}(TypedDict):"
    if schema.get("description"):
        yield f'    """{_one_line(schema["description"])}"""\n'
    for member, of in members.items():
        annotation = python_type(of)
        if member not in schema.get("required", ()):
            annotation = f"NotRequired[{annotation}]"
        if keyword.iskeyword(member):
            continue
        yield f"    {member}: {annotation}"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("\\", "").replace('"""', "'''")


def write_client(contract: Mapping[str, Any]) -> str:
    """A module with a client and an async client."""
    operations = list(list_operations(contract))
    parts = [_HEAD.format(version=contract["info"]["version"])]
    parts.append(
        "\nfrom __future__ import annotations\n\nfrom typing import Any, Literal\n\n"
        "from headway_client import models\n"
        "from headway_client.transport import AsyncTransport, Transport, path_of\n"
    )
    for name, base in (("Headway", "Transport"), ("AsyncHeadway", "AsyncTransport")):
        parts.append(_CLASS.format(name=name, base=base))
        parts.extend("\n" + "\n".join(_method(each, is_async=base != "Transport")) + "\n" for each in operations)
    return "".join(parts)


def _method(operation: Operation, *, is_async: bool) -> Iterator[str]:
    required = [f"{each.python}: {each.annotation}" for each in operation.in_path]
    named = [
        f"{each.python}: {each.annotation}" + ("" if each.is_required else " = None") for each in operation.in_query
    ]
    body = [] if operation.body is None else [f"body: {operation.body}"]
    taken = ", ".join(["self", *required, *body, *(["*"] if named else []), *named])
    gives = "bytes" if operation.gives_bytes else operation.answer
    yield f"    {'async ' if is_async else ''}def {operation.name}({taken}) -> {gives}:"
    yield f'        """{operation.summary}."""'
    placed = "".join(f", {each.sent}={each.python}" for each in operation.in_path)
    path = f'path_of("{operation.path}"{placed})'
    query = ", ".join(f'"{each.sent}": {each.python}' for each in operation.in_query)
    call = "fetch_bytes" if operation.gives_bytes else "fetch"
    sent = f'"{operation.method}", {path}, {{{query}}}' + (", body" if body else "")
    yield f"        found: {gives} = {'await ' if is_async else ''}self.{call}({sent})"
    yield "        return found"
