"""Keys of one secret, digests, sealed bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.crypto import NONCE_BYTES, derive_key, keyed_digest, seal, unseal

KEY = derive_key("secret", "drafts", salt="481720936614")


def test_each_purpose_and_each_salt_has_a_key_of_its_own():
    keys = {derive_key("secret", "one"), derive_key("secret", "two"), derive_key("secret", "one", salt="code"),
            derive_key("other", "one")}  # fmt: skip
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_a_digest_is_repeatable_and_hangs_on_the_secret():
    assert keyed_digest("secret", "codes", "1") == keyed_digest("secret", "codes", "1")
    assert keyed_digest("secret", "codes", "1") != keyed_digest("other", "codes", "1")
    assert keyed_digest("secret", "codes", "1") != keyed_digest("secret", "sends", "1")


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_was_sealed_comes_back(plain: bytes, context: bytes):
    assert unseal(KEY, seal(KEY, plain, context=context), context=context) == plain


def test_sealing_twice_gives_two_texts():
    assert seal(KEY, b"same") != seal(KEY, b"same")


@pytest.mark.parametrize("position", [0, NONCE_BYTES, -1])
def test_one_wrong_bit_opens_nothing(position: int):
    spoilt = bytearray(seal(KEY, b"answers"))
    spoilt[position] ^= 1
    assert unseal(KEY, bytes(spoilt)) is None


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * NONCE_BYTES, b"x" * 40])
def test_rubbish_opens_nothing(sealed: bytes):
    assert unseal(KEY, sealed) is None


def test_another_code_or_context_opens_nothing():
    sealed = seal(KEY, b"answers", context=b"slip 1")
    assert unseal(derive_key("secret", "drafts", salt="481720936615"), sealed, context=b"slip 1") is None
    assert unseal(KEY, sealed, context=b"slip 2") is None
