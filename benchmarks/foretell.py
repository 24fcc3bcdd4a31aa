"""Do rates foretell? People's rates fitted on the first part of a conversation, against the links of the next part.

    ./dev bench foretell [CORPUS...] [--parts 4]

The conversation is cut into equal parts of time. At each cut, people with 8 posts before it are ranked by what should come
back to them: how many links by others the posts of theirs in the next part receive within that part, per post. Rates are
fitted on the posts before the cut, their links visible. Beside them: links received before per post, links received before,
posts written. Spearman's rank correlation, mean over the cuts; people who write nothing in the next part cannot be asked.
The corpora are those of hidden_links; aggregate figures only.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np
from hidden_links import CORPORA, DATA, TO_POSTS
from scipy.stats import spearmanr

from earned.attribution.conversation import Placed, place
from earned.people import of_account
from earned.reading import Conversation, read_files
from earned.study import attributed
from earned.work import silent

FEWEST = 8


def received(placed: Placed, first: int, last: int) -> np.ndarray:
    """Links by others among rows first..last-1 that posts of each person in these rows received; (A,)."""
    frame = placed.frame
    inside = (
        (frame.link_child >= first)
        & (frame.link_child < last)
        & (frame.link_parent >= first)
        & (frame.link_parent < last)
    )
    child, parent, author = frame.link_child[inside], frame.link_parent[inside], frame.first_author()
    others = author[child] != author[parent]
    return np.bincount(author[parent[others]], minlength=frame.people).astype(float)


def written(placed: Placed, first: int, last: int) -> np.ndarray:
    """Posts of each person in rows first..last-1; (A,)."""
    return np.bincount(placed.frame.first_author()[first:last], minlength=placed.frame.people).astype(float)


def rates(given: Conversation, placed: Placed, until: int, *, hide: bool) -> np.ndarray:
    """Each known person's rate, fitted on the posts before a cut; (known,)."""
    people = given.people()
    early = place(placed.posts[:until], given.links, of_account(people), len(people), hide_links=hide)
    found = attributed(early, people, 1, silent, draws=False, addressing=not hide)
    return found.fitted.rates.productivity[: len(people)]


def cuts(given: Conversation, parts: int) -> dict[str, list[float]]:
    """Rank correlations of every forecast at each cut; `people` and `future` links beside them."""
    people = given.people()
    placed = place(given.posts, [x for x in given.links if x.kind in TO_POSTS], of_account(people), len(people))
    t, known, told = placed.frame.t, len(people), defaultdict(list)
    for k in range(1, parts):
        cut, end = (int(np.searchsorted(t, t[-1] * part / parts)) for part in (k, k + 1))
        before, after = written(placed, 0, cut)[:known], written(placed, cut, end)[:known]
        asked = (before >= FEWEST) & (after > 0)
        future, past = received(placed, cut, end)[:known], received(placed, 0, cut)[:known]
        if asked.sum() < 20 or not future[asked].any():
            continue
        per_post = (future / np.maximum(after, 1))[asked]
        forecasts = {
            "rates": rates(given, placed, cut, hide=False), "rates, links hidden": rates(given, placed, cut, hide=True),
            "links before, per post": past / np.maximum(before, 1), "links before": past, "posts before": before,
        }  # fmt: skip
        for name, value in forecasts.items():
            told[name].append(float(spearmanr(value[asked], per_post)[0]))
        told["people"].append(float(asked.sum()))
        told["links"].append(float(future[asked].sum()))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", default=["cypherpunks", "irc"])
    parser.add_argument("--parts", type=int, default=4)
    chosen = parser.parse_args()
    for name in chosen.corpus:
        given = read_files([str(DATA / f"{CORPORA[name][0]}.jsonl.gz")])
        told = cuts(given, chosen.parts)
        print(
            f"{name}: {len(told['people'])} cuts, {sum(told['people']):.0f} people asked, {sum(told['links']):.0f} links",
            flush=True,
        )
        for forecast in ("rates", "rates, links hidden", "links before, per post", "links before", "posts before"):
            if told[forecast]:
                print(
                    f"    {forecast:24} {np.mean(told[forecast]):.3f}  ({', '.join(f'{x:.2f}' for x in told[forecast])})"
                )


if __name__ == "__main__":
    main()
