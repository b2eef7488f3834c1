"""A stretch of the audit holds together, and no byte of it can be changed unseen."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from runtime.deployment_secret import AuditSigner, is_signature
from transit.audit.chain import FIRST, digest_of, link
from transit.audit.extract import ExtractError, first_line, head_text, signed_text, verify_extract

SIGNER = AuditSigner(Ed25519PrivateKey.from_private_bytes(sha256(b"test").digest()))


def extract(count: int, *, first: int = 1, own: int = 2) -> bytes:
    """A file of ``count`` entries, every ``own``-th of them whole."""
    chain = FIRST
    opening = first_line(first, chain)
    lines = [opening]
    for number in range(count):
        body = b'{"seq":%d,"action":"use","salt":"%x"}' % (first + number, number * 7919)
        digest = digest_of(body)
        chain = link(chain, digest)
        lines.append(b"+" + body + b"\n" if number % own == 0 else b"-" + digest.hex().encode() + b"\n")
    head = head_text(first + count - 1, chain, 1_795_000_000)
    signature = SIGNER.sign(signed_text(opening, head))
    return b"".join([*lines, head, f" {SIGNER.public_hex} {signature}\n".encode()])


def verify(file: bytes) -> object:
    return verify_extract(file.splitlines(keepends=True), is_signature)


def test_a_sound_file_is_counted() -> None:
    found = verify_extract(extract(10, first=5).splitlines(keepends=True), is_signature)
    assert (found.entries, found.own, found.first_seq, found.last_seq) == (10, 5, 5, 14)
    assert found.public_key == SIGNER.public_hex


def test_an_empty_stretch_is_sound() -> None:
    assert verify_extract(extract(0).splitlines(keepends=True), is_signature).entries == 0


SAMPLE = extract(4)


def test_every_single_byte_change_is_found() -> None:
    for place in range(len(SAMPLE)):
        for flip in (0x01, 0x20, 0x80):
            changed = bytearray(SAMPLE)
            changed[place] ^= flip
            with pytest.raises(ExtractError):
                verify(bytes(changed))


@given(place=st.integers(0, len(SAMPLE) - 1), value=st.integers(0, 255))
def test_no_byte_can_be_another(place: int, value: int) -> None:
    changed = bytearray(SAMPLE)
    if changed[place] == value:
        return
    changed[place] = value
    with pytest.raises(ExtractError):
        verify(bytes(changed))


@given(st.integers(0, len(SAMPLE) - 1))
def test_no_byte_can_be_missing(place: int) -> None:
    with pytest.raises(ExtractError):
        verify(SAMPLE[:place] + SAMPLE[place + 1 :])


@given(place=st.integers(0, len(SAMPLE)), more=st.binary(min_size=1, max_size=40))
def test_nothing_can_be_put_in(place: int, more: bytes) -> None:
    changed = SAMPLE[:place] + more + SAMPLE[place:]
    with pytest.raises(ExtractError):
        verify(changed)


@pytest.mark.parametrize("gone", [1, 2, 3, 4, 5])
def test_no_line_can_be_missing_nor_two_change_places(gone: int) -> None:
    lines = SAMPLE.splitlines(keepends=True)
    with pytest.raises(ExtractError):
        verify(b"".join(lines[:gone] + lines[gone + 1 :]))
    swapped = lines.copy()
    swapped[gone - 1], swapped[gone] = swapped[gone], swapped[gone - 1]
    with pytest.raises(ExtractError):
        verify(b"".join(swapped))


def test_a_head_signed_by_nobody_is_found() -> None:
    other = AuditSigner(Ed25519PrivateKey.from_private_bytes(sha256(b"other").digest()))
    with pytest.raises(ExtractError, match="signature"):
        verify(SAMPLE.replace(SIGNER.public_hex.encode(), other.public_hex.encode()))
