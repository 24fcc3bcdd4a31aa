"""Languages: as claimed, else identified. The identifier is handed in; this layer reads no files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence


def main_languages(
    texts: Sequence[str], claimed: Sequence[str], identify: Callable[[str], str], *, most: int = 400
) -> Counter[str]:
    """How many posts are in which language, from at most `most` evenly spaced posts.

    Args:
        texts: n texts.
        claimed: (n,) primary tags as the channels claim them; empty: not claimed.
        identify: From a text to its primary tag.
        most: Posts looked at.
    """
    step = max(1, len(texts) // most)
    looked = range(0, len(texts), step)
    return Counter(
        claimed[i].partition("-")[0].lower() or (identify(texts[i][:500]) if len(texts[i]) > 40 else "?")
        for i in looked
    )
