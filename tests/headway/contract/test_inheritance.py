"""What holds every member of another schema, and more, is written as that one and the rest."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headway.contract.inheritance import MEMBERS_MIN, bases_first, extend

_TYPES = ("string", "integer", "boolean")


def _schema(members: dict[str, str], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"properties": {name: {"type": of} for name, of in members.items()}, "required": list(required)}


FOUR = {"a": "string", "b": "integer", "c": "string", "d": "string"}


def test_the_largest_schema_that_is_held_whole_is_the_base() -> None:
    five = FOUR | {"e": "string"}
    lean = extend({"More": _schema(five | {"f": "string"}), "Five": _schema(five), "Four": _schema(FOUR)})
    assert lean.bases == {"More": "Five", "Five": "Four"}
    assert {name: list(schema["properties"]) for name, schema in lean.schemas.items()} == {
        "More": ["f"],
        "Five": ["e"],
        "Four": ["a", "b", "c", "d"],
    }
    assert bases_first(["More", "Five", "Four"], lean.bases) == ["Four", "Five", "More"]


def test_what_differs_in_a_type_or_may_be_missing_is_no_base() -> None:
    more = FOUR | {"e": "string"}
    assert extend({"More": _schema(more | {"a": "integer"}), "Four": _schema(FOUR)}).bases == {}
    assert extend({"More": _schema(more, ("a",)), "Four": _schema(FOUR)}).bases == {}
    assert extend({"Same": _schema(FOUR), "Four": _schema(FOUR)}).bases == {}


@given(
    st.dictionaries(
        st.sampled_from(["P", "Q", "R", "S", "T"]),
        st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from(_TYPES), max_size=7),
    )
)
def test_base_and_rest_together_are_the_schema_and_nothing_is_written_twice(said: dict[str, dict[str, str]]) -> None:
    schemas = {name: _schema(members) for name, members in said.items()}
    lean = extend(schemas)

    def whole(name: str) -> dict[str, Any]:
        base = whole(lean.bases[name]) if name in lean.bases else {}
        own: dict[str, Any] = lean.schemas[name]["properties"]
        assert not base.keys() & own.keys()
        assert name not in lean.bases or len(base) >= MEMBERS_MIN
        return base | own

    assert {name: whole(name) for name in schemas} == {name: of["properties"] for name, of in schemas.items()}
    ordered = bases_first(list(schemas), lean.bases)
    assert sorted(ordered) == sorted(schemas)
    assert all(ordered.index(base) < ordered.index(name) for name, base in lean.bases.items())
