"""Ideas against what was planted in the sample world: pairwise precision, recall, F1 and the adjusted Rand index.

A claim is a planted chain of followings with two people or more; a theme is what the plan calls a matter: several
claims on one subject. Ideas are found at the level of claims.
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from earned import sample
from earned.measures.ideas import Telling
from earned.reading import Wish, read_files
from earned.study import learn


def claims(truth: dict, ids: list[str]) -> np.ndarray:
    """(n,) the planted chain each post belongs to."""
    root = {key: key for key in ids}

    def find(key: str) -> str:
        while root[key] != key:
            key = root[key]
        return key

    for child, cause in truth["parents"].items():
        if cause["parent"]:
            root[find(child)] = find(cause["parent"])
    return np.unique([find(key) for key in ids], return_inverse=True)[1]


def pairwise(found: np.ndarray, planted: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of posts."""
    upper = np.triu_indices(len(found), 1)
    together, truly = (np.equal.outer(x, x)[upper] for x in (found, planted))
    both = (together & truly).sum()
    precision, recall = both / max(together.sum(), 1), both / max(truly.sum(), 1)
    return precision, recall, 2 * both / max(together.sum() + truly.sum(), 1)


def measured(seed: int = 1) -> dict[str, tuple[float, ...]]:
    """Name of a comparison -> precision, recall, F1, adjusted Rand index."""
    found = learn(read_files([sample.posts_path()]), Wish(seed=seed))
    truth, ids = sample.truth(), [post.id for post in found.placed.posts]
    told = Telling(found.attribution, found.placed, found.people, 0.90)
    group = np.arange(len(ids)) + len(ids)
    for number, one in enumerate(told.groups()):
        group[[told.pieces[place].row for place in one.places]] = number
    chain, row = claims(truth, ids), {key: k for k, key in enumerate(ids)}
    writer = found.attribution.frame.person[found.attribution.frame.author_start[:-1]]
    voiced = np.array([len(set(writer[chain == c])) > 1 for c in chain])
    theme = np.full(len(ids), -1)
    for number, idea in enumerate(truth["ideas"]):
        if "Eve's" not in idea["name"]:
            theme[[row[key] for key in idea["posts"]]] = number
    pairs = {
        "planted claims, posts of claims": (group[voiced], chain[voiced]),
        "planted claims, all posts": (group, chain),
        "planted themes (several claims each)": (group[theme >= 0], theme[theme >= 0]),
    }
    return {name: (*pairwise(a, b), adjusted_rand_score(b, a)) for name, (a, b) in pairs.items()}


if __name__ == "__main__":
    for name, (precision, recall, f1, rand) in measured().items():
        print(f"{name:40} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  adjusted Rand {rand:.3f}")
