"""From posts to comparable vectors: own words, titles where they are part of what is said, templates dropped."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.model import Post
from earned.text.boilerplate import templates, unsigned, without
from earned.text.clean import masked, own_words
from earned.text.sparse import Sparse, beside, tfidf
from earned.text.tokens import Tokens, bigrams, characters

#: A document's title counts so many times: it names the matter (hit@1 on two corpora .536 -> .549, .293 -> .303).
TITLE = 10
#: Longest text that is compared, in characters; what follows is kept but not looked at.
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Mix:
    """What rows are made of: parts of squared length."""

    pairs: float = 0.35
    #: Character n-grams help where posts are a sentence long, a little between documents, and cost ten times the words.
    characters: float = 0.0
    #: Terms in more than this part of the posts are left out.
    most: float = 0.2


def comparable(posts: Sequence[Post], titled: Sequence[bool], writers: Sequence[Hashable]) -> list[str]:
    """The text of each post that similarity looks at.

    Args:
        posts: n posts.
        titled: (n,) whether the title is part of what is said; elsewhere it is a subject line, which marks replies.
        writers: (n,) who wrote each: a template is shared by several people.
    """
    own = unsigned([own_words(post.text[:LONGEST], _cut(post.text_unquoted)) for post in posts], writers)
    known = templates(own, writers, [post.channel for post in posts])
    return [
        (masked(post.title) + " ") * TITLE + without(text, known) if with_title else without(text, known)
        for post, with_title, text in zip(posts, titled, own)
    ]


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST]


def mix_for(words: Tokens) -> Mix:
    """What suits a conversation: short posts need characters, large ones must do without common terms."""
    n = max(len(words), 1)
    typical = float(np.median(np.diff(words.start))) if len(words) else 0.0
    if n > 30_000:
        return Mix(pairs=0.0, most=min(0.2, 3_000 / n))
    return Mix(characters=0.3 if typical < 30 else 0.2 if typical > 500 else 0.0)


def rows_of(texts: Sequence[str], words: Tokens, mix: Mix, language: NDArray[np.int16] | None = None) -> Sparse:
    """Sparse rows of length one: words, pairs of words and, where they help, character n-grams.

    Args:
        texts: n texts.
        words: Their words.
        mix: Which kinds of terms.
        language: (n,) codes; texts in different languages have similarity 0. None: one language.
    """
    rest = 1.0 - mix.pairs - mix.characters
    parts = [tfidf(words, norm=rest**0.5, most=mix.most, language=language)]
    if mix.pairs:
        parts.append(tfidf(bigrams(words), norm=mix.pairs**0.5, most=mix.most, language=language))
    if mix.characters:
        norm = mix.characters**0.5
        parts.append(tfidf(characters(texts), bits=20, norm=norm, most=mix.most, language=language))
    return beside(parts) if len(parts) > 1 else parts[0]
