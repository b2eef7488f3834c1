"""The contract's types for TypeScript: an interface for each schema, and what each operation takes and gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from headway.contract.operations import list_operations
from headway.contract.schema_types import type_name, typescript_type


def write_types(contract: Mapping[str, Any]) -> str:
    """One module of types."""
    lines = [f"// Generated from the contract of {contract['info']['version']} by `headway contract`; do not edit.", ""]
    for name, schema in contract["components"]["schemas"].items():
        lines += [*_interface(type_name(name), schema), ""]
    lines += ["/** What each operation gives, by its path. */", "export interface Answers {"]
    for operation in list_operations(contract):
        if operation.method == "GET" and not operation.gives_bytes:
            lines.append(f"  {_quoted(operation.path)}: {operation.answer_name or 'unknown'};")
    return "\n".join([*lines, "}", ""])


def _interface(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    members = schema.get("properties")
    if schema.get("description"):
        yield f"/** {' '.join(schema['description'].split()).replace('*/', '')} */"
    if not members:
        yield f"export type {name} = {typescript_type(schema)};"
        return
    yield f"export interface {name} {{"
    for member, of in members.items():
        if of.get("description"):
            yield f"  /** {' '.join(of['description'].split()).replace('*/', '')} */"
        optional = "" if member in schema.get("required", ()) else "?"
        yield f"  {member if member.isidentifier() else _quoted(member)}{optional}: {typescript_type(of)};"
    yield "}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
