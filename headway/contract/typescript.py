"""The contract's types for TypeScript: an interface for each schema, and what each operation gives, by its path.

A module a resource in ``types``; ``headway.d.ts`` gives all of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from headway.contract.inheritance import Lean, extend
from headway.contract.operations import list_operations
from headway.contract.resources import SHARED, group_schemas, imported
from headway.contract.schema_types import type_name, typescript_type


def write_types(contract: Mapping[str, Any]) -> dict[str, str]:
    """Modules of types by their file's name."""
    head = f"// Generated from the contract of {contract['info']['version']} by `headway contract`; do not edit."
    lean, groups = extend(contract["components"]["schemas"]), group_schemas(contract)
    files = {}
    for resource, names in groups.items():
        lines = [head, ""]
        if resource != SHARED and (taken := imported(names, lean, groups)):
            lines += [f'import type {{ {", ".join(taken)} }} from "./{SHARED}";', ""]
        for name in names:
            lines += [*_interface(name, lean), ""]
        files[f"types/{resource}.d.ts"] = "\n".join(lines)
    files["headway.d.ts"] = _whole(head, contract, sorted(groups))
    return files


def _whole(head: str, contract: Mapping[str, Any], resources: list[str]) -> str:
    answers = [each for each in list_operations(contract) if each.method == "GET" and not each.gives_bytes]
    taken = ", ".join(sorted({each.answer_name for each in answers if each.answer_name}))
    return "\n".join(
        [
            head,
            "",
            *(f'export * from "./types/{resource}";' for resource in resources),
            f'import type {{ {taken} }} from "./headway";',
            "",
            "/** What each operation gives, by its path. */",
            "export interface Answers {",
            *(f"  {_quoted(each.path)}: {each.answer_name or 'unknown'};" for each in answers),
            "}",
            "",
        ]
    )


def _interface(schema_name: str, lean: Lean) -> Iterator[str]:
    name, schema = type_name(schema_name), lean.schemas[schema_name]
    extends = f" extends {type_name(lean.bases[schema_name])}" if schema_name in lean.bases else ""
    members = schema.get("properties")
    if schema.get("description"):
        yield f"/** {' '.join(schema['description'].split()).replace('*/', '')} */"
    if not members:
        yield f"export type {name} = {typescript_type(schema)};"
        return
    yield f"export interface {name}{extends} {{"
    for member, of in members.items():
        if of.get("description"):
            yield f"  /** {' '.join(of['description'].split()).replace('*/', '')} */"
        optional = "" if member in schema.get("required", ()) else "?"
        yield f"  {member if member.isidentifier() else _quoted(member)}{optional}: {typescript_type(of)};"
    yield "}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
