"""A JSON schema's type as Python's and TypeScript's annotations write it."""

import json
from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_PYTHON: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_TYPESCRIPT: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def python_type(schema: Schema, module: str = "") -> str:
    """The annotation of a value as ``json.loads`` gives it; ``module`` stands before the names of schemas."""
    if "$ref" in schema:
        return module + type_name(schema["$ref"])
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema.get('enum', [schema.get('const')]))}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(python_type(each, module) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list[{python_type(schema.get('items', {}), module)}]"
    return _PYTHON.get(schema.get("type", ""), "dict[str, Any]" if schema.get("type") == "object" else "Any")


def typescript_type(schema: Schema) -> str:
    """The type of a value as ``JSON.parse`` gives it."""
    if "$ref" in schema:
        return type_name(schema["$ref"])
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(typescript_type(each) for each in schema["anyOf"]))
    if "prefixItems" in schema:
        return f"[{', '.join(typescript_type(each) for each in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"Array<{typescript_type(schema.get('items', {}))}>"
    plain = _TYPESCRIPT.get(schema.get("type", ""))
    return plain or ("Record<string, unknown>" if schema.get("type") == "object" else "unknown")


def type_name(reference: str) -> str:
    """The name of what a reference leads to; names that FastAPI made unique by their module keep their last part."""
    return reference.rpartition("/")[2].replace("-", "_").replace(".", "_")
