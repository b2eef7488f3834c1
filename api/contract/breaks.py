"""What a later description takes away from those who hold to an earlier one."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def list_breaks(earlier: Json, later: Json) -> Iterator[str]:
    """Each change that could break a partner: something gone, narrowed in what is taken, or widened in what is told.

    Further paths, optional parameters, members of answers and problems are no break.
    """
    for path, operations in earlier["paths"].items():
        for method, operation in operations.items():
            now = later["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{method.upper()} {path} is gone"
            else:
                yield from (f"{method.upper()} {path}: {each}" for each in _operation_breaks(operation, now))
    now_schemas = later["components"]["schemas"]
    for name, schema in earlier["components"]["schemas"].items():
        if name not in now_schemas:
            yield f"schema {name} is gone"
        else:
            yield from (f"schema {name}: {each}" for each in _schema_breaks(schema, now_schemas[name]))


def _operation_breaks(earlier: Json, later: Json) -> Iterator[str]:
    known = {(each["in"], each["name"]): each for each in earlier.get("parameters", ())}
    now = {(each["in"], each["name"]): each for each in later.get("parameters", ())}
    for key, parameter in known.items():
        if key not in now:
            yield f"parameter {key[1]} is gone"
        else:
            yield from (f"parameter {key[1]}: {each}" for each in _narrowings(parameter["schema"], now[key]["schema"]))
    yield from (
        f"parameter {key[1]} is required" for key, each in now.items() if each.get("required") and key not in known
    )
    for status, answer in earlier.get("responses", {}).items():
        if status not in later.get("responses", {}):
            yield f"{status} is no longer described"
        elif set(answer.get("content", ())) - set(later["responses"][status].get("content", ())):
            yield f"{status} has lost a form"


def _narrowings(earlier: Json, later: Json) -> Iterator[str]:
    """What a parameter no longer takes."""
    for bound, narrower in (("maximum", -1), ("maxLength", -1), ("minimum", 1), ("minLength", 1)):
        was, is_now = earlier.get(bound), later.get(bound)
        if is_now is not None and (was is None or (is_now - was) * narrower > 0):
            yield f"{bound} is {is_now}, was {was}"
    gone = set(earlier.get("enum", ())) - set(later.get("enum", ()))
    if gone and "enum" in later:
        yield f"no longer takes {sorted(gone)}"
    if earlier.get("type") != later.get("type"):
        yield f"is {later.get('type')}, was {earlier.get('type')}"
    if earlier.get("default") != later.get("default"):
        yield f"is {later.get('default')!r} unless said, was {earlier.get('default')!r}"


def _schema_breaks(earlier: Json, later: Json) -> Iterator[str]:
    for name, member in earlier.get("properties", {}).items():
        now = later.get("properties", {}).get(name)
        if now is None:
            yield f"member {name} is gone"
        elif _shape_of(member) != _shape_of(now):
            yield f"member {name} is {_shape_of(now)}, was {_shape_of(member)}"
    yield from (
        f"member {name} may be missing" for name in set(earlier.get("required", ())) - set(later.get("required", ()))
    )


def _shape_of(schema: Json) -> str:
    """What a member may be, in one line; values of enumerations may be added, so they are left out."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(sorted(_shape_of(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_shape_of(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
