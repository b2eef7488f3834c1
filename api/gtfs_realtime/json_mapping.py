"""GTFS-realtime messages in protobuf's JSON mapping, an entity at a time.

Equal to protobuf's own ``MessageToDict``, and several times as fast: what a field is called and how its values are
written is looked up once from the descriptors, not at each value.
"""

import math
from collections.abc import Callable
from ctypes import c_float
from typing import Any, Final

import numpy as np
import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.transit.gtfs_realtime_pb2 import FeedHeader, FeedMessage

_Write = Callable[[Any], Any]

_SHORTEST_DIGITS: Final = 6
"""A float32 holds any number of so many digits, and none needs more than nine."""

_TOLD_ALIKE_FROM: Final = 1e-3
_TOLD_ALIKE_BELOW: Final = 1e6
"""Between these (all that GTFS-realtime tells) orjson finds the same digits of a float32, and much faster."""

_FORMATS: Final = tuple(f"%.{digits}g" for digits in range(_SHORTEST_DIGITS, 10))


def write_entity(packed: bytes) -> bytes:
    """An entity that is serialized as a field of a FeedMessage, as JSON.

    Raises:
        google.protobuf.message.DecodeError: it is none.
    """
    return orjson.dumps(_name_fields(FeedMessage.FromString(packed).entity[0]), option=orjson.OPT_SERIALIZE_NUMPY)


def write_json_head(header: FeedHeader) -> bytes:
    """A feed's JSON up to its header's end: ``entity``, if there are any, and the closing brace follow."""
    return b'{"header":' + orjson.dumps(_name_fields(header))


def shorten(value: float) -> "float | str | np.float32":
    """A float32 as the number of the fewest digits, six at least, that is read as the same; what is none by its name.

    Digits as in protobuf's mapping, where 39.905 is no 39.904998779296875.
    """
    if _TOLD_ALIKE_FROM <= abs(value) < _TOLD_ALIKE_BELOW:
        return np.float32(value)
    if math.isfinite(value):
        for written in _FORMATS:
            rounded = float(written % value)
            if c_float(rounded).value == value:
                return rounded
    return _name_endless(value)


def _name_endless(value: float) -> float | str:
    """A float64, by its name where it is no number that JSON knows."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _name_fields(message: Message) -> dict[str, Any]:
    """What is set in a message, by JSON names."""
    named, fields = {}, _FIELDS
    for field, value in message.ListFields():
        name, write = fields[field]
        named[name] = value if write is None else write(value)
    return named


def _tabulate(message: Descriptor, fields: dict[FieldDescriptor, tuple[str, _Write | None]]) -> None:
    """Note of each field of a message, and of the messages in it, its name and how it is written, if not as it is."""
    for field in message.fields:
        if field in fields:
            continue
        write = _writer_of(field)
        if write is not None and field.is_repeated:
            write = _each(write)
        elif field.is_repeated:
            write = list
        fields[field] = (field.json_name, write)
        if field.message_type is not None:
            _tabulate(field.message_type, fields)


def _writer_of(field: FieldDescriptor) -> _Write | None:
    """How one value of a field is written; ``None``: as it is."""
    if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
        return _name_fields
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        names = {number: value.name for number, value in field.enum_type.values_by_number.items()}
        return names.__getitem__
    if field.cpp_type in _AS_STRINGS:
        return str
    if field.cpp_type == FieldDescriptor.CPPTYPE_FLOAT:
        return shorten
    return _name_endless if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE else None


def _each(write: _Write) -> _Write:
    return lambda values: [write(value) for value in values]


_AS_STRINGS: Final = frozenset({FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64})
_FIELDS: Final[dict[FieldDescriptor, tuple[str, _Write | None]]] = {}
_tabulate(FeedMessage.DESCRIPTOR, _FIELDS)
