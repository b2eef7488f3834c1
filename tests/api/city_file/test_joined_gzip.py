"""Parts compressed one by one make one gzip file, in any order."""

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from api.city_file.joined_gzip import join_gzip, pack


@given(st.lists(st.binary(max_size=3000), max_size=8))
def test_a_joined_file_is_one_member_that_holds_the_parts_in_their_order(texts: list[bytes]) -> None:
    joined = join_gzip([pack(text) for text in texts])
    assert gzip.decompress(joined) == b"".join(texts)
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(joined) == b"".join(texts)
    assert reader.eof
    assert reader.unused_data == b""


def test_a_part_may_stand_in_many_files_and_repeats_compress_within_it() -> None:
    line = pack(b'{"stop_id":"town:A"},' * 1000)
    assert len(line.blocks) < len(line.text) / 50
    once, twice = join_gzip([line]), join_gzip([line, line])
    assert gzip.decompress(twice) == gzip.decompress(once) * 2
