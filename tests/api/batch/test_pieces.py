"""Batches joined from parts that were compressed on their own."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from api.batch.pieces import etag_of, join_gzip, make_piece


@given(st.lists(st.binary(max_size=3000), max_size=40))
def test_parts_joined_are_one_gzip_member_of_all_their_bytes(texts: list[bytes]) -> None:
    pieces = [make_piece(text) for text in texts]
    assert gzip.decompress(join_gzip(pieces)) == b"".join(texts)
    assert [piece.plain() for piece in pieces] == texts


def test_the_validator_changes_with_any_part_and_with_their_order() -> None:
    one, other = make_piece(b"one"), make_piece(b"other")
    assert len({etag_of(pieces) for pieces in ([one], [other], [one, other], [other, one])}) == 4
    assert etag_of([make_piece(b"one")]) == etag_of([one])
