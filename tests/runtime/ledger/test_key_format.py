from hypothesis import given
from hypothesis import strategies as st

from runtime.ledger.key_format import KEY_LENGTH, find_key_id, key_hash, make_key


def test_a_new_key_names_its_id_and_is_kept_as_a_hash_alone() -> None:
    key = make_key()
    assert key.text.startswith(f"hw_live_{key.id}_")
    assert len(key.text) == KEY_LENGTH
    assert find_key_id(key.text.encode()) == key.id
    assert key.hash == key_hash(key.text.encode()).hex()


def test_no_two_keys_are_alike() -> None:
    assert len({make_key().text for _ in range(1000)}) == 1000


@given(st.integers(0, KEY_LENGTH - 1), st.integers(1, 255))
def test_one_changed_byte_is_seen_without_asking_anyone(place: int, change: int) -> None:
    text = bytearray(make_key().text.encode())
    text[place] ^= change
    assert find_key_id(bytes(text)) is None


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(text: bytes) -> None:
    assert find_key_id(text) is None
