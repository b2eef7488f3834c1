import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from runtime.errors import UserError
from simulators.publishing.feed_server import FeedServer


@pytest.fixture
def server() -> Iterator[FeedServer]:
    served = FeedServer(0)
    yield served
    served.close()


def test_before_the_first_message_the_feed_is_unavailable(server: FeedServer) -> None:
    assert httpx.get(server.url).status_code == 503


def test_a_client_that_has_the_message_is_told_so(server: FeedServer) -> None:
    server.publish(b"one", 1_700_000_000)
    first = httpx.get(server.url)
    assert (first.status_code, first.content) == (200, b"one")
    assert first.headers["content-type"] == "application/x-protobuf"
    again = httpx.get(server.url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    dated = httpx.get(server.url, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert dated.status_code == 304


def test_a_new_message_replaces_the_old(server: FeedServer) -> None:
    server.publish(b"one", 1_700_000_000)
    tag = httpx.get(server.url).headers["etag"]
    server.publish(b"two", 1_700_000_005)
    fresh = httpx.get(server.url, headers={"If-None-Match": tag})
    assert (fresh.status_code, fresh.content) == (200, b"two")


def test_one_connection_carries_many_polls(server: FeedServer) -> None:
    server.publish(b"one", 1_700_000_000)
    with httpx.Client() as client:
        tag = client.get(server.url).headers["etag"]
        answers = [client.get(server.url, headers={"If-None-Match": tag}).status_code for _ in range(20)]
        assert client.head(server.url).headers["content-length"] == "3"
    assert answers == [304] * 20


def test_any_other_path_is_not_found(server: FeedServer) -> None:
    server.publish(b"one", 1_700_000_000)
    assert httpx.get(server.url.replace("vehicle_positions", "vehicles")).status_code == 404


def test_each_feed_has_a_path_and_an_edition_of_its_own(server: FeedServer) -> None:
    server.publish(b"one", 1_700_000_000)
    assert httpx.get(server.url.replace("vehicle_positions", "alerts")).status_code == 503
    server.publish(b"two", 1_700_000_000, "/trip_updates.pb")
    assert httpx.get(server.url.replace("vehicle_positions", "trip_updates")).content == b"two"
    assert httpx.get(server.url).content == b"one"


def test_a_taken_port_is_said_in_one_line(server: FeedServer) -> None:
    port = int(server.url.split(":")[2].split("/")[0])
    with pytest.raises(UserError, match=f"port {port} on 127.0.0.1"):
        FeedServer(port)


def test_what_is_offered_is_made_once_and_only_if_somebody_asks(server: FeedServer) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"late"

    server.offer(make, 1_700_000_000, "/trip_updates.pb")
    assert made == []
    url = server.url.replace("vehicle_positions", "trip_updates")
    assert [httpx.get(url).content for _ in range(2)] == [b"late", b"late"]
    assert made == [1]


def test_positions_are_served_while_trip_updates_are_being_made(server: FeedServer) -> None:
    begun, asked = threading.Event(), threading.Event()

    def make() -> bytes:
        begun.set()
        assert asked.wait(60)
        return b"late"

    server.publish(b"now", 1_700_000_000)
    server.offer(make, 1_700_000_000, "/trip_updates.pb")
    with ThreadPoolExecutor(1) as other:
        late = other.submit(httpx.get, server.url.replace("vehicle_positions", "trip_updates"), timeout=90)
        assert begun.wait(60)
        try:
            assert httpx.get(server.url).content == b"now"
        finally:
            asked.set()
        assert late.result().content == b"late"
