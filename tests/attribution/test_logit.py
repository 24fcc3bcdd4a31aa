"""The weights of hints are those under which the known causes are likeliest."""

import numpy as np
import pytest
from scipy.optimize import minimize

from earned.attribution.logit import PULL, Choices, likeliest, likelihood


def links_of_400_posts():
    """Eight rivals a post, five hints, of which the last says the same everywhere; three of them decide."""
    rng = np.random.default_rng(1)
    hints = np.column_stack([rng.normal(0, [1, 3, 0.1, 1], (3_200, 4)), np.ones(3_200)])
    score = hints @ [1.0, -0.5, 4.0, 0.0, 0.0] + rng.gumbel(size=3_200)
    start, share = np.arange(0, 3_200, 8), np.zeros(3_200)
    share[start + score.reshape(400, 8).argmax(axis=1)] = 1.0
    return Choices(hints, start, share)


def test_the_weights_are_at_the_summit_of_the_likelihood():
    links, beforehand = links_of_400_posts(), np.array([0.6, 0.0, 0.0, 0.0, 0.0])
    spread = np.append(links.hints[:, :4].std(axis=0), 1.0)

    def loss(beta):
        return PULL * (((beta - beforehand) * spread) ** 2).sum() - likelihood(links, beta)

    best, found = minimize(loss, beforehand, method="BFGS").x, likeliest(links, beforehand)

    assert loss(found) <= loss(best) + 1e-6
    assert best == pytest.approx(found, abs=1e-3)


def test_hints_by_the_hundred_times_do_not_lose_the_way():
    links = links_of_400_posts()
    far = likeliest(links, np.array([30.0, 0.0, 0.0, 0.0, 0.0]))

    assert likelihood(links, far) > likelihood(links, np.array([30.0, 0.0, 0.0, 0.0, 0.0]))
