"""Receipts made readable: the two passages, the words they share, the best other explanation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from earned.model import Evidence, Post
from earned.text.clean import masked, readable
from earned.text.passages import closest_passages, words_of

#: Posts looked at to learn which words are common, and characters of a post that a receipt reads.
SAMPLE, LONGEST = 2_000, 20_000


class Passages:
    """Looks up passages; learns which words are common when first asked."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts
        self._by_id: dict[str, Post] = {}
        self._common: Counter[str] = Counter()
        self._looked = 0

    def post(self, key: str) -> Post:
        """The post with this id."""
        if not self._by_id:
            self._by_id = {post.id: post for post in self._posts}
        return self._by_id[key]

    def fill(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """The same receipts with their passages and shared words."""
        return tuple(self._filled(one) for one in evidence)

    def _filled(self, one: Evidence) -> Evidence:
        child, parent = (own(self.post(key)) for key in (one.child, one.parent))
        said, before, words = closest_passages(child, parent, self._rarity)
        return replace(one, child_passage=said, parent_passage=before, shared_words=words)

    def _rarity(self, word: str) -> float:
        if not self._looked:
            step = max(1, len(self._posts) // SAMPLE)
            for post in self._posts[::step]:
                self._common.update(words_of(post.text[:LONGEST]))
                self._looked += 1
        return max(0.0, math.log((1 + self._looked) / (1 + self._common[word])))


def own(post: Post) -> str:
    """What a receipt compares: own words, title first where there is one."""
    text = post.text if post.text_unquoted is None else post.text_unquoted
    words = masked(readable(text[:LONGEST]))
    return f"{post.title}\n{words}" if post.title and not words else words
