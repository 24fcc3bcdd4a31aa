"""While posts are read and judged Python looks for cycles seldom; afterwards as it did before."""

import gc

import pytest

from earned.work import settled


def test_cycles_are_looked_for_seldom_within_and_as_before_afterwards():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    with settled():
        within = gc.get_threshold()
        assert within[0] > 10 * before[0]
        assert gc.get_freeze_count() > frozen
        with settled():
            assert within == gc.get_threshold()
        assert within == gc.get_threshold()

    assert before == gc.get_threshold()


def test_what_goes_wrong_within_changes_nothing_of_that():
    before = gc.get_threshold()

    with pytest.raises(LookupError), settled():
        raise LookupError

    assert before == gc.get_threshold()


def test_two_at_a_time_end_where_the_first_began():
    before, one, other = gc.get_threshold(), settled(), settled()

    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    other.__exit__(None, None, None)

    assert before == gc.get_threshold()
