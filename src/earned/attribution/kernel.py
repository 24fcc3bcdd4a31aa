"""How long answers take: mixtures of exponentials, truncated at the window, one set for each speed class.

    g(u) = sum_m pi_m beta_m exp(-beta_m u) / (1 - exp(-beta_m W))     on 0 < u <= W

Lags are kept on a logarithmic scale of LAGS steps (2 % each), so that a pass over the edges reads a table.
"""

from __future__ import annotations

from functools import cache

import numba as nb
import numpy as np
from numpy.typing import NDArray

#: Mean lags in days and windows W of the four speed classes: method 8.1.
MEAN_LAGS = np.array(
    [
        [0.0007, 0.005, 0.03, 0.2, 2.0],
        [0.01, 0.05, 0.2, 1.0, 5.0],
        [0.15, 0.6, 2.5, 10.0, 40.0],
        [45.0, 360.0, 1500.0, 6000.0, 60000.0],
    ]
)
#: Between documents, how long ago says hardly anything about who followed whom (learned weight of ln g: .3 on one corpus,
#: -1.8 on another), so their kernel is flat; what share of followers *could be seen* still falls with age, by the mean
#: lag of linked documents (1,200 to 1,800 days measured).
EXPOSED_LAGS = np.vstack([MEAN_LAGS[:3], np.full((1, 5), 1500.0)])
WINDOW = np.array([14.0, 30.0, 120.0, 10950.0])
COMPONENTS = MEAN_LAGS.shape[1]
#: Mean lags behind the window after which an idea of the past is taken up again, and the oldest one: days (method 5.1).
OLDER_LAGS, OLDEST = np.array([90.0, 360.0]), 1826.0
#: (classes, COMPONENTS) how lags are spread before a conversation has spoken, and the weight of that in followers.
MIXTURE_PRIOR = np.array(
    [
        [0.25, 0.30, 0.20, 0.15, 0.10],
        [0.10, 0.25, 0.35, 0.25, 0.05],
        [0.15, 0.20, 0.30, 0.25, 0.10],
        [1e-5, 1e-4, 1e-3, 0.01, 0.98889],
    ]
)
MIXTURE_WEIGHT = np.array([20.0, 20.0, 50.0, 500.0])

#: The lag scale: from 5 seconds to the longest window.
SHORTEST, LONGEST, LAGS = 6e-5, 10950.0, 896
_STEP = np.log(LONGEST / SHORTEST) / (LAGS - 1)
#: (LAGS,) days.
LAG_DAYS = SHORTEST * np.exp(_STEP * np.arange(LAGS))


def lag_code(days: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Place of lags on the scale; (e,) days -> (e,) uint16."""
    place = np.log(np.clip(days, SHORTEST, LONGEST) / SHORTEST) / _STEP
    return np.asarray(np.rint(place), np.uint16)


@cache
def components() -> NDArray[np.float64]:
    """Density of each component at each step of the lag scale; (classes, COMPONENTS, LAGS), per day. Made once, read-only."""
    beta = 1.0 / MEAN_LAGS[:, :, None]
    shape = beta * np.exp(-beta * LAG_DAYS[None, None, :])
    shape /= 1.0 - np.exp(-beta * WINDOW[:, None, None])
    shape.flags.writeable = False
    return np.asarray(shape)


@cache
def older_kernel() -> NDArray[np.float64]:
    """Density of the lag of prior art, from the end of each class's window to five years; (classes, LAGS), per day.

    Both components count alike: so few posts follow prior art that nothing is learned. Documents, whose window is longer,
    have none. Made once, read-only.
    """
    beta, width = 1.0 / OLDER_LAGS, np.maximum(OLDEST - WINDOW, 1e-9)[:, None, None]
    behind = LAG_DAYS[None, None, :] - WINDOW[:, None, None]
    shape = beta[None, :, None] * np.exp(-beta[None, :, None] * behind) / (1.0 - np.exp(-beta[None, :, None] * width))
    inside = (behind > 0) & (behind <= width) & (WINDOW < OLDEST)[:, None, None]
    mean = np.where(inside, shape, 0.0).mean(axis=1)
    mean.flags.writeable = False
    return np.asarray(mean)


def older_share(horizon: NDArray[np.float64], speed: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Share of the posts that take up an old post again which can have been seen; (n,) days, (n,) -> (n,)."""
    beta, width = 1.0 / OLDER_LAGS[None, :], np.maximum(OLDEST - WINDOW, 0.0)[speed]
    behind = np.clip(horizon - WINDOW[speed], 0.0, width)[:, None]
    return np.asarray(
        ((1.0 - np.exp(-beta * behind)) / (1.0 - np.exp(-beta * np.maximum(width, 1.0)[:, None]))).mean(axis=1)
    )


def seen_share(horizon: NDArray[np.float64], speed: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Share of each component's followers that can have been seen; (n,) days, (n,) -> (n, COMPONENTS)."""
    beta = 1.0 / EXPOSED_LAGS[speed]
    h = np.minimum(horizon, WINDOW[speed])[:, None]
    return np.asarray((1.0 - np.exp(-beta * h)) / (1.0 - np.exp(-beta * WINDOW[speed][:, None])))


@nb.njit(cache=True, nogil=True)
def _multiplier(counts, exposure, low, high):  # type: ignore[no-untyped-def]
    """The nu between low and high at which sum_m counts_m / (exposure_m + nu) is 1."""
    for _ in range(80):
        nu, total = (low + high) / 2, 0.0
        for m in range(counts.size):
            total += counts[m] / (exposure[m] + nu)
        if total > 1:
            low = nu
        else:
            high = nu
    return high


def mixture(counts: NDArray[np.float64], exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights pi that maximise sum_m counts_m log pi_m - sum_m pi_m exposure_m with sum pi = 1.

    Args:
        counts: (COMPONENTS,) followers by component, prior included.
        exposure: (COMPONENTS,) followers expected of each component if all were of it.

    Returns:
        (COMPONENTS,) weights. Components whose followers the window cuts off are not taken for rare.
    """
    weights = counts / (exposure + _multiplier(counts, exposure, -exposure.min() + 1e-12, counts.sum() + 1.0))
    return np.asarray(weights / weights.sum())
