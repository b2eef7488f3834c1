"""Our JSON of GTFS-realtime is protobuf's own, byte for byte."""

import math
import struct
from typing import Any

import orjson
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from api.gtfs_realtime.join_feed import join_feed
from api.gtfs_realtime.json_entities import JsonEntities
from api.gtfs_realtime.json_mapping import shorten, write_entity
from api.gtfs_realtime.line_entities import FeedForm, FeedKind
from api.turns import Turns
from transit.gtfs_realtime.feed import Entity

AT = 1_771_200_000
_FLOATS = st.floats(width=32)
_NUMBERS = {
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_STRING: st.text(max_size=6),
    FieldDescriptor.CPPTYPE_FLOAT: _FLOATS,
    FieldDescriptor.CPPTYPE_DOUBLE: st.floats(),
}


@st.composite
def filled(draw: st.DrawFn, message: Message, depth: int = 0) -> Message:
    """The message with some of its fields set, whatever the specification makes of them."""
    known = list(message.DESCRIPTOR.fields)
    for field in draw(st.lists(st.sampled_from(known), unique_by=id, max_size=len(known))):
        count = draw(st.integers(1, 2)) if field.is_repeated else 1
        if field.message_type is not None:
            if depth > 5:
                continue
            for _ in range(count):
                held: Any = getattr(message, field.name)
                part = held.add() if field.is_repeated else held
                part.SetInParent()
                draw(filled(part, depth + 1))
            continue
        values = _NUMBERS.get(field.cpp_type)
        if field.enum_type is not None:
            values = st.sampled_from([value.number for value in field.enum_type.values])
        assert values is not None, field.full_name
        if field.is_repeated:
            getattr(message, field.name).extend(draw(st.lists(values, min_size=1, max_size=2)))
        else:
            setattr(message, field.name, draw(values))
    return message


def _entities(count: int) -> st.SearchStrategy[list[pb.FeedEntity]]:
    return st.lists(st.builds(pb.FeedEntity).flatmap(filled), max_size=count)


@given(_entities(2))
def test_a_feed_is_written_as_protobuf_writes_it(entities: list[pb.FeedEntity]) -> None:
    form = FeedForm(FeedKind.VEHICLE_POSITIONS)
    packed = [pb.FeedMessage(entity=[each]).SerializePartialToString() for each in entities]
    feed = join_feed(form, AT, [Entity("", AT, each) for each in packed])
    written = [Entity("", AT, write_entity(each)) for each in packed]
    expected = orjson.dumps(MessageToDict(pb.FeedMessage.FromString(feed)))
    assert join_feed(form._replace(as_json=True), AT, written) == expected


def _of_bits(bits: int) -> float:
    value: float = struct.unpack("<f", struct.pack("<I", bits))[0]
    return value


def _has_protobufs_digits(value: float) -> bool:
    written = orjson.dumps(shorten(value), option=orjson.OPT_SERIALIZE_NUMPY)
    return written == orjson.dumps(MessageToDict(pb.Position(latitude=value))["latitude"])


@given(st.one_of(_FLOATS, st.integers(0, 2**32 - 1).map(_of_bits), st.floats(-181, 361, width=32)))
def test_a_float_has_protobufs_digits(value: float) -> None:
    assert _has_protobufs_digits(value)


def test_powers_of_two_whose_neighbours_are_not_equally_far_have_them_too() -> None:
    assert [power for power in range(-149, 128) if not _has_protobufs_digits(math.ldexp(1.0, power))] == []


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
def test_a_feed_joined_in_slices_is_whole(count: int) -> None:
    ids = [str(each) for each in range(count)]
    messages = [pb.FeedMessage(entity=[pb.FeedEntity(id=each)]) for each in ids]
    entities = [Entity("", AT, each.SerializePartialToString()) for each in messages]
    form = FeedForm(FeedKind.TRIP_UPDATES)
    feed = pb.FeedMessage.FromString(join_feed(form, AT, entities))
    assert [each.id for each in feed.entity] == ids
    written = [each._replace(packed=write_entity(each.packed)) for each in entities]
    told = orjson.loads(join_feed(form._replace(as_json=True), AT, written))
    assert told == MessageToDict(feed)


async def test_a_groups_json_is_written_once_until_it_has_other_entities_or_is_let_go() -> None:
    turns, kept = Turns(), JsonEntities()
    entities = [Entity("", AT, pb.FeedMessage(entity=[pb.FeedEntity(id="a")]).SerializePartialToString())]
    first = await kept.read("1", entities, turns)
    assert [each.packed for each in first] == [b'{"id":"a"}']
    assert await kept.read("1", entities, turns) is first
    assert await kept.read("1", list(entities), turns) is not first
    kept.let_go()
    assert len(kept) == 0
