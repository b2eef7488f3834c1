import asyncio

from google.transit import gtfs_realtime_pb2 as pb

from streams.doors.pace import AS_FAST_AS_IT_GOES, Pace
from streams.doors.poll import Poll
from streams.doors.shifted_poll import shift_poll


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def is_reached(pace: Pace, time_s: float) -> bool:
    reaching = asyncio.create_task(pace.reach(time_s))
    for _ in range(5):
        await asyncio.sleep(0)
    done = reaching.done()
    reaching.cancel()
    await asyncio.gather(reaching, return_exceptions=True)
    return done


async def test_time_passes_at_the_speed_that_is_set_last() -> None:
    clock = Clock()
    pace = Pace(60, clock=clock)
    assert await is_reached(pace, 1000)
    clock.now = 1.0
    assert await is_reached(pace, 1060)
    assert not await is_reached(pace, 1061)
    pace.set_speed(0.5)
    clock.now = 3.0
    assert await is_reached(pace, 1061)
    assert not await is_reached(pace, 1062)
    pace.set_speed(AS_FAST_AS_IT_GOES)
    assert await is_reached(pace, 99_000)


async def test_a_pause_takes_no_recorded_time() -> None:
    clock = Clock()
    pace = Pace(10, clock=clock)
    assert await is_reached(pace, 0)
    pace.pause()
    clock.now = 100.0
    assert not await is_reached(pace, 1)
    pace.resume()
    assert not await is_reached(pace, 1)
    clock.now = 100.1
    assert await is_reached(pace, 1)


def test_a_shifted_poll_moves_every_time_and_date_alike() -> None:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1000
    vehicle = message.entity.add(id="1").vehicle
    vehicle.timestamp = 990
    vehicle.trip.start_date = "20260228"
    update = message.entity.add(id="2").trip_update
    update.trip.trip_id = "t"
    update.stop_time_update.add(stop_id="s").arrival.time = 1100
    shifted = shift_poll(Poll(1001, message.SerializeToString()), 86_400 + 7, 1)
    assert shifted.time_s == 87_408
    assert shifted.content is not None
    found = pb.FeedMessage.FromString(shifted.content)
    assert found.header.timestamp == 87_407
    assert found.entity[0].vehicle.timestamp == 86_397 + 1000
    assert found.entity[0].vehicle.trip.start_date == "20260301"
    assert found.entity[1].trip_update.stop_time_update[0].arrival.time == 87_507


def test_what_cannot_be_read_is_moved_as_it_is() -> None:
    assert shift_poll(Poll(1, b"\xff\xff"), 5, 0) == Poll(6, b"\xff\xff")
    assert shift_poll(Poll(1, error="down"), 5, 0) == Poll(6, error="down")


def test_moments_that_are_none_or_odd_are_left_as_they_are() -> None:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 0
    odd = message.entity.add(id="1").vehicle
    odd.timestamp = 2**64 - 10
    odd.trip.start_date = "99991231"
    early = message.entity.add(id="2").trip_update
    early.timestamp = 5
    early.trip.trip_id = "t"
    early.stop_time_update.add(stop_id="s").arrival.time = 2**63 - 10
    for shift_s, days in ((86_400, 1), (-86_400, -1)):
        shifted = shift_poll(Poll(100_000, message.SerializeToString()), shift_s, days)
        assert shifted.content is not None
        found = pb.FeedMessage.FromString(shifted.content)
        assert found.header.timestamp == 0
        assert found.entity[0].vehicle.timestamp == 2**64 - 10
        assert found.entity[1].trip_update.timestamp == (86_405 if shift_s > 0 else 5)
        assert found.entity[0].vehicle.trip.start_date == ("99991231" if days > 0 else "99991230")
