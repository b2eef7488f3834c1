"""The Python client's generated half: types of all answers, and a method for every operation, sync and async.

A module a resource in each of the packages ``models`` and ``calls``, which give all of them under one name.
"""

import keyword
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from headway.contract.inheritance import Lean, bases_first, extend
from headway.contract.operations import Operation, list_operations
from headway.contract.resources import SHARED, group_schemas, imported, resource_of
from headway.contract.schema_types import python_type, type_name

_HEAD: Final = '"""{what}. Generated from the contract of {version} by `headway contract`; do not edit."""\n'
_BASES: Final = (("", "Transport"), ("Async", "AsyncTransport"))


def write_models(contract: Mapping[str, Any]) -> dict[str, str]:
    """The package of types: modules by their file's name, a TypedDict for each schema."""
    version, schemas = contract["info"]["version"], contract["components"]["schemas"]
    groups, lean = group_schemas(contract), extend(schemas)
    files = {}
    for resource, names in groups.items():
        parts = [_HEAD.format(what=f"What answers about `{resource}` hold", version=version)]
        parts.append(
            "\nfrom __future__ import annotations\n\nfrom typing import Any, Literal, NotRequired, TypedDict\n"
        )
        if resource != SHARED and (taken := imported(names, lean, groups)):
            parts.append(_import(f"headway_client.models.{SHARED}", taken))
        parts.extend("\n\n" + "\n".join(_model(name, lean)) + "\n" for name in bases_first(names, lean.bases))
        files[f"{resource}.py"] = "".join(parts)
    head = _HEAD.format(what="The types of all answers", version=version)
    given = {resource: sorted(map(type_name, names)) for resource, names in sorted(groups.items())}
    lines = [_import(f"headway_client.models.{resource}", names) for resource, names in given.items()]
    files["__init__.py"] = (
        head + "".join(lines) + "\n" + _all(sorted(name for names in given.values() for name in names))
    )
    return files


def _import(module: str, names: list[str]) -> str:
    return f"\nfrom {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _all(names: list[str]) -> str:
    return "__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"


def _model(schema_name: str, lean: Lean) -> Iterator[str]:
    name, schema = type_name(schema_name), lean.schemas[schema_name]
    members = schema.get("properties", {})
    base = type_name(lean.bases.get(schema_name, "TypedDict"))
    if not members:
        yield f"{name} = {python_type(schema)}"
        return
    if any(keyword.iskeyword(member) for member in members):
        # a word of Python's own can be a key, but no attribute of a class
        written = ", ".join(f'"{member}": "{_annotation(member, of, schema)}"' for member, of in members.items())
        yield f'{name} = TypedDict("{name}", {{{written}}})'
        return
    yield f"class {name}({base}):"
    if schema.get("description"):
        yield f'    """{_one_line(schema["description"])}"""\n'
    for member, of in members.items():
        yield f"    {member}: {_annotation(member, of, schema)}"


def _annotation(member: str, of: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    annotation = python_type(of)
    return annotation if member in schema.get("required", ()) else f"NotRequired[{annotation}]"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("\\", "").replace('"""', "'''")


def write_calls(contract: Mapping[str, Any]) -> dict[str, str]:
    """The package of calls: modules by their file's name, and a client and an async client that have them all."""
    version = contract["info"]["version"]
    operations = sorted(list_operations(contract), key=lambda each: resource_of(each.path))
    files, resources = {}, []
    for resource, found in groupby(operations, key=lambda each: resource_of(each.path)):
        resources.append(resource)
        files[f"{resource}.py"] = _calls(resource, list(found), version)
    parts = [_HEAD.format(what="Every call of the API", version=version)]
    classes = {resource: [f"{asks}{_stem(resource)}Calls" for asks, _ in _BASES] for resource in resources}
    parts.extend(_import(f"headway_client.calls.{resource}", names) for resource, names in classes.items())
    for asks, base in _BASES:
        bases = "".join(f"    {asks}{_stem(resource)}Calls,\n" for resource in resources)
        says = f'    """Every call of the API; see `{base}` for keys, retries and what is raised."""'
        parts.append(f"\n\nclass {asks}Headway(\n{bases}):\n{says}\n")
    files["__init__.py"] = "".join([*parts, "\n\n", _all(["AsyncHeadway", "Headway"])])
    return files


def _stem(resource: str) -> str:
    return "".join(part.capitalize() for part in resource.split("_"))


def _calls(resource: str, operations: list[Operation], version: str) -> str:
    parts = [_HEAD.format(what=f"Calls about `{resource}`", version=version)]
    parts.append(
        "\nfrom __future__ import annotations\n\nfrom typing import Any, Literal\n\n"
        "from headway_client import models\n"
        "from headway_client.transport import AsyncTransport, Transport, path_of\n"
    )
    for asks, base in _BASES:
        parts.append(f'\n\nclass {asks}{_stem(resource)}Calls({base}):\n    """Calls about `{resource}`."""\n')
        parts.extend("\n" + "\n".join(_method(each, is_async=bool(asks))) + "\n" for each in operations)
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
