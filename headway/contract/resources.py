"""Which schema belongs to which resource: what one resource alone answers with is its own, the rest is shared."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from headway.contract.inheritance import Lean, extend
from headway.contract.schema_types import type_name

SHARED: Final = "shared"
_REFERENCE: Final = re.compile(r"#/components/schemas/([^'\"]+)")


def resource_of(path: str) -> str:
    """The resource of a path: its first part that names one, as a Python module is named."""
    first = path.removeprefix("/v1/").strip("/").partition("/")[0]
    return first.partition(".")[0].replace("-", "_")


def group_schemas(contract: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of schemas by resource, in the contract's order; no resource's own schema is named by another's."""
    schemas: Mapping[str, Any] = contract["components"]["schemas"]
    bases = extend(schemas).bases
    users: dict[str, set[str]] = {name: set() for name in schemas}
    for path, operations in contract["paths"].items():
        for name in _reached(operations, schemas, bases):
            users[name].add(resource_of(path))
    groups: dict[str, list[str]] = {}
    for name, found in users.items():
        owner = next(iter(found)) if len(found) == 1 else SHARED
        groups.setdefault(owner, []).append(name)
    return groups


def named_in(schema: object) -> list[str]:
    """Schemas that one refers to itself."""
    return sorted(set(_REFERENCE.findall(repr(schema))))


def imported(names: list[str], lean: Lean, groups: Mapping[str, list[str]]) -> list[str]:
    """Types that a resource's schemas take from those that are shared."""
    shared = set(groups.get(SHARED, ()))
    wanted = {each for name in names for each in named_in(lean.schemas[name])}
    wanted |= {lean.bases[name] for name in names if name in lean.bases}
    return sorted(type_name(each) for each in (wanted & shared) - set(names))


def _reached(value: object, schemas: Mapping[str, Any], bases: Mapping[str, str]) -> Iterator[str]:
    """Every schema that something refers to, and those that these refer to or extend."""
    found: set[str] = set()
    waiting = named_in(value)
    while waiting:
        name = waiting.pop()
        if name in found or name not in schemas:
            continue
        found.add(name)
        waiting += named_in(schemas[name])
        waiting += [bases[name]] if name in bases else []
    yield from found
