"""Cascades and resonance, against what can be worked out by hand."""

import numpy as np
import pytest

from earned.measures.cascade import shape
from earned.measures.resonance import excess_slope, resonance, split_windows

THETA = np.random.default_rng(3).dirichlet(np.full(10, 0.3), 400)


def test_a_star_comes_close_to_two():
    star = shape(np.array([-1] + [0] * 999))

    assert 2 == pytest.approx(star.virality, abs=0.01)
    assert (1, 999) == (star.depth, star.breadth)


def test_a_chain_gives_a_third_of_its_length():
    chain = shape(np.arange(-1, 29))

    assert 31 / 3 == pytest.approx(chain.virality)
    assert (29, 1) == (chain.depth, chain.breadth)


def test_two_trees_are_refused():
    with pytest.raises(ValueError, match="one tree"):
        shape(np.array([-1, -1]))


@pytest.mark.parametrize(("step", "first"), [(1, 1), (2, 1), (2, 2)])
def test_prefix_sums_equal_the_plain_loop(step, first):
    found, w, t = resonance(THETA, 7, step=step, first=first), 7, np.maximum(THETA, 1e-12)
    t = t / t.sum(axis=1, keepdims=True)
    for i in range(20, 380):
        for side, value in ((-1, found.novelty[i]), (1, found.transience[i])):
            others = [i + side * (first + k * step) for k in range(w)]
            plain = np.mean([(t[i] * np.log2(t[i] / t[j])).sum() for j in others])
            assert plain == pytest.approx(value, abs=1e-9)


def test_split_windows_share_no_noise():
    novelty, value = split_windows(THETA, 10)
    good = np.isfinite(novelty) & np.isfinite(value)
    whole = resonance(THETA, 10)
    fine = np.isfinite(whole.value)

    assert abs(np.corrcoef(novelty[good], value[good])[0, 1]) < abs(
        np.corrcoef(whole.novelty[fine], whole.value[fine])[0, 1]
    )


def test_random_order_has_no_excess():
    assert abs(excess_slope(THETA, 10, rng=np.random.default_rng(1))) < 0.3
