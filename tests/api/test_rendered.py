import gzip
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from api.rendered import ENTRY_BYTES, ENTRY_LINE_BYTES, FRESH_S, RenderedCache, rendered


def test_an_answer_is_given_again_until_its_second_is_over() -> None:
    cache = RenderedCache()
    cache.put(b"/a", rendered(b"{}", now=10.0), ["1"])
    assert cache.find(b"/a", 10.0 + FRESH_S - 0.001) is not None
    assert cache.find(b"/a", 10.0 + FRESH_S) is None


def test_an_answer_leaves_when_any_of_its_lines_changes() -> None:
    cache = RenderedCache()
    cache.put(b"/a", rendered(b"{}", now=0.0), ["1", "2"])
    cache.put(b"/b", rendered(b"{}", now=0.0), ["3"])
    cache.drop_lines(["2", "unknown"])
    assert cache.find(b"/a", 0.5) is None
    assert cache.find(b"/b", 0.5) is not None


def test_the_oldest_answers_make_room() -> None:
    cache = RenderedCache(limit_bytes=2 * (ENTRY_BYTES + ENTRY_LINE_BYTES + 100) + 50)
    for number in range(5):
        cache.put(b"/%d" % number, rendered(b"x" * 100, now=0.0), ["1"])
    assert len(cache) == 2
    assert cache.find(b"/4", 0.5) is not None
    assert cache.find(b"/0", 0.5) is None


def test_long_targets_count_so_that_nobody_fills_memory_with_short_answers() -> None:
    tracemalloc.start()
    try:
        cache = RenderedCache(limit_bytes=2_000_000)
        for number in range(400):
            cache.put(b"/v1/stops?query=%d&x=" % number + b"y" * 50_000, rendered(b"{}", now=0.0), ["1", "2"])
        for number in range(10_000):
            cache.put(b"/v1/stops?query=%d" % number, rendered(b"{}", now=0.0), ())
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 2_200_000
    assert cache.held_bytes <= 2_000_000


def test_a_long_answer_travels_compressed_and_a_short_one_does_not() -> None:
    long = rendered(b"y" * 5000, now=0.0)
    assert long.gzip is not None
    assert gzip.decompress(long.gzip) == long.body
    assert rendered(b"y" * 50, now=0.0).gzip is None


def test_equal_bodies_have_equal_validators_whenever_they_are_rendered() -> None:
    assert rendered(b"same", now=1.0).etag == rendered(b"same", now=2.0).etag
    assert rendered(b"same", now=1.0).etag != rendered(b"other", now=1.0).etag


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.sets(st.integers(0, 4))),
        st.tuples(st.just("drop"), st.integers(0, 9), st.sets(st.integers(0, 4))),
    ),
    max_size=60,
)


@given(_steps)
def test_what_is_kept_rests_only_on_lines_that_have_not_changed_since(steps: list[tuple[str, int, set[int]]]) -> None:
    cache = RenderedCache()
    expected: dict[bytes, set[int]] = {}
    for verb, number, lines in steps:
        names = [str(line) for line in lines]
        if verb == "put":
            cache.put(b"%d" % number, rendered(b"z" * number, now=0.0), names)
            expected[b"%d" % number] = lines
        else:
            cache.drop_lines(names)
            expected = {target: kept for target, kept in expected.items() if not kept & lines}
    assert {target for target in (b"%d" % n for n in range(10)) if cache.find(target, 0.5)} == set(expected)
    assert cache.held_bytes == sum(
        len(target) + int(target) + ENTRY_BYTES + ENTRY_LINE_BYTES * len(lines) for target, lines in expected.items()
    )
    cache.drop_all()
    assert len(cache) == 0
    assert cache.held_bytes == 0
