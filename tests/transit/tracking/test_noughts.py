"""Packing without noughts: whatever went in comes out, and nothing else is taken for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.tracking.noughts import leave_out_noughts, put_back_noughts

MOSTLY_NOUGHTS = st.lists(st.one_of(st.just(b"\0" * 16), st.binary(max_size=9))).map(b"".join)


@given(MOSTLY_NOUGHTS, st.binary(max_size=5), st.binary(max_size=5))
def test_what_is_packed_comes_back_wherever_it_stands(plain: bytes, before: bytes, behind: bytes) -> None:
    packed = leave_out_noughts([np.frombuffer(plain, np.uint8)])
    assert put_back_noughts(before + packed + behind, len(before), len(plain)) == (plain, len(before + packed))


@given(MOSTLY_NOUGHTS.filter(len))
def test_what_is_cut_short_is_refused(plain: bytes) -> None:
    packed = leave_out_noughts([np.frombuffer(plain, np.uint8)])
    with pytest.raises(ValueError, match="buffer"):
        put_back_noughts(packed[:-1], 0, len(plain))


def test_noughts_cost_a_bit_a_word() -> None:
    assert leave_out_noughts([np.zeros(800, np.uint16)]) == bytes(100)
    assert leave_out_noughts([np.zeros(30, np.uint8), np.array([1, 2], np.uint8)]) == b"\x00\x80\x01\x02"
