"""Which schema extends which: what holds every member of another, and more, is written as that one and the rest."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from headway.contract.schema_types import python_type

MEMBERS_MIN: Final = 4
"""Two schemas that share fewer members are alike by chance."""

Schemas = Mapping[str, Any]


class Lean(NamedTuple):
    """Schemas without the members that they have of their base, and each one's base."""

    schemas: Schemas
    bases: Mapping[str, str]


def extend(schemas: Schemas) -> Lean:
    """Find each schema's base: the largest whose members it all has, alike, and more of its own."""
    members = {name: _members(schema) for name, schema in schemas.items()}
    bases = {name: base for name in schemas if (base := _base_of(name, members)) is not None}
    lean = {}
    for name, schema in schemas.items():
        inherited = members[bases[name]] if name in bases else {}
        own = {member: of for member, of in schema.get("properties", {}).items() if member not in inherited}
        lean[name] = {**schema, "properties": own} if inherited else schema
    return Lean(lean, bases)


def bases_first(names: list[str], bases: Mapping[str, str]) -> list[str]:
    """Names in their order, but each after its base."""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        base = bases.get(name)
        if base in names and base not in ordered:
            add(base)
        ordered[name] = None

    for name in names:
        add(name)
    return list(ordered)


def _base_of(name: str, members: Mapping[str, Mapping[str, str]]) -> str | None:
    own = members[name].items()
    found = [
        other for other, theirs in members.items() if MEMBERS_MIN <= len(theirs) < len(own) and theirs.items() <= own
    ]
    return max(found, key=lambda other: (len(members[other]), other), default=None)


def _members(schema: Mapping[str, Any]) -> dict[str, str]:
    """What each member may be, in one line, and whether it may be missing."""
    required = schema.get("required", ())
    return {
        member: f"{python_type(of)} {'' if member in required else 'or missing'}"
        for member, of in schema.get("properties", {}).items()
    }
