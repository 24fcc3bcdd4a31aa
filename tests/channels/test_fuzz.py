"""Every reader of archives against mutated ones; `./dev bench fuzz` does the same for as long as one likes."""

import pytest

from fuzzing import ARCHIVES, fuzz

#: Executions of each reader in the everyday suite, and in the slow one.
FEW, MANY = 150, 5_000
#: One execution takes milliseconds; a machine under load takes longer.
SLOWEST = 20.0


@pytest.mark.parametrize("name", ARCHIVES)
def test_no_bytes_bring_a_reader_to_anything_but_posts_or_an_error_in_words(name, tmp_path):
    told = fuzz(name, FEW, 1, tmp_path)

    assert FEW == told["read"] + told["refused"]
    assert told["slowest"] < SLOWEST


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHIVES)
def test_nor_do_many_more(name, tmp_path):
    told = fuzz(name, MANY, 2, tmp_path)

    assert MANY == told["read"] + told["refused"]
    assert told["slowest"] < SLOWEST
